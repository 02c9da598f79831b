"""The people and numbers that rows tell of: secretaries, posted instructors, member reports.

Only what is missing is added. Where the register has another secretary, or another instructor posted, that is a
difference for someone to decide, not a change of office. A post or posting without a day of its own begins on the
day of the table.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from branches.models import InstructorPosting, Post
from branches.office_tables.organizations import key_of, readable_day, start_of
from branches.office_tables.parties import PartyOfRows
from branches.office_tables.party import is_covered
from branches.office_tables.rows import LEDGER, REGISTER, OfficeRow, OfficeTable
from branches.office_tables.stored import Known, Stored, attach
from orgs.models import MemberReport
from portal.core.imports.findings import Fault
from portal.core.imports.run import chosen
from portal.core.imports.sheets import Sheet
from portal.core.imports.texts import as_code, read_whole

Cells = dict[str, object]

INSTRUCTORS = ("组织员", "指导员", "联络员")
_COUNTS = {
    "正式党员数": "full",
    "预备党员数": "probationary",
    "专职党员数": "full_time",
    "兼职党员数": "part_time",
    "发展对象数": "candidates",
    "入党积极分子数": "activists",
    "申请入党人数": "applicants",
}
_SOURCES = {REGISTER: "2013年党建登记表", LEDGER: "党建台账"}
_MOBILE = re.compile(r"1[3-9]\d{9}")


def phone_cells(text: str) -> Cells:
    """A mobile number is taken as the person's own, kept encrypted; any other number as that of the workplace."""
    digits = as_code(text).replace("-", "")
    return {"手机号": digits} if _MOBILE.fullmatch(digits) else {"工作电话": text}


# ── secretaries ─────────────────────────────────────────────────────────────────────────────────────────────


def post_rows(table: OfficeTable, parties: dict[str, PartyOfRows], stored: Stored) -> Iterator[tuple[int, Cells]]:
    """Rows of `posts`: the secretary of each party organization, once."""
    for party in parties.values():
        row = next((row for row in party.rows if row.text("书记")), None)
        if row is None or (party.stored and party.stored.is_over(table.day)):
            continue
        name = row.text("书记")
        posts = [post for post in party.stored.secretaries if post.holds_on(table.day)] if party.stored else []
        kept = next((post for post in posts if as_code(post.person.name) == as_code(name)), None)
        cells: Cells = {"党组织编码": party.code, "职务": "书记", "姓名": name, "工作单位": key_of(row, stored)}
        if kept is not None:
            start = start_of(table, row, "书记任职日期", kept.valid_from)
            yield row.number, {**cells, "人员编号": kept.person.file_key, "任职日期": start}
        elif posts:
            table.differ(row, "书记", "、".join(post.person.name for post in posts))
        else:
            start = start_of(table, row, "书记任职日期")
            number = {"身份证号": row.text("书记身份证号")} if row.text("书记身份证号") else {}
            yield row.number, {**cells, "任职日期": start, **number, **phone_cells(row.text("书记电话"))}


# ── instructors ─────────────────────────────────────────────────────────────────────────────────────────────


def posting_rows(table: OfficeTable, stored: Stored) -> Iterator[tuple[int, Cells]]:
    """Rows of `instructors`: whoever is named as 组织员, 指导员 or 联络员."""
    for row in table.rows:
        for role in INSTRUCTORS:
            if row.text(role) and (key := key_of(row, stored)):
                cells = _posting(table, row, role, stored)
                if cells is not None:
                    yield row.number, {"统一社会信用代码": key, "角色": role, "姓名": row.text(role), **cells}


def _posting(table: OfficeTable, row: OfficeRow, role: str, stored: Stored) -> Cells | None:
    """What the register needs besides; None where it has someone else in that role on the table's day. Who sends is
    left open where neither the row nor the register says it."""
    known = stored.known(row)
    active = _active_postings(table, known, role)
    kept = next((p for p in active if as_code(p.person.name) == as_code(row.text(role))), None)
    unit = row.text("派驻单位")
    if kept is not None:
        start = start_of(table, row, "派驻日期", kept.valid_from)
        unit = kept.sending_unit.code if kept.sending_unit else unit
        return {"人员编号": kept.person.file_key, "起始日期": start, "派出单位编码": unit}
    if active:
        table.differ(row, role, "、".join(posting.person.name for posting in active))
        return None
    if not unit:
        table.assume(row, "派驻单位", "没有派出单位,暂记为不详;请补填")
    start = start_of(table, row, "派驻日期")
    return {"起始日期": start, "派出单位编码": unit, **phone_cells(row.text("指导员电话"))}


def _active_postings(table: OfficeTable, known: Known | None, role: str) -> list[InstructorPosting]:
    postings = known.postings if known else []
    return [p for p in postings if p.get_role_display() == role and p.holds_on(table.day)]


# ── reported numbers ────────────────────────────────────────────────────────────────────────────────────────


def report_rows(table: OfficeTable, stored: Stored) -> Iterator[tuple[int, Cells]]:
    """Rows of `member_reports`: the numbers and the reason for having no party organization.

    The numbers are the table's own, so a later table of the same day corrects them; a difference is reported all
    the same.
    """
    for row in table.rows:
        key = key_of(row, stored)
        cells: Cells = _counts(table, row)
        if is_covered(row) is not True and row.text("未建立党组织原因"):
            cells["未建立党组织原因"] = row.text("未建立党组织原因")
        if key and cells:
            known = stored.known(row)
            day = _report_day(table, row, known, cells)
            _compare_report(table, row, known, day, cells)
            yield row.number, {"统一社会信用代码": key, "填报日期": day, "来源": _SOURCES[table.kind], **cells}


def _counts(table: OfficeTable, row: OfficeRow) -> Cells:
    """The counts of a row. Where only all members are counted (党员人数, which holds the probationary ones), the
    full ones are these less the probationary ones."""
    cells: Cells = {name: row.cells[name] for name in _COUNTS if row.text(name)}
    everybody = _number(row, "党员人数")
    if everybody is None and row.text("党员人数"):
        table.note(row, "党员人数", "IMP-208", "不是数字,该值未采用;请填 0 或正整数")
    if everybody is not None and "正式党员数" not in cells:
        probationary = _number(row, "预备党员数") or 0
        cells["正式党员数"] = everybody - probationary if probationary <= everybody else everybody
    return cells


def _number(row: OfficeRow, name: str) -> int | None:
    try:
        return read_whole(row.text(name)) if row.text(name) else None
    except Fault:
        return None


def _report_day(table: OfficeTable, row: OfficeRow, known: Known | None, cells: Cells) -> datetime.date:
    """The day the numbers are reported for: the row's, the table's; a table without a day that says what the last
    one of its kind said is that report again, not a new one."""
    if day := readable_day(row, "填报日期"):
        return day
    kept = known.reports if table.day_is_assumed and known is not None else []
    same = [one for one in kept if one.source == _SOURCES[table.kind] and not _changed(one, cells)]
    last = max((one.reported_on for one in same), default=None)
    return start_of(table, row, "填报日期", last) if row.text("填报日期") else last or table.day


def _changed(report: MemberReport, cells: Cells) -> list[str]:
    """The names of the cells that say another thing than a stored report."""
    changed = []
    for name, cell in cells.items():
        try:
            value = cell if name == "未建立党组织原因" else read_whole(str(cell))
        except Fault:
            continue
        stored = report.unset_reason if name == "未建立党组织原因" else getattr(report, _COUNTS[name])
        if stored not in (None, "", value):
            changed.append(name)
    return changed


def _compare_report(table: OfficeTable, row: OfficeRow, known: Known | None, day: datetime.date, cells: Cells) -> None:
    for report in known.reports if known else ():
        if report.reported_on == day:
            for name in _changed(report, cells):
                fact = report.unset_reason if name == "未建立党组织原因" else str(getattr(report, _COUNTS[name]))
                is_rest = name == "正式党员数" and not row.text(name)
                meaning = f"正式党员 {cells[name]} 名" if is_rest else ""
                table.differ(row, "党员人数" if is_rest else name, fact, meaning)


# ── numbers that were made ──────────────────────────────────────────────────────────────────────────────────


def made_numbers(sheets: list[Sheet]) -> list[dict[str, object]]:
    """The staff numbers of people who came by name alone, once they are stored."""
    nameless = {
        sheet.kind: [(row, cells) for row, cells in sheet.rows if "人员编号" not in cells]
        for sheet in sheets
        if sheet.kind in ("posts", "instructors")
    }
    numbers = _numbers_of_posts(nameless.get("posts", [])) | _numbers_of_postings(nameless.get("instructors", []))
    found = []
    for row, cells in [row for rows in nameless.values() for row in rows]:
        key = (str(cells.get("党组织编码") or cells["统一社会信用代码"]), str(cells["姓名"]))
        if key in numbers:
            found.append({"row": row, "kind": "people", "code": numbers[key]})
    return found


def _numbers_of_posts(rows: list[tuple[int, Cells]]) -> dict[tuple[str, str], str]:
    codes = {cells["党组织编码"] for _, cells in rows}
    posts = chosen(Post, "party_organization__code", codes)
    attach(posts, "party_organization", "person")
    return {(post.party_organization.code, post.person.name): post.person.file_key for post in posts}


def _numbers_of_postings(rows: list[tuple[int, Cells]]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    keys = {cells["统一社会信用代码"] for _, cells in rows}
    for field in ("credit_code", "registration_number"):
        postings = chosen(InstructorPosting, f"organization__{field}", keys)
        attach(postings, "organization", "person")
        found |= {(getattr(one.organization, field), one.person.name): one.person.file_key for one in postings}
    return found
