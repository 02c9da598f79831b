"""`grant`: makes an account if it is new and gives it a role."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from branches.models import PartyOrganization
from members.models import Person
from portal.core import audit, console
from portal.core.audit import ChangeOf
from portal.core.models import RoleGrant, Unit, User
from portal.core.roles import ADMINISTRATORS, BOUND_TO_UNIT, Role
from portal.core.units import Kind, UnitTree
from portal.core.validity import active_on, today

_ACTOR = "grant 命令"


@dataclass(frozen=True)
class _Binding:
    """What a role is bound to."""

    unit: Unit | None = None
    party_organization: str = ""
    instructor: str = ""
    words: str = ""


class Command(console.Command):
    """Gives a role; see the public contract for what each role is bound to."""

    help = "建立账号(如尚无)并授予角色"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the public contract."""
        roles = ",".join(f"{role.value} {role.label}" for role in Role)
        parser.add_argument("username", metavar="用户名")
        parser.add_argument("--role", required=True, choices=Role.values, help=roles)
        bound = parser.add_mutually_exclusive_group()
        bound.add_argument("--unit", metavar="单位编码", help="市级、单位工作人员与查看人员所在单位")
        bound.add_argument("--party-organization", metavar="党组织编码", help="书记所在党组织")
        bound.add_argument("--instructor", metavar="人员编号", help="指导员的人员编号")
        parser.add_argument("--email", metavar="邮箱")
        parser.add_argument("--password-stdin", action="store_true", help="从标准输入读密码(一行)")

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        """Grant, and say how the account gets its password."""
        role = Role(options["role"])
        binding = _binding(role, options)
        user = _account(options["username"].strip(), options["email"])
        _check_administrators(user, role)
        if options["password_stdin"]:
            _set_password(user)
        granted = _grant(user, role, binding)
        self.stdout.write(
            f"{'已授权' if granted else '已有此授权'}:{user.username} {role.label} {binding.words}".rstrip()
        )
        if not user.has_usable_password():
            self.stdout.write(f"请本人打开链接设置密码:{_link(user)}")


def _binding(role: Role, options: dict[str, Any]) -> _Binding:
    """What the options bind the role to. Raises CommandError with a sentence."""
    given = {name for name in ("unit", "party_organization", "instructor") if options[name]}
    if role in BOUND_TO_UNIT:
        wanted, option = {"unit"}, "--unit 单位编码"
    elif role == Role.SECRETARY:
        wanted, option = {"party_organization"}, "--party-organization 党组织编码"
    elif role == Role.INSTRUCTOR:
        wanted, option = {"instructor"}, "--instructor 人员编号"
    else:
        wanted, option = set(), ""
    if given != wanted:
        raise CommandError(f"{role.label}须用 {option} 指明所属。" if option else f"{role.label}不绑定单位或人员。")
    if role in BOUND_TO_UNIT:
        return _unit(role, options["unit"])
    if role == Role.SECRETARY:
        return _party_organization(options["party_organization"])
    return _instructor(options["instructor"]) if role == Role.INSTRUCTOR else _Binding()


def _unit(role: Role, code: str) -> _Binding:
    tree = UnitTree.on(today())
    if code not in tree.by_code:
        raise CommandError(f"没有编码为“{code}”的单位。")
    unit = tree.by_code[code]
    if unit.is_placeholder:
        raise CommandError(f"“{unit.name}”是占位单位,不能授权。")
    if role == Role.CITY_STAFF and unit.kind != Kind.CITY_LEAD:
        raise CommandError(f"{role.label}只能属于市级牵头单位,“{unit.name}”不是。")
    return _Binding(unit=Unit.objects.get(pk=unit.id), words=unit.name)


def _party_organization(code: str) -> _Binding:
    party = PartyOrganization.objects.everyone().filter(code=code).first()
    if party is None:
        raise CommandError(f"没有编码为“{code}”的党组织。")
    return _Binding(party_organization=code, words=party.name)


def _instructor(number: str) -> _Binding:
    person = Person.objects.everyone().filter(number=number, postings__isnull=False).first()
    if person is None:
        raise CommandError(f"派驻名册里没有人员编号为“{number}”的人。")
    return _Binding(instructor=number, words=f"人员编号 {number}")


def _account(username: str, email: str | None) -> User:
    """The account of this name, made if it is new."""
    if not username or len(username) > 64 or any(c.isspace() for c in username):
        raise CommandError("用户名须为 1 到 64 个字符,中间没有空格。")
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise CommandError(f"“{email}”不是邮箱地址。") from None
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create_user(username, email=email or "")
        audit.record(actor=None, actor_name=_ACTOR, action="建立账号", subject=username)
    elif email and user.email != email:
        change = ChangeOf("accounts", username, "邮箱", user.email, email)
        user.email = email
        user.save(update_fields=["email"])
        audit.record(actor=None, actor_name=_ACTOR, action="修改账号", subject=username, changes=[change])
    return user


def _check_administrators(user: User, role: Role) -> None:
    """One person holds at most one of the three administrator roles."""
    others = user.grants.filter(active_on(today()), role__in=ADMINISTRATORS - {role}) if role in ADMINISTRATORS else []
    for grant in others:
        raise CommandError(f"{user.username} 已是{grant.get_role_display()},三个管理员角色每人至多一个。")


def _set_password(user: User) -> None:
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(f"密码不合要求:{' '.join(error.messages)}") from None
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(actor=None, actor_name=_ACTOR, action="设置密码", subject=user.username)


def _grant(user: User, role: Role, binding: _Binding) -> bool:
    """Give the role from today on; False where the account has exactly this one already."""
    same = Q(
        role=role,
        unit=binding.unit,
        party_organization=binding.party_organization,
        instructor=binding.instructor,
    )
    if user.grants.filter(same, active_on(today())).exists():
        return False
    RoleGrant.objects.create(
        user=user,
        role=role,
        unit=binding.unit,
        party_organization=binding.party_organization,
        instructor=binding.instructor,
        valid_from=today(),
    )
    change = ChangeOf("grants", user.username, "角色", "", f"{role.label} {binding.words}".rstrip())
    audit.record(actor=None, actor_name=_ACTOR, action="授权", subject=user.username, changes=[change])
    return True


def _link(user: User) -> str:
    """A link by which the account sets its password, once."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.PUBLIC_URL + reverse("set-password", args=[uid, default_token_generator.make_token(user)])
