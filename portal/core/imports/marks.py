"""A cell that says something of each item of a list: “党员信息已采集：是；党建工作已写入章程：否”.

The value is a mapping of the items' codes; items of which nothing is said are not in it. Which items a row may speak of
is the register's question: lists are dated.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from portal.core.imports.columns import Row
from portal.core.imports.findings import Fault
from portal.core.imports.texts import as_code
from portal.core.imports.widgets import Cell, parts
from portal.core.score_sheets import ScoreSheet

_SAID = re.compile(r"(.*?)[：:=](.*)")


class Marks(Cell):
    """What is said of items; `items` are their words by code, `each` reads and writes what is said of one."""

    def __init__(self, items: Mapping[str, str], each: Cell) -> None:
        super().__init__()
        self.items, self.each = items, each
        self.codes = {as_code(word): code for code, word in items.items()}

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> dict[str, Any]:
        """What is said of each item. Raises Fault IMP-102."""
        found: dict[str, Any] = {}
        for part in parts(value):
            word, text = self._said(part)
            code = self.codes.get(as_code(word))
            if code is None:
                raise Fault("IMP-102", f"没有“{word[:40]}”这一项;请按核对表或评分表的项目填写")
            if code in found:
                raise Fault("IMP-102", f"“{word}”写了两次;请只留一次")
            try:
                found[code] = self.each.clean(text)
            except Fault as fault:
                raise Fault(fault.code, f"“{word}”{fault.message}") from None
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The items in the order of all items."""
        return self.compose({code: self.each.render(said) for code, said in (value or {}).items()})

    def compose(self, texts: Mapping[str, str]) -> str:
        """The cell of these texts by code; nothing is said of what is empty."""
        return "；".join(f"{self.items[code]}：{texts[code]}" for code in self.items if texts.get(code))

    def texts(self, text: str) -> dict[str, str]:
        """The texts by code; what cannot be understood is left out."""
        said = (self._said(part) for part in parts(text))
        return {self.codes[as_code(word)]: found for word, found in said if as_code(word) in self.codes}

    def nothing(self, blank: Any) -> dict[str, Any]:
        """Nothing is said of any item."""
        return {}

    @staticmethod
    def _said(part: str) -> tuple[str, str]:
        found = _SAID.fullmatch(part)
        return (found[1].strip(), found[2].strip()) if found else (part, "")

    def strangers(self, value: Mapping[str, Any], asked: Collection[str]) -> list[str]:
        """The words of what is said of items that are not asked."""
        return [word for code, word in self.items.items() if code in value and code not in asked]


def held_to_sheet(row: Row, column: Any, sheet: ScoreSheet) -> None:
    """IMP-113 and IMP-102 where a row scores what its sheet does not have, or gives more points than an item can."""
    only_asked(row, column, {item.key for item in sheet.items}, "当日的评分表")
    for item in sheet.excess(row.get(column.attname) or {}):
        row.refuse(column, Fault("IMP-102", f"“{item.word}”最多 {item.most} 分;请核对"))


def only_asked(row: Row, column: Any, asked: Collection[str], of_what: str) -> None:
    """IMP-113 where a row speaks of an item that its list does not have; `of_what` names the list."""
    strangers = column.widget.strangers(row.get(column.attname) or {}, asked)
    if strangers:
        row.refuse(column, Fault("IMP-113", f"{of_what}没有“{'、'.join(strangers)}”;请核对事项和日期"))
