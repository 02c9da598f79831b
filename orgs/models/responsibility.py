"""The materialised answer to article 1, written by `branches`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portal.core.models import Unit
from portal.core.validity import Span

from .organizations import SocialOrganization


class ResponsibleSpan(Span):
    """Which unit answered for an organization during one span, and why (article 1).

    `unit` is null when nobody does (basis `unresolved`). `rule_unit` is what the other lines of the rule give;
    where it differs from `unit` the organization is 待理顺.
    """

    #: computed from links, party organizations and units; no record of its own
    derived = True

    class Basis(models.TextChoices):
        """The line of article 1 that applied; the words are those of the field."""

        KEPT = "kept", "维持原隶属"
        EDUCATION = "education", "教育工委归口"
        HEALTH = "health", "卫生工委归口"
        PROFESSIONAL = "professional", "业务主管单位"
        REGISTRY = "registry", "登记管理机关"
        UNRESOLVED = "unresolved", "待明确"

    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="responsible_spans")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    rule_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField("依据", max_length=12, choices=Basis.choices)

    class Meta(Span.Meta):
        verbose_name = "党建责任单位"
        ordering = ["valid_from"]
        indexes = [
            models.Index(fields=["unit", "organization"], name="orgs_responsiblespan_unit"),
            # who answers on a day, answered from the index alone
            models.Index(fields=["organization", "valid_from", "valid_to", "unit"], name="orgs_responsiblespan_day"),
        ]
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "valid_from"], name="orgs_responsiblespan_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.basis} {self.valid_from}"

    @property
    def to_be_straightened(self) -> bool:
        """待理顺: affiliation is kept, but the rule names another unit."""
        return self.basis == self.Basis.KEPT and self.unit_id != self.rule_unit_id


def straightening() -> Q:
    """Spans that are 待理顺, as `ResponsibleSpan.to_be_straightened` says."""
    return Q(basis=ResponsibleSpan.Basis.KEPT) & (Q(rule_unit=None) | ~Q(unit=F("rule_unit")))
