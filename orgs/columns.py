"""Columns that several registers use: an organization by its number, a choice that keeps its synonym."""

from __future__ import annotations

from typing import Any

from portal.core.imports import codes
from portal.core.imports.columns import Known
from portal.core.imports.findings import Fault
from portal.core.imports.texts import as_code
from portal.core.imports.widgets import Choice, Reference


class OrganizationReference(Reference):
    """Names an organization by its credit code, or by its registration number."""

    def __init__(self) -> None:
        super().__init__("organizations", shown_by="key")

    def unknown(self, value: str, run: Known) -> Fault:
        """A wrong check digit is said as such; else the organization is unknown."""
        if len(as_code(value)) == 18:
            try:
                codes.credit_code(value)
            except Fault as fault:
                return fault
        return super().unknown(value, run)


class WordedChoice(Choice):
    """A choice whose synonym is kept as written on the organization."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """The stored value. Raises Fault IMP-102."""
        found = super().clean(value, row, **kwargs)
        if as_code(value) in self.synonyms:
            row.values.setdefault("written", {})[kwargs["column"].name] = as_code(value)
        return found
