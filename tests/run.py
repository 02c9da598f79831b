"""`make test`: the whole suite on every engine that answers, and last lines that say which ones those were.

SQLite always; PostgreSQL at TEST_DATABASE_URL, Redis at TEST_REDIS_URL, browser tests with Debian's Chromium. With
CI=true a missing engine or browser is a failure. Further arguments go to pytest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
WORKERS = "2"


def postgresql_answers() -> bool:
    """Whether a PostgreSQL server accepts a connection."""
    import psycopg2

    try:
        psycopg2.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg2.Error:
        return False
    return True


def redis_answers() -> bool:
    """Whether a Redis server answers a ping."""
    import redis

    try:
        return bool(redis.Redis.from_url(REDIS, socket_connect_timeout=3).ping())
    except redis.RedisError:
        return False


def chromium() -> bool:
    """Whether Debian's Chromium is installed."""
    return shutil.which("chromium") is not None


def suite(engine: str, markers: str, environment: Mapping[str, str], more: list[str]) -> bool:
    """Run the suite once with databases of its own, which are gone afterwards; True when all is green."""
    print(f"\n── {engine} ──", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portal-test-") as var:
        command = [sys.executable, "-m", "pytest", "-n", WORKERS, "-p", "no:cacheprovider", "-m", markers, *more]
        settled = {
            "DATABASE_URL": f"sqlite:///{var}/portal.sqlite3",
            "TEST_DB_NAME": f"test_portal_{os.getpid()}",
            "REDIS_URL": "",
            "VAR_DIR": var,
        }
        code = subprocess.run(command, cwd=ROOT, env={**os.environ, **settled, **environment}, check=False).returncode
    print(f"{engine}:{'通过' if code == 0 else f'未通过(pytest {code})'},{time.monotonic() - started:.0f} 秒")
    return code == 0


def main(more: list[str]) -> int:
    """Run everything; 0 when all that ran is green and, with CI=true, nothing was missing."""
    answers = {"SQLite": True, "PostgreSQL": postgresql_answers(), "Redis": redis_answers(), "浏览器": chromium()}
    once = "not postgres_only" + ("" if answers["浏览器"] else " and not browser")
    redis = {"TEST_REDIS_URL": REDIS} if answers["Redis"] else {}
    green = suite("SQLite", once, redis, more)
    if answers["PostgreSQL"]:
        green &= suite("PostgreSQL", "not browser", {**redis, "DATABASE_URL": POSTGRESQL}, more)
    print("\n引擎:" + " ".join(f"{name} {'✓' if there else '✗(未运行)'}" for name, there in answers.items()))
    complete = all(answers.values())
    if os.environ.get("CI") == "true" and not complete:
        print("CI=true:缺少引擎或浏览器,视为失败。")
        return 1
    print("全部通过。" if green else "有测试未通过。")
    return 0 if green else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
