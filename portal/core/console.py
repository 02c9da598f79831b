"""The command line speaks Chinese and answers with the exit codes of the contract.

0 success, 1 the input has faults (nothing half-written), 2 it could not run; and always one clear line.
`run` wraps every command, also Django's own: arguments, unknown commands, a database that does not answer and
faults of the program end in a sentence, never in a traceback (`--traceback` asks for it).
"""

from __future__ import annotations

import argparse
import datetime
import difflib
import errno
import os
import sys
from functools import partial
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import (
    BaseCommand,
    CommandError,
    ManagementUtility,
    get_commands,
    handle_default_options,
    load_command_class,
)
from django.db import DatabaseError, connections

REFUSED, CANNOT_RUN, INTERRUPTED = 1, 2, 130

_WORDS = {
    "usage: ": "用法:",
    "options": "选项",
    "optional arguments": "选项",
    "positional arguments": "参数",
    "show this help message and exit": "显示这段说明",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s:%(message)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有“%(value)s”这一项,可用:%(choices)s。",
    "invalid %(type)s value: %(value)r": "“%(value)s”不能识别。",
    "the following arguments are required: %s": "缺少参数:%s",
    "one of the arguments %s is required": "须给出其中一个参数:%s",
    "unrecognized arguments: %s": "没有这样的参数:%s",
    "not allowed with argument %s": "不能与 %s 同时使用",
    "ambiguous option: %(option)s could match %(matches)s": "参数 %(option)s 不明确,可能是 %(matches)s",
    "expected one argument": "后面须有一个值",
    "expected at most one argument": "后面最多一个值",
    "expected at least one argument": "后面至少一个值",
    "ignored explicit argument %r": "不需要值 %r",
}
#: what the system says of files and connections, where it happens to offices
_FAILURES = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "是文件夹,不是文件",
    errno.ENOTDIR: "不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只读",
    errno.ECONNREFUSED: "连接被拒绝",
    errno.ETIMEDOUT: "连接超时",
}
#: options of Django that say nothing to the portal's users; they still work, they are only not listed
_UNLISTED = {
    "--version",
    "--verbosity",
    "--settings",
    "--pythonpath",
    "--traceback",
    "--no-color",
    "--force-color",
    "--skip-checks",
}


class Command(BaseCommand):
    """A command of the portal: starts without Django's checks, which `make check` runs."""

    requires_system_checks: list[str] = []

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run; a question without an answer is a fault of the input."""
        from portal.core.indicators import CannotAnswer  # its models need Django set up; `run` comes before that

        try:
            return super().execute(*args, **options)
        except CannotAnswer as error:
            raise CommandError(str(error)) from error


def day_argument(text: str) -> datetime.date:
    """A day on the command line, YYYY-MM-DD."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期,请写成 2013-10-23 这样。") from None


def run(argv: list[str]) -> int:
    """Run a management command and return its exit code."""
    _speak_chinese()
    try:
        settings.INSTALLED_APPS  # noqa: B018 faults of the settings are named before those of a command
        _Console(argv).execute()
        sys.stdout.flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else CANNOT_RUN if end.code else 0
    except BrokenPipeError:
        # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return _say("已中断。", INTERRUPTED)
    except Exception as error:
        if "--traceback" in argv:
            raise
        return _say(*sentence(error))
    return 0


def sentence(error: Exception) -> tuple[str, int]:
    """What a user is told of an exception, and the exit code."""
    if isinstance(error, CommandError):
        return str(error), error.returncode
    if isinstance(error, ImproperlyConfigured):
        return f"设置有误:{error}", CANNOT_RUN
    if isinstance(error, DatabaseError):
        text = " ".join(str(error).split())
        if "no such table" in text or "does not exist" in text:
            return f"数据库还没有建表或版本不符,请先运行 python manage.py migrate。({text})", CANNOT_RUN
        return f"数据库不能使用,请检查 DATABASE_URL 与数据库服务。({text})", CANNOT_RUN
    if isinstance(error, OSError):
        why = _FAILURES.get(error.errno or 0, error.strerror or error)
        return f"文件或网络不能使用:{why} {error.filename or ''}".rstrip(), CANNOT_RUN
    return f"程序出错,没有完成:{type(error).__name__}: {error}(加 --traceback 查看详情)", CANNOT_RUN


def _say(text: str, code: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201
    return code


def _speak_chinese() -> None:
    """Chinese words for argparse, UTF-8 whatever the terminal's locale."""
    setattr(argparse, "_", lambda text: _WORDS.get(text, text))  # noqa: B010 argparse takes its words from there
    setattr(argparse, "ngettext", lambda one, many, n: _WORDS.get(one, one if n == 1 else many))  # noqa: B010
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")


class _Console(ManagementUtility):
    """Django's dispatcher, but commands raise instead of printing English and leaving."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """The command of this name. Raises CommandError with the nearest names."""
        commands = get_commands()
        if subcommand not in commands:
            near = difflib.get_close_matches(subcommand, commands)
            hint = f"是不是 {'、'.join(near)}?" if near else "运行 python manage.py help 查看全部命令。"
            raise CommandError(f"没有“{subcommand}”这个命令。{hint}", returncode=CANNOT_RUN)
        command = super().fetch_command(subcommand)
        if not type(command).__module__.startswith("django."):
            command.suppressed_base_arguments = _UNLISTED
        setattr(command, "run_from_argv", partial(_run, command))  # noqa: B010
        return command

    def main_help_text(self, commands_only: bool = False) -> str:
        """The portal's commands, one line each."""
        ours = sorted(
            name
            for name, app in get_commands().items()
            if isinstance(app, str)
            and app.split(".")[0] in ("portal", "orgs", "members", "branches", "training", "demonstration")
        )
        if commands_only:
            return "\n".join(ours)
        lines = [f"  {name:<16}{load_command_class(get_commands()[name], name).help}" for name in ours]
        return "\n".join(["用法:python manage.py 命令 [选项];各命令的选项见 --help。", "", "命令:", *lines])


def _run(command: BaseCommand, argv: list[str]) -> None:
    parser = command.create_parser(argv[0], argv[1])
    setattr(parser, "error", _refuse)  # noqa: B010
    options = parser.parse_args(argv[2:])
    values: dict[str, Any] = vars(options)
    handle_default_options(options)
    try:
        command.execute(*values.pop("args", ()), **values)
    finally:
        connections.close_all()


def _refuse(message: str) -> NoReturn:
    raise CommandError(message, returncode=REFUSED)
