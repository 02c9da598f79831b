"""Which party organization covers which social organization (覆盖单位), article 3."""

from __future__ import annotations

from django.db import models

from orgs.models import SocialOrganization
from portal.core.scoping import ScopedModel
from portal.core.validity import Span

from .party_organizations import PartyOrganization


class CoveringLink(ScopedModel, Span):
    """One organization linked to one party organization; links may overlap, an organization counts once."""

    party_organization = models.ForeignKey(PartyOrganization, on_delete=models.CASCADE, related_name="covering_links")
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="covering_links")

    class Meta(Span.Meta):
        verbose_name = "覆盖单位"
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["party_organization", "organization", "valid_from"], name="branches_coveringlink_once"
            ),
        ]
        # what covers an organization on a day, answered from the index alone
        indexes = [
            models.Index(
                fields=["organization", "valid_from", "valid_to", "party_organization"], name="branches_covering_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.party_organization} → {self.organization}"
