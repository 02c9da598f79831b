"""The way in: an office table becomes sheets of the registers, for one run of the engine.

Every sheet carries the table's file name and row numbers and says by which words the office names its columns.
Differences between the table and what is stored are findings of the organizations' sheet (IMP-210).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.db import transaction

from branches.office_tables import organizations, parties, people
from branches.office_tables.rows import LEDGER, REGISTER, ROSTER, OfficeTable, read_office_table
from branches.office_tables.stored import Stored
from portal.core.imports.doors import Reader, register_reader
from portal.core.imports.engine import run
from portal.core.imports.findings import FileFault
from portal.core.imports.read import Grid
from portal.core.imports.sheets import FileReport, Options, Report, Sheet
from portal.core.models import ImportBatch

Rows = Iterable[tuple[int, dict[str, object]]]

TITLES = {ROSTER: "民政社会组织名册", REGISTER: "2013年党建登记表", LEDGER: "党建台账"}

#: a register's heading -> what it is made of in an office table, the first that the table has
_MADE_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "organizations": {},
    "party_organizations": {
        "党组织编码": ("党组织编码", "党组织名称", "是否建立党组织"),
        "党组织名称": ("党组织名称", "是否建立党组织"),
        "党组织类别": ("组织建制", "党组织名称", "是否建立党组织"),
        "组建形式": ("组建形式", "组织建制", "党组织名称", "是否建立党组织"),
        "主管单位编码": ("审批单位",),
        "批准日期": ("建立党组织时间", "是否建立党组织"),
    },
    "covering": {
        "党组织编码": ("党组织编码", "党组织名称", "是否建立党组织"),
        "起始日期": ("建立党组织时间", "是否建立党组织"),
    },
    "posts": {
        "党组织编码": ("党组织编码", "党组织名称", "是否建立党组织"),
        "姓名": ("书记",),
        "人员编号": ("书记",),
        "身份证号": ("书记身份证号",),
        "工作电话": ("书记电话",),
        "手机号": ("书记电话",),
        "任职日期": ("书记任职日期", "书记"),
    },
    "instructors": {
        "姓名": ("指导员", "联络员", "组织员"),
        "人员编号": ("指导员", "联络员", "组织员"),
        "派出单位编码": ("派驻单位",),
        "工作电话": ("指导员电话",),
        "手机号": ("指导员电话",),
        "起始日期": ("派驻日期", "指导员", "联络员", "组织员"),
    },
    "member_reports": {"正式党员数": ("正式党员数", "党员人数")},
}
_KEY = ("统一社会信用代码", "登记证号", "名称")
#: what a row may lack is said of the row, not of the whole table
_ALWAYS = (*_KEY, "类别", "成立日期")


@dataclass
class OfficeReport(FileReport):
    """The organizations' part of a report, with what concerns the whole table: where it and the registers differ,
    and the codes that were made for what came without one (of people only once they are written)."""

    differences: list[dict[str, object]] = field(default_factory=list)
    made: list[dict[str, object]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The public form."""
        return {**super().as_json(), "differences": self.differences, "made": self.made}


def open_doors() -> None:
    """Open the three kinds to commands and the upload page."""
    for kind, title in TITLES.items():
        register_reader(Reader(kind, title, partial(take_in, kind)))


@transaction.atomic
def take_in(kind: str, grid: Grid, file: str, options: Options) -> Report:
    """Plan or write an office table. Raises FileFault IMP-111 or IMP-112 where the file holds no table."""
    table = read_office_table(kind, grid, file)
    if not table.rows:
        raise FileFault("IMP-111", "表头之下没有数据行;请填写后重试")
    stored = Stored(table, options.scope)
    sheets = sheets_of(table, stored)
    batch = options.batch or ImportBatch(
        kind=kind, file_name=file, digest=options.digest, by=options.actor, unit_id=options.scope.home_unit_id
    )
    report = run(sheets, replace(options, batch=batch))
    first = report.files[0]
    made = table.made + (people.made_numbers(sheets) if report.committed else [])
    refused = set().union(*(file.refused for file in report.files))
    made = [one for one in made if one["row"] not in refused]
    report.files[0] = OfficeReport(**vars(first), differences=table.differences, made=made)
    if report.committed:
        batch.result = report.as_json()
        batch.save(update_fields=["result"])
    return report


def sheets_of(table: OfficeTable, stored: Stored) -> list[Sheet]:
    """The rows of the table as rows of the registers."""
    sheets = [_sheet(table, "organizations", _organization_rows(table, stored))]
    if table.kind != ROSTER:
        sheets += _party_sheets(table, stored)
    table.sum_up()
    sheets[0].findings += sorted(table.findings, key=lambda finding: finding.row or 0)
    return [sheet for sheet in sheets if sheet.rows]


def _organization_rows(table: OfficeTable, stored: Stored) -> Rows:
    for row in table.rows:
        if len(stored.matches[row.number]) > 1 and not organizations.key_of(row, stored):
            table.note(row, "名称", "IMP-105", "没有代码,同名的社会组织不止一家;请填写统一社会信用代码或登记证号")
        yield row.number, organizations.organization_cells(table, row, stored)


def _party_sheets(table: OfficeTable, stored: Stored) -> list[Sheet]:
    found = parties.parties_of(table, stored)
    parties.compare(table, found, stored)
    organizations.report_absent(table, stored)
    return [
        _sheet(table, "party_organizations", parties.party_rows(table, found, stored)),
        _sheet(table, "covering", parties.covering_rows(table, found, stored)),
        _sheet(table, "posts", people.post_rows(table, found, stored)),
        _sheet(table, "instructors", people.posting_rows(table, stored)),
        _sheet(table, "member_reports", people.report_rows(table, stored)),
    ]


def _sheet(table: OfficeTable, kind: str, rows: Rows) -> Sheet:
    """A sheet of one register, with the office's own words for its headings."""
    filled = list(rows)
    always = _ALWAYS if kind == "organizations" else ()
    headings = list(dict.fromkeys([*always, *(heading for _, cells in filled for heading in cells)]))
    return Sheet(
        kind=kind,
        file=table.file,
        headings=headings,
        rows=filled,
        lenient=True,
        heading_row=table.heading_row,
        written_as={heading: _written(table, kind, heading) for heading in headings},
    )


def _written(table: OfficeTable, kind: str, heading: str) -> str:
    names = _MADE_OF[kind].get(heading, (heading, *_KEY) if heading == "统一社会信用代码" else (heading,))
    return next((table.headings[name] for name in names if name in table.headings), heading)
