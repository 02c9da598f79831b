"""Nobody finds a name outside their scope: not in a page, a list, a search, an export, an API answer, an error."""

import pytest
from django.urls import reverse

from tests.access.canaries import MARK, found_in, plant
from tests.access.crawler import crawl
from tests.doors import ACTORS, SIGNED_IN, visits
from tests.ledger import parts_of

WALKERS = sorted(SIGNED_IN - {"token"})
#: what lists and figures are asked for besides what they show by themselves
OF_PAGES = ({"q": MARK}, {"district": "440304"}, {"by": "unit"}, {"as": "csv"})
OF_ENDPOINTS = (
    {"q": MARK, "page_size": "500"},
    {"date": "2016-06-01", "unit": "FT", "live": "1"},
    {"district": "440304", "status": "unmet"},
    {"organization": "futian"},
    {"party_organization": "FT-0002"},
)


@pytest.fixture
def planted(city, pairs):
    """Every canary and who may read it."""
    return plant(city, pairs)


def addresses(city, pairs):
    """Every address of the door table with its questions, and the pages of everybody and everything."""
    futian = city.organizations["futian-missing"].credit_code
    for visit in visits(pairs):
        yield visit.address, {}
        if not visit.door.names or visit.door.names == "indicator":
            for question in OF_ENDPOINTS if visit.is_api else OF_PAGES:
                asked = {name: futian if value == "futian" else value for name, value in question.items()}
                yield visit.address, asked
    people = [who.member for who in city.people.values() if hasattr(who, "member")]
    for route, rows in (
        ("organization", city.organizations.values()),
        ("party-organization", city.parties.values()),
        ("api:organizations-detail", city.organizations.values()),
        ("api:party-organizations-detail", city.parties.values()),
        ("api:members-detail", people),
    ):
        for row in rows:
            yield reverse(route, args=parts_of(row)), {}


def strangers(planted, actor, response):
    """The canaries in a response that the actor may not read, by what bears them."""
    return [planted[word].bearer for word in found_in(response) if actor not in planted[word].readers]


@pytest.mark.parametrize("actor", WALKERS)
def test_no_address_gives_away_a_name(city, pairs, planted, client_of, actor):
    client, leaks = client_of(actor), []
    for address, asked in addresses(city, pairs):
        response = client.get(address, asked)
        leaks += [(address, asked, bearer) for bearer in strangers(planted, actor, response)]
        assert response.status_code < 500, (address, asked)
    assert not leaks, "\n".join(map(str, leaks))


@pytest.mark.parametrize("actor", WALKERS)
def test_no_link_leads_to_a_name_or_into_a_wall(city, pairs, planted, client_of, actor):
    leaks, walls = [], []
    for address, response in crawl(client_of(actor), ["/", "/account/"], MARK):
        leaks += [(address, bearer) for bearer in strangers(planted, actor, response)]
        if response.status_code >= 400 and address != "/":
            walls.append((address, response.status_code))
    assert not leaks, "\n".join(map(str, leaks))
    assert not walls, "\n".join(map(str, walls))


@pytest.mark.parametrize("actor", sorted(set(WALKERS) & {"city", "nanshan", "futian", "street", "lin", "instructor"}))
def test_what_one_may_read_is_found(city, pairs, planted, client_of, actor):
    client, seen = client_of(actor), set()
    for register in (
        "organizations",
        "party-organizations",
        "members",
        "instructors",
        "member-reports",
        "covering",
        "exclusions",
        "imports",
    ):
        seen |= found_in(client.get(f"/api/v1/{register}/", {"page_size": "500"}))
    mine = {word for word, canary in planted.items() if actor in canary.readers}
    assert [planted[word].bearer for word in mine - seen] == []


def test_counts_of_the_whole_city_are_for_all_staff(pairs, client_of):
    for actor in ("nanshan", "street", "observer", "education"):
        answer = client_of(actor).get("/api/v1/indicators/branch-coverage/rates/", {"by": "district"}).json()
        assert {rate["group_name"]: rate["eligible"] for rate in answer["results"]} == {"南山区": 3, "福田区": 4}
        page = client_of(actor).get("/coverage/", {"by": "district"}).content.decode()
        assert "福田区" in page
        assert "南山区" in page


def test_the_walk_has_everybody(city):
    assert set(WALKERS) == set(city.users)
    assert set(ACTORS) == {*city.users, "anonymous", "disabled", "token"}
