"""Whom services at the grass roots reach: communities, schools, hospitals, job markets and fairs (article 17)."""

from __future__ import annotations

from django.db import models

from portal.core.models import District
from portal.core.scoping import ScopedModel


class ServedPlace(ScopedModel):
    """A place that may be served (服务对象), in one district; it names no person, least of all a pupil.

    It is valid from `valid_from` (empty: always was) up to, not including, `valid_to`.
    """

    class Kind(models.TextChoices):
        """类别."""

        COMMUNITY = "COMMUNITY", "社区"
        SCHOOL = "SCHOOL", "中小学"
        HOSPITAL = "HOSPITAL", "医院"
        JOB_MARKET = "JOB_MARKET", "人才市场"
        FAIR = "FAIR", "展会"

    code = models.CharField("编码", max_length=64, unique=True)
    name = models.CharField("名称", max_length=128)
    pinyin = models.CharField(max_length=128, blank=True, db_index=True)
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    district = models.ForeignKey(
        District, verbose_name="行政区", on_delete=models.PROTECT, related_name="served_places"
    )
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = "服务对象"
        ordering = ["code"]
        # the population of a day
        indexes = [models.Index(fields=["kind", "district"], name="demonstration_place_kind")]

    def __str__(self) -> str:
        return self.name
