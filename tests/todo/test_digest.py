"""The daily letter: to whom, once, counts and links only, the same in text and HTML."""

from __future__ import annotations

import html
import io
import re

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.validators import URLValidator

from portal.core import mail, todo
from portal.core.models import AuditEntry, Delivery, Letter, User
from portal.core.scoping import scope_of
from portal.core.validity import today
from portal.reports.digest import plan_digests
from tests import world
from tests.todo.conftest import body_of
from tests.todo.situations import Overdue, OwnDue, Planned, Postings, Straightening, Unresolved

NAMES = ("海珠", "创客", "林知远", "庄以诚", "老属协会", "无主协会", "温以宁", "报数")


@pytest.fixture
def wanted(city, bring):
    """Nanshan has something to do and wants to be told."""
    for situation in (Unresolved, Straightening, OwnDue, Overdue, Postings, Planned):
        situation(city, bring).breaks()
    subscribe(city, "nanshan")
    return city


def subscribe(city, who, email=None):
    email = f"{who}@example.org" if email is None else email
    User.objects.filter(pk=city.users[who].pk).update(wants_digest=True, email=email)


def seen(letter):
    """The words of the HTML as a reader sees them."""
    body = re.sub(r"<title>.*?</title>|{#.*?#}", " ", letter.html, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_one_letter_with_one_delivery_per_account_and_day(wanted):
    assert plan_digests(today()) == 1
    letter = Letter.objects.get()
    assert (letter.kind, letter.day, letter.account, letter.unit) == ("DIGEST", today(), wanted.users["nanshan"], None)
    delivery = letter.deliveries.get()
    assert (delivery.recipient, delivery.status) == ("nanshan@example.org", "WAITING")
    host = re.escape(mail.domain())
    assert re.fullmatch(rf"<digest-{today().isoformat()}-[a-z2-7]{{26}}@{host}>", delivery.message_id)


def test_planning_again_writes_nothing(wanted):
    plan_digests(today())
    before = list(Letter.objects.values()), list(Delivery.objects.values()), AuditEntry.objects.count()
    assert plan_digests(today()) == 0
    assert (list(Letter.objects.values()), list(Delivery.objects.values()), AuditEntry.objects.count()) == before


def test_another_day_is_another_letter_under_another_message_id(wanted):
    assert plan_digests(world.day("2026-01-05")) == plan_digests(world.day("2026-01-07")) == 1
    assert Delivery.objects.values("message_id").distinct().count() == 2


def test_one_audit_entry_for_each_letter(wanted):
    plan_digests(today())
    entry = AuditEntry.objects.get(action="写每日待办邮件")
    assert (entry.subject, entry.actor, entry.detail) == ("nanshan", None, {"day": today().isoformat()})


def test_who_does_not_want_it_or_cannot_get_it_gets_none(wanted):
    subscribe(wanted, "city", email="")
    subscribe(wanted, "observer")
    User.objects.filter(username="guancha").update(is_active=False)
    subscribe(wanted, "system")
    subscribe(wanted, "former")
    assert plan_digests(today()) == 1


def test_who_has_nothing_to_do_gets_none(city):
    subscribe(city, "education")
    assert plan_digests(today()) == 0 and not Letter.objects.exists()


def test_it_names_no_person_and_no_organization(wanted):
    plan_digests(today())
    letter = Letter.objects.get()
    for part in (letter.subject, letter.text, letter.html):
        assert not [name for name in NAMES if name in part]


def test_it_says_what_the_page_says(wanted):
    plan_digests(today())
    text = Letter.objects.get().text
    page = body_of(wanted, "nanshan", "/todo/")
    user = wanted.users["nanshan"]
    groups = todo.groups(scope_of(user), today(), user)
    assert sum(len(group.items) for group in groups) >= 6
    for one in (item for group in groups for item in group.items):
        assert f"{one.kind.name}：{one.count} {one.kind.measure}" in text
        assert one.kind.name in page and f"{one.count} {one.kind.measure}" in page


def test_text_and_html_say_the_same(wanted):
    plan_digests(today())
    letter = Letter.objects.get()
    assert re.findall(r"\d+", re.sub(r"https?://\S+", "", letter.text)) == re.findall(r"\d+", seen(letter))
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', letter.html)]
    assert re.findall(r"https?://\S+", letter.text) == links
    assert letter.text.splitlines()[0] == letter.subject


def test_its_links_are_whole_and_open(wanted):
    plan_digests(today())
    for link in re.findall(r"https?://\S+", Letter.objects.get().text):
        try:
            URLValidator()(link)
        except ValidationError:
            pytest.fail(f"no address: {link}")
        assert body_of(wanted, "nanshan", link.removeprefix(settings.PUBLIC_URL))


def test_the_letter_of_mail_programs_asks_for_nothing(wanted):
    """No picture, script, drawing or foreign font; inline styles on table cells only."""
    plan_digests(today())
    body = Letter.objects.get().html
    assert not re.search(r"<(?:img|svg|script|link|style|iframe)\b|@import|url\(", body)


def test_a_secretary_gets_the_own_matters(city, bring):
    Overdue(city, bring).breaks()
    subscribe(city, "lin")
    assert plan_digests(today()) == 1
    letter = Letter.objects.get()
    assert letter.subject.startswith("待办 ") and "党组织任期已届满未换届：1 个" in letter.text
    assert "/party-organizations/NS-0001/#term" in letter.text


def test_an_unusable_address_is_refused_at_once_and_delays_nobody(wanted):
    subscribe(wanted, "lin", email="kein-postfach")
    assert plan_digests(today()) == 2
    states = dict(Delivery.objects.values_list("letter__account__username", "status"))
    assert states == {"nanshan": "WAITING", "lin": "REFUSED"}


def test_a_missed_day_is_in_the_next_letter(wanted):
    plan_digests(world.day("2026-01-07"))
    said = Letter.objects.get().text
    Letter.objects.all().delete()
    plan_digests(world.day("2026-01-05"))
    plan_digests(world.day("2026-01-07"))
    assert Letter.objects.get(day=world.day("2026-01-07")).text == said


def test_own_digest_refused_is_told_until_the_address_is_another(wanted):
    subscribe(wanted, "nanshan")
    plan_digests(today())
    Delivery.objects.update(status="REFUSED")
    user = User.objects.get(username="nanshan")

    def told():
        groups = todo.groups(scope_of(user), today(), user)
        return "refused-letters" in {one.kind.code for group in groups for one in group.items}

    assert told()
    subscribe(wanted, "nanshan", email="neu@example.org")
    assert not told()


def test_it_goes_out_with_the_night(wanted):
    call_command("nightly", stdout=io.StringIO())
    sent = Delivery.objects.filter(letter__kind="DIGEST", status="SENT")
    assert sent.count() == Letter.objects.filter(kind="DIGEST").count() > 0
