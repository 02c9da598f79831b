"""What the staff of the demo city did lately: each brought a small file in, through the same door as everybody.

So imports, change logs and corrections have something to show; no figure moves by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from demonstration.models import SiteApplication
from orgs.models import OrganizationState, SocialOrganization
from portal.core import exports
from portal.core.imports import doors
from portal.core.imports.read import read_bytes
from portal.core.imports.sheets import Options
from portal.core.models import User
from portal.core.roles import Role
from portal.core.scoping import Scope, scope_of
from portal.core.validity import active_on

_KIND, _ROWS = "organizations", 4
_HEADINGS = ("统一社会信用代码", "名称", "类别", "成立日期", "从业人员数", "专职人员数")
_REASON = "按年检报告更正从业人员数"


def leave() -> None:
    """Every account of staff corrects the staff of a few organizations that its unit answers for."""
    staff = User.objects.filter(grants__role__in=(Role.UNIT_STAFF, Role.CITY_STAFF)).order_by("pk")
    for user in staff:
        _bring(user, scope_of(user))


def _bring(user: User, scope: Scope) -> None:
    rows = list(_corrected(scope))
    if not rows:
        return
    unit = user.grants.get().unit
    name = f"{unit.name if unit else ''}从业人员更正.csv"
    data = exports.write_csv(_HEADINGS, rows)
    options = Options(
        commit=True,
        reason=_REASON,
        actor=user,
        scope=scope,
        kind=_KIND,
        file_name=name,
        digest=hashlib.sha256(data).hexdigest(),
    )
    doors.come_in(_KIND, name, read_bytes(data), options)


def _corrected(scope: Scope) -> Iterator[list[str]]:
    """Organizations of the scope as a file has them, each with two more people than before; first those that people
    look at because they applied for something."""
    applied = SiteApplication.objects.everyone().filter(organization=OuterRef("organization"))
    states = OrganizationState.objects.filter(
        active_on(scope.day),
        organization__in=SocialOrganization.objects.answered_for(scope),
        organization__closed_on=None,
        organization__credit_code__isnull=False,
        staff__isnull=False,
    )
    states = states.annotate(applied=Exists(applied)).order_by("-applied", "organization_id")
    for state in states.select_related("organization")[:_ROWS]:
        one, staff = state.organization, state.staff or 0
        words = one.credit_code or "", one.name, state.get_kind_display(), one.established_on.isoformat()
        yield [*words, str(staff + 2), str(state.full_time_staff or staff)]
