"""The one way in: `run(sheets, options)` checks all sheets, plans them, and writes them if asked to."""

from __future__ import annotations

from portal.core.imports.findings import Finding
from portal.core.imports.sheets import FileReport, Options, Report, Sheet

__all__ = ["FileReport", "Finding", "Options", "Report", "Sheet"]
