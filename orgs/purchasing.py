"""The score sheets by which party building enters government purchasing (article 11).

The notice asks that party building counts when government buys services; it sets no points. The first sheet is a
proposal of this portal: it lays out what articles 3, 9, 11, 12 and 18 ask of an organization, and stands until the city
issues one of its own, which is then another entry.
"""

from __future__ import annotations

import datetime

from portal.core.score_sheets import Item, ScoreSheet, sheet_of, words_of

SHEETS = (
    ScoreSheet(
        datetime.date.min,
        "平台按通知第3、9、11、12、18条建议的评分表；市级另发的，从那一天起用市级的",
        (
            Item("organization", "党组织建立或派驻", 25),
            Item("term", "按期换届", 10),
            Item("training", "书记和党务工作者培训", 10),
            Item("life", "组织生活", 15),
            Item("members", "党员作用", 10),
            Item("charter", "党建写入章程、参与决策", 15),
            Item("responsibility", "共同责任书", 5),
            Item("service", "志愿服务与公益", 10),
        ),
    ),
)
ITEMS = words_of(SHEETS)


def sheet(day: datetime.date) -> ScoreSheet:
    """The sheet that a scoring of `day` is held to."""
    return sheet_of(SHEETS, day)
