"""Saves what was entered by hand: checks, consequences, the reason of a correction, two people at once, the audit.

In prose. A wish names the rows and what shall stand in them. It is carried out in one transaction, which is rolled
back when it was only asked what would happen, so a preview says exactly what saving does. Nothing is written while a
field has a fault, while somebody else has changed the record since it was read, or while a correction lacks its reason.

A **correction** replaces or takes away a value that a stored day has used; it asks for its reason (spec: coverage,
"Arithmetic"). A late fact, an end, or a value that holds from a day on is none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, models, transaction
from django.db.models.deletion import Collector, ProtectedError, RestrictedError

from portal.core import audit
from portal.core.audit import ChangeOf
from portal.core.entry import effects, images
from portal.core.entry.effects import Effect
from portal.core.imports import engine
from portal.core.imports.findings import Finding
from portal.core.imports.register import Register, hooks
from portal.core.imports.sheets import Changed, FileReport, Options, Report, Sheet
from portal.core.indicators import Rate
from portal.core.models import AuditEntry, Target, User
from portal.core.scoping import Scope

#: the name of the field that takes the reason of a correction
REASON = "correction_reason"


@dataclass(frozen=True)
class Line:
    """One row that is wished for: the stored row it is about (None: a new one), its cells by column name."""

    texts: Mapping[str, str]
    about: int | None = None


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: `action` is what the audit calls it, `version` the mark of what was read, `only` the
    columns that were changed (None: all)."""

    register: Register
    lines: Sequence[Line]
    action: str
    actor: User
    scope: Scope
    reason: str = ""
    version: str = ""
    only: frozenset[str] | None = None

    @property
    def known(self) -> list[int]:
        """The stored rows that it is about."""
        return [line.about for line in self.lines if line.about is not None]


@dataclass
class Outcome:
    """What happened, or would: `faults` by (line, column name), `effects` on today's figures, the changes in words.

    `stale` says that somebody else has changed the record meanwhile; nothing was tried then. `needs_reason` that it
    is a correction. `keys` are the rows that were written; `created`, `updated` and `unchanged` count them.
    """

    faults: dict[tuple[int, str], str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    needs_reason: bool = False
    stale: bool = False
    entry: AuditEntry | None = None
    #: public keys of people whom the wish named though another unit holds them
    elsewhere: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether it was, or can be, saved."""
        return not self.faults and not self.stale


#: looks at what stands while a wish is tried
Look = Callable[[Outcome], None]


def preview(wish: Wish, look: Look | None = None) -> Outcome:
    """What saving would do, consequences for today's figures included; nothing is written.

    `look` is called while what was asked for stands, before it is rolled back.
    """
    return _noted(wish, _carry_out(wish, look, write=False))


def save(wish: Wish) -> Outcome:
    """Save; an outcome that is not good has written nothing."""
    return _noted(wish, _carry_out(wish, None, write=True))


def _noted(wish: Wish, outcome: Outcome) -> Outcome:
    """Who asked about people of another unit is noted, although what was asked for was rolled back."""
    if outcome.elsewhere:
        engine.note_elsewhere(outcome.elsewhere, wish.actor)
    return outcome


@transaction.atomic
def _carry_out(wish: Wish, look: Look | None, *, write: bool) -> Outcome:
    engine.alone()
    before = images.take(wish.register.family(wish.known))
    if wish.version and images.version(before) != wish.version:
        return Outcome(stale=True)
    before |= images.take(wish.register.beside([line.texts for line in wish.lines]))
    untouched = transaction.savepoint()
    with effects.watched() as written:
        report = _run(wish)
    outcome = _outcome(wish, report)
    if write and outcome.is_good and report.entry is not None:
        after = images.take(wish.register.family([*wish.known, *outcome.keys]))
        after |= images.standing(before.keys() - after.keys())
        images.keep(report.entry, images.differences(before, after))
        outcome.entry = report.entry
        return outcome
    if not outcome.faults and not write:
        _foretell(wish, outcome, look, written, untouched)
    transaction.set_rollback(True)
    return outcome


def _foretell(wish: Wish, outcome: Outcome, look: Look | None, written: Collection[str], untouched: str) -> None:
    """What the wish does to the figures that hang on what it has `written`: as they stand with it, and as they
    stood when all was `untouched`."""
    after = _figures(wish, written)
    if look is not None:
        look(outcome)
    transaction.savepoint_rollback(untouched)
    outcome.effects = effects.between(_figures(wish, written), after)


def _figures(wish: Wish, written: Collection[str]) -> list[Rate]:
    """The figures that the wish may move."""
    return effects.figures(wish.scope, written, every_unit=wish.register.model is Target)


def _run(wish: Wish) -> Report:
    register = wish.register
    columns = [column for column in register.columns if not column.lenient_only]
    given = {name for line in wish.lines for name in line.texts}
    headings = [column.heading for column in columns if column.name in given]
    rows: list[tuple[int, dict[str, object]]] = [
        (number, {register.fields[name].heading: text for name, text in line.texts.items()})
        for number, line in enumerate(wish.lines, 1)
    ]
    about = {number: line.about for number, line in enumerate(wish.lines, 1) if line.about is not None}
    sheet = Sheet(register.kind, register.title, headings, rows, about=about, exact=bool(about), only=wish.only)
    options = Options(
        commit=True, reason=wish.reason, actor=wish.actor, scope=wish.scope, kind=register.kind, action=wish.action
    )
    try:
        with transaction.atomic():
            return engine.run([sheet], options)
    except IntegrityError:
        held = Finding(1, register.keys[0].heading, "IMP-107", "", "", bare="已另有一条相同的记录")
        return Report(files=[FileReport(register.title, register.kind, findings=[held])])


def _outcome(wish: Wish, report: Report) -> Outcome:
    [file] = report.files
    names = {heading: column.name for column in wish.register.columns for heading in column.headings}
    outcome = Outcome(keys=file.keys, changes=report.changes, elsewhere=report.elsewhere)
    outcome.created, outcome.updated, outcome.unchanged = file.created, file.updated, file.unchanged
    for finding in file.errors:
        place = ((finding.row or 1) - 1, names.get(finding.column, ""))
        outcome.faults.setdefault(place, f"{finding.bare or finding.message}".rstrip("。") + "。")
    for number in file.met if _made(report) < len(wish.lines) - len(wish.known) else ():
        outcome.faults[number - 1, wish.register.keys[0].name] = "已另有一条相同的记录;请改那一条。"
    outcome.remarks = [f"{found.column}:{found.bare}。" for found in file.warnings]
    outcome.needs_reason = report.needs_reason
    if outcome.needs_reason and not wish.reason.strip() and not outcome.faults:
        outcome.faults[0, REASON] = "这是更正：改动了已经存档用过的内容，请写明理由。"
    return outcome


def _made(report: Report) -> int:
    """How many rows came to be; of somebody known already, the membership."""
    return sum(1 for change in report.changes if change.column is None)


@transaction.atomic
def preview_withdrawal(wish: Wish, look: Look | None = None) -> Outcome:
    """What taking away would do to today's figures; nothing is written, and no reason is asked for yet."""
    untouched = transaction.savepoint()
    with effects.watched() as written:
        outcome = withdraw(replace(wish, reason=wish.reason.strip() or "-"))
    if outcome.is_good:
        outcome.entry = None
        _foretell(wish, outcome, look, written, untouched)
    transaction.set_rollback(True)
    return outcome


@transaction.atomic
def withdraw(wish: Wish) -> Outcome:
    """Take rows away that should never have been entered; always a correction with its reason.

    What other records hang on stays: the outcome then says so.
    """
    engine.alone()
    before = images.take(wish.register.family(wish.known))
    if wish.version and images.version(before) != wish.version:
        return Outcome(stale=True)
    outcome = Outcome(keys=wish.known, needs_reason=True)
    if not wish.reason.strip():
        outcome.faults[0, REASON] = "撤回一条记录要写明理由。"
        return outcome
    rows = images.chosen_rows(wish.register.model, wish.known)
    if hanging := hanging_on({wish.register.model: rows}, before):
        outcome.faults[0, ""] = f"还有别的记录与它相关({hanging}),不能撤回;请先处理那些记录,或改用结束。"
        return outcome
    labels = wish.register.named(rows)
    before |= images.take(wish.register.carried(wish.known))
    for row in rows:
        row.delete()
    gone = images.differences(before, images.take(wish.register.family(wish.known)))
    follow(gone)
    changes = [ChangeOf(wish.register.kind, labels[pk], "撤回", labels[pk], "") for pk in wish.known]
    outcome.entry = audit.record(
        actor=wish.actor,
        action=wish.action,
        subject=changes[0].key,
        reason=wish.reason,
        changes=changes,
        detail={"register": wish.register.kind},
    )
    images.keep(outcome.entry, gone)
    return outcome


def hanging_on(rows: dict[type[models.Model], list[Any]], own: images.Images) -> str:
    """What other stored rows would go with these (by model), in words; empty where nothing would.

    Rows that are `derived` from others are no records of their own.
    """
    collector = Collector(using=DEFAULT_DB_ALIAS)
    try:
        for ones in rows.values():
            collector.collect(ones)
    except (ProtectedError, RestrictedError) as error:
        return _words({type(one) for one in error.args[1]})
    going = [(type(one), one.pk) for ones in collector.data.values() for one in ones]
    for queryset in collector.fast_deletes:
        going += [(queryset.model, pk) for pk in queryset.values_list("pk", flat=True)]
    return _words({model for model, pk in going if (model._meta.label_lower, pk) not in own})


def _words(found: set[type[models.Model]]) -> str:
    return "、".join(sorted(str(model._meta.verbose_name) for model in found if not getattr(model, "derived", False)))


def follow(found: Sequence[images.Difference]) -> None:
    """What follows in the rooms from rows that were removed or written back."""
    touched = images.touched(found)
    for hook in hooks():
        hook(touched)
