"""The main way of article 12 in a real browser: a secretary enters an election with who stood, its approval makes the
next term, and the figure moves."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from branches.models import Candidate, Election, Term
from portal.core.search import pinyin
from portal.core.validity import today
from tests import world
from tests.browser.conftest import figure, scrolls_sideways

pytestmark = pytest.mark.browser


@pytest.fixture
def overdue(city):
    """Secretary Lin's branch, whose term ended a month ago; people are found by their initials."""
    ended = today() - datetime.timedelta(days=30)
    world.term(city.parties["own"], "2015-01-01", ended.isoformat())
    for person in (city.people["lin"], city.people["second"]):
        whole, initials = pinyin(person.name)
        person.pinyin = f"{initials} {whole}"
        person.save()
    return city.parties["own"]


def stand(page, person, post: str, channel: str, votes: int, elected: str) -> None:
    """Enter a candidate from the page of the election, found by name."""
    page.get_by_role("link", name="登记候选人").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登记候选人")
    field = page.locator("[name=person]")
    field.press_sequentially(person.name)
    page.get_by_role("option", name=person.name).first.click()
    page.get_by_label(post, exact=True).check()
    page.get_by_label("推荐方式").select_option(channel)
    page.get_by_label("得票数").fill(str(votes))
    page.get_by_role("group", name="是否当选").get_by_label(elected, exact=True).check()
    page.locator("form.entry button.btn-primary").click()
    expect(page.locator(".notice-success")).to_contain_text("已保存：登记候选人")


@pytest.mark.parametrize("phone", [pytest.param(False, marks=pytest.mark.long), True])
def test_an_election_with_its_candidates_is_approved_and_the_next_term_stands(open_as, city, overdue, phone):
    before = figure("term-current")
    page = open_as("lin", city, phone=phone)
    page.goto(reverse("party-organization", args=[overdue.code]))
    expect(page.locator("main")).to_contain_text("任期已届满 30 天")
    page.get_by_role("link", name="登记一次换届选举").first.click()
    held = (today() - datetime.timedelta(days=6)).isoformat()
    page.get_by_label("选举日期").fill(held)
    page.get_by_label("公推直选").check()
    for label, number in {"应到会人数": 11, "实到会人数": 9, "应选人数": 1, "候选人数": 2, "收回选票数": 9}.items():
        page.get_by_label(label).fill(str(number))
    panel = page.locator("[data-preview]")
    expect(panel).to_contain_text("得 5 票的按实到会当选、按应到会不当选")
    expect(panel).to_contain_text("登记批复以后，自动登记选出的新一届")
    page.locator("form.entry button.btn-primary").click()
    expect(page.locator(".notice-success")).to_contain_text(f"已保存：登记一次换届选举 {overdue.name} {held}")

    # on to the page of the election: who stood
    stand(page, city.people["lin"], "书记", "党员联名推荐", 5, "是")
    stand(page, city.people["second"], "书记", "党员自荐", 4, "否")
    candidates = page.locator("#candidates").locator("xpath=ancestor::section")
    expect(candidates).to_contain_text("得 5 票：按实到会过半数（5 票），按应到会没有（6 票）。")
    expect(page.locator(".steps")).to_contain_text("党员联名推荐 1 名，党员自荐 1 名")
    assert not scrolls_sideways(page)
    assert figure("term-current") == before and Candidate.objects.everyone().count() == 2

    # the approval: what it does is said before it is done
    page.get_by_role("link", name="登记批复").first.click()
    page.get_by_label("批复文号").fill("南组复〔2026〕12号")
    page.locator("[name=approving_unit]").fill("NS")
    expect(panel).to_contain_text("按期换届率（全市）")
    page.locator("form.entry button.btn-primary").click()
    expect(page.locator(".notice-success")).to_contain_text("已保存：登记批复")
    expect(page.locator(".steps")).to_contain_text("已登记")
    term = Term.objects.get(election=Election.objects.everyone().get())
    assert term.started_on.isoformat() == held and figure("term-current").met == before.met + 1

    # on paper, and the way back
    page.get_by_role("link", name="选举结果报告单").click()
    expect(page.get_by_role("row", name=city.people["lin"].name)).to_contain_text("当选")
    assert not scrolls_sideways(page)
    page.get_by_role("link", name="这次选举").click()
    page.get_by_role("link", name="全部变更记录").click()
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".notice-success")).to_contain_text("已撤销")
    assert figure("term-current").met == before.met and not Term.objects.filter(election__isnull=False).exists()
