"""为什么变了: two stored days, or the last night and today, compared name by name."""

import csv
import datetime
import io
import re

import pytest
from django.urls import reverse

from orgs.models import SocialOrganization
from portal.core import indicators, snapshots
from portal.core.models import AuditEntry
from portal.core.validity import today
from portal.desk.figures import Question
from tests import world
from tests.overview.test_desk import FUTIAN_NAMES, page, text

NIGHT = today() - datetime.timedelta(days=1)
ONE_DAY = datetime.timedelta(days=1)


def why(indicator="branch-coverage", **asked):
    return f"{reverse('coverage-why', args=[indicator])}?" + "&".join(f"{k}={v}" for k, v in asked.items())


def rows_of(answer):
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def moved(city):
    """Since last night: one gained, one lost, one came and one went in Nanshan; one lost in Futian."""
    snapshots.keep([NIGHT])
    nanshan, on = city.units["nanshan"], today().isoformat()
    world.party("NS-0002", by=nanshan, covers=(city.organizations["nanshan-missing"],), approved=on)
    city.parties["joint"].dissolved_on = today()
    city.parties["joint"].save()
    registering, district = city.units["nanshan-civil"], city.districts["nanshan"]
    world.organization("南山区后海读书会", registering=registering, district=district, established=on)
    SocialOrganization.objects.everyone().filter(pk=city.organizations["nanshan-own"].pk).update(closed_on=today())
    world.settle()
    return city


def sides_of(shown):
    """Eligible and met of both days, as the table of sums has them."""
    pairs = re.findall(r'num">(\d+)</td>\s*<td class="num">(\d+)</td>\s*</tr>', shown)
    return [tuple(map(int, pair)) for pair in pairs]


def test_the_two_figures_and_what_leads_from_one_to_the_other(client, moved):
    shown = text(page(client, moved.users["city"], why()))
    assert "<b>42.85%</b>" in shown and "<b>14.28%</b>" in shown
    assert "应覆盖不变，已覆盖 −2 家" in shown
    headings = re.findall(r'<h2 id="(?:gained|lost|came|went)">(.*?)</h2>', shown)
    assert headings == ["新增覆盖 1 家", "失去覆盖 2 家", "进入 1 家", "离开 1 家"]
    assert sides_of(shown) == [(7, 3), (7, 1)]


def test_each_is_named_with_what_it_was_and_is(client, moved):
    found = {row["名称"]: row for row in rows_of(page(client, moved.users["city"], why(**{"as": "csv"})))}
    told = {name: (row["变化"], row["前一天状态"], row["后一天状态"], row["说明"]) for name, row in found.items()}
    assert told == {
        "南山区创客互助服务中心": ("新增覆盖", "未覆盖", "单独组建", ""),
        "南山区青禾公益促进会": ("失去覆盖", "联合组建", "未覆盖", ""),
        "福田区景田老年照料中心": ("失去覆盖", "联合组建", "未覆盖", ""),
        "南山区后海读书会": ("进入", "不在统计内", "未覆盖", f"{today()} 成立"),
        "南山区海珠社会工作服务中心": ("离开", "单独组建", "不在统计内", f"{today()} 终止"),
    }
    assert found["南山区创客互助服务中心"]["前一天"] == NIGHT.isoformat()
    shown = text(page(client, moved.users["city"], why()))
    for name in told:
        assert name in shown
    key = moved.organizations["nanshan-missing"].credit_code
    assert f'href="/organizations/{key}/">南山区创客互助服务中心' in shown


def test_names_outside_the_scope_are_counted_only(client, moved):
    answer = page(client, moved.users["nanshan"], why())
    shown = text(answer)
    assert "失去覆盖 2 家" in shown and "南山区青禾公益促进会" in shown
    assert "另有 1 家不在您的查看范围内" in shown
    assert not [name for name in FUTIAN_NAMES if name in shown]
    exported = rows_of(page(client, moved.users["nanshan"], why(**{"as": "csv"})))
    assert len(exported) == 4 and not [row for row in exported if row["名称"] in FUTIAN_NAMES]
    futian = text(page(client, moved.users["futian"], why(movement="gained")))
    assert "新增覆盖 1 家" in futian and "1 家不在您的查看范围内" in futian and "创客互助" not in futian


def test_an_organization_that_left_for_another_unit_keeps_its_new_standing_to_itself(client, city):
    snapshots.keep([NIGHT])
    leaving = city.organizations["nanshan-joint"]
    state = leaving.states.get()
    state.valid_to = today()
    state.save()
    state.pk, state.valid_from, state.valid_to = None, today(), None
    state.registering_unit, state.district = city.units["futian-civil"], city.districts["futian"]
    state.subdistrict = city.units["lianhua"]
    state.save(force_insert=True)
    world.settle()
    asked = why(by="unit", group="NS", **{"as": "csv"})
    [row] = rows_of(page(client, city.users["nanshan"], asked))
    assert (row["变化"], row["前一天状态"], row["后一天状态"]) == ("转出", "联合组建", "不在您的查看范围")
    [row] = rows_of(page(client, city.users["city"], asked))
    assert (row["后一天状态"], row["说明"].split("；")[0]) == ("联合组建", "责任单位：南山区民政局 → 福田区民政局")
    shown = text(page(client, city.users["nanshan"], why(by="unit", group="NS")))
    assert leaving.credit_code in shown and f"/organizations/{leaving.credit_code}/" not in shown


def test_two_stored_days_are_compared_as_they_were_kept(client, city):
    first, second = NIGHT - ONE_DAY, NIGHT
    snapshots.keep([first, second])
    world.party("NS-0002", by=city.units["nanshan"], covers=(city.organizations["nanshan-missing"],))
    world.settle()
    shown = text(page(client, city.users["city"], why(**{"from": first, "to": second})))
    assert "两天之间没有变化。" in shown and "<b>42.85%</b>" in shown
    assert "新增覆盖 1 家" in text(page(client, city.users["city"], why(**{"from": first})))


def test_an_exclusion_moves_the_adjusted_figure_only(client, city):
    snapshots.keep([NIGHT])
    world.exclude(city.organizations["nanshan-missing"], today().isoformat())
    strict = rows_of(page(client, city.users["city"], why(**{"as": "csv"})))
    assert [(row["变化"], row["后一天状态"]) for row in strict] == [("原因变化", "未覆盖（不计入）")]
    adjusted = text(page(client, city.users["city"], why(definition="adjusted")))
    assert "转出 1 家" in adjusted and "应覆盖 −1 家，已覆盖不变" in adjusted


def test_a_day_without_a_snapshot_is_a_sentence(client, city):
    shown = text(page(client, city.users["city"], why()))
    assert "以前还没有存档" in shown
    snapshots.keep([NIGHT])
    for asked, sentence in (
        ({"from": "2015-01-01"}, "2015-01-01 没有存档，不能比较"),
        ({"from": NIGHT, "to": "2015-01-01"}, "2015-01-01 没有存档，不能比较"),
        ({"from": NIGHT, "to": NIGHT}, "前一天要早于后一天"),
        ({"from": NIGHT, "to": today() + ONE_DAY}, "没有存档，不能比较"),
        ({"from": today()}, "没有存档，不能比较"),
    ):
        assert sentence in text(page(client, city.users["city"], why(**asked))), asked
        assert page(client, city.users["city"], why(**asked, **{"as": "csv"})).status_code == 400
    assert f'value="{NIGHT}"' in shown or f'value="{NIGHT}"' in text(page(client, city.users["city"], why()))


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/coverage/unknown/why/", "没有代码为“unknown”的指标"),
        ("/coverage/branch-coverage/why/?by=unit", "同时写明"),
        ("/coverage/branch-coverage/why/?by=unit&group=NOWHERE", "没有编码为“NOWHERE”的单位"),
        ("/coverage/branch-coverage/why/?district=999", "没有编码为“999”的行政区"),
        ("/coverage/branch-coverage/why/?movement=flew", "没有“flew”这个选项"),
        ("/coverage/branch-coverage/why/?movement=lost&page=zzz", "页码无法识别"),
        ("/coverage/term-current/why/?kind=FOUNDATION", "不能按类别"),
    ],
)
def test_an_address_that_makes_no_sense_gets_a_sentence(client, moved, path, sentence):
    answer = page(client, moved.users["city"], path)
    assert answer.status_code == 400 and sentence in answer.content.decode()


@pytest.mark.parametrize("who", ["lin", "instructor", "system", "stranger"])
def test_the_sums_are_for_those_who_see_counts(client, moved, who):
    assert page(client, moved.users[who], why()).status_code == 403


@pytest.mark.parametrize("by", ["unit", "district", "street", "kind", "field"])
def test_the_sides_are_the_figures_of_the_engine_in_every_group(client, moved, by):
    kept = {rate.group: rate for rate in snapshots.figures(NIGHT, by, ["work-coverage"])}
    for rate in indicators.rates(today(), by, ["work-coverage"]):
        shown = text(page(client, moved.users["city"], why("work-coverage", by=by, group=rate.group)))
        before = kept.get(rate.group)
        expected = [(before.eligible, before.met) if before else (0, 0), (rate.eligible, rate.met)]
        assert sides_of(shown) == expected, (by, rate.group)


@pytest.mark.parametrize("code", [ind.code for ind in indicators.all_indicators()])
def test_every_indicator_has_its_page(client, moved, code):
    assert indicators.indicator(code).name in text(page(client, moved.users["city"], why(code)))


def test_people_are_named_to_their_unit_only(client, city):
    snapshots.keep([NIGHT])
    world.attended(city.people["lin"], "3", on=f"{today().year}-01-01")
    address = why("secretary-training")
    assert "林知远" in text(page(client, city.users["nanshan"], address))
    futian = text(page(client, city.users["futian"], address))
    assert "林知远" not in futian and "新增达标 1 人" in futian


def test_pages_of_one_movement_follow_each_other_without_a_gap(client, city):
    snapshots.keep([NIGHT])
    for number in range(60):
        world.organization(
            f"南山区第{number}服务社",
            district=city.districts["nanshan"],
            registering=city.units["nanshan-civil"],
            established=today().isoformat(),
        )
    world.settle()
    assert "看全部 60 家" in text(page(client, city.users["nanshan"], why()))
    seen, address = [], why(movement="came")
    while address:
        shown = text(page(client, city.users["nanshan"], address))
        seen += re.findall(r'<a class="name"\s+href="([^"]+)"', shown)
        following = re.search(r'href="([^"]+)"\s+rel="next"', shown)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 60
    assert len(rows_of(page(client, city.users["nanshan"], why(movement="came", **{"as": "csv"})))) == 60


def test_an_export_is_audited(client, moved):
    assert page(client, moved.users["nanshan"], why(**{"as": "xlsx"})).status_code == 200
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.subject) == ("导出", f"党组织覆盖率为什么变了-{NIGHT}至")
    refused = page(client, moved.users["observer"], why(**{"as": "xlsx"}))
    assert refused.status_code == (200 if "导出" in text(page(client, moved.users["observer"], why())) else 403)


def test_coverage_page_and_meters_lead_to_it(client, moved):
    shown = text(page(client, moved.users["city"], "/coverage/"))
    address = Question().why_link("branch-coverage", NIGHT)
    assert f'href="{address.replace("&", "&amp;")}"' in shown and "为什么变了" in shown
    assert "失去覆盖 2" in shown and f"{address}&amp;movement=lost" in shown
    desk = text(page(client, moved.users["nanshan"], "/"))
    assert Question().why_link("branch-coverage", NIGHT, "unit", "NS").replace("&", "&amp;") in desk


def test_trend_leads_to_what_moved_between_two_points(client, city):
    days = [datetime.date(2016, 3, 31), datetime.date(2016, 4, 30)]
    snapshots.keep(days)
    shown = text(page(client, city.users["city"], "/coverage/?kind=ASSOCIATION"))
    [first] = set(re.findall(r'href="([^"]*why/\?from=2016-03-31&amp;to=[^"]*)"', shown))
    assert first.endswith("to=2016-04-30&amp;kind=ASSOCIATION")
    answer = text(page(client, city.users["city"], first.replace("&amp;", "&")))
    assert "2016-03-31" in answer and "两天之间没有变化" in answer


def test_a_past_day_as_known_now_has_no_why(client, city):
    snapshots.keep([NIGHT - ONE_DAY])
    assert "why-card" not in text(page(client, city.users["city"], f"/coverage/?date={NIGHT}&live=1"))


@pytest.mark.parametrize("who", ["city", "nanshan"])
@pytest.mark.parametrize("asked", [{}, {"by": "unit", "group": "NS"}, {"district": "440305", "kind": "ASSOCIATION"}])
def test_the_page_takes_few_statements(client, moved, who, asked, django_assert_max_num_queries):
    client.force_login(moved.users[who])
    with django_assert_max_num_queries(15):
        client.get(why(**asked))


def test_desk_names_what_changed_since_last_night(client, moved):
    shown = text(page(client, moved.users["nanshan"], "/"))
    card = shown[shown.index('id="moved"') :]
    assert "昨夜以来的变化" in card and "南山区后海读书会" in card and f"{today()} 成立" in card
    for word in ("新增覆盖", "失去覆盖", "进入", "离开"):
        assert word in card
    assert not [name for name in FUTIAN_NAMES if name in shown]


def test_desk_without_changes_leads_to_the_week(client, city):
    assert 'id="moved"' not in text(page(client, city.users["nanshan"], "/"))
    week = today() - datetime.timedelta(days=8)
    snapshots.keep([week, NIGHT])
    shown = text(page(client, city.users["nanshan"], "/"))
    assert "昨夜以来没有变化。" in shown
    href = Question().why_link("branch-coverage", week, "unit", "NS").replace("&", "&amp;")
    assert f'href="{href}">看本周' in shown


def test_desk_names_ten_and_leads_to_all(client, city):
    snapshots.keep([NIGHT])
    for number in range(11):
        world.organization(
            f"南山区第{number}服务社", registering=city.units["nanshan-civil"], established=today().isoformat()
        )
    world.settle()
    shown = text(page(client, city.users["nanshan"], "/"))
    assert "列前 10 家" in shown and "第9服务社" in shown and shown[shown.index('id="moved"') :].count("服务社") == 10
