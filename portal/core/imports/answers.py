"""How commands answer an import: lines for people, and a workbook of the rows that were refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from portal.core import exports
from portal.core.imports.findings import TITLES, Finding
from portal.core.imports.read import Grid
from portal.core.imports.sheets import FileReport, Report
from portal.core.imports.texts import as_text

#: findings of one file that are printed one by one; JSON and the error workbook have all
_PRINTED = 200
PROBLEM = "问题"


def lines(report: Report, titles: dict[str, str]) -> Iterator[str]:
    """What an import did or would do, and every finding."""
    for warning in report.warnings:
        yield f"提示:{warning}"
    for file in report.files:
        yield (
            f"{file.file}({titles.get(file.kind, file.kind)}):共 {file.rows} 行,新增 {file.created},"
            f"更新 {file.updated},未变 {file.unchanged},跳过 {file.skipped};"
            f"错误 {len(file.errors)},提醒 {len(file.warnings)}"
        )
        yield from _findings(file)
    yield _outcome(report)


def _findings(file: FileReport) -> Iterator[str]:
    shown = [*file.errors, *file.warnings]
    for finding in shown[:_PRINTED]:
        word = "错误" if finding.is_error else "提醒"
        yield f"  {word} {finding.code} {TITLES.get(finding.code, '')}  {_with_value(finding)}"
    if len(shown) > _PRINTED:
        yield f"  ……另有 {len(shown) - _PRINTED} 条,请用 --json 查看全部"


def _with_value(finding: Finding) -> str:
    value = f"(原值:{finding.value})" if finding.value and finding.value not in finding.message else ""
    return f"{finding.message}{value}"


def _outcome(report: Report) -> str:
    errors = sum(len(file.errors) for file in report.files)
    if report.committed:
        return "已写入。" if not errors else f"已写入无误的行;有 {errors} 处错误的行未写入。"
    if errors:
        return f"有 {errors} 处错误,什么都没有写入。请改正后重试,或用 --valid-rows 只写入无误的行。"
    asked = ";其中有对已存档内容的更正,须同时用 --reason 写明理由" if report.needs_reason else ""
    return f"以上为计划,尚未写入;加 --commit 写入{asked}。"


def error_workbook(grid: Grid, report: Report) -> bytes:
    """The refused rows as they came in, with a column 问题; an .xlsx whose cells are all text.

    Corrected in place and with that column left in, it can be imported again (问题 is an unknown column then).
    """
    problems: dict[int, list[str]] = defaultdict(list)
    for file in report.files:
        for finding in file.errors:
            problems[finding.row or 0].append(finding.message)
    heading_row = max((file.heading_row for file in report.files), default=1)
    above = [cells for number, cells in grid.rows if number <= heading_row]
    headings = [as_text(cell) for cell in above[-1]] if above else []
    rows = [
        [*_filled(cells, len(headings)), "；".join(problems[number])]
        for number, cells in grid.rows
        if number > heading_row and number in problems
    ]
    return exports.write_xlsx([*headings, PROBLEM], rows)


def _filled(cells: list[object], width: int) -> list[str]:
    texts = [as_text(cell) for cell in cells[:width]]
    return texts + [""] * (width - len(texts))
