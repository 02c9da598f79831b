"""Audit on every write: `record` puts one entry with its changes into the transaction of the change itself."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from portal.core.models import AuditEntry, Change, User


class ChangeOf(NamedTuple):
    """One changed value: which register, which subject (public key), which column, before and after."""

    register: str
    key: str
    column: str
    before: Any
    after: Any


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _mac(entry: AuditEntry, changes: list[Change]) -> str:
    said = [entry.at.isoformat(), entry.actor_id, entry.actor_name, entry.action, entry.subject, entry.reason]
    rows = [(c.register, c.key, c.column, c.before, c.after) for c in changes]
    text = json.dumps([said, entry.detail, rows], sort_keys=True)
    key = hashlib.sha256(b"audit" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def record(
    *,
    actor: User | None,
    action: str,
    subject: str = "",
    changes: Iterable[ChangeOf] = (),
    reason: str = "",
    detail: dict[str, Any] | None = None,
    actor_name: str = "",
    undoes: AuditEntry | None = None,
) -> AuditEntry:
    """Write one audit entry and its changes; two statements at any number of changes.

    `subject` and keys are public codes. Personal numbers and phones never come here: give "(已加密)" instead.
    """
    entry = AuditEntry(
        actor=actor,
        actor_name=actor_name or (str(actor) if actor else "系统"),
        action=action,
        subject=subject,
        reason=reason,
        detail=detail or {},
        undoes=undoes,
    )
    rows = [Change(entry=entry, **c._replace(before=_text(c.before), after=_text(c.after))._asdict()) for c in changes]
    entry.mac = _mac(entry, rows)
    entry.save()
    Change.objects.bulk_create(rows, batch_size=2000)
    return entry


def intact(entry: AuditEntry) -> bool:
    """Whether an entry and its changes are what was once written."""
    return hmac.compare_digest(entry.mac, _mac(entry, list(entry.changes.order_by("id"))))
