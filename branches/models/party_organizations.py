"""Party organizations (党委/党总支/党支部), their dated form and unit, and their terms (articles 3, 12)."""

from __future__ import annotations

from django.db import models

from portal.core.models import Unit
from portal.core.scoping import ScopedModel
from portal.core.validity import State


class PartyOrganization(ScopedModel):
    """A party organization, active from its approval up to, not including, its dissolution.

    An expired term does not end it: what it covers stays covered, and it is listed as overdue.
    """

    code = models.CharField("党组织编码", max_length=64, unique=True)
    name = models.CharField("党组织名称", max_length=128, db_index=True, help_text="today's name")
    search_text = models.TextField(blank=True)
    approved_on = models.DateField("批准日期")
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    document_number = models.CharField("批准文号", max_length=64, blank=True)

    class Meta:
        verbose_name = "党组织"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PartyOrganizationState(State):
    """What a party organization was during one span: name, level, form, superior and supervising unit."""

    class Level(models.TextChoices):
        """党组织类别."""

        COMMITTEE = "COMMITTEE", "党委"
        GENERAL_BRANCH = "GENERAL_BRANCH", "党总支"
        BRANCH = "BRANCH", "党支部"

    class Form(models.TextChoices):
        """组建形式. The first four count for party-organization coverage."""

        OWN = "OWN", "单独"
        JOINT = "JOINT", "联合"
        REGIONAL = "REGIONAL", "区域联合"
        HUB = "HUB", "行业枢纽"
        TEMPORARY = "TEMPORARY", "临时"
        FUNCTIONAL = "FUNCTIONAL", "功能型"

    subject_field = "party_organization"

    party_organization = models.ForeignKey(PartyOrganization, on_delete=models.CASCADE, related_name="states")
    name = models.CharField("党组织名称", max_length=128)
    level = models.CharField("党组织类别", max_length=16, choices=Level.choices)
    form = models.CharField("组建形式", max_length=12, choices=Form.choices)
    superior = models.ForeignKey(
        PartyOrganization,
        verbose_name="上级党组织",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inferior_states",
    )
    supervising_unit = models.ForeignKey(
        Unit, verbose_name="主管单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(State.Meta):
        verbose_name = "党组织沿革"
        constraints = [
            *State.Meta.constraints,
            models.UniqueConstraint(
                fields=["party_organization", "valid_from"], name="branches_partyorganizationstate_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["party_organization", "valid_from", "valid_to", "form"], name="branches_partystate_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"


COUNTED_FORMS = (
    PartyOrganizationState.Form.OWN,
    PartyOrganizationState.Form.JOINT,
    PartyOrganizationState.Form.REGIONAL,
    PartyOrganizationState.Form.HUB,
)


class Term(models.Model):
    """A term of office (届): its first and last day, and an extension as it was given.

    `counts_until` is the last day that counts as current: the end, or the extension as far as it reaches at
    most twelve calendar months past the end (BR-11). It is written with the row by `branches.terms`. `election` is
    the one whose approval made it; a term that was recorded by itself has none.
    """

    party_organization = models.ForeignKey(PartyOrganization, on_delete=models.CASCADE, related_name="terms")
    election = models.ForeignKey(
        "branches.Election", null=True, blank=True, on_delete=models.CASCADE, related_name="terms", editable=False
    )
    started_on = models.DateField("届起始日期")
    ends_on = models.DateField("届届满日期")
    extended_to = models.DateField("延期至", null=True, blank=True)
    counts_until = models.DateField(editable=False)

    class Meta:
        verbose_name = "届"
        ordering = ["started_on"]
        constraints = [models.UniqueConstraint(fields=["party_organization", "started_on"], name="branches_term_once")]

    def __str__(self) -> str:
        return f"{self.party_organization} {self.started_on} – {self.ends_on}"
