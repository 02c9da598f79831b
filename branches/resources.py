"""Exchanged columns of this room: party organizations, terms, covering, postings; the order of all its registers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from branches.actions import bind_spellings, touched_organizations
from branches.candidate_register import CandidateRegister
from branches.decision_register import DecisionRegister
from branches.election_register import ElectionRegister
from branches.models import (
    CoveringLink,
    InstructorPosting,
    PartyOrganization,
    PartyOrganizationState,
    Term,
)
from branches.office_register import PublicOfficeRegister
from branches.office_tables.door import open_doors
from branches.people_registers import MembershipRegister, PostRegister, write_named
from branches.responsibility import recompute
from branches.terms import counts_until
from members.models import Person
from members.people import (
    named,
    private_phone,
)
from orgs.columns import OrganizationReference
from orgs.models import SocialOrganization
from portal.core.imports.columns import Column, Row
from portal.core.imports.findings import Fault
from portal.core.imports.register import BATCH, SECRETARIES, UNITS, Register, after_import, register, upsert
from portal.core.imports.run import CHUNK, Run, chosen
from portal.core.imports.sheets import Changed
from portal.core.imports.stateful import EffectiveDay, StatefulRegister
from portal.core.imports.texts import as_code
from portal.core.imports.widgets import Choice, Code, Day, OwnReference, Reference, Secret, Text
from portal.core.models import Unit
from portal.core.resources import UnitReference, WrittenUnit
from portal.core.scoping import Scope
from portal.core.search import search_text
from portal.core.secrets import new_opaque_id

#: organizations of one statement of `recompute`; beyond it, all at once is cheaper
_MANY = CHUNK


class PartyOrganizationRegister(StatefulRegister):
    """Party organizations with their current term."""

    kind, title, model, state_model = (
        "party_organizations",
        "党组织",
        PartyOrganization,
        PartyOrganizationState,
    )
    named_by, kept_by = ("code",), UNITS
    spans = (("approved_on", "dissolved_on"), ("term_start", "term_end"), ("term_end", "extended_to"))
    mirrored = ("name",)

    code = Column("党组织编码", Code(), key=True, required=True)
    name = Column("党组织名称", Text(), required=True, dated=True)
    level = Column(
        "党组织类别",
        Choice(PartyOrganizationState.Level.choices, {"总支": "党总支", "支部": "党支部"}),
        required=True,
        dated=True,
    )
    form = Column("组建形式", Choice(PartyOrganizationState.Form.choices), required=True, dated=True)
    superior = Column("上级党组织编码", OwnReference("party_organizations"), dated=True)
    supervising_unit = Column("主管单位编码", UnitReference(), required=True, dated=True, or_by_name=True)
    approved_on = Column("批准日期", Day(), required=True)
    dissolved_on = Column("撤销日期", Day())
    term_start = Column("本届起始日期", Day(), stored=False)
    term_end = Column("本届届满日期", Day(), stored=False)
    extended_to = Column("延期至", Day(), stored=False)
    document_number = Column("批准文号", Text(64), lenient_only=True, aside=True)
    effective = EffectiveDay()

    def complete(self, rows: list[Row], run: Run) -> None:
        """A term needs its first and its last day; the last may be stored already."""
        super().complete(rows, run)
        stored = _terms({row.subject.pk for row in rows if row.subject is not None})
        for row in rows:
            start, end = row.get("term_start"), row.get("term_end")
            known = stored.get((row.subject.pk, start)) if row.subject is not None else None
            if start is None and (end or row.get("extended_to")) and not row.texts.get("term_start"):
                row.refuse(self.fields["term_start"], Fault("IMP-101", "填了届满或延期日期却没有本届起始日期;请补填"))
            elif start and not end and known is None:
                del row.values["term_start"]
                if not row.texts.get("term_end"):
                    row.refuse(self.fields["term_end"], Fault("IMP-101", "填了本届起始日期却没有届满日期;请补填"))

    def restrict(self, rows: list[Row], run: Run) -> None:
        """A scope may write what its units supervise; it may not give a party organization away."""
        if run.is_unrestricted:
            return
        own = run.options.scope.writing_unit_ids
        allowed = run.allowed(PartyOrganization, {row.subject.pk for row in rows if row.subject is not None})
        for row in rows:
            if (row.subject is not None and row.subject.pk not in allowed) or row.get("supervising_unit_id") not in own:
                self.forbid(row, "不由本单位主管;请由主管单位填报")

    def finish(self, subject: PartyOrganization) -> PartyOrganization:
        """How it is found."""
        subject.search_text = search_text(subject.name, codes=[subject.code])
        return subject

    def write(self, rows: list[Row], run: Run) -> None:
        """Party organizations with their states, then their terms: another start adds one, another end corrects it."""
        super().write(rows, run)
        dated = [row for row in rows if row.get("term_start")]
        stored = _terms({row.subject.pk for row in dated})
        fresh, changed = [], []
        for row in dated:
            term = stored.get((row.subject.pk, row.get("term_start")))
            if term is None:
                term = Term(party_organization=row.subject, started_on=row.get("term_start"))
                fresh.append(term)
            elif not self._differs(row, term):
                continue
            else:
                changed.append(term)
            self._lay(row, term, run)
        Term.objects.bulk_create(fresh, batch_size=BATCH)
        upsert(Term, changed)
        run.touched[Term] |= {term.pk for term in [*fresh, *changed]}

    @staticmethod
    def _differs(row: Row, term: Term) -> bool:
        given = ((row.get("term_end"), term.ends_on), (row.get("extended_to"), term.extended_to))
        return any(new is not None and new != old for new, old in given)

    def _lay(self, row: Row, term: Term, run: Run) -> None:
        values = {"term_end": "ends_on", "extended_to": "extended_to"}
        for name, attribute in values.items():
            new, old = row.get(name), getattr(term, attribute)
            if new is not None and new != old:
                setattr(term, attribute, new)
                if row.outcome != "created":
                    run.changes.append(Changed(self.kind, row.subject.code, self.fields[name], old, new))
        term.counts_until = counts_until(term.ends_on, term.extended_to)
        if row.outcome == "unchanged":
            row.outcome = "updated"

    def family(self, keys: Iterable[int]) -> list[QuerySet[Any]]:
        """Party organizations, their states and terms."""
        keys = list(keys)
        return [*super().family(keys), Term.objects.filter(party_organization__in=keys)]

    def export_more(self, chunk: list[Any], day: datetime.date) -> Mapping[int, Any]:
        """The term of that day, the latest begun."""
        begun = Term.objects.filter(party_organization__in=chunk, started_on__lte=day).order_by("started_on")
        return {term.party_organization_id: term for term in begun}

    def export_cell(self, column: Column, subject: Any, state: Any, more: Mapping[int, Any]) -> str:
        """The three days of the term from the term."""
        of_term = {"term_start": "started_on", "term_end": "ends_on", "extended_to": "extended_to"}
        if column.name in of_term:
            term = more.get(subject.pk)
            return column.widget.render(getattr(term, of_term[column.name])) if term else ""
        return super().export_cell(column, subject, state, more)


def _terms(party_organizations: set[int]) -> dict[tuple[int, datetime.date], Term]:
    found = chosen(Term, "party_organization_id", party_organizations)
    return {(term.party_organization_id, term.started_on): term for term in found}


class TermRegister(Register):
    """Terms of office (届)."""

    kind, title, model = "terms", "届", Term
    named_by, kept_by = (), SECRETARIES
    spans = (("started_on", "ends_on"), ("ends_on", "extended_to"))
    allowed_by = ("party_organization_id", PartyOrganization)

    party_organization = Column("党组织编码", Reference("party_organizations"), key=True, required=True)
    started_on = Column("届起始日期", Day(), key=True, required=True)
    ends_on = Column("届届满日期", Day(), required=True)
    extended_to = Column("延期至", Day())

    def visible(self, scope: Scope) -> QuerySet[Any]:
        """The terms of party organizations that the scope may look at."""
        parties = PartyOrganization.objects.within(scope)
        return super().visible(scope).filter(party_organization__in=parties)

    def changeable(self, scope: Scope) -> QuerySet[Any]:
        """The terms of party organizations that the scope may change."""
        parties = PartyOrganization.objects.answered_for(scope)
        return super().changeable(scope).filter(party_organization__in=parties)

    def make(self, row: Row) -> Term:
        """A new term, with how far it counts."""
        counts = counts_until(row.values["ends_on"], row.get("extended_to"))
        return Term(**row.values, counts_until=counts)

    def assign(self, one: Term, values: Mapping[str, Any], run: Run, subject: str) -> bool:
        """A corrected term counts anew."""
        differs = super().assign(one, values, run, subject)
        one.counts_until = counts_until(one.ends_on, one.extended_to)
        return differs


class CoveringRegister(Register):
    """Which party organization covers which organization."""

    kind, title, model = "covering", "覆盖关系", CoveringLink
    named_by, kept_by = (), UNITS
    spans = (("valid_from", "valid_to"),)
    allowed_by = ("organization_id", SocialOrganization)

    party_organization = Column("党组织编码", Reference("party_organizations"), key=True, required=True)
    organization = Column("统一社会信用代码", OrganizationReference(), key=True, required=True)
    valid_from = Column("起始日期", Day(), key=True, required=True)
    valid_to = Column("结束日期", Day())


class InstructorRegister(Register):
    """Organizers, instructors and liaisons with their postings. The staff number is what names the person."""

    kind, title, model = "instructors", "派驻", InstructorPosting
    key_names = ("person_id", "role", "organization_id", "valid_from")
    export_paths = ("person",)
    named_by, kept_by = (), UNITS
    spans = (("valid_from", "valid_to"),)
    allowed_by = ("organization_id", SocialOrganization)

    number = Column("人员编号", Code(), stored=False, key=True, required=True, or_by_name=True)
    name = Column("姓名", Text(64), stored=False, required=True)
    role = Column("角色", Choice(InstructorPosting.Role.choices), key=True, required=True)
    sending_unit = Column("派出单位编码", WrittenUnit(), required=True, or_by_name=True)
    origin = Column("产生方式", Choice(InstructorPosting.Origin.choices))
    work_phone = Column("工作电话", Text(32), aside=True)
    mobile = Column("手机号", Secret(private_phone), stored=False, private=True, lenient_only=True)
    organization = Column("统一社会信用代码", OrganizationReference(), key=True, required=True)
    valid_from = Column("起始日期", Day(), key=True, required=True)
    valid_to = Column("结束日期", Day())

    def complete(self, rows: list[Row], run: Run) -> None:
        """One number in one file names one person."""
        names: dict[str, str] = {}
        for row in rows:
            number, name = row.get("number"), row.get("name")
            if number and name and names.setdefault(number, name) != name:
                row.find("IMP-113", "姓名", name, f"人员编号 {number} 在本文件中另有姓名“{names[number]}”;请核对")

    def write(self, rows: list[Row], run: Run) -> None:
        """The people first, renamed where the file says so, then their postings."""
        self._settle_people([row for row in rows if row.get("number")], run)
        nameless = [row for row in rows if row.get("number") is None]
        postings = chosen(InstructorPosting, "organization_id", (r.get("organization_id") for r in nameless))
        people = {one.pk: one for one in chosen(Person, "pk", (p.person_id for p in postings))}
        known = {(p.organization_id, people[p.person_id].name): people[p.person_id] for p in postings}
        write_named(nameless, known, lambda row: (row.get("organization_id"), row.get("name")), run)
        super().write(rows, run)

    def make(self, row: Row) -> InstructorPosting:
        """A new posting; where a ledger does not say who sends, that is kept as 不详."""
        posting = super().make(row)
        if posting.sending_unit_id is None and not posting.sending_unit_written:
            posting.sending_unit_written = "不详"
        return posting

    def family(self, keys: Iterable[int]) -> list[QuerySet[Any]]:
        """Postings and whom they post."""
        keys = list(keys)
        people = InstructorPosting.objects.everyone().filter(pk__in=keys).values("person_id")
        return [*super().family(keys), Person.objects.everyone().filter(pk__in=people)]

    def note(self, run: Run, subject: str, attname: str, before: Any, after: Any) -> None:
        """Another person in a posting is a change of the number."""
        if attname == "person_id":
            numbers = {one.pk: one.file_key for one in chosen(Person, "pk", [before, after])}
            run.changes.append(Changed(self.kind, subject, self.fields["number"], numbers[before], numbers[after]))
        super().note(run, subject, attname, before, after)

    def beside(self, lines: Iterable[Mapping[str, str]]) -> list[QuerySet[Any]]:
        """The people whom postings name: they may be renamed."""
        numbers = {as_code(line.get("number", "")) for line in lines} - {""}
        return [Person.objects.everyone().filter(Q(number__in=numbers) | Q(opaque_id__in=numbers))]

    def companions(self, one: InstructorPosting) -> set[str]:
        """The person, who may be renamed through a posting."""
        return {one.person.opaque_id}

    def export_value(self, column: Column, one: Any) -> str:
        """Number and name from the person."""
        if column.name in ("number", "name"):
            return one.person.file_key if column.name == "number" else one.person.name
        return super().export_value(column, one)

    def _settle_people(self, rows: list[Row], run: Run) -> None:
        numbers = {row.get("number") for row in rows}
        stored = {one.opaque_id: one for one in chosen(Person, "opaque_id", numbers)}
        stored |= {one.number: one for one in chosen(Person, "number", numbers)}
        fresh: dict[str, Person] = {}
        renamed = []
        for row in rows:
            number, name = row.get("number"), row.get("name")
            person = stored.get(number) or fresh.get(number)
            if person is None:
                person = fresh[number] = named(Person(opaque_id=new_opaque_id(), number=number, name=name))
            elif person.name != name:
                run.changes.append(Changed(self.kind, person.opaque_id, self.fields["name"], person.name, name))
                person.name = name
                renamed.append(named(person))
            row.values["person"] = person
        Person.objects.bulk_create(fresh.values(), batch_size=BATCH)
        upsert(Person, renamed)
        run.touched[Person] |= {one.pk for one in [*fresh.values(), *renamed]}
        for row in rows:
            row.values["person_id"] = row.values.pop("person").pk


@after_import
def _follow(touched: Mapping[type[models.Model], set[int]]) -> None:
    """Article 1 for every organization whose answer may have changed."""
    if touched[Unit]:
        bind_spellings()
        recompute()
        return
    organizations = touched[SocialOrganization] | touched_organizations(
        touched[PartyOrganization], touched[CoveringLink]
    )
    if organizations:
        recompute(organizations if len(organizations) <= _MANY else None)


register(
    PartyOrganizationRegister,
    TermRegister,
    ElectionRegister,
    CoveringRegister,
    DecisionRegister,
    MembershipRegister,
    PostRegister,
    CandidateRegister,
    PublicOfficeRegister,
    InstructorRegister,
)
open_doors()
