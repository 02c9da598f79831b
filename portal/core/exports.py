"""Tables to take away: spreadsheets and CSV, safe to open.

Text that a spreadsheet would run as a formula stays text: in .xlsx by the type of the cell, in .csv by an
apostrophe before it. Codes stay text with all their zeros; numbers and days are numbers and days.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import xlsxwriter

Cell = str | int | bool | Decimal | datetime.date | None

#: the formats of an export with their words, and what each is good for
FORMATS = {"xlsx": "电子表格", "csv": "文本表格"}
HINTS = {
    "xlsx": "用 Excel、WPS 打开，栏目与本页相同，适合查看、汇报",
    "csv": "逗号分隔的纯文本（CSV），栏目与本页相同，适合其他系统读取",
    "register": "电子表格，栏目与导入模板相同，改好后可在“导入”里再导入",
}

#: how a cell begins that a spreadsheet takes for a formula when it opens a CSV file
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Table(NamedTuple):
    """One sheet of a workbook."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]], title: str = "Sheet1") -> bytes:
    """A workbook of one sheet: headings frozen on top, a filter on them, rows written as they come."""
    return write_book([Table(title, headings, rows)])


def write_book(tables: Iterable[Table], widths: Sequence[int] = (), *, small: bool = False) -> bytes:
    """A workbook of several sheets, each as `write_xlsx` writes one; `widths` in characters, 18 where unsaid.

    A small one, of some thousand rows, is made in memory, several times faster than by way of files.
    """
    stream = io.BytesIO()
    where = "in_memory" if small else "constant_memory"
    options = {where: True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for table in tables:
            sheet = book.add_worksheet(table.title)
            _fill(sheet, table, bold, days)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
    return stream.getvalue()


def _fill(sheet: Any, table: Table, bold: Any, days: Any) -> None:
    width = max(len(table.headings) - 1, 0)
    sheet.set_column(0, width, 18)
    sheet.freeze_panes(1, 0)
    _for_paper(sheet)
    sheet.write_row(0, 0, table.headings, bold)
    last = 0
    for last, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            _put(sheet, last, column, value, days)
    sheet.autofilter(0, 0, last, width)


def _for_paper(sheet: Any) -> None:
    """A4 across, all columns on one page, the headings on each."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _put(sheet: Any, row: int, column: int, value: Cell, days: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否")
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, days)
    else:
        sheet.write_string(row, column, value)


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark that tells spreadsheets so; days in ISO form."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(headings)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
