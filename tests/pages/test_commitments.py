"""Article 11 besides the gates: agreements, charter clauses, decisions and scores of purchases, and their counts."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.involvement import Involvement, answered_by, involvement
from branches.models import MajorDecision
from orgs import purchasing
from orgs.models import PurchaseScore
from portal.core.opaque import opaque
from portal.core.score_sheets import Item, ScoreSheet
from portal.core.validity import today
from tests import world
from tests.commitments import agreement, clause, decision, score
from tests.forms.sheets import change, new, shown
from tests.imports.test_scope import bring, codes
from tests.pages.conftest import text

TODAY = today()
YEAR = TODAY.year


def commitments(client, organization, **asked: str) -> str:
    """The card of an organization's page."""
    page = text(client.get(reverse("organization", args=[organization.path_key]), asked))
    return page.split('id="commitments"')[1].split("</section>")[0]


def facts(client, **asked: str) -> str:
    """What the page of the notice says under article 11."""
    return text(client.get(reverse("notice"), asked)).split('id="article-11"')[1].split('id="article-12"')[0]


@pytest.mark.parametrize("address", ["/decisions/", "/covering/"])
@pytest.mark.parametrize(
    ("who", "at", "staff"), [("instructor", "futian-posted", "futian"), ("lin", "nanshan-own", "nanshan")]
)
def test_what_covers_an_organization_is_a_link_for_whoever_may_open_it(city, browse, address, who, at, staff):
    world.link(city.parties["joint"], city.organizations[at], "2015-01-01")
    decision(city.parties["joint"], city.organizations[at], f"{YEAR}-01-01")
    page, link = browse(who).get(address).content.decode(), "/party-organizations/FT"
    assert city.parties["joint"].name in page
    assert link not in page
    assert link in browse(staff).get(address).content.decode()


# ── the counts ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bound(city):
    """Two organizations of Nanshan and one of Futian with a row of each register."""
    own, missing, far = (city.organizations[key] for key in ("nanshan-own", "nanshan-missing", "futian-missing"))
    agreement(own, "2014-01-01", "2017-01-01", managers=3, partners=2)
    agreement(missing, "2015-01-01")
    agreement(far, "2015-01-01")
    clause(own, "2014-03-01")
    decision(city.parties["own"], own, "2015-02-01")
    decision(city.parties["own"], own, "2016-02-01", matter="CHARTER")
    score(own, "2016-04-01", organization=20, term=5)
    return city


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2013-12-31", Involvement()),
        ("2014-01-01", Involvement(agreements=1)),
        ("2015-12-31", Involvement(clauses=1, agreements=3, decisions=1)),
        ("2016-03-31", Involvement(clauses=1, agreements=3, decisions=1)),
        ("2016-12-31", Involvement(clauses=1, agreements=3, decisions=1, scores=1)),
        # the day it ends it is no longer in force
        ("2017-01-01", Involvement(clauses=1, agreements=2)),
    ],
)
def test_in_force_on_the_day_and_so_far_in_its_year(bound, day, expected):
    assert involvement(world.day(day)) == expected


def test_of_units_and_without_what_is_closed(bound):
    day, nanshan = world.day("2016-12-31"), bound.units["nanshan"].pk
    units = {nanshan, bound.units["nanshan-civil"].pk}
    assert involvement(day, answered_by(units, day)).agreements == 2
    closed = bound.organizations["nanshan-missing"]
    closed.closed_on = world.day("2016-12-31")
    closed.save()
    assert involvement(day, answered_by(units, day)).agreements == 1
    assert involvement(day - datetime.timedelta(days=1), answered_by(units, day)).agreements == 2


def test_the_page_of_the_notice_and_of_the_organization_say_the_same(bound, browse):
    own = bound.organizations["nanshan-own"]
    card = commitments(browse("nanshan"), own, date="2016-12-31")
    for count, word in ((1, "在有效期内的共同责任书"), (1, "2016 年参与重大决策"), (1, "2016 年政府购买服务党建评分")):
        assert f"<b>{count}</b><span>{word}</span>" in card.replace("\n", "").replace("  ", ""), word
    assert "管理人员 3 名，合伙人 2 名" in card and "25 分（满分 100）" in card and "章程修改" in card
    then = facts(browse("city"), date="2016-12-31")
    assert re.search(r"在有效期内的共同责任书\s*(<[^>]+>\s*)*3", then), then
    today_here = facts(browse("nanshan"), unit="NS")
    assert f'href="{reverse("agreements")}?counted=today&amp;unit=NS"' in today_here


def test_before_they_began_nothing_is_listed(bound, browse):
    card = commitments(browse("nanshan"), bound.organizations["nanshan-own"], date="2013-12-01")
    assert "还没有登记章程党建条款" in card


# ── who enters what ─────────────────────────────────────────────────────────────────────────────────────────


def test_who_answers_is_offered_the_forms_and_others_are_not(bound, browse):
    own = bound.organizations["nanshan-own"]
    for who, offered in (("nanshan", True), ("city", True), ("observer", False), ("lin", False)):
        card = commitments(browse(who), own)
        for word in ("登记章程党建条款", "登记共同责任书", "登记党建评分"):
            assert (word in card) == offered, (who, word)


def test_a_secretary_enters_a_decision_from_the_own_page(bound, browse):
    client, party = browse("lin"), bound.parties["own"]
    address = f"{new('decisions')}?party_organization={party.code}"
    page = text(client.get(reverse("party-organization", args=[party.code])))
    assert f'href="{address}"' in page
    known = shown(client, address)
    assert known["organization"] == bound.organizations["nanshan-own"].key
    answer = client.post(address, {**known, "matter": "大额资金使用", "outcome": "采纳"})
    assert answer.status_code == 302
    made = MajorDecision.objects.everyone().order_by("-pk")[0]
    assert (made.held_on, made.matter, made.outcome) == (TODAY, "MONEY", "ADOPTED")


@pytest.mark.parametrize(
    ("who", "party", "at", "written"),
    [
        ("lin", "own", "nanshan-own", True),
        ("nanshan", "own", "nanshan-own", True),
        # neither a party organization of others nor an organization out of sight
        ("futian", "own", "nanshan-own", False),
        ("lin", "own", "futian-missing", False),
        ("nanshan", "own", "futian-missing", False),
        ("observer", "own", "nanshan-own", False),
    ],
)
def test_whose_decisions_are_taken_in(city, who, party, at, written):
    file = "党组织编码,统一社会信用代码,日期,决策事项\n{},{},2016-02-01,章程修改"
    text_of = file.format(city.parties[party].code, city.organizations[at].credit_code)
    report = bring(city.users[who], "decisions", text_of)
    assert (report.committed, codes(report)) == (written, [] if written else ["IMP-108"])


def test_an_agreement_ends_no_sooner_than_it_was_signed(city):
    file = "统一社会信用代码,签订日期,起始日期,结束日期\n{},2016-02-01,2015-01-01,2015-06-01"
    report = bring(city.users["nanshan"], "agreements", file.format(city.organizations["nanshan-own"].credit_code))
    assert codes(report) == ["IMP-109"]


# ── purchases ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_sheet_of_the_day_and_its_total(monkeypatch):
    items = (Item("organization", "党组织建立或派驻", 60), Item("life", "组织生活", 40))
    later = ScoreSheet(world.day("2020-01-01"), "市级评分表", items)
    monkeypatch.setattr(purchasing, "SHEETS", (*purchasing.SHEETS, later))
    before, after = (purchasing.sheet(world.day(day)) for day in ("2019-12-31", "2020-01-01"))
    points = {"organization": 25, "term": 10}
    assert before.full == after.full == 100
    assert (before.total(points), after.total(points)) == (35, 25)
    assert after.unscored(points) == ["组织生活"]
    assert [item.word for item in before.excess({"organization": 26, "life": 15})] == ["党组织建立或派驻"]
    assert {item.key for item in before.items} == set(purchasing.ITEMS)


def test_the_form_shows_the_items_and_tells_the_total(city, browse):
    client, address = browse("nanshan"), new("purchase-scores")
    opened = shown(client, address)
    assert {name for name in opened if name.startswith("points.")} == {f"points.{one}" for one in purchasing.ITEMS}
    typed = {
        **opened,
        "organization": city.organizations["nanshan-own"].key,
        "project": "长者服务",
        "points.organization": "25",
        "points.life": "１２",
    }
    panel = text(client.post(address, {**typed, "ask": "preview"}))
    assert "37 分，满分 100 分；未评：按期换届" in panel
    refused = text(client.post(address, {**typed, "points.life": "16"}))
    assert "“组织生活”最多 15 分" in refused and 'value="16"' in refused
    assert "“组织生活”" in text(client.post(address, {**typed, "points.life": "很好"}))
    assert client.post(address, typed).status_code == 302
    made = PurchaseScore.objects.everyone().get()
    assert (made.points, made.buyer) == ({"organization": 25, "life": 12}, city.units["nanshan"].name)
    assert made.scored_on == TODAY
    client.post(change("purchase-scores", made), {**shown(client, change("purchase-scores", made)), "points.life": ""})
    made.refresh_from_db()
    assert made.points == {"organization": 25}


def test_the_sheet_of_a_score_is_printed_with_its_total(bound, browse):
    row = PurchaseScore.objects.everyone().get()
    address = reverse("purchase-sheet", args=[opaque("orgs.purchasescore", row.pk)])
    page = text(browse("nanshan").get(address))
    assert "<b>25</b> 分，满分 100 分" in page and page.count("未评") == 7 and "data-print" in page
    assert browse("futian").get(address).status_code == 404
    assert address in text(browse("nanshan").get(reverse("purchase-scores"), {"year": "2016"}))


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ("党组织建立或派驻：26", "IMP-102"),
        ("门面：3", "IMP-102"),
        ("组织生活：3；组织生活：4", "IMP-102"),
        ("组织生活：", "IMP-102"),
        ("组织生活", "IMP-102"),
    ],
)
def test_points_that_cannot_be(city, points, code):
    file = "统一社会信用代码,项目名称,评分日期,购买单位,得分明细\n{},甲,2016-02-01,NS,{}"
    report = bring(
        city.users["nanshan"], "purchase_scores", file.format(city.organizations["nanshan-own"].credit_code, points)
    )
    assert [(one.code, one.column) for one in report.files[0].errors] == [(code, "得分明细")]


def test_a_purchaser_that_nobody_knows_is_bound_by_its_alias(city, browse):
    row = score(city.organizations["nanshan-own"], "2016-02-01")
    row.purchaser_written = "南山财政"
    row.save()
    assert "南山财政" in text(browse("city").get(reverse("unresolved-units")))
    file = "单位编码,单位名称,单位类别,别名\nNS,中共南山区委组织部,区级牵头,南山财政"
    assert bring(city.users["city"], "units", file).committed
    row.refresh_from_db()
    assert (row.purchaser, row.purchaser_written) == (city.units["nanshan"], "")


# ── cost ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pages_take_few_statements(bound, browse):
    client, own = browse("nanshan"), bound.organizations["nanshan-own"]
    event = world.event(own, "2016-05-31", answers={"page": True})
    client.get("/")
    row = PurchaseScore.objects.everyone().get()
    for address in (
        reverse("organization", args=[own.path_key]),
        reverse("event-sheet", args=[event.code]),
        reverse("purchase-sheet", args=[opaque("orgs.purchasescore", row.pk)]),
        reverse("agreements"),
        reverse("decisions"),
        reverse("notice"),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 15, (address, [one["sql"][:200] for one in asked])
