"""The desk: where a unit stands, what it has to do, whom it misses; each role its own."""

import datetime

import pytest
from django.urls import reverse

from portal.core import snapshots
from portal.core.validity import today
from tests import world

FUTIAN_NAMES = ("景田老年照料中心", "莲花棋类协会", "华强电子行业协会", "池砚秋")


def page(client, user, path="/"):
    client.force_login(user)
    return client.get(path)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_district_sees_what_it_answers_for_first_and_its_territory_second(client, city):
    shown = text(page(client, city.users["nanshan"]))
    assert shown.index("本区负责") < shown.index("辖区全部")
    # two of the three organizations are covered: 66.66, never 66.67
    assert shown.count("66.66<small>%</small>") == 4
    assert "已覆盖 2 / 3 家" in shown


def test_city_sees_the_whole_city(client, city):
    shown = text(page(client, city.users["city"]))
    assert "42.85<small>%</small>" in shown and "已覆盖 3 / 7 家" in shown
    assert "57.14<small>%</small>" in shown and "已覆盖 4 / 7 家" in shown


def test_missing_organizations_are_named_within_the_scope_only(client, city):
    shown = text(page(client, city.users["nanshan"]))
    assert "南山区创客互助服务中心" in shown
    assert not [name for name in FUTIAN_NAMES if name in shown]


def test_those_with_enough_full_members_stand_first(client, city):
    ready = world.organization(
        "南山区蛇口合唱团",
        registering=city.units["nanshan-civil"],
        district=city.districts["nanshan"],
    )
    functional = world.party("NS-0009", "FUNCTIONAL", by=city.units["nanshan"], covers=(ready,))
    for _ in range(3):
        world.member(ready, functional)
    world.settle()
    shown = text(page(client, city.users["nanshan"]))
    assert shown.index("南山区蛇口合唱团") < shown.index("南山区创客互助服务中心")
    assert "应建未建" in shown


def test_work_to_do_is_counted_from_the_registers(client, city):
    nanshan = city.units["nanshan"]
    own = city.parties["own"]
    world.term(own, "2014-03-01", "2017-02-28")
    world.posting(
        city.organizations["nanshan-missing"],
        "2020-01-01",
        (today() + datetime.timedelta(days=5)).isoformat(),
        by=nanshan,
    )
    world.organization("南山区无主协会", district=city.districts["nanshan"])
    world.settle()
    shown = text(page(client, city.users["nanshan"]))
    for word in ("责任单位待明确", "党组织任期已届满未换届", "派驻 30 天内到期"):
        assert word in shown
    assert "联合转单独" not in shown


def test_change_since_the_last_stored_night(client, city):
    snapshots.keep([today() - datetime.timedelta(days=1)])
    world.party(
        "NS-0002",
        by=city.units["nanshan"],
        covers=(city.organizations["nanshan-missing"],),
        approved=today().isoformat(),
    )
    shown = text(page(client, city.users["nanshan"]))
    assert "较昨夜" in shown and "▲ 33.34" in shown and "还差少 1 家" in shown


def test_first_use_shows_what_to_do_next(client, db):
    unit = world.unit("SZ", "市委组织部", "CITY_LEAD")
    shown = text(page(client, world.account("first", "city-staff", unit=unit)))
    assert "</svg>导入台账" in shown and "</svg>导入名册" in shown
    assert "meter-rate" not in shown


def test_observer_of_an_empty_unit_is_told_whom_to_ask(client, db):
    unit = world.unit("SZ", "市委组织部", "CITY_LEAD")
    shown = text(page(client, world.account("watch", "observer", unit=unit)))
    assert "还没有社会组织" in shown and "请本单位有导入权限的工作人员" in shown and "</svg>导入台账" not in shown


def test_secretary_sees_the_own_party_organization(client, city):
    world.term(city.parties["own"], "2014-03-01", "2017-02-28")
    shown = text(page(client, city.users["lin"]))
    assert "海珠社会工作服务中心党支部" in shown
    assert "本月有" in shown and "党组织任期已届满未换届" in shown
    assert "南山区海珠社会工作服务中心" in shown
    assert not [name for name in FUTIAN_NAMES if name in shown]


def test_trained_secretary_in_term_has_nothing_to_do(client, city):
    world.term(city.parties["own"], f"{today().year}-01-01", f"{today().year + 3}-01-01")
    world.attended(city.people["lin"], "3", on=f"{today().year}-01-01")
    world.member(city.organizations["nanshan-own"], city.parties["own"])
    assert "本月无需填报" in text(page(client, city.users["lin"]))


def test_instructor_sees_the_organizations_posted_to(client, city):
    shown = text(page(client, city.users["instructor"]))
    assert "福田区莲花棋类协会" in shown
    assert "海珠" not in shown


@pytest.mark.parametrize("who", ["system", "security", "audit"])
def test_administrators_are_led_to_their_account(client, city, who):
    answer = page(client, city.users[who])
    assert answer.status_code == 302 and answer["Location"] == reverse("account")


@pytest.mark.parametrize("who", ["stranger", "former"])
def test_without_a_role_there_is_no_desk(client, city, who):
    answer = page(client, city.users[who])
    assert answer.status_code == 403
    assert "海珠" not in answer.content.decode()
