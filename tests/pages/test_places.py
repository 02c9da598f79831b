"""Pages of units and districts: counts for all staff, names only within scope."""

from __future__ import annotations

import pytest

from portal.core import indicators
from portal.core.models import UnitAlias, UnitState
from portal.core.validity import today
from tests import world
from tests.pages.conftest import text


def test_a_unit_shows_both_rates_of_itself_and_those_below(browse):
    page = text(browse("nanshan").get("/units/NS/"))
    assert "本单位负责" in page
    assert "已覆盖 2 / 3 家" in page
    assert page.count("66.66") >= 2
    assert "南山区民政局" in page


def test_the_figures_of_a_unit_are_those_of_the_engine(browse):
    for rate in indicators.rates(today(), "unit", ["branch-coverage"]):
        page = text(browse("city").get(f"/units/{rate.group}/"))
        assert f"已覆盖 {rate.met} / {rate.eligible} 家" in page, rate.group


def test_counts_are_for_all_staff_but_the_way_to_names_is_not(browse):
    own, foreign = browse("nanshan"), browse("futian")
    for address in ("/units/NS/", "/districts/440305/"):
        assert "看缺的名单" in text(own.get(address))
        assert "已覆盖 2 / 3 家" in text(foreign.get(address))
        assert "看缺的名单" not in text(foreign.get(address))
        assert "海珠" not in text(foreign.get(address))


@pytest.mark.parametrize("name", ["lin", "instructor", "system", "stranger"])
def test_who_is_no_staff_sees_no_counts(browse, name):
    assert browse(name).get("/units/NS/").status_code == 403
    assert browse(name).get("/districts/440305/").status_code == 403


def test_a_unit_or_district_that_is_not_there_is_not_found(browse):
    assert browse("city").get("/units/NICHTS/").status_code == 404
    assert browse("city").get("/districts/999999/").status_code == 404


def test_a_unit_tells_its_history_and_its_other_names(browse, city):
    unit = city.units["nanshan-civil"]
    state = UnitState.objects.get(unit=unit)
    state.valid_to = world.day("2019-03-01")
    state.save()
    later = state.copy(valid_from=world.day("2019-03-01"), valid_to=None, name="南山区民政和社会事务局")
    later.save()
    UnitAlias.objects.create(unit=unit, name="区级民政部门")
    page = text(browse("city").get("/units/NS-MZJ/"))
    assert "南山区民政和社会事务局" in page
    assert "2019-03-01" in page
    assert "区级民政部门" in page
    assert "NS-MZJ" in text(browse("city").get("/units/?q=区级民政"))


def test_codes_with_a_slash_have_their_page(browse, city):
    world.unit("NS/7", "第七科", parent=city.units["nanshan"])
    client = browse("city")
    assert "/units/NS/7/" in text(client.get("/units/?q=第七"))
    assert "第七科" in text(client.get("/units/NS/7/"))


def test_a_district_shows_its_streets_and_units(browse):
    page = text(browse("nanshan").get("/districts/440305/"))
    assert "辖区全部" in page
    assert "粤海街道" in page
    assert "南山区民政局" in page
    assert "莲花街道" not in page


def test_a_district_that_has_ended_says_so_instead_of_figures(browse):
    world.district("440399", "旧区", end="2016-01-01")
    page = text(browse("city").get("/districts/440399/"))
    assert "不在用" in page
    assert "2016-01-01 停用" in page


def test_spellings_nobody_knows_are_queued_for_city_staff(browse, city):
    world.organization("甲协会", professional_unit_written="文体旅局", district=city.districts["nanshan"])
    world.organization("乙协会", professional_unit_written="文体旅局")
    page = text(browse("city").get("/unresolved-units/"))
    assert "共 1 种写法" in page
    assert "文体旅局" in page
    assert browse("nanshan").get("/unresolved-units/").status_code == 403


def test_no_spelling_left_is_said(browse):
    assert "都已识别" in text(browse("city").get("/unresolved-units/"))


def test_a_page_of_a_place_takes_few_statements(browse, django_assert_max_num_queries):
    client = browse("nanshan")
    for address in ("/units/NS/", "/districts/440305/"):
        with django_assert_max_num_queries(15, info=address):
            client.get(address)
