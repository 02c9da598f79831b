"""信件: who sees which letter, what the pages say, what may be asked, and that nothing runs in a letter."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from portal.core import snapshots
from portal.core.models import AuditEntry, Delivery, Letter, User
from portal.reports import letters
from portal.reports.letters import seen
from tests import world
from tests.letters.conftest import FIRST, SECOND, letter_of
from tests.pages.conftest import listed, text

pytestmark = pytest.mark.django_db


def page(letter, route="letter"):
    """The address of a page of a letter."""
    return reverse(route, args=[seen.key_of(letter)])


def key(delivery):
    return {"delivery": seen.key_of_delivery(delivery)}


def units_listed(client, query=""):
    """The codes of the units whose letters a list shows."""
    subjects = listed(client, f"/letters/{query}")
    found = Letter.objects.filter(subject__in=subjects).values_list("unit__code", flat=True)
    assert len(found) == len(subjects)
    return set(found)


def test_a_unit_sees_its_letters_and_those_of_lower_units(changed, browse):
    assert units_listed(browse("nanshan"), f"?day={SECOND}") == {"NS", "NS-MZJ"}
    assert units_listed(browse("futian"), f"?day={SECOND}") == {"FT", "FT-MZJ"}
    assert units_listed(browse("education"), f"?day={SECOND}") == {"SZ-JYGW"}
    assert units_listed(browse("street")) == set()
    every = {one.unit.code for one in Letter.objects.filter(day=SECOND).select_related("unit")}
    assert units_listed(browse("city"), f"?day={SECOND}") == every > {"SZ", "NS", "FT"}


@pytest.mark.parametrize("route", ["letter", "letter-body", "letter-workbook"])
def test_others_letters_are_not_there(changed, browse, route):
    own, far = (letter_of(changed.units[one]) for one in ("nanshan-civil", "futian"))
    assert browse("nanshan").get(page(own, route)).status_code == 200
    for letter in (far, letter_of(changed.units["city"])):
        assert browse("nanshan").get(page(letter, route)).status_code == 404
    for actor in ("lin", "instructor", "system"):
        assert browse(actor).get(page(own, route)).status_code == 403


@pytest.mark.parametrize("route", ["letter-to-me", "letter-again"])
def test_others_letters_cannot_be_sent(changed, browse, route):
    far = letter_of(changed.units["futian"])
    entries = AuditEntry.objects.count()
    assert browse("nanshan").post(page(far, route), key(far.deliveries.get())).status_code == 404
    assert AuditEntry.objects.count() == entries


def test_a_digest_is_its_accounts_alone(changed, browse):
    digest = Letter.objects.create(
        kind="DIGEST", day=SECOND, account=changed.users["nanshan"], subject="今天有 3 件事", text="3", html="3"
    )
    assert browse("nanshan").get(page(digest)).status_code == 200
    for actor in ("city", "observer", "futian"):
        assert browse(actor).get(page(digest)).status_code == 404


def test_the_list_counts_and_filters_by_state(changed, browse):
    refused, uncertain = (letter_of(changed.units[one]).deliveries.get() for one in ("nanshan", "nanshan-civil"))
    Delivery.objects.filter(pk=refused.pk).update(status="REFUSED")
    Delivery.objects.filter(pk=uncertain.pk).update(status="UNCERTAIN")
    client = browse("nanshan")
    found = re.findall(r"<b[^>]*>(\d+)</b><span><a[^>]*>([^<]+)<", text(client.get("/letters/")))
    assert found == [("2", "待发"), ("1", "被拒收"), ("1", "不确定")]
    assert units_listed(client, "?state=REFUSED") == {"NS"}
    assert units_listed(client, "?state=UNCERTAIN") == {"NS-MZJ"}
    assert listed(client, f"/letters/?day={FIRST}&state=REFUSED") == []
    assert client.get("/letters/?day=2011-01-01").status_code == 400


def test_a_letters_page_shows_it_and_its_deliveries(changed, browse):
    letter = letter_of(changed.units["nanshan"])
    letter.deliveries.update(status="REFUSED", attempts=3, error="邮件服务器拒收：550 no such user")
    body = text(browse("nanshan").get(page(letter)))
    assert "ns@office.example" in body and "被拒收" in body and "3 次" in body
    assert "550 no such user" in body
    assert "南山区创客互助服务中心" in body
    assert "<iframe" in body and 'sandbox="allow-popups' in body and "allow-scripts" not in body


def test_the_body_may_have_inline_style_and_nothing_else(changed, browse):
    letter = letter_of(changed.units["nanshan"])
    answer = browse("nanshan").get(page(letter, "letter-body"))
    assert text(answer) == letter.html
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    outer = browse("nanshan").get(page(letter)).headers["Content-Security-Policy"]
    assert "frame-src 'self'" in outer and "unsafe-inline" not in outer


def test_markup_in_a_name_stays_text(offices, browse):
    offices.organizations["nanshan-missing"].name = "<script>alert(1)</script>&<b>中心"
    offices.organizations["nanshan-missing"].save()
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    world.posting(offices.organizations["nanshan-missing"], "2016-04-13")
    snapshots.keep([SECOND])
    letters.plan(SECOND)
    letter = letter_of(offices.units["nanshan"])
    assert "<script>alert(1)</script>&<b>中心" in letter.text
    assert "<script" not in letter.html and "&lt;script&gt;" in letter.html
    assert "<script>alert" not in text(browse("nanshan").get(page(letter)))


def test_the_workbook_is_an_export(changed, browse):
    letter = letter_of(changed.units["nanshan"])
    answer = browse("observer").get(page(letter, "letter-workbook"))
    assert answer.content == bytes(letter.workbook)
    assert "attachment" in answer.headers["Content-Disposition"]
    [entry] = AuditEntry.objects.filter(action="导出")
    assert (entry.actor.username, entry.subject) == ("guancha", letter.workbook_name)


def test_to_me(changed, browse, office):
    Delivery.objects.update(status="SENT")
    letter = letter_of(changed.units["nanshan"])
    client = browse("observer")
    assert "没有登记邮箱" in text(client.post(page(letter, "letter-to-me"), follow=True))
    assert not AuditEntry.objects.filter(action="信件发给自己").exists()
    User.objects.filter(username="guancha").update(email="me@office.example")
    for times in (1, 2):
        assert "已排入待发" in text(client.post(page(letter, "letter-to-me"), follow=True))
        assert letters.send_due() == 1
        assert len(office.to("me@office.example")) == times
    assert len({one["Message-ID"] for one in office.to("me@office.example")}) == 1
    entries = AuditEntry.objects.filter(action="信件发给自己")
    assert [(one.actor.username, one.subject) for one in entries] == [("guancha", "2016-04-13 NS")] * 2
    assert office.to("ns@office.example") == []


@pytest.mark.parametrize("state", ["SENT", "UNCERTAIN", "REFUSED"])
def test_once_more_on_request(changed, browse, office, state):
    Delivery.objects.update(status=state)
    letter = letter_of(changed.units["nanshan"])
    delivery = letter.deliveries.get()
    assert letters.send_due() == 0
    answer = browse("nanshan").post(page(letter, "letter-again"), key(delivery), follow=True)
    assert "已排入待发" in text(answer)
    assert letters.send_due() == 1
    [message] = office.to("ns@office.example")
    assert message["Message-ID"] == delivery.message_id
    [entry] = AuditEntry.objects.filter(action="再发信件")
    assert entry.detail["recipient"] == "ns@office.example"


def test_what_is_being_sent_is_left_alone(changed, browse):
    letter = letter_of(changed.units["nanshan"])
    letter.deliveries.update(status="SENDING")
    answer = browse("nanshan").post(page(letter, "letter-again"), key(letter.deliveries.get()), follow=True)
    assert "正在发送" in text(answer)
    assert not AuditEntry.objects.filter(action="再发信件").exists()


def test_an_observer_sends_to_nobody_else(changed, browse):
    letter = letter_of(changed.units["nanshan"])
    letter.deliveries.update(status="REFUSED")
    client = browse("observer")
    assert client.post(page(letter, "letter-again"), key(letter.deliveries.get())).status_code == 403
    assert "再发一次</button>" not in text(client.get(page(letter)))
    assert "再发一次</button>" in text(browse("nanshan").get(page(letter)))


def test_a_delivery_of_another_letter_is_not_found(changed, browse):
    letter, other = (letter_of(changed.units[one]) for one in ("nanshan", "futian"))
    client = browse("nanshan")
    for wrong in (key(other.deliveries.get()), {"delivery": "x"}, {}):
        assert client.post(page(letter, "letter-again"), wrong).status_code == 404


def test_preview_sends_nothing(offices, browse):
    assert "还没有存档" in text(browse("nanshan").get("/letters/preview/"))
    assert "填了报告邮箱的单位" in text(browse("nanshan").get("/letters/"))
    snapshots.keep([FIRST])
    client = browse("nanshan")
    body = text(client.get("/letters/preview/"))
    assert "中共南山区委组织部 66.66%" in body
    assert "/letters/preview/body/?unit=NS" in body
    assert "党组织覆盖率" in text(client.get("/letters/preview/body/?unit=NS-MZJ"))
    assert client.get("/letters/preview/?unit=FT").status_code == 400
    assert client.get("/letters/preview/body/?unit=FT").status_code == 400
    assert "不会收到信" in text(client.get("/letters/preview/?unit=NS-YH"))
    assert not Letter.objects.exists() and not Delivery.objects.exists()


def test_the_section_stands_in_the_navigation_of_staff(offices, browse):
    assert 'href="/letters/"' in text(browse("street").get("/letters/"))
    assert 'href="/letters/"' not in text(browse("lin").get("/organizations/"))
