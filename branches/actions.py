"""Changes that follow from other changes in this room."""

from __future__ import annotations

from branches.models import CoveringLink, InstructorPosting
from portal.core.imports.run import chosen
from portal.core.resources import bound_spellings


def bind_spellings() -> None:
    """Bind spellings of sending units that now name exactly one unit. Call it when units or aliases were added."""
    bound_spellings(InstructorPosting, "sending_unit")


def touched_organizations(party_organizations: set[int], links: set[int]) -> set[int]:
    """The organizations whose responsible unit may depend on these party organizations and links."""
    found = chosen(CoveringLink, "party_organization_id", party_organizations) + chosen(CoveringLink, "pk", links)
    return {link.organization_id for link in found}
