"""Factories of what binds an organization to party building (article 11); each call reads like a sentence."""

from __future__ import annotations

from branches.models import MajorDecision, PartyOrganization
from orgs.models import CharterClause, PurchaseScore, ResponsibilityAgreement, SocialOrganization
from portal.core.models import Unit
from tests.world import day, maybe


def agreement(of: SocialOrganization, signed: str, end: str | None = None, **signers: int) -> ResponsibilityAgreement:
    """A joint-responsibility agreement in force from the day it was signed."""
    return ResponsibilityAgreement.objects.create(
        organization=of, signed_on=day(signed), valid_from=day(signed), valid_to=maybe(end), **signers
    )


def clause(of: SocialOrganization, start: str, end: str | None = None, *, number: str = "第三条") -> CharterClause:
    """A charter with a clause on party building."""
    return CharterClause.objects.create(organization=of, number=number, valid_from=day(start), valid_to=maybe(end))


def decision(by: PartyOrganization, of: SocialOrganization, on: str, *, matter: str = "MONEY") -> MajorDecision:
    """A party organization takes part in a major decision, and is followed."""
    return MajorDecision.objects.create(
        party_organization=by, organization=of, held_on=day(on), matter=matter, outcome="ADOPTED"
    )


def score(
    of: SocialOrganization, on: str, *, project: str = "社区服务项目", by: Unit | None = None, **points: int
) -> PurchaseScore:
    """A government unit buys services of an organization and scores its party building."""
    return PurchaseScore.objects.create(
        organization=of, project=project, scored_on=day(on), purchaser=by, points=points
    )
