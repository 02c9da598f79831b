"""The page of the shares of article 12: year by year, last year beside this one, by district and unit, as files."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core.models import AuditEntry
from portal.core.validity import today
from tests import world
from tests.pages.conftest import text

PAGE = "/elections/shares/"


@pytest.fixture
def held(city):
    """Elections of both districts this year and the last."""
    year = today().year
    own, far = city.parties["own"], city.parties["joint"]
    for party, on, channels in (
        (own, f"{year}-01-01", ("JOINT", "SELF")),
        (own, f"{year - 1}-01-01", ("ORGANIZATION", "JOINT", "SELF", "SELF")),
        (far, f"{year}-01-01", ("ORGANIZATION",)),
    ):
        election = world.election(party, on)
        for channel in channels:
            world.candidate(election, world.person("柳如烟"), "SECRETARY", channel)


def rows(page: str) -> dict[str, list[str]]:
    """The cells of each group."""
    table = page.split('class="table rows share-table"')[1]
    found = re.findall(r'<a class="name depth-\d"[^>]*>(.*?)</a></td>(.*?)</tr>', table, re.S)
    return {name: re.findall(r"<td[^>]*>\s*([\d.]+%|—)", cells) for name, cells in found}


def test_last_year_stands_beside_this_year(browse, held):
    found = rows(text(browse("nanshan").get(PAGE)))
    assert found["全市"] == ["33.33%", "25.00%", "33.33%", "50.00%", "50.00%", "100.00%"]
    assert found["南山区"] == ["50.00%", "25.00%", "50.00%", "50.00%", "100.00%", "100.00%"]
    assert found["福田区"] == ["0.00%", "—", "0.00%", "—", "0.00%", "—"]
    assert next(iter(found)) == "全市" and "市级单位（不在某一区）" not in found


def test_by_unit_along_the_tree_with_those_below(browse, held):
    page = text(browse("observer").get(f"{PAGE}?by=unit"))
    found = rows(page)
    assert found["中共深圳市委组织部"] == found["全市"]
    assert found["中共南山区委组织部"][0] == "50.00%" and "南山区民政局" not in found
    assert "个单位两年都没有登记" in page


def test_one_group_year_by_year(browse, held):
    page = text(browse("nanshan").get(f"{PAGE}?by=unit&group=NS"))
    assert "中共南山区委组织部逐年" in page and "看全市" in page
    chart = re.search(r'aria-label="党员联名推荐：(.*?)"', page)
    assert chart is not None and f"{today().year} 年 50.00%，{today().year - 1} 年 25.00%" in chart[1]
    assert browse("nanshan").get(f"{PAGE}?by=unit&group=XX").status_code == 400


def test_no_names_and_only_for_those_who_see_counts(browse, held):
    assert "柳如烟" not in text(browse("city").get(PAGE))
    assert browse("lin").get(PAGE).status_code == 403
    for who, leads in {"nanshan": True, "lin": False}.items():
        assert (PAGE in text(browse(who).get("/elections/"))) == leads


def test_a_past_day_counts_up_to_it(browse, held):
    page = text(browse("nanshan").get(f"{PAGE}?date={today().year - 1}-12-31"))
    assert rows(page)["全市"] == ["25.00%", "—", "50.00%", "—", "100.00%", "—"]


def test_without_elections_there_are_dashes(browse):
    found = rows(text(browse("nanshan").get(PAGE)))
    assert set(found["全市"]) == {"—"} and "南山区" in found


def test_the_file_holds_what_the_page_shows(browse, held):
    answer = browse("nanshan").get(f"{PAGE}?by=unit&as=csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    heads, row = lines[0], next(line for line in lines if line[0] == "NS")
    year = today().year
    named = dict(zip(heads, row, strict=True))
    assert (named[f"党员联名推荐 {year}"], named[f"党员联名推荐 {year} 总数"]) == ("1", "2")
    assert named[f"党员自荐 {year - 1} 比例（%）"] == "50.00"
    assert AuditEntry.objects.get().action == "导出"
    assert browse("nanshan").get(f"{PAGE}?as=xlsx").content.startswith(b"PK")


def test_it_takes_few_statements(browse, held):
    client = browse("nanshan")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{PAGE}?by=unit")
    assert len(asked) <= 15
