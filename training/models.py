"""Courses and who attended them (article 9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models

from members.models import Person
from portal.core.models import Unit
from portal.core.scoping import ScopedModel


class DaysField(models.IntegerField):
    """Days of training as a Decimal with two places, stored as whole hundredths: SQLite sums decimals as floats."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        """Hundredths to days."""
        return None if value is None else Decimal(value) / 100

    def get_prep_value(self, value: Any) -> Any:
        """Days to hundredths."""
        return None if value is None else int(Decimal(value) * 100)

    def to_python(self, value: Any) -> Any:
        """Days as Decimal."""
        return None if value in (None, "") else Decimal(value)


class Course(ScopedModel):
    """A course (培训班). It belongs to the year of its first day."""

    class Mode(models.TextChoices):
        """形式. Only concentrated training counts for the floor of article 9; the others are shown beside it."""

        CONCENTRATED = "CONCENTRATED", "集中培训"
        ONLINE = "ONLINE", "网络培训"
        STUDY = "STUDY", "集体学习"

    code = models.CharField("培训编号", max_length=64, unique=True)
    name = models.CharField("名称", max_length=128)
    host_unit = models.ForeignKey(
        Unit, verbose_name="主办单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    mode = models.CharField("形式", max_length=12, choices=Mode.choices)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)
    days = DaysField("天数")

    class Meta:
        verbose_name = "培训"
        ordering = ["-starts_on", "code"]

    def __str__(self) -> str:
        return self.name


class Attendance(ScopedModel):
    """Days that one person attended of one course; 0 days is not attended."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="attendance")
    days = DaysField("参训天数")

    class Meta:
        verbose_name = "参训"
        constraints = [models.UniqueConstraint(fields=["course", "person"], name="training_attendance_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.course}"
