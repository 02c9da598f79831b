"""What saving would do, in words: who answers, which figures move, what is odd, whether it is a correction."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from orgs.models import ResponsibleSpan
from portal.core import indicators
from portal.core.entry import records, saving
from portal.core.entry.effects import Effect
from portal.core.entry.saving import Outcome
from portal.core.indicators import Rate
from portal.core.templatetags.ui import thousands
from portal.core.units import UnitTree
from portal.core.validity import today
from portal.desk.forms.fields import Inputs
from portal.desk.forms.odd import odd_days
from portal.desk.forms.opened import Opened

#: how many figures are told one by one where those of many units move
MOVES = 12


@dataclass(frozen=True)
class Answer:
    """Which unit answers for an organization, and why (article 1)."""

    unit: str
    basis: str


@dataclass
class Consequences:
    """An outcome with what a form says of it. `before` is who answered where that changes."""

    outcome: Outcome
    answer: Answer | None = None
    before: Answer | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    starts: str = ""
    checks: Sequence[tuple[str, str, str]] = ()

    @property
    def moves(self) -> list[tuple[str, str, str, str, str]]:
        """Name of the figure, whose it is, the rate before and after, and how many are missing.

        Where those of many units move, only the city's and the first of those that turn."""
        return [_move(effect) for effect in self._told]

    @property
    def _told(self) -> list[Effect]:
        effects = self.outcome.effects
        if not self.units_met:
            return effects
        city = [one for one in effects if one.after.by == "city"]
        return [*city, *(one for one in effects if one.after.by != "city" and one.turns)][:MOVES]

    @property
    def more(self) -> int:
        """How many figures move besides these."""
        return len(self.outcome.effects) - len(self._told)

    @property
    def units_met(self) -> list[tuple[str, int, int, int]]:
        """Where the figures of several units move: the figure, how many units, how many reach the target before and
        after."""
        found: dict[str, list[Effect]] = {}
        for effect in self.outcome.effects:
            if effect.after.by == "unit":
                found.setdefault(effect.name, []).append(effect)
        return [
            (name, len(ones), sum(1 for one in ones if one.before.meets), sum(1 for one in ones if one.after.meets))
            for name, ones in found.items()
            if len(ones) > 1
        ]


def foresee(opened: Opened, *, withdrawing: bool = False) -> Consequences:
    """Try what the form asks for, and say what it would do. Nothing stays written."""
    if complaint := opened.complaint():
        return Consequences(complaint)
    told = Consequences(Outcome())
    earlier = _of_stored(opened)

    def look(outcome: Outcome) -> None:
        row = _written(opened, outcome.keys)
        told.answer = _answer((opened.form.organization(row) if row is not None else None) or earlier[0])
        if opened.form.checks is not None and row is not None and not withdrawing:
            told.checks = opened.form.checks(row)

    try_it = saving.preview_withdrawal if withdrawing else saving.preview
    told.outcome = try_it(opened.wish(), look)
    if told.answer is not None and earlier[1] not in (None, told.answer):
        told.before = earlier[1]
    if told.outcome.is_good and not withdrawing:
        told.changes, told.starts = _changes(opened), _start(opened)
        told.outcome.remarks += odd_days(opened.columns, opened.texts, today())
    return told


def _of_stored(opened: Opened) -> tuple[int | None, Answer | None]:
    """The organization that a stored row is about, and who answers for it now."""
    row = opened.record.row if opened.record else None
    found = opened.form.organization(row) if row is not None else None
    return found, _answer(found)


def _written(opened: Opened, keys: list[int]) -> Any:
    """The written row, if the account may see it."""
    return records.visible(opened.register, opened.scope).filter(pk__in=keys).first() if keys else None


def _answer(organization: int | None) -> Answer | None:
    if organization is None:
        return None
    spans = ResponsibleSpan.objects.filter(organization=organization).order_by("-valid_from")
    span = next((one for one in spans if one.holds_on(today())), None)
    if span is None:
        return None
    unit = UnitTree.on(today()).units.get(span.unit_id or 0)
    return Answer(unit.name if unit else "待明确", span.get_basis_display())


def _changes(opened: Opened) -> list[tuple[str, str, str]]:
    """What was changed, each with its words before and after; what no page shows is left out."""
    if opened.is_new or opened.record is None:
        return []
    was = opened.record.texts
    before = Inputs(opened.form, opened.scope, opened.columns, was)
    after = Inputs(opened.form, opened.scope, opened.columns, opened.texts)
    columns = [one for one in opened.columns if one.name in opened.changed and not one.private]
    return [
        (one.heading, before.shown(one, was.get(one.name, "")), after.shown(one, opened.texts[one.name]))
        for one in columns
    ]


def _start(opened: Opened) -> str:
    """The day from which it holds, where it is still to come."""
    names = ("valid_from", "established_on", "approved_on", "started_on", "starts_on", *opened.form.ends)
    days = [opened.texts.get(name, "") for name in names] if opened.is_new or opened.ending else [opened.effective]
    return next((day for day in days if _is_to_come(day)), "")


def _is_to_come(day: str) -> bool:
    try:
        return datetime.date.fromisoformat(day) > today()
    except ValueError:
        return False


def _move(effect: Effect) -> tuple[str, str, str, str, str]:
    before, after = effect.before, effect.after
    whose = "全市" if after.by == "city" else after.group_name
    measure = indicators.indicator(after.indicator).measure
    missing = ""
    if _target(before) != _target(after):
        missing = f"目标 {_target(before)} → {_target(after)}，{_standing(before)} → {_standing(after)}，还差 "
        missing += f"{thousands(before.shortfall)} → {thousands(after.shortfall)} {measure}"
    elif before.shortfall != after.shortfall:
        missing = f"还差 {thousands(before.shortfall)} → {thousands(after.shortfall)} {measure}"
    elif after.shortfall:
        missing = f"还差 {thousands(after.shortfall)} {measure}"
    else:
        missing = f"已达 {thousands(before.met)} → {thousands(after.met)} {measure}"
    return effect.name, whose, _rate(before.rate), _rate(after.rate), missing


def _target(rate: Rate) -> str:
    percent = "—" if rate.target is None else f"{rate.target}%"
    return f"{percent}（已到期）" if rate.target_ended else percent


def _standing(rate: Rate) -> str:
    return "无应达标对象" if rate.meets is None else "达标" if rate.meets else "未达标"


def _rate(rate: str | None) -> str:
    return "—" if rate is None else f"{rate}%"
