"""What party organizations do for places at the grass roots (下基层服务), and groups of lawyers, article 17."""

from __future__ import annotations

from django.db import models

from branches.models import PartyOrganization
from demonstration.models.places import ServedPlace
from portal.core.models import District
from portal.core.scoping import ScopedModel
from portal.core.validity import Span


class LegalGroup(ScopedModel, Span):
    """A group of lawyers who serve together (法律服务团), of one district or (none) of the whole city.

    Which party organizations serve in it, and whom, say the rows of outreach that belong to it; it names no person.
    """

    class Kind(models.TextChoices):
        """类别."""

        COMMUNITY = "COMMUNITY", "社区法律服务团"
        MINORS = "MINORS", "未成年人维权服务团"
        OTHER = "OTHER", "其他"

    code = models.CharField("服务团编码", max_length=64, unique=True)
    name = models.CharField("服务团名称", max_length=128)
    kind = models.CharField("服务团类别", max_length=12, choices=Kind.choices)
    district = models.ForeignKey(
        District, verbose_name="行政区", on_delete=models.PROTECT, null=True, blank=True, related_name="legal_groups"
    )

    class Meta(Span.Meta):
        verbose_name = "法律服务团"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Outreach(ScopedModel, Span):
    """One party organization serving one place in one way, from a day up to, not including, another.

    A lecture or a day of counselling is a row that begins on its day; it may end on the same day. `group` is the
    group of lawyers that it was done with, `reached` how many pupils or people heard it (a count, never names).
    """

    class Kind(models.TextChoices):
        """类别."""

        LINK = "LINK", "挂点"
        LECTURE = "LECTURE", "法治宣讲"
        COUNSELLING = "COUNSELLING", "维权咨询"
        HOSPITAL_ADVISER = "HOSPITAL_ADVISER", "驻院法律顾问"

    party_organization = models.ForeignKey(PartyOrganization, on_delete=models.CASCADE, related_name="outreach")
    place = models.ForeignKey(ServedPlace, on_delete=models.CASCADE, related_name="outreach")
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    group = models.ForeignKey(LegalGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="outreach")
    reached = models.PositiveIntegerField("受众人数", null=True, blank=True)

    class Meta(Span.Meta):
        verbose_name = "下基层服务"
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["party_organization", "place", "kind", "valid_from"], name="demonstration_outreach_once"
            ),
        ]
        # who serves a place in which way on a day, answered from the index
        indexes = [
            models.Index(
                fields=["place", "kind", "valid_from", "valid_to", "party_organization"],
                name="demonstration_outreach_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.party_organization} → {self.place}"
