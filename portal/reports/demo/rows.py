"""The city before it is written: unsaved rows by model, linked by objects, written in a statement per batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class Rows:
    """Unsaved rows, in the order in which they were added."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], list[Any]] = defaultdict(list)

    def add(self, row: Row) -> Row:
        """Keep a row to be written."""
        self._rows[type(row)].append(row)
        return row

    def of(self, model: type[Row]) -> list[Row]:
        """The rows of a model so far (a copy)."""
        return list(self._rows[model])

    def write(self, order: Sequence[type[models.Model]]) -> None:
        """Write all rows, referred-to models first; foreign keys take the numbers just given."""
        assert set(order) >= set(self._rows), set(self._rows) - set(order)
        for model in order:
            manager: Any = model._default_manager
            manager.bulk_create(self._rows[model], batch_size=2000)
