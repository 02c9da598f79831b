"""What a row says of a party organization."""

from __future__ import annotations

import pytest

from branches.office_tables.party import Shape, contradicts, is_covered, shape
from branches.office_tables.rows import OfficeRow


def row(**cells):
    return OfficeRow(7, {name: value for name, value in cells.items() if value})


@pytest.mark.parametrize(
    ("written", "level", "form"),
    [
        ("党委", "党委", "单独"),
        ("党总支", "党总支", "单独"),
        ("党支部", "党支部", "单独"),
        ("联合支部", "党支部", "联合"),
        ("临时党支部", "党支部", "临时"),
        ("党小组", "党支部", "功能型"),
    ],
)
def test_the_six_words_of_the_register(written, level, form):
    assert shape(row(名称="甲协会", 组织建制=written), is_shared=False) == Shape(level, form)


def test_a_dual_membership_branch_is_functional():
    assert shape(row(组织建制="党支部", 是否兼合式党组织="是"), is_shared=False).form == "功能型"


def test_an_association_called_lianhehui_has_no_joint_branch_for_that():
    one = row(名称="甲工商联合会", 党组织名称="甲工商联合会党支部")
    assert shape(one, is_shared=False) == Shape("党支部", "单独")


def test_the_name_tells_what_no_column_tells():
    assert shape(row(名称="甲协会", 党组织名称="园区联合党支部"), is_shared=False) == Shape("党支部", "联合")
    assert shape(row(名称="甲协会", 党组织名称="甲协会总支部委员会"), is_shared=False) == Shape("党总支", "单独")


def test_one_party_organization_of_several_rows_is_joint():
    assert shape(row(名称="甲协会", 党组织名称="园区党支部"), is_shared=True).form == "联合"


def test_what_no_word_tells_is_assumed_and_said_so():
    assert shape(row(名称="甲协会", 是否建立党组织="是"), is_shared=False).assumed == ("党组织类别", "组建形式")


@pytest.mark.parametrize("word", ["是", "有", "已建", "√", "1", "单独组建", "甲协会党支部"])
def test_yes(word):
    assert is_covered(row(是否建立党组织=word)) is True


@pytest.mark.parametrize("word", ["否", "无", "未建", "没有", "×", "应建未建", "不足三名党员", "未建党支部"])
def test_no(word):
    assert is_covered(row(是否建立党组织=word)) is False


def test_facts_speak_where_the_column_is_silent():
    assert is_covered(row(党组织名称="甲协会党支部")) is True
    assert is_covered(row(未建立党组织原因="无党员")) is False
    assert is_covered(row(名称="甲协会")) is None


def test_no_beside_a_named_party_organization_is_a_contradiction():
    assert contradicts(row(是否建立党组织="否", 党组织名称="甲协会党支部"))
    assert not contradicts(row(是否建立党组织="是", 党组织名称="甲协会党支部"))
