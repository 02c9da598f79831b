"""Sign-ins for every role of the demo city, with random passwords, printed once and kept in a file of mode 600."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from branches.models import InstructorPosting, PartyOrganizationState, Post
from portal.core import audit
from portal.core.models import RoleGrant, Unit, User
from portal.core.roles import Role
from portal.core.validity import active_on, today
from portal.reports.demo.shown import Shown

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
#: username, role, code of the unit, name
_STAFF = (
    ("shi", Role.CITY_STAFF, "SZ", "穆知行"),
    ("nanshan", Role.UNIT_STAFF, "NS", "温以宁"),
    ("futian", Role.UNIT_STAFF, "FT", "祁若川"),
    ("jiaoyu", Role.UNIT_STAFF, "SZ-JYGW", "邵望舒"),
    ("yuehai", Role.UNIT_STAFF, "NS-06", "池砚秋"),
    ("guancha", Role.OBSERVER, "NS", "封予安"),
)
_ADMINISTRATORS = (
    ("xitong", Role.SYSTEM_ADMIN, "路清和"),
    ("anquan", Role.SECURITY_ADMIN, "季明远"),
    ("shenji", Role.AUDIT_ADMIN, "纪思齐"),
)


@dataclass(frozen=True)
class SignIn:
    """One account of the demo city, with the password that is shown once."""

    username: str
    password: str
    role: Role
    bound_to: str


def path() -> Path:
    """Where the sign-ins are kept."""
    return Path(settings.VAR_DIR) / "demo-signins.txt"


def make(shown: Shown) -> list[SignIn]:
    """Make the accounts; the file of an earlier city is replaced."""
    made = [_staff(*row) for row in _STAFF] + [_secretary(shown.party), _instructor(shown.instructor)]
    made += [_account(username, role, name, "") for username, role, name in _ADMINISTRATORS]
    audit.record(actor=None, actor_name="demo 命令", action="建立演示账号", detail={"accounts": len(made)})
    return made


def _account(username: str, role: Role, name: str, bound_to: str, **binding: object) -> SignIn:
    password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
    user = User.objects.create_user(username, password, name=name, email=f"{username}@dangjian.example")
    RoleGrant.objects.create(user=user, role=role, **binding)
    return SignIn(username, password, role, bound_to)


def _staff(username: str, role: Role, code: str, name: str) -> SignIn:
    unit = Unit.objects.get(code=code)
    return _account(username, role, name, unit.name, unit=unit)


def _secretary(code: str) -> SignIn:
    """The secretary of the branch that is shown, else of the joint branch whose term ends first."""
    joint = PartyOrganizationState.objects.filter(
        active_on(today()), form="JOINT", party_organization__dissolved_on=None
    )
    posts = (
        Post.objects.everyone()
        .filter(active_on(today()), role="SECRETARY", party_organization__in=joint.values("party_organization"))
        .select_related("person", "party_organization")
        .annotate(until=Max("party_organization__terms__counts_until"))
        .order_by("until", "party_organization__code")
    )
    post = posts.filter(party_organization__code=code).first() or posts[0]
    party = post.party_organization
    return _account("shuji", Role.SECRETARY, post.person.name, party.name, party_organization=party.code)


def _instructor(number: str) -> SignIn:
    """The instructor that is shown, else the first."""
    postings = (
        InstructorPosting.objects.everyone()
        .filter(active_on(today()))
        .select_related("person")
        .order_by("person__number", "id")
    )
    person = (postings.filter(person__number=number).first() or postings[0]).person
    return _account("zhidao", Role.INSTRUCTOR, person.name, f"人员编号 {person.number}", instructor=person.number)


def keep(made: list[SignIn], address: str) -> str:
    """Write the sign-ins to their file and return the text to print."""
    lines = [f"演示城市(虚构数据)的登录账号,{address}", ""]
    lines += [f"{one.username:<10}{one.password}  {one.role.label}  {one.bound_to}".rstrip() for one in made]
    text = "\n".join(lines) + "\n"
    with os.fdopen(os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
    return text
