"""What binds an organization to party building: responsibility shared, clauses of its charter (article 11).

Counts only: who signed is on the paper, not here.
"""

from __future__ import annotations

from django.db import models

from portal.core.scoping import ScopedModel
from portal.core.validity import Span

from .organizations import SocialOrganization


class ResponsibilityAgreement(ScopedModel, Span):
    """A joint-responsibility agreement (共同责任书) between the party organization and managers or partners.

    `managers` and `partners` are how many of them signed; None is not known, never 0.
    """

    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="agreements")
    signed_on = models.DateField("签订日期")
    managers = models.PositiveIntegerField("签订的管理人员数", null=True, blank=True)
    partners = models.PositiveIntegerField("签订的合伙人数", null=True, blank=True)

    class Meta(Span.Meta):
        verbose_name = "共同责任书"
        ordering = ["valid_from"]
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "signed_on"], name="orgs_agreement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.signed_on}"


class CharterClause(ScopedModel, Span):
    """The clause on party building in a charter (章程党建条款), from the day of the charter that has it."""

    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="charter_clauses")
    number = models.CharField("条款号", max_length=32)

    class Meta(Span.Meta):
        verbose_name = "章程党建条款"
        ordering = ["valid_from"]
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "valid_from"], name="orgs_charterclause_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.number}"
