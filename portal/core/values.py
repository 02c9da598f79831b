"""What stands in a cell of a list: its value, the words a page writes for it, and where these may break."""

from __future__ import annotations

import datetime
from decimal import Decimal

from portal.core.templatetags import ui

Value = str | int | bool | Decimal | datetime.date | None


def as_words(value: Value, empty: str = ui.UNKNOWN) -> str:
    """A value as a page writes it."""
    if value is None or value == "":
        return empty
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return ui.thousands(value)
    if isinstance(value, Decimal):
        return ui.days(value)
    return ui.day(value) if isinstance(value, datetime.date) else value


def is_one_piece(value: Value) -> bool:
    """A day, a word of a few characters, a code that fits a column: it does not break."""
    if isinstance(value, str):
        return len(value) <= 5 or (value.isascii() and len(value) <= 20)
    return isinstance(value, datetime.date)


def has_parts(value: Value) -> bool:
    """Such as a district and its street: it breaks between them only."""
    return isinstance(value, str) and " · " in value
