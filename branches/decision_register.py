"""Exchanged columns of occasions on which party organizations took part in major decisions (article 11)."""

from __future__ import annotations

from branches.models import MajorDecision, PartyOrganization
from orgs.columns import OrganizationReference
from orgs.models import SocialOrganization
from portal.core.imports.columns import Column, Row
from portal.core.imports.register import SECRETARIES, Register
from portal.core.imports.run import CHUNK, Run
from portal.core.imports.widgets import Choice, Day, Reference


class DecisionRegister(Register):
    """Occasions of taking part in major decisions (参与重大决策), kept by whoever keeps the party organization."""

    kind, title, model = "decisions", "参与重大决策", MajorDecision
    named_by, kept_by = (), SECRETARIES
    allowed_by = ("party_organization_id", PartyOrganization)

    party_organization = Column("党组织编码", Reference("party_organizations"), key=True, required=True)
    organization = Column("统一社会信用代码", OrganizationReference(), key=True, required=True)
    held_on = Column("日期", Day(), key=True, required=True)
    matter = Column("决策事项", Choice(MajorDecision.Matter.choices), key=True, required=True)
    outcome = Column("意见采纳情况", Choice(MajorDecision.Outcome.choices), aside=True)

    def restrict(self, rows: list[Row], run: Run) -> None:
        """The organization, too, is one that the scope sees."""
        super().restrict(rows, run)
        if run.is_unrestricted:
            return
        seen = self._seen({row.get("organization_id") for row in rows} - {None}, run)
        for row in rows:
            if not row.faulty and row.get("organization_id") not in seen:
                self.forbid(row, "社会组织不在本党组织或本单位的范围;请由负责的填报")

    @staticmethod
    def _seen(organizations: set[int], run: Run) -> set[int]:
        """Those of these organizations that the scope may look at, with those this run made itself."""
        found, ordered = organizations & run.made[SocialOrganization], sorted(organizations)
        visible = SocialOrganization.objects.within(run.options.scope)
        for start in range(0, len(ordered), CHUNK):
            found |= set(visible.filter(pk__in=ordered[start : start + CHUNK]).values_list("pk", flat=True))
        return found
