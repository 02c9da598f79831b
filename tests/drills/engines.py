"""What `make test` leaves out, on both engines: 其余用例.

What takes long, and on PostgreSQL also doors, walks and numbers of statements: engines hardly answer them differently,
and here it is shown.
"""

from __future__ import annotations

from pathlib import Path

from tests.run import POSTGRESQL, Run, postgresql_answers

RUNS = (
    # browser tests at their other width among them
    Run("SQLite", "long", {}),
    Run("PostgreSQL", "(embedded_only or long) and database and not browser", {"DATABASE_URL": POSTGRESQL}),
)


def drill(place: Path) -> int:
    """Run them; how many engines were not green."""
    if not postgresql_answers():
        print("  没有连上 PostgreSQL。")
        return 1
    return sum(not run.go([]) for run in RUNS)
