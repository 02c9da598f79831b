"""The whole-picture pages of an organization and of a party organization."""

import datetime
import re

import pytest
from django.urls import reverse

from portal.core import audit
from portal.core.audit import ChangeOf
from portal.core.validity import today
from tests import world
from tests.overview.test_desk import FUTIAN_NAMES, page, text


def organization(one, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return reverse("organization", args=[one.path_key]) + (f"?{query}" if query else "")


def party(one, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return reverse("party-organization", args=[one.code]) + (f"?{query}" if query else "")


# ── an organization ─────────────────────────────────────────────────────────────────────────────────────────


def test_organization_shows_who_answers_what_covers_and_who_works_there(client, city):
    shown = text(page(client, city.users["nanshan"], organization(city.organizations["nanshan-own"])))
    for word in ("已覆盖 · 单独组建", "南山区民政局", "登记管理机关", "海珠社会工作服务中心党支部", "林知远", "邵望舒"):
        assert word in shown


def test_organization_outside_the_scope_looks_like_none(client, city):
    elsewhere = page(client, city.users["nanshan"], organization(city.organizations["futian-missing"]))
    nothing = page(client, city.users["nanshan"], reverse("organization", args=["52440300MX9999999X"]))
    assert (elsewhere.status_code, nothing.status_code) == (404, 404)
    assert "华强" not in elsewhere.content.decode()


def test_administrators_and_strangers_open_no_organization(client, city):
    for who in ("system", "security", "audit", "stranger", "former"):
        assert page(client, city.users[who], organization(city.organizations["nanshan-own"])).status_code == 403


def test_secretary_and_instructor_open_their_own_only(client, city):
    own, posted = city.organizations["nanshan-own"], city.organizations["futian-posted"]
    assert page(client, city.users["lin"], organization(own)).status_code == 200
    assert page(client, city.users["lin"], organization(posted)).status_code == 404
    assert "林知远" not in text(page(client, city.users["instructor"], organization(posted)))
    assert page(client, city.users["instructor"], organization(own)).status_code == 404


def test_members_held_by_another_unit_are_counted_not_named(client, city):
    joint = city.organizations["nanshan-joint"]
    world.member(joint, city.parties["joint"], name="陆听澜")
    shown = text(page(client, city.users["nanshan"], organization(joint)))
    assert "陆听澜" not in shown and "另有 1 名的姓名不在您的查看范围内" in shown
    assert "陆听澜" in text(page(client, city.users["city"], organization(joint)))


def test_retired_member_of_the_own_branch_does_not_count(client, city):
    own = city.organizations["nanshan-own"]
    world.member(own, city.parties["own"], employment="RETIRED", name="闻人晚")
    shown = text(page(client, city.users["nanshan"], organization(own)))
    assert re.search(r"闻人晚.*?计入组建判断\">\s*否", shown, re.S)
    assert re.search(r"<b>2</b><span>组织关系在本单位的正式党员", shown)


def test_formation_advice_stands_on_top_with_its_article(client, city):
    joint = city.organizations["nanshan-joint"]
    for _ in range(3):
        world.member(joint, city.parties["joint"])
    shown = text(page(client, city.users["nanshan"], organization(joint)))
    assert "组建建议：联合转单独" in shown and "通知第 3 条" in shown


def test_reported_numbers_are_marked_and_unknown_is_not_zero(client, city):
    missing = city.organizations["nanshan-missing"]
    assert "不详" in text(page(client, city.users["nanshan"], organization(missing)))
    world.report(missing, "2016-01-15", full=6)
    shown = text(page(client, city.users["nanshan"], organization(missing)))
    assert "应建未建" in shown and "申报数" in shown and "2016-01-15" in shown


def test_kept_affiliation_names_the_rule_unit_and_why(client, city):
    school = city.organizations["school"]
    world.party("FT-0005", by=city.units["futian"], covers=(school,), approved="2009-05-01", name="明远学校党支部")
    world.settle()
    shown = text(page(client, city.users["futian"], organization(school)))
    assert "维持原隶属" in shown and "待理顺" in shown
    assert "2009-05-01 起由明远学校党支部覆盖" in shown
    assert "中共深圳市委教育工作委员会" in shown


def test_organization_on_a_day_of_the_past(client, city):
    own = city.organizations["nanshan-own"]
    before = text(page(client, city.users["nanshan"], organization(own, date="2014-02-28")))
    assert "未覆盖" in before and "2014-02-28 当日的情况" in before
    assert "已覆盖 · 单独组建" in text(page(client, city.users["nanshan"], organization(own, date="2014-03-01")))
    assert "尚未成立" in text(page(client, city.users["nanshan"], organization(own, date="2011-12-31")))


@pytest.mark.parametrize("written", ["x", "2016-13-01", "0001-01-01"])
def test_a_day_that_is_none_gets_a_sentence(client, city, written):
    for address in (
        organization(city.organizations["nanshan-own"], date=written),
        party(city.parties["own"], date=written),
    ):
        answer = page(client, city.users["nanshan"], address)
        assert answer.status_code == 400 and "日期" in answer.content.decode()


def test_excluded_recorded_and_closed_organizations_say_so(client, city):
    nanshan = {"registering": city.units["nanshan-civil"], "district": city.districts["nanshan"]}
    recorded = world.organization("南山区备案队", mode="RECORDED", **nanshan)
    closed = world.organization("南山区旧会", closed="2016-01-01", **nanshan)
    world.exclude(city.organizations["nanshan-missing"], "2015-01-01")
    world.settle()
    assert "备案，不在统计范围" in text(page(client, city.users["nanshan"], organization(recorded)))
    assert "已注销" in text(page(client, city.users["nanshan"], organization(closed)))
    assert "长期停止活动" in text(
        page(client, city.users["nanshan"], organization(city.organizations["nanshan-missing"]))
    )


def test_history_holds_every_dated_fact(client, city):
    own = city.organizations["nanshan-own"]
    world.posting(own, "2013-01-01", "2014-03-01")
    shown = text(page(client, city.users["nanshan"], organization(own)))
    assert [word for word in ("成立登记", "通知施行", "派驻指导员结束", "党组织覆盖") if word not in shown] == []


@pytest.mark.parametrize("both", [False, True])
def test_change_log_shows_before_after_and_who(client, city, both):
    own = city.organizations["nanshan-own"]
    own.registration_number = "深社证字1号"
    own.save()
    key = f"{own.key} {own.registration_number}" if both else own.key
    audit.record(
        actor=city.users["nanshan"],
        action="更正",
        reason="核对登记证",
        changes=[ChangeOf("organizations", key, "名称", "海珠中心", own.name)],
    )
    shown = text(page(client, city.users["nanshan"], organization(own)))
    assert "<del>海珠中心</del>" in shown and "温以宁" in shown and "核对登记证" in shown


def test_organization_without_a_credit_code_has_an_opaque_address(client, city):
    old = world.organization("南山区老会", district=city.districts["nanshan"], registration_number="深社证字/第1号")
    old.credit_code = None
    old.save()
    world.settle()
    assert "深社证字/第1号" in text(page(client, city.users["nanshan"], organization(old)))


# ── a party organization ────────────────────────────────────────────────────────────────────────────────────


def test_party_organization_shows_term_posts_covered_and_members(client, city):
    own = city.parties["own"]
    world.term(own, "2024-03-01", (today() + datetime.timedelta(days=100)).isoformat())
    shown = text(page(client, city.users["nanshan"], party(own)))
    for word in ("还有 100 天届满", "届满前 6 个月提醒", "林知远", "书记", "未参加集中培训"):
        assert word in shown
    assert "正式 2 名" in shown


def test_overdue_term_is_told_and_does_not_end_the_covering(client, city):
    own = city.parties["own"]
    world.term(own, "2014-03-01", "2017-02-28", "2019-01-01")
    shown = text(page(client, city.users["nanshan"], party(own)))
    assert "任期已届满" in shown and "照常计入" in shown
    extended = text(page(client, city.users["nanshan"], party(own, date="2018-02-28")))
    assert "延期内" in extended and "最多计 12 个月，至 2018-02-28" in extended
    assert "任期已届满" in text(page(client, city.users["nanshan"], party(own, date="2018-03-01")))


def test_party_organization_of_two_units_names_to_each_its_own(client, city):
    joint = city.parties["joint"]
    nanshan = text(page(client, city.users["nanshan"], party(joint)))
    assert "南山区青禾公益促进会" in nanshan and "其中 1 家不在您的查看范围内" in nanshan
    assert not [name for name in FUTIAN_NAMES if name in nanshan]
    futian = text(page(client, city.users["futian"], party(joint)))
    assert "福田区景田老年照料中心" in futian and "池砚秋" in futian
    assert "南山区青禾公益促进会" not in futian


def test_joint_party_organization_of_six_is_advised_to_divide(client, city):
    for number in range(4):
        one = world.organization(f"福田区第{number}社", district=city.districts["futian"])
        world.link(city.parties["joint"], one, "2015-01-01")
    world.settle()
    assert "一般不超过 5 家" in text(page(client, city.users["futian"], party(city.parties["joint"])))
    assert "一般不超过 5 家" not in text(
        page(client, city.users["futian"], party(city.parties["joint"], date="2014-12-31"))
    )


def test_closed_organization_still_linked_is_pointed_out(client, city):
    gone = world.organization("南山区停办学校", closed="2016-06-30", district=city.districts["nanshan"])
    world.link(city.parties["own"], gone, "2015-01-01")
    world.settle()
    shown = text(page(client, city.users["nanshan"], party(city.parties["own"])))
    assert "已终止，应撤出" in shown and "共 1 家" in shown


def test_party_organization_outside_the_scope_looks_like_none(client, city):
    assert page(client, city.users["futian"], party(city.parties["own"])).status_code == 404
    assert page(client, city.users["lin"], party(city.parties["joint"])).status_code == 404
    assert page(client, city.users["instructor"], party(city.parties["own"])).status_code == 404


def test_no_personal_number_or_phone_stands_on_any_file(client, city):
    lin = city.people["lin"]
    lin.id_number, lin.mobile = "440399198506151233", "13800005678"
    lin.save()
    for address in (organization(city.organizations["nanshan-own"]), party(city.parties["own"]), "/"):
        shown = text(page(client, city.users["nanshan"], address))
        assert "440399" not in shown and "13800005678" not in shown


@pytest.mark.parametrize("who", ["city", "nanshan", "lin"])
def test_files_take_few_statements(client, city, who, django_assert_max_num_queries):
    world.term(city.parties["own"], "2014-03-01", "2017-02-28")
    client.force_login(city.users[who])
    for address in (organization(city.organizations["nanshan-own"]), party(city.parties["own"]), "/"):
        with django_assert_max_num_queries(15):
            client.get(address)
