"""What a row says of a party organization: whether there is one, its level and its form. Pure.

The register of 2013 has a column 组织建制 with six words; ledgers write the same things into other columns or only
into the name. They become level and form like this:

=============  ==========  =======================================================================
written        level       form
=============  ==========  =======================================================================
党委           党委        单独, or what else is written
党总支         党总支      the same
党支部         党支部      the same
联合支部       党支部      联合
临时党支部     党支部      临时 (BR-07)
党小组         党支部      功能型: a group is part of a branch elsewhere, the yearly statistics count its
                           organization among those without, so it is party work and no coverage
是否兼合式 是  as written  功能型 (BR-08: the relation of its members stays elsewhere)
=============  ==========  =======================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from branches.office_tables.rows import OfficeRow
from portal.core.imports.texts import as_code

#: in this order; the first word that is written decides
_LEVELS = (("总支", "党总支"), ("支部", "党支部"), ("党小组", "党支部"), ("党委", "党委"), ("工委", "党委"))
_FORMS = (
    ("党小组", "功能型"),
    ("功能", "功能型"),
    ("兼合", "功能型"),
    ("临时", "临时"),
    ("区域", "区域联合"),
    ("枢纽", "行业枢纽"),
    ("联合", "联合"),
    ("联建", "联合"),
    ("挂靠", "联合"),
    ("单独", "单独"),
    ("单建", "单独"),
    ("独立", "单独"),
)
_WORDS = ("组织建制", "组建形式", "党组织类型")
#: the columns that are to hold one of these words; 党组织类型 says other things as well
_ASKED = {"党组织类别": "组织建制", "组建形式": "组建形式"}
_FACTS = ("党组织名称", "建立党组织时间", "党组织编码")
_YES = re.compile(r"是|有|[√✓VY1]|YES|[已单联区行临功]\S*|\S*(支部|总支|党委|党小组)\S*")
_NO = re.compile(r"[否无未没不拟应×0N]\S*|NO")


@dataclass(frozen=True)
class Shape:
    """Level and form in the words of the bundle; `assumed` says which of them no word of the row names, `unread` which
    of them the row names by a word that is none."""

    level: str
    form: str
    assumed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def is_covered(row: OfficeRow) -> bool | None:
    """Whether the row says that there is a party organization; None where it says nothing or nothing clear."""
    written = as_code(row.text("是否建立党组织"))
    if _NO.fullmatch(written):
        return False
    if _YES.fullmatch(written) or any(row.text(name) for name in _FACTS):
        return True
    return False if not written and row.text("未建立党组织原因") else None


def contradicts(row: OfficeRow) -> bool:
    """否, and yet a party organization is named or dated on the same row."""
    return is_covered(row) is False and any(row.text(name) for name in _FACTS)


def shape(row: OfficeRow, *, is_shared: bool) -> Shape:
    """Level and form; `is_shared` where several rows of the table name the same party organization."""
    written = "".join(row.text(name) for name in _WORDS)
    name = row.text("党组织名称") or row.text("是否建立党组织")
    # an association may itself be called 联合会: only what the party organization adds to its name counts
    added = name.replace(row.text("名称") or "\0", "").replace("联合会", "")
    level = _first(_LEVELS, written) or _first(_LEVELS, added)
    form = _form(row, written) or _first(_FORMS, added) or ("联合" if is_shared else None)
    is_own = bool(_first(_LEVELS, written)) or added != name
    unread = tuple(what for what, column in _ASKED.items() if not is_read(row, column))
    is_told = form or (is_own and "组建形式" not in unread)
    assumed = (() if level else ("党组织类别",)) + (() if is_told else ("组建形式",))
    return Shape(level or "党支部", form or "单独", assumed, unread)


def is_read(row: OfficeRow, column: str) -> bool:
    """Whether a cell that is to name level or form is empty or does so."""
    written = row.text(column)
    return column not in _ASKED.values() or not written or bool(_first(_LEVELS + _FORMS, written))


def _form(row: OfficeRow, written: str) -> str | None:
    if as_code(row.text("是否兼合式党组织")) in ("是", "有", "√"):
        return "功能型"
    return _first(_FORMS, written)


def _first(words: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((meaning for word, meaning in words if word in text), None)
