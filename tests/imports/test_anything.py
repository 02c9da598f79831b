"""Whatever stands in the cells: findings, never an exception, and the sums are right."""

from __future__ import annotations

import random

import pytest

from portal.core.imports.engine import Options, Sheet, run
from portal.core.imports.register import registers
from portal.core.scoping import scope_of
from tests.cast import City
from tests.imports.conftest import BUNDLE, ID_1, ID_2, A, B

CELLS = [
    "", " ", "0", "-1", "1.5", "99999999999", "是", "无", "2013-10-23", "2013-02-30", "31/12/2013", "明远",
    "SZ", "NS", "ZW", "P-1", "P-2", "R-2", "Z-1", "K-1", A, B, ID_1, ID_2, A[8:17], "深社证字第0012号",
    "文化局", "；", "a；b", "x" * 5000, "\x00", "\u200b", "'=1", "=1+1", "𠮷", None, 7, 3.25, True, 1e300,
    float("nan"), float("inf"), "书记", "单独", "党委", "branch-coverage", "社会团体", "注销", "正常",
    "1900-01-01", "2199-12-31", "1899-12-31", "%s", "{0}", "\\", '"', "\ud800",
]  # fmt: skip


def shaken(kind: str, text: str, dice: random.Random) -> Sheet:
    """A file of the bundle with cells replaced, rows doubled, columns dropped."""
    head, *rows = [line.split(",") for line in text.split("\n")]
    head = head + [c.heading for c in registers()[kind].columns if c.heading not in head and dice.random() < 0.3]
    taken = [dice.choice(rows) for _ in range(len(rows) + 2)]
    cells = [
        {h: row[i] if i < len(row) and dice.random() < 0.6 else dice.choice(CELLS) for i, h in enumerate(head)}
        for row in taken
    ]
    if dice.random() < 0.2:
        head.remove(dice.choice(head))
    rows_out = [(n, {h: row[h] for h in head}) for n, row in enumerate(cells, 2)]
    return Sheet(kind, kind, head, rows_out, lenient=dice.random() < 0.3)


@pytest.mark.parametrize("who", ["nanshan", "city", "lin", "observer"])
def test_any_cells_from_anybody(who: str, city: City) -> None:
    dice = random.Random(who)
    user = city.users[who]
    sheets = [shaken(kind, text, dice) for kind, text in BUNDLE.items() for _ in range(2)]
    report = run(sheets, Options(commit=True, valid_rows=True, actor=user, scope=scope_of(user)))
    assert report.committed
    written = {file.kind for file in report.files if file.created or file.updated}
    of_a_secretary = {"terms", "members", "memberships", "posts", "attendance", "outreach", "site_applications"}
    assert written <= {"lin": of_a_secretary, "observer": set()}.get(who, set(BUNDLE))


@pytest.mark.parametrize("seed", range(15))
def test_any_cells_at_all(seed: int, stocked: None) -> None:
    dice = random.Random(seed)
    sheets = [shaken(kind, text, dice) for kind, text in BUNDLE.items()]
    report = run(sheets, Options(commit=True, valid_rows=True))
    for file in report.files:
        assert file.rows == file.created + file.updated + file.unchanged + file.skipped
        refused = {finding.row for finding in file.errors if finding.row and finding.row > 1}
        assert len(refused) <= file.skipped
        assert all(finding.message.endswith("。") for finding in file.findings)
    assert report.committed
