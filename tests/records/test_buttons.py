"""Buttons: which forms a page offers; that each opens for whoever is shown it says the walk (`tests/access`)."""

from __future__ import annotations

import re

import pytest

from branches.models import CoveringLink
from orgs.models import OrganizationState
from portal.core.models import AuditEntry, UnitAlias
from tests import world
from tests.doors import KEPT
from tests.ledger import furnish
from tests.records.conftest import key, text

#: who keeps something, who only looks
WHO = ("city", "nanshan", "street", "education", "observer", "lin", "instructor")


def pages(city, pairs):
    """Every page that leads to forms."""
    own, party = city.organizations["nanshan-own"], city.parties["own"]
    missing = city.organizations["nanshan-missing"]
    return [
        "/",
        *(f"/{kind}/" for kind in KEPT),
        f"/organizations/{own.path_key}/",
        f"/organizations/{missing.path_key}/",
        f"/party-organizations/{party.code}/",
        "/units/NS/",
        "/districts/440305/",
        "/coverage/",
        "/coverage/work-coverage/?status=unmet",
        "/coverage/branch-coverage/",
    ]


@pytest.mark.long
def test_there_is_one_primary_button_on_a_page(browse, city):
    pairs = furnish(city)
    world.term(city.parties["joint"], "2010-01-01", "2013-01-01")
    for who in WHO:
        client = browse(who)
        for page in [*pages(city, pairs), "/party-organizations/FT-0001/"]:
            answer = client.get(page)
            assert answer.status_code != 200 or text(answer).count("btn-primary") <= 1, (who, page)


def test_an_organization_without_coverage_asks_for_an_instructor_first(browse, city):
    missing = city.organizations["nanshan-missing"]
    page = text(browse("nanshan").get(f"/organizations/{missing.path_key}/"))
    assert f"/records/instructors/new/?organization={missing.credit_code}" in page
    for word in ("关联党组织", "变更登记信息", "列为不计入", "登记申报数"):
        assert word in page, word
    looking = text(browse("observer").get(f"/organizations/{missing.path_key}/"))
    assert not re.search(r"/(new|change)/", looking) and "/history/" in looking


def test_a_past_day_offers_no_forms(browse, city):
    own = city.organizations["nanshan-own"]
    page = text(browse("nanshan").get(f"/organizations/{own.path_key}/?date=2016-01-01"))
    assert not re.search(r"/(new|change)/", page)


def test_a_link_to_what_another_district_answers_for_is_not_offered(browse, city):
    page = text(browse("futian").get("/party-organizations/FT-0001/"))
    covered = page.split('aria-labelledby="covered"')[1].split("</section>")[0]
    link = CoveringLink.objects.everyone().get(organization=city.organizations["futian-joint"])
    assert re.findall(r"/records/covering/(\w+)/change/\?end=1", covered) == [key("covering", link)]


def test_a_spelling_is_bound_to_a_unit_and_can_be_taken_back(browse, city):
    state = OrganizationState.objects.get(organization=city.organizations["nanshan-missing"])
    state.professional_unit_written = "南山民政"
    state.save()
    client = browse("city")
    assert "南山民政" in text(client.get("/unresolved-units/"))
    assert "没有这个编码的单位" in text(
        client.post("/unresolved-units/", {"spelling": "南山民政", "unit": "XX"}, follow=True)
    )
    answer = client.post("/unresolved-units/", {"spelling": "南山民政", "unit": "NS-MZJ"}, follow=True)
    assert "已对应" in text(answer) and "都已识别" in text(answer)
    state.refresh_from_db()
    assert state.professional_unit.code == "NS-MZJ" and UnitAlias.objects.get().name == "南山民政"
    [entry] = AuditEntry.objects.all()
    assert entry.action == "对应单位写法"
    for who in ("nanshan", "observer"):
        assert browse(who).post("/unresolved-units/", {"spelling": "甲", "unit": "NS"}).status_code == 403


def test_odd_spellings_are_answered_in_words(browse, city):
    client = browse("city")
    for spelling in ("", "\x00", "长" * 5000, "；；"):
        assert client.post("/unresolved-units/", {"spelling": spelling, "unit": "NS"}).status_code == 302
    assert client.post("/unresolved-units/", {"spelling": "甲", "unit": "\x00"}).status_code == 302
