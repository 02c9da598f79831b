"""How party building was scored when government bought services of an organization (article 11)."""

from __future__ import annotations

from django.db import models

from portal.core.models import Unit
from portal.core.scoping import ScopedModel

from .organizations import SocialOrganization


class PurchaseScore(ScopedModel):
    """One scoring for one project (政府购买服务党建评分): `points` by item of the sheet of its day (`orgs.purchasing`);
    an item that is not in it was not scored. The total is computed there and nowhere stored."""

    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="purchase_scores")
    project = models.CharField("项目名称", max_length=128)
    scored_on = models.DateField("评分日期")
    purchaser = models.ForeignKey(
        Unit, verbose_name="购买单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    purchaser_written = models.CharField(max_length=128, blank=True)
    points = models.JSONField("得分明细", default=dict, blank=True, help_text="item of the sheet: points")

    class Meta:
        verbose_name = "政府购买服务党建评分"
        ordering = ["-scored_on"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "project", "scored_on"], name="orgs_purchasescore_once")
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.project}"

    @property
    def buyer(self) -> str:
        """Who buys, by the unit's name; where it names no unit, as written."""
        return self.purchaser.name if self.purchaser else self.purchaser_written
