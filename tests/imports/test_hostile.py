"""Files that nobody should be able to hurt the portal with: each gets a sentence, none an exception."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
import xlwt

from orgs.models import SocialOrganization
from tests.imports.conftest import DISTRICTS, Bring, workbook

HEAD = ("行政区编码", "名称")


def package(**parts: bytes) -> bytes:
    """A zip with these parts besides an honest workbook's."""
    stream = io.BytesIO(workbook([HEAD, ("NS", "南山区")]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), data)
    return stream.getvalue()


def replaced(name: str, change: bytes, by: bytes) -> bytes:
    """An honest workbook with something replaced in one of its parts."""
    source = zipfile.ZipFile(io.BytesIO(workbook([HEAD, ("NS", "南山区")])))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.namelist():
            data = source.read(part)
            archive.writestr(part, data.replace(change, by) if part == name else data)
    return stream.getvalue()


def far_cell(row: int, column: int) -> bytes:
    """A small workbook with one cell far outside."""
    book = openpyxl.Workbook()
    book.active.append(list(HEAD))
    book.active.cell(row, column, "x")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def old_far_cell() -> bytes:
    """The same as .xls."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.write(0, 0, "行政区编码")
    sheet.write(65535, 255, "x")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def locked() -> bytes:
    """The signature of a password-protected .xlsx: an OLE container with an encrypted package."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512


def locked_zip() -> bytes:
    """A zip whose parts say that they are encrypted."""
    data = bytearray(workbook([HEAD]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := data.find(mark, start)) >= 0:
            data[start + offset] |= 1
            start += 4
    return bytes(data)


def other_zip() -> bytes:
    """A zip that is no workbook."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet'
REFUSED = {
    "empty": (b"", "IMP-111"),
    "blank": (b"\n \n,,\n", "IMP-111"),
    "nul": (b"a\x00b,c\n", "IMP-111"),
    "random": (bytes(range(256)) * 20, "IMP-111"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "IMP-111"),
    "pdf": (b"%PDF-1.7\nx", "IMP-111"),
    "page": ("<html><table><tr><td>行政区编码</td></tr></table></html>".encode(), "IMP-111"),
    "no zip": (b"PK\x03\x04" + b"\0" * 60, "IMP-111"),
    "other zip": (other_zip(), "IMP-111"),
    "cut workbook": (workbook([HEAD, ("NS", "南山区")])[:-300], "IMP-111"),
    "cut xls": (old_far_cell()[:900], "IMP-111"),
    "locked": (locked(), "IMP-111"),
    "locked zip": (locked_zip(), "IMP-111"),
    "broken sheet": (replaced(SHEET, b"</row>", b"</c></row><row"), "IMP-111"),
    "external entity": (replaced(SHEET, b"<worksheet", DOCTYPE), "IMP-111"),
    "far cell": (far_cell(1048576, 16384), "IMP-110"),
    "wide": (far_cell(2, 201), "IMP-110"),
    "deep": (far_cell(1048576, 9), "IMP-110"),
    "far cell of an xls": (old_far_cell(), "IMP-110"),
    "zip bomb": (package(xl__bomb_xml=b"0" * 30_000_000), "IMP-110"),
    "big": (b"x" * (10 * 1024 * 1024 + 1), "IMP-110"),
    "wide csv": ((",".join(f"c{n}" for n in range(201)) + "\n").encode(), "IMP-110"),
    "long cell": (b'a,b\n"' + b"x" * 200_000 + b'",1', "IMP-111"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_with_a_sentence(name: str, bring: Bring) -> None:
    data, code = REFUSED[name]
    answer = bring("districts", data)
    assert answer.code == 1 and [one["code"] for one in answer.json["files"][0]["errors"]] == [code]
    message = answer.json["files"][0]["errors"][0]["message"]
    assert message.endswith("。") and "Error" not in message and "Traceback" not in answer.output


def with_macro() -> bytes:
    """A workbook that carries a macro: its cells are read, the macro is not."""
    return package(xl__vbaProject_bin=b"\xcc" * 4000)


def with_formula() -> bytes:
    """Cells with formulas: their stored value is read, here none."""
    return workbook([HEAD, ("NS", '=WEBSERVICE("http://example.invalid")'), ("FT", "福田区")])


def formatted_far() -> bytes:
    """Cells without a value far outside, only formatted, as people leave them."""
    book = openpyxl.Workbook()
    book.active.append(list(HEAD))
    book.active.append(["NS", "南山区"])
    book.active.cell(900, 16384).number_format = "0.00"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def old_workbook() -> bytes:
    """An honest .xls."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    for row, cells in enumerate([HEAD, ("NS", "南山区")]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


TAKEN = {
    "utf-8": (DISTRICTS.encode(), 2),
    "utf-8 with bom": (DISTRICTS.encode("utf-8-sig"), 2),
    "gb18030": (DISTRICTS.encode("gb18030"), 2),
    "tabs": (DISTRICTS.replace(",", "\t").encode(), 2),
    "crlf": (DISTRICTS.replace("\n", "\r\n").encode(), 2),
    "xlsx": (workbook([HEAD, ("NS", "南山区")]), 1),
    "xls": (old_workbook(), 1),
    "macro": (with_macro(), 1),
    "formatted far": (formatted_far(), 1),
    "header only": (",".join(HEAD).encode(), 0),
    "numbers for codes": (workbook([HEAD, (440305, "南山区")]), 1),
}


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_taken_as_it_is(name: str, bring: Bring) -> None:
    data, rows = TAKEN[name]
    answer = bring("districts", data)
    assert answer.code == 0 and answer.sums("created") == answer.sums("rows") == rows


def test_formulas_are_not_run(bring: Bring) -> None:
    answer = bring("districts", with_formula(), "--valid-rows")
    assert answer.found("IMP-101") == [(2, "名称")] and answer.sums("created") == 1


def test_fifty_empty_rows_end_a_sheet(bring: Bring) -> None:
    near = workbook([HEAD, ("NS", "南山区"), *[()] * 49, ("FT", "福田区")])
    far = workbook([HEAD, ("NS", "南山区"), *[()] * 50, ("FT", "福田区")])
    assert bring("districts", near, commit=False).sums("rows") == 2
    assert bring("districts", far, commit=False).sums("rows") == 1


def test_row_numbers_are_those_of_the_spreadsheet(bring: Bring) -> None:
    rows = [(), HEAD, (), ("NS", "南山区"), (), ("FT", "")]
    assert bring("districts", workbook(rows)).found() == [(6, "名称")]
    text = '\n行政区编码,名称\nNS,"南\n山区"\n\nFT,'
    assert bring("districts", text).found() == [(5, "名称")]


def test_text_that_looks_dangerous_is_only_text(db: None, bring: Bring) -> None:
    name = "<script>alert(1)</script>'; DROP TABLE orgs--"
    text = f"登记证号,名称,类别,成立日期\nA1,{name},社会团体,2012-01-01"
    assert bring("organizations", text).code == 0
    assert SocialOrganization.objects.everyone().get().name == name
