"""The register of 2013 (F01) as an office gets it: an .xls of 37 columns under four merged levels of headings, letter
codes below them, numbered rows waiting to be filled. The layout is rebuilt here, what fills it is invented."""

from __future__ import annotations

import datetime
import io

import xlwt

FIRST_ROW = 7
PREPARED = 50
#: (first row, last row, first column, last column, heading), counted from 0; groups before what stands below them
_HEADINGS = (
    (0, 4, 0, 0, "序\n\n号"),
    (0, 0, 1, 5, "基本情况"),
    (0, 0, 6, 25, "党组织建立情况"),
    (0, 0, 28, 34, "党员情况"),
    (0, 0, 35, 36, "群团组织组建情况"),
    (1, 4, 1, 1, "社会组织\n名称"),
    (1, 4, 2, 2, "组织类别"),
    (1, 4, 3, 3, "登记证号"),
    (1, 1, 4, 5, "法定代表人"),
    (1, 4, 6, 6, "党组织设置"),
    (1, 1, 7, 22, "已建党组织情况"),
    (1, 1, 23, 27, "未建党组织情况"),
    (1, 4, 28, 28, "从业人员党员数"),
    (1, 4, 29, 29, "专职党员数量"),
    (1, 4, 30, 30, "兼职党员数量"),
    (1, 1, 31, 34, "发展党员"),
    (1, 4, 35, 35, "已建群团组织"),
    (1, 4, 36, 36, "已建群团组织说明"),
    (2, 4, 4, 4, "姓名"),
    (2, 4, 5, 5, "政治面貌"),
    (2, 4, 7, 7, "建立党组织时间"),
    (2, 4, 8, 8, "党组织名称"),
    (2, 4, 9, 9, "审批\n单位"),
    (2, 4, 10, 10, "审批文号"),
    (2, 4, 11, 11, "组织建制"),
    (2, 4, 12, 12, "党组织类型"),
    (2, 4, 13, 13, "党组织隶属关系"),
    (2, 4, 14, 14, "是否兼合式党组织"),
    (2, 2, 15, 22, "党组织负责人"),
    (2, 4, 23, 23, "未建立党组织原因"),
    (2, 4, 24, 24, "拟建党组织日期"),
    (2, 2, 25, 27, "党建指导员"),
    (2, 4, 31, 31, "预备党员人数"),
    (2, 4, 32, 32, "发展对象人数"),
    (2, 4, 33, 33, "入党积极分子人数"),
    (2, 4, 34, 34, "申请入党人数"),
    (3, 4, 15, 15, "姓名"),
    (3, 4, 16, 16, "身份证号"),
    (3, 4, 17, 17, "民族"),
    (3, 4, 18, 18, "学历"),
    (3, 4, 19, 19, "联系\n电话"),
    (3, 4, 20, 20, "社会组织职务"),
    (3, 4, 21, 21, "原工作单位"),
    (3, 4, 22, 22, "职务"),
    (3, 4, 25, 25, "姓名"),
    (3, 4, 26, 26, "电话"),
    (3, 4, 27, 27, "工作单位"),
)
CODES = (
    "", "A", "B", "C", "D1", "D2", "E", "G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G91", "G92", "G93", "G94",
    "G95", "G96", "G97", "G98", "H1", "H2", "H31", "H32", "H33", "I", "J", "K", "L1", "L2", "L3", "L4", "M", "N",
)  # fmt: skip
_DAY = xlwt.easyxf(num_format_str="YYYY-MM-DD")


def filled(rows: list[dict[str, object]], *, title: str = "", with_codes: bool = True) -> bytes:
    """The bytes of a register; each row gives cells by letter code. A `title` stands in a row of its own above."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    top = 1 if title else 0
    if title:
        sheet.write_merge(0, 0, 0, 36, title)
    for first, last, left, right, heading in _HEADINGS:
        sheet.write_merge(first + top, last + top, left, right, heading)
    for column, code in enumerate(CODES if with_codes else ()):
        sheet.write(5 + top, column, code)
    start = (6 if with_codes else 5) + top
    for number in range(max(PREPARED, len(rows))):
        sheet.write(start + number, 0, number + 1)
        for code, cell in (rows[number] if number < len(rows) else {}).items():
            _write(sheet, start + number, CODES.index(code), cell)
    words = book.add_sheet("Sheet2")
    for row, word in enumerate(("组织类别", "社会团体", "民办非企业单位", "基金会", "中介组织")):
        words.write(row, 0, word)
    book.add_sheet("Sheet3")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: xlwt.Worksheet, row: int, column: int, cell: object) -> None:
    if isinstance(cell, datetime.date):
        sheet.write(row, column, cell, _DAY)
    else:
        sheet.write(row, column, cell)
