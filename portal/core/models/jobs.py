"""Background jobs: a row with a lease is the truth, whatever wakes the worker."""

from __future__ import annotations

from django.conf import settings
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
        STOPPED = "STOPPED", "已取消"

    kind = models.CharField("种类", max_length=32)
    key = models.CharField(max_length=64)
    status = models.CharField("状态", max_length=8, choices=Status.choices, default=Status.WAITING)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField("阶段", max_length=64, blank=True)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("共", default=0, help_text="0: not known")
    stop_asked = models.BooleanField("请求取消", default=False, help_text="the holder stops at the next step")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="None: the schedule"
    )
    error = models.TextField("错误", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "后台任务"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="core_job_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
