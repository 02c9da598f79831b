"""How an organization becomes a demonstration site: applications and their reviews, article 6."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from branches.models import PartyOrganization
from demonstration.models.sites import Level
from orgs.models import OrganizationState, SocialOrganization
from portal.core.models import Unit
from portal.core.scoping import ScopedModel


class SiteApplication(ScopedModel):
    """An organization applies to be named a demonstration site by the city or by its district (示范点申报).

    `party_organization` is the party organization that applies for it, where one does; `field` the field it applies
    in, empty: that of the organization. Where the application stands is never stored: `demonstration.applications`.
    """

    code = models.CharField("申报编号", max_length=64, unique=True)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="site_applications")
    party_organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, null=True, blank=True, related_name="site_applications"
    )
    level = models.CharField("级别", max_length=8, choices=Level.choices)
    field = models.CharField("领域", max_length=24, choices=OrganizationState.Field.choices, blank=True)
    applied_on = models.DateField("申报日期")
    reasons = models.CharField("申报理由", max_length=500)

    class Meta:
        verbose_name = "示范点申报"
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "applied_on"], name="demonstration_application_day")]

    def __str__(self) -> str:
        return self.code


class SiteReview(ScopedModel):
    """One review of an application (评审): `points` by item of the sheet of its day (`demonstration.scores`), and the
    verdict; an item without points was not scored."""

    class Verdict(models.TextChoices):
        """结论."""

        PASSED = "PASSED", "通过"
        REFUSED = "REFUSED", "不通过"

    application = models.ForeignKey(SiteApplication, on_delete=models.CASCADE, related_name="reviews")
    reviewed_on = models.DateField("评审日期")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="site_reviews")
    points = models.JSONField("逐项得分", default=dict, blank=True, help_text="item of the sheet: points")
    verdict = models.CharField("结论", max_length=8, choices=Verdict.choices)
    opinion = models.CharField("评审意见", max_length=500, blank=True)

    class Meta:
        verbose_name = "示范点评审"
        ordering = ["application_id", "reviewed_on"]
        constraints = [
            models.UniqueConstraint(fields=["application", "reviewed_on"], name="demonstration_review_once"),
            models.CheckConstraint(name="demonstration_review_verdict", condition=~Q(verdict="")),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.reviewed_on}"
