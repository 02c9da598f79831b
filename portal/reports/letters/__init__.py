"""The nightly letters: composed from a stored day in sets, planned once, sent once.

`plan` is idempotent: a unit gets one letter per day, whoever asks and however often. What is due is sent by
`send_due`, also by several processes at once (`portal.core.deliveries`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction

from portal.core import audit, deliveries, mail, snapshots, sql
from portal.core.models import Delivery, Letter, Unit
from portal.core.scoping import Scope
from portal.core.units import UnitTree
from portal.reports.letters.content import Content
from portal.reports.letters.reading import Reading
from portal.reports.letters.sending import delivery_to
from portal.reports.letters.writing import letter_of

_LOCK = 20131024
_KIND = Letter.Kind.NIGHT


def plan(day: datetime.date) -> int:
    """Compose and plan the letters of a stored day; how many are new. Raises CannotAnswer for a day not stored."""
    nights = snapshots.stored_days(day + datetime.timedelta(days=1))
    if day not in nights[:1]:
        raise snapshots.not_stored(day)
    waiting = _addressed(day)
    reading = Reading.of(nights, [unit.pk for unit in waiting])
    found = [letter_of(content) for unit in waiting if (content := reading.content(unit.pk))]
    return _store(day, found) if found else 0


def send_due() -> int:
    """Send what is due now; how many went out."""
    return deliveries.send_due()


def preview(unit_id: int, nights: Sequence[datetime.date], scope: Scope) -> Content | None:
    """What the letter of a unit would say of the first of these stored days (all there are up to it, newest first).

    None where the unit is outside the scope or nothing is eligible.
    """
    if not scope.city_wide and unit_id not in scope.unit_ids:
        return None
    return Reading.of(nights, [unit_id]).content(unit_id)


def _addressed(day: datetime.date) -> list[Unit]:
    """The units with reporting addresses that are active on the day and have no letter of it yet."""
    done = Letter.objects.filter(kind=_KIND, day=day).values("unit")
    units = Unit.objects.exclude(report_emails="").exclude(pk__in=done).order_by("code")
    listed = {unit.id for unit in UnitTree.on(day).listed()}
    return [unit for unit in units if unit.pk in listed and mail.addresses(unit.report_emails)]


@transaction.atomic
def _store(day: datetime.date, found: Sequence[Letter]) -> int:
    """Letters and deliveries together; of several processes one writes, the others find it done."""
    sql.one_at_a_time(_LOCK)
    there = set(Letter.objects.filter(kind=_KIND, day=day).values_list("unit_id", flat=True))
    fresh = [letter for letter in found if letter.unit_id not in there]
    if not fresh:
        return 0
    Letter.objects.bulk_create(fresh, batch_size=20)
    stored = Letter.objects.filter(kind=_KIND, day=day).exclude(unit__in=there).select_related("unit").defer("workbook")
    rows = [
        delivery_to(letter, address)
        for letter in stored
        if letter.unit
        for address in mail.addresses(letter.unit.report_emails)
    ]
    Delivery.objects.bulk_create(rows, batch_size=500)
    units = sorted(letter.unit.code for letter in stored if letter.unit)
    detail = {"letters": len(fresh), "recipients": len(rows), "units": units}
    audit.record(actor=None, action="写信", subject=day.isoformat(), detail=detail)
    return len(fresh)
