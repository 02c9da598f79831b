"""`import_file`: one file of one register, or an office table."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from portal.core import console
from portal.core.imports import answers, doors
from portal.core.imports.findings import FileFault
from portal.core.imports.read import Grid, read_file
from portal.core.imports.sheets import MAX_ROWS, Options, Report
from portal.core.imports.texts import as_text


class Command(console.Command):
    """Plans, or with --commit writes, one file."""

    help = "导入一个文件:先给出计划和全部问题,加 --commit 才写入"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the public contract."""
        parser.add_argument("kind", metavar="种类", help=f"文件种类:{'、'.join(doors.kinds())}")
        parser.add_argument("file", metavar="文件", type=Path, help=".csv(UTF-8 或 GB18030)、.xlsx 或 .xls")
        add_options(parser)
        parser.add_argument("--errors", metavar="OUT.xlsx", type=Path, help="把有错误的行连同问题写到这个工作簿")

    def handle(self, **options: Any) -> None:
        """Print the report; exit 1 where there are errors. Raises CommandError."""
        kind, path = options["kind"], options["file"]
        refuse_unknown(kind)
        if not path.is_file():
            raise CommandError(f"没有文件“{path}”;请核对路径。", returncode=console.CANNOT_RUN)
        out: Path | None = options["errors"]
        if out and not (out.parent.is_dir() and os.access(out.parent, os.W_OK)):
            # asked before anything is written: afterwards nobody would be told what was
            raise CommandError(f"“{out}”不能写入;请核对 --errors 的文件夹。", returncode=console.CANNOT_RUN)
        grid = read(path, options["max_rows"])
        name = as_text(path.name)
        settled = options_of(options, kind=kind, file_name=name, digest=digest([path]))
        report = doors.come_in(kind, name, grid, settled)
        if out and report.has_errors and isinstance(grid, Grid):
            out.write_bytes(answers.error_workbook(grid, report))
        answer(self, report.as_json(), list(answers.lines(report, doors.kinds())), as_json=options["json"])
        refuse(report, settled)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options that both import commands have."""
    parser.add_argument("--commit", action="store_true", help="写入;不加只给出计划")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")
    parser.add_argument("--valid-rows", action="store_true", help="有错误时仍写入无误的行")
    parser.add_argument("--reason", default="", metavar="理由", help="更正已存数据的理由,记入审计")
    parser.add_argument("--max-rows", type=row_limit, default=MAX_ROWS, metavar="N", help="每个文件最多多少行")


def row_limit(text: str) -> int:
    """A number of rows on the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}”不是行数,请填正整数。")
    return int(text)


def options_of(options: dict[str, Any], **about: Any) -> Options:
    """The engine's options from those of a command, which acts for the city."""
    names = ("commit", "valid_rows", "reason", "max_rows")
    return Options(**{name: options[name] for name in names}, **about)


def refuse_unknown(kind: str) -> None:
    """Raises CommandError for a kind that does not exist."""
    if kind not in doors.kinds():
        text = f"没有“{kind}”这种文件;可用:{'、'.join(doors.kinds())}。"
        raise CommandError(text, returncode=console.CANNOT_RUN)


def read(path: Path, max_rows: int) -> Grid | FileFault:
    """What a file holds, or why it cannot be read."""
    try:
        return read_file(path, max_rows)
    except FileFault as fault:
        return fault


def digest(paths: list[Path]) -> str:
    """SHA-256 over the bytes of the files, in their order."""
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                whole.update(piece)
    return whole.hexdigest()


def answer(command: console.Command, result: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    """Print JSON or lines."""
    command.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) if as_json else "\n".join(lines))


def refuse(report: Report, options: Options) -> None:
    """The one clear line at the end of an import that was not written as it came. Raises CommandError."""
    errors = sum(len(file.errors) for file in report.files)
    if report.committed and errors:
        text = f"已写入无误的行;{errors} 处错误所在的行未写入。"
    elif errors and not (options.commit and options.valid_rows):
        text = f"有 {errors} 处错误,什么都没有写入。"
    elif options.commit and not report.committed:
        text = "有对已存档内容的更正,什么都没有写入;请用 --reason 写明理由后重试。"
    else:
        return
    raise CommandError(text, returncode=console.REFUSED)
