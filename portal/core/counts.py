"""Several counts in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value


def counts(rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each of these querysets has, by their names; one statement."""
    parts = [
        found.order_by().values(what=Value(name, output_field=CharField())).annotate(n=Count("pk"))
        for name, found in rows.items()
    ]
    return dict.fromkeys(rows, 0) | {row["what"]: row["n"] for row in parts[0].union(*parts[1:], all=True)}
