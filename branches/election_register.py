"""Exchanged columns of elections (article 12), and the term that an approved one begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from branches.actions import begin_terms
from branches.elections import MOST_PEOPLE
from branches.models import Election, PartyOrganization, Term
from portal.core.imports.columns import Column, Row
from portal.core.imports.register import SECRETARIES, Register, registers
from portal.core.imports.run import Run
from portal.core.imports.sheets import Changed
from portal.core.imports.widgets import Choice, Day, Reference, Text, Whole
from portal.core.resources import WrittenUnit


class ElectionRegister(Register):
    """Elections (换届选举). What does not fit the rules of the day is said by pages and kept all the same.

    Once the approval (批复) of an election that begins a term is recorded, that term is recorded with it.
    """

    kind, title, model = "elections", "选举", Election
    named_by, kept_by = (), SECRETARIES
    spans = (("held_on", "approved_on"),)
    allowed_by = ("party_organization_id", PartyOrganization)

    party_organization = Column("党组织编码", Reference("party_organizations"), key=True, required=True)
    held_on = Column("选举日期", Day(), key=True, required=True)
    occasion = Column("事由", Choice(Election.Occasion.choices))
    method = Column("方式", Choice(Election.Method.choices), required=True)
    # no figure depends on the numbers of people, nor on who approved
    due = Column("应到会人数", Whole(MOST_PEOPLE), aside=True)
    present = Column("实到会人数", Whole(MOST_PEOPLE), aside=True)
    seats = Column("应选人数", Whole(MOST_PEOPLE), aside=True)
    candidates = Column("候选人数", Whole(MOST_PEOPLE), aside=True)
    ballots = Column("收回选票数", Whole(MOST_PEOPLE), aside=True)
    approved_on = Column("批复日期", Day(), aside=True)
    approval_number = Column("批复文号", Text(64), aside=True)
    approving_unit = Column("批复单位", WrittenUnit(), aside=True)

    def names(self, row: Row) -> list[str]:
        """Its candidates name it by party organization and day."""
        return [f"{row.texts.get('party_organization', '')} {row.texts.get('held_on', '')}"]

    def write(self, rows: list[Row], run: Run) -> None:
        """The elections, then the terms of those that were not approved before and are now."""
        approved = [row for row in rows if row.get("approved_on")]
        stored = self.stored(approved)
        waited = [row for row in approved if _unapproved(row.about or stored.get(self.stored_key(row)))]
        super().write(rows, run)
        terms = begin_terms([row.subject for row in waited])
        run.touched[Term] |= {one.pk for one in terms}
        self._tell(terms, run)

    def note(self, run: Run, subject: str, attname: str, before: Any, after: Any) -> None:
        """Also who approved, where it names no unit and stands as written."""
        if attname == "approving_unit_written":
            run.changes.append(Changed(self.kind, subject, self.fields["approving_unit"], before, after))
        super().note(run, subject, attname, before, after)

    def _tell(self, terms: list[Term], run: Run) -> None:
        """The days of the new terms belong to what was done."""
        register = registers()["terms"]
        days = [register.fields[name] for name in ("started_on", "ends_on")]
        made = {one.pk: one for one in terms}
        for pk, label in register.named(terms).items() if terms else ():
            run.changes += [Changed(register.kind, label, day, None, getattr(made[pk], day.attribute)) for day in days]

    def family(self, keys: Iterable[int]) -> list[QuerySet[Any]]:
        """Elections and the terms that their approval made."""
        keys = list(keys)
        return [*super().family(keys), Term.objects.filter(election__in=keys)]


def _unapproved(one: Election | None) -> bool:
    return one is None or one.approved_on is None
