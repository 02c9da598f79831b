"""The notice as code: its day, and parameters that a later policy may change. Its articles: `portal.core.articles`.

Source: 深组通〔2013〕89号, 2013-10-23, forwarded by 深两新工委通〔2013〕19号, 2013-11-06. Every parameter is
dated: `parameter(name, day)` answers what held on that day, so that 2013 is never judged by a later text.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

NOTICE_DAY = datetime.date(2013, 10, 23)
#: "about three years" from the notice (article 3)
NOTICE_DUE = datetime.date(2016, 10, 23)
#: the end of 2015, for what lawyers do in communities and schools (article 17)
LAWYERS_DUE = datetime.date(2015, 12, 31)
NOTICE_NAME = "深组通〔2013〕89号"


@dataclass(frozen=True)
class Parameter:
    """A number or set of the notice that a later policy may change: its values, each with its first day."""

    name: str
    article: int
    source: str
    values: tuple[tuple[datetime.date, object], ...]


_ALWAYS = datetime.date.min
_ELECTIONS_1990 = "《中国共产党基层组织选举工作暂行条例》"
_ELECTIONS_2020 = (datetime.date(2020, 7, 13), "《中国共产党基层组织选举工作条例》")
_BRANCHES_2018 = (datetime.date(2018, 10, 28), 12)
_COMMITTEE_2018 = (datetime.date(2018, 7, 12), 5)
PARAMETERS = {
    p.name: p
    for p in (
        Parameter("formation-members", 3, "notice art. 3, BR-01", ((_ALWAYS, 3),)),
        Parameter("joint-units", 3, "BR-03 (advice only)", ((_ALWAYS, 5),)),
        Parameter("instructor-load", 3, "edge case 20 (advice only)", ((_ALWAYS, 5),)),
        Parameter("firm-employment", 3, "spec coverage, firm count", ((_ALWAYS, ("FULL_TIME", "PART_TIME", "")),)),
        Parameter("city-sites", 6, "notice art. 6", ((_ALWAYS, 10),)),
        Parameter("district-sites", 6, "notice art. 6", ((_ALWAYS, 2),)),
        Parameter("field-sites", 6, "notice art. 6 (board only)", ((_ALWAYS, 1),)),
        Parameter("training-days-hundredths", 9, "notice art. 9, TR-01", ((_ALWAYS, 300),)),
        Parameter("training-held-days", 9, "TR-09", ((_ALWAYS, 183),)),
        Parameter("extension-months", 12, "BR-11", ((_ALWAYS, 12),)),
        Parameter("direct-election-months", 12, "spec coverage, elections", ((_ALWAYS, 36),)),
        Parameter("election-rules", 12, "EL-03, EL-05, EL-09", ((_ALWAYS, _ELECTIONS_1990), _ELECTIONS_2020)),
        # the text of 1990 asks for more than four fifths, and exactly four fifths was accepted
        Parameter("election-quorum-exceeds", 12, "EL-03", ((_ALWAYS, 1), (_ELECTIONS_2020[0], 0))),
        Parameter("secretary-party-age-months", 12, "BR-10 (advice only)", ((_ALWAYS, 0), _BRANCHES_2018)),
        Parameter("term-years", 12, "GP-03, branches and general branches (proposed only)", ((_ALWAYS, 3),)),
        # the charter of 2012 says three to five
        Parameter("term-years-committee", 12, "GP-03, committees (proposed only)", ((_ALWAYS, 3), _COMMITTEE_2018)),
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
