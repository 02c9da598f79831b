"""Party organizations take part in major decisions of the organizations that they cover (article 11)."""

from __future__ import annotations

from django.db import models

from orgs.models import SocialOrganization
from portal.core.scoping import ScopedModel

from .party_organizations import PartyOrganization


class MajorDecision(ScopedModel):
    """One occasion on which a party organization took part in a major decision (参与重大决策) of an organization."""

    class Matter(models.TextChoices):
        """事项: what was to be decided."""

        CHARTER = "CHARTER", "章程修改"
        LEADERS = "LEADERS", "负责人推选和重要人事"
        PLANNING = "PLANNING", "发展规划和年度计划"
        PROJECT = "PROJECT", "重大项目和对外合作"
        MONEY = "MONEY", "大额资金使用"
        STAFF = "STAFF", "涉及职工利益的制度"
        OTHER = "OTHER", "其他重大事项"

    class Outcome(models.TextChoices):
        """结果: what became of what the party organization said."""

        ADOPTED = "ADOPTED", "采纳"
        PARTLY = "PARTLY", "部分采纳"
        REJECTED = "REJECTED", "未采纳"

    party_organization = models.ForeignKey(PartyOrganization, on_delete=models.CASCADE, related_name="decisions")
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="decisions")
    held_on = models.DateField("日期", db_index=True)
    matter = models.CharField("决策事项", max_length=12, choices=Matter.choices)
    outcome = models.CharField("意见采纳情况", max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        verbose_name = "参与重大决策"
        ordering = ["-held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["party_organization", "organization", "held_on", "matter"], name="branches_decision_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.held_on}"
