"""The score sheets by which applications for a demonstration site are reviewed (article 6).

The notice itself gives no points: the first sheet lays out what its articles 3, 7, 9, 10 and 13 to 18 ask of a party
organization, and its weights are a proposal of this portal until the city issues its own, which is then another entry.
"""

from __future__ import annotations

import datetime

from portal.core.score_sheets import Item, ScoreSheet, sheet_of, words_of

SHEETS = (
    ScoreSheet(
        datetime.date.min,
        "平台建议的评分表，依据通知第三、七、九、十、十三至十八条；市级另发评分表的，从那一天起用市级的",
        (
            Item("structure", "组织健全", 20, "单独或联合建立党组织，按期换届，覆盖到位"),
            Item("leadership", "班子队伍", 20, "书记和党务工作者培训达标，与管理层交叉任职"),
            Item("activities", "组织生活", 20, "组织生活正常，活动有特色，结对共建"),
            Item("example", "党员作用", 15, "党员成为管理骨干，骨干培养成党员"),
            Item("service", "服务社会", 15, "行业自律、志愿服务、下基层服务有成效"),
            Item("records", "制度台账", 10, "工作规范齐全，台账完整，经费清楚"),
        ),
        passes=80,
    ),
)
ITEMS = words_of(SHEETS)


def sheet(day: datetime.date) -> ScoreSheet:
    """The sheet that a review of `day` is held to."""
    return sheet_of(SHEETS, day)
