"""Movements between two days as a page tells them: who, from what to what, and since when; the card of the desk."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from branches.models import PartyOrganization
from orgs.models import SocialOrganization
from portal.core import comparison, indicators, sql
from portal.core.comparison import Mover, Side, State, Sums
from portal.core.indicators import NONE_GROUP, NONE_NAME, CannotAnswer, Description, Indicator, Slice
from portal.core.scoping import Scope
from portal.core.units import UnitOnDay
from portal.desk.figures import BRANCH, FIELDS, FORMATION, KINDS, WORK, Question
from portal.desk.templatetags.overview import MOVEMENT_SIGNS, REASON_STATES

_COVERED = {"gained": "新增覆盖", "lost": "失去覆盖"}
WORDS = {
    "gained": "新增达标",
    "lost": "不再达标",
    "came": "进入",
    "went": "离开",
    "moved-in": "转入",
    "moved-out": "转出",
    "changed": "原因变化",
}
#: what may bring a subject from one group into another, and where a state keeps it
_FACTS = {"责任单位": "unit_id", "行政区": "district_id", "街道": "subdistrict_id", "类别": "kind", "领域": "field"}
#: how many the desk names
NAMED = 10
_WEEK = datetime.timedelta(days=7)


def words(ind: Indicator) -> dict[str, str]:
    """The movements of an indicator in words."""
    return WORDS | _COVERED if ind.code in (BRANCH, WORK) else WORDS


def population_words(ind: Indicator) -> tuple[str, str]:
    """What the population and the met of an indicator are called."""
    if ind.code in (BRANCH, WORK):
        return "应覆盖", "已覆盖"
    if ind.quota is not None:
        return "在册", "有效"
    return ("应单独组建", "已单独组建") if ind.code == FORMATION else ("应达标", "已达标")


@dataclass(frozen=True)
class Night(Question):
    """A question about a day that is known to be stored."""

    live: bool = False

    @cached_property
    def stored(self) -> bool:
        """A stored day."""
        return True


@dataclass(frozen=True)
class Stand:
    """Where a subject stood, in a word and its sign; `excluded`: 不计入."""

    word: str
    sign: str
    excluded: bool = False


@dataclass(frozen=True)
class Row:
    """One mover: how it stood before and after, what else is known of it, and its page where there is one."""

    movement: str
    word: str
    sign: str
    subject: str
    name: str
    href: str
    before: Stand
    after: Stand
    remark: str
    place: str


@dataclass(frozen=True)
class Compared:
    """Two questions about one group of an indicator: a stored day, and a later stored one or today."""

    indicator: Indicator
    before: Question
    after: Question
    by: str = ""
    group: str = ""

    @cached_property
    def sides(self) -> tuple[Side, Side]:
        """Both days with the part that the group was on each. Raises CannotAnswer for a group of neither."""
        asked = (self.after, self.after) if self._same_on_every_day else (self.before, self.after)
        parts = [_part(question, self.by, self.group) for question in asked]
        if isinstance(parts[0], CannotAnswer) and isinstance(parts[1], CannotAnswer):
            raise parts[1]
        first, second = (Slice(units=frozenset()) if isinstance(part, CannotAnswer) else part for part in parts)
        adjusted = self.after.adjusted
        return (
            Side(self.before.day, self.before.source, first, adjusted),
            Side(self.after.day, self.after.source, second, adjusted),
        )

    @property
    def _same_on_every_day(self) -> bool:
        """Units, streets and 未填 are what a day knew of them; a district, a kind or a field is always the same."""
        return self.by not in ("unit", "street") and NONE_GROUP not in (self.group, self.after.district)

    def sums(self, scope: Scope | None = None) -> Sums:
        """How many moved in which way; one statement."""
        return comparison.sums(self.indicator, *self.sides, scope=scope)

    def rows(self, scope: Scope, **asked: Any) -> list[Row]:
        """Those named to the scope; `asked` as in `comparison.movers`. A few statements at any number."""
        known = _Known(self, scope)
        names = known.organizations_now if self.indicator.of_organizations else None
        found = comparison.movers(self.indicator, *self.sides, scope=scope, names_now=names, **asked)
        known.look_up(found)
        return [known.row(mover) for mover in found]


def _part(question: Question, by: str, group: str) -> Slice | CannotAnswer:
    try:
        return question.group_part(by, group) if by else question.part
    except CannotAnswer as refusal:
        return refusal


class _Known:
    """What rows need to know, read once for all of them."""

    def __init__(self, compared: Compared, scope: Scope) -> None:
        self._compared, self._scope = compared, scope
        self._words = words(compared.indicator)
        self._organizations: dict[int, SocialOrganization] = {}
        self._parties: Collection[str] = ()

    def organizations_now(self, ids: Sequence[int]) -> dict[int, Description]:
        """What organizations of the scope are called today; many are picked out of all of the scope's."""
        found = SocialOrganization.objects.within(self._scope).filter(sql.among("pk", ids))
        self._organizations |= {one.pk: one for one in found}
        known = {key: self._organizations[key] for key in ids if key in self._organizations}
        return {
            key: Description(one.credit_code or one.registration_number or "", one.name, {})
            for key, one in known.items()
        }

    def look_up(self, found: Sequence[Mover]) -> None:
        """Read which of them have a page that the scope may open."""
        ind = self._compared.indicator
        if ind.of_organizations:
            missing = [mover.id for mover in found if mover.id not in self._organizations]
            if missing:
                self.organizations_now(missing)
        elif not ind.names_people:
            parties = PartyOrganization.objects.within(self._scope).filter(code__in={m.subject for m in found})
            self._parties = set(parties.values_list("code", flat=True))

    @cached_property
    def _districts(self) -> Mapping[int, str]:
        return {one.pk: one.name for one in self._compared.after.every_district}

    def row(self, mover: Mover) -> Row:
        """One mover in words."""
        return Row(
            movement=mover.movement,
            word=self._words[mover.movement],
            sign=MOVEMENT_SIGNS[mover.movement],
            subject=mover.subject,
            name=mover.name,
            href=self._href(mover),
            before=self._stand(mover.before),
            after=self._stand(mover.after),
            remark=self._remark(mover),
            place="-".join(map(str, mover.place)),
        )

    def _href(self, mover: Mover) -> str:
        if mover.id in self._organizations:
            return reverse("organization", args=[self._organizations[mover.id].path_key])
        return reverse("party-organization", args=[mover.subject]) if mover.subject in self._parties else ""

    def _stand(self, state: State | None) -> Stand:
        if state is None:
            return Stand("不在统计内", "plain")
        if not state.visible:
            return Stand("不在您的查看范围", "plain")
        sign = REASON_STATES.get(state.reason, "ok" if state.met else "bad")
        return Stand(self._compared.indicator.reasons[state.reason], sign, state.excluded)

    def _remark(self, mover: Mover) -> str:
        """Since when, or what of it is another: what brought it in or took it out."""
        if mover.before is None or mover.after is None:
            return self._turned(mover)
        if mover.before.visible and mover.after.visible:
            return self._differing(mover.before, mover.after)
        return ""

    def _turned(self, mover: Mover) -> str:
        one = self._organizations.get(mover.id)
        if one is None:
            return ""
        between = (self._compared.before.day, self._compared.after.day)
        if mover.before is None and between[0] < one.established_on <= between[1]:
            return f"{one.established_on} 成立"
        if mover.after is None and one.closed_on and between[0] < one.closed_on <= between[1]:
            return f"{one.closed_on} 终止"
        return ""

    def _differing(self, before: State, after: State) -> str:
        days = self._compared.before, self._compared.after
        told = []
        for what, name in _FACTS.items():
            was, now = getattr(before, name), getattr(after, name)
            if was != now:
                told.append(f"{what}：{self._fact(days[0], name, was)} → {self._fact(days[1], name, now)}")
        return "；".join(told)

    def _fact(self, question: Question, name: str, value: Any) -> str:
        if name in ("unit_id", "subdistrict_id"):
            unit = question.places.tree.units.get(value or 0)
            return unit.name if unit else "待明确" if name == "unit_id" else NONE_NAME
        if name == "district_id":
            return self._districts.get(value or 0, NONE_NAME)
        return (KINDS if name == "kind" else FIELDS).get(value, NONE_NAME)


# ── the desk ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SinceLastNight:
    """昨夜以来的变化: the first movements of a unit or of the city since the last stored night."""

    night: datetime.date
    is_last_night: bool
    rows: list[Row]
    more: bool
    href: str
    week_href: str


def since_last_night(
    question: Question, scope: Scope, home: UnitOnDay | None, nights: Sequence[datetime.date]
) -> SinceLastNight | None:
    """The card of the desk from the last stored nights, newest first; None where no night is stored."""
    if not nights:
        return None
    by, group = ("unit", home.code) if home else ("", "")
    rows = Compared(indicators.indicator(BRANCH), Night(nights[0]), question, by, group).rows(scope, limit=NAMED + 1)
    week = next((day for day in nights if day <= question.day - _WEEK), nights[-1])
    return SinceLastNight(
        night=nights[0],
        is_last_night=(question.day - nights[0]).days == 1,
        rows=rows[:NAMED],
        more=len(rows) > NAMED,
        href=question.why_link(BRANCH, nights[0], by, group),
        week_href=question.why_link(BRANCH, week, by, group),
    )
