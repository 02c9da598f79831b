"""The notice as code: its articles, its day, and the parameters that a later policy may change.

Source: 深组通〔2013〕89号, 2013-10-23, forwarded by 深两新工委通〔2013〕19号, 2013-11-06. Every parameter is
dated: `parameter(name, day)` answers what held on that day, so that 2013 is never judged by a later text.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

NOTICE_DAY = datetime.date(2013, 10, 23)
#: "about three years" from the notice (article 3)
NOTICE_DUE = datetime.date(2016, 10, 23)
NOTICE_NAME = "深组通〔2013〕89号"


@dataclass(frozen=True)
class Article:
    """One article of the notice: its number, its part (I–VI) and its subject in a few words."""

    number: int
    part: str
    title: str


_PARTS = {
    "落实工作责任": range(1, 3),
    "扩大组织覆盖": range(3, 7),
    "加强队伍建设": range(7, 10),
    "创新工作机制": range(10, 13),
    "引领社会参与": range(13, 19),
    "强化组织领导": range(19, 22),
}
_TITLES = {
    1: "条块结合、归口分级的责任体系",
    2: "分类联动、结对共建",
    3: "应建尽建、两个覆盖",
    4: "龙头带动与重点领域",
    5: "孵化与项目中的党建",
    6: "示范点建设",
    7: "负责人联系培养与双培双推",
    8: "社工队伍中的党建",
    9: "教育培训",
    10: "工作规范与考核标准",
    11: "登记、变更、年检中的党建审核",
    12: "公推直选与任期",
    13: "党群共建",
    14: "行业自律与诚信",
    15: "民办医院和谐医患",
    16: "民办学校“1+1”",
    17: "律师进社区、进学校",
    18: "志愿服务与互助",
    19: "纳入总体规划",
    20: "经费保障",
    21: "宣传推广",
}
ARTICLES = {number: Article(number, part, _TITLES[number]) for part, numbers in _PARTS.items() for number in numbers}


@dataclass(frozen=True)
class Parameter:
    """A number or set of the notice that a later policy may change: its values, each with its first day."""

    name: str
    article: int
    source: str
    values: tuple[tuple[datetime.date, object], ...]


_ALWAYS = datetime.date.min
PARAMETERS = {
    p.name: p
    for p in (
        Parameter("formation-members", 3, "notice art. 3, BR-01", ((_ALWAYS, 3),)),
        Parameter("joint-units", 3, "BR-03 (advice only)", ((_ALWAYS, 5),)),
        Parameter("instructor-load", 3, "edge case 20 (advice only)", ((_ALWAYS, 5),)),
        Parameter("firm-employment", 3, "spec coverage, firm count", ((_ALWAYS, ("FULL_TIME", "PART_TIME", "")),)),
        Parameter("training-days-hundredths", 9, "notice art. 9, TR-01", ((_ALWAYS, 300),)),
        Parameter("training-held-days", 9, "TR-09", ((_ALWAYS, 183),)),
        Parameter("extension-months", 12, "BR-11", ((_ALWAYS, 12),)),
    )
}


def parameter(name: str, day: datetime.date) -> object:
    """The value of the parameter `name` on `day`. Raises KeyError for an unknown name."""
    return max((start, value) for start, value in PARAMETERS[name].values if start <= day)[1]


def number(name: str, day: datetime.date) -> int:
    """The value of a whole-number parameter on `day`."""
    value = parameter(name, day)
    assert isinstance(value, int)
    return value
