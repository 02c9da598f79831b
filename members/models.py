"""People. A member is a person with a joining date; where the membership is held is a dated relation in
`branches` (组织关系), so that this room knows no party organization (articles 4, 7, 8, 12)."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q

from orgs.models import SocialOrganization
from portal.core.crypto import EncryptedField
from portal.core.scoping import ScopedModel
from portal.core.validity import State


class Person(ScopedModel):
    """A person: member, secretary, party worker or instructor.

    The personal number and the private phone are encrypted, found by blind index and masked on every screen.
    A person who came by name only is `confirmed=False` until someone confirms the match.
    """

    class Gender(models.TextChoices):
        """性别."""

        MALE = "MALE", "男"
        FEMALE = "FEMALE", "女"

    opaque_id = models.CharField(max_length=16, unique=True, help_text="the only key that leaves the database")
    number = models.CharField("人员编号", max_length=64, null=True, blank=True, unique=True)
    name = models.CharField("姓名", max_length=64, db_index=True)
    pinyin = models.CharField(max_length=64, blank=True)
    gender = models.CharField("性别", max_length=6, choices=Gender.choices, blank=True)
    id_number = EncryptedField("公民身份号码", blank=True, default="")
    id_index = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    mobile = EncryptedField("手机号", blank=True, default="")
    confirmed = models.BooleanField("已确认", default=True)

    class Meta:
        verbose_name = "人员"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def file_key(self) -> str:
        """What names the person in a file that goes out: the staff number, else the opaque id."""
        return self.number or self.opaque_id


class Member(ScopedModel):
    """A party member. Party age runs from `converted_on`; probationary members never count as full."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="member")
    joined_on = models.DateField("入党日期")
    converted_on = models.DateField("转正日期", null=True, blank=True)
    left_on = models.DateField("离开日期", null=True, blank=True)
    leave_reason = models.CharField("离开原因", max_length=64, blank=True)

    class Meta:
        verbose_name = "党员"
        ordering = ["person_id"]

    def __str__(self) -> str:
        return self.person.name

    def standing_on(self, day: datetime.date) -> str:
        """FULL, PROBATIONARY, LEFT or NONE (not yet joined) on `day`."""
        if self.left_on is not None and self.left_on <= day:
            return "LEFT"
        if self.converted_on is not None and self.converted_on <= day:
            return "FULL"
        return "PROBATIONARY" if self.joined_on <= day else "NONE"


class MemberState(State):
    """Where a member worked and as what during one span."""

    class Employment(models.TextChoices):
        """专兼职."""

        FULL_TIME = "FULL_TIME", "专职"
        PART_TIME = "PART_TIME", "兼职"
        RETIRED = "RETIRED", "离退休"

    class Education(models.TextChoices):
        """学历."""

        SECONDARY = "SECONDARY", "高中及以下"
        COLLEGE = "COLLEGE", "专科"
        BACHELOR = "BACHELOR", "本科"
        MASTER = "MASTER", "硕士"
        DOCTOR = "DOCTOR", "博士及以上"

    class Position(models.TextChoices):
        """工作岗位."""

        HEAD = "HEAD", "负责人"
        MANAGEMENT = "MANAGEMENT", "管理层"
        PARTNER = "PARTNER", "合伙人"
        ORDINARY = "ORDINARY", "一般"

    subject_field = "member"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="states")
    workplace = models.ForeignKey(
        SocialOrganization,
        verbose_name="工作单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="workers",
    )
    employment = models.CharField("专兼职", max_length=12, choices=Employment.choices, blank=True)
    education = models.CharField("学历", max_length=12, choices=Education.choices, blank=True)
    position = models.CharField("工作岗位", max_length=12, choices=Position.choices, blank=True)
    is_social_worker = models.BooleanField("是否社工", null=True, blank=True)
    is_mobile = models.BooleanField("是否流动党员", null=True, blank=True)

    class Meta(State.Meta):
        verbose_name = "党员沿革"
        constraints = [
            *State.Meta.constraints,
            models.UniqueConstraint(fields=["member", "valid_from"], name="members_memberstate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.valid_from}"


def full_on(day: datetime.date, prefix: str = "") -> Q:
    """Members who are full (正式) and have not left on `day`."""
    return Q(**{f"{prefix}converted_on__lte": day}) & (
        Q(**{f"{prefix}left_on__isnull": True}) | Q(**{f"{prefix}left_on__gt": day})
    )
