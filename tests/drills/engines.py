"""What `make test` leaves out: 其余用例.

On SQLite what takes long, browser tests at their other width among it. On PostgreSQL what takes long, and what hardly
differs there: doors, pages, numbers of statements. What is both is asked of SQLite alone.
"""

from __future__ import annotations

from pathlib import Path

from tests.run import POSTGRESQL, Run, postgresql_answers

_ONE_OF_BOTH = "((embedded_only and not long) or (long and not embedded_only))"
RUNS = (
    Run("SQLite", "long", {}),
    Run("PostgreSQL", f"{_ONE_OF_BOTH} and database and not browser", {"DATABASE_URL": POSTGRESQL}),
)


def drill(place: Path) -> int:
    """Run them; how many engines were not green."""
    if not postgresql_answers():
        print("  没有连上 PostgreSQL。")
        return 1
    return sum(not run.go([]) for run in RUNS)
