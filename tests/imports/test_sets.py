"""A file is a few statements at any size."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core.imports.engine import Options, Report, Sheet, run
from tests.imports.conftest import A
from tests.world import credit_code


def organizations(number: int) -> Sheet:
    """A roster of so many organizations."""
    head = ["统一社会信用代码", "登记证号", "名称", "类别", "登记管理部门", "成立日期"]
    rows = [
        [credit_code(n, "51"), f"深社证字第{n}号", f"第{n}号协会", "社会团体", "市民政局", "2012-01-01"]
        for n in range(5000, 5000 + number)
    ]
    return Sheet(
        "organizations", "roster", head, [(n, dict(zip(head, row, strict=True))) for n, row in enumerate(rows, 2)]
    )


def members(number: int) -> Sheet:
    """So many members of one organization."""
    head = ["人员编号", "姓名", "入党日期", "工作单位"]
    rows = [[f"M-{n}", f"某{n}", "2009-07-01", A] for n in range(number)]
    return Sheet("members", "members", head, [(n, dict(zip(head, row, strict=True))) for n, row in enumerate(rows, 2)])


def statements(sheet: Sheet) -> tuple[int, Report]:
    """Statements of a plan, without the INSERTs, whose number follows from the size of one statement."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        report = run([sheet], Options())
    return sum(not query["sql"].startswith("INSERT") for query in captured), report


@pytest.mark.parametrize("make", [organizations, members])
def test_as_many_statements_for_many_rows_as_for_few(make, stocked: None) -> None:
    few, _ = statements(make(3))
    many, report = statements(make(400))
    assert report.files[0].created == 400
    assert few == many <= 25
