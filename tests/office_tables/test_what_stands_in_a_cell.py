"""What a finding says of a cell is what stands there, and what stands for it where it cannot be read."""

from __future__ import annotations

import datetime

import pytest

from branches.models import CoveringLink, InstructorPosting, PartyOrganization, PartyOrganizationState
from orgs.models import MemberReport, OrganizationState, SocialOrganization
from tests import world
from tests.office_tables import f01
from tests.office_tables.bring import bring, findings, workbook

TITLE = "某区社会组织党建台账(截至2016年6月30日)"
DAY = datetime.date(2016, 6, 30)
PARTY = {
    "党组织名称": "甲服务中心党支部",
    "是否建立党组织": "是",
    "党组织成立时间": "2014-05-06",
    "审批单位": "示例区委",
}


@pytest.fixture
def units(db):
    unit = world.unit("SL", "示例区委", "DISTRICT_LEAD", level="DISTRICT")
    world.unit("SL-MZJ", "示例区民政局", "REGISTRY", parent=unit, function="civil-affairs")


def table(tmp_path, *rows, title=TITLE):
    """A table of these rows under every heading that one of them has; its first row of data is the third."""
    base = {"名称": "甲服务中心", "登记证号": "示证字1号", "社会组织类型": "民非", "成立时间": "2012-03-01"}
    filled = [{**base, **row} for row in rows]
    headings = list(dict.fromkeys(heading for row in filled for heading in row))
    lines = [[row.get(heading) for heading in headings] for row in filled]
    return workbook(tmp_path / "表.xlsx", [[title], headings, *lines])


def said(result, column, row=3):
    """What was found about one cell, without what was assumed for an empty one."""
    return [one for one in findings(result) if (one["row"], one["column"]) == (row, column)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cells", "column", "first", "later"),
    [
        ({**PARTY, "组建形式": "怪形式"}, "组建形式", "暂按单独组建登记", "登记仍为单独组建"),
        ({**PARTY, "党组织类别": "怪类别"}, "党组织类别", "暂按党支部登记", "登记仍为党支部"),
        # another word of the row tells it
        (
            {**PARTY, "党组织类别": "怪类别", "党组织名称": "甲服务中心党总支"},
            "党组织类别",
            "暂按党总支登记",
            "登记仍为党总支",
        ),
        ({**PARTY, "组建形式": "怪形式", "党组织类别": "联合支部"}, "组建形式", "暂按联合组建", "登记仍为联合组建"),
        ({**PARTY, "党组织成立时间": "bad"}, "党组织成立时间", "暂按本表所反映的日期 2016-06-30", "仍为 2016-06-30"),
        ({**PARTY, "书记": "苏一叶", "书记任职日期": "bad"}, "书记任职日期", "2016-06-30", "仍为 2016-06-30"),
        ({"指导员": "封予安", "派驻日期": "bad"}, "派驻日期", "2016-06-30", "仍为 2016-06-30"),
        ({"党员人数": 3, "填报日期": "bad"}, "填报日期", "2016-06-30", "2016-06-30"),
        ({"党员人数": "若干"}, "党员人数", "不是数字", "不是数字"),
        ({"社会组织类型": "怪类型"}, "社会组织类型", "暂按名称判断为 民办非企业单位", "登记仍为 民办非企业单位"),
        ({"从业人员数": "若干"}, "从业人员数", "不是数字", "不是数字"),
        ({"登记状态": "怪状态"}, "登记状态", "应为 正常", "应为 正常"),
        ({"所属区": "火星区"}, "所属区", "没有这个行政区", "没有这个行政区"),
    ],
)
def test_what_cannot_be_read_is_said_so_each_time(cells, column, first, later, units, tmp_path):
    path = table(tmp_path, cells)
    for words in (first, later):
        result = bring("ledger", path, "--commit")
        assert result["exit"] == 0
        (found,) = said(result, column)
        assert (found["code"], found["value"]) == ("IMP-208", cells[column])
        assert found["message"].startswith(f"第 3 行“{column}”为“{cells[column]}”:") and words in found["message"]
        assert not result["by_kind"]["organizations"]["differences"]


@pytest.mark.django_db
def test_an_unreadable_founding_day_is_no_difference_later(units, tmp_path):
    path = table(tmp_path, {"成立时间": "bad"})
    assert [one["code"] for one in said(bring("ledger", path, "--commit"), "成立时间")] == ["IMP-208", "IMP-202"]
    result = bring("ledger", path, "--commit")
    (found,) = said(result, "成立时间")
    assert (found["code"], found["value"]) == ("IMP-208", "bad") and "为“bad”" in found["message"]
    assert not result["by_kind"]["organizations"]["differences"]


@pytest.mark.django_db
def test_other_words_of_form_are_understood(units, tmp_path):
    for word, form in (("联建", "JOINT"), ("单建", "OWN"), ("区域联建", "REGIONAL")):
        party = {**PARTY, "登记证号": word, "组建形式": word, "党组织名称": f"第{len(word) + len(form)}党支部"}
        result = bring("ledger", table(tmp_path, party), "--commit")
        assert not said(result, "组建形式")
        state = PartyOrganizationState.objects.get(
            party_organization__covering_links__organization__registration_number=word
        )
        assert state.form == PartyOrganizationState.Form[form]


@pytest.mark.django_db
@pytest.mark.parametrize("known", ["stored", "title", "nothing"])
def test_one_true_finding_on_a_kind_that_is_none(known, units, tmp_path):
    if known == "stored":
        world.organization("甲", kind="FOUNDATION", registration_number="示证字1号")
    title = {"title": "示例区基金会党建登记表"}.get(known, "示例区党建登记表")
    path = tmp_path / "表.xls"
    path.write_bytes(f01.filled([{"A": "甲", "B": "怪类别", "C": "示证字1号", "I": 3}], title=title))
    result = bring("register-2013", path, "--commit")
    (found,) = said(result, "组织类别", row=8)
    assert found["value"] == "怪类别" and found["message"].startswith("第 8 行“组织类别”为“怪类别”:")
    assert all(word in found["message"] for word in ("社会团体", "基金会", "民办非企业单位", "中介组织"))
    if known == "nothing":
        assert (result["exit"], found["code"]) == (1, "IMP-102")
    else:
        assert (result["exit"], found["code"]) == (0, "IMP-208")
        assert OrganizationState.objects.get().kind == "FOUNDATION"


@pytest.mark.django_db
def test_nobody_is_said_to_send_where_the_row_does_not(units, tmp_path):
    path = table(tmp_path, {"党建指导员": "孙指导"})
    for _ in range(2):
        result = bring("ledger", path, "--commit")
        assert result["exit"] == 0 and not findings(result, "IMP-204")
        assert "不详" not in {one["value"] for one in findings(result)} and not said(result, "党建指导员")
    posting = InstructorPosting.objects.everyone().get()
    assert (posting.sending_unit, posting.sending_unit_written) == (None, "不详")
    # a later table that does say it completes it
    bring("ledger", table(tmp_path, {"党建指导员": "孙指导", "派驻单位": "示例区委"}), "--commit")
    posting.refresh_from_db()
    assert (posting.sending_unit.code, posting.sending_unit_written) == ("SL", "")
    # and one that does not leaves it
    bring("ledger", path, "--commit")
    posting.refresh_from_db()
    assert posting.sending_unit.code == "SL"


@pytest.mark.django_db
def test_a_sending_unit_that_is_unknown_is_named_as_written(units, tmp_path):
    for _ in range(2):
        result = bring("ledger", table(tmp_path, {"党建指导员": "孙指导", "派驻单位": "某办"}), "--commit")
        assert [(one["column"], one["value"]) for one in findings(result, "IMP-204")] == [("派驻单位", "某办")]


@pytest.mark.django_db
def test_an_unknown_approving_unit_is_named(units, tmp_path):
    (found,) = said(bring("ledger", table(tmp_path, {**PARTY, "审批单位": "某某委"})), "审批单位")
    assert (found["code"], found["value"]) == ("IMP-204", "某某委")
    assert found["message"].startswith("第 3 行“审批单位”为“某某委”:")


@pytest.mark.django_db
def test_a_difference_names_the_cell_and_how_it_was_understood(units, tmp_path):
    bring("ledger", table(tmp_path, {"党员人数": 5, "预备党员": 1}), "--commit")
    assert MemberReport.objects.everyone().get().full == 4
    result = bring("ledger", table(tmp_path, {"党员人数": 9, "预备党员": 1}))
    (difference,) = result["by_kind"]["organizations"]["differences"]
    assert difference == {"row": 3, "column": "党员人数", "value": "9", "stored": "4"}
    (found,) = said(result, "党员人数")
    assert found["value"] == "9" and found["message"].startswith("第 3 行“党员人数”为“9”:按正式党员 8 名理解,")


@pytest.mark.django_db
def test_a_level_that_the_name_tells_differs_under_the_name(units, tmp_path):
    bring("ledger", table(tmp_path, PARTY), "--commit")
    PartyOrganizationState.objects.update(level="COMMITTEE")
    (found,) = said(bring("ledger", table(tmp_path, PARTY)), "党组织名称")
    assert (found["code"], found["value"]) == ("IMP-210", PARTY["党组织名称"]) and "按党支部理解" in found["message"]


@pytest.mark.django_db
def test_a_roster_names_the_day_that_it_cannot_read(units, tmp_path):
    path = table(tmp_path, {"成立时间": "5/6/2012"}, title="民办非企业单位名册(2013年)")
    for _ in range(2):
        (found, *_) = said(bring("roster", path, "--commit"), "成立时间")
        assert (found["code"], found["value"]) == ("IMP-208", "5/6/2012") and "为“5/6/2012”" in found["message"]


@pytest.mark.django_db
def test_what_stands_for_an_unreadable_founding_of_the_party_organization_is_stored(units, tmp_path):
    bring("ledger", table(tmp_path, {**PARTY, "党组织成立时间": "bad"}), "--commit")
    assert PartyOrganization.objects.everyone().get().approved_on == DAY
    assert CoveringLink.objects.everyone().get().valid_from == DAY
    assert SocialOrganization.objects.everyone().get().established_on == datetime.date(2012, 3, 1)
