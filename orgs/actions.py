"""Changes that follow from other changes in this room."""

from __future__ import annotations

from orgs.models import OrganizationState, PurchaseScore, RegistryEvent
from portal.core.resources import bound_spellings

_UNIT_COLUMNS = ("registering_unit", "professional_unit", "subdistrict", "community")


def bind_spellings() -> set[int]:
    """Bind spellings that now name exactly one unit; the organizations whose states changed.

    Call it when units or aliases were added, in the same transaction, before responsible units are recomputed.
    """
    changed: set[int] = set()
    for column in _UNIT_COLUMNS:
        for state in bound_spellings(OrganizationState, column):
            changed.add(state.organization_id)
    # who reviewed or bought decides nothing about who answers
    bound_spellings(RegistryEvent, "reviewing_unit")
    bound_spellings(PurchaseScore, "purchaser")
    return changed
