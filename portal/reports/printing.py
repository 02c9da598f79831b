"""Rows on a terminal or in a pipe: a table aligned for Chinese characters, JSON, or CSV with the JSON's keys."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

FORMATS = ("table", "json", "csv")


class Writable(Protocol):
    """Where text goes."""

    def write(self, text: str, /) -> Any: ...


def write_json(rows: Iterable[Mapping[str, Any]], out: Writable) -> None:
    """A JSON list, one object per line, UTF-8."""
    out.write("[\n")
    for position, row in enumerate(rows):
        out.write(f"{',' if position else ' '}{json.dumps(row, ensure_ascii=False)}\n")
    out.write("]\n")


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], out: Writable) -> None:
    """CSV with `columns` as header; empty where JSON has null, JSON text for objects."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def write_table(
    rows: Iterable[Sequence[str]], headings: Sequence[str], out: Writable, *, right: Iterable[int] = ()
) -> None:
    """A table; the columns at the positions `right` are figures and end flush right."""
    lines = [headings, *rows]
    widths = [max(width(line[i]) for line in lines) for i in range(len(headings))]
    flush = frozenset(right)
    for line in lines:
        cells = []
        for i, text in enumerate(line):
            blank = " " * (widths[i] - width(text))
            cells.append(blank + text if i in flush else text + blank)
        out.write("  ".join(cells).rstrip() + "\n")


def width(text: str) -> int:
    """Columns that a text takes on a terminal: a Chinese character takes two."""
    return len(text) + sum(unicodedata.east_asian_width(c) in "WF" for c in text)
