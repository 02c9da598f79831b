"""An installation of its own for a drill: a database, keys, and commands of the portal run against it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
#: the registers that a drill counts
TABLES = (
    "core_district",
    "core_unit",
    "orgs_socialorganization",
    "orgs_organizationstate",
    "orgs_responsiblespan",
    "branches_partyorganization",
    "branches_coveringlink",
    "core_auditentry",
    "core_importbatch",
)


class Installation:
    """An installation of its own in a folder: a database, keys, and commands run against it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "VAR_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        }

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a command of the portal."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def run(self, *command: str) -> float:
        """Run a command to its end and return its seconds. Raises RuntimeError where it fails."""
        started, process = time.monotonic(), self.start(*command)
        _, said = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}:退出码 {process.returncode}\n{said.decode()}")
        return time.monotonic() - started

    def counts(self) -> dict[str, int]:
        """How many rows each register holds."""
        with closing(sqlite3.connect(self.folder / "portal.sqlite3")) as database:
            return {table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in TABLES}

    def copy(self, to: Path) -> Installation:
        """Another one just like this."""
        shutil.copytree(self.folder, to)
        return Installation(to)
