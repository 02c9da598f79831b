"""Exchanged columns of this room: members."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from members.models import Member, MemberState, Person
from members.people import by_name_only, find_by_workplace, find_people, index_of, named, private_phone
from orgs.columns import OrganizationReference
from orgs.models import SocialOrganization
from portal.core.imports import codes
from portal.core.imports.columns import Column, Row
from portal.core.imports.register import BATCH, SECRETARIES, blank_of, register, upsert
from portal.core.imports.run import Run, chosen
from portal.core.imports.sheets import Changed
from portal.core.imports.stateful import EffectiveDay, StatefulRegister
from portal.core.imports.widgets import Choice, Code, Day, Flag, Secret, Text
from portal.core.roles import Role
from portal.core.secrets import new_opaque_id
from portal.core.validity import Revision, State

HELD_ELSEWHERE = "已在其他党组织,请发起转接"
_OF_MEMBER = ("joined_on", "converted_on", "left_on", "leave_reason")


class MemberRegister(StatefulRegister):
    """Members: a person, the membership's days, and where they work as what.

    The subject is the person; `Member` hangs on it and its states carry the dated facts.
    """

    kind, title, model, state_model = "members", "人员", Person, MemberState
    named_by = ("id_number", "number")
    kept_by = SECRETARIES
    either = (("id_number", "number"),)
    takes_names = True
    spans = (("joined_on", "converted_on"), ("joined_on", "left_on"))

    id_number = Column("公民身份号码", Secret(codes.personal_number), key=True, private=True)
    number = Column("人员编号", Code(), key=True)
    name = Column("姓名", Text(64), required=True)
    gender = Column("性别", Choice(Person.Gender.choices))
    joined_on = Column("入党日期", Day(), required=True)
    converted_on = Column("转正日期", Day())
    workplace = Column("工作单位", OrganizationReference(), dated=True)
    employment = Column("专兼职", Choice(MemberState.Employment.choices), dated=True)
    education = Column("学历", Choice(MemberState.Education.choices), dated=True)
    position = Column("工作岗位", Choice(MemberState.Position.choices), dated=True)
    is_social_worker = Column("是否社工", Flag(), dated=True)
    is_mobile = Column("是否流动党员", Flag(), dated=True)
    mobile = Column("手机号", Secret(private_phone), private=True, aside=True)
    left_on = Column("离开日期", Day())
    leave_reason = Column("离开原因", Text(64), aside=True)
    effective = EffectiveDay()

    # ── being named ────────────────────────────────────────────────────────────────────────────────────────

    def find(self, texts: set[str], run: Run) -> Mapping[str, list[int]]:
        """By personal number, staff number or opaque id."""
        return find_people(texts)

    def labels(self, keys: Iterable[int]) -> dict[int, str]:
        """The opaque id: the only key that leaves the database."""
        return {one.pk: one.opaque_id for one in chosen(Person, "pk", keys)}

    def subjects(self, rows: list[Row], run: Run) -> dict[int, str]:
        """Opaque ids, made now for new people."""
        for row in rows:
            if row.subject is None:
                row.values["opaque_id"] = new_opaque_id()
        return {row.number: row.subject.opaque_id if row.subject else row.values["opaque_id"] for row in rows}

    # ── whose row ──────────────────────────────────────────────────────────────────────────────────────────

    def key(self, row: Row) -> tuple[Any, ...] | None:
        """Twins are found by `match`, which knows all keys."""
        return None

    def match(self, rows: list[Row], run: Run) -> None:
        """By personal number, else by staff number, else by name, workplace and joining date (unconfirmed)."""
        for row in rows:
            if number := row.get("id_number"):
                row.values["id_index"] = index_of(number)
        by_index = {one.id_index: one for one in chosen(Person, "id_index", (r.get("id_index") for r in rows))}
        numbers = {row.get("number") for row in rows}
        by_number = {one.number: one for one in chosen(Person, "number", numbers)}
        by_opaque = {one.opaque_id: one for one in chosen(Person, "opaque_id", numbers)}
        workers = find_by_workplace([row for row in rows if not (row.get("id_index") and row.get("number"))])
        for row in rows:
            by_id = by_index.get(row.get("id_index"))
            opaque = by_opaque.get(row.get("number"))
            if opaque is not None:
                del row.values["number"]
            holder = by_number.get(row.get("number")) or opaque
            self._contradiction(row, by_id, holder)
            row.subject = by_id or holder or self._by_name(row, workers)
        self._find_twins(rows)

    def _contradiction(self, row: Row, by_id: Person | None, holder: Person | None) -> None:
        other_number = holder and holder.id_index and row.get("id_index") not in (None, holder.id_index)
        if holder and ((by_id and by_id.pk != holder.pk) or other_number):
            text = "已属另一公民身份号码的人员,与本行矛盾;请核对人员编号"
            row.find("IMP-107", "人员编号", row.texts["number"], text)

    def _by_name(self, row: Row, workers: Mapping[tuple[str, int], list[Member]]) -> Person | None:
        """The one stored member of this name, workplace and joining date who has no contradicting number."""
        found = [
            member.person
            for member in workers.get((row.get("name"), row.get("workplace_id")), ())
            if member.joined_on == row.get("joined_on")
            and not (row.get("id_index") and member.person.id_index)
            and not (row.get("number") and member.person.number)
        ]
        if len(found) != 1:
            return None
        row.values["confirmed"] = False
        return found[0]

    def _find_twins(self, rows: list[Row]) -> None:
        first: dict[Any, int] = {}
        for row in rows:
            keys = [key for name in ("id_index", "number") if (key := row.get(name))]
            keys += [row.subject.pk] if row.subject is not None else []
            twin = next((first[key] for key in keys if key in first), None)
            if twin is not None:
                column = self.fields["id_number" if row.get("id_index") else "number"]
                shown = column.widget.shown(row.texts.get(column.name, ""))
                row.find("IMP-106", column.heading, shown, f"与第 {twin} 行是同一人;请只保留一行")
            for key in keys:
                first.setdefault(key, row.number)

    def restrict(self, rows: list[Row], run: Run) -> None:
        """A scope may write its own people, and enter new ones who work at its organizations; a secretary's are those
        that the party organization covers. Who is its own may stay where they work."""
        if run.is_unrestricted:
            return
        people = run.allowed(Person, {row.subject.pk for row in rows if row.subject is not None})
        workplaces = {row.get("workplace_id") for row in rows} - {None}
        scope = run.options.scope
        own: set[int | None] = {*run.allowed(SocialOrganization, workplaces)}
        if scope.writing_unit_ids or scope.own_party_organization_ids:
            own.add(None)
        if Role.SECRETARY in scope.roles:
            own |= scope.organization_ids
        stays = self._workplaces({row.subject.pk for row in rows if row.subject is not None}, scope.day)
        for row in rows:
            if row.subject is not None and row.subject.pk not in people:
                run.held_elsewhere.add(row.subject.opaque_id)
                self.forbid(row, HELD_ELSEWHERE)
            elif row.get("workplace_id") not in own | stays.get(row.subject and row.subject.pk, set()):
                self.forbid(row, "工作单位不在本单位负责的范围;请由负责的单位填报")

    @staticmethod
    def _workplaces(people: set[int], day: datetime.date) -> dict[int, set[int | None]]:
        """Where these people work on the day: they may go on working there, whoever answers for it."""
        states = chosen(MemberState, "member_id", people)
        return {one.member_id: {one.workplace_id} for one in states if one.holds_on(day)}

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────

    def make(self, row: Row) -> Person:
        """A new person; without any number of their own they get one and are unconfirmed."""
        own, _ = self.split(row)
        if row.get("id_number") or row.get("number"):
            return self.finish(Person(**own))
        person = by_name_only(own["name"])
        person.opaque_id, person.gender = own["opaque_id"], own.get("gender", "")
        return person

    def finish(self, subject: Person) -> Person:
        """How a person is found."""
        return named(subject)

    def create_states(self, rows: list[Row]) -> None:
        """Members first, then their states."""
        members = [
            Member(person_id=row.subject.pk, **{n: row.values[n] for n in _OF_MEMBER if n in row.values})
            for row in rows
        ]
        Member.objects.bulk_create(members, batch_size=BATCH)
        super().create_states(rows)

    def change(self, rows: list[Row], run: Run, subjects: dict[int, str]) -> None:
        """Stored people; those who were no members yet become some."""
        members = {one.pk: one for one in chosen(Member, "person_id", {row.subject.pk for row in rows})}
        run.memory["members of this file"] = members
        joining = [row for row in rows if row.subject.pk not in members]
        for row in joining:
            run.changes.append(Changed(self.kind, subjects[row.number], None, None, row.texts.get("name", "")))
            self.assign(row.subject, self.split(row)[0], run, subjects[row.number])
            self.finish(row.subject)
            row.outcome = "updated"
        upsert(Person, [row.subject for row in joining])
        self.create_states(joining)
        super().change([row for row in rows if row.subject.pk in members], run, subjects)
        changed = {row.subject.pk for row in rows if row.outcome == "updated"} & members.keys()
        upsert(Member, [members[pk] for pk in changed])

    def revise(self, row: Row, states: list[State], run: Run, subject: str) -> tuple[Revision, bool]:
        """The person, the member and the states."""
        revision, differs = super().revise(row, states, run, subject)
        member = run.memory["members of this file"][row.subject.pk]
        values = {name: row.values[name] for name in _OF_MEMBER if name in row.values}
        return revision, self.assign(member, values, run, subject) or differs

    def stored_days(self, subject: Person) -> dict[str, Any]:
        """Days stand in the row itself; joining is required in every row."""
        return {}

    def family(self, keys: Iterable[int]) -> list[QuerySet[Any]]:
        """People, what they are as members, and their states."""
        keys = list(keys)
        return [*super().family(keys), Member.objects.everyone().filter(person__in=keys)]

    def blank(self, attname: str) -> Any:
        """Of the member where the attribute stands there."""
        return blank_of(Member, attname) if attname in _OF_MEMBER else super().blank(attname)

    # ── going out ──────────────────────────────────────────────────────────────────────────────────────────

    def export_more(self, chunk: list[Any], day: Any) -> Mapping[int, Any]:
        """The members of these people."""
        return Member.objects.everyone().in_bulk([person.pk for person in chunk])

    def export_cell(self, column: Column, subject: Any, state: Any, more: Mapping[int, Any]) -> str:
        """A staff number, else the opaque id; days from the member."""
        if column.name == "number":
            return subject.file_key
        if column.name in _OF_MEMBER and subject.pk in more:
            return str(column.export(more[subject.pk]))
        return super().export_cell(column, subject, state, more)


register(MemberRegister)
