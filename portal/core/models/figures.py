"""Figures that are kept: targets, the snapshot of a night, and each subject's state as spans over run days.

A snapshot is what was known of day D when it was first evaluated; it never changes. `SubjectState` keeps who
stood where in it, as spans over the days of the runs: a few rows per change, not a row per subject and night.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .places import Unit


class Target(models.Model):
    """A target in per cent for an indicator, from a day on; a unit without its own takes the nearest above."""

    indicator = models.CharField("指标代码", max_length=32)
    unit = models.ForeignKey(
        Unit, verbose_name="单位", null=True, blank=True, on_delete=models.CASCADE, related_name="targets"
    )
    percent = models.PositiveSmallIntegerField("目标值")
    valid_from = models.DateField("起始日期")
    due_on = models.DateField("届满日期", null=True, blank=True)

    class Meta:
        verbose_name = "目标"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "unit", "valid_from"], name="core_target_once"),
            models.UniqueConstraint(
                fields=["indicator", "valid_from"],
                condition=Q(unit__isnull=True),
                name="core_target_everyone_once",
            ),
            models.CheckConstraint(name="core_target_percent", condition=Q(percent__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.percent} %"


class KeptPlaces(models.Model):
    """The tree of units and the valid districts as snapshots knew them; one row serves all days that knew the same.

    Without it a later correction of a unit's superior would regroup what a stored day counted.
    """

    digest = models.CharField(max_length=64, unique=True)
    units = models.JSONField(help_text="one list per unit, in the order of `UnitOnDay`")
    districts = models.JSONField(help_text="row ids of the districts valid on the day")

    class Meta:
        verbose_name = "存档的单位层级"

    def __str__(self) -> str:
        return self.digest


class Snapshot(models.Model):
    """The figures of one day as they were first known."""

    day = models.DateField("日期", unique=True)
    places = models.ForeignKey(KeptPlaces, null=True, on_delete=models.PROTECT, related_name="snapshots")
    run_at = models.DateTimeField("计算时间", default=timezone.now)

    class Meta:
        verbose_name = "存档"
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)


class Figure(models.Model):
    """One figure of a snapshot: an indicator for one group; `group` is the public code."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="figures")
    indicator = models.CharField(max_length=32)
    by = models.CharField(max_length=12)
    group = models.CharField(max_length=64)
    group_name = models.CharField(max_length=128)
    eligible = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField()
    adjusted_eligible = models.PositiveIntegerField()
    adjusted_met = models.PositiveIntegerField()
    target = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = "存档数字"
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "indicator", "by", "group"], name="core_figure_once")
        ]
        indexes = [models.Index(fields=["indicator", "by", "group"], name="core_figure_series")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.group}"


class SubjectState(models.Model):
    """Where one subject stood in the snapshots from `from_day` up to, not including, `to_day`."""

    indicator = models.CharField(max_length=32)
    subject_id = models.BigIntegerField(help_text="row of the subject's register")
    subject = models.CharField(max_length=64, help_text="public key as it was then")
    subject_name = models.CharField(max_length=128)
    met = models.BooleanField()
    excluded = models.BooleanField()
    reason = models.CharField(max_length=16)
    unit_id = models.BigIntegerField(null=True)
    district_id = models.BigIntegerField(null=True)
    subdistrict_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=24, blank=True)
    field = models.CharField(max_length=24, blank=True)
    evidence = models.JSONField(default=dict, help_text="the rows that decided, as they were known then")
    from_day = models.DateField()
    to_day = models.DateField(null=True)

    class Meta:
        verbose_name = "对象状态"
        indexes = [
            models.Index(fields=["indicator", "from_day", "to_day"], name="core_subjectstate_day"),
            models.Index(fields=["indicator", "subject_id"], name="core_subjectstate_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.subject} {self.reason}"


class Recount(models.Model):
    """A stored day evaluated again after past facts were corrected, because its figures differ from the snapshot.

    The snapshot stays as it is; the latest recount of a day is the revised series (`coverage --revised`).
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="recounts")
    run_at = models.DateTimeField("重算时间", default=timezone.now)
    reasons = models.TextField("更正理由", blank=True, help_text="of the corrections since the recount before, ；")

    class Meta:
        verbose_name = "修订"
        ordering = ["-run_at", "-id"]

    def __str__(self) -> str:
        return f"{self.snapshot} {self.run_at:%Y-%m-%d %H:%M}"


class RevisedFigure(models.Model):
    """One figure of a recount that differs from the snapshot, or that the snapshot had not."""

    recount = models.ForeignKey(Recount, on_delete=models.CASCADE, related_name="figures")
    indicator = models.CharField(max_length=32)
    by = models.CharField(max_length=12)
    group = models.CharField(max_length=64)
    group_name = models.CharField(max_length=128)
    eligible = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField()
    adjusted_eligible = models.PositiveIntegerField()
    adjusted_met = models.PositiveIntegerField()
    target = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = "修订数字"
        constraints = [
            models.UniqueConstraint(fields=["recount", "indicator", "by", "group"], name="core_revisedfigure_once")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.group}"
