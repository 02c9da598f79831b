"""A real browser in front of a real server: one Chromium for all tests, one context for each page that is opened.

Whatever a test does, its pages must stay quiet: no script error, nothing that the content policy had to stop, no
request to another host.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from portal.core import indicators
from portal.core.indicators import Rate
from portal.core.validity import today
from tests import world
from tests.chromium import ARGUMENTS, program

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
#: milliseconds after which what does not come is missing, on a machine that does much else beside
_PATIENCE = 15_000
expect.set_options(timeout=_PATIENCE)

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, once for all tests."""
    # Playwright keeps a loop in this thread; Django would take every query here for one of that loop
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Watch:
    """What pages did that they should not do."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.complaints: list[str] = []

    def over(self, page: Page) -> None:
        """Listen to a page from its first address on."""
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self._said)
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, message: ConsoleMessage) -> None:
        # a refusal or a cut connection that a test asks for is no fault of the page; a file that is missing is
        refused = re.search("the server responded with a status of 4|ERR_INTERNET_DISCONNECTED", message.text)
        missing = "/static/" in message.location.get("url", "")
        if message.type in ("error", "warning") and (missing or not refused):
            self.complaints.append(message.text)

    def _asked(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self.host:
            self.complaints.append(f"asks {address}")


@pytest.fixture
def open_as(chromium, live_server, transactional_db) -> Iterator[Open]:
    """`open_as("nanshan", city)` is a page whose person is signed in; without a name nobody is."""
    watch, contexts = Watch(urlsplit(live_server.url).netloc), []

    def opened(name: str = "", city=None, *, phone: bool = False, **options) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(_PATIENCE)
        if name:
            client = Client()
            client.force_login(city.users[name])
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        watch.over(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not watch.complaints, "\n".join(watch.complaints)


def sign_in(page: Page, username: str, password: str = world.PASSWORD) -> None:
    """Sign in as a person does."""
    page.goto("/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def figure(indicator: str = "branch-coverage", by: str = "city", group: str = "city", day=None) -> Rate:
    """The rate that the engine gives for a group."""
    return next(rate for rate in indicators.rates(day or today(), by, [indicator]) if rate.group == group)


def expect_rows(page: Page, count: int) -> None:
    """The first table of the page comes to have so many rows: a click does not wait for the page it leads to."""
    expect(page.locator("main table").first.locator("tbody tr")).to_have_count(count)


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
