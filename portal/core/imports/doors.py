"""Which kinds of files come in, and the way in for a file of each: registers as they are, office tables by readers.

Rooms that read office tables register a `Reader`; commands and the upload page come in here and know no room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.core.discovery import discover
from portal.core.imports.engine import run, sheet_of, unreadable
from portal.core.imports.findings import FileFault
from portal.core.imports.read import Grid
from portal.core.imports.register import registers
from portal.core.imports.sheets import FileReport, Options, Report


@dataclass(frozen=True)
class Reader:
    """An office table: its kind and Chinese name, and what takes (sheet, file name, options) to a report."""

    kind: str
    title: str
    run: Callable[[Grid, str, Options], Report]


_readers: dict[str, Reader] = {}


def register_reader(reader: Reader) -> None:
    """Open a kind of office table; called by a room's `resources` module."""
    _readers[reader.kind] = reader


def kinds() -> dict[str, str]:
    """Everything that may come in by itself: kind → Chinese word."""
    return {kind: one.title for kind, one in registers().items()} | {kind: one.title for kind, one in readers().items()}


def readers() -> dict[str, Reader]:
    """The office tables."""
    discover("resources")
    return _readers


def come_in(kind: str, file: str, grid: Grid | FileFault, options: Options) -> Report:
    """Take one file of a kind in `kinds()`; `grid` is what was read of it, or why it could not be."""
    if isinstance(grid, FileFault):
        return _refused(kind, file, grid)
    try:
        if kind in registers():
            return run([sheet_of(grid, kind, file)], options)
        return readers()[kind].run(grid, file, options)
    except FileFault as fault:
        return _refused(kind, file, fault)


def _refused(kind: str, file: str, fault: FileFault) -> Report:
    return Report(files=[FileReport(file, kind, findings=unreadable(kind, file, fault).findings)])
