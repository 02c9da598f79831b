"""What goes out comes in again unchanged, for every register, as workbook and as CSV."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from members.models import Person
from portal.core import exports, indicators
from portal.core.imports.engine import Options, Sheet, run
from portal.core.imports.register import registers
from portal.core.imports.run import everyone
from portal.core.imports.stateful import StatefulRegister
from portal.core.models import RoleGrant
from portal.core.validity import today
from tests.cast import City
from tests.imports.conftest import BUNDLE, ID_1, UNITS, A, Bring, command, workbook


def rows_out(kind: str) -> tuple[list[str], list[list[str]]]:
    """The export of a register: headings and rows."""
    register = registers()[kind]
    rows = everyone(register.model)
    if kind == "members":
        rows = rows.exclude(member=None)
    return register.headings, list(register.export_rows(rows))


@pytest.mark.parametrize("kind", sorted(BUNDLE))
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_register_comes_back_unchanged(kind: str, suffix: str, stocked: None, tmp_path: Path) -> None:
    headings, rows = rows_out(kind)
    assert len(rows) == BUNDLE[kind].count("\n") + (kind == "terms")
    write = exports.write_csv if suffix == "csv" else exports.write_xlsx
    path = tmp_path / f"{kind}.{suffix}"
    path.write_bytes(write(headings, rows))
    answer = command("import_file", kind, path, "--json", "--commit")
    assert answer.code == 0 and answer.sums("unchanged") == len(rows) > 0


def test_an_export_says_what_is_true_that_day(stocked: None, bring: Bring) -> None:
    head, row = UNITS.split("\n")[0], "SZ-WGJ,深圳市文体旅游局,业务主管单位,SZ,市级,,,,2014-05-01"
    bring("units", f"{head},变更生效日期\n{row}")
    register = registers()["units"]
    rows = everyone(register.model).filter(code="SZ-WGJ")
    names = [next(register.export_rows(rows, datetime.date(year, 1, 1)))[1] for year in (2014, 2015)]
    assert names == ["深圳市文化广电局", "深圳市文体旅游局"]


def test_what_must_not_go_out_does_not(stocked: None) -> None:
    headings, rows = rows_out("members")
    assert "公民身份号码" not in headings and "手机号" not in headings
    assert ID_1 not in str(rows) and "13800001234" not in str(rows)
    person = Person.objects.everyone().get(name="苏叶")
    assert person.opaque_id in str(rows)


def test_formulas_stay_text_on_the_way_out_and_in(directory: None, bring: Bring, tmp_path: Path) -> None:
    cells = ["统一社会信用代码", "名称", "类别", "成立日期"], [A, "=HYPERLINK(1)协会", "社会团体", "2012-01-01"]
    assert bring("organizations", workbook([cells[0], [A, "海珠", "社会团体", "2012-01-01"]]), name="a.xlsx").code == 0
    path = tmp_path / "b.csv"
    path.write_bytes(exports.write_csv(cells[0], [cells[1]]))
    assert command("import_file", "organizations", path, "--json", "--commit").sums("updated") == 1
    headings, rows = rows_out("organizations")
    assert rows[0][headings.index("名称")] == "=HYPERLINK(1)协会"
    path.write_bytes(exports.write_xlsx(headings, rows))
    assert command("import_file", "organizations", path, "--json").sums("unchanged") == 1


def figures() -> list[indicators.Rate]:
    """Every figure of today by unit and district."""
    day = today()
    by_unit = indicators.rates(
        day, "unit", [one.code for one in indicators.all_indicators() if "unit" in one.groupings]
    )
    return [*by_unit, *indicators.rates(day, "district", ["branch-coverage", "work-coverage"])]


def test_a_city_comes_back_with_the_same_figures(city: City) -> None:
    before = figures()
    sheets = []
    for kind in registers():
        headings, rows = rows_out(kind)
        cells = [(number, dict(zip(headings, row, strict=True))) for number, row in enumerate(rows, 2)]
        sheets.append(Sheet(kind, kind, headings, cells))
    RoleGrant.objects.all().delete()
    for register in reversed(registers().values()):
        if isinstance(register, StatefulRegister):
            register.state_model.objects.all().delete()
        everyone(register.model).delete()
    assert figures() != before
    report = run(sheets, Options(commit=True))
    assert [str(one) for file in report.files for one in file.errors] == []
    assert report.committed and sum(file.created for file in report.files) == sum(file.rows for file in report.files)
    assert figures() == before
