"""How cells become values and values become cells again (django-import-export widgets)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portal.core.imports import codes
from portal.core.imports.columns import Cell, Known, Unanswered
from portal.core.imports.findings import Fault
from portal.core.imports.texts import as_code, read_day, read_days, read_whole, read_yuan


class Text(Cell):
    """Free text of at most `most` characters; Chinese punctuation stays as written."""

    def __init__(self, most: int = 128) -> None:
        super().__init__()
        self.most = most

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """The text. Raises Fault IMP-102 when it is too long."""
        if len(value) > self.most:
            raise Fault("IMP-102", f"过长,最多 {self.most} 个字;请缩短")
        return value


class Several(Text):
    """Several texts of at most `each` characters, separated by ； (also ;), kept separated by ；."""

    def __init__(self, most: int = 1000, each: int = 128) -> None:
        super().__init__(most)
        self.each = Text(each)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """The texts, each once, in their order. Raises Fault IMP-102."""
        return "；".join(self.each.clean(part) for part in parts(super().clean(value)))


class Addresses(Several):
    """Several mail addresses."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """The addresses. Raises Fault IMP-102 for what is none."""
        for address in parts(value):
            try:
                validate_email(address)
            except ValidationError:
                raise Fault("IMP-102", f"“{address[:40]}”不是邮箱地址;多个邮箱请用 ； 分开") from None
        return super().clean(value)


def parts(text: str) -> list[str]:
    """The single texts of a cell that holds several."""
    pieces = text.replace(";", "；").split("；")
    return list(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


class Code(Text):
    """A code: half width, without blanks."""

    def __init__(self, most: int = 64) -> None:
        super().__init__(most)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """The code."""
        return super().clean(as_code(value))


class Day(Cell):
    """A day."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> datetime.date:
        """The day. Raises Fault IMP-102."""
        return read_day(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """ISO form."""
        return value.isoformat() if value else ""


class Whole(Cell):
    """A whole number from 0 on, at most `most`."""

    def __init__(self, most: int = 2_147_483_647) -> None:
        super().__init__()
        self.most = most

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int:
        """The number. Raises Fault IMP-102."""
        return read_whole(value, self.most)


class Percent(Whole):
    """A target in per cent, 0 to 100; the sign may be written."""

    def __init__(self) -> None:
        super().__init__(100)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int:
        """The number. Raises Fault IMP-102."""
        return super().clean(value.rstrip("%％ "))


class Days(Cell):
    """Days of training."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Decimal:
        """The days. Raises Fault IMP-102."""
        return read_days(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Without trailing zeros."""
        return "" if value is None else f"{Decimal(value).normalize():f}"


class Yuan(Days):
    """An amount of money in yuan."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Decimal:
        """The amount. Raises Fault IMP-102."""
        return read_yuan(value)


class Flag(Cell):
    """是 or 否."""

    YES, NO = (
        frozenset({"是", "有", "√", "Y", "YES", "1", "TRUE"}),
        frozenset({"否", "无", "×", "N", "NO", "0", "FALSE"}),
    )

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> bool:
        """The flag. Raises Fault IMP-102."""
        word = as_code(value).upper()
        if word not in self.YES | self.NO:
            raise Fault("IMP-102", "应填 是 或 否")
        return word in self.YES

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """是, 否 or empty."""
        return "" if value is None else ("是" if value else "否")


class Choice(Cell):
    """One of a list of words; `synonyms` are understood, and kept as written where the register has a place."""

    def __init__(self, choices: Iterable[tuple[str, str]], synonyms: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.words = dict(choices)
        self.values = {word: value for value, word in self.words.items()}
        self.synonyms = dict(synonyms or {})

    def knows(self, text: str) -> bool:
        """Whether a text is one of the words or of their synonyms."""
        return as_code(text) in self.values or as_code(text) in self.synonyms

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """The stored value. Raises Fault IMP-102 with the words that are allowed."""
        word = as_code(value)
        word = self.synonyms.get(word, word)
        if word not in self.values:
            raise Fault("IMP-102", f"应为 {'/'.join(self.values)} 之一")
        return self.values[word]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The word."""
        return self.words.get(value, "") if value else ""


class Plain(Cell):
    """A code whose shape is checked by `check` (see `portal.core.imports.codes`)."""

    def __init__(self, check: Callable[[str], codes.Code]) -> None:
        super().__init__()
        self.check = check

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """The code; a repair or an oddity is found as a warning. Raises Fault IMP-103."""
        code = self.check(value)
        if row is not None and code.repaired:
            row.find("IMP-202", kwargs["column"].heading, value, code.repaired)
        if row is not None and code.odd:
            row.find("IMP-209", kwargs["column"].heading, value, code.odd)
        return code.value


class Secret(Plain):
    """A code that no finding, log or export repeats."""

    secret = True

    def shown(self, text: str) -> str:
        """Masked."""
        return codes.masked(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Nothing: personal numbers never go out."""
        return ""


class Reference(Cell):
    """Names a row of the register `kind` by its public key; found in sets, never one query a row."""

    names_a_row = True

    def __init__(self, kind: str, shown_by: str = "code") -> None:
        super().__init__()
        self.kind, self.shown_by = kind, shown_by

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """The primary key. Raises Fault IMP-104 (unknown) or IMP-105 (several), or Unanswered."""
        run: Known = kwargs["run"]
        found = run.found(self.kind, value)
        if len(found) == 1:
            return found[0]
        if found:
            raise Fault("IMP-105", f"对应多个{run.title(self.kind)};请改用编码")
        if run.is_faulty(self.kind, value):
            raise Unanswered
        raise self.unknown(value, run)

    def unknown(self, value: str, run: Known) -> Fault:
        """What to say of a text that names nothing."""
        return Fault("IMP-104", f"没有这个{run.title(self.kind)};请核对,或先导入它")

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The public key."""
        return "" if value is None else str(getattr(value, self.shown_by))


class OwnReference(Reference):
    """A reference within one register: it may name a row of the same file, also one that stands further down.

    The value is then that `Row`, and becomes its key once the row is written.
    """

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """The primary key or the row. Raises Fault IMP-104 or IMP-105."""
        run: Known = kwargs["run"]
        stored, own = run.found(self.kind, value), run.own_rows.get(as_code(value), [])
        if row in own:
            raise Fault("IMP-113", "不能是自己;请填上一级的编码,没有则留空")
        if stored or not own:
            return super().clean(value, row, **kwargs)
        if len(own) > 1:
            raise Fault("IMP-105", "在本文件中对应多行;请改用编码")
        return own[0]
