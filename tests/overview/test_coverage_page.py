"""The coverage page and the names behind its figures."""

import csv
import datetime
import io
import re

import pytest
from django.urls import reverse

from portal.core import indicators, snapshots
from portal.core.indicators import Slice
from portal.core.validity import today
from tests import world
from tests.overview.test_desk import FUTIAN_NAMES, page, text

BOTH = ("branch-coverage", "work-coverage")
PARTS = ("district", "street", "kind", "field")


def names(indicator, **asked):
    return f"{reverse('coverage-subjects', args=[indicator])}?" + "&".join(f"{k}={v}" for k, v in asked.items())


def counted(answer):
    """How many subjects the page says there are."""
    return int(re.search(r"共 ([\d,]+) ", text(answer))[1].replace(",", ""))


def rows_of(answer):
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("by", ["unit", *PARTS])
def test_figures_of_the_page_are_those_of_the_engine(client, city, by):
    exported = rows_of(page(client, city.users["nanshan"], f"/coverage/?by={by}&as=csv"))
    engine = indicators.rates(today(), by, BOTH)
    assert [(row["指标代码"], row["编码"], row["应覆盖"], row["已覆盖"], row["还差"]) for row in exported] == [
        (
            rate.indicator,
            rate.group.replace("-", "'-") if rate.group == "-" else rate.group,
            str(rate.eligible),
            str(rate.met),
            str(rate.shortfall),
        )
        for rate in engine
    ]
    shown = text(page(client, city.users["nanshan"], f"/coverage/?by={by}"))
    for rate in engine:
        if rate.eligible:
            assert rate.group_name in shown


@pytest.mark.parametrize("indicator", BOTH)
@pytest.mark.parametrize("by", ["city", "unit", *(pytest.param(by, marks=pytest.mark.long) for by in PARTS)])
def test_a_figure_is_as_long_as_the_list_behind_it(client, city, indicator, by):
    for rate in indicators.rates(today(), by, [indicator]):
        group = {} if by == "city" else {"by": by, "group": rate.group}
        for status, figure in (
            ("strict-unmet", rate.eligible - rate.met),
            ("strict-met", rate.met),
            ("", rate.eligible),
        ):
            address = names(indicator, status=status, **group)
            assert counted(page(client, city.users["city"], address)) == figure
            assert len(rows_of(page(client, city.users["city"], f"{address}&as=csv"))) == figure


def test_adjusted_figures_leave_out_exclusions_and_say_how_many(client, city):
    world.exclude(city.organizations["nanshan-missing"], "2015-01-01")
    shown = text(page(client, city.users["nanshan"], "/coverage/?definition=adjusted"))
    assert "50.00<small>%</small>" in shown and "不计入 1 家" in shown
    address = names("branch-coverage", status="excluded")
    assert counted(page(client, city.users["city"], address)) == 1
    assert "南山区创客互助服务中心" in text(page(client, city.users["nanshan"], address))


def test_file_has_the_columns_of_explain(client, city):
    [row] = rows_of(page(client, city.users["city"], names("branch-coverage", reason="own") + "&as=csv"))
    [subject] = indicators.explain(indicators.indicator("branch-coverage"), today(), Slice(reasons=frozenset({"own"})))
    told = subject.as_dict()
    assert (row["代码"], row["名称"], row["状态"], row["原因"], row["责任单位编码"], row["行政区编码"]) == (
        told["subject"],
        told["subject_name"],
        told["status"],
        told["reason"],
        told["unit"],
        told["district"],
    )
    assert "NS-0001" in row["依据"] and row["原因说明"] == "单独组建"


def test_names_outside_the_scope_are_counted_not_named(client, city):
    answer = page(client, city.users["nanshan"], names("branch-coverage"))
    shown = text(answer)
    assert counted(answer) == 7
    assert "4 家不在您的查看范围内" in shown
    assert not [name for name in FUTIAN_NAMES if name in shown]
    exported = rows_of(page(client, city.users["nanshan"], names("branch-coverage") + "&as=csv"))
    assert len(exported) == 3
    elsewhere = names("branch-coverage", by="district", group="440304")
    assert counted(page(client, city.users["nanshan"], elsewhere)) == 4
    assert "只显示数目" in text(page(client, city.users["nanshan"], elsewhere))


def test_counts_of_the_other_district_are_visible(client, city):
    shown = text(page(client, city.users["nanshan"], "/coverage/"))
    assert "福田区" in shown
    assert not [name for name in FUTIAN_NAMES if name in shown]


def test_people_behind_training_are_named_to_their_unit_only(client, city):
    address = names("secretary-training", status="unmet")
    assert "林知远" in text(page(client, city.users["nanshan"], address))
    assert "林知远" not in text(page(client, city.users["futian"], address))
    assert counted(page(client, city.users["futian"], address)) == 1


def test_a_stored_day_shows_its_snapshot_until_asked_for_today_s_knowledge(client, city):
    day = today() - datetime.timedelta(days=3)
    snapshots.keep([day])
    world.party(
        "NS-0002", by=city.units["nanshan"], covers=(city.organizations["nanshan-missing"],), approved="2015-01-01"
    )
    stored = text(page(client, city.users["nanshan"], f"/coverage/?date={day}"))
    assert "存档" in stored and "已覆盖 3 / 7 家" in stored
    live = text(page(client, city.users["nanshan"], f"/coverage/?date={day}&live=1"))
    assert "按现有数据计算" in live and "已覆盖 4 / 7 家" in live
    missing = names("branch-coverage", date=day, status="strict-unmet")
    assert counted(page(client, city.users["city"], missing)) == 4
    assert counted(page(client, city.users["city"], f"{missing}&live=1")) == 3


def test_a_stored_day_keeps_the_target_it_was_measured_by(client, city):
    day = today() - datetime.timedelta(days=3)
    snapshots.keep([day])
    world.target("branch-coverage", 95, day.isoformat())
    assert "85%" in text(page(client, city.users["city"], f"/coverage/?date={day}"))
    assert "95%" in text(page(client, city.users["city"], f"/coverage/?date={day}&live=1"))


def test_a_day_of_the_past_is_evaluated_again(client, city):
    shown = text(page(client, city.users["nanshan"], "/coverage/?date=2014-04-01"))
    assert "14.28<small>%</small>" in shown and "已覆盖 1 / 7 家" in shown
    assert "这一天还没有到" in text(page(client, city.users["nanshan"], f"/coverage/?date={today().year + 1}-01-01"))
    before_all = text(page(client, city.users["nanshan"], "/coverage/?date=1990-01-01"))
    assert "—" in before_all


def test_formation_is_a_range_from_named_to_reported(client, city):
    for _ in range(2):
        world.member(city.organizations["futian-joint"], city.parties["joint"])
    world.report(city.organizations["nanshan-missing"], "2015-01-15", full=6)
    shown = text(page(client, city.users["nanshan"], "/coverage/"))
    assert re.search(r"<b>1</b></a> – <a[^>]*><b>2</b>", shown) and "申报数" in shown
    reported = names("formation-due", status="unmet", reported=1)
    assert counted(page(client, city.users["city"], reported)) == 2
    assert counted(page(client, city.users["city"], names("formation-due", status="unmet"))) == 1


def test_trend_needs_two_stored_days_and_has_a_table(client, city):
    assert "还没有每月存档" in text(page(client, city.users["city"], "/coverage/"))
    snapshots.keep([datetime.date(2016, 3, 31), datetime.date(2016, 4, 30)])
    shown = text(page(client, city.users["city"], "/coverage/"))
    assert "polyline" in shown and "2016-03-31" in shown


def test_district_not_yet_set_up_is_dashed(client, city):
    world.district("440309", "龙华区", start="2017-01-01")
    assert "未设" in text(page(client, city.users["city"], "/coverage/?date=2015-01-01"))
    assert "未设" not in text(page(client, city.users["city"], "/coverage/"))


def test_units_are_a_tree_and_the_own_one_is_marked(client, city):
    shown = text(page(client, city.users["nanshan"], "/coverage/?by=unit"))
    assert 'class="depth-0"' in shown and 'class="depth-2"' in shown and "本单位" in shown


def test_brief_is_plain_text(client, city):
    shown = text(page(client, city.users["city"], "/coverage/"))
    told = re.search(r'<pre id="brief">(.*?)</pre>', shown, re.S)[1]
    assert "党组织覆盖率 42.85%（已覆盖 3 家，距 85% 还差 3 家）" in told
    assert "按行政区看" in told and "不相加" in told and "<" not in told


def test_pages_follow_each_other_without_a_gap(client, city):
    for number in range(60):
        world.organization(
            f"南山区第{number}服务社", district=city.districts["nanshan"], registering=city.units["nanshan-civil"]
        )
    world.settle()
    seen, address = [], names("branch-coverage", status="strict-unmet")
    while address:
        shown = text(page(client, city.users["nanshan"], address))
        seen += re.findall(r'<a class="name"\s+href="([^"]+)"', shown)
        following = re.search(r'href="([^"]+)"\s+rel="next"', shown)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 61


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/coverage/?date=gestern", "不是日期"),
        ("/coverage/?date=0001-01-01", "太早或太晚"),
        ("/coverage/?date=9999-12-31", "太早或太晚"),
        ("/coverage/?by=colour", "没有“colour”这个选项"),
        ("/coverage/?kind=BANK", "没有“BANK”这个选项"),
        ("/coverage/?district=999", "没有编码为“999”的行政区"),
        ("/coverage/?definition=loose", "没有“loose”这个选项"),
        ("/coverage/?as=pdf", "没有“pdf”这个选项"),
        ("/coverage/unknown/", "没有代码为“unknown”的指标"),
        ("/coverage/branch-coverage/?status=maybe", "没有“maybe”这个选项"),
        ("/coverage/branch-coverage/?reason=magic", "没有“magic”这个原因"),
        ("/coverage/branch-coverage/?by=unit&group=NOWHERE", "没有编码为“NOWHERE”的单位"),
        ("/coverage/branch-coverage/?by=street&group=NOWHERE", "没有编码为“NOWHERE”的街道"),
        ("/coverage/branch-coverage/?by=kind&group=BANK", "没有“BANK”这一类"),
        ("/coverage/branch-coverage/?by=unit", "同时写明"),
        ("/coverage/branch-coverage/?page=zzz", "页码无法识别"),
        ("/coverage/term-current/?kind=FOUNDATION", "不能按类别"),
        ("/coverage/term-current/?by=district&group=440304", "没有“district”这个选项"),
    ],
)
def test_an_address_that_makes_no_sense_gets_a_sentence(client, city, path, sentence):
    answer = page(client, city.users["nanshan"], path)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("who", ["lin", "instructor", "system", "stranger"])
@pytest.mark.parametrize("path", ["/coverage/", "/coverage/branch-coverage/"])
def test_counts_of_the_city_are_for_staff(client, city, who, path):
    assert page(client, city.users[who], path).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/coverage/", "/coverage/?by=unit", "/coverage/branch-coverage/", "/coverage/secretary-training/"]
)
@pytest.mark.parametrize("who", ["city", "nanshan"])
def test_pages_take_few_statements(client, city, who, path, django_assert_max_num_queries):
    snapshots.keep([today() - datetime.timedelta(days=days) for days in (1, 40)])
    client.force_login(city.users[who])
    with django_assert_max_num_queries(15):
        client.get(path)


@pytest.mark.parametrize("status", ["met", "unmet", "excluded"])
def test_page_file_and_api_hold_the_same_subjects(client, city, status):
    world.exclude(city.organizations["nanshan-missing"], "2015-01-01")
    for rate in indicators.rates(today(), "district", ["branch-coverage"]):
        page_address = names("branch-coverage", by="district", group=rate.group, status=status)
        answer = page(client, city.users["city"], page_address)
        listed = [row["代码"] for row in rows_of(page(client, city.users["city"], f"{page_address}&as=csv"))]
        api = page(
            client,
            city.users["city"],
            f"/api/v1/indicators/branch-coverage/subjects/?district={rate.group}&status={status}&page_size=500",
        ).json()["results"]
        assert counted(answer) == len(listed)
        assert listed == [one["subject"] for one in api]
        assert all(code in text(answer) for code in listed)
