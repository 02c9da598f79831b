"""`make test`: the whole suite on every engine that answers, and last lines that say which ones those were.

SQLite always; PostgreSQL at TEST_DATABASE_URL, for every test that asks a database, but for what engines hardly
answer differently (marker `embedded_only`); browser tests with Debian's Chromium. `make drills` asks the rest: what
takes long (marker `long`), what the other marker names on PostgreSQL (`tests/drills/engines.py`), and all that takes
Redis. With CI=true a missing engine or browser is a failure. Further arguments go to pytest.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests import chromium

ROOT = Path(__file__).resolve().parent.parent
POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
#: browsers, mail servers and processes are waited for; more than one beside the two processors only stand in the way
WORKERS = "3"


def postgresql_answers() -> bool:
    """Whether a PostgreSQL server accepts a connection."""
    import psycopg2

    try:
        psycopg2.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg2.Error:
        return False
    return True


def processor_seconds() -> float:
    """What ended child processes have used of the processor: says more than the clock on a shared machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True)
class Run:
    """The suite on one engine: which tests, and where its databases are."""

    engine: str
    markers: str
    environment: Mapping[str, str]

    def go(self, more: list[str]) -> bool:
        """Run it with databases of its own, which are gone afterwards; True when all is green."""
        print(f"\n── {self.engine} ──", flush=True)
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="portal-test-") as var:
            command = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "worksteal", "-p", "no:cacheprovider"]
            settled = {
                "DATABASE_URL": f"sqlite:///{var}/portal.sqlite3",
                "TEST_DB_NAME": f"test_portal_{os.getpid()}",
                "REDIS_URL": "",
                "VAR_DIR": var,
                **self.environment,
            }
            command += ["-m", self.markers, *more]
            code = subprocess.run(command, cwd=ROOT, env={**os.environ, **settled}, check=False).returncode
        outcome = "通过" if code == 0 else f"未通过(pytest {code})"
        print(f"{self.engine}:{outcome},{time.monotonic() - started:.0f} 秒", flush=True)
        return code == 0


def main(more: list[str]) -> int:
    """Run everything; 0 when all that ran is green and, with CI=true, nothing was missing."""
    answers = {"SQLite": True, "PostgreSQL": postgresql_answers(), "浏览器": chromium.program() is not None}
    once = "not postgres_only and not long" + ("" if answers["浏览器"] else " and not browser")
    both = "database and not browser and not embedded_only and not long"
    started, busy = time.monotonic(), processor_seconds()
    # one after the other: on two processors four processes take longer than two and two
    runs = [Run("SQLite", once, {})]
    if answers["PostgreSQL"]:
        runs.append(Run("PostgreSQL", both, {"DATABASE_URL": POSTGRESQL}))
    outcomes = [run.go(more) for run in runs]
    print(f"共 {time.monotonic() - started:.0f} 秒(处理器 {processor_seconds() - busy:.0f} 秒)")
    print("引擎:" + " ".join(f"{name} {'✓' if there else '✗(未运行)'}" for name, there in answers.items()))
    if os.environ.get("CI") == "true" and not all(answers.values()):
        print("CI=true:缺少引擎或浏览器,视为失败。")
        return 1
    green = all(outcomes)
    print("全部通过。" if green else "有测试未通过。")
    return 0 if green else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
