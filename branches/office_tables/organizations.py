"""The organization that a row tells of, as a row of the register `organizations`.

A roster is the civil-affairs bureau's own list: its values correct what is stored, like any bundle file. The
register of 2013 and ledgers only *complete*: what is stored stays, and every value that differs is reported.

Both need a founding day and a kind for a new organization, and neither always has them. Then the day of the table
stands for the founding day – the earliest day that the row proves, which is an earlier founding of its party
organization, and for the register of 2013 at the latest the day of the notice that asked for it – and the end of
the name for the kind. Each such assumption is a warning IMP-202, so that the organization counts at once and the
office knows what to look up. Where a district's staff bring a table without such columns, its organizations are taken
to lie in the district and to be registered by its civil-affairs bureau.
"""

from __future__ import annotations

import datetime
from functools import cache

from branches.office_tables.rows import REGISTER, ROSTER, OfficeRow, OfficeTable, kind_by_name, note_kind
from branches.office_tables.stored import Known, Stored
from portal.core.imports.columns import Cell
from portal.core.imports.findings import Fault
from portal.core.imports.register import registers
from portal.core.imports.texts import as_code, read_day, read_whole
from portal.core.imports.widgets import Choice, Day, Whole
from portal.core.models import District, Unit
from portal.core.policy import NOTICE_DAY

CODES = ("统一社会信用代码", "登记证号", "组织机构代码")
UNITS = {
    "登记管理部门": "registering_unit",
    "业务主管单位": "professional_unit",
    "街道": "subdistrict",
    "社区": "community",
}
WORDS = {"类别": "kind", "领域": "field", "登记方式": "mode", "行业": "trade", "重点": "importance"}
COLUMNS = (
    *CODES,
    "名称",
    "曾用名",
    *WORDS,
    *UNITS,
    "行政区",
    "登记状态",
    "成立日期",
    "终止日期",
    "从业人员数",
    "专职人员数",
)
_REQUIRED = ("名称", "类别", "成立日期")


def organization_cells(table: OfficeTable, row: OfficeRow, stored: Stored) -> dict[str, object]:
    """The cells of the row for the register; for a stored organization of a register or ledger only what is
    missing there, after its key and what the register requires."""
    known = stored.known(row)
    facts = stored_facts(known) if known else {}
    if table.kind == ROSTER or known is None:
        cells = {name: row.cells[name] for name in COLUMNS if name in row.cells}
    else:
        cells = _missing(table, row, known, facts, stored)
    _check_founding(table, row, cells)
    _check_kind(table, row, cells, facts.get("类别", ""))
    if known is not None:
        return {**{name: facts[name] for name in _REQUIRED if name not in cells}, **cells}
    _assume(table, row, cells)
    _assume_usual(table, row, cells, stored)
    return cells


def key_of(row: OfficeRow, stored: Stored) -> str:
    """The text by which other registers name the row's organization; "" where nothing does."""
    known = stored.known(row)
    given = row.text("统一社会信用代码") or row.text("登记证号")
    return given or (known.organization.key if known else "")


# ── what is missing, what differs ───────────────────────────────────────────────────────────────────────────


def stored_facts(known: Known) -> dict[str, str]:
    """What is stored, in the words of the register; "" for what is not known."""
    one, state = known.organization, known.state
    facts = {
        "统一社会信用代码": one.credit_code or "",
        "登记证号": one.registration_number or "",
        "组织机构代码": one.organization_code,
        "名称": one.name,
        "曾用名": one.former_names,
        "登记状态": one.get_closing_display() if one.closing else "正常",
        "成立日期": one.established_on.isoformat(),
        "终止日期": one.closed_on.isoformat() if one.closed_on else "",
        "行政区": _label(state.district),
        "从业人员数": "" if state.staff is None else str(state.staff),
        "专职人员数": "" if state.full_time_staff is None else str(state.full_time_staff),
    }
    facts |= {name: getattr(state, f"get_{attribute}_display")() for name, attribute in WORDS.items()}
    return facts | {name: _label(getattr(state, attribute)) for name, attribute in UNITS.items()}


def _label(place: Unit | District | None) -> str:
    return place.name if place else ""


def _missing(
    table: OfficeTable, row: OfficeRow, known: Known, facts: dict[str, str], stored: Stored
) -> dict[str, object]:
    """The row's key and what is not stored yet; what differs is reported and left as it is stored. What cannot be read
    differs from nothing: the register says so and leaves it out."""
    cells: dict[str, object] = {}
    for name in COLUMNS:
        if not row.text(name):
            continue
        if not facts[name] or name == _key_column(row) or not _is_readable(row, name, stored):
            cells[name] = row.cells[name]
        elif not is_same(row, name, facts[name], known, stored):
            table.differ(row, name, facts[name])
    if not _key_column(row):
        column = "统一社会信用代码" if known.organization.credit_code else "登记证号"
        cells[column] = known.organization.key
        table.note(row, "名称", "IMP-202", f"没有代码,按名称对应到 {known.organization.key}")
    return cells


def _key_column(row: OfficeRow) -> str:
    return next((name for name in ("统一社会信用代码", "登记证号") if row.text(name)), "")


@cache
def _widgets() -> dict[str, Cell]:
    """What reads the cells of the register, by heading."""
    return {column.heading: column.widget for column in registers()["organizations"].columns}


def _is_readable(row: OfficeRow, name: str, stored: Stored) -> bool:
    """Whether a day, a number, a word or a district is one."""
    written, widget = row.text(name), _widgets()[name]
    if name == "行政区":
        return stored.district(written) is not None
    if isinstance(widget, Choice):
        return widget.knows(written)
    try:
        return not isinstance(widget, Day | Whole) or widget.clean(written) is not None
    except Fault:
        return False


def is_same(row: OfficeRow, name: str, fact: str, known: Known, stored: Stored) -> bool:
    """Whether a cell that can be read says what is stored."""
    written = row.text(name)
    if name in UNITS:
        found = stored.unit(written)
        return found == getattr(known.state, f"{UNITS[name]}_id") if found else as_code(written) == as_code(fact)
    if name == "行政区":
        return stored.district(written) == known.state.district_id
    if name == "名称":
        return as_code(written) in {as_code(name) for name in [fact, *known.organization.former_names.split("；")]}
    if name == "曾用名":
        return True
    return _plain(name, written) == _plain(name, fact)


def _plain(name: str, text: str) -> object:
    if name.endswith("日期"):
        return read_day(text)
    if name.endswith("数"):
        return read_whole(text)
    if name == "组织机构代码":
        return as_code(text).replace("-", "").zfill(9)
    return as_code("民办非企业单位" if text == "社会服务机构" else text)


def report_absent(table: OfficeTable, stored: Stored) -> None:
    """Organizations that the unit answers for and that its ledger does not name: one warning, and each by name."""
    absent = stored.absent(table.day)
    for one in absent:
        table.differences.append({"row": None, "column": "名称", "value": "", "stored": f"{one.key} {one.name}"})
    if absent:
        names = "、".join(one.name for one in absent[:3])
        message = f"本单位负责的社会组织中有 {len(absent)} 家不在本表,如{names};请核对台账是否齐全"
        table.note(None, "名称", "IMP-210", message)


# ── what is assumed ─────────────────────────────────────────────────────────────────────────────────────────


def start_of(table: OfficeTable, row: OfficeRow, name: str, kept: datetime.date | None = None) -> datetime.date:
    """From when something holds: as it is stored; else from the day in the cell; else from the table's own day. A cell
    that cannot be read, or an empty one that would have been needed, is said with what stands for it."""
    day = readable_day(row, name)
    if day is None and row.text(name):
        instead = f"登记仍为 {kept}" if kept else f"暂按本表所反映的日期 {table.day} 登记,查明后请更正"
        table.note(row, name, "IMP-208", f"不是能确定的日期,该值未采用,{instead};请写成 2013-10-23 的样子")
    elif day is None and kept is None:
        table.assume(row, name, f"日期不详,暂按本表所反映的日期 {table.day} 登记;查明后请更正")
    return kept or day or table.day


def readable_day(row: OfficeRow, name: str) -> datetime.date | None:
    """The day in a cell, None where there is none that can be read."""
    try:
        return read_day(row.text(name)) if row.text(name) else None
    except Fault:
        return None


def _check_founding(table: OfficeTable, row: OfficeRow, cells: dict[str, object]) -> None:
    """成立日期 is no key: a fault in it is a warning and the value is left out."""
    if "成立日期" in cells and readable_day(row, "成立日期") is None:
        table.note(row, "成立日期", "IMP-208", "不是能确定的日期,该值未采用;请写成 2013-10-23 的样子")
        del cells["成立日期"]


def _check_kind(table: OfficeTable, row: OfficeRow, cells: dict[str, object], kept: str) -> None:
    """类别 is no key: for a word that is none stands what is stored, else what the end of the name says. Where nothing
    does, the register refuses the word and names those that it knows."""
    if "类别" not in cells or _widgets()["类别"].knows(row.text("类别")):
        return
    by_name = kind_by_name(row.text("名称"))
    if kept or by_name:
        note_kind(table, row, f"登记仍为 {kept}" if kept else f"暂按名称判断为 {by_name}")
        cells["类别"] = kept or by_name


def _assume(table: OfficeTable, row: OfficeRow, cells: dict[str, object]) -> None:
    if "成立日期" not in cells:
        founded = readable_day(row, "建立党组织时间")
        latest = min(table.day, NOTICE_DAY) if table.kind == REGISTER else table.day
        cells["成立日期"] = min(founded, latest) if founded else latest
        message = f"新登记的组织成立日期不详,暂按 {latest} 登记,党组织建立更早的按其建立时间;查明后请更正"
        table.assume(row, "成立日期", message)
    kind = None if "类别" in cells else kind_by_name(row.text("名称"))
    if kind is not None:
        cells["类别"] = kind
        table.assume(row, "类别", "没有类别,暂按名称判断;请核对")


def _assume_usual(table: OfficeTable, row: OfficeRow, cells: dict[str, object], stored: Stored) -> None:
    """What a district's register does not ask, because its organizations are the district's own."""
    for name, usual in stored.usual.items():
        if name not in table.headings:
            cells[name] = usual
            table.assume(row, name, f"新登记的组织暂按 {usual} 登记;不属实的请更正")
