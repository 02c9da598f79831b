"""`make drills`: what only a real process can show.

An import is killed (SIGKILL) at random points of its work. Afterwards the registers hold all of it or nothing, and
the same import run again completes it, as if nothing had happened.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from portal.reports.demo.codes import credit_code

ROOT = Path(__file__).resolve().parent.parent
ORGANIZATIONS = 3000
DISTRICTS = ("440305", "440304")
KILLS = 8
#: no more kills are begun after so many seconds
BUDGET = 140
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


def write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One file of a bundle."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)


def bundle(folder: Path) -> None:
    """A synthetic city: two districts, their units, organizations, and a party organization for every third."""
    folder.mkdir()
    codes = [credit_code(number) for number in range(ORGANIZATIONS)]
    write(folder / "districts.csv", ["行政区编码", "名称"], [(DISTRICTS[0], "南山区"), (DISTRICTS[1], "福田区")])
    write(
        folder / "units.csv",
        ["单位编码", "单位名称", "单位类别", "上级单位编码", "层级", "行政区编码"],
        [("SZ", "市委组织部", "市级牵头", "", "市级", "")]
        + [(f"Q{n}", f"第{n}区委组织部", "区级牵头", "SZ", "区级", DISTRICTS[n % 2]) for n in range(10)],
    )
    write(
        folder / "organizations.csv",
        ["统一社会信用代码", "名称", "类别", "领域", "登记管理部门", "行政区", "登记方式", "成立日期"],
        [
            (code, f"演练{n}", "民办非企业单位", "其他", f"Q{n % 10}", DISTRICTS[n % 2], "登记", "2012-03-01")
            for n, code in enumerate(codes)
        ],
    )
    parties = [(f"P{n:05d}", code) for n, code in enumerate(codes[::3])]
    write(
        folder / "party_organizations.csv",
        ["党组织编码", "党组织名称", "党组织类别", "组建形式", "主管单位编码", "批准日期"],
        [(code, f"演练党支部{code}", "党支部", "单独", "SZ", "2014-01-01") for code, _ in parties],
    )
    write(
        folder / "covering.csv",
        ["党组织编码", "统一社会信用代码", "起始日期"],
        [(party, code, "2014-01-01") for party, code in parties],
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


def kill_import(fresh: Installation, files: Path, after: float) -> tuple[bool, dict[str, int]]:
    """Kill an import after so many seconds: (whether it was still running, what the registers hold then)."""
    process = fresh.start("import_bundle", str(files), "--commit")
    try:
        process.communicate(timeout=after)
        killed = False
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        killed = True
    return killed, fresh.counts()


def all_or_nothing(empty: Installation, whole: Installation, files: Path, after: float) -> bool:
    """One kill and what follows: the registers held all or nothing, and hold all after a second run."""
    nothing, everything = empty.counts(), whole.counts()
    fresh = empty.copy(empty.folder.parent / "killed")
    killed, left = kill_import(fresh, files, after)
    if left == nothing:
        fresh.run("import_bundle", str(files), "--commit")
    good = left in (nothing, everything) and fresh.counts() == everything
    state = "全无" if left == nothing else "全有" if left == everything else f"残缺 {left}"
    end = "复跑完整" if good else "未恢复"
    print(f"  {after:.1f} 秒{'断电' if killed else '前已完成'}:{state};{end}", flush=True)
    shutil.rmtree(fresh.folder)
    return good


def drill(folder: Path, dice: random.Random) -> int:
    """Kill the import at random points; how many of them went wrong."""
    begun, files = time.monotonic(), folder / "bundle"
    bundle(files)
    (folder / "empty").mkdir()
    empty = Installation(folder / "empty")
    empty.run("migrate", "--verbosity", "0")
    whole = empty.copy(folder / "whole")
    seconds = whole.run("import_bundle", str(files), "--commit")
    if whole.counts()["orgs_socialorganization"] != ORGANIZATIONS:
        raise RuntimeError(f"导入不完整:{whole.counts()}")
    print(f"  不中断:{seconds:.1f} 秒")
    faults = 0
    for _ in range(KILLS):
        if time.monotonic() - begun > BUDGET:
            print("  时间已到,不再继续。")
            break
        # starting up takes the first part of the time; most kills shall fall into the writing
        faults += not all_or_nothing(empty, whole, files, seconds * dice.uniform(0.25, 0.95))
    return faults


def main() -> int:
    """Run the drill; 0 when every kill left all or nothing and every second run completed."""
    seed = int(os.environ.get("DRILL_SEED", time.time_ns() % 100_000))
    print(f"演练:导入途中断电({ORGANIZATIONS:,} 家社会组织,种子 {seed})")
    with tempfile.TemporaryDirectory(prefix="portal-drill-") as place:
        faults = drill(Path(place), random.Random(seed))
    print("演练通过。" if not faults else f"演练未通过:{faults} 处。")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
