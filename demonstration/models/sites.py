"""Demonstration sites of party building (党建示范点), article 6: the sites, visits to them, what they are given."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from orgs.models import OrganizationState, SocialOrganization
from portal.core.models import Unit
from portal.core.scoping import ScopedModel


class Level(models.TextChoices):
    """级别: who names a site."""

    CITY = "CITY", "市级"
    DISTRICT = "DISTRICT", "区级"


class DemonstrationSite(ScopedModel):
    """An organization named as an example by the city or by a district.

    It is active from its naming up to, not including, its withdrawal, while its organization is not closed.
    `field` says for which field it was named; empty, the field of its organization speaks. `application` is the
    reviewed application that it was named from, where there was one. `published`: whoever named it has confirmed
    that the page without sign-in may show it.
    """

    Level = Level

    code = models.CharField("示范点编号", max_length=64, unique=True)
    name = models.CharField("名称", max_length=128)
    level = models.CharField("级别", max_length=8, choices=Level.choices)
    field = models.CharField("领域", max_length=24, choices=OrganizationState.Field.choices, blank=True)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="sites")
    application = models.OneToOneField(
        "demonstration.SiteApplication", on_delete=models.PROTECT, null=True, blank=True, related_name="site"
    )
    named_on = models.DateField("命名日期")
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True)
    withdrawal_reason = models.CharField("撤销原因", max_length=200, blank=True)
    published = models.BooleanField("公开", default=False)

    class Meta:
        verbose_name = "示范点"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="demonstration_site_life",
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("named_on")),
            )
        ]
        # what is active on a day, answered from the index
        indexes = [models.Index(fields=["level", "named_on", "withdrawn_on"], name="demonstration_site_day")]

    def __str__(self) -> str:
        return self.name


class SiteVisit(ScopedModel):
    """A unit visits a site (走访): what was seen, what is to follow, and the day on which that was done."""

    site = models.ForeignKey(DemonstrationSite, on_delete=models.CASCADE, related_name="visits")
    visited_on = models.DateField("走访日期")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="site_visits")
    seen = models.CharField("走访情况", max_length=500)
    follow_up = models.CharField("后续事项", max_length=500, blank=True)
    settled_on = models.DateField("办结日期", null=True, blank=True)

    class Meta:
        verbose_name = "示范点走访"
        ordering = ["site_id", "visited_on"]
        constraints = [
            models.UniqueConstraint(fields=["site", "visited_on", "unit"], name="demonstration_visit_once"),
            models.CheckConstraint(
                name="demonstration_visit_settled",
                condition=Q(settled_on__isnull=True) | Q(settled_on__gte=F("visited_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.visited_on}"


class SiteGrant(ScopedModel):
    """What a site was given in support (示范点资助): `amount` in yuan. Accounting stays where the money is kept."""

    class Source(models.TextChoices):
        """资金来源."""

        CITY = "CITY", "市级活动经费"
        DISTRICT = "DISTRICT", "区级活动经费"
        OTHER = "OTHER", "其他"

    site = models.ForeignKey(DemonstrationSite, on_delete=models.CASCADE, related_name="grants")
    granted_on = models.DateField("资助日期")
    source = models.CharField("资金来源", max_length=8, choices=Source.choices)
    amount = models.DecimalField("金额", max_digits=12, decimal_places=2)
    purpose = models.CharField("用途", max_length=200)

    class Meta:
        verbose_name = "示范点资助"
        ordering = ["site_id", "granted_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "granted_on", "source", "purpose"], name="demonstration_grant_once"
            ),
            models.CheckConstraint(name="demonstration_grant_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.granted_on}"
