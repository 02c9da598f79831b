"""The way of a site: its page with the next step, the lists beside it, the board, and the page for everybody."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core.validity import today
from tests import site_way, world
from tests.forms.sheets import change, shown
from tests.pages.conftest import listed, text


def primary(page: str) -> str:
    """The word of the one primary button of a page; empty without one."""
    found = re.findall(r'<a class="btn btn-primary"[^>]*>(?:<svg.*?</svg>)?([^<]*)</a>', page, re.DOTALL)
    assert len(found) <= 1
    return found[0].strip() if found else ""


@pytest.fixture
def applied(city):
    """The Nanshan service centre applies to its district."""
    return site_way.application(city.organizations["nanshan-own"], "2015-01-01", code="B-1", by=city.parties["own"])


def _next(browse, who, address="/site-applications/B-1/"):
    return primary(text(browse(who).get(address)))


def test_the_next_step_follows_from_what_has_happened(city, applied, browse):
    assert _next(browse, "nanshan") == "登记评审"
    site_way.review(applied, city.units["nanshan"], "2015-02-01", passed=False)
    assert _next(browse, "nanshan") == "申报示范点" and "未通过" in text(
        browse("nanshan").get("/site-applications/B-1/")
    )
    site_way.review(applied, city.units["nanshan"], "2015-03-01", structure=20, leadership=19)
    assert _next(browse, "nanshan") == "命名示范点"
    site = world.site(city.organizations["nanshan-own"], "2015-04-01", code="S-1")
    site.application = applied
    site.save()
    assert _next(browse, "nanshan") == _next(browse, "nanshan", "/sites/S-1/") == "登记走访"
    site_way.visit(site, city.units["nanshan"], "2015-06-01", follow_up="补齐台账")
    site_way.grant(site, "20000", "2015-07-01")
    page = text(browse("nanshan").get("/sites/S-1/"))
    assert "海珠社会工作服务中心党支部" in page and "评审 39 / 100 分" in page
    assert "补齐台账（还没有办结）" in page and "资助 20,000 元" in page
    days = re.findall(
        r'<span class="code">(\d{4}-\d\d-\d\d)</span>', page.split('<ol class="way">')[1].split("</ol>")[0]
    )
    assert days == ["2015-01-01", "2015-02-01", "2015-03-01", "2015-04-01", "2015-06-01", "2015-07-01"]
    site.withdrawn_on, site.withdrawal_reason = today(), "不再开展活动"
    site.save()
    page = text(browse("nanshan").get("/site-applications/B-1/"))
    assert primary(page) == "" and "已撤销" in page and "不再开展活动" in page


@pytest.mark.parametrize(
    ("who", "level", "word", "waits"),
    [
        ("city", "CITY", "登记评审", ""),
        ("nanshan", "CITY", "", "等市级评审"),
        ("nanshan", "DISTRICT", "登记评审", ""),
        ("lin", "DISTRICT", "", "等区级牵头单位或负责的单位评审"),
        ("observer", "DISTRICT", "", "等区级牵头单位或负责的单位评审"),
    ],
)
def test_a_step_is_offered_to_whoever_may_take_it(city, applied, browse, who, level, word, waits):
    applied.level = level
    applied.save()
    page = text(browse(who).get("/site-applications/B-1/"))
    assert primary(page) == word and (waits in page if waits else "等" not in page.split("</h1>")[1].split("<ol")[0])


def test_a_secretary_applies_from_the_page_of_the_organization(city, browse):
    client, own = browse("lin"), city.organizations["nanshan-own"]
    page = text(client.get(f"/organizations/{own.path_key}/"))
    assert "申报示范点" in page and "命名示范点" not in page
    typed = shown(client, "/records/site-applications/new/")
    assert (typed["organization"], typed["party_organization"], typed["level"]) == (own.key, "NS-0001", "区级")
    answer = client.post("/records/site-applications/new/", {**typed, "reasons": "党建有特色"}, follow=True)
    assert "海珠社会工作服务中心党支部" in answer.content.decode() and "等区级牵头单位" in answer.content.decode()
    assert "申报示范点" not in text(browse("observer").get(f"/organizations/{own.path_key}/"))


def test_pages_of_the_organization_and_of_its_party_organization_list_what_was_applied_for(city, applied, browse):
    """With where it stands on the day; the list of a party organization also has what it applied for elsewhere."""
    own, unit = city.organizations["nanshan-own"], city.units["nanshan"]
    site_way.review(applied, unit, "2015-03-01")
    world.site(own, "2015-05-01", name="海珠党建示范点", code="S-1")
    pages = f"/organizations/{own.path_key}/", "/party-organizations/NS-0001/"
    for who, address in [("nanshan", pages[0]), ("nanshan", pages[1]), ("lin", pages[1]), ("observer", pages[0])]:
        for day, word in {"2015-02-28": "已申报", "2015-03-01": "已评审"}.items():
            card = _card(browse(who).get(f"{address}?date={day}"))
            assert "/site-applications/B-1/" in card and word in card and "海珠党建" not in card, (who, address, day)
        card = _card(browse(who).get(address))
        assert "海珠党建示范点" in card and card.count(own.name) == (2 if address == pages[1] else 0)
        assert 'aria-labelledby="sites"' not in text(browse(who).get(f"{address}?date=2014-12-31"))


def _card(answer):
    return text(answer).split('aria-labelledby="sites"')[1].split("</section>")[0]


def test_what_lies_outside_is_not_there(applied, browse):
    assert browse("futian").get("/site-applications/B-1/").status_code == 404
    assert listed(browse("futian"), "/site-applications/") == []


def test_naming_starts_with_what_the_application_says(city, applied, browse):
    applied.level, applied.field = "CITY", "SOCIAL_WORK"
    applied.save()
    site_way.review(applied, city.units["city"], "2015-03-01")
    typed = shown(browse("city"), "/records/sites/new/?application=B-1")
    assert typed["organization"] == city.organizations["nanshan-own"].key and typed["application"] == "B-1"
    assert (typed["level"], typed["field"], typed["published"]) == ("市级", "社会工作", "否")
    answer = browse("city").post("/records/sites/new/?application=B-1", typed, follow=True)
    page = answer.content.decode()
    assert "已保存：命名示范点" in page and primary(text(answer)) == "登记走访"


def test_a_withdrawal_asks_why(city, browse):
    site = world.site(city.organizations["nanshan-own"], code="S-1")
    client, address = browse("nanshan"), change("sites", site, end=True)
    typed = shown(client, address)
    assert typed["withdrawn_on"] == today().isoformat()
    assert "撤销示范点要写明原因" in client.post(address, typed).content.decode()
    assert client.post(address, {**typed, "withdrawal_reason": "不再开展活动"}).status_code == 302
    site.refresh_from_db()
    assert (site.withdrawn_on, site.withdrawal_reason) == (today(), "不再开展活动")


def test_a_review_says_its_points_before_it_is_saved(city, applied, browse):
    client = browse("nanshan")
    address = "/records/site-reviews/new/?application=B-1"
    typed = {
        **shown(client, address),
        "points.structure": "20",
        "points.leadership": "20",
        "verdict": "通过",
        "ask": "preview",
    }
    panel = client.post(address, typed).content.decode()
    assert "合计 40 分" in panel and "结论与评分不一致" in panel and "组织生活、党员作用" in panel
    answer = client.post(address, {**typed, "ask": ""}, follow=True)
    assert "评审已通过，还没有命名。" in answer.content.decode()
    assert "/records/sites/new/?application=B-1" in answer.content.decode()


def test_the_board_counts_what_applies_and_adds_what_was_given(city, applied, browse):
    site_way.application(city.organizations["futian-missing"], "2015-02-01", level="CITY")
    site = world.site(city.organizations["nanshan-joint"], "2015-01-01", level="CITY")
    site_way.grant(site, "1000.50", "2015-03-01", source="CITY")
    site_way.grant(site, "2000", "2016-03-01", source="OTHER")
    site_way.grant(world.site(city.organizations["futian-joint"], "2015-01-01"), "500", "2016-05-01")
    page = re.sub(r"<[^>]+>|\s+", " ", text(browse("city").get("/demonstration/?date=2016-04-01")))
    page = re.sub(r"\s+", " ", page)
    assert "还差 9 个市级示范点 ，有 1 份申报待评审、待命名" in page.replace("点，", "点 ，")
    assert "南山区差 2 个 （有 1 份申报）" in page.replace("个（", "个 （")
    assert "南山区 1,000.50 — 2,000 3,000.50 2,000" in page and "全市 1,000.50 — 2,000 3,000.50 2,000" in page
    assert "福田区 — 500" not in page and "福田区 — 500" in re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", text(browse("futian").get("/demonstration/?date=2016-05-01")))
    )


def test_the_lists_narrow(city, applied, browse):
    site_way.review(
        site_way.application(city.organizations["nanshan-joint"], code="B-2"), city.units["nanshan"], passed=False
    )
    site = world.site(city.organizations["nanshan-own"], code="S-1")
    site_way.visit(site, city.units["nanshan"], "2015-06-01", follow_up="补齐台账")
    site_way.visit(site, city.units["nanshan"], "2015-07-01")
    site_way.grant(site, "20000")
    client = browse("nanshan")
    assert listed(client, "/site-applications/?state=open") == ["B-1"]
    assert listed(client, "/site-applications/?state=refused") == ["B-2"]
    assert listed(client, "/site-applications/?q=B-2") == ["B-2"]
    assert len(listed(client, "/site-visits/")) == 2 and len(listed(client, "/site-visits/?next=open")) == 1
    assert listed(client, "/site-reviews/?verdict=PASSED") == []
    assert (
        listed(client, "/site-grants/?source=CITY") == [] and len(listed(client, "/site-grants/?source=DISTRICT")) == 1
    )


def test_only_what_was_confirmed_is_public(city, client):
    """Without an account: what is not confirmed, has ended, or whose organization is closed never appears."""
    orgs = city.organizations
    shown_one = world.site(orgs["nanshan-own"], level="CITY", field="VOLUNTEERING", name="不写在公开页上的名称")
    hidden = world.site(orgs["nanshan-joint"], name="没有确认公开")
    ended = world.site(orgs["futian-joint"], "2014-01-01", "2015-01-01")
    closed = world.site(orgs["futian-posted"])
    coming = world.site(orgs["futian-missing"], "2099-01-01")
    for site in (shown_one, ended, closed, coming):
        site.published = True
        site.save()
    orgs["futian-posted"].closed_on = world.day("2015-01-01")
    orgs["futian-posted"].save()
    page = text(client.get("/public/sites/"))
    assert orgs["nanshan-own"].name in page and "志愿服务" in page and "南山区" in page and "共 1 个" in page
    for site in (hidden, ended, closed, coming):
        assert site.organization.name not in page
    assert "林知远" not in page and "不写在公开页上的名称" not in page
    shown_one.published = False
    shown_one.save()
    assert "目前没有公开的示范点" in text(client.get("/public/sites/")) and hidden.published is False


def test_whoever_names_it_confirms_that_it_is_public(city, browse, client):
    site = world.site(city.organizations["nanshan-own"], code="S-1")
    address = change("sites", site)
    typed = shown(browse("nanshan"), address)
    assert typed["published"] == "否"
    assert browse("nanshan").post(address, {**typed, "published": "是"}).status_code == 302
    assert city.organizations["nanshan-own"].name in text(client.get("/public/sites/"))
    of_city = world.site(city.organizations["nanshan-joint"], level="CITY")
    assert browse("nanshan").get(change("sites", of_city)).status_code == 403


def test_as_many_statements_for_many_rows(city, applied, browse, client):
    site = world.site(city.organizations["nanshan-own"], code="S-1")
    site.published = True
    site.save()

    def ask(who, address):
        with CaptureQueriesContext(connection) as captured:
            assert who.get(address).status_code == 200
        return len(captured)

    clerk = browse("nanshan")
    addresses = [(clerk, one) for one in ("/sites/S-1/", "/site-applications/B-1/", "/demonstration/", "/site-visits/")]
    addresses += [(clerk, "/site-applications/"), (clerk, "/site-grants/"), (clerk, "/site-reviews/")]
    addresses.append((client, "/public/sites/"))
    site_way.visit(site, city.units["nanshan"], "2013-01-01")
    site_way.grant(site, "1")
    site_way.review(applied, city.units["nanshan"], "2013-01-01")
    few = [ask(*one) for one in addresses]
    for month in range(1, 12):
        site_way.visit(site, city.units["nanshan"], f"2015-{month:02d}-01")
        site_way.grant(site, "100", f"2015-{month:02d}-01")
        site_way.review(applied, city.units["nanshan"], f"2015-{month:02d}-01")
        site_way.application(city.organizations["nanshan-joint"])
        world.site(city.organizations["nanshan-joint"])
    assert [ask(*one) for one in addresses] == few and max(few) <= 15
