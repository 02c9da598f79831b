"""What an organization itself fills in on the party page of its annual inspection (年检党建情况, form F11, article 11).

Only what no register holds: the premises of the party organization, the money for its activities by the five sources
of the form, how often it was active. Members, their ages and schooling are counted (`branches.annual_page`), never
typed. What was not filled in is not known, never 0. The sum of the sources is added up, never typed.
"""

from __future__ import annotations

from collections.abc import Mapping

from orgs.models import RegistryEvent

#: what is filled in: how it is stored, how the form calls it
ITEMS = {
    "premises": "活动场所面积",
    "dues": "党费",
    "superior": "上级支持",
    "own": "业务经费",
    "budget": "财政支持",
    "other": "其他经费",
    "activities": "党员活动次数",
    "deeds": "实事好事件数",
}
#: what each is counted in
MEASURES = {"premises": "平方米", "activities": "次", "deeds": "件"}
#: where the money for activities came from
SOURCES = ("dues", "superior", "own", "budget", "other")
YUAN = "元"
#: larger numbers are slips
MOST = 1_000_000_000


def measure(item: str) -> str:
    """What an item is counted in."""
    return YUAN if item in SOURCES else MEASURES[item]


def asked(kind: str) -> tuple[str, ...]:
    """The items that an event of this kind asks for: all of an annual inspection, none of any other."""
    return tuple(ITEMS) if kind == RegistryEvent.Kind.INSPECTION else ()


def money(reported: Mapping[str, int]) -> int | None:
    """All the money for activities, in yuan, as far as it was filled in; None where no source was."""
    known = [reported[source] for source in SOURCES if source in reported]
    return sum(known) if known else None
