"""Paging by key: a page begins after the last row of the one before, so page 1,000 costs what page 1 costs.

The rows are ordered by one sort value and then by primary key. A cursor names a direction, the sort value and
the key of the row at the edge; it is no secret and no permission, it only says where to go on.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

SORT = "sort_value"


class BadCursor(ValueError):
    """A cursor that no page has given out."""


@dataclass(frozen=True)
class Window:
    """One page: its rows, and the cursors to the pages before and after (empty where there is none)."""

    rows: list[Any]
    before: str
    after: str


def _write(direction: str, row: Any) -> str:
    text = json.dumps([direction, str(getattr(row, SORT)), row.pk], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, value_field: Any, key_field: Any) -> tuple[str, Any, Any]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        direction, value, key = json.loads(text)
        if direction not in ("after", "before") or not _is_plain(value) or not 0 <= int(key) < 2**63:
            raise BadCursor
        return direction, value_field.to_python(value), key_field.to_python(key)
    except (ValueError, TypeError, ArithmeticError, ValidationError) as error:
        raise BadCursor from error


def _is_plain(value: Any) -> bool:
    """Text that both engines take: no NUL, no half of a character (which does not encode)."""
    return isinstance(value, str) and "\x00" not in value and bool(value.encode() or True)


def window(queryset: QuerySet[Any], *, descending: bool, size: int, cursor: str = "") -> Window:
    """The page of `queryset` at `cursor`, one statement. The sort value stands in the annotation SORT.

    Raises BadCursor. The sort value must never be NULL: the two engines put NULL at different ends.
    """
    direction, edge = "after", None
    if cursor:
        value_field = queryset.query.annotations[SORT].output_field
        direction, value, key = _read(cursor, value_field, queryset.model._meta.pk)
        edge = (value, key)
    downward = descending != (direction == "before")
    if edge:
        way = "lt" if downward else "gt"
        queryset = queryset.filter(Q(**{f"{SORT}__{way}": edge[0]}) | Q(**{SORT: edge[0], f"pk__{way}": edge[1]}))
    sign = "-" if downward else ""
    found = list(queryset.order_by(f"{sign}{SORT}", f"{sign}pk")[: size + 1])
    more, rows = len(found) > size, found[:size]
    if direction == "before":
        rows.reverse()
    earlier = bool(edge) if direction == "after" else more
    later = more if direction == "after" else bool(edge)
    return Window(
        rows=rows,
        before=_write("before", rows[0]) if rows and earlier else "",
        after=_write("after", rows[-1]) if rows and later else "",
    )
