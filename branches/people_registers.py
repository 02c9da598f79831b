"""Exchanged columns of what people are in party organizations: relations held there, posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from branches.models import Membership, PartyOrganization, Post
from members.models import Person
from members.people import PersonReference, fill_by_name, find_by_workplace, find_holders, private_phone
from members.resources import HELD_ELSEWHERE
from orgs.resources import OrganizationReference
from portal.core.imports import codes
from portal.core.imports.columns import Column, Row
from portal.core.imports.register import BATCH, SECRETARIES, Register
from portal.core.imports.run import Run, chosen
from portal.core.imports.widgets import Choice, Day, Reference, Secret, Text
from portal.core.validity import active_on


class PeopleRegister(Register):
    """Rows about people of a party organization: they may not be taken from another one."""

    named_by, kept_by = (), SECRETARIES
    spans: tuple[tuple[str, str], ...] = (("valid_from", "valid_to"),)
    allowed_by: tuple[str, type[models.Model]] | None = ("party_organization_id", PartyOrganization)

    def restrict(self, rows: list[Row], run: Run) -> None:
        """Besides the party organization itself: nobody whose relation is held elsewhere."""
        super().restrict(rows, run)
        if run.is_unrestricted:
            return
        good = [row for row in rows if row.is_good and row.get("person_id")]
        own = run.allowed(Person, {row.get("person_id") for row in good})
        others = {row.get("person_id") for row in good} - own
        held = Membership.objects.everyone().filter(active_on(run.options.scope.day), person__in=others)
        elsewhere = set(held.values_list("person_id", flat=True))
        run.held_elsewhere |= set(run.registers["members"].labels(elsewhere).values())
        for row in good:
            if row.get("person_id") in elsewhere:
                self.forbid(row, HELD_ELSEWHERE)


class MembershipRegister(PeopleRegister):
    """Where members' relations are held (组织关系)."""

    kind, title, model = "memberships", "组织关系", Membership

    person = Column(
        "公民身份号码", PersonReference(), also=("人员编号",), goes_out_as="人员编号", key=True, required=True
    )
    party_organization = Column("党组织编码", Reference("party_organizations"), key=True, required=True)
    valid_from = Column("转入日期", Day(), key=True, required=True)
    valid_to = Column("转出日期", Day())


class PostRegister(PeopleRegister):
    """Posts in party organizations. A ledger may name the holder without a number."""

    kind, title, model = "posts", "任职", Post

    party_organization = Column("党组织编码", Reference("party_organizations"), key=True, required=True)
    person = Column(
        "公民身份号码",
        PersonReference(),
        also=("人员编号",),
        goes_out_as="人员编号",
        key=True,
        required=True,
        or_by_name=True,
    )
    role = Column("职务", Choice(Post.Role.choices), key=True, required=True)
    valid_from = Column("任职日期", Day(), key=True, required=True)
    valid_to = Column("免职日期", Day())
    work_phone = Column("工作电话", Text(32), aside=True)
    name = Column("姓名", Text(64), stored=False, lenient_only=True)
    workplace = Column("工作单位", OrganizationReference(), stored=False, lenient_only=True)
    id_number = Column("身份证号", Secret(codes.personal_number), stored=False, private=True, lenient_only=True)
    mobile = Column("手机号", Secret(private_phone), stored=False, private=True, lenient_only=True)

    def check(self, row: Row, run: Run) -> None:
        """A ledger's row whose name could not be read names nobody."""
        super().check(row, run)
        row.silent = row.lenient and not (row.get("person_id") or row.get("name"))

    def complete(self, rows: list[Row], run: Run) -> None:
        """Who is named by a personal number beside the name."""
        super().complete(rows, run)
        find_holders(rows)

    def write(self, rows: list[Row], run: Run) -> None:
        """Who was named without a number: whoever held that post by that name, a member of that name and
        workplace, or somebody new and unconfirmed."""
        nameless = [row for row in rows if row.get("person_id") is None]
        known: dict[Any, Person] = {}
        by_name = [row for row in nameless if not row.get("id_number")]
        for (name, workplace), members in find_by_workplace(by_name).items():
            if len(members) == 1:
                known |= {_post_key(row): members[0].person for row in by_name if _at(row) == (name, workplace)}
        parties = [row.get("party_organization_id") for row in nameless]
        holders = chosen(Post, "party_organization_id", parties)
        people = {one.pk: one for one in chosen(Person, "pk", (post.person_id for post in holders))}
        known |= {(p.party_organization_id, people[p.person_id].name): people[p.person_id] for p in holders}
        write_named(nameless, known, _post_key, run)
        super().write(rows, run)


def _post_key(row: Row) -> tuple[Any, Any]:
    """Rows with this in common are one person: the personal number, else post and name."""
    if number := row.get("id_number"):
        return "id_number", number
    return row.get("party_organization_id"), row.get("name")


def _at(row: Row) -> tuple[Any, Any]:
    return row.get("name"), row.get("workplace_id")


def write_named(rows: list[Row], known: Mapping[Any, Person], key: Any, run: Run) -> None:
    """Give people to rows that name them, writing those who are new."""
    fresh = Person.objects.bulk_create(fill_by_name(rows, known, key), batch_size=BATCH)
    run.touched[Person] |= {one.pk for one in fresh}
    for row in rows:
        row.values["person_id"] = row.values.pop("person").pk
