"""The command line from outside: exit codes, one Chinese line, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import OperationalError

from portal.core import console

ROOT = Path(__file__).resolve().parents[2]


def run(*words, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("coverage", "--date", "2013-02-30"), 1, "“2013-02-30”不是日期"),
        (("coverage", "--by", "planet"), 1, "没有“planet”这一项"),
        (("coverage", "--no-such"), 1, "没有这样的参数:--no-such"),
        (("coverage", "--live", "--revised"), 1, "不能与"),
        (("explain",), 1, "缺少参数:--indicator"),
        (("explain", "--indicator", "x", "--unit", "A", "--district", "B"), 1, "不能与"),
        (("coverag",), 2, "是不是 coverage?"),
    ],
)
def test_wrong_arguments_end_in_one_chinese_line(words, code, said):
    ended = run(*words)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_database_that_does_not_answer_is_named_without_a_traceback():
    ended = run("coverage", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert ended.returncode == 2
    assert ended.stderr.startswith("数据库不能使用")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("address", ["mysql://office/ledger", "portal", "postgres://office:port/ledger"])
def test_a_database_that_is_none_is_a_setting_to_mend(address):
    ended = run("coverage", DATABASE_URL=address)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "DATABASE_URL 无法识别" in ended.stderr


def test_an_empty_address_of_the_database_means_the_embedded_one(tmp_path):
    ended = run("coverage", DATABASE_URL="", VAR_DIR=str(tmp_path))
    assert ended.returncode == 2 and "manage.py migrate" in ended.stderr
    assert (tmp_path / "portal.sqlite3").exists()


def test_a_database_without_tables_says_what_to_run(tmp_path):
    ended = run("coverage", DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert ended.returncode == 2
    assert "manage.py migrate" in ended.stderr


def test_production_without_secrets_does_not_start():
    ended = run("coverage", MODE="production", SECRET_KEY="", FIELD_KEYS="")
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert "SECRET_KEY" in ended.stderr


def test_help_is_chinese_and_lists_the_commands():
    ended = run("help")
    assert ended.returncode == 0
    assert "用法" in ended.stdout and "coverage" in ended.stdout and "explain" in ended.stdout
    shown = run("explain", "--help").stdout
    assert shown.startswith("用法:") and "选项" in shown and "--traceback" not in shown


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (CommandError("没有这个单位。"), 1, "没有这个单位。"),
        (CommandError("端口被占用。", returncode=2), 2, "端口被占用。"),
        (ImproperlyConfigured("PORT"), 2, "设置有误:PORT"),
        (OperationalError("could not connect"), 2, "数据库不能使用"),
        (OperationalError("no such table: x"), 2, "migrate"),
        (PermissionError(13, "Permission denied", "/a"), 2, "没有权限 /a"),
        (FileNotFoundError(2, "No such file or directory", "名册.csv"), 2, "没有这个文件或文件夹 名册.csv"),
        (OSError(121, "Remote I/O error", "/a"), 2, "Remote I/O error /a"),
        (RuntimeError("odd"), 2, "程序出错"),
    ],
)
def test_every_exception_has_a_sentence_and_a_code(error, code, said):
    words, returned = console.sentence(error)
    assert returned == code
    assert said in words


def test_a_reader_that_has_seen_enough_is_no_fault():
    with subprocess.Popen(
        [sys.executable, "manage.py", "help"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0
