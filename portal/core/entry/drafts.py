"""Drafts: what was typed into a form survives a lost connection, a closed window and an ended session.

A draft is content on its way and no register: it leaves no audit entry, nobody but its account reads it, it goes
when the form is saved, and nothing that a page must not show stands in it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from portal.core.imports.register import Register
from portal.core.models import Draft, User

#: drafts older than this are gone
KEPT = datetime.timedelta(days=30)
#: characters of one draft
MOST = 20_000


class TooLong(ValueError):
    """More was typed than a draft holds; the message is a Chinese sentence for the user."""


def keep(account: User, form: str, texts: Mapping[str, str], version: str) -> datetime.datetime:
    """Keep what stands in a form; the time of it. Raises TooLong. Drafts that are too old go now."""
    if sum(len(name) + len(text) for name, text in texts.items()) > MOST:
        raise TooLong(f"内容超过 {MOST:,} 字，存不进草稿；请缩短，或直接保存。")
    now = timezone.now()
    Draft.objects.filter(saved_at__lt=now - KEPT).delete()
    values = {"content": json.dumps(dict(texts)), "version": version, "saved_at": now}
    Draft.objects.update_or_create(account=account, form=form, defaults=values)
    return now


def open_texts(register: Register, texts: Mapping[str, str]) -> dict[str, str]:
    """What of a form may lie in a draft: no personal number and no private phone, wherever it was typed."""
    columns = register.fields
    return {name: text for name, text in texts.items() if name not in columns or _is_open(columns[name].widget, text)}


def _is_open(widget: Any, text: str) -> bool:
    return not widget.secret or widget.shown(text) == text


def of(account: User, form: str) -> Draft | None:
    """The draft of a form, where there is a fresh one."""
    return Draft.objects.filter(account=account, form=form, saved_at__gte=timezone.now() - KEPT).first()


def texts_of(draft: Draft) -> dict[str, str]:
    """What stood in the form."""
    return {str(name): str(text) for name, text in json.loads(draft.content).items()}


def drop(account: User, form: str) -> None:
    """The form was saved, or the draft is not wanted."""
    Draft.objects.filter(account=account, form=form).delete()
