"""Elections on pages: the list and its share, the form with what the rules say, the term offered next, the file of a
party organization, the names behind the figure."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from branches.models import Election
from portal.core.validity import today
from tests import world
from tests.pages.conftest import listed, text

NEW = "/records/elections/new/"


@pytest.fixture
def held(city):
    """Elections of both districts: by each method, of each occasion, with and without numbers."""
    own, far = city.parties["own"], city.parties["joint"]
    recent = today().replace(day=1)
    days = [recent.replace(year=recent.year - back) for back in (0, 1, 2, 4)]
    return {
        "direct": world.election(own, days[1].isoformat(), due=11, present=9, seats=3, candidates=4),
        "unstated": world.election(own, days[2].isoformat(), "DIRECT", "", due=10, present=7, seats=5, candidates=5),
        "by-election": world.election(own, days[0].isoformat(), "BY_COMMITTEE", "BY_ELECTION"),
        "old": world.election(own, days[3].isoformat(), occasion="FOUNDING"),
        "far": world.election(far, days[1].isoformat(), "BY_COMMITTEE", seats=1, candidates=1),
    }


def days_listed(page: str) -> set[str]:
    return set(re.findall(r'data-label="选举日期"[^>]*>\s*<a[^>]*>(\d{4}-\d\d-\d\d)', page))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"direct", "unstated", "by-election", "old"}),
        ("method=PUBLIC_NOMINATION", {"direct", "old"}),
        ("occasion=CHANGE_OF_TERM", {"direct", "unstated"}),
        ("occasion=BY_ELECTION", {"by-election"}),
        ("contest=surplus", {"direct"}),
        ("contest=equal", {"unstated"}),
        ("contest=unknown", {"by-election", "old"}),
    ],
)
def test_the_list_is_filtered(browse, held, query, expected):
    page = text(browse("lin").get(f"/elections/?{query}"))
    assert days_listed(page) == {held[name].held_on.isoformat() for name in expected}


def test_the_list_is_filtered_by_year(browse, held):
    client = browse("lin")
    for one in held.values():
        expected = {o.held_on.isoformat() for k, o in held.items() if o.held_on.year == one.held_on.year and k != "far"}
        assert days_listed(text(client.get(f"/elections/?year={one.held_on.year}"))) == expected
    assert client.get("/elections/?year=1066").status_code == 400


def test_whoever_supervises_sees_the_elections(browse, held):
    own = {"海珠社会工作服务中心党支部"}
    # the joint branch covers an organization of Nanshan too
    assert set(listed(browse("nanshan"), "/elections/")) == own | {"景田片区联合党支部"}
    assert set(listed(browse("lin"), "/elections/")) == own
    assert set(listed(browse("education"), "/elections/")) == set()


def test_the_list_says_what_is_to_be_checked(browse, held):
    page = text(browse("lin").get("/elections/"))
    states = dict(
        re.findall(r'选举日期"[^>]*>\s*<a[^>]*>([\d-]{10}).*?选举规则"[^>]*>.*?</svg>(\S+?)</span>', page, re.S)
    )
    assert states[held["direct"].held_on.isoformat()] == "相符"
    assert states[held["unstated"].held_on.isoformat()] == "须核对"
    assert states[held["old"].held_on.isoformat()] == "未核对"


def test_the_share_stands_above_the_list_for_those_who_see_counts(browse, held):
    def shares(who: str) -> dict[str, tuple[str, str]]:
        page = text(browse(who).get("/elections/"))
        found = re.findall(r"<dt>(.*?)</dt>\s*<dd>\s*<a[^>]*><b>(\d+) / (\d+)</b>", page)
        return {name: (met, eligible) for name, met, eligible in found}

    assert shares("city") == {"全市": ("1", "3")}
    assert shares("nanshan") == {"全市": ("1", "3"), "中共南山区委组织部": ("1", "2")}
    assert shares("futian")["中共福田区委组织部"] == ("0", "1")
    assert shares("lin") == {}


def test_the_names_behind_the_share(browse, held):
    page = text(browse("nanshan").get("/coverage/direct-election/?by=unit&group=NS"))
    assert "公推直选" in page and "其他方式" in page and "换届（未注明），直接选举" in page
    assert page.count(reverse("party-organization", args=["NS-0001"])) == 2


def typed(**more: str) -> dict[str, str]:
    return {
        "party_organization": "NS-0001",
        "held_on": "2017-06-02",
        "occasion": "换届",
        "method": "公推直选",
        "due": "11",
        "present": "9",
        "seats": "5",
        "candidates": "5",
        **more,
    }


def test_the_form_says_what_the_rules_say_and_saves_all_the_same(browse, city):
    client = browse("lin")
    panel = text(client.post(NEW, {**typed(), "ask": "preview"}, headers={"X-Requested-With": "fetch"}))
    for part in ("达到应到会 11 人的五分之四（9 人）", "至少 6 名", "得 5 票的按实到会当选、按应到会不当选"):
        assert part in panel
    assert not Election.objects.everyone().exists()
    assert client.post(NEW, typed()).status_code == 302
    assert Election.objects.everyone().get().candidates == 5


def test_a_secretary_starts_with_the_own_party_organization_and_a_change_of_term(browse):
    page = text(browse("lin").get(NEW))
    assert 'value="NS-0001"' in page and re.search(r'<option value="换届" selected', page)


@pytest.mark.parametrize(("occasion", "offered"), [("换届", True), ("", True), ("成立", True), ("补选", False)])
def test_after_an_election_that_begins_a_term_its_approval_is_offered(browse, occasion, offered):
    client = browse("lin")
    page = text(client.post(NEW, typed(occasion=occasion), follow=True))
    found = re.search(r'批复以后登记批复，新一届随之登记。 <a href="([^"]+)">登记批复</a>', page)
    assert (found is not None) == offered
    if found:
        form = text(client.get(html.unescape(found[1])))
        assert f'value="{today().isoformat()}"' in form and "批复单位" in form and "应到会人数" not in form


def test_a_second_election_of_a_day_is_the_same_one(browse):
    client = browse("lin")
    assert client.post(NEW, typed()).status_code == 302
    again = client.post(NEW, typed(method="直接选举"))
    assert again.status_code == 200 and "已另有一条相同的记录" in text(again)


def test_numbers_that_are_none_get_a_sentence(browse):
    page = text(browse("lin").post(NEW, typed(due="很多", present="-1", seats="99999999999")))
    assert "还没有保存：有 3 处要改" in page
    assert not Election.objects.everyone().exists()


def test_the_file_of_a_party_organization_shows_its_elections(browse, held):
    address = reverse("party-organization", args=["NS-0001"])
    page = text(browse("nanshan").get(address))
    section = page.split('id="elections"')[1].split("</section>")[0]
    days = re.findall(r'<td class="nowrap"><a[^>]*>(\d{4}-\d\d-\d\d)</a></td>', section)
    assert days == sorted((held[k].held_on.isoformat() for k in held if k != "far"), reverse=True)
    for part in (
        "换届（未注明）",
        "选举无效",
        "差额不足",
        "口径不同",
        "《中国共产党基层组织选举工作条例》",
        "登记一次换届选举",
    ):
        assert part in section
    assert "<b>补选</b>" in page.split('id="history"')[1]
    before = text(browse("nanshan").get(f"{address}?date=2015-01-01"))
    assert "没有登记当日以前的选举" in before


def test_an_observer_sees_and_adds_nothing(browse, held):
    page = text(browse("observer").get(reverse("party-organization", args=["NS-0001"])))
    assert "选举无效" in page and "登记一次换届选举" not in page
