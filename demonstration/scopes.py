"""How a scope reaches what organizations show for society."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from branches.models import CoveringLink, PartyOrganization
from branches.scopes import changeable_party_organizations, visible_party_organizations
from demonstration.models import (
    DemonstrationSite,
    LegalGroup,
    Outreach,
    ServedPlace,
    SiteApplication,
    SiteGrant,
    SiteReview,
    SiteVisit,
)
from orgs.models import OrganizationState, SocialOrganization
from orgs.scopes import answered_organizations, through_organization, visible_organizations
from portal.core.models import UnitState
from portal.core.scoping import Reach, Scope, register_reach
from portal.core.validity import active_on

_DISTRICT = DemonstrationSite.Level.DISTRICT


def led_districts(scope: Scope) -> QuerySet[Any]:
    """The districts that the scope leads by its writing units, as a sub-query of row numbers."""
    leads = UnitState.objects.filter(
        active_on(scope.day), unit_id__in=scope.writing_unit_ids, kind=UnitState.Kind.DISTRICT_LEAD
    )
    return leads.filter(district__isnull=False).values("district_id")


def naming_organizations(scope: Scope) -> Q:
    """Organizations that the scope may name as sites of a district: answered for, or of the district it leads."""
    there = OrganizationState.objects.filter(active_on(scope.day), district_id__in=led_districts(scope))
    return answered_organizations(scope) | Q(pk__in=there.values("organization_id"))


def applying_organizations(scope: Scope) -> Q:
    """Organizations for which the scope may apply: that it may name, or that a secretary's own party organization
    covers."""
    covered = CoveringLink.rows.filter(active_on(scope.day), party_organization_id__in=scope.own_party_organization_ids)
    return naming_organizations(scope) | Q(pk__in=covered.values("organization_id"))


def named_by_unit(scope: Scope, path: str = "") -> Q:
    """What the scope may decide of a district's own level at the organizations that it may name; `path` leads to the
    site or application. What is of the city, the city decides."""
    named = SocialOrganization.rows.filter(naming_organizations(scope))
    return Q(**{f"{path}level": _DISTRICT, f"{path}organization_id__in": named.values("pk")})


def visited_sites(scope: Scope) -> Q:
    """Sites of either level at organizations that the scope may name: to be visited and supported there."""
    named = SocialOrganization.rows.filter(naming_organizations(scope))
    return Q(organization_id__in=named.values("pk"))


def kept_grants(scope: Scope) -> Q:
    """What a unit has given to these sites; the money of the city is the city's to record."""
    sites = DemonstrationSite.rows.filter(visited_sites(scope))
    return Q(site_id__in=sites.values("pk")) & ~Q(source=SiteGrant.Source.CITY)


def visible_places(scope: Scope) -> Q:
    """Communities, schools and hospitals are no secret for whoever may see registers; neither are groups of lawyers."""
    return Q() if scope.can("see-registers") else Q(pk__in=[])


def changeable_places(scope: Scope) -> Q:
    """Places and groups of the districts that the scope leads."""
    return Q(district_id__in=led_districts(scope))


def visible_outreach(scope: Scope) -> Q:
    """What visible party organizations do, and for a territorial unit what is done in its district."""
    parties = PartyOrganization.rows.filter(visible_party_organizations(scope))
    return Q(party_organization_id__in=parties.values("pk")) | Q(place__district_id__in=scope.district_ids)


def changeable_outreach(scope: Scope) -> Q:
    """What party organizations do that the scope supervises, or of which it is the secretary."""
    parties = PartyOrganization.rows.filter(changeable_party_organizations(scope))
    return Q(party_organization_id__in=parties.values("pk"))


def _at_sites(reach: Reach) -> Reach:
    """The reach of what hangs on a site."""
    return lambda scope: Q(site_id__in=DemonstrationSite.rows.filter(reach(scope)).values("pk"))


def register() -> None:
    """Called once when the room's app is ready."""
    at_visible = through_organization(visible_organizations)
    register_reach(DemonstrationSite, within=at_visible, answered_for=named_by_unit)
    register_reach(SiteApplication, within=at_visible, answered_for=through_organization(applying_organizations))
    register_reach(
        SiteReview,
        within=through_organization(visible_organizations, "application__organization"),
        answered_for=lambda scope: named_by_unit(scope, "application__"),
    )
    register_reach(SiteVisit, within=_at_sites(at_visible), answered_for=_at_sites(visited_sites))
    register_reach(SiteGrant, within=_at_sites(at_visible), answered_for=kept_grants)
    register_reach(ServedPlace, within=visible_places, answered_for=changeable_places)
    register_reach(LegalGroup, within=visible_places, answered_for=changeable_places)
    register_reach(Outreach, within=visible_outreach, answered_for=changeable_outreach)
