"""The rows of an office table as cells by name: what stands in the wrong column is moved, what is written loosely
is tightened, and every such repair is a finding with the row and the heading as the office wrote it."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from branches.office_tables.headings import UNREAD, ledger_name, register_name, roster_name
from portal.core.imports import tables
from portal.core.imports.codes import credit_code, masked
from portal.core.imports.findings import Fault, FileFault, Finding
from portal.core.imports.read import Grid
from portal.core.imports.texts import as_code, as_text
from portal.core.policy import NOTICE_DAY
from portal.core.validity import today

ROSTER, REGISTER, LEDGER = "roster", "register-2013", "ledger"
NAMING = {ROSTER: roster_name, REGISTER: register_name, LEDGER: ledger_name}
IDENTITY = ("统一社会信用代码", "登记证号", "名称")
DAYS = ("成立日期", "终止日期", "建立党组织时间", "书记任职日期", "派驻日期", "填报日期")
COUNTS = (
    "正式党员数",
    "党员人数",
    "预备党员数",
    "专职党员数",
    "兼职党员数",
    "发展对象数",
    "入党积极分子数",
    "申请入党人数",
    "从业人员数",
    "专职人员数",
)
#: the standard word of 类别 and how offices name it
KINDS = {
    "社会团体": ("社会团体", "社团", "社会团体法人"),
    "民办非企业单位": ("民办非企业单位", "民办非企业", "民非", "民非企业", "民非单位"),
    "社会服务机构": ("社会服务机构",),
    "基金会": ("基金会",),
    "中介组织": ("中介组织", "社会中介组织", "中介机构"),
}
#: the end of a name that leaves no doubt about the kind
_ENDS = (
    ("基金会", ("基金会",)),
    ("中介组织", ("律师事务所", "会计师事务所", "税务师事务所", "会计师事务所有限公司")),
    ("社会团体", ("协会", "学会", "商会", "联合会", "促进会", "研究会", "联谊会", "校友会", "总会")),
    ("民办非企业单位", ("中心", "学校", "幼儿园", "医院", "服务社", "研究院", "研究所", "学院", "养老院", "门诊部")),
)
_DASHES = re.compile(r"[‐‑‒–—―－─_]")
_UNIFIED = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_PERSONS = re.compile(r"(\d+)[人名位个]")


@dataclass
class OfficeRow:
    """One row: its number in the spreadsheet and its cells by name, none of them empty."""

    number: int
    cells: dict[str, object]

    def text(self, name: str) -> str:
        """A cell as text, "" where it is empty."""
        return as_text(self.cells.get(name))


@dataclass
class OfficeTable:
    """A table of one of the three kinds.

    `day` is the day for which it speaks: from its title, sheet or file name, else the notice's day for the
    register of 2013 and today for the others; `day_is_assumed` says which. `headings` are the office's own words.
    """

    kind: str
    file: str
    day: datetime.date
    day_is_assumed: bool
    headings: dict[str, str]
    heading_row: int
    rows: list[OfficeRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    differences: list[dict[str, object]] = field(default_factory=list)
    made: list[dict[str, object]] = field(default_factory=list)
    _lacking: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def note(self, row: OfficeRow | None, name: str, code: str, message: str) -> None:
        """Add a finding on a cell, with what stands in it; a personal number is never repeated in full."""
        value = row.text(name) if row else ""
        if name == "书记身份证号":
            value = masked(value)
        number, heading = row.number if row else None, self.headings.get(name, name)
        where = f"第 {number} 行“{heading}”" if row else f"“{heading}”"
        where += f"为“{value[:40]}”" if value else ""
        self.findings.append(Finding(number, heading, code, value, f"{where}:{message}。"))

    def assume(self, row: OfficeRow, name: str, message: str, code: str = "IMP-202") -> None:
        """Say what stands for an empty cell: row by row, or once where the table has no such column."""
        if name in self.headings:
            self.note(row, name, code, message)
        else:
            self._lacking[name, message, code] += 1

    def sum_up(self) -> None:
        """Turn what was assumed for columns that the table lacks into one finding each."""
        for (name, message, code), rows in self._lacking.items():
            text = f"本表没有“{name}”,{rows} 行{message}。"
            self.findings.append(Finding(self.heading_row, name, code, "", text))
        self._lacking.clear()

    def differ(self, row: OfficeRow, name: str, stored: str, meaning: str = "") -> None:
        """Report that the row says another thing than what is stored; the stored one stays.

        `meaning` is how the cell was understood, where that is not what stands in it.
        """
        value = row.text(name)
        difference = {"row": row.number, "column": self.headings.get(name, name), "value": value, "stored": stored}
        self.differences.append(difference)
        understood = "" if meaning in ("", value) else f"按{meaning}理解,"
        empty = "" if value else "表中为空,"
        message = f"{empty}{understood}平台登记为“{stored}”;登记未改动,请核实后更正其中之一"
        self.note(row, name, "IMP-210", message)


def read_office_table(kind: str, grid: Grid, file: str) -> OfficeTable:
    """The rows of an office table. Raises FileFault IMP-112 where no header is found."""
    try:
        found = tables.read_table(grid.rows, NAMING[kind], IDENTITY)
    except tables.NoTable as error:
        raise FileFault("IMP-112", str(error)) from None
    words = f"{found.title} {grid.name} {file.rsplit('.', 1)[0]}"
    day = tables.day_in(words, today())
    table = OfficeTable(
        kind=kind,
        file=file,
        day=day or (NOTICE_DAY if kind == REGISTER else today()),
        day_is_assumed=day is None,
        headings={column.name: column.heading for column in reversed(found.columns) if column.name},
        heading_row=found.heading_row,
    )
    _note_unknown(table, found)
    _fill(table, found)
    kind_of_all = _kind_of_all(words, found)
    for row in table.rows:
        _mend(table, row, kind_of_all)
    return table


def _note_unknown(table: OfficeTable, found: tables.Table) -> None:
    """Columns without a register: one warning each, and one for each that is understood but not read."""
    unread = {
        column.heading: "不认识或平台不登记"
        for column in found.columns
        if column.name is None and not (column.heading.endswith("类型") and _kinds_in(column.heading))
    }
    unread |= {table.headings[name]: why for name, why in UNREAD.items() if name in table.headings}
    for heading, why in unread.items():
        message = f"列“{heading}”{why},未读取。"
        table.findings.append(Finding(found.heading_row, heading, "IMP-201", heading, message))


def _fill(table: OfficeTable, found: tables.Table) -> None:
    """Cells by name; where a column of days writes M/D/YYYY, its days are read so."""
    month_first = {
        column.name for column in found.columns if column.name in DAYS and tables.month_first(found.cells(column))
    }
    for number, row in found.rows:
        cells = {name: cell for name, cell in found.values(row).items() if cell is not None}
        for name in month_first & set(cells):
            cells[name] = tables.read_month_first(cells[name])
        table.rows.append(OfficeRow(number, cells))


def _kind_of_all(words: str, found: tables.Table) -> str | None:
    """The kind that title, sheet or file name, or else a heading such as 基金会类型, gives to all rows."""
    headings = " ".join(word for column in found.columns for word in column.path)
    for where in (words, headings):
        kinds = _kinds_in(where)
        if len(kinds) == 1:
            return kinds[0]
    return None


def _kinds_in(words: str) -> list[str]:
    return [kind for kind, spellings in KINDS.items() if any(word in words for word in spellings)]


def _mend(table: OfficeTable, row: OfficeRow, kind_of_all: str | None) -> None:
    _mend_codes(table, row)
    _mend_kind(table, row, kind_of_all)
    for name in COUNTS:
        if match := _PERSONS.fullmatch(row.text(name)):
            row.cells[name] = match[1]


# ── codes ───────────────────────────────────────────────────────────────────────────────────────────────────


def _mend_codes(table: OfficeTable, row: OfficeRow) -> None:
    """A credit code in the column of another code is taken as what it is, if its check digit holds."""
    for name in ("统一社会信用代码", "组织机构代码"):
        if name in row.cells:
            row.cells[name] = _DASHES.sub("-", row.text(name))
    _unfold_organization_code(table, row)
    if match := _UNIFIED.search(as_code(row.text("登记证号"))):
        _move_credit_code(table, row, "登记证号", match[0])
    written = row.text("统一社会信用代码")
    if re.search(r"[一-鿿]", written) and "登记证号" not in row.cells:
        table.note(row, "统一社会信用代码", "IMP-202", "不是信用代码,按登记证号采用")
        row.cells["登记证号"] = row.cells.pop("统一社会信用代码")
    _check_inner_code(table, row)


def _check_inner_code(table: OfficeTable, row: OfficeRow) -> None:
    """The 9-character code is no key: where it is not the one inside the credit code, the credit code stands."""
    outer, inner = as_code(row.text("统一社会信用代码")), as_code(row.text("组织机构代码")).replace("-", "")
    if len(outer) == 18 and inner and outer[8:17] != inner.zfill(9):
        message = f"与信用代码第 9–17 位“{outer[8:17]}”不符,该值未采用;请核对两个代码"
        table.note(row, "组织机构代码", "IMP-208", message)
        del row.cells["组织机构代码"]


def _unfold_organization_code(table: OfficeTable, row: OfficeRow) -> None:
    code = as_code(row.text("组织机构代码")).replace("-", "")
    if len(code) == 18 and not _move_credit_code(table, row, "组织机构代码", code):
        table.note(row, "组织机构代码", "IMP-208", "有 18 位,又不是校验相符的统一社会信用代码,未采用;请对照代码证")
        del row.cells["组织机构代码"]


def _move_credit_code(table: OfficeTable, row: OfficeRow, name: str, code: str) -> bool:
    """Move a valid credit code out of column `name`; False where it is not valid or another one is given."""
    try:
        value = credit_code(code).value
    except Fault:
        return False
    given = as_code(row.text("统一社会信用代码"))
    if given and given != value:
        return False
    table.note(row, name, "IMP-202", f"其中是统一社会信用代码,已按 {value} 采用")
    row.cells["统一社会信用代码"] = value
    del row.cells[name]
    return True


# ── the kind ────────────────────────────────────────────────────────────────────────────────────────────────


def _mend_kind(table: OfficeTable, row: OfficeRow, kind_of_all: str | None) -> None:
    """The standard word; where the cell has none of them, what title or header say. What is left has no kind yet:
    `organizations` knows whether one is stored."""
    written = unicodedata.normalize("NFKC", row.text("类别"))
    known = next(iter(_kinds_in(written)), kind_of_all)
    if known is None:
        return
    if written and not _kinds_in(written):
        note_kind(table, row, f"按标题或表头采用 {known}")
    row.cells["类别"] = known


def note_kind(table: OfficeTable, row: OfficeRow, instead: str) -> None:
    """IMP-208: what stands in 类别 is no kind, and what stands for it."""
    table.note(row, "类别", "IMP-208", f"不是 {'/'.join(KINDS)} 之一,该值未采用,{instead};请核对")


def kind_by_name(name: str) -> str | None:
    """The kind that the end of a name leaves no doubt about."""
    return next((kind for kind, ends in _ENDS if name.endswith(ends)), None)
