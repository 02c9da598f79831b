"""Each of the cast walks over every door and every link once; then the walk is asked.

Everybody gets in where the door table says so; nobody finds a name outside their scope, not in a page, a list, a
search, an export, an API answer, an error; no link leads into a wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests.access.canaries import MARK, found_in
from tests.access.conftest import Furnished, enter
from tests.access.crawler import Walk
from tests.doors import ACTORS, KEPT, SIGNED_IN, Visit, visits
from tests.ledger import Pair, parts_of

#: what pages are asked besides what they show by themselves, as far as they ask for it
OF_PAGES = ({"q": MARK}, {"district": "440304"}, {"by": "unit"}, {"as": "csv"})
OF_REGISTERS = ({"q": MARK, "page_size": "500"}, {"organization": "futian"}, {"party_organization": "FT-0002"})
OF_INDICATORS = ({"date": "2016-06-01", "unit": "FT", "live": "1"}, {"district": "440304", "status": "unmet"})


def questions(visit: Visit, offered: set[str]) -> Iterator[dict[str, str]]:
    """What a door is asked; the row that its address names says the same whatever it is asked."""
    if visit.route.startswith("api:indicators-"):
        yield from OF_INDICATORS
    elif visit.is_api and visit.route.endswith("-list"):
        yield from OF_REGISTERS
    elif not visit.is_api:
        yield from (question for question in OF_PAGES if set(question) <= offered)


def walk_of(found: Furnished, actor: str) -> Walk:
    """Over every door with its questions, and the pages of everybody and everything."""
    walk = Walk(enter(found.city, actor))
    futian = found.city.organizations["futian-missing"].credit_code
    for visit in visits(found.pairs):
        page = walk.ask(visit.address)
        for question in questions(visit, page.parameters() if page else set()):
            asked = {name: futian if value == "futian" else value for name, value in question.items()}
            walk.ask(f"{visit.address}?{urlencode(asked)}")
    for address in pages_of_everything(found.city):
        if address not in walk.statuses:
            walk.ask(address)
    return walk


def pages_of_everything(city) -> Iterator[str]:
    """The pages and API addresses of every organization, party organization and person."""
    people = [who.member for who in city.people.values() if hasattr(who, "member")]
    for route, rows in (
        ("organization", city.organizations.values()),
        ("party-organization", city.parties.values()),
        ("api:organizations-detail", city.organizations.values()),
        ("api:party-organizations-detail", city.parties.values()),
        ("api:members-detail", people),
    ):
        for row in rows:
            yield reverse(route, args=parts_of(row))


#: whose links are followed each time: the city, a district, a secretary
FOLLOWED = {"city", "nanshan", "lin"}
#: who sees what another of the cast sees, or a part of the city as they do; their walks are long ones
ALIKE = {"observer", "former", "security", "audit", "system", "futian", "education", "street"}


def walks() -> Iterator[Any]:
    """Whose walks there are, and whether along every link."""
    for actor in ACTORS:
        if actor not in FOLLOWED | ALIKE:
            yield pytest.param(actor, False, id=actor)
        marks = () if actor in FOLLOWED else pytest.mark.long
        yield pytest.param(actor, True, id=f"{actor}-links", marks=marks)


@pytest.mark.parametrize(("actor", "along_links"), [*walks()])
def test_everybody_comes_where_they_may_and_reads_what_is_theirs(furnished, pairs, actor, along_links):
    walk = walk_of(furnished, actor)
    assert not strangers(walk, actor, pairs)
    assert not leaks(walk, actor, furnished, walk.statuses)
    if along_links:
        walk.follow()
        assert not [wall for wall in walk.walls() if wall[0] != "/"]
        assert not leaks(walk, actor, furnished, walk.linked)
        # nobody is shown a form that does not open for them; who keeps a register is shown forms
        forms = [address for address in walk.linked if address.startswith("/records/") and "/history/" not in address]
        assert bool(forms) == any(actor in kept.by for kept in KEPT.values())
    assert not [address for address, status in walk.statuses.items() if status >= 500]


def strangers(walk: Walk, actor: str, pairs: dict[str, Pair]) -> list[str]:
    """The doors that opened, or did not, unlike the table says."""
    return [
        f"{visit.address}: {walk.statuses[visit.address]}, not {visit.expected(actor)}"
        for visit in visits(pairs)
        if walk.statuses[visit.address] != visit.expected(actor)
    ]


def leaks(walk: Walk, actor: str, furnished: Furnished, addresses: Iterable[str]) -> list[str]:
    """What these addresses gave away to somebody who may not read it."""
    # a program reads what its owner reads
    reader = "nanshan" if actor == "token" else actor
    return [
        f"{address}: {furnished.planted[word].bearer}"
        for address in addresses
        for word in walk.canaries[address]
        if reader not in furnished.planted[word].readers
    ]


@pytest.mark.parametrize("actor", ["city", "nanshan", "futian", "street", "lin", "instructor"])
def test_what_one_may_read_is_found(city, furnished, client_of, actor):
    client, seen = client_of(actor), set()
    for register in (
        "organizations",
        "party-organizations",
        "members",
        "instructors",
        "member-reports",
        "covering",
        "exclusions",
        "events",
        "charter-clauses",
        "purchase-scores",
        "site-applications",
        "site-reviews",
        "sites",
        "site-visits",
        "site-grants",
        "imports",
    ):
        seen |= found_in(client.get(f"/api/v1/{register}/", {"page_size": "500"}))
    mine = {word for word, canary in furnished.planted.items() if actor in canary.readers}
    assert [furnished.planted[word].bearer for word in mine - seen] == []


def test_counts_of_the_whole_city_are_for_all_staff(client_of):
    for actor in ("nanshan", "street", "observer", "education"):
        answer = client_of(actor).get("/api/v1/indicators/branch-coverage/rates/", {"by": "district"}).json()
        assert {rate["group_name"]: rate["eligible"] for rate in answer["results"]} == {"南山区": 3, "福田区": 4}
        page = client_of(actor).get("/coverage/", {"by": "district"}).content.decode()
        assert "福田区" in page
        assert "南山区" in page


def test_the_walk_has_everybody(city):
    assert set(city.users) | {"token"} == set(SIGNED_IN)
    assert set(ACTORS) == {*city.users, "anonymous", "disabled", "token"}
