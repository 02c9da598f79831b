"""Declares this room's indicator to the engine, with the evidence behind each event."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from orgs import gates
from orgs.models import RegistryEvent, SocialOrganization
from portal.core.imports.run import chosen
from portal.core.indicators import Description, Indicator, register
from portal.core.models import Unit


def _describe_events(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Codes, what was decided about whom, and the days that decided; three statements per 10,000 ids."""
    events: list[RegistryEvent] = chosen(RegistryEvent, "pk", ids)
    names = {one.pk: one for one in chosen(SocialOrganization, "pk", {event.organization_id for event in events})}
    units = {one.pk: one.code for one in chosen(Unit, "pk", {event.reviewing_unit_id for event in events})}
    return {
        event.pk: _described(event, names[event.organization_id], units.get(event.reviewing_unit_id or 0))
        for event in events
    }


def _described(event: RegistryEvent, organization: SocialOrganization, unit: str | None) -> Description:
    evidence = {
        "event": event.kind_word,
        "organization": organization.key,
        "decided_on": event.decided_on.isoformat(),
        "reviewed_on": event.reviewed_on.isoformat() if event.reviewed_on else None,
        "reviewing_unit": unit or event.reviewing_unit_written or None,
    }
    return Description(event.code, f"{organization.name}（{event.kind_word}）", evidence)


def declare() -> None:
    """Called once when the room's app is ready."""
    register(
        Indicator(
            code="gate-review",
            name="登记年检党建审核率",
            article=11,
            groupings=("city", "unit", "district"),
            reasons=gates.REASONS,
            subjects=gates.gate_review,
            describe=_describe_events,
            subject_word="登记事项",
            measure="件",
            yearly=True,
        )
    )
