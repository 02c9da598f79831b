"""The text by which a record is found: names, pinyin, initials and codes, folded to one case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from pypinyin import Style, lazy_pinyin


def fold(text: str) -> str:
    """Half width, lower case, no blanks: what is stored and what is typed are folded alike."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def full_pinyin(name: str) -> str:
    """The whole pinyin of a name without tones and blanks: 明远 gives mingyuan."""
    return fold("".join(lazy_pinyin(name)))


def initials(name: str) -> str:
    """The first letters of the pinyin: 明远 gives my."""
    return fold("".join(lazy_pinyin(name, style=Style.FIRST_LETTER)))


def search_text(*names: str, codes: Iterable[str | None] = ()) -> str:
    """What a search looks in: each name, its pinyin and its initials, then the codes; empty ones left out."""
    parts: list[str] = []
    for name in filter(None, names):
        parts += [fold(name), full_pinyin(name), initials(name)]
    parts += [fold(code) for code in codes if code]
    return " ".join(dict.fromkeys(part for part in parts if part))
