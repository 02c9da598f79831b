"""A file comes in: chosen, checked, written, found; or refused with a workbook that says why."""

from __future__ import annotations

import datetime
import re

import openpyxl
import pytest
from playwright.sync_api import expect

from orgs.models import SocialOrganization
from portal.core import indicators
from portal.core.validity import today
from tests import world
from tests.browser.conftest import expect_rows, sign_in
from tests.office_tables import f01

pytestmark = pytest.mark.browser

HEAD = ["序号", "社会组织名称", "登记证号", "类别", "登记管理机关", "业务主管单位", "成立日期", "统一社会信用代码"]


def roster(path, *names, odd=()):
    """A roster with a title row, good rows and `odd` ones."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["南山区社会组织名册"])
    sheet.append(HEAD)
    for number, name in enumerate(names, 1):
        day = datetime.date(2012, number, 3)
        sheet.append([number, name, f"南社证字第{number:04d}号", "社会团体", "南山区民政局", "相关职能部门", day])
    for row in odd:
        sheet.append(row)
    sheet.append(["合计"])
    book.save(path)
    return path


def upload(page, kind, path):
    page.goto("/imports/")
    page.get_by_label("文件种类").select_option(kind)
    page.get_by_label("文件", exact=True).set_input_files(path)
    page.get_by_role("button", name="上传并核对").click()


def counts(page):
    """The figures of a plan or a result by their words."""
    found = page.locator(".figures > div").all()
    return {one.locator("span").inner_text(): int(one.locator("b").inner_text()) for one in found}


def test_a_roster_goes_in_and_its_organizations_are_found(open_as, city, tmp_path):
    page = open_as("city", city)
    path = roster(tmp_path / "名册.xlsx", "南山区云帆文化促进会", "南山区晨曦读书会")
    upload(page, "roster", path)
    expect(page.locator(".page-head")).to_contain_text("待写入")
    assert counts(page)["将新增"] == 2 and counts(page)["错误"] == 0
    expect(page.locator("main")).to_contain_text("相关职能部门")
    page.get_by_role("button", name=re.compile("^写入：新增 2 行")).click()
    expect(page.locator(".page-head")).to_contain_text("已写入")
    page.goto("/organizations/?q=云帆")
    expect_rows(page, 1)
    page.goto("/")
    page.get_by_role("searchbox").first.fill("cxdsh")
    page.get_by_role("searchbox").first.press("Enter")
    page.get_by_role("link", name="南山区晨曦读书会").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("南山区晨曦读书会")
    expect(page.locator("main")).to_contain_text("南山区民政局")
    upload(page, "roster", path)
    expect(page.locator(".page-head")).to_contain_text("没有变化")
    assert (counts(page)["将新增"], counts(page)["将更新"], counts(page)["没有变化"]) == (0, 0, 2)
    expect(page.get_by_role("button", name=re.compile("写入：|无误"))).to_have_count(0)


def test_what_a_roster_wrote_is_named_led_to_and_taken_back(open_as, city, tmp_path):
    before = SocialOrganization.objects.everyone().count()
    page = open_as("city", city)
    upload(page, "roster", roster(tmp_path / "名册.xlsx", "南山区云帆文化促进会", "南山区晨曦读书会"))
    changes = page.get_by_role("region", name="将有的变化")
    expect(changes.locator("tbody tr")).to_have_count(2)
    expect(changes).to_contain_text("南山区云帆文化促进会")
    page.get_by_role("button", name=re.compile("^写入：新增 2 行")).click()
    page.get_by_role("link", name="社会组织：南山区云帆文化促进会").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("南山区云帆文化促进会")
    page.goto("/account/")
    page.get_by_role("link", name="查看导入").click()
    page.get_by_role("button", name="撤销这次导入：新增 2 行，更新 0 行").click()
    expect(page.locator(".page-head")).to_contain_text("已撤销")
    assert SocialOrganization.objects.everyone().count() == before


def test_a_picture_called_a_workbook_is_refused_at_the_field(open_as, city, tmp_path):
    page = open_as("city", city)
    path = tmp_path / "照片.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    upload(page, "roster", path)
    expect(page.get_by_role("alert")).to_contain_text("“照片.xlsx”读不出内容：不是可读取的表格文件；")
    expect(page.get_by_text("下载有错误的行")).to_have_count(0)
    upload(page, "roster", roster(tmp_path / "名册.xlsx", "南山区云帆文化促进会"))
    expect(page.locator(".page-head")).to_contain_text("待写入")


def test_a_file_with_errors_writes_nothing_and_gives_its_rows_back(open_as, city, tmp_path):
    before = SocialOrganization.objects.everyone().count()
    page = open_as("city", city)
    day, code = datetime.date(2014, 2, 3), "51440399MX00000010"
    wrong = [3, "南山区流萤摄影协会", "南社证字第0003号", "社会团体", "南山区民政局", None, day, code]
    upload(page, "roster", roster(tmp_path / "名册.xlsx", "南山区云帆文化促进会", odd=[wrong]))
    expect(page.locator(".page-head")).to_contain_text("有错误，未写入")
    expect(page.locator("main")).to_contain_text(code)
    assert SocialOrganization.objects.everyone().count() == before
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载有错误的行").click()
    waiting.value.save_as(tmp_path / "错误.xlsx")
    cells = list(openpyxl.load_workbook(tmp_path / "错误.xlsx").active.iter_rows(values_only=True))
    assert [row[1] for row in cells if row[1]][-1] == "南山区流萤摄影协会"
    assert "南山区云帆文化促进会" not in [row[1] for row in cells]
    page.get_by_role("button", name="放弃").click()
    expect(page.locator("main")).to_contain_text("已放弃")


def test_what_was_left_out_is_told_at_the_field(open_as, city):
    page = open_as("city", city)
    page.goto("/imports/")
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("alert")).to_contain_text("请选择要导入的文件")
    page.get_by_role("alert").get_by_role("link", name="文件", exact=True).click()
    expect(page.get_by_label("文件", exact=True)).to_be_in_viewport()


def test_the_coverage_page_shows_reasons_and_ranges_of_a_register_of_2013_at_once(open_as, db, tmp_path):
    unit = world.unit("SZ", "中共示例市委组织部", "CITY_LEAD")
    world.account("shi", "city-staff", unit=unit)
    page = open_as()
    path = tmp_path / "登记表.xls"
    path.write_bytes(f01.filled(_register()))
    sign_in(page, "shi")
    expect(page.locator("main")).to_contain_text("还没有社会组织")
    upload(page, "register-2013", path)
    page.get_by_role("button", name=re.compile("^写入")).click()
    expect(page.locator(".page-head")).to_contain_text("已写入")
    page.goto("/coverage/")
    tally = indicators.tally(indicators.indicator("branch-coverage"), today(), "city")["city"]
    expect(page.locator(".meters .meter").first).to_contain_text(f"已覆盖 {tally.met} / 12 家")
    assert tally.reasons == {"own": 4, "joint": 3, "instructor": 2, "none": 3}
    page.locator("#reasons-table summary").click()
    whole = page.locator("#reasons-table tbody tr").first.locator("td").all_inner_texts()[1:]
    assert [int(count) for count in whole] == [4, 3, 0, 0, 2, 3, 12]
    expect(page.locator(".formation-range")).to_have_text(re.compile(r"^\s*0 – 2 家\s*$"))
    page.locator(".formation-range").get_by_role("link", name="2", exact=True).click()
    expect(page.locator(".page-head")).to_contain_text("共 2 家")
    expect_rows(page, 2)


def _register():
    """Four own branches, a joint one of three, two with an instructor, three without; two report enough members."""
    named = [{"A": f"示例{n:02d}号社会组织", "B": "社会团体", "C": f"示社证字第{n:04d}号"} for n in range(12)]
    day = datetime.date(2013, 5, 6)
    for n in range(4):
        named[n] |= {"E": "是", "G1": day, "G2": f"示例{n:02d}号党支部", "G5": "党支部", "G91": f"书记{n}", "I": 4}
    for n in range(4, 7):
        named[n] |= {"E": "是", "G1": day, "G2": "示例东园联合党支部", "G5": "联合支部", "G91": "东园书记"}
    for n in range(7, 9):
        named[n] |= {"E": "否", "H1": "派驻党建指导员", "H31": "指导员甲", "H33": "示例区委组织部"}
    for n in range(9, 12):
        named[n] |= {"E": "否", "H1": "应建未建", "I": 5 if n > 9 else 1}
    return named
