"""The revised series: stored days evaluated again after past facts were corrected, beside their snapshots.

A snapshot never changes. Where a stored day, evaluated with what is known now, differs from it, a `Recount` keeps the
figures that differ, and the reasons of those corrections since the run before that can have changed the day (see
`corrections`). The latest recount of a day, laid over its snapshot, is its revised series (`snapshots.revised`). Each
run leaves one audit entry, which says up to where it has read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from portal.core import audit, corrections, indicators, snapshots, sql
from portal.core.indicators import Rate
from portal.core.models import AuditEntry, Change, Recount, RevisedFigure, Snapshot

ACTION = "重算存档"
#: changes of these registers move no figure
_NO_FACTS = ("accounts", "grants")
#: entries below this many ids back, that were not there when a run read them, will not come any more
_LATE = 500
_COUNTS = ("eligible", "met", "excluded", "adjusted_eligible", "adjusted_met", "target")
_FIGURE = ("indicator", "by", "group", "group_name", *_COUNTS)

#: (indicator, grouping, group) → its name and counts; an empty name says that the group is no longer there
Figures = dict[tuple[str, str, str], tuple[Any, ...]]


def needed() -> bool:
    """Whether facts were written since the last run; nothing is evaluated for the answer."""
    changes = Change.objects.filter(entry__in=_since_last_run().values("pk"))
    return changes.exclude(register__in=_NO_FACTS).exists() and Snapshot.objects.exists()


def run(say: Callable[[str, int, int], None] = lambda *_: None) -> int:
    """Evaluate every stored day anew and keep what differs; the number of days that were revised.

    Each day is a transaction of its own: a run that was killed is run again and writes nothing twice.
    """
    through = _read_so_far()
    reasons = corrections.reasons(_since_last_run())
    days, revised = snapshots.days(), 0
    for done, day in enumerate(days):
        say("重算存档", done, len(days))
        revised += recount(day, [reason for reason, begins in reasons.items() if begins <= day])
    audit.record(actor=None, action=ACTION, detail={**through, "days": len(days), "revised": revised})
    return revised


@transaction.atomic
def recount(day: datetime.date, reasons: Sequence[str] = ()) -> bool:
    """Evaluate a stored day anew; True where that differs from what its snapshot and last recount say."""
    snapshot = Snapshot.objects.select_for_update().get(day=day)
    differing = _differing(_kept(snapshot), _of(indicators.every_rate(day)))
    if _without_names(differing) == _without_names(_last_said(snapshot)):
        return False
    made = Recount.objects.create(snapshot=snapshot, reasons="；".join(reasons))
    rows = [(made.pk, *key, *values) for key, values in differing.items()]
    sql.insert(RevisedFigure, ("recount_id", *_FIGURE), rows)
    return True


# ── what differs ────────────────────────────────────────────────────────────────────────────────────────────


def _of(rates: Iterable[Rate]) -> Figures:
    return {
        (rate.indicator, rate.by, rate.group): (rate.group_name, *(getattr(rate, name) for name in _COUNTS))
        for rate in rates
    }


def _kept(snapshot: Snapshot) -> Figures:
    return {row[:3]: row[3:] for row in snapshot.figures.values_list(*_FIGURE)}


def _last_said(snapshot: Snapshot) -> Figures:
    last = snapshot.recounts.first()
    return {} if last is None else {row[:3]: row[3:] for row in last.figures.values_list(*_FIGURE)}


def _without_names(figures: Figures) -> Figures:
    """Which figures there are and what they say, whatever their groups are called."""
    return {key: (bool(name), *counts) for key, (name, *counts) in figures.items()}


def _differing(kept: Figures, now: Figures) -> Figures:
    """The figures of now that the snapshot has otherwise or not at all, and zeros for those that are gone.

    A group that is only called otherwise now does not differ. An indicator that the portal did not have on the
    night of the snapshot is no correction.
    """
    then = {code for code, *_ in kept}
    found = {
        key: values
        for key, values in now.items()
        if key[0] in then and (key not in kept or kept[key][1:] != values[1:])
    }
    gone = {key: ("", *([0] * (len(_COUNTS) - 1)), None) for key in kept if key not in now}
    return found | gone


# ── up to where the last run has read ───────────────────────────────────────────────────────────────────────


def last_run() -> AuditEntry | None:
    """What the last run wrote into the audit."""
    return AuditEntry.objects.filter(action=ACTION).order_by("-id").first()


def _since_last_run() -> QuerySet[AuditEntry]:
    """The entries that the last run had not read; before the first run, those since the first snapshot."""
    last = last_run()
    if last is None:
        first = Snapshot.objects.order_by("run_at").values_list("run_at", flat=True).first()
        return AuditEntry.objects.filter(at__gte=first) if first else AuditEntry.objects.none()
    return AuditEntry.objects.filter(Q(pk__gt=last.detail["through"]) | Q(pk__in=last.detail["open"]))


def _read_so_far() -> dict[str, Any]:
    """The last entry, and the gaps shortly before it: what is being written at this moment gets its number early."""
    through = AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    there = set(AuditEntry.objects.filter(pk__gt=through - _LATE).values_list("pk", flat=True))
    before = range(max(through - _LATE, 0) + 1, through)
    return {"through": through, "open": [pk for pk in before if pk not in there]}
