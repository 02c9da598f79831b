"""Run all drills, or those named: `python -m tests.drills imports`."""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
from pathlib import Path

#: modules of this package, in the order in which they run
DRILLS = ("engines", "imports", "full_size", "production", "nights", "mails")


def run(name: str) -> int:
    """One drill in a folder of its own, which is gone afterwards; how many things went wrong."""
    module = importlib.import_module(f"tests.drills.{name}")
    title = (module.__doc__ or name).splitlines()[0].split(": ")[-1].rstrip(".")
    print(f"\n── 演练:{title} ──", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portal-drill-") as place:
        faults: int = module.drill(Path(place))
    print(f"  {'通过' if not faults else f'未通过:{faults} 处'},{time.monotonic() - started:.0f} 秒", flush=True)
    return faults


def main(names: list[str]) -> int:
    """Run the drills named, all without a name; 0 when nothing went wrong."""
    unknown = sorted(set(names) - set(DRILLS))
    if unknown:
        print(f"没有名为{'、'.join(unknown)}的演练;已有:{'、'.join(DRILLS)}。")
        return 2
    faults = sum(run(name) for name in names or DRILLS)
    print("\n演练全部通过。" if not faults else f"\n演练未通过:{faults} 处。")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
