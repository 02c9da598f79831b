"""`doctor`: looks at everything that the portal stands on; one line each."""

from __future__ import annotations

import datetime
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import environ
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.mail import get_connection
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.utils import timezone

from members.models import Person
from portal.core import broker, console, jobs, snapshots
from portal.core.models import Job
from portal.core.validity import SHANGHAI, today
from portal.reports import night
from portal.reports.schedule import LETTERS_AT, SNAPSHOT_AT

GOOD, WATCH, BAD = "正常", "注意", "异常"
Finding = tuple[str, str]
GIGABYTE = 1 << 30
#: a job that nobody took up for so long
TOO_LONG = datetime.timedelta(minutes=10)


class Command(console.Command):
    """One line per check; exit 1 when something is 异常."""

    help = "检查数据库、队列、日程、邮件、时钟、字符集、磁盘、密钥与存档"

    def handle(self, **options: Any) -> None:
        """Print the findings. Raises CommandError when something is 异常."""
        bad = []
        for name, check in CHECKS.items():
            try:
                state, words = check()
            except Exception as error:  # whatever is wrong with one thing, the others are looked at too
                state, words = BAD, console.sentence(error)[0]
            self.stdout.write(f"{state}  {name}:{words}")
            bad += [name] if state == BAD else []
        if bad:
            raise CommandError(f"有异常:{'、'.join(bad)}。", returncode=console.REFUSED)


def _database() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    version = ".".join(map(str, connection.get_database_version()))
    if waiting:
        return BAD, f"有 {len(waiting)} 项数据库更新未执行,请运行 python manage.py migrate"
    return GOOD, f"{connection.display_name} {version}"


def _queue() -> Finding:
    if fault := broker.fault():
        return BAD, f"REDIS_URL 不能使用({fault})"
    failed = Job.objects.filter(status=Job.Status.FAILED).order_by("-finished_at")
    if last := failed.first():
        return (
            WATCH,
            f"有 {len(failed)} 项后台任务失败，最近一项：{jobs.title(last.kind)} {last.key}，{last.error[:80]}",
        )
    return GOOD, "Redis" if settings.REDIS_URL else "未设 REDIS_URL,任务由 up 自己执行"


def _schedule() -> Finding:
    """Whether somebody takes up what waits."""
    long_ago = timezone.now() - TOO_LONG
    waiting = Q(status=Job.Status.WAITING, created_at__lt=long_ago)
    left = Q(status=Job.Status.RUNNING, lease_until__lt=long_ago)
    if stuck := Job.objects.filter(waiting | left).count():
        who = "celery -A portal worker 与 beat" if settings.REDIS_URL else "python manage.py up"
        return WATCH, f"有 {stuck} 项任务等了 10 分钟以上无人执行，请运行 {who}"
    last = Job.objects.exclude(finished_at=None).order_by("-finished_at").first()
    done = f"，最近完成 {jobs.title(last.kind)} {last.key}" if last else ""
    return GOOD, f"每天 {SNAPSHOT_AT:%H:%M} 存档，{LETTERS_AT:%H:%M} 发信{done}"


def _mail() -> Finding:
    if not settings.EMAIL_URL:
        return GOOD, f"未设 EMAIL_URL,邮件写成文件,在 {Path(settings.VAR_DIR) / 'mail'}"
    config = environ.Env.email_url_config(settings.EMAIL_URL)
    wanted = {
        "host": "EMAIL_HOST",
        "port": "EMAIL_PORT",
        "username": "EMAIL_HOST_USER",
        "password": "EMAIL_HOST_PASSWORD",
        "use_tls": "EMAIL_USE_TLS",
        "use_ssl": "EMAIL_USE_SSL",
    }
    server = get_connection(
        config["EMAIL_BACKEND"], timeout=5, **{key: config[name] for key, name in wanted.items() if name in config}
    )
    server.open()
    server.close()
    return GOOD, f"{config.get('EMAIL_HOST') or '本机'} 可以连接"


def _clock() -> Finding:
    now = timezone.now()
    if now.year < 2025:
        return BAD, f"系统时间为 {now:%Y-%m-%d},不对"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            apart = abs((cursor.fetchone()[0] - timezone.now()).total_seconds())
        if apart > 60:
            return BAD, f"与数据库服务器的时间相差 {apart:.0f} 秒"
    return GOOD, f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}(Asia/Shanghai)"


def _characters() -> Finding:
    if connection.vendor == "postgresql":
        query = """SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database
                   WHERE datname = current_database()"""
    else:
        query = "SELECT encoding, '按字节' FROM pragma_encoding"
    with connection.cursor() as cursor:
        cursor.execute(query)
        encoding, collation = cursor.fetchone()
    if not encoding.upper().replace("-", "").startswith("UTF8"):
        return BAD, f"数据库字符集为 {encoding},须为 UTF8"
    if sys.getfilesystemencoding() != "utf-8":
        return WATCH, f"文件名字符集为 {sys.getfilesystemencoding()},中文文件名可能乱码"
    return GOOD, f"{encoding},排序 {collation}"


def _disk() -> Finding:
    free = shutil.disk_usage(settings.VAR_DIR).free
    if not os.access(settings.VAR_DIR, os.W_OK):
        return BAD, f"不能写入 {settings.VAR_DIR}"
    state = BAD if free < GIGABYTE // 5 else WATCH if free < 2 * GIGABYTE else GOOD
    return state, f"剩余 {free / GIGABYTE:.1f} GB"


def _secrets() -> Finding:
    if len(settings.SECRET_KEY) < 32:
        return BAD, "SECRET_KEY 太短,至少 32 个字符"
    try:
        Person.objects.everyone().exclude(id_number="").order_by("id").first()
    except InvalidTag:
        return BAD, "FIELD_KEYS 解不开已存的公民身份号码,请恢复原来的密钥"
    kept = [path for path in (Path(settings.VAR_DIR) / n for n in ("secret-key", "field-keys")) if path.exists()]
    if any(path.stat().st_mode & 0o077 for path in kept):
        return WATCH, f"{'、'.join(map(str, kept))} 可被他人读取,请改为 600"
    return GOOD, f"{len(settings.FIELD_KEYS)} 把字段密钥"


def _snapshots() -> Finding:
    latest = snapshots.latest()
    if latest is None:
        return WATCH, "还没有存档"
    missing = len(night.due().snapshots)
    age = f"最近一夜是 {latest}（{(today() - latest).days} 天前）"
    return (WATCH, f"{age}，缺 {missing} 夜，将自动补存") if missing else (GOOD, age)


CHECKS: dict[str, Callable[[], Finding]] = {
    "数据库": _database,
    "队列": _queue,
    "日程": _schedule,
    "邮件": _mail,
    "时钟": _clock,
    "字符集": _characters,
    "磁盘": _disk,
    "密钥": _secrets,
    "存档": _snapshots,
}
