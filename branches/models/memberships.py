"""Where a member's formal relation is held (组织关系): a dated relation, articles 3 and 4."""

from __future__ import annotations

from django.db import models

from members.models import Person
from portal.core.scoping import ScopedModel
from portal.core.validity import Span

from .party_organizations import PartyOrganization


class Membership(ScopedModel, Span):
    """A person's relation held in a party organization from 转入日期 up to, not including, 转出日期."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    party_organization = models.ForeignKey(PartyOrganization, on_delete=models.CASCADE, related_name="memberships")

    class Meta(Span.Meta):
        verbose_name = "组织关系"
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "party_organization", "valid_from"], name="branches_membership_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} @ {self.party_organization}"
