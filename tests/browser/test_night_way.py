"""The whole way: somebody acts, the figures move, the night keeps them, the letter tells, the past stays."""

from __future__ import annotations

import datetime
import io
import json
import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from portal.core.models import Unit
from portal.core.validity import today
from tests.browser.conftest import figure
from tests.doors import record_key
from tests.letters.post_office import PostOffice, free_port, opened

pytestmark = pytest.mark.browser

YESTERDAY = today() - datetime.timedelta(days=1)
EARLIER = today() - datetime.timedelta(days=2)
WORK = "work-coverage"


@pytest.fixture
def office(transactional_db, settings, tmp_path):
    """A mail server, and Nanshan with an address."""
    settings.VAR_DIR = tmp_path
    with opened(PostOffice(free_port())) as post:
        settings.EMAIL_URL = post.url
        yield post


def said(*words):
    """What a command prints."""
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def met_of_nanshan(*how):
    """What `coverage` says of Nanshan's work coverage yesterday."""
    told = said("coverage", "--date", str(YESTERDAY), "--by", "unit", "--indicator", WORK, "--format", "json", *how)
    return next(one["met"] for one in json.loads(told) if one["group"] == "NS")


def listed_in_explain():
    told = said("explain", "--indicator", WORK, "--date", str(YESTERDAY), "--status", "met", "--format", "json")
    return {one["subject_name"] for one in json.loads(told)}


def listed_on_the_page(page):
    """The covered organizations that the page of the stored day names."""
    page.goto(f"/coverage/{WORK}/?date={YESTERDAY}&status=strict-met&by=unit&group=NS")
    return set(page.locator("main table tbody a.name, main table tbody td:first-child a").all_inner_texts())


def rate_on(page, address):
    page.goto(address)
    return page.locator(".meter", has_text="党的工作覆盖率").first.locator(".meter-rate").inner_text()


def test_a_posting_moves_the_figures_the_letter_tells_why_and_the_past_stays(open_as, city, office):
    Unit.objects.filter(code="NS").update(report_emails="ns@office.example")
    missing = city.organizations["nanshan-missing"]
    said("nightly", "--date", str(EARLIER))
    page = open_as("nanshan", city)
    before = rate_on(page, "/"), rate_on(page, "/coverage/")

    page.goto(reverse("organization", args=[missing.path_key]))
    page.get_by_role("link", name="派出指导员").first.click()
    page.get_by_label("姓名").fill("段诗远")
    page.locator("[name=valid_from]").fill(str(YESTERDAY))
    page.locator("form.entry button.btn-primary").click()
    expect(page.locator(".notice-success")).to_contain_text("已保存")
    after = rate_on(page, "/"), rate_on(page, "/coverage/")
    assert before[0] != after[0] and before[1] != after[1]

    said("nightly")
    letter = office.to("ns@office.example")[-1]
    text = letter.get_body(("plain",)).get_content()
    assert missing.name in text
    told = next(line for line in text.splitlines() if missing.name in line)
    assert "派驻" in told or "派驻" in text[text.index(missing.name) :][:60]
    assert "段诗远" not in text

    kept = met_of_nanshan()
    assert missing.name in listed_in_explain() and missing.name in listed_on_the_page(page)

    posting = missing.postings.get()
    page.goto(reverse("record-change", args=["instructors", record_key("instructors", posting)]))
    page.locator("[name=valid_from]").fill(str(today()))
    page.locator("[name=correction_reason]").fill("到任日期报早了一天")
    page.locator("form.entry button.btn-primary").click()
    expect(page.locator(".notice-success")).to_contain_text("已保存")
    said("nightly")

    assert met_of_nanshan() == kept and met_of_nanshan("--live") == kept - 1 == met_of_nanshan("--revised")
    revised = said("coverage", "--date", str(YESTERDAY), "--by", "unit", "--indicator", WORK, "--revised")
    assert "到任日期报早了一天" in revised
    assert missing.name in listed_in_explain() and missing.name in listed_on_the_page(page)
    assert figure(WORK, by="unit", group="NS").met == kept
    assert re.match(r"<night\.", letter["Message-ID"]) and len(office.got) == 2
