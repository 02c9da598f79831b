"""Fixtures for what follows a change: its history, undo, bulk changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.core.entry import records, saving
from portal.core.entry.records import key_of
from portal.core.entry.saving import Line, Wish
from portal.core.imports.register import registers
from portal.core.scoping import scope_of
from portal.core.validity import today
from tests.pages.conftest import browse, no_undefined_names, text

__all__ = ["Hand", "browse", "key", "no_undefined_names", "text"]


def key(kind: str, row: Any) -> str:
    """How addresses name a stored row."""
    return key_of(registers()[kind.replace("-", "_")], row.pk)


class Hand:
    """Somebody who writes by hand, as forms do."""

    def __init__(self, user: Any) -> None:
        self.user, self.scope = user, scope_of(user)

    def add(self, kind: str, action: str = "录入", **texts: str) -> Any:
        """A new row; its audit entry."""
        return self._save(kind, Line(texts), action)

    def change(self, kind: str, row: Any, *, action: str = "更正", reason: str = "", **texts: str) -> Any:
        """A stored row with some columns changed; the audit entry."""
        known = records.read(registers()[kind], row)
        only = frozenset(texts) - {"effective"}
        return self._save(kind, Line({**known.texts, **texts}, row.pk), action, reason, only)

    def _save(self, kind, line, action, reason="", only=None):
        wish = Wish(registers()[kind], [line], action, self.user, self.scope, reason=reason, only=only)
        outcome = saving.save(wish)
        assert outcome.is_good, outcome.faults
        return outcome.entry


@pytest.fixture
def hands(city):
    """`hands("nanshan")` writes as one of the cast."""
    return lambda name: Hand(city.users[name])


@pytest.fixture
def exclusion(city):
    """The texts of an exclusion of the organization that nobody covers."""
    return {
        "organization": city.organizations["nanshan-missing"].key,
        "valid_from": "2016-01-01",
        "valid_to": "",
        "reason": "长期停业",
        "evidence": "核查记录",
        "approver": "区委组织部",
    }


def history(client: Client, kind: str, row: Any) -> str:
    """The history page of a record."""
    answer = client.get(reverse("record-history", args=[kind, key(kind, row)]))
    assert answer.status_code == 200
    return text(answer)


def posting(city, **changes: str) -> dict[str, str]:
    """The texts of a posting to the organization that nobody covers."""
    return {
        "number": "ZD-0801",
        "name": "段诗远",
        "role": "指导员",
        "sending_unit": "NS",
        "organization": city.organizations["nanshan-missing"].credit_code,
        "valid_from": today().isoformat(),
        "valid_to": "",
        **changes,
    }
