"""What was reported of organizations, and which are approved not to count (article 3)."""

from __future__ import annotations

from django.db import models

from portal.core.scoping import ScopedModel
from portal.core.validity import Span

from .organizations import SocialOrganization


class MemberReport(ScopedModel):
    """Numbers that an organization reported (申报数). Empty is "not known", never 0; never part of the firm count."""

    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="member_reports")
    reported_on = models.DateField("填报日期")
    full = models.PositiveIntegerField("正式党员数", null=True, blank=True)
    probationary = models.PositiveIntegerField("预备党员数", null=True, blank=True)
    full_time = models.PositiveIntegerField("专职党员数", null=True, blank=True)
    part_time = models.PositiveIntegerField("兼职党员数", null=True, blank=True)
    candidates = models.PositiveIntegerField("发展对象数", null=True, blank=True)
    activists = models.PositiveIntegerField("入党积极分子数", null=True, blank=True)
    applicants = models.PositiveIntegerField("申请入党人数", null=True, blank=True)
    unset_reason = models.CharField(
        "未建立党组织原因", max_length=32, blank=True, help_text="as the register of 2013 gives it"
    )
    source = models.CharField("来源", max_length=64, blank=True)

    class Meta:
        verbose_name = "党员申报数"
        ordering = ["-reported_on"]
        constraints = [models.UniqueConstraint(fields=["organization", "reported_on"], name="orgs_memberreport_once")]

    def __str__(self) -> str:
        return f"{self.organization} {self.reported_on}"


class Exclusion(ScopedModel, Span):
    """An approved exclusion (不计入): out of the adjusted rate, never out of the strict one."""

    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="exclusions")
    reason = models.CharField("理由", max_length=200)
    evidence = models.CharField("依据", max_length=200)
    approver = models.CharField("批准人", max_length=64)

    class Meta(Span.Meta):
        verbose_name = "不计入"
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "valid_from"], name="orgs_exclusion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.reason}"
