"""Whatever stands in the cells: findings, never an exception; and what came in once changes nothing again."""

from __future__ import annotations

import datetime
import json
import random

import pytest

from branches.office_tables.headings import SPELLINGS
from portal.core.imports.doors import come_in
from portal.core.imports.read import Grid
from portal.core.imports.sheets import Options
from tests import world

HEADINGS = [spelling for name, words in SPELLINGS.items() for spelling in (name, *words)]
CELLS = [
    None, "", "None", "是", "否", "无", "未建", "示例局", "示例市民政局", "2013-10-23", "13/25/2013", "7/31/2012",
    "2月30日",
    5, 3.7, -1, True, datetime.date(2013, 1, 1), datetime.datetime(2014, 1, 1, 5), datetime.time(1, 2), "字" * 500,
    "甲党支部", "联合支部", "党小组", "440399198506151233", "440399198506151234", "13800000000", "1e5", "12",
    "社会团体", "合计", "注:说明", "=1+1", "\x00", "👍", float("nan"), float("inf"), 1e300, "示证字1号", "示证字2号",
    world.credit_code(920001), 567057518.0, "正常", "注销", "三人", "3人",
]  # fmt: skip


def any_table(seed):
    """A table of random headings and cells."""
    rnd = random.Random(seed)
    headings = [*rnd.sample(HEADINGS, rnd.randint(3, 25)), "登记证号", "名称"]
    rows = [[rnd.choice(CELLS) for _ in range(len(headings) + rnd.randint(-2, 2))] for _ in range(8)]
    return Grid("表", [(number, row) for number, row in enumerate([["某表2013年"], headings, *rows], 1)])


#: what a plausible ledger writes into its columns
PLAUSIBLE = {
    "社会组织类型": ["社会团体", "民非", "基金会", "怪类型"],
    "成立时间": ["2012-01-01", "2013-05-05", "", "不详"],
    "从业人员数": ["", 3, "若干"],
    "登记状态": ["", "正常", "怪状态"],
    "业务主管单位": ["示例市民政局", "无", "某局", ""],
    "是否建立党组织": ["是", "否", "", "未建"],
    "党组织名称": ["", "甲联合党支部", "乙党支部", "丙党总支", "丁党委"],
    "建立党组织时间": ["", "2014-01-01", "2012-06-06", "不详"],
    "组织建制": ["", "党支部", "联合支部", "党小组", "临时党支部", "怪类别"],
    "组建形式": ["", "单独", "联合", "怪形式"],
    "审批单位": ["", "示例市民政局", "某委"],
    "书记": ["", "苏一叶", "苏二叶"],
    "书记身份证号": ["", "440399198506151233", "123"],
    "书记电话": ["", "13800000000", "0755-1"],
    "未建立党组织原因": ["", "无党员"],
    "指导员": ["", "封予安", "庄以诚"],
    "派驻单位": ["", "示例市民政局", "某局"],
    "正式党员数": ["", 1, 3, "若干"],
}


def plausible_ledger(seed):
    """A ledger of eight organizations with some of those columns."""
    rnd = random.Random(seed)
    names = rnd.sample(sorted(PLAUSIBLE), rnd.randint(5, len(PLAUSIBLE)))
    rows = [
        [f"示例{number}号协会", f"示证字{number}号", *(rnd.choice(PLAUSIBLE[name]) for name in names)]
        for number in rnd.sample(range(100), 8)
    ]
    return Grid("台账", [(number, row) for number, row in enumerate([["名称", "登记证号", *names], *rows], 1)])


@pytest.fixture
def unit(db):
    return world.unit("SZ-MZJ", "示例市民政局", "REGISTRY", function="civil-affairs")


@pytest.mark.parametrize("kind", ["roster", "register-2013", "ledger"])
@pytest.mark.parametrize("seed", range(8))
def test_any_table_is_answered_with_findings(unit, kind, seed):
    for commit in (False, True):
        options = Options(commit=commit, valid_rows=True, kind=kind)
        result = come_in(kind, "表.xlsx", any_table(seed), options).as_json()
        findings = [one for file in result["files"] for one in [*file["errors"], *file["warnings"]]]
        assert all(one["message"].endswith("。") and one["code"].startswith("IMP-") for one in findings)
        assert json.loads(json.dumps(result, allow_nan=False)) == result


@pytest.mark.parametrize("kind", ["register-2013", "ledger"])
@pytest.mark.parametrize("seed", range(8))
def test_any_ledger_again_changes_nothing(unit, kind, seed):
    options = Options(commit=True, valid_rows=True, kind=kind)
    come_in(kind, "表.xlsx", plausible_ledger(seed), options)
    again = come_in(kind, "表.xlsx", plausible_ledger(seed), options)
    assert again.committed
    assert [(file.kind, file.created, file.updated) for file in again.files if file.created or file.updated] == []
