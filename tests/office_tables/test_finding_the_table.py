"""Header, data and days of a table that was laid out for people: pure, without files or database."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.office_tables.headings import ledger_name, register_name, roster_name
from portal.core.imports.tables import NoTable, day_in, month_first, read_month_first, read_table

IDENTITY = ("名称", "登记证号")


def numbered(*rows):
    """Rows as a file gives them: with spreadsheet numbers, blank rows left out."""
    return [(number, row) for number, row in enumerate(rows, 1) if any(row)]


def names(table):
    return {column.name: column.heading for column in table.columns if column.name}


def test_header_of_one_row_without_title():
    table = read_table(numbered(["名称", "登记证号"], ["甲协会", "001"]), roster_name, IDENTITY)
    assert (table.title, table.heading_row, table.rows) == ("", 1, [(2, ["甲协会", "001"])])


def test_title_group_headings_total_and_notes_are_no_data():
    table = read_table(
        numbered(
            ["示例市基金会名册(2013年)", "", ""],
            ["序号", "基本信息", ""],
            ["", "机构名称", "登记证号"],
            [1.0, "甲基金会", "001"],
            ["", "", ""],
            [2.0, "乙基金会", "002"],
            ["合计", "", 2.0],
            ["注:本表由社会组织科填报", "", ""],
        ),
        roster_name,
        IDENTITY,
    )
    assert table.title == "示例市基金会名册(2013年)"
    assert [number for number, _ in table.rows] == [4, 6]
    assert names(table) == {"序号": "序号", "名称": "机构名称", "登记证号": "登记证号"}


def test_header_printed_again_on_the_next_page_is_no_data():
    table = read_table(
        numbered(["名称", "登记证号"], ["甲协会", "001"], ["名称", "登记证号"], ["乙协会", "002"]),
        roster_name,
        IDENTITY,
    )
    assert [number for number, _ in table.rows] == [2, 4]


def test_a_group_heading_reaches_as_far_as_the_group_above_it():
    table = read_table(
        numbered(
            ["单位名称", "党组织情况", "", "", "党员情况", "", "登记证号"],
            ["", "党组织书记", "", "是否建立党组织", "正式党员", "预备党员", ""],
            ["", "姓名", "联系电话", "", "", "", ""],
            ["甲协会", "苏叶", "0755-10000000", "是", 3, 1, "001"],
        ),
        ledger_name,
        IDENTITY,
    )
    assert set(names(table)) == {
        "名称", "书记", "书记电话", "是否建立党组织", "正式党员数", "预备党员数", "登记证号",
    }  # fmt: skip


def test_the_same_heading_under_two_groups_is_told_apart():
    table = read_table(
        numbered(
            ["名称", "法定代表人", "书记", "", "指导员", ""],
            ["", "姓名", "姓名", "电话", "姓名", "电话"],
            ["甲协会", "文一", "文二", "1", "文三", "2"],
        ),
        ledger_name,
        IDENTITY,
    )
    assert names(table)["书记"] == "书记-姓名"
    assert table.values(table.rows[0][1]) == {
        "名称": "甲协会", "书记": "文二", "书记电话": "1", "指导员": "文三", "指导员电话": "2",
    }  # fmt: skip


def test_letter_codes_say_what_the_columns_are_whatever_the_headings():
    table = read_table(
        numbered(
            ["随便写", "", "", "", ""],
            ["A", "C", "E", "G2", "H1"],
            ["甲协会", "001", "是", "甲协会党支部", ""],
        ),
        register_name,
        IDENTITY,
    )
    assert table.values(table.rows[0][1]) == {
        "名称": "甲协会",
        "登记证号": "001",
        "是否建立党组织": "是",
        "党组织名称": "甲协会党支部",
        "未建立党组织原因": None,
    }


def test_words_that_programs_write_for_nothing_are_nothing():
    table = read_table(numbered(["名称", "登记证号"], ["甲协会", "None"]), roster_name, IDENTITY)
    assert table.values(table.rows[0][1]) == {"名称": "甲协会", "登记证号": None}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("登记管理机关", "登记管理部门"),
        ("年报", "年检"),
        ("党建领导机关", "党建领导机关"),
        ("正式党员数(人)", "正式党员数"),
        ("单位名称", "名称"),
        ("所属区", "行政区"),
        ("书记联系电话", "书记电话"),
        ("备注", None),
    ],
)
def test_synonyms(written, name):
    assert ledger_name((written,)) == name


def test_no_header_is_said_so():
    with pytest.raises(NoTable, match="没有找到表头"):
        read_table(numbered(["一", "二"], ["三", "四"]), roster_name, IDENTITY)


# ── M/D/YYYY ────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.tuples(st.integers(1, 31), st.integers(1, 31), st.integers(1980, 2030))))
def test_a_column_is_read_month_first_only_where_it_can_be_nothing_else(triples):
    cells = [f"{first}/{second}/{year}" for first, second, year in triples]
    proven = any(second > 12 for _, second, _ in triples)
    refuted = any(first > 12 for first, _, _ in triples)
    assert month_first(cells) == (proven and not refuted)


@given(st.dates(datetime.date(1980, 1, 1), datetime.date(2030, 12, 31)))
def test_month_first_text_is_its_day(day):
    assert read_month_first(f"{day.month}/{day.day}/{day.year}") == day


@given(
    st.lists(st.dates(datetime.date(1980, 1, 1), datetime.date(2030, 12, 31)), min_size=1),
    st.randoms(use_true_random=False),
)
def test_real_dates_and_other_forms_have_no_say(days, random):
    forms = [random.choice([day, day.isoformat(), f"{day.year}年{day.month}月{day.day}日"]) for day in days]
    assert not month_first(forms)
    assert [read_month_first(cell) for cell in forms] == forms


def test_a_day_that_does_not_exist_stays_as_written():
    assert read_month_first("2/30/2013") == "2/30/2013"


# ── the day of the table ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("社会组织党建台账(截至2013年12月31日)", "2013-12-31"),
        ("台账20140630", "2014-06-30"),
        ("台账 2014-6-30", "2014-06-30"),
        ("2014年2月党建台账", "2014-02-28"),
        ("2013年度登记表", "2013-12-31"),
        ("2026年台账", "2026-01-01"),
        ("2026年11月台账", "2026-11-01"),
        ("2013年2月31日", "2013-02-28"),
        ("党建台账", None),
        ("440305号台账", None),
    ],
)
def test_the_day_that_a_title_gives(words, day):
    assert day_in(words, datetime.date(2026, 11, 25)) == (day and datetime.date.fromisoformat(day))
