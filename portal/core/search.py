"""The text by which a record is found: names, pinyin, initials and codes, folded to one case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from pypinyin import lazy_pinyin


def fold(text: str) -> str:
    """Half width, lower case, no blanks: what is stored and what is typed are folded alike."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def pinyin(name: str) -> tuple[str, str]:
    """The whole pinyin of a name without tones and blanks, and its initials: 明远 gives mingyuan and my.

    What is no Chinese character stands whole in both.
    """
    # `list`: one piece per character also of those that have no pinyin; the annotation forgets what the manual offers
    pieces = [fold(piece) for piece in lazy_pinyin(name, errors=list)]  # type: ignore[arg-type]
    return "".join(pieces), "".join(piece[:1] for piece in pieces)


def search_text(*names: str, codes: Iterable[str | None] = ()) -> str:
    """What a search looks in: each name, its pinyin and its initials, then the codes; empty ones left out."""
    parts: list[str] = []
    for name in filter(None, names):
        parts += [fold(name), *pinyin(name)]
    parts += [fold(code) for code in codes if code]
    return " ".join(dict.fromkeys(part for part in parts if part))
