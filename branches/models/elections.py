"""Elections held in party organizations (选举), article 12."""

from __future__ import annotations

from django.db import models

from portal.core.models import Unit
from portal.core.scoping import ScopedModel

from .party_organizations import PartyOrganization


class Election(ScopedModel):
    """One election on one day. It stands for itself: the term that it begins is recorded as a `Term`.

    An occasion that was not stated stays empty and counts as a change of term. The numbers of people are as they
    were recorded: None is not known, never 0. The superior's approval (批复) has its day, number and unit.
    """

    class Occasion(models.TextChoices):
        """事由. Only a change of term counts for the share of 公推直选."""

        FOUNDING = "FOUNDING", "成立"
        CHANGE_OF_TERM = "CHANGE_OF_TERM", "换届"
        BY_ELECTION = "BY_ELECTION", "补选"
        DELEGATES = "DELEGATES", "党代表"

    class Method(models.TextChoices):
        """方式: public nomination and direct election, direct election, election by the committee."""

        PUBLIC_NOMINATION = "PUBLIC_NOMINATION", "公推直选"
        DIRECT = "DIRECT", "直接选举"
        BY_COMMITTEE = "BY_COMMITTEE", "委员会选举"

    party_organization = models.ForeignKey(PartyOrganization, on_delete=models.CASCADE, related_name="elections")
    held_on = models.DateField("选举日期")
    occasion = models.CharField("事由", max_length=16, choices=Occasion.choices, blank=True)
    method = models.CharField("方式", max_length=20, choices=Method.choices)
    due = models.PositiveIntegerField("应到会人数", null=True, blank=True)
    present = models.PositiveIntegerField("实到会人数", null=True, blank=True)
    seats = models.PositiveIntegerField("应选人数", null=True, blank=True)
    candidates = models.PositiveIntegerField("候选人数", null=True, blank=True)
    ballots = models.PositiveIntegerField("收回选票数", null=True, blank=True)
    approved_on = models.DateField("批复日期", null=True, blank=True)
    approval_number = models.CharField("批复文号", max_length=64, blank=True)
    approving_unit = models.ForeignKey(
        Unit, verbose_name="批复单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approving_unit_written = models.CharField(max_length=128, blank=True)

    class Meta:
        verbose_name = "选举"
        ordering = ["held_on"]
        constraints = [models.UniqueConstraint(fields=["party_organization", "held_on"], name="branches_election_once")]
        # which elections a figure of some months looks at
        indexes = [models.Index(fields=["held_on", "occasion"], name="branches_election_day")]

    def __str__(self) -> str:
        return f"{self.party_organization} {self.held_on}"

    @property
    def occasion_word(self) -> str:
        """The occasion in words; one that was not stated counts as a change of term."""
        return str(self.get_occasion_display() or "换届（未注明）")

    @property
    def begins_a_term(self) -> bool:
        """Whether a new term begins with it."""
        return self.occasion in BEGIN_A_TERM

    @property
    def approver(self) -> str:
        """Who approved it, by name; what was written where that names no unit."""
        return self.approving_unit.name if self.approving_unit else self.approving_unit_written

    @property
    def title(self) -> str:
        """What it is called among other events: 换届选举, 补选 …"""
        word = self.get_occasion_display() or str(self.Occasion.CHANGE_OF_TERM.label)
        return word if self.occasion == self.Occasion.BY_ELECTION else f"{word}选举"


#: occasions that are a change of term; one that was not stated is taken for one
CHANGES_OF_TERM = ("", Election.Occasion.CHANGE_OF_TERM)
#: occasions after which a new term begins
BEGIN_A_TERM = (*CHANGES_OF_TERM, Election.Occasion.FOUNDING)
