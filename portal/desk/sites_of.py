"""The demonstration sites and applications of one organization, and who may name a site there."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, DateField, Exists, OuterRef, QuerySet, Value

from demonstration.applications import SIGNS, STATES, with_state
from demonstration.models import DemonstrationSite, SiteApplication
from demonstration.scopes import applying_organizations, naming_organizations
from orgs.models import SocialOrganization
from portal.core.imports.register import registers
from portal.core.scoping import Reach, Scope

#: what a row of a union says where it has nothing to say
_NOTHING = Value("", output_field=CharField())
_NO_DAY = Value(None, output_field=DateField())


@dataclass(frozen=True)
class Applied:
    """One application, with the sign and word of where it stands."""

    application: SiteApplication
    sign: str
    word: str


def rows_of_sites(organization: SocialOrganization, scope: Scope) -> QuerySet[Any, Any]:
    """The sites of an organization as (what, row, named on, withdrawn on, code, name, level, field), for a union."""
    rows = DemonstrationSite.objects.within(scope).filter(organization=organization).order_by()
    return rows.values_list(Value("site"), "pk", "named_on", "withdrawn_on", "code", "name", "level", "field", _NOTHING)


def as_site(
    organization: SocialOrganization,
    pk: int,
    days: tuple[datetime.date, datetime.date | None],
    words: Sequence[str],
) -> DemonstrationSite:
    """One row of `rows_of_sites` as a site again."""
    code, name, level, field, _ = words
    return DemonstrationSite(
        pk=pk,
        organization=organization,
        named_on=days[0],
        withdrawn_on=days[1],
        name=name,
        level=level,
        field=field,
        code=code,
    )


def rows_of_applications(organization: SocialOrganization, day: datetime.date, scope: Scope) -> QuerySet[Any, Any]:
    """The applications of an organization up to a day as (what, row, applied on, nothing, code, where it stands,
    level, field), for a union."""
    rows = applied_by(day, scope).filter(organization=organization).order_by()
    return rows.values_list(
        Value("application"), "pk", "applied_on", _NO_DAY, "code", "stands", "level", "field", _NOTHING
    )


def as_application(
    organization: SocialOrganization, pk: int, applied_on: datetime.date, words: Sequence[str]
) -> Applied:
    """One row of `rows_of_applications` as an application again."""
    code, stands, level, field, _ = words
    one = SiteApplication(pk=pk, organization=organization, applied_on=applied_on, code=code, level=level, field=field)
    return Applied(one, SIGNS[stands], STATES[stands])


def applied_by(day: datetime.date, scope: Scope) -> QuerySet[Any, Any]:
    """The applications up to a day, with where each `stands` then."""
    return with_state(SiteApplication.objects.within(scope).filter(applied_on__lte=day), day)


def standing(site: DemonstrationSite, organization: SocialOrganization, day: datetime.date) -> tuple[str, str]:
    """Sign and word of where a site stands on a day."""
    if site.named_on > day:
        return "idle", "尚未到命名日"
    if site.withdrawn_on and site.withdrawn_on <= day:
        return "idle", "已撤销"
    closed = organization.closed_on
    return ("warn", "社会组织已终止") if closed and closed <= day else ("ok", "有效")


def with_naming(organizations: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Organizations read together with whether the account may name a site of its level there, and apply for one."""
    named = _among("sites", naming_organizations, scope)
    applied = _among("site_applications", applying_organizations, scope)
    return organizations.annotate(may_name=Exists(named), may_apply=Exists(applied))


def _among(kind: str, reach: Reach, scope: Scope) -> QuerySet[Any]:
    """The organization of an outer query, where the account keeps a register and reaches it so."""
    rows = SocialOrganization.objects.within(scope).filter(pk=OuterRef("pk"))
    if not registers()[kind].may_add(scope):
        return rows.none()
    return rows if scope.city_wide else rows.filter(reach(scope))


def shown_on(
    sites: Iterable[DemonstrationSite], organization: Any, scope: Scope, day: datetime.date
) -> list[tuple[DemonstrationSite, str, str, bool]]:
    """The sites named by a day, each with the sign and word of where it stands then, and whether the account may
    change it: of an organization that was read `with_naming`, the sites of its own level."""
    return [
        (one, *standing(one, organization, day), organization.may_name and _is_own(one, scope))
        for one in sites
        if one.named_on <= day
    ]


def _is_own(site: DemonstrationSite, scope: Scope) -> bool:
    return scope.city_wide or site.level == DemonstrationSite.Level.DISTRICT
