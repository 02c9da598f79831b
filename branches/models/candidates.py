"""Who stood in an election, for what, put forward by whom, with how many votes (候选人), article 12."""

from __future__ import annotations

from django.db import models

from members.models import Person
from portal.core.scoping import ScopedModel

from .elections import Election


class Channel(models.TextChoices):
    """推荐方式: by whom somebody was put forward. Article 12 asks for more of the second and the third."""

    ORGANIZATION = "ORGANIZATION", "党组织推荐"
    JOINT = "JOINT", "党员联名推荐"
    SELF = "SELF", "党员自荐"
    SUPERIOR = "SUPERIOR", "上级推荐"
    MASSES = "MASSES", "群众推荐"


class Candidate(ScopedModel):
    """One person who stood for one post in one election. Votes and outcome are as recorded: None is not known."""

    class Post(models.TextChoices):
        """竞选职务."""

        SECRETARY = "SECRETARY", "书记"
        DEPUTY = "DEPUTY", "副书记"
        COMMITTEE_MEMBER = "COMMITTEE_MEMBER", "委员"
        DELEGATE = "DELEGATE", "党代表"

    class Introduction(models.TextChoices):
        """介绍方式: how those who vote came to know the candidate (EL-07)."""

        WRITTEN = "WRITTEN", "书面介绍"
        MEETING = "MEETING", "会上介绍"
        ANSWERS = "ANSWERS", "见面答问"

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="standing")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="candidacies")
    post = models.CharField("职务", max_length=16, choices=Post.choices)
    channel = models.CharField("推荐方式", max_length=12, choices=Channel.choices, blank=True)
    introduction = models.CharField("介绍方式", max_length=8, choices=Introduction.choices, blank=True)
    votes = models.PositiveIntegerField("得票数", null=True, blank=True)
    elected = models.BooleanField("是否当选", null=True, blank=True)

    class Meta:
        verbose_name = "候选人"
        ordering = ["election_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["election", "person", "post"], name="branches_candidate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_post_display()}"
