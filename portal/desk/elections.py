"""Terms and elections of a party organization, with what the rules of their days say of each election (article 12)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, IntegerField, Value

from branches.elections import Check, checks_known, contest, rules_of, with_electorates
from branches.models import Election, PartyOrganization, Term
from portal.core.opaque import opaque
from portal.core.scoping import Scope


@dataclass(frozen=True)
class Held:
    """One election and its checks."""

    election: Any
    checks: list[Check]

    @property
    def contest(self) -> str:
        """差额 or 等额, empty where the numbers are not known."""
        return contest(self.election)

    @property
    def key(self) -> str:
        """How addresses name it."""
        return opaque(self.election._meta.label_lower, self.election.pk)

    @property
    def rules(self) -> str:
        """The regulation that it is judged by."""
        return rules_of(self.election.held_on)


_TERM = ("started_on", "ends_on", "extended_to", "counts_until")
_ELECTION = (
    "occasion",
    "method",
    "due",
    "present",
    "seats",
    "candidates",
    "ballots",
    "full_members",
    "known_members",
)


def terms_and_elections(party: PartyOrganization, scope: Scope) -> tuple[list[Term], list[Held]]:
    """The terms of a party organization, oldest first, and its elections, newest first; one statement for both."""
    terms = Term.objects.filter(party_organization=party).order_by()
    held = with_electorates(Election.objects.within(scope).filter(party_organization=party).order_by())
    words, numbers = (Value(""),) * 2, (Value(None, output_field=IntegerField()),) * 7
    days = (Value(None, output_field=DateField()),) * 3
    rows = terms.values_list(Value("term"), "pk", *_TERM, *words, *numbers).union(
        held.values_list(Value("election"), "pk", "held_on", *days, *_ELECTION), all=True
    )
    found = list(rows)
    return (
        sorted((_term(party, row) for row in found if row[0] == "term"), key=lambda one: one.started_on),
        sorted((_held(party, row) for row in found if row[0] == "election"), key=_day, reverse=True),
    )


def _term(party: PartyOrganization, row: tuple[Any, ...]) -> Term:
    return Term(pk=row[1], party_organization=party, **dict(zip(_TERM, row[2:6], strict=True)))


def _held(party: PartyOrganization, row: tuple[Any, ...]) -> Held:
    election: Any = Election(pk=row[1], party_organization=party, held_on=row[2])
    for name, value in zip(_ELECTION, row[6:], strict=True):
        setattr(election, name, value)
    return Held(election, checks_known(election))


def _day(held: Held) -> datetime.date:
    day: datetime.date = held.election.held_on
    return day
