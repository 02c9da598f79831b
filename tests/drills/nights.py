"""Workers are killed (SIGKILL) at random points of the night: 夜间断电.

Celery worker and beat on PostgreSQL and Redis, then the thread without Redis on SQLite, make up three weeks of
nights and send the letters of the last one, while they are killed again and again. Afterwards every stored day is
whole, each recipient has the letter, under one Message-ID where it came twice, and all is done by itself within two
minutes of the last kill.
"""

from __future__ import annotations

import datetime
import os
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from tests.drills.mailserver import Post, serve
from tests.drills.processes import (
    Check,
    Crew,
    Redis,
    can_run,
    crew,
    database,
    days_ago,
    eventually,
    letters_are_due,
    not_run,
)

ORGANIZATIONS, NIGHTS = 1500, 21
RESUMED_WITHIN = 120


def query(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Ask the database of an installation."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)) as connection:
            return connection.execute(statement).fetchall()
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def drill(folder: Path) -> int:
    """Both ways of running the night; how many things went wrong."""
    dice = random.Random(seed := int(os.environ.get("DRILL_SEED", time.time_ns() % 100_000)))
    print(f"  {ORGANIZATIONS:,} 家社会组织，{NIGHTS} 夜，种子 {seed}", flush=True)
    check = Check()
    (folder / "thread").mkdir()
    url = f"sqlite:///{folder}/thread/portal.sqlite3"
    with crew(folder / "thread", DATABASE_URL=url, REDIS_URL="", TICK_SECONDS="1") as portal:
        _night(check, portal, url, {"worker": "python -m portal.reports.worker"}, 10, dice)
    if missing := can_run():
        return check.faults + not_run(missing)
    (folder / "celery").mkdir()
    redis = Redis(folder)
    redis.start()
    try:
        with (
            database() as url,
            crew(folder / "celery", DATABASE_URL=url, REDIS_URL=redis.url, TICK_SECONDS="1") as portal,
        ):
            portal.start("beat", "celery -A portal beat --loglevel WARNING")
            command = "celery -A portal worker --concurrency 2 --loglevel WARNING"
            _night(check, portal, url, {"worker": command}, 20, dice)
    finally:
        redis.kill()
    return check.faults


def _night(check: Check, portal: Crew, url: str, commands: dict[str, str], kills: int, dice: random.Random) -> None:
    [(name, command)] = commands.items()
    post = Post(seconds=0.4)
    with serve(post) as port:
        portal.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        portal.run("python manage.py migrate -v0")
        history = f"--from {days_ago(NIGHTS + 30)} --to {days_ago(NIGHTS)}"
        portal.run(f"python manage.py demo --orgs {ORGANIZATIONS} {history}")
        portal.start(name, command)
        hit = sum(_kill(portal, url, name, command, dice) for _ in range(kills))
        check(f"{command.split()[0]} 断电 {kills} 次，多数正有任务在做", hit > kills / 2, hit)
        took = eventually(lambda: _finished(url), RESUMED_WITHIN + 60)
        limit = took is not None and took <= RESUMED_WITHIN
        check("最后一次断电后自行做完", limit, f"{took:.0f} 秒" if took is not None else _left(portal, url, name))
    told = portal.tell(f"python -m tests.drills.consistent {days_ago(NIGHTS)}")
    check("每个存档日都完整", not told, told[:300])
    stored = query(url, f"SELECT COUNT(*) FROM core_snapshot WHERE day >= '{days_ago(NIGHTS)}'")[0][0]
    check("缺的夜晚都补上了", stored == NIGHTS, stored)
    if letters_are_due():
        _letters(check, url, post)


def _letters(check: Check, url: str, post: Post) -> None:
    """Every planned letter arrived, and nothing under a Message-ID that was not planned for its recipient."""
    planned = set(query(url, "SELECT recipient, message_id FROM core_delivery"))
    arrived = set(post.received)
    check("每位收件人都收到了信", bool(planned) and planned <= arrived, len(planned))
    again = len(post.received) - len(arrived)
    check("收到两次的是同一个 Message-ID", arrived <= planned, f"{again} 封重复，另有 {sorted(arrived - planned)[:3]}")
    check("昨夜的信在其中", _written(url) > 0, _written(url))


def _kill(portal: Crew, url: str, name: str, command: str, dice: random.Random) -> bool:
    """Let the worker take something up, kill it a moment later, start it again; whether it was at work."""
    running = "SELECT 1 FROM core_job WHERE status = 'RUNNING' AND lease_until > '{}'"
    # a lease that was renewed since is held by a living worker
    since = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=58)).strftime("%Y-%m-%d %H:%M:%S")
    eventually(lambda: query(url, running.format(since)), 12, 0.1)
    time.sleep(dice.uniform(0.0, 1.2))
    hit = bool(query(url, running.format(since)))
    portal.kill(name)
    portal.start(name, command)
    return hit


def _finished(url: str) -> bool:
    """Whether nothing is left to do."""
    nights = query(url, f"SELECT COUNT(*) FROM core_snapshot WHERE day >= '{days_ago(NIGHTS)}'")[0][0]
    left = query(url, "SELECT COUNT(*) FROM core_job WHERE status <> 'DONE'")[0][0]
    unsent = query(url, "SELECT COUNT(*) FROM core_delivery WHERE status <> 'SENT'")[0][0]
    return nights == NIGHTS and not left and not unsent and (not letters_are_due() or _written(url) > 0)


def _written(url: str) -> int:
    """How many letters carry the figures of last night; the demo city brings those of an earlier one."""
    found: int = query(url, f"SELECT COUNT(*) FROM core_letter WHERE kind = 'NIGHT' AND day = '{days_ago(1)}'")[0][0]
    return found


def _left(portal: Crew, url: str, name: str) -> str:
    jobs = query(url, "SELECT kind, key, status, attempts, error FROM core_job WHERE status <> 'DONE' LIMIT 5")
    letters = query(url, "SELECT status, COUNT(*) FROM core_delivery GROUP BY 1")
    return f"{jobs} {letters}\n{portal.said(name)}"
