"""An import is killed (SIGKILL) at random points of its work: 导入途中断电.

Afterwards the registers hold all of it or nothing, and the same import run again completes it, as if nothing had
happened.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from portal.reports.demo.codes import credit_code
from tests.drills.installation import Installation

ORGANIZATIONS = 3000
DISTRICTS = ("440305", "440304")
KILLS = 8
#: no more kills are begun after so many seconds
BUDGET = 140


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


def kill_again_and_again(folder: Path, dice: random.Random) -> int:
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


def drill(folder: Path) -> int:
    """Every kill left all or nothing and every second run completed; how many did not."""
    seed = int(os.environ.get("DRILL_SEED", time.time_ns() % 100_000))
    print(f"  {ORGANIZATIONS:,} 家社会组织,种子 {seed}")
    return kill_again_and_again(folder, random.Random(seed))
