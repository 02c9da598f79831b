"""Finds the table inside an office workbook: its header over one to five merged rows, and its rows of data.

Offices send tables as people print them: a title over all columns, group headings merged over their columns,
perhaps a row of letter codes, a total at the end, notes below. Everything here is pure: cells in, cells out.
What a heading *means* is said by the caller's `Naming`; where a row stands in the spreadsheet is kept, so that
findings can name it.
"""

from __future__ import annotations

import calendar
import contextlib
import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from portal.core.imports.texts import as_text

Cell = object
Row = Sequence[Cell]
#: headings of one column from the outermost group to its own, folded
Path = tuple[str, ...]
#: what a column is, by its path and its letter code ("" where there is none); None for an unknown heading
Naming = Callable[[Path, str], str | None]

HEADER_LEVELS = 5
_NO_HEADER = "没有找到表头;请在前 20 行内写明“名称”“登记证号”等列标题"
_SEARCHED_ROWS = 20
_LETTER_CODE = re.compile(r"[A-Z]\d{0,2}")
_EMPTY = {"", "none", "null", "nan", "n/a", "#n/a", "-", "--", "—", "——", "/", "\\"}
_TOTAL = re.compile(r"\S{0,6}(合计|总计|小计|共计|累计)([::(]\S*|\d*[家个]?)")
_NOTE = re.compile(r"(注|备注|说明|填表说明|填表人|填报人|制表人?|审核人?|填表单位|填报单位|联系电话|单位盖章)[::(].*")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_YEAR_WORD = r"(?<!\d)(20\d\d|19\d\d)"
_DAYS = (
    re.compile(_YEAR_WORD + r"年(\d{1,2})月(\d{1,2})"),
    re.compile(_YEAR_WORD + r"[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"),
    re.compile(_YEAR_WORD + r"(\d\d)(\d\d)(?!\d)"),
)
_MONTH = re.compile(_YEAR_WORD + r"(?:年|[-/.])(\d{1,2})(?!\d)")
_YEAR = re.compile(_YEAR_WORD + r"年")


class NoTable(ValueError):
    """No header was found; the message is a Chinese sentence for the user."""


@dataclass(frozen=True)
class Column:
    """One column: its position, what it is (None: unknown), its heading as the office wrote it."""

    index: int
    name: str | None
    heading: str
    path: Path = ()
    code: str = ""


@dataclass
class Table:
    """A table found in a sheet: its title, its columns and its rows of data as (spreadsheet row, cells)."""

    title: str
    columns: list[Column]
    heading_row: int
    rows: list[tuple[int, Row]] = field(default_factory=list)

    def cells(self, column: Column) -> list[Cell]:
        """All cells of one column."""
        return [_at(row, column.index) for _, row in self.rows]

    def values(self, row: Row) -> dict[str, Cell]:
        """The cells of one row by what their columns are; of several columns of one name the first that is filled."""
        found: dict[str, Cell] = {}
        for column in self.columns:
            cell = _at(row, column.index)
            if column.name is not None and is_empty(found.get(column.name)):
                found[column.name] = None if is_empty(cell) else cell
        return found


def is_empty(cell: Cell) -> bool:
    """Nothing, or a word that programs write for nothing, such as None."""
    return as_text(cell).lower() in _EMPTY


def fold(heading: Cell) -> str:
    """A heading for comparison: half-width, without blanks, line breaks, asterisks and a colon at its end."""
    folded = "".join(unicodedata.normalize("NFKC", as_text(heading)).split())
    return folded.replace("*", "").rstrip(":")


def read_table(rows: Sequence[tuple[int, Row]], naming: Naming, identity: Iterable[str]) -> Table:
    """The table in the rows of a sheet, each with its number in the spreadsheet.

    `identity` are the names of columns of which a row of data fills at least one. Raises NoTable where no
    heading row names two known columns, one of them an identity.
    """
    identity = set(identity)
    grid = [row for _, row in rows]
    start, levels, letters = _find_header(grid, naming)
    columns = _columns(grid[start : start + levels], letters[1], naming)
    keys = [column for column in columns if column.name in identity]
    if not keys:
        raise NoTable(_NO_HEADER)
    title = " ".join(as_text(cell) for row in grid[:start] for cell in row if not is_empty(cell))
    first = max(start + levels, letters[0] + 1)
    data = [(number, row) for number, row in rows[first:] if _is_data(row, keys, columns)]
    return Table(title, columns, rows[first - 1][0], data)


# ── the header ──────────────────────────────────────────────────────────────────────────────────────────────


def _at(row: Row, index: int) -> Cell:
    return row[index] if index < len(row) else None


def letter_codes(row: Row) -> dict[int, str]:
    """Letter codes such as A, D1, G91 by position where a row consists of them, else nothing."""
    filled = {index: fold(cell) for index, cell in enumerate(row) if not is_empty(cell)}
    codes = {index: word for index, word in filled.items() if _LETTER_CODE.fullmatch(word)}
    return codes if len(codes) >= 5 and len(codes) == len(filled) == len(set(codes.values())) else {}


def _find_header(grid: Sequence[Row], naming: Naming) -> tuple[int, int, tuple[int, dict[int, str]]]:
    """First row and number of rows of the header, and the row of letter codes with its codes (-1: none).

    Of all stretches of one to five rows the one that names most columns; of equal ones the shortest, so that
    neither a title above nor a row of data below is taken in, and then the highest.
    """
    letters = next(
        ((at, codes) for at, row in enumerate(grid[:_SEARCHED_ROWS]) if (codes := letter_codes(row))), (-1, {})
    )
    end = letters[0] if letters[0] >= 0 else min(len(grid), _SEARCHED_ROWS)
    best = (0, 0, 0)
    for levels in range(1, HEADER_LEVELS + 1):
        for start in range(end - levels + 1):
            found = {column.name for column in _columns(grid[start : start + levels], {}, naming)} - {None}
            best = max(best, (len(found), -levels, -start))
    known, levels, start = best[0], -best[1], -best[2]
    if known < 2 and not letters[1]:
        raise NoTable(_NO_HEADER)
    return (start, levels, letters) if known >= 2 else (letters[0], 0, letters)


def _columns(header: Sequence[Row], codes: dict[int, str], naming: Naming) -> list[Column]:
    """The columns under a header; one that neither heading nor letter code names does not exist."""
    width = max([len(row) for row in header] + [index + 1 for index in codes], default=0)
    paths = [_path(header, index) for index in range(width)]
    leaves = Counter(path[-1] for path in paths if path)
    found = []
    for index, path in enumerate(paths):
        code = codes.get(index, "")
        if path or code:
            folded = tuple(fold(word) for word in path)
            found.append(Column(index, naming(folded, code), _written(path, leaves) or code, folded, code))
    return found


def _path(header: Sequence[Row], index: int) -> Path:
    """Headings over one column as written. Its own is the lowest; a merged group heading stands in its first
    column only and reaches to the right as far as the groups above it do."""
    own = [level for level, row in enumerate(header) if not is_empty(_at(row, index))]
    if not own:
        return ()
    groups = [_group(header, level, index) for level in range(own[-1])]
    return (*(word for word in groups if word), _clean(_at(header[own[-1]], index)))


def _group(header: Sequence[Row], level: int, index: int) -> str:
    for column in range(index, -1, -1):
        if not is_empty(_at(header[level], column)):
            return _clean(_at(header[level], column))
        if any(not is_empty(_at(row, column)) for row in header[:level]):
            return ""
    return ""


def _clean(cell: Cell) -> str:
    return "".join(as_text(cell).split())


def _written(path: Path, leaves: Counter[str]) -> str:
    """The column's own heading, with its group where the heading alone stands over several columns."""
    if not path:
        return ""
    return "-".join(path[-2:]) if leaves[path[-1]] > 1 else path[-1]


# ── the rows ────────────────────────────────────────────────────────────────────────────────────────────────


def _is_data(row: Row, keys: Sequence[Column], columns: Sequence[Column]) -> bool:
    """Not blank, no total, no note below the table, no header printed again on the next page."""
    if all(is_empty(_at(row, column.index)) for column in keys):
        return False
    first = next(fold(cell) for cell in row if not is_empty(cell))
    if _TOTAL.fullmatch(first) or _NOTE.fullmatch(first):
        return False
    again = sum(1 for column in columns if column.path and fold(_at(row, column.index)) == column.path[-1])
    return again < 2 and not letter_codes(row)


# ── days ────────────────────────────────────────────────────────────────────────────────────────────────────


def month_first(cells: Iterable[Cell]) -> bool:
    """Whether a column writes M/D/YYYY: some row has a second number over 12 and none has a first one over 12."""
    pairs = [tuple(map(int, match.groups()[:2])) for cell in cells if (match := _slashed(cell))]
    return any(second > 12 for _, second in pairs) and all(first <= 12 for first, _ in pairs)


def read_month_first(cell: Cell) -> Cell:
    """The day of a text M/D/YYYY; anything else, and what is no day, as it is."""
    match = _slashed(cell)
    if match is None:
        return cell
    month, day, year = map(int, match.groups())
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return cell


def _slashed(cell: Cell) -> re.Match[str] | None:
    return _SLASHED.fullmatch(fold(cell)) if isinstance(cell, str) else None


def day_in(words: str, today: datetime.date) -> datetime.date | None:
    """The day that a title or file name gives: a day, else the end of a month or year (its beginning where the
    end is still to come); None where it gives none."""
    words = fold(words)
    for pattern in _DAYS:
        for match in pattern.finditer(words):
            with contextlib.suppress(ValueError):
                return datetime.date(*map(int, match.groups()))
    months = (tuple(map(int, match.groups())) for match in _MONTH.finditer(words))
    if found := next(((year, month) for year, month in months if 1 <= month <= 12), None):
        first = datetime.date(*found, 1)
        last = first.replace(day=calendar.monthrange(*found)[1])
    elif year := _YEAR.search(words):
        first, last = datetime.date(int(year[1]), 1, 1), datetime.date(int(year[1]), 12, 31)
    else:
        return None
    return last if last <= today else first
