"""What is taken away from a list: what the page shows, within scope, safe to open, fit to come in again."""

from __future__ import annotations

import csv
import io
import zipfile

from python_calamine import CalamineWorkbook

from portal.core import listing
from portal.core.imports import doors
from portal.core.imports.read import read_bytes
from portal.core.imports.sheets import Options
from portal.core.models import AuditEntry
from portal.desk.lists import LISTS
from tests import world
from tests.pages.conftest import listed, text


def test_the_exported_file_is_what_the_page_shows(browse, city):
    client = browse("city")
    address = "/organizations/?kind=ASSOCIATION&sort=-code"
    shown = listed(client, address)
    rows = list(csv.reader(io.StringIO(client.get(f"{address}&as=csv").content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["名称", "统一社会信用代码", "类别"]
    assert [row[0] for row in rows[1:]] == shown
    assert rows[1][1:3] == [city.organizations["futian-missing"].credit_code, "社会团体"]
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address}&as=xlsx").content))
    cells = workbook.get_sheet_by_index(0).to_python()
    assert [row[0] for row in cells[1:]] == shown
    assert cells[0] == rows[0]


def test_an_export_holds_all_pages(browse, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    monkeypatch.setattr(listing, "_CHUNK", 3)
    rows = browse("city").get("/organizations/?as=csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 8


def test_no_cell_of_an_export_runs_as_a_formula(browse, city):
    one = city.organizations["nanshan-own"]
    one.name = '=HYPERLINK("http://example.org")'
    one.save()
    client = browse("nanshan")
    rows = list(csv.reader(io.StringIO(client.get("/organizations/?as=csv").content.decode("utf-8-sig"))))
    assert f"'{one.name}" in [row[0] for row in rows]
    book = zipfile.ZipFile(io.BytesIO(client.get("/organizations/?as=xlsx").content))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_exports_stay_within_the_scope_and_are_audited(browse, city):
    content = browse("nanshan").get("/organizations/?district=440305&as=csv").content.decode("utf-8-sig")
    assert "福田" not in content
    entry = AuditEntry.objects.get(action="导出")
    assert (entry.actor, entry.subject) == (city.users["nanshan"], "社会组织")
    assert entry.detail == {"行政区": "南山区", "登记状态": "正常"}


def test_a_register_that_is_exported_and_imported_again_changes_nothing(browse, city):
    world.term(city.parties["own"], "2024-03-01", "2027-02-28")
    world.report(city.organizations["nanshan-own"], "2026-01-31", full=3)
    client = browse("city")
    for page in LISTS:
        everything = {one.name: "all" for one in page.filters if one.default}
        answer = client.get(f"/{page.route}/", {**everything, "as": "register"})
        if page.route in ("members", "import-records"):
            # a person's personal number never goes out, and what came in is no register
            assert answer.status_code == 400
            continue
        assert answer.status_code == 200, page.route
        kind = page.route.replace("-", "_")
        options = Options(actor=city.users["city"], kind=kind)
        report = doors.come_in(kind, "登记表.xlsx", read_bytes(answer.content), options)
        assert [(f.created, f.skipped, f.findings) for f in report.files] == [(0, 0, [])], page.route
        # an import completes codes and words for search, which the factories leave empty
        assert page.route == "organizations" or report.files[0].updated == 0, page.route


def test_who_may_not_export_gets_neither_button_nor_file(browse):
    client = browse("instructor")
    assert "导出" not in text(client.get("/organizations/"))
    assert client.get("/organizations/?as=csv").status_code == 403


def test_every_list_can_be_taken_away(browse):
    client = browse("city")
    for page in LISTS:
        answer = client.get(f"/{page.route}/?as=xlsx")
        assert answer.status_code == 200, page.route
        cells = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert cells[0] == [column.heading for column in page.columns]
