"""How a scope reaches organizations and what hangs on them (roles: spec interfaces)."""

from __future__ import annotations

from django.db.models import Q

from orgs.models import (
    CharterClause,
    Exclusion,
    MemberReport,
    OrganizationState,
    PurchaseScore,
    RegistryEvent,
    ResponsibilityAgreement,
    ResponsibleSpan,
    SocialOrganization,
)
from portal.core.scoping import Reach, Scope, register_reach
from portal.core.validity import active_on


def answered_organizations(scope: Scope) -> Q:
    """Organizations that the scope's units answer for on its day."""
    spans = ResponsibleSpan.objects.filter(active_on(scope.day), unit_id__in=scope.writing_unit_ids)
    return Q(pk__in=spans.values("organization_id"))


def registered_organizations(scope: Scope) -> Q:
    """Organizations that the scope's units register on its day: their registry facts and events are theirs to keep."""
    states = OrganizationState.objects.filter(active_on(scope.day), registering_unit_id__in=scope.writing_unit_ids)
    return Q(pk__in=states.values("organization_id"))


def registry_kept(scope: Scope) -> Q:
    """Organizations whose registry the scope keeps: answered for or registered."""
    return answered_organizations(scope) | registered_organizations(scope)


def visible_organizations(scope: Scope) -> Q:
    """Organizations that the scope may look at: answered for, registered, in its territory, or reached by name."""
    spans = ResponsibleSpan.objects.filter(active_on(scope.day), unit_id__in=scope.unit_ids)
    states = OrganizationState.objects.filter(active_on(scope.day)).filter(
        Q(registering_unit_id__in=scope.unit_ids)
        | Q(district_id__in=scope.district_ids)
        | Q(subdistrict_id__in=scope.subdistrict_ids)
        | Q(community_id__in=scope.community_ids)
    )
    return (
        Q(pk__in=spans.values("organization_id"))
        | Q(pk__in=states.values("organization_id"))
        | Q(pk__in=scope.organization_ids)
    )


def through_organization(reach: Reach, path: str = "organization") -> Reach:
    """The reach of a row that hangs on an organization by the foreign key `path`."""

    def through(scope: Scope) -> Q:
        return Q(**{f"{path}_id__in": SocialOrganization.rows.filter(reach(scope)).values("pk")})

    return through


def register() -> None:
    """Called once when the room's app is ready."""
    register_reach(SocialOrganization, within=visible_organizations, answered_for=answered_organizations)
    for model in (MemberReport, Exclusion, ResponsibilityAgreement, CharterClause, PurchaseScore):
        register_reach(
            model,
            within=through_organization(visible_organizations),
            answered_for=through_organization(answered_organizations),
        )
    register_reach(
        RegistryEvent,
        within=through_organization(visible_organizations),
        answered_for=through_organization(registry_kept),
    )
