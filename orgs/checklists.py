"""What the party-building review before a decision of the registry looks at (article 11), by kind and day.

The notice asks that party building is reviewed at founding, at change and at annual inspection (登记关, 年检关); what
the reviewer goes through is a checklist. Each list is dated, so that an event of 2014 is held to the list of 2014:
`checklist(kind, day)` is the one of the day of the decision. The answers decide no figure; `gate-review` asks alone
whether the review was in time. Local slogans (六同步 …) differ from place to place and are no lists (SY-05).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from orgs.models import RegistryEvent

Kind = RegistryEvent.Kind

#: every item that some list holds: how it is stored, how people call it
ITEMS = {
    "members": "党员信息已采集",
    "party-organization": "党组织组建或派驻已有安排",
    "commitment": "党建工作承诺书已提交",
    "survey": "党员情况调查表已报送",
    "charter": "党建工作已写入章程",
    "charter-sentence": "章程总则有党建的统一表述",
    "charter-leadership": "章程总则载明坚持党的全面领导",
    "reported": "变更事项已报告上级党组织",
    "answering": "变更后的党建责任单位已明确",
    "adjusted": "党组织和组织关系已相应调整",
    "page": "党建情况表已填报",
    "count": "填报的党员数与名册相符",
    "formed": "应建已建，未建的已派驻",
    "term": "党组织按期换届",
    "activities": "当年开展了党组织活动",
}


@dataclass(frozen=True)
class Checklist:
    """The items of one kind of event from a day on, and where they come from."""

    first_day: datetime.date
    source: str
    items: tuple[str, ...]


_ALWAYS = datetime.date.min
#: first days of the ministry's papers, to be confirmed before they are cited as law (rules: SY-03, SY-04)
_COMMITMENT, _SENTENCE = datetime.date(2016, 9, 18), datetime.date(2018, 4, 28)
_LEADERSHIP = datetime.date(2019, 5, 20)
_NOTICE = "深组通〔2013〕89号第11条"
_FOUNDING = ("members", "party-organization")
_CHANGE = ("reported", "answering", "adjusted", "members")
_INSPECTION = ("page", "count", "formed", "term", "activities")

CHECKLISTS: Mapping[str, tuple[Checklist, ...]] = {
    Kind.FOUNDING: (
        Checklist(_ALWAYS, f"{_NOTICE}，登记三同步", (*_FOUNDING, "charter")),
        Checklist(_COMMITMENT, "民函〔2016〕257号", (*_FOUNDING, "commitment", "survey", "charter")),
        Checklist(_SENTENCE, "民函〔2018〕78号", (*_FOUNDING, "commitment", "survey", "charter-sentence")),
        Checklist(_LEADERSHIP, "民函〔2019〕54号", (*_FOUNDING, "commitment", "survey", "charter-leadership")),
    ),
    Kind.CHANGE: (
        Checklist(_ALWAYS, _NOTICE, (*_CHANGE, "charter")),
        Checklist(_SENTENCE, "民函〔2018〕78号", (*_CHANGE, "charter-sentence")),
        Checklist(_LEADERSHIP, "民函〔2019〕54号", (*_CHANGE, "charter-leadership")),
    ),
    Kind.INSPECTION: (
        Checklist(_ALWAYS, _NOTICE, (*_INSPECTION, "charter")),
        Checklist(_SENTENCE, "民函〔2018〕78号", (*_INSPECTION, "charter-sentence")),
        Checklist(_LEADERSHIP, "民函〔2019〕54号", (*_INSPECTION, "charter-leadership")),
    ),
}


def checklist(kind: str, day: datetime.date) -> Checklist:
    """The list that an event of this kind is reviewed by when it is decided on `day`. Raises KeyError for no kind."""
    return max((one for one in CHECKLISTS[kind] if one.first_day <= day), key=lambda one: one.first_day)


@dataclass(frozen=True)
class Checked:
    """How a review went through its list, in words: what held, what did not, what was not looked at."""

    held: tuple[str, ...]
    lacking: tuple[str, ...]
    open: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many items the list has."""
        return len(self.held) + len(self.lacking) + len(self.open)


def checked(kind: str, day: datetime.date, answers: Mapping[str, bool]) -> Checked:
    """The answers to the list of an event, by how each item was answered."""
    items = checklist(kind, day).items

    def words(answer: bool | None) -> tuple[str, ...]:
        return tuple(ITEMS[item] for item in items if answers.get(item) is answer)

    return Checked(words(True), words(False), words(None))
