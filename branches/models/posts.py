"""Posts in party organizations (articles 9, 12). A post may be held by someone who is no member there."""

from __future__ import annotations

from django.db import models

from members.models import Person
from portal.core.scoping import ScopedModel
from portal.core.validity import Span

from .party_organizations import PartyOrganization


class Post(ScopedModel, Span):
    """A post held from 任职日期 up to, not including, 免职日期; it counts while its party organization is active."""

    class Role(models.TextChoices):
        """职务."""

        SECRETARY = "SECRETARY", "书记"
        DEPUTY = "DEPUTY", "副书记"
        COMMITTEE_MEMBER = "COMMITTEE_MEMBER", "委员"
        PARTY_WORKER = "PARTY_WORKER", "党务工作者"

    party_organization = models.ForeignKey(PartyOrganization, on_delete=models.CASCADE, related_name="posts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts")
    role = models.CharField("职务", max_length=16, choices=Role.choices)
    work_phone = models.CharField("工作电话", max_length=32, blank=True)

    class Meta(Span.Meta):
        verbose_name = "任职"
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["party_organization", "person", "role", "valid_from"], name="branches_post_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"


#: whom article 9 asks to be trained
TRAINED_ROLES = (Post.Role.SECRETARY, Post.Role.PARTY_WORKER)
