"""Bringing office tables in by the public command, and building them as offices do."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
from django.core.management import CommandError, call_command

from portal.core.imports.codes import organization_code_confirmed


def nine(body: str) -> str:
    """A 9-character organization code: eight characters and the check digit that confirms them."""
    return next(body + last for last in "0123456789X" if organization_code_confirmed(body + last))


def bring(kind: str, path: Path, *options: str) -> dict[str, Any]:
    """The JSON result of `import_file`, with its exit code under "exit" and files by kind under "by_kind"."""
    out = io.StringIO()
    code = 0
    try:
        call_command("import_file", kind, str(path), "--json", *options, stdout=out, stderr=io.StringIO())
    except CommandError as error:
        code = error.returncode
    result = json.loads(out.getvalue())
    return {**result, "exit": code, "by_kind": {file["kind"]: file for file in result["files"]}}


def codes(result: dict[str, Any]) -> Counter[str]:
    """How often each finding code stands in a result."""
    return Counter(finding["code"] for finding in findings(result))


def findings(result: dict[str, Any], code: str = "") -> list[dict[str, Any]]:
    """All findings of a result, or those of one code."""
    found = [one for file in result["files"] for one in [*file["errors"], *file["warnings"]]]
    return [one for one in found if not code or one["code"] == code]


def sums(result: dict[str, Any]) -> tuple[int, int, int]:
    """Rows created, updated and skipped over all registers."""
    return tuple(sum(file[name] for file in result["files"]) for name in ("created", "updated", "skipped"))  # type: ignore[return-value]


def workbook(path: Path, rows: list[list[object]], merged: tuple[str, ...] = (), sheet: str = "Sheet1") -> Path:
    """An .xlsx of these rows with merged areas."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    for area in merged:
        page.merge_cells(area)
    book.save(path)
    return path
