"""The page 待办, the secretary's phone, the bottom bar, the switch of the daily letter, statements."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.core import snapshots
from portal.core.models import AuditEntry, User
from portal.core.todo import first
from portal.core.validity import today
from tests import world
from tests.todo.conftest import ahead, body_of, item
from tests.todo.situations import Overdue, OwnDue, Planned, Postings, Refused, Straightening, Unresolved


def client_of(city, who):
    client = Client()
    client.force_login(city.users[who])
    return client


def busy(city, bring):
    """A district with something of nearly every kind."""
    for situation in (Unresolved, Straightening, OwnDue, Overdue, Postings, Planned, Refused):
        situation(city, bring).breaks()


def test_the_page_names_the_first_of_each_within_the_scope(city, bring):
    busy(city, bring)
    page = body_of(city, "nanshan", "/todo/")
    for name in (
        "南山区无主协会",
        "南山区老属协会",
        "南山区创客互助服务中心",
        "海珠社会工作服务中心党支部",
        "报数.csv",
    ):
        assert name in page
    far = body_of(city, "futian", "/todo/")
    assert "南山" not in far.split("<main")[1] and "海珠" not in far


def test_more_than_five_are_five_names_and_their_number(city):
    for number in range(7):
        held = world.party(f"NS-T{number}", by=city.units["nanshan"], name=f"第{number}党支部")
        world.term(held, "2014-03-01", "2017-02-28")
    page = body_of(city, "nanshan", "/todo/")
    assert len(re.findall(r"第\d党支部", page)) == 5 and "等 7 个" in page


def test_nothing_to_do_is_said_with_a_way_back(city):
    page = body_of(city, "education", "/todo/")
    assert "眼下没有要办的事" in page and "回工作台" in page


def test_every_button_of_the_page_opens_for_whom_it_is_shown(city, bring):
    busy(city, bring)
    world.term(city.parties["joint"], "2014-03-01", ahead(days=10))
    for who in ("city", "nanshan", "futian", "street", "observer", "lin", "instructor"):
        client = client_of(city, who)
        main = client.get("/todo/").content.decode().split("<main")[1].split("</main>")[0]
        for address in set(re.findall(r'href="(/[^"#]*)', main)):
            assert client.get(address.replace("&amp;", "&")).status_code == 200, (who, address)


def test_the_desk_leads_to_the_page(city, bring):
    Overdue(city, bring).breaks()
    assert 'href="/todo/"' in body_of(city, "nanshan", "/").split("<main")[1].split("</main>")[0]


# ── the secretary's phone ───────────────────────────────────────────────────────────────────────────────────


def settled(city):
    """The own party organization in term, its secretary trained, its members enough."""
    world.term(city.parties["own"], f"{today().year}-01-01", f"{today().year + 3}-01-01")
    world.attended(city.people["lin"], "3", on=f"{today().year}-01-01")


def test_a_secretary_with_nothing_to_do_is_told_so_first(city):
    settled(city)
    main = body_of(city, "lin", "/").split("<main")[1]
    assert "本月无需填报" in main
    assert main.index("本月无需填报") < main.index("覆盖单位")


def test_a_secretary_sees_the_pressing_first_and_its_place(city):
    settled(city)
    world.posting(city.organizations["nanshan-own"], "2020-01-01", ahead(days=20))
    world.term(city.parties["own"], f"{today().year}-01-02", ahead(days=12))
    main = body_of(city, "lin", "/").split("<main")[1]
    assert "本月有 <b>2</b> 件事" in main
    assert main.index("任期 1 个月内届满") < main.index("派驻 30 天内到期")
    assert 'href="/party-organizations/NS-0001/#term"' in main


def test_a_phone_shows_three_things_and_leads_to_the_rest(city):
    own, joint = city.organizations["nanshan-own"], city.organizations["nanshan-missing"]
    world.posting(own, "2020-01-01", ahead(days=20))
    for code, left in (("NS-0001", 12), ("NS-2", 50), ("NS-3", 130), ("NS-4", -3)):
        held = city.parties["own"] if code == "NS-0001" else world.party(code, superior=city.parties["own"])
        world.term(held, "2014-03-02", ahead(days=left))
    world.link(city.parties["own"], joint, "2015-01-01")
    main = body_of(city, "lin", "/").split("<main")[1].split("</main>")[0]
    assert main.count('<li class="matter') == 3
    number = int(re.search(r"本月有 <b>(\d+)</b> 件事", main)[1])
    assert number >= 5 and f"看全部 {number} 件事" in main


def test_a_secretary_of_two_is_led_to_the_list(city):
    world.term(world.party("NS-2", superior=city.parties["own"]), "2014-03-02", ahead(days=-3))
    found = item(city, "lin", "term-overdue")
    assert found.count == 1 and found.href.startswith("/party-organizations/?term=overdue")


def test_a_secretary_has_only_the_own_people_to_train(city):
    day = world.day(f"{today().year}-10-01")
    other = world.party("NS-2", by=city.units["nanshan"])
    world.post(world.member(None, other, name="另一位"), other, "2014-03-01")
    found = item(city, "lin", "training", day)
    assert [one.name for one in first([found], 5)[0]] == ["林知远"]
    assert item(city, "nanshan", "training", day).count == 2


def test_an_instructor_is_told_when_the_own_posting_ends(city):
    assert item(city, "instructor", "postings") is None
    city.people["instructor"].postings.update(valid_to=ahead(days=3))
    assert item(city, "instructor", "postings").pressing


def test_the_bottom_bar_marks_one_place_on_each_page(city):
    for who, address, word in (
        ("lin", "/", "工作台"),
        ("lin", "/todo/", "待办"),
        ("lin", "/party-organizations/NS-0001/", "本党组织"),
        ("lin", "/account/", "我的"),
        ("nanshan", "/todo/", "待办"),
        ("nanshan", "/coverage/", "覆盖率"),
        ("system", "/jobs/", "后台任务"),
    ):
        bar = body_of(city, who, address).split('<nav class="bottom"')[1]
        assert re.findall(r'aria-current="true"[^>]*>.*?</svg>([^<]+)<', bar) == [word], (who, address)


# ── the switch ──────────────────────────────────────────────────────────────────────────────────────────────


def entries():
    return AuditEntry.objects.filter(action="订阅待办邮件").count()


def test_the_switch_turns_on_and_off_with_one_entry_each(city):
    User.objects.filter(pk=city.users["nanshan"].pk).update(email="a@example.org")
    client = client_of(city, "nanshan")
    for sent, wanted, written in (("on", True, 1), ("on", True, 1), ("off", False, 2)):
        answer = client.post("/account/digest/", {"digest": sent}, follow=True)
        assert answer.status_code == 200
        assert User.objects.get(username="nanshan").wants_digest == wanted and entries() == written
    change = AuditEntry.objects.filter(action="订阅待办邮件").first().changes.get()
    assert (change.key, change.column, change.before, change.after) == ("nanshan", "每日待办邮件", "是", "否")


def test_without_an_address_the_switch_says_whom_to_ask(city):
    client = client_of(city, "nanshan")
    assert "没有登记邮箱" in client.get("/account/").content.decode()
    answer = client.post("/account/digest/", {"digest": "on"}, follow=True)
    assert "不能订阅" in answer.content.decode()
    assert not User.objects.get(username="nanshan").wants_digest and entries() == 0


@pytest.mark.parametrize("who", ["system", "stranger"])
def test_who_has_nothing_to_do_has_no_switch(city, who):
    assert "每日待办邮件" not in client_of(city, who).get("/account/").content.decode()
    assert client_of(city, who).post("/account/digest/", {"digest": "on"}).status_code == 403


# ── statements ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["city", "nanshan", "street", "observer", "lin", "instructor"])
def test_the_desk_answers_within_fifteen_statements(city, bring, who):
    busy(city, bring)
    snapshots.keep([world.day(ahead(days=-1))])
    client = client_of(city, who)
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/").status_code == 200
    assert len(captured) <= 15


def test_more_rows_need_no_more_statements(city, bring):
    busy(city, bring)
    client = client_of(city, "nanshan")

    def ask():
        with CaptureQueriesContext(connection) as captured:
            client.get("/todo/")
        return len(captured)

    ask()
    few = ask()
    for number in range(30):
        held = world.party(f"NS-N{number}", by=city.units["nanshan"])
        world.term(held, "2014-03-01", "2017-02-28")
        world.posting(world.organization(district=city.districts["nanshan"]), "2020-01-01", ahead(days=9))
    world.settle()
    assert ask() == few
