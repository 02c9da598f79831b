"""Processes of the portal on servers of their own: a PostgreSQL database, a Redis, and what runs on them."""

from __future__ import annotations

import datetime
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import psycopg2

from tests.drills.installation import ROOT
from tests.run import POSTGRESQL

BIN = Path(sys.executable).parent


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def eventually(true: Callable[[], Any], seconds: float, every: float = 0.5) -> float | None:
    """Seconds until `true` answers yes; None where it does not in time."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if true():
            return time.monotonic() - begun
        time.sleep(every)
    return None


@contextmanager
def database() -> Iterator[str]:
    """The address of a PostgreSQL database that is gone afterwards."""
    name = f"portal_drill_{uuid.uuid4().hex[:12]}"
    _administer(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(POSTGRESQL)._replace(path=f"/{name}"))
    finally:
        _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _administer(statement: str) -> None:
    connection = psycopg2.connect(POSTGRESQL)
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


class Redis:
    """A Redis server of the drill's own, that it may kill."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty."""
        command = ["redis-server", "--port", str(self.port), "--save", "", "--appendonly", "no", "--dir"]
        self._process = subprocess.Popen([*command, str(self._folder)], stdout=subprocess.DEVNULL)
        if eventually(self._answers, 10, 0.1) is None:
            raise RuntimeError("redis-server 没有启动")

    def _answers(self) -> bool:
        with socket.socket() as place:
            return place.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """Kill it: what was in it is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Crew:
    """Commands started as processes in one environment, each in a group of its own, their words in files."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        keep = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE",)}
        path = f"{BIN}{os.pathsep}{keep.get('PATH', '')}"
        self.environment = {**keep, "PATH": path, "VAR_DIR": str(folder), "PYTHONUNBUFFERED": "1", **environment}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: str, **environment: str) -> None:
        """Start a command under a name; its output goes to a file of that name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                shlex.split(command),
                cwd=ROOT,
                env={**self.environment, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def run(self, command: str) -> None:
        """Run a command to its end. Raises RuntimeError where it fails."""
        if told := self.tell(command):
            raise RuntimeError(told)

    def tell(self, command: str) -> str:
        """Run a command to its end; what it said where it failed, else nothing."""
        done = subprocess.run(
            shlex.split(command), cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        return f"{command}：退出码 {done.returncode}\n{done.stdout}{done.stderr}" if done.returncode else ""

    def kill(self, name: str) -> None:
        """SIGKILL to a command and its children."""
        self._signal(name, signal.SIGKILL)
        self.running.pop(name).wait()

    def end(self, name: str, seconds: float = 20) -> float | None:
        """SIGTERM; seconds until it has ended, None where it had to be killed."""
        self.running[name].terminate()
        process = self.running[name]
        took = eventually(lambda: process.poll() is not None, seconds, 0.1)
        self._signal(name, signal.SIGKILL)
        self.running.pop(name).wait()
        return took

    def _signal(self, name: str, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, number)

    def alive(self, name: str) -> bool:
        """Whether a command still runs."""
        return name in self.running and self.running[name].poll() is None

    def said(self, name: str, lines: int = 15) -> str:
        """The last lines of what a command said."""
        log = self.folder / f"{name}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""

    def stop(self) -> None:
        """Kill whatever still runs."""
        for name in list(self.running):
            self.kill(name)


@contextmanager
def crew(folder: Path, **environment: str) -> Iterator[Crew]:
    """A crew whose processes are gone afterwards."""
    made = Crew(folder, **environment)
    try:
        yield made
    finally:
        made.stop()


def can_run() -> str:
    """What a drill on servers needs and is not there; empty where all is."""
    missing = [] if shutil.which("redis-server") else ["redis-server"]
    try:
        psycopg2.connect(POSTGRESQL, connect_timeout=3).close()
    except psycopg2.Error:
        missing.append("PostgreSQL")
    return "、".join(missing)


def not_run(missing: str) -> int:
    """Say that a drill could not run; with CI=true that is a fault."""
    print(f"  未运行：没有 {missing}。", flush=True)
    return int(os.environ.get("CI") == "true")


def now() -> datetime.datetime:
    """The time of the office."""
    return datetime.datetime.now(ZoneInfo("Asia/Shanghai"))


#: when the drills began: a drill that runs over midnight goes on with the days it began with
BEGUN = now()


def days_ago(days: int) -> str:
    """A day before the one on which the drills began, in ISO form."""
    return (BEGUN.date() - datetime.timedelta(days=days)).isoformat()


def letters_are_due() -> bool:
    """Before 06:30 the letters of the last night are still those of the day before."""
    return BEGUN.strftime("%H:%M") >= "06:30"


class Check:
    """Counts what went wrong and says each thing it saw."""

    def __init__(self) -> None:
        self.faults = 0

    def __call__(self, what: str, good: object, seen: object = "") -> bool:
        """One thing that must be so."""
        self.faults += not good
        print(f"  {'✓' if good else '✗'} {what}{f'：{seen}' if seen != '' else ''}", flush=True)
        return bool(good)
