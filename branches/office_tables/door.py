"""The way in: an office table becomes sheets of the registers, one run of the engine, and one report of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from branches.office_tables import organizations, parties, people
from branches.office_tables.rows import ROSTER, OfficeRow, OfficeTable, read_office_table
from branches.office_tables.stored import Stored
from portal.core.imports.engine import run
from portal.core.imports.findings import FileFault, Finding
from portal.core.imports.read import Grid
from portal.core.imports.sheets import FileReport, Options, Report, Sheet
from portal.core.models import ImportBatch

Rows = Iterable[tuple[int, dict[str, object]]]


@dataclass
class OfficeReport(FileReport):
    """What an office table does: besides the sums what it does in each register, the differences between it and
    what is stored, and the codes that were made for what came without one."""

    registers: dict[str, dict[str, int]] = field(default_factory=dict)
    differences: list[dict[str, object]] = field(default_factory=list)
    made: list[dict[str, object]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The public form."""
        more = {"registers": self.registers, "differences": self.differences, "made": self.made}
        return {**super().as_json(), **more}
