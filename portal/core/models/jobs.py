"""Background jobs: a row with a lease is the truth, whatever wakes the worker."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Job(models.Model):
    """One piece of background work, unique per (kind, key); any job can be killed anywhere and run again."""

    class Status(models.TextChoices):
        """Where the job stands."""

        WAITING = "WAITING", "等待"
        RUNNING = "RUNNING", "进行中"
        DONE = "DONE", "完成"
        FAILED = "FAILED", "失败"

    kind = models.CharField("种类", max_length=32)
    key = models.CharField(max_length=64)
    status = models.CharField("状态", max_length=8, choices=Status.choices, default=Status.WAITING)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField("阶段", max_length=64, blank=True)
    error = models.TextField("错误", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "后台任务"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="core_job_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
