"""Organizers, instructors and liaisons posted to or named for organizations (articles 2, 3, 11)."""

from __future__ import annotations

from django.db import models

from members.models import Person
from orgs.models import SocialOrganization
from portal.core.models import Unit
from portal.core.scoping import ScopedModel
from portal.core.validity import Span


class InstructorPosting(ScopedModel, Span):
    """One person assigned to one organization in one role from a day up to, not including, another."""

    class Role(models.TextChoices):
        """角色."""

        ORGANIZER = "ORGANIZER", "组织员"
        INSTRUCTOR = "INSTRUCTOR", "指导员"
        LIAISON = "LIAISON", "联络员"

    class Origin(models.TextChoices):
        """产生方式: posted or named, article 3 asks for one of the two."""

        POSTED = "POSTED", "选派"
        NAMED = "NAMED", "指定"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="postings")
    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="postings")
    role = models.CharField("角色", max_length=12, choices=Role.choices)
    sending_unit = models.ForeignKey(
        Unit, verbose_name="派出单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sending_unit_written = models.CharField(max_length=128, blank=True)
    origin = models.CharField("产生方式", max_length=8, choices=Origin.choices, blank=True)
    work_phone = models.CharField("工作电话", max_length=32, blank=True)

    class Meta(Span.Meta):
        verbose_name = "派驻"
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "organization", "role", "valid_from"],
                name="branches_instructorposting_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.organization}"
