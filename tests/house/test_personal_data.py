"""The field inventory: every field that says something about a person stands in docs/personal-data.md."""

from __future__ import annotations

import re

from django.apps import apps
from django.db import models

from members.models import Person
from portal.core.crypto import EncryptedField
from portal.core.models import User
from tests.house.files import ROOMS, ROOT

PAGE = (ROOT / "docs/personal-data.md").read_text(encoding="utf-8")
#: columns of other registers that name or reach a person
TELLING = re.compile(r"phone|mobile|email|id_number|birth|address|contact|approver|person|actor|legal_representative")

#: rows that only name the account that asked for them
ASKED_FOR = ("ImportBatch", "Job", "Letter")


def _about_people(model: type[models.Model]) -> bool:
    """People, accounts, and whatever is about one of them."""
    if model in (Person, User):
        return True
    related = [f.related_model for f in model._meta.concrete_fields if f.is_relation]
    keys = [getattr(r, "__name__", "") for r in related]
    return "Person" in keys or "Member" in keys or ("User" in keys and model.__name__ not in ASKED_FOR)


def _personal_fields() -> set[str]:
    found = set()
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in ROOMS:
            continue
        for field in model._meta.concrete_fields:
            telling = isinstance(field, EncryptedField) or TELLING.search(field.name)
            if not (field.primary_key and not field.is_relation) and (_about_people(model) or telling):
                found.add(f"{model.__name__}.{field.name}")
    return found


def _listed() -> dict[str, list[str]]:
    """Rows of the page: field → (what, purpose, basis)."""
    rows = re.findall(r"^\| `(\w+\.\w+)` \| (.*) \|$", PAGE, re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in rows}


def test_every_personal_field_is_listed_and_nothing_else():
    listed = set(_listed())
    assert _personal_fields() - listed == set(), "在 docs/personal-data.md 补上:字段、内容、用途、依据"
    assert listed - _personal_fields() == set(), "docs/personal-data.md 中已无此字段"


def test_each_has_content_purpose_and_basis():
    assert not [name for name, cells in _listed().items() if len(cells) != 3 or not all(cells)]


def test_numbers_and_private_phones_are_encrypted():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name in ("id_number", "mobile"):
                assert isinstance(field, EncryptedField), f"{model.__name__}.{field.name}"
