"""变更记录 of one record: complete, in its own words, for whoever may look at the record."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from branches.models import CoveringLink, InstructorPosting
from orgs.models import Exclusion
from portal.core.models import AuditEntry
from tests.ledger import furnish
from tests.records.conftest import history, key, posting, text


def steps(page):
    """The actions of a history page, newest first."""
    parts = page.split('<h2 id="step-')[1:]
    return [part.split(">", 1)[1].split("<")[0] for part in parts]


def test_who_when_why_and_what(browse, hands, exclusion):
    hands("nanshan").add("exclusions", "列为不计入", **exclusion)
    row = Exclusion.objects.everyone().get()
    hands("nanshan").change("exclusions", row, reason="起因写错", approver="市委组织部")
    page = history(browse("nanshan"), "exclusions", row)
    assert steps(page) == ["更正", "列为不计入"]
    assert "温以宁" in page and "起因写错" in page
    assert "<del>区委组织部</del>" in page and "市委组织部" in page


def test_it_follows_a_corrected_key_and_leaves_the_old_key_to_whoever_has_it_then(browse, hands, exclusion):
    hand = hands("nanshan")
    hand.add("exclusions", "第一条", **exclusion)
    first = Exclusion.objects.everyone().get()
    hand.change("exclusions", first, action="改日期", valid_from="2017-01-01")
    hand.add("exclusions", "第二条", **exclusion)
    second = Exclusion.objects.everyone().get(valid_from="2016-01-01")
    hand.change("exclusions", second, action="改理由", reason="写错", approver="另一位")
    assert steps(history(browse("nanshan"), "exclusions", Exclusion.objects.everyone().get(pk=first.pk))) == [
        "改日期",
        "第一条",
    ]
    assert steps(history(browse("nanshan"), "exclusions", second)) == ["改理由", "第二条"]


def test_what_came_by_file_stands_beside_what_was_done_by_hand(browse, hands, city):
    from portal.core import audit
    from portal.core.audit import ChangeOf

    one = city.organizations["nanshan-missing"]
    change = ChangeOf("organizations", one.credit_code, "街道", "", "NS-YH")
    audit.record(actor=None, action="导入", actor_name="命令行", changes=[change])
    hands("city").change("organizations", one, professional_unit="SZ-JYGW", effective="2016-01-01")
    page = history(browse("nanshan"), "organizations", one)
    assert steps(page) == ["更正", "导入"]
    assert "粤海街道" in page and "中共深圳市委教育工作委员会" in page


def test_an_undone_action_says_so(browse, hands, exclusion):
    entry = hands("nanshan").add("exclusions", **exclusion)
    row = Exclusion.objects.everyone().get()
    later = hands("nanshan").change("exclusions", row, approver="另一位")
    assert browse("nanshan").post(f"/undo/{later.pk}/").status_code == 302
    page = history(browse("nanshan"), "exclusions", row)
    assert steps(page)[0] == "撤销：更正" and page.count("已撤销") == 1
    assert f"/undo/{entry.pk}/" not in page, "only the last change is offered"


def test_undoing_what_made_the_record_leads_to_the_list(browse, hands, exclusion):
    hands("nanshan").add("exclusions", "列为不计入", **exclusion)
    client, row = browse("nanshan"), Exclusion.objects.everyone().get()
    page = history(client, "exclusions", row)
    [then], [undo] = re.findall(r'name="next"\s+value="([^"]*)"', page), re.findall(r'action="(/undo/\d+/)"', page)
    answer = client.post(undo, {"next": then}, follow=True)
    assert answer.status_code == 200 and "已撤销：列为不计入" in text(answer) and then == "/exclusions/"


def test_pages_are_turned_by_key(browse, hands, exclusion):
    hand = hands("nanshan")
    hand.add("exclusions", "第 0 次", **exclusion)
    row = Exclusion.objects.everyone().get()
    for number in range(1, 25):
        hand.change("exclusions", row, action=f"第 {number} 次", approver=f"第{number}位")
    client, address = browse("nanshan"), reverse("record-history", args=["exclusions", key("exclusions", row)])
    first = text(client.get(address))
    assert steps(first) == [f"第 {n} 次" for n in range(24, 4, -1)]
    after = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert steps(text(client.get(after))) == [f"第 {n} 次" for n in range(4, -1, -1)]
    assert client.get(address, {"page": "没有这一页"}).status_code == 400


def test_who_may_not_see_the_record_finds_no_history(browse, hands, exclusion):
    hands("nanshan").add("exclusions", **exclusion)
    row = Exclusion.objects.everyone().get()
    address = reverse("record-history", args=["exclusions", key("exclusions", row)])
    assert [browse(name).get(address).status_code for name in ("futian", "instructor")] == [404, 404]
    assert browse("system").get(address).status_code == 403
    assert browse("observer").get(address).status_code == 200
    assert browse("nanshan").get("/records/exclusions/none/history/").status_code == 404
    assert browse("nanshan").get("/records/nothing/none/history/").status_code == 404


def test_names_of_people_are_for_those_who_see_members(browse, hands, city):
    organization = city.organizations["futian-posted"]
    told = posting(city, organization=organization.credit_code, sending_unit="FT", number="ZD-001", name="封予安")
    hands("futian").add("instructors", "派出指导员", **told)
    row = InstructorPosting.objects.everyone().get(valid_from=told["valid_from"])
    hands("futian").change("instructors", row, action="改名", name="封予宁")
    assert "封予宁" in history(browse("futian"), "instructors", row)
    page = history(browse("instructor"), "instructors", row)
    assert "封予宁" not in page and "不在查看范围内" in page


def test_what_lies_outside_the_scope_is_not_named(browse, hands, city):
    """A link of the joint party organization moved from one that Futian sees to one it does not."""
    link = CoveringLink.objects.everyone().get(organization=city.organizations["futian-joint"])
    hands("city").change("covering", link, party_organization="NS-0001")
    page = history(browse("futian"), "covering", link)
    assert "景田片区联合党支部" in page
    nanshan = CoveringLink.objects.everyone().get(organization=city.organizations["nanshan-own"])
    assert not AuditEntry.objects.filter(changes__key__contains=nanshan.organization.credit_code).exists()


@pytest.mark.parametrize("who", ["city", "nanshan", "lin"])
def test_every_register_has_one_within_fifteen_statements(browse, city, who, django_assert_max_num_queries):
    from tests.doors import EXAMPLES, KEPT, PAGES

    pairs = furnish(city)
    client = browse(who)
    for kind, kept in KEPT.items():
        if who in EXAMPLES[kept.names].nanshan and who in PAGES[kind].opens_for:
            client.get("/account/")
            with django_assert_max_num_queries(15, info=kind):
                history(client, kind, pairs[kept.names].nanshan)
