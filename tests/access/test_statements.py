"""Every page is answered within fifteen statements, whatever it is asked and whatever there is to show."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.core import listing, snapshots
from portal.core.validity import today
from portal.desk.lists import LISTS
from tests.doors import visits

MOST = 15
NIGHT, BEFORE, LONG_AGO = (today() - datetime.timedelta(days=days) for days in (1, 2, 40))
_NAMES = reverse("coverage-subjects", args=["branch-coverage"])
_WHY = reverse("coverage-why", args=["branch-coverage"])
#: what pages are usually asked: a stored day, a part of the city, another definition, a file
QUESTIONS = {
    reverse("coverage"): [
        *({"by": by, "date": NIGHT} for by in ("unit", "district", "street", "kind", "field")),
        {"date": NIGHT, "live": "1"},
        {"date": NIGHT, "district": "440305", "kind": "ASSOCIATION"},
        {"district": "440305"},
        {"kind": "ASSOCIATION", "definition": "adjusted"},
        {"indicator": "work-coverage", "by": "unit"},
        {"by": "unit", "as": "xlsx"},
        {"by": "unit", "as": "csv", "date": NIGHT},
    ],
    _NAMES: [
        {"date": NIGHT, "by": "unit", "group": "NS", "status": "strict-unmet"},
        {"by": "district", "group": "440305", "status": "unmet"},
        {"kind": "ASSOCIATION", "reason": "none"},
        {"as": "xlsx"},
        {"as": "csv", "date": NIGHT, "district": "440305"},
    ],
    reverse("coverage-subjects", args=["secretary-training"]): [{"as": "xlsx"}, {"as": "csv", "date": NIGHT}],
    reverse("coverage-subjects", args=["formation-due"]): [{"reported": "1"}, {"as": "xlsx"}],
    _WHY: [
        {"from": LONG_AGO, "by": "unit", "group": "NS"},
        {"from": LONG_AGO, "to": NIGHT, "district": "440305"},
        {"from": LONG_AGO, "as": "xlsx"},
    ],
    reverse("notice"): [{"date": NIGHT}, {"unit": "NS"}],
    reverse("indicators"): [{"date": NIGHT}, {"as": "xlsx"}],
    reverse("indicator", args=["branch-coverage"]): [{"date": NIGHT, "unit": "NS"}],
    reverse("demonstration"): [{"date": NIGHT}],
    reverse("search"): [{"q": "南山"}],
    reverse("letter-preview"): [{"unit": "NS-MZJ"}],
}


@pytest.fixture
def nights() -> None:
    """Three stored days, one of them in an earlier month."""
    snapshots.keep([NIGHT, BEFORE, LONG_AGO])


def _asked(client: Client, address: str) -> int:
    """How many statements an address takes."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200, address
    return len(asked)


def _many(client: Client, addresses: Iterator[str]) -> list[str]:
    """The addresses that take too many statements."""
    return [f"{address}: {taken}" for address in addresses if (taken := _asked(client, address)) > MOST]


def _of_lists(client: Client) -> Iterator[str]:
    """Each list narrowed by each of its filters, searched, on its second page, as each of its files."""
    for page in LISTS:
        address = reverse(page.route)
        shown = client.get(address).context
        for choice in shown["choices"]:
            yield f"{address}?{urlencode({choice.name: next(iter(dict(choice.options)), '')})}"
        yield f"{address}?{urlencode({'q': '南山'})}"
        yield shown["after"] or address
        yield from (href for *_, href in shown["exports"])


@pytest.mark.parametrize("actor", [pytest.param("city", marks=pytest.mark.long), "nanshan"])
def test_every_page_takes_few_statements(pairs, nights, client_of, actor):
    client = client_of(actor)
    client.get("/")
    doors = (one for one in visits(pairs) if not one.is_api and one.expected(actor) == 200)
    assert not _many(client, (one.address for one in doors))


def test_so_does_what_pages_are_usually_asked(pairs, nights, client_of, monkeypatch):
    """As a unit, which takes more than the city: its tree, and what of a list its scope names and may change."""
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    client = client_of("nanshan")
    client.get("/")
    questions = (f"{address}?{urlencode(asked)}" for address, several in QUESTIONS.items() for asked in several)
    assert not _many(client, questions)
    assert not _many(client, _of_lists(client))


def test_a_file_takes_as_many_statements_read_row_by_row_as_at_once(pairs, client_of, monkeypatch):
    client = client_of("nanshan")
    client.get("/")
    files = [f"{reverse(page.route)}?as=csv" for page in LISTS]
    at_once = {address: _asked(client, address) for address in files}
    monkeypatch.setattr(listing, "_CHUNK", 1)
    assert {address: _asked(client, address) for address in files} == at_once
