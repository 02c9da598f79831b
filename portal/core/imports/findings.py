"""What an import finds: coded, with row, column, value, and a Chinese sentence that says what to do.

Codes are those of the public contract; 1xx are errors, 2xx warnings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

#: shown beside every finding on pages and in the printed table
TITLES = {
    "IMP-101": "缺必填项",
    "IMP-102": "无法识读",
    "IMP-103": "校验码不符",
    "IMP-104": "引用不存在",
    "IMP-105": "对应多个",
    "IMP-106": "文件内重复",
    "IMP-107": "与已存矛盾",
    "IMP-108": "不在本单位范围",
    "IMP-109": "日期先后有误",
    "IMP-110": "超出限额",
    "IMP-111": "文件无法读取",
    "IMP-112": "缺必需列",
    "IMP-113": "同一行自相矛盾",
    "IMP-201": "未知列",
    "IMP-202": "已修复",
    "IMP-203": "占位单位",
    "IMP-204": "单位未能识别",
    "IMP-205": "街道不在该区",
    "IMP-206": "疑似同一组织",
    "IMP-207": "组织机构代码重复",
    "IMP-208": "次要项未采用",
    "IMP-209": "信用代码存疑",
    "IMP-210": "与登记不一致",
}


#: errors of a file as a whole: none of its rows can be written, and none needs to be mended
OF_FILES = frozenset({"IMP-110", "IMP-111", "IMP-112"})


@dataclass(frozen=True)
class Finding:
    """One finding; `row` is the row number a spreadsheet shows, None where the whole file is meant.

    `bare` is the message without row, column and value, for a form that shows it at the field.
    """

    row: int | None
    column: str
    code: str
    value: str
    message: str
    bare: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it keeps its row from being written."""
        return self.code.startswith("IMP-1")

    def under(self, heading: str) -> Finding:
        """The same finding, naming its column by another heading."""
        named = self.message.replace(f"“{self.column}”", f"“{heading}”", 1)
        return replace(self, column=heading, message=named)

    def as_json(self) -> dict[str, Any]:
        """The public form."""
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "value": self.value,
            "message": self.message,
        }


class Fault(ValueError):
    """A value that cannot be taken; the message completes “第 n 行“列”…”."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class FileFault(Fault):
    """A file that cannot be taken as a whole (IMP-110, IMP-111, IMP-112)."""
