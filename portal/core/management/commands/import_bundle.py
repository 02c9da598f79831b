"""`import_bundle`: every known file of a directory, in order of dependency, as one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from portal.core import console
from portal.core.imports import answers, doors
from portal.core.imports.engine import run, sheet_of, unreadable
from portal.core.imports.findings import FileFault
from portal.core.imports.read import read_file
from portal.core.imports.register import registers
from portal.core.imports.sheets import Sheet
from portal.core.imports.texts import as_text
from portal.core.management.commands.import_file import add_options, answer, digest, options_of, refuse

_SUFFIXES = (".csv", ".xlsx", ".xls")


class Command(console.Command):
    """Plans, or with --commit writes, a whole bundle: all or nothing."""

    help = "导入一个文件夹中的全部登记簿文件:先给出计划和全部问题,加 --commit 才写入"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the public contract."""
        parser.add_argument("directory", metavar="文件夹", type=Path, help="文件名即种类,如 organizations.csv")
        add_options(parser)

    def handle(self, **options: Any) -> None:
        """Print the report; exit 1 where there are errors. Raises CommandError."""
        directory: Path = options["directory"]
        if not directory.is_dir():
            raise CommandError(f"没有文件夹“{directory}”;请核对路径。", returncode=console.CANNOT_RUN)
        paths, warnings = _known(directory)
        if not paths:
            text = f"“{directory}”中没有可导入的文件;文件名应为 organizations.csv、units.xlsx 等。"
            raise CommandError("".join([text, *warnings]), returncode=console.CANNOT_RUN)
        sheets = [_sheet(path, options["max_rows"]) for path in paths]
        about = {"kind": "bundle", "file_name": as_text(directory.resolve().name), "digest": digest(paths)}
        settled = options_of(options, **about)
        report = run(sheets, settled)
        report.warnings += warnings
        result = {**report.as_json(), "warnings": report.warnings}
        answer(self, result, list(answers.lines(report, doors.kinds())), as_json=options["json"])
        refuse(report, settled)


def _known(directory: Path) -> tuple[list[Path], list[str]]:
    """The files of registers, and a sentence about each other one."""
    known: dict[str, Path] = {}
    warnings: list[str] = []
    for path in sorted(directory.iterdir()):
        kind, suffix = path.stem, path.suffix.lower()
        if not path.is_file() or path.name.startswith((".", "~$")):
            continue
        if suffix not in _SUFFIXES or kind not in registers():
            warnings.append(f"未读取“{path.name}”:不是登记簿文件。")
        elif kind in known:
            warnings.append(f"未读取“{path.name}”:已有同种类的“{known[kind].name}”,请只留一个。")
        else:
            known[kind] = path
    return list(known.values()), warnings


def _sheet(path: Path, max_rows: int) -> Sheet:
    try:
        return sheet_of(read_file(path, max_rows), path.stem, path.name)
    except FileFault as fault:
        return unreadable(path.stem, path.name, fault)
