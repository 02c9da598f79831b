"""The plan of a unit's year (article 19): its tasks, and the notices by which late ones are asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portal.core.scoping import ScopedModel

from .accounts import User
from .places import Unit


class PlanTask(ScopedModel):
    """One task of a unit's plan of a year (计划任务): which article it serves, who owns it, by when.

    The owner (责任单位) is the unit of the plan or one below it. Where a task stands on a day is never stored:
    `portal.core.plans`.
    """

    code = models.CharField("任务编号", max_length=64, unique=True)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.CASCADE, related_name="plan_tasks")
    year = models.PositiveSmallIntegerField("年度")
    article = models.PositiveSmallIntegerField("通知条款")
    task = models.CharField("任务", max_length=500)
    measure = models.CharField("措施", max_length=500, blank=True)
    owner = models.ForeignKey(Unit, verbose_name="责任单位", on_delete=models.CASCADE, related_name="owned_tasks")
    due_on = models.DateField("完成期限")
    done_on = models.DateField("完成日期", null=True, blank=True)
    evidence = models.CharField("完成依据", max_length=500, blank=True)

    class Meta:
        verbose_name = "计划任务"
        constraints = [
            models.CheckConstraint(name="core_plantask_article", condition=Q(article__gte=1, article__lte=21))
        ]
        indexes = [
            models.Index(fields=["unit", "year", "article"], name="core_plantask_plan"),
            models.Index(fields=["year", "due_on", "done_on", "owner"], name="core_plantask_day"),
        ]

    def __str__(self) -> str:
        return self.task


class TaskNotice(ScopedModel):
    """The unit of a plan asked the owner of a task for it (催办): once for a task and day.

    `unit` is who asked, `sender` the account that did; letters name the unit alone. A notice is no record of its own:
    it goes with its task.
    """

    derived = True

    task = models.ForeignKey(PlanTask, on_delete=models.CASCADE, related_name="notices")
    sent_on = models.DateField("催办日期")
    unit = models.ForeignKey(Unit, verbose_name="催办单位", on_delete=models.CASCADE, related_name="sent_notices")
    sender = models.ForeignKey(User, verbose_name="催办人", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = "催办"
        constraints = [models.UniqueConstraint(fields=["task", "sent_on"], name="core_tasknotice_once")]

    def __str__(self) -> str:
        return f"{self.task} {self.sent_on}"
