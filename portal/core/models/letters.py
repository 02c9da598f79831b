"""Letters: what was composed once, and its delivery to each recipient.

A letter is planned, claimed, sent: unique per unit, kind, day and recipient, under a fixed Message-ID, so that one
which a mail server saw twice is recognised as one.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .places import Unit


class Letter(models.Model):
    """One letter of one day: to a unit (the nightly figures), or to an account (the daily digest of what to do).

    Composed once; what is sent again is the same text. It names no people.
    """

    class Kind(models.TextChoices):
        """种类."""

        NIGHT = "NIGHT", "每日覆盖率"
        DIGEST = "DIGEST", "每日待办"

    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    day = models.DateField("日期", help_text="the day whose figures it carries")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="letters")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="letters")
    subject = models.CharField("主题", max_length=200)
    text = models.TextField("纯文本")
    html = models.TextField("网页正文")
    workbook = models.BinaryField(blank=True, editable=False)
    workbook_name = models.CharField(max_length=128, blank=True)
    late = models.BooleanField("补发", default=False, help_text="made up after its day")
    composed_at = models.DateTimeField("写成时间", default=timezone.now)

    class Meta:
        verbose_name = "信件"
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "day", "unit"], name="core_letter_unit_once"),
            models.UniqueConstraint(fields=["kind", "day", "account"], name="core_letter_account_once"),
            models.CheckConstraint(
                name="core_letter_to_one",
                condition=Q(unit__isnull=True, account__isnull=False) | Q(unit__isnull=False, account__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Delivery(models.Model):
    """A letter on its way to one recipient."""

    class Status(models.TextChoices):
        """Where it stands. What is UNCERTAIN was cut after its text: it may have arrived and is sent again only on
        request."""

        WAITING = "WAITING", "待发"
        SENDING = "SENDING", "发送中"
        SENT = "SENT", "已发出"
        UNCERTAIN = "UNCERTAIN", "不确定"
        REFUSED = "REFUSED", "被拒收"

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.EmailField("收件人", max_length=254)
    message_id = models.CharField(max_length=128, unique=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_try_at = models.DateTimeField("下次", default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    error = models.TextField("原因", blank=True)

    class Meta:
        verbose_name = "投递"
        constraints = [models.UniqueConstraint(fields=["letter", "recipient"], name="core_delivery_once")]
        indexes = [models.Index(fields=["status", "next_try_at"], name="core_delivery_due")]

    def __str__(self) -> str:
        return f"{self.letter} → {self.recipient}"
