"""What the registry decided of organizations (article 11)."""

from __future__ import annotations

from django.db import models

from portal.core.models import Unit
from portal.core.scoping import ScopedModel

from .organizations import SocialOrganization


class RegistryEvent(ScopedModel):
    """A decision of the registering unit about an organization, and the party-building review before it (article 11).

    `reviewed_on` empty is "not reviewed"; a review dated after the decision is late, never refused. `answers` say of
    items of the checklist (`orgs.checklists`) whether they held; what is not in it was not looked at. `reported` is
    what an organization filled in on the party page of an annual inspection (`orgs.annual`).
    """

    class Kind(models.TextChoices):
        """事项, the three gates of article 11; 年报 is today's word for the third."""

        FOUNDING = "FOUNDING", "成立登记"
        CHANGE = "CHANGE", "变更登记"
        INSPECTION = "INSPECTION", "年检"

    code = models.CharField("事项编号", max_length=64, unique=True)
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="registry_events")
    kind = models.CharField("事项", max_length=12, choices=Kind.choices)
    decided_on = models.DateField("决定日期", db_index=True)
    reviewed_on = models.DateField("党建审核日期", null=True, blank=True)
    reviewing_unit = models.ForeignKey(
        Unit, verbose_name="审核单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewing_unit_written = models.CharField(max_length=128, blank=True)
    opinion = models.CharField("审核意见", max_length=500, blank=True)
    answers = models.JSONField("核对结果", default=dict, blank=True, help_text="item of the checklist: whether it held")
    reported = models.JSONField(
        "年检党建情况", default=dict, blank=True, help_text="item of the party page: the number"
    )
    written = models.JSONField(default=dict, blank=True, help_text="words as written where a standard word stands")

    class Meta:
        verbose_name = "登记事项"
        ordering = ["-decided_on", "code"]

    def __str__(self) -> str:
        return f"{self.organization} {self.kind_word}"

    @property
    def kind_word(self) -> str:
        """What happened, as it was written where that is another word for the same."""
        is_inspection = self.kind == self.Kind.INSPECTION
        return (self.written.get("event_kind") if is_inspection else "") or self.get_kind_display()

    @property
    def reviewer(self) -> str:
        """Who reviewed, by the unit's name; where it names no unit, as written."""
        return self.reviewing_unit.name if self.reviewing_unit else self.reviewing_unit_written
