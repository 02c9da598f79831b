"""Opens a file: CSV (UTF-8 with or without BOM, GB18030), .xlsx or .xls, first sheet, real row numbers.

Limits are checked before and while reading, so that a hostile workbook costs neither time nor memory: the size
of the parts is counted while unpacking, the extent of a sheet is found from its cells' addresses.
"""

from __future__ import annotations

import csv
import functools
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

from portal.core.imports.findings import FileFault
from portal.core.imports.sheets import MAX_ROWS
from portal.core.imports.texts import as_text

PACKED = 10 * 1024 * 1024
UNPACKED = 100 * 1024 * 1024
RATIO = 100
COLUMNS = 200
EMPTY_ROWS = 50
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: an honest small workbook may pack well beyond the ratio; below this size the ratio says nothing
_SMALL = 2 * 1024 * 1024
#: text that an export kept from being run as a formula
_MARKED = re.compile(r"'[=+\-@\t\r]")
#: cells with their address; formatted but empty ones close at once and do no harm
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(/?)>')
#: the records of text, short and long numbers in an .xls (BIFF8): row and column, both from 0
_BINARY_CELL = re.compile(rb"(?:\xfd\x00\x0a\x00|\x7e\x02\x0a\x00|\x03\x02\x0e\x00)(..)(.\x00)", re.DOTALL)
#: a reader holds the whole rectangle up to the last row and column
_CELLS = 5_000_000
_NOT_READABLE = "不是可读取的表格文件;请另存为 .xlsx、.xls 或 UTF-8 的 .csv 后重试"
_LOCKED = "文件设有密码;请去掉密码后另存"

Row = tuple[int, list[object]]


@dataclass
class Grid:
    """A first sheet: its name and its rows that are not empty, each with the number that a spreadsheet shows.

    Cells are numbers, dates and texts as they stand (texts untouched); `name` is empty for a CSV file.
    """

    name: str
    rows: list[Row]


def read_file(path: str | Path, max_rows: int = MAX_ROWS) -> Grid:
    """Read a file from disk. Raises FileFault IMP-110 or IMP-111."""
    path = Path(path)
    try:
        if path.stat().st_size > PACKED:
            raise FileFault("IMP-110", f"文件超过 {PACKED // 1024 // 1024} MB;请分成几个文件")
        return read_bytes(path.read_bytes(), max_rows)
    except OSError as error:
        raise FileFault("IMP-111", f"文件打不开:{error.strerror or '读取出错'}") from None


def read_bytes(data: bytes, max_rows: int = MAX_ROWS) -> Grid:
    """Read the bytes of a file; what it is is seen from its content, not from its name. Raises FileFault."""
    if len(data) > PACKED:
        raise FileFault("IMP-110", f"文件超过 {PACKED // 1024 // 1024} MB;请分成几个文件")
    if data.startswith((_ZIP, _OLE)):
        return _workbook(data, max_rows)
    return Grid("", _kept(_csv_rows(data), max_rows))


def _kept(rows: Iterator[Row], max_rows: int) -> list[Row]:
    """The rows that are not empty, up to fifty empty ones in a row; the heading does not count as a row."""
    kept: list[Row] = []
    last = 0
    for number, cells in rows:
        if number - last > EMPTY_ROWS:
            break
        while cells and _is_blank(cells[-1]):
            cells.pop()
        if not cells:
            continue
        last = number
        if len(kept) > max_rows:
            raise FileFault("IMP-110", f"超过 {max_rows} 行;请分成几个文件,或由管理员用 --max-rows 放宽")
        if len(cells) > COLUMNS:
            raise FileFault("IMP-110", f"超过 {COLUMNS} 列;请删去多余的列")
        kept.append((number, cells))
    return kept


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and (not cell or not as_text(cell)))


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _csv_rows(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), _dialect(text)), start=1):
            yield number, [cell[1:] if _MARKED.match(cell) else cell for cell in cells]
    except csv.Error:
        raise FileFault("IMP-111", f"第 {number + 1} 行起不是可读取的 CSV(引号不成对或单元格过长)") from None


def _decoded(data: bytes) -> str:
    """The text of a CSV file. NUL and other control characters tell that it is none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(c in text for c in "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x1b"):
            break
        if text.lstrip()[:1] in ("<", "{") or text.startswith(("%PDF", "{\\rtf")):
            break
        return text
    raise FileFault("IMP-111", _NOT_READABLE)


def _dialect(text: str) -> type[csv.Dialect]:
    """Comma, or tab or semicolon where the heading line has only these."""
    heading = text.split("\n", 1)[0]

    class Found(csv.excel):
        """Excel's CSV with the separator of this file."""

        delimiter = next((c for c in ",\t;" if c in heading), ",")

    return Found


# ── workbooks ───────────────────────────────────────────────────────────────────────────────────────────────


def _workbook(data: bytes, max_rows: int) -> Grid:
    if data.startswith(_ZIP):
        _check_package(data, max_rows)
    else:
        _check_binary(data, max_rows)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = next((s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet), None)
        if name is None:
            raise FileFault("IMP-111", "文件中没有工作表")
        sheet = book.get_sheet_by_name(name)
        return Grid(name, _kept(enumerate(map(list, sheet.iter_rows()), start=1), max_rows))
    except PasswordError:
        raise FileFault("IMP-111", _LOCKED) from None
    except FileFault:
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        # the reader is native code: a broken file may raise its PanicException too, which is no Exception
        raise FileFault("IMP-111", _NOT_READABLE) from None


def _check_binary(data: bytes, max_rows: int) -> None:
    """An .xls or a password-protected .xlsx, both OLE containers."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileFault("IMP-111", _LOCKED)
    extent = _Extent(max_rows)
    for row, column in _BINARY_CELL.findall(data):
        extent.reach(int.from_bytes(row, "little") + 1, int.from_bytes(column, "little") + 1)
    extent.check()


def _check_package(data: bytes, max_rows: int) -> None:
    """Count what a package unpacks to and how far its sheets reach, before a reader is let near it."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if "xl/workbook.xml" not in package.namelist():
                raise FileFault("IMP-111", _NOT_READABLE)
            for info in package.infolist():
                if info.flag_bits & 1:
                    raise FileFault("IMP-111", _LOCKED)
                total = _walk(package, info, len(data), total, max_rows)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, OSError):
        raise FileFault("IMP-111", _NOT_READABLE) from None


def _walk(package: zipfile.ZipFile, info: zipfile.ZipInfo, packed: int, size: int, max_rows: int) -> int:
    """Unpack one part in pieces and look at the addresses of its cells; the size unpacked so far."""
    tail = b""
    extent = _Extent(max_rows)
    with package.open(info) as part:
        while piece := part.read(1 << 20):
            size += len(piece)
            if size > UNPACKED or (size > _SMALL and size > RATIO * packed):
                raise FileFault("IMP-110", f"解压后超过 {UNPACKED // 1024 // 1024} MB 或压缩比异常,不予读取")
            if b"<!DOCTYPE" in tail + piece or b"<!ENTITY" in tail + piece:
                raise FileFault("IMP-111", "文件含有外部实体声明,不予读取")
            if info.filename.startswith("xl/worksheets/"):
                extent.add(tail + piece)
            tail = piece[-200:]
    return size


class _Extent:
    """How far the cells of a sheet reach: one cell at XFD1048576 would make a reader fill 17 billion."""

    def __init__(self, max_rows: int) -> None:
        self.limit = max(_CELLS, 50 * max_rows)
        self.rows = self.columns = 1

    def reach(self, row: int, column: int) -> None:
        """A cell stands here, both counted from 1."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)

    def add(self, xml: bytes) -> None:
        """Look at a piece of a sheet. Raises FileFault IMP-110."""
        for letters, digits, empty in _CELL.findall(xml):
            if not empty:
                self.reach(int(digits), _column_number(letters))
        self.check()

    def check(self) -> None:
        """Raises FileFault IMP-110 where the cells reach too far."""
        if self.columns > COLUMNS:
            raise FileFault("IMP-110", f"超过 {COLUMNS} 列;请删去多余的列和表格外的内容")
        if self.rows * self.columns > self.limit:
            raise FileFault("IMP-110", f"到第 {self.rows} 行还有单元格,超出限额;请删去表格外的内容")


@functools.cache
def _column_number(letters: bytes) -> int:
    """A is 1, XFD is 16384."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number
