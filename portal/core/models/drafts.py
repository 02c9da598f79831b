"""What somebody typed into a form and has not saved yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.core.crypto import EncryptedField


class Draft(models.Model):
    """One form's content of one account, kept while it is typed; encrypted, since it may name people."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=200, help_text="the address of the form")
    content = EncryptedField("内容")
    version = models.CharField(max_length=64, blank=True, help_text="of the record that the form showed")
    saved_at = models.DateTimeField("保存时间", default=timezone.now)

    class Meta:
        verbose_name = "草稿"
        constraints = [models.UniqueConstraint(fields=["account", "form"], name="core_draft_once")]

    def __str__(self) -> str:
        return self.form
