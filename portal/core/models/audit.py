"""Who did what: one `AuditEntry` per action, with n `Change` rows (key, column, before, after).

The one history: the change log of a page, corrections and "who saw this person" all read it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """One action of one person or job, written in the transaction of what it did."""

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="audit_entries"
    )
    actor_name = models.CharField("经手", max_length=64, help_text="as it was then; a command names itself")
    action = models.CharField("动作", max_length=48, db_index=True)
    subject = models.CharField("对象", max_length=160, blank=True, db_index=True)
    reason = models.TextField("理由", blank=True)
    detail = models.JSONField(default=dict, blank=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    mac = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = "审计记录"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.subject}"


class Change(models.Model):
    """One value that an action changed; `key` is the subject's public code, never a personal number."""

    entry = models.ForeignKey(AuditEntry, on_delete=models.CASCADE, related_name="changes")
    register = models.CharField(max_length=32)
    key = models.CharField(max_length=160, db_index=True)
    column = models.CharField("项目", max_length=64)
    before = models.TextField("原值", blank=True)
    after = models.TextField("新值", blank=True)

    class Meta:
        verbose_name = "变更"
        indexes = [models.Index(fields=["register", "key"], name="core_change_subject")]

    def __str__(self) -> str:
        return f"{self.key} {self.column}: {self.before} → {self.after}"


class RowImage(models.Model):
    """One stored row as it was before and after an action made by hand, exactly: what undo restores.

    Encrypted columns stay encrypted in it. `before` None: the action made the row; `after` None: it removed it.
    """

    entry = models.ForeignKey(AuditEntry, on_delete=models.CASCADE, related_name="images")
    table = models.CharField(max_length=64, help_text="label of the model, e.g. orgs.exclusion")
    row = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        verbose_name = "变更前后"
        indexes = [models.Index(fields=["table", "row"], name="core_rowimage_row")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
