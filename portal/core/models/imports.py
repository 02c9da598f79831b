"""Files that came in: one row per import, with what it found and did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from .audit import AuditEntry
from .places import Unit


class ImportBatch(models.Model):
    """One import, planned or committed; `result` is the JSON of the public contract.

    `planned` is what a plan would change, in words and bounded (see `portal.desk.import_changes`); what a commit has
    changed, its `entry` of the audit says.
    """

    kind = models.CharField("文件种类", max_length=32)
    file_name = models.CharField("文件名", max_length=255)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="imports")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="imports")
    committed = models.BooleanField("已写入", default=False)
    content = models.BinaryField(editable=False, blank=True, help_text="kept between plan and commit, then emptied")
    result = models.JSONField(default=dict)
    planned = models.JSONField(default=dict, help_text="what a plan would change, then emptied")
    entry = models.OneToOneField(AuditEntry, null=True, on_delete=models.PROTECT, related_name="batch")

    class Meta:
        verbose_name = "导入"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.file_name} {self.at:%Y-%m-%d %H:%M}"
