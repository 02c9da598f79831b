"""The one way in: `run(sheets, options)` checks all sheets, plans them, and writes them if asked to.

Everything happens in one transaction, sheet by sheet in the order of dependency. A plan is that transaction rolled
back, so it says exactly what a commit would do, also across the files of a bundle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from portal.core import audit, snapshots, sql
from portal.core.audit import ChangeOf
from portal.core.imports.columns import Column, Row
from portal.core.imports.findings import FileFault, Finding
from portal.core.imports.read import COLUMNS, Grid
from portal.core.imports.register import Register, hooks, registers
from portal.core.imports.run import Run
from portal.core.imports.sheets import Changed, FileReport, Options, Report, Sheet
from portal.core.imports.texts import as_text
from portal.core.imports.widgets import Reference
from portal.core.models import AuditEntry, ImportBatch, User

__all__ = ["FileReport", "Finding", "Options", "Report", "Sheet", "run", "sheet_of", "unreadable"]

#: any number, the same for all imports
_LOCK = 20131023
#: what stands for a secret in the words of the audit
ENCRYPTED = "(已加密)"
#: what stands for the column where the whole row is new
ADDED = "新增"


def run(sheets: Iterable[Sheet], options: Options) -> Report:
    """Check, plan and, if `options.commit`, write the sheets.

    Nothing is written while any sheet has an error, unless `options.valid_rows`; then a row that feeds several sheets
    of one file is written in all of them or in none. All findings are reported. A file that corrects what stored days
    have used is written with a reason only; a form says so itself (`options.action`).
    """
    known = registers()
    order = list(known)
    ordered = sorted(sheets, key=lambda sheet: order.index(sheet.kind))
    with transaction.atomic():
        alone()
        report, current = _whole_rows(ordered, Run(options, known))
        report.needs_reason = is_correction(current.changes)
        explained = bool(options.action or options.reason.strip()) or not report.needs_reason
        report.committed = options.commit and explained and (not report.has_errors or options.valid_rows)
        report.touched = {model: set(keys) for model, keys in current.touched.items()}
        report.created = sum(1 for change in current.changes if change.column is None)
        report.changed = len(current.changes) - report.created
        if report.committed:
            for hook in hooks():
                hook(current.touched)
            report.changes = current.changes
            _keep(report, current)
        else:
            report.told = _changes(current.changes[: options.tell], current)
            transaction.set_rollback(True)
    report.elsewhere = sorted(current.held_elsewhere)
    # what is tried by hand is rolled back as a whole: `portal.core.entry` notes it afterwards
    if report.elsewhere and not options.action:
        note_elsewhere(report.elsewhere, options.actor)
    return report


def _whole_rows(sheets: list[Sheet], current: Run) -> tuple[Report, Run]:
    """All sheets, and the run that went through them. With `valid_rows` it begins anew without the rows that one sheet
    refused and another one of the same file wrote, until there are none."""
    again = True
    while again:
        with transaction.atomic():
            report, done = Report(files=[_sheet(sheet, current) for sheet in sheets]), current
            again = current.options.valid_rows and current.leaves_out_more()
            transaction.set_rollback(again)
        current = current.anew()
    return report, done


def is_correction(changes: Iterable[Changed]) -> bool:
    """Whether a value that a stored day has used is replaced or taken away (spec of snapshots: it asks for a reason;
    a fact that comes late does not)."""
    replaced = (
        change.column is not None and not change.column.aside and not change.by_day and change.before not in (None, "")
        for change in changes
    )
    return any(replaced) and snapshots.latest() is not None


def note_elsewhere(people: list[str], actor: User | None) -> None:
    """Audit who asked about people (public keys) whom another unit holds."""
    audit.record(actor=actor, action="查询他处人员", subject=" ".join(people)[:160], detail={"people": people})


def alone() -> None:
    """Make other writers of registers wait until this transaction ends."""
    sql.one_at_a_time(_LOCK)


def sheet_of(grid: Grid, kind: str, file: str) -> Sheet:
    """A sheet from a grid whose first row holds the headings. Raises FileFault IMP-111 where there is none."""
    if not grid.rows:
        raise FileFault("IMP-111", "文件是空的;第一行应为列名")
    heading_row, cells = grid.rows[0]
    headings = [as_text(cell).rstrip("*＊ ") for cell in cells]
    rows = [
        (number, {heading: cell for heading, cell in reversed(list(zip(headings, cells, strict=False))) if heading})
        for number, cells in grid.rows[1:]
    ]
    return Sheet(kind, file, headings, rows, heading_row=heading_row, findings=_nameless(grid, headings))


def _nameless(grid: Grid, headings: list[str]) -> list[Finding]:
    """IMP-201 on every column that holds something but has no heading; also cells that a stray comma pushed out."""
    filled = {at for _, cells in grid.rows[1:] for at, cell in enumerate(cells) if cell not in (None, "")}
    return [
        Finding(
            grid.rows[0][0], "", "IMP-201", f"第 {at + 1} 列", f"第 {at + 1} 列没有列名,未读取;请补写列名或删去该列。"
        )
        for at in sorted(filled)
        if at >= len(headings) or not headings[at]
    ]


def unreadable(kind: str, file: str, fault: FileFault) -> Sheet:
    """The sheet of a file that could not be read: it has no rows, only what is wrong with it."""
    return Sheet(kind, file, [], [], findings=[Finding(None, "", fault.code, file, f"{fault.message}。")])


# ── one sheet ───────────────────────────────────────────────────────────────────────────────────────────────


def _sheet(sheet: Sheet, current: Run) -> FileReport:
    register = registers()[sheet.kind]
    report = FileReport(
        sheet.file,
        sheet.kind,
        rows=len(sheet.rows),
        heading_row=sheet.heading_row,
        findings=list(sheet.findings),
    )
    rows = [Row(number, cells, lenient=sheet.lenient, exact=sheet.exact) for number, cells in sheet.rows]
    register.meet(rows, sheet)
    if any(finding.row is None and finding.is_error for finding in sheet.findings):
        current.unreadable.add(sheet.kind)
        return _refuse_all(report, rows, current)
    columns, findings = _bind(sheet, register, current.options)
    report.findings += findings
    if any(finding.is_error for finding in findings):
        _give_up(register, columns, rows, current)
        return _refuse_all(report, rows, current)
    _read(register, columns, rows, sheet, current)
    good = _settle(register, rows, current, sheet)
    register.write(good, current)
    current.forget(sheet.kind)
    _count(report, rows, sheet, current)
    return report


def _bind(sheet: Sheet, register: Register, options: Options) -> tuple[list[Column], list[Finding]]:
    """The columns that the sheet has, and what is wrong with its headings."""
    found: list[Finding] = []
    columns = [c for c in register.columns if sheet.lenient or not c.lenient_only]
    known = {heading for column in columns for heading in column.headings}
    present = [column for column in columns if set(column.headings) & set(sheet.headings)]
    row = sheet.heading_row
    if len(sheet.headings) > COLUMNS:
        found.append(Finding(None, "", "IMP-110", str(len(sheet.headings)), f"超过 {COLUMNS} 列;请删去多余的列。"))
    if len(sheet.rows) > options.max_rows:
        text = f"超过 {options.max_rows} 行;请分成几个文件,或由管理员用 --max-rows 放宽。"
        found.append(Finding(None, "", "IMP-110", str(len(sheet.rows)), text))
    if not present:
        text = f"表头中没有“{register.title}”的任何一列;第一行应为:{'、'.join(c.heading for c in columns[:4])} 等。"
        return [], [*found, Finding(row, "", "IMP-111", sheet.file, text)]
    for position, heading in enumerate(sheet.headings):
        if heading and heading in sheet.headings[:position]:
            found.append(Finding(row, heading, "IMP-201", heading, f"列“{heading}”重复,只读第一列。"))
        elif heading and heading not in known:
            found.append(Finding(row, heading, "IMP-201", heading, f"不认识列“{heading}”,未读取;请核对列名。"))
    needed = [c.headings for c in columns if c.is_required(lenient=sheet.lenient) and c not in present]
    for group in () if sheet.lenient and register.takes_names else register.either:
        among = [register.fields[name] for name in group]
        needed += [tuple(c.heading for c in among)] if not any(c in present for c in among) else []
    return present, found + [_lacking(row, headings) for headings in needed]


def _lacking(row: int, headings: Sequence[str]) -> Finding:
    """IMP-112: none of these columns is there, one of which must be."""
    one = "该列" if len(headings) == 1 else "其中一列"
    text = f"缺少必需的列“{'”或“'.join(headings)}”;请补上{one}后重新导入。"
    return Finding(row, headings[0], "IMP-112", headings[0], text)


def _give_up(register: Register, columns: list[Column], rows: list[Row], current: Run) -> None:
    """No row of this sheet is written: what refers to them is left out silently."""
    if not any(column.name in register.named_by for column in columns):
        current.unreadable.add(register.kind)
    for row in rows:
        row.texts = {column.name: row.text_of(column) for column in columns}
        current.mark_faulty(register.kind, register.names(row))


def _refuse_all(report: FileReport, rows: list[Row], current: Run) -> FileReport:
    report.skipped, report.refused = len(rows), {row.number for row in rows}
    current.refused[report.file] |= report.refused
    return report


def _read(register: Register, columns: list[Column], rows: list[Row], sheet: Sheet, current: Run) -> None:
    """Every question to every row; all findings, never the first alone."""
    noted: dict[int | None, list[Finding]] = defaultdict(list)
    for finding in sheet.findings:
        noted[finding.row].append(finding)
    register.prepare(rows, columns, current)
    for row in rows:
        row.faulty = any(finding.is_error for finding in noted[row.number])
        for column in columns:
            row.read(column, current)
            if row.exact and not row.texts[column.name]:
                register.clear(row, column)
        register.check(row, current)
    register.find_twins(rows)
    register.complete(rows, current)
    register.restrict([row for row in rows if row.is_good], current)


def _settle(register: Register, rows: list[Row], current: Run, sheet: Sheet) -> list[Row]:
    """The rows that can be written. A row that refers to one of them that cannot is left out as well, and a row that
    another sheet of its file refused."""
    left_out = current.left_out[sheet.file]
    for at, row in enumerate(rows):
        if row.number in left_out:
            row.unanswered = True
            row.findings = current.said.get((sheet.kind, sheet.file, at), row.findings)
    bad = [row for row in rows if not row.is_good]
    while bad:
        current.mark_faulty(register.kind, [name for row in bad for name in register.names(row)])
        bad = [row for row in rows if row.is_good and register.leans_on_faulty(row)]
        for row in bad:
            row.unanswered = True
    return [row for row in rows if row.is_good]


def _count(report: FileReport, rows: list[Row], sheet: Sheet, current: Run) -> None:
    report.refused = {row.number for row in rows if row.is_refused}
    current.refused[sheet.file] |= report.refused
    current.written[sheet.file] |= {row.number for row in rows if row.outcome}
    for at, row in enumerate(rows):
        if row.faulty:
            current.said.setdefault((sheet.kind, sheet.file, at), row.findings)
        report.findings += [found.under(sheet.written_as.get(found.column, found.column)) for found in row.findings]
        outcome = row.outcome or "skipped"
        setattr(report, outcome, getattr(report, outcome) + 1)
        report.keys += [row.subject.pk] if row.outcome else []
        report.met += [row.number] if row.outcome not in ("", "created") and row.about is None else []
    report.findings.sort(key=lambda finding: finding.row or 0)


# ── what is kept of a commit ────────────────────────────────────────────────────────────────────────────────


def _keep(report: Report, current: Run) -> None:
    """One audit entry with all changes, and one row that says what came in and what became of it.

    What was written by hand needs no such row; where it changed nothing, it needs no entry either.
    """
    options = current.options
    if options.action:
        report.entry = _note(report, current) if current.changes else None
        return
    batch = options.batch or ImportBatch(
        kind=options.kind,
        file_name=options.file_name or "、".join(dict.fromkeys(file.file for file in report.files))[:255],
        digest=options.digest,
        by=options.actor,
        unit_id=options.scope.home_unit_id,
    )
    batch.committed, batch.content, batch.result, batch.planned = True, b"", report.as_json(), {}
    batch.save()
    batch.entry = report.entry = audit.record(
        actor=options.actor,
        actor_name="" if options.actor else "命令行",
        action="导入",
        subject=batch.file_name[:160],
        reason=options.reason,
        changes=_changes(current.changes, current),
        detail={"import": batch.pk, "kind": batch.kind, "registers": [file.kind for file in report.files]},
    )
    batch.save(update_fields=["entry"])


def _note(report: Report, current: Run) -> AuditEntry:
    """The audit entry of what was written by hand."""
    options, changes = current.options, _changes(current.changes, current)
    return audit.record(
        actor=options.actor,
        action=options.action,
        subject=changes[0].key,
        reason=options.reason,
        changes=changes,
        detail={"register": options.kind},
    )


def _changes(changes: list[Changed], current: Run) -> list[ChangeOf]:
    """Changes in words: rows by their public keys, choices by their Chinese words, secrets not at all."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        if change.column is not None and isinstance(change.column.widget, Reference):
            wanted[change.column.widget.kind] |= {v for v in (change.before, change.after) if isinstance(v, int)}
    labels = {kind: current.registers[kind].labels(keys) for kind, keys in wanted.items()}

    def text(column: Column | None, value: Any) -> Any:
        if column is None or value is None:
            return value
        if isinstance(column.widget, Reference):
            # a word that names no row stands as it was written
            return value if isinstance(value, str) else labels[column.widget.kind].get(value, "")
        return (ENCRYPTED if value else "") if column.widget.secret else column.widget.render(value)

    return [
        ChangeOf(
            change.kind,
            change.subject,
            change.column.heading if change.column else ADDED,
            text(change.column, change.before),
            text(change.column, change.after),
        )
        for change in changes
    ]
