"""Who has which target: in the tree on any day, set by city staff, with what it does to 达标 told before."""

import datetime
import re

import pytest

from portal.core import indicators
from portal.core.models import Target
from portal.core.validity import today
from tests import world
from tests.notice.test_page import words
from tests.overview.test_desk import page, text


def rows(shown, heading):
    """The rows of the table under a heading, as text."""
    card = re.search(rf'<h2 id="{heading}">.*?</section>', shown, re.DOTALL)[0]
    return [words(row).strip() for row in re.findall(r"<tr.*?</tr>", card, re.DOTALL)]


def row_of(shown, name, heading="tree"):
    return next(row for row in rows(shown, heading) if row.startswith(name))


@pytest.fixture
def targets(city):
    """The district sets its own, the city another default later on."""
    world.target("branch-coverage", 60, "2016-01-01", unit=city.units["nanshan"], due="2099-12-31")
    world.target("branch-coverage", 90, "2018-01-01", due="2099-12-31")
    return city


def test_who_has_which_target_and_from_whom(client, targets):
    shown = text(page(client, targets.users["nanshan"], "/targets/tree/"))
    assert re.match(r"中共南山区委组织部 60% 自定", row_of(shown, "中共南山区委组织部"))
    assert re.match(r"粤海街道 60% 承接中共南山区委组织部", row_of(shown, "粤海街道"))
    assert re.match(r"中共福田区委组织部 90% 承接全市", row_of(shown, "中共福田区委组织部"))
    default = row_of(shown, "党组织覆盖率", "defaults")
    assert "90% 全市设定 2099-12-31 1 个" in default
    assert "100% 通知所定" in row_of(shown, "按期换届率", "defaults")


def test_any_day_and_any_indicator(client, targets):
    shown = text(page(client, targets.users["city"], "/targets/tree/?date=2015-06-30"))
    assert "85% 通知所定 2016-10-23" in row_of(shown, "党组织覆盖率", "defaults")
    assert re.match(r"中共南山区委组织部 85% 承接全市", row_of(shown, "中共南山区委组织部"))
    shown = text(page(client, targets.users["city"], "/targets/tree/?indicator=term-current"))
    assert re.match(r"中共南山区委组织部 100% 承接全市", row_of(shown, "中共南山区委组织部"))


def test_numbers_beside_are_those_of_the_engine(client, targets):
    shown = text(page(client, targets.users["city"], "/targets/tree/"))
    for rate in indicators.rates(today(), "unit", ["branch-coverage"]):
        row = row_of(shown, rate.group_name)
        assert f" {rate.target}% " in row
        if rate.eligible:
            assert f"{rate.rate}%" in row and f" {rate.shortfall} 家" in row


def test_what_is_not_counted_by_units_has_the_citys_target(client, city):
    alone = [ind for ind in indicators.all_indicators() if not indicators.offered(ind, "unit")]
    for ind in alone:
        shown = text(page(client, city.users["city"], f"/targets/tree/?indicator={ind.code}"))
        assert "不按单位计算" in shown


@pytest.mark.parametrize(("who", "may"), [("city", True), ("nanshan", False), ("observer", False)])
def test_only_city_staff_are_led_to_the_form(client, targets, who, may):
    shown = text(page(client, targets.users[who], "/targets/tree/"))
    assert ("/records/targets/new/?indicator=branch-coverage&amp;unit=NS" in shown) is may
    form = page(client, targets.users[who], "/records/targets/new/?indicator=branch-coverage&unit=NS")
    assert form.status_code == (200 if may else 403)
    if may:
        assert re.search(r'value="branch-coverage"\s+selected', text(form))


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/targets/tree/?indicator=x", "没有“x”这个选项"), ("/targets/tree/?date=x", "不是日期")],
)
def test_an_address_that_makes_no_sense_gets_a_sentence(client, city, path, sentence):
    answer = page(client, city.users["city"], path)
    assert answer.status_code == 400 and sentence in answer.content.decode()


@pytest.mark.parametrize("who", ["city", "nanshan"])
def test_few_statements(client, targets, who, django_assert_max_num_queries):
    client.force_login(targets.users[who])
    with django_assert_max_num_queries(15):
        client.get("/targets/tree/")


def foreseen(client, city, **values):
    """What the form says before saving."""
    sent = {"indicator": "branch-coverage", "unit": "", "valid_from": today().isoformat(), "due_on": "2099-01-01"}
    client.force_login(city.users["city"])
    answer = client.post("/records/targets/new/", {**sent, **values, "ask": "preview"})
    return re.sub(r"\s+", " ", words(answer.content.decode()))


def test_what_a_target_of_one_unit_does_is_told_before(client, city):
    """Nanshan has 66.66 %: of 85 % one is missing, 60 % is reached. The streets below inherit, the city does not."""
    shown = foreseen(client, city, unit="NS", percent="60")
    assert "党组织覆盖率（中共南山区委组织部） 66.66%" in shown
    assert "目标 85%（已到期） → 60%，未达标 → 达标，还差 1 → 0 家" in shown
    assert "（全市）" not in shown and not Target.objects.exists()
    # the bureau below registers all three, so that it moves with its district
    assert "2 个单位的目标或数字随之变化，其中达标 0 → 2 个" in shown


def test_what_a_target_of_all_does_is_told_before(client, city):
    world.target("branch-coverage", 50, "2017-01-01", unit=city.units["nanshan"])
    shown = foreseen(client, city, percent="40")
    assert "党组织覆盖率（全市） 42.85% ，目标 85%（已到期） → 40%，未达标 → 达标" in shown
    assert "（中共南山区委组织部）" not in shown


def test_a_target_of_a_later_day_moves_nothing_today(client, city):
    later = today() + datetime.timedelta(days=30)
    shown = foreseen(client, city, percent="40", valid_from=later.isoformat())
    assert f"今天的数字不变，从 {later.isoformat()} 起生效" in shown
