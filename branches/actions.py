"""Changes that follow from other changes in this room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from branches.models import CoveringLink, Election, InstructorPosting, PartyOrganizationState, Term
from branches.terms import usual_end
from portal.core.imports.run import chosen
from portal.core.resources import bound_spellings


def bind_spellings() -> None:
    """Bind spellings of sending and approving units that now name exactly one unit. Call it when units or aliases
    were added."""
    bound_spellings(InstructorPosting, "sending_unit")
    bound_spellings(Election, "approving_unit")


def touched_organizations(party_organizations: set[int], links: set[int]) -> set[int]:
    """The organizations whose responsible unit may depend on these party organizations and links."""
    found = chosen(CoveringLink, "party_organization_id", party_organizations) + chosen(CoveringLink, "pk", links)
    return {link.organization_id for link in found}


def begin_terms(elections: Iterable[Election]) -> list[Term]:
    """The terms that these approved elections begin, stored; none where a term of that day is recorded already.

    A term begins on the day of the election and ends when it usually does; at most three statements.
    """
    known = {(one.party_organization_id, one.held_on): one for one in elections if one.begins_a_term}
    parties = {party for party, _ in known}
    terms = {(one.party_organization_id, one.started_on) for one in chosen(Term, "party_organization_id", parties)}
    waiting = [one for key, one in known.items() if key not in terms]
    levels = _levels(waiting)
    made = []
    for one in waiting:
        ends_on = usual_end(one.held_on, levels.get(one.pk, ""))
        made.append(
            Term(
                party_organization_id=one.party_organization_id,
                election=one,
                started_on=one.held_on,
                ends_on=ends_on,
                counts_until=ends_on,
            )
        )
    return Term.objects.bulk_create(made)


def _levels(elections: Sequence[Election]) -> dict[int, str]:
    """What kind of party organization each of these was held in, on its day."""
    states = defaultdict(list)
    for state in chosen(PartyOrganizationState, "party_organization_id", (o.party_organization_id for o in elections)):
        states[state.party_organization_id].append(state)
    return {
        one.pk: state.level
        for one in elections
        for state in states[one.party_organization_id]
        if state.holds_on(one.held_on)
    }
