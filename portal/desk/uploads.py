"""A file that comes in through the page: planned when it is uploaded, written when its plan is accepted.

Between the two the file is kept, encrypted, with its plan. A plan is written only while it still holds: it is made
once more in the transaction of the commit, and where it differs, nothing is written and the new one is shown. What a
commit did is kept row by row, so that it can be undone.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Any

from django.db import transaction

from portal.core.audit import ChangeOf
from portal.core.crypto import decrypt, encrypt
from portal.core.entry import files
from portal.core.imports import answers, doors, engine
from portal.core.imports.findings import FileFault
from portal.core.imports.read import Grid, read_bytes
from portal.core.imports.sheets import Options, Report
from portal.core.models import ImportBatch, User
from portal.core.scoping import Scope

#: changes that are kept with a plan; the workbook of them has all
TOLD = 200
_ALL = 10**9


class Unreadable(ValueError):
    """Nothing of a file could be read; the message is a Chinese sentence for the user."""


class PlanChanged(Exception):
    """The plan no longer holds; the new one stands in its place, and nothing was written."""


def read(data: bytes) -> Grid | FileFault:
    """What a file holds, or why it cannot be read."""
    try:
        return read_bytes(data)
    except FileFault as fault:
        return fault


def result_of(report: Report) -> dict[str, Any]:
    """What is kept of a report: the JSON of the public contract and the warnings about the whole."""
    return {**report.as_json(), "warnings": report.warnings}


def planned_of(report: Report) -> dict[str, Any]:
    """What is kept of what a plan would change: how many rows are new, how many cells change, the first ones, and
    whether it corrects what stored days have used."""
    told = [["" if part is None else str(part) for part in change] for change in report.told]
    return {
        "created": report.created,
        "changed": report.changed,
        "told": told,
        "needs_reason": report.needs_reason,
    }


def plan(*, kind: str, file_name: str, data: bytes, actor: User, scope: Scope) -> ImportBatch:
    """Check a file and keep it with its plan. Plans that the account left before are dropped.

    Raises Unreadable where nothing of the file can be read: there is no plan then, and what was left before stays.
    """
    report = doors.come_in(kind, file_name, read(data), Options(actor=actor, scope=scope, kind=kind, tell=TOLD))
    if report.has_errors and not any(file.rows for file in report.files):
        raise Unreadable("".join(finding.message for file in report.files for finding in file.errors))
    with transaction.atomic():
        ImportBatch.objects.filter(by=actor, committed=False).delete()
        return ImportBatch.objects.create(
            kind=kind,
            file_name=file_name[:255],
            digest=hashlib.sha256(data).hexdigest(),
            by=actor,
            unit_id=scope.home_unit_id,
            content=encrypt(base64.b64encode(data).decode()).encode(),
            result=result_of(report),
            planned=planned_of(report),
        )


def content_of(batch: ImportBatch) -> bytes:
    """The file of a plan, as it came in."""
    return base64.b64decode(decrypt(bytes(batch.content).decode()))


def refused_rows(batch: ImportBatch, *, actor: User, scope: Scope) -> bytes | None:
    """A workbook of the rows with errors as they came in, each with what is wrong; None once the file is gone."""
    grid = read(content_of(batch)) if batch.content else None
    if not isinstance(grid, Grid):
        return None
    return answers.error_workbook(grid, _run(batch, grid, Options(actor=actor, scope=scope)))


def commit(batch: ImportBatch, *, actor: User, scope: Scope, valid_rows: bool, reason: str) -> Report:
    """Write what was planned; with `valid_rows` the rows without errors. Raises PlanChanged."""
    grid = read(content_of(batch))
    planned = Options(actor=actor, scope=scope, tell=TOLD)
    with transaction.atomic():
        engine.alone()
        again = _run(batch, grid, planned)
        if result_of(again) == batch.result:
            stood = files.before(again)
            done = replace(planned, commit=True, valid_rows=valid_rows, reason=reason, batch=batch)
            report = _run(batch, grid, done)
            files.keep(report, again, stood)
            return report
    batch.result, batch.planned = result_of(again), planned_of(again)
    batch.save(update_fields=["result", "planned"])
    raise PlanChanged


def changes(batch: ImportBatch, *, actor: User, scope: Scope) -> list[ChangeOf]:
    """All that a plan would change, in words; nothing once the file is gone."""
    if not batch.content:
        return []
    return _run(batch, read(content_of(batch)), Options(actor=actor, scope=scope, tell=_ALL)).told


def _run(batch: ImportBatch, grid: Grid | FileFault, options: Options) -> Report:
    named = replace(options, kind=batch.kind, file_name=batch.file_name, digest=batch.digest)
    return doors.come_in(batch.kind, batch.file_name, grid, named)
