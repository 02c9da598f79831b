"""`make pictures`: builds the demo city, serves it and takes the pictures of `docs/pictures`.

A directory may be given as the only argument; its city is then built once and used again the next time.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from playwright.sync_api import Browser, Page, sync_playwright

from portal.reports.demo.codes import credit_code
from tests import chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
WINDOW = {"1440": {"width": 1440, "height": 900}, "390": {"width": 390, "height": 844}}


@dataclass(frozen=True)
class Picture:
    """One picture: its name, who looks, how to get there, in which windows, the whole page or one view of it."""

    name: str
    who: str
    way: Callable[[Page], object]
    windows: tuple[str, ...] = ("1440", "390")
    whole: bool = False


#: organizations that should have a branch of their own; a small city has none in some districts
DUE = "/coverage/formation-due/?status=unmet"


def at(address: str) -> Callable[[Page], object]:
    """The way to a fixed address."""
    return lambda page: page.goto(address)


def first_of(address: str) -> Callable[[Page], object]:
    """The way to the first named row of a list."""

    def way(page: Page) -> None:
        page.goto(address)
        page.locator("tbody tr a").first.click()
        page.wait_for_load_state()

    return way


def party_of_first(page: Page) -> None:
    """The way to the party organization that covers the organization of the picture."""
    first_of(DUE)(page)
    page.locator("main a[href^='/party-organizations/']").first.click()
    page.wait_for_load_state()


def sheet_of_first(page: Page) -> None:
    """The way to the result sheet of the last election."""
    page.goto("/elections/")
    page.locator("tbody a[href^='/elections/']").first.click()
    page.get_by_role("link", name="选举结果报告单").click()
    page.wait_for_load_state()


def posting(page: Page) -> None:
    """The way to the form of a posting for an organization that nothing covers, with what saving it would do."""
    first_of("/coverage/work-coverage/?status=strict-unmet")(page)
    page.get_by_role("link", name="派出指导员").first.click()
    page.get_by_label("姓名").wait_for()
    if (draft := page.get_by_role("button", name="丢弃草稿")).is_visible():
        draft.click()
        page.wait_for_load_state()
    page.get_by_label("姓名").fill("段诗远")
    page.get_by_role("button", name="预览").click()
    page.get_by_text("今天的数字").wait_for()
    page.evaluate("scrollTo(0, 0)")


def upload(page: Page) -> None:
    """The way to the plan of a roster as offices write it: good rows, a wrong code, a placeholder, an odd date."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["南山区社会组织名册"])
    sheet.append(["统一社会信用代码", "社会组织名称", "类别", "成立日期", "登记管理机关", "业务主管单位"])
    for number, name in enumerate(
        ("晨曦社区服务中心", "云帆文化服务中心", "松涛老年照料中心", "流萤摄影学社"), 910_001
    ):
        unit = "相关职能部门" if number % 2 else "南山区文体旅游局"
        day = "2026年5月" if number == 910_004 else f"2026-0{number % 10}-12"
        sheet.append([credit_code(number), f"南山区{name}", "民办非企业单位", day, "南山区民政局", unit])
    wrong = credit_code(910_005)[:-1] + "I"
    sheet.append([wrong, "南山区海蓝助学服务中心", "民办非企业单位", "2026-03-01", "南山区民政局", "南山区教育局"])
    sheet.append(["合计"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "南山区名册.xlsx"
        book.save(path)
        page.goto("/imports/")
        page.select_option("select[name=kind]", "roster")
        page.set_input_files("input[type=file]", path)
        page.locator("main form button[type=submit], main form .btn-primary").first.click()
        page.wait_for_load_state()


ALL = (
    Picture("sign-in", "", at("/sign-in/")),
    Picture("desk", "nanshan", at("/")),
    Picture("desk-city", "shi", at("/"), windows=("1440",)),
    Picture("desk-secretary", "shuji", at("/"), windows=("390",)),
    Picture("coverage", "shi", at("/coverage/"), whole=True),
    Picture("missing", "nanshan", at("/coverage/branch-coverage/?by=district&group=440305&status=strict-unmet")),
    Picture("organization", "shi", first_of(DUE)),
    Picture("party-organization", "shi", party_of_first),
    Picture("organizations", "nanshan", at("/organizations/")),
    Picture("todo", "nanshan", at("/todo/")),
    Picture("form", "shi", posting),
    Picture("letter", "shi", at("/letters/preview/")),
    Picture("import-plan", "shi", upload, windows=("1440",)),
    Picture("notice", "shi", at("/notice/")),
    Picture("plan", "nanshan", at("/plan/")),
    Picture("election-sheet", "shuji", sheet_of_first, windows=("1440",)),
    Picture("demonstration", "shi", at("/demonstration/"), windows=("1440",)),
    Picture("units", "shi", at("/units/"), windows=("1440",)),
)


@contextmanager
def served(var: Path) -> Iterator[str]:
    """The portal with the demo city in `var`, at an address of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settled = {"VAR_DIR": str(var), "DATABASE_URL": f"sqlite:///{var}/portal.sqlite3", "PORT": str(port)}
    command = [sys.executable, "manage.py", "up"]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settled}, stdout=subprocess.PIPE, text=True)
    try:
        for line in server.stdout or ():
            if "平台已启动" in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def passwords(var: Path) -> dict[str, str]:
    """The passwords of the demo accounts by username."""
    return dict(re.findall(r"^(\w+) +((?:\w{4}-){2}\w{4}) ", (var / "demo-signins.txt").read_text(), re.MULTILINE))


def take(browser: Browser, address: str, picture: Picture, password: str) -> Iterator[Path]:
    """Take a picture in each of its windows; where each was put."""
    for width in picture.windows:
        context = browser.new_context(base_url=address, viewport=WINDOW[width], locale="zh-CN")
        page = context.new_page()
        if picture.who:
            page.goto("/sign-in/")
            page.fill("[name=username]", picture.who)
            page.fill("[name=password]", password)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda reached: "sign-in" not in reached)
        picture.way(page)
        path = PICTURES / f"{picture.name}-{width}.png"
        page.screenshot(path=path, full_page=picture.whole and width == "1440")
        yield path
        context.close()


def main(arguments: list[str]) -> int:
    """Take all pictures and say how large they are."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="portal-pictures-") as temporary, sync_playwright() as playwright:
        var = Path(arguments[0]) if arguments else Path(temporary)
        with served(var) as address:
            known = passwords(var)
            browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.ARGUMENTS)
            for picture in ALL:
                for path in take(browser, address, picture, known.get(picture.who, "")):
                    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
