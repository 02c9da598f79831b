"""The cast with reporting addresses, stored days, and a mail server."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from portal.core import snapshots
from portal.core.models import Letter, Unit
from portal.reports import letters
from portal.reports.letters import content
from tests import world
from tests.cast import City
from tests.letters.post_office import PostOffice, free_port, opened
from tests.pages.conftest import browse, no_undefined_names

__all__ = ["browse", "no_undefined_names"]

FIRST, SECOND = world.day("2016-04-12"), world.day("2016-04-13")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> Any:
    """Letters become files here."""
    settings.VAR_DIR, settings.EMAIL_URL = tmp_path, ""
    settings.PUBLIC_URL = "https://dangjian.example"
    return tmp_path / "mail"


@pytest.fixture(autouse=True)
def next_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The letters are written in the night after their day."""
    monkeypatch.setattr(content, "today", lambda: SECOND + datetime.timedelta(days=1))


def write_to(*units: Unit) -> None:
    """Give units an address each."""
    for unit in units:
        Unit.objects.filter(pk=unit.pk).update(report_emails=f"{unit.code.lower()}@office.example")


@pytest.fixture
def offices(city: City) -> City:
    """Every unit of the cast has an address."""
    write_to(*city.units.values())
    return city


def change(city: City) -> None:
    """A day on which one is gained, one lost, one comes and one moves to another unit."""
    orgs, units = city.organizations, city.units
    world.posting(orgs["nanshan-missing"], "2016-04-13")
    orgs["futian-posted"].postings.update(valid_to=SECOND)
    world.organization(
        "南山区新苗助学中心",
        established="2016-04-13",
        registering=units["nanshan-civil"],
        district=city.districts["nanshan"],
    )
    state = orgs["nanshan-joint"].states.get()
    moved = state.copy(valid_from=SECOND, registering_unit_id=units["futian-civil"].pk)
    state.valid_to = SECOND
    state.save()
    moved.save()
    world.settle()


@pytest.fixture
def changed(offices: City) -> City:
    """Letters of two days; between them something changed."""
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    change(offices)
    snapshots.keep([SECOND])
    letters.plan(SECOND)
    return offices


def letter_of(unit: Unit, day: Any = SECOND) -> Letter:
    """The letter of a unit."""
    return Letter.objects.get(unit=unit, day=day)


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """An open mail server."""
    with opened(PostOffice(free_port())) as here:
        settings.EMAIL_URL = here.url
        yield here
