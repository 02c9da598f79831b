"""A letter in a browser: read in its frame, narrow as a phone, asked for once more."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.core import snapshots
from portal.core.models import Delivery, Letter, Unit
from portal.reports import letters
from portal.reports.letters import seen
from tests import world
from tests.browser.conftest import scrolls_sideways

pytestmark = pytest.mark.browser


@pytest.fixture
def letter(transactional_db, city, settings, tmp_path):
    """The letter of Nanshan, refused by its recipient."""
    settings.VAR_DIR, settings.EMAIL_URL = tmp_path, ""
    Unit.objects.filter(code="NS").update(report_emails="ns@office.example")
    day = world.day("2016-04-12")
    snapshots.keep([day])
    letters.plan(day)
    Delivery.objects.update(status="REFUSED", attempts=1, error="邮件服务器拒收：550 no such user")
    return Letter.objects.get()


def test_read_and_asked_for_once_more(open_as, city, letter):
    page = open_as("nanshan", city)
    page.goto("/letters/")
    page.get_by_role("link", name="被拒收").click()
    page.get_by_role("link", name=letter.subject).click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("已覆盖 2 / 3 家，还差 1 家到 85%")).to_be_visible()
    button = frame.get_by_role("link", name="打开工作台办理")
    assert button.get_attribute("target") == "_blank"
    assert button.evaluate("one => getComputedStyle(one.parentElement).backgroundColor") == "rgb(158, 27, 30)"
    page.get_by_role("button", name="再发一次").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("^\\s*已排入待发"))
    assert letters.send_due() == 1
    page.reload()
    expect(page.get_by_role("row").filter(has_text="ns@office.example").get_by_text("已发出")).to_be_visible()


def test_no_letter_is_wider_than_a_phone(open_as, city, letter):
    page = open_as("nanshan", city, phone=True)
    page.goto("/letters/preview/")
    assert not scrolls_sideways(page)
    page.goto(reverse("letter-body", args=[seen.key_of(letter)]))
    expect(page.get_by_text("打开工作台办理")).to_be_visible()
    assert page.viewport_size["width"] == 390
    assert not scrolls_sideways(page)
