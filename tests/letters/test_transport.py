"""The way of a letter: files without a server, SMTP with one, and what every kind of failure leads to."""

from __future__ import annotations

import datetime
import email
import threading
import time
from email import policy

import pytest
from django.db import connection
from django.utils import timezone

from portal import celery
from portal.core import deliveries, leases, mail, snapshots
from portal.core.models import AuditEntry, Delivery, Letter
from portal.reports import letters
from tests import world
from tests.letters.conftest import FIRST
from tests.letters.post_office import PostOffice, free_port, opened, scripted, until_data

pytestmark = pytest.mark.django_db
Status = Delivery.Status


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Nobody waits for 20 seconds here."""
    monkeypatch.setattr(mail, "STEP", 1.0)
    monkeypatch.setattr(mail, "TEXT", 1.0)
    monkeypatch.setattr(mail, "ANSWER", 1.0)


def posted(*recipients, **changes):
    """A letter on its way to some recipients; its deliveries."""
    number = Letter.objects.count()
    unit = world.unit(f"U{number}", "南山区委组织部")
    values = {
        "kind": "NIGHT",
        "day": world.day("2016-04-13"),
        "unit": unit,
        "subject": "南山区 81.02%，还差 42 家（4月13日）",
        "text": "党组织覆盖率 81.02%\n.\n.点开头的一行\n",
        "html": "<p>党组织覆盖率 81.02%</p>",
        "workbook": b"PK\x03\x04 workbook",
        "workbook_name": "未覆盖名单_南山区_2016-04-13.xlsx",
    }
    letter = Letter.objects.create(**{**values, **changes})
    rows = [letters.delivery_to(letter, one) for one in recipients]
    for row in rows:
        row.save()
    return rows


def now(delivery):
    """The delivery as it is stored now."""
    return Delivery.objects.get(pk=delivery.pk)


def minutes_pass(minutes):
    """Whatever waits has waited so much longer, and leases have run on."""
    ago = datetime.timedelta(minutes=minutes)
    for one in Delivery.objects.all():
        lease = one.lease_until and one.lease_until - ago
        Delivery.objects.filter(pk=one.pk).update(next_try_at=one.next_try_at - ago, lease_until=lease)


# ── the message ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_letter_as_it_arrives(office):
    [delivery] = posted("a@office.example")
    assert letters.send_due() == 1
    [message] = office.to("a@office.example")
    assert message["Subject"] == "南山区 81.02%，还差 42 家（4月13日）"
    assert message["To"] == "a@office.example"
    assert message["From"] == "dangjian@localhost"
    assert message["Message-ID"] == delivery.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<night.dangjian.example>"
    assert message["Date"].endswith("+0800")
    text = message.get_body(("plain",)).get_content()
    assert text.replace("\r\n", "\n") == delivery.letter.text
    assert message.get_body(("html",)).get_content().strip() == delivery.letter.html
    [attachment] = message.iter_attachments()
    assert attachment.get_filename() == "未覆盖名单_南山区_2016-04-13.xlsx"
    assert attachment.get_content() == b"PK\x03\x04 workbook"
    assert (now(delivery).status, now(delivery).error) == (Status.SENT, "")


@pytest.mark.parametrize(
    "bad", ["\r\nBcc: spy@evil.example\r\n", "\nX-Evil: 1", "\r\n\r\n<script>", "\x0b\x85\u2028Bcc: x"]
)
def test_nothing_can_be_added_to_the_head(office, bad):
    [delivery] = posted("a@office.example", subject=f"南山区{bad}", workbook_name=f"名单{bad}.xlsx")
    letters.send_due()
    [message] = office.to("a@office.example")
    assert set(message.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "List-Id",
        "MIME-Version", "Content-Type", "X-Peer", "X-MailFrom", "X-RcptTo",
    } - {"X-Peer", "X-MailFrom", "X-RcptTo"}  # fmt: skip
    assert message["Subject"].startswith("南山区")
    assert [recipient for recipient, _ in office.got] == ["a@office.example"]
    assert now(delivery).status == Status.SENT


@pytest.mark.parametrize(
    "bad", ["坏地址", "a@b.example\r\nRCPT TO:<spy@evil.example>", "a b@c.example", "用户@公司.example", "x" * 260]
)
def test_what_is_no_address_is_refused_without_asking_the_server(office, bad):
    [delivery] = posted(bad)
    assert (delivery.status, letters.send_due(), office.asked) == (Status.REFUSED, 0, [])
    assert "写法不对" in now(delivery).error


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_server_a_letter_is_a_file_and_twice_the_same_file(folder):
    [first, second] = posted("a@office.example", "b@office.example")
    assert letters.send_due() == 2
    files = sorted(folder.iterdir())
    assert len(files) == 2 and all(one.suffix == ".eml" for one in files)
    message = email.message_from_bytes((folder / mail.file_name(first)).read_bytes(), policy=policy.default)
    assert message["Message-ID"] == first.message_id
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == first.letter.text
    assert deliveries.ask_again(now(second))
    assert letters.send_due() == 1
    assert sorted(folder.iterdir()) == files
    assert oct((folder / mail.file_name(first)).stat().st_mode & 0o777) == "0o600"


def test_a_folder_that_cannot_be_written_is_tried_again(folder):
    folder.write_text("a file where the folder should be")
    [delivery] = posted("a@office.example")
    assert letters.send_due() == 0
    assert now(delivery).status == Status.WAITING
    assert "写不进" in now(delivery).error
    folder.unlink()
    assert letters.send_due() == 1


# ── what a server may do ────────────────────────────────────────────────────────────────────────────────────


def test_who_is_refused_or_slow_delays_nobody(office):
    office.behaves = {"refused@o.example": "refuse", "full@o.example": "full", "slow@o.example": "hang"}
    refused, full, slow, good = posted("refused@o.example", "full@o.example", "slow@o.example", "good@o.example")
    assert letters.send_due() == 1
    assert [now(one).status for one in (refused, full, slow, good)] == ["REFUSED", "REFUSED", "WAITING", "SENT"]
    assert "550 5.1.1 no such user" in now(refused).error
    assert "552 5.2.2 mailbox full" in now(full).error
    assert "超时" in now(slow).error
    assert len(office.to("good@o.example")) == 1
    assert letters.send_due() == 0


def test_greylisting_is_answered_by_coming_again(office):
    office.behaves = {"a@o.example": "greylist"}
    [delivery] = posted("a@o.example")
    assert letters.send_due() == 0
    assert (now(delivery).status, now(delivery).attempts) == (Status.WAITING, 1)
    assert "451 4.7.1" in now(delivery).error
    assert letters.send_due() == 0, "not before its minute"
    minutes_pass(1)
    assert letters.send_due() == 1
    assert len(office.to("a@o.example")) == 1
    assert (now(delivery).status, now(delivery).attempts, now(delivery).error) == (Status.SENT, 2, "")


def test_cut_after_the_text_is_uncertain_and_sent_again_only_on_request(office):
    office.behaves = {"a@o.example": "cut"}
    [delivery] = posted("a@o.example")
    assert letters.send_due() == 0
    assert now(delivery).status == Status.UNCERTAIN
    assert "可能已经送达" in now(delivery).error
    minutes_pass(600)
    assert letters.send_due() == 0
    assert len(office.to("a@o.example")) == 1
    office.behaves = {}
    assert deliveries.ask_again(now(delivery))
    assert letters.send_due() == 1
    first, second = office.to("a@o.example")
    assert first["Message-ID"] == second["Message-ID"] == delivery.message_id
    assert now(delivery).status == Status.SENT


def _silent(visitor):
    until_data(visitor)
    while visitor.recv(65536):
        pass


def test_no_answer_to_the_text_is_uncertain(settings):
    [delivery] = posted("a@o.example")
    with scripted(_silent) as settings.EMAIL_URL:
        assert letters.send_due() == 0
    assert now(delivery).status == Status.UNCERTAIN
    assert "超时" in now(delivery).error


def _cut_at_data(visitor):
    until_data(visitor, b"")


def _cut_in_the_text(visitor):
    until_data(visitor)
    visitor.recv(100)
    visitor.close()


def _later(visitor):
    until_data(visitor, b"421 closing down\r\n")


@pytest.mark.parametrize(
    ("talk", "words"), [(_cut_at_data, "收下正文之前断开"), (_cut_in_the_text, "断开"), (_later, "421 closing down")]
)
def test_cut_before_the_end_of_the_text_is_tried_again(settings, talk, words):
    """The end of the text is missing, so nothing can have been delivered."""
    [delivery] = posted("a@o.example", workbook=b"x" * 8_000_000)
    with scripted(talk) as settings.EMAIL_URL:
        assert letters.send_due() == 0
    assert now(delivery).status == Status.WAITING
    assert words in now(delivery).error


def test_a_server_that_dislikes_our_address_refuses_no_recipient(settings):
    def talk(visitor):
        visitor.sendall(b"220 here\r\n")
        for reply in (b"250 here\r\n", b"553 sender rejected\r\n"):
            visitor.recv(1000)
            visitor.sendall(reply)

    [delivery] = posted("a@o.example")
    with scripted(talk) as settings.EMAIL_URL:
        letters.send_due()
    assert now(delivery).status == Status.WAITING
    assert "不接受发件地址" in now(delivery).error


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:{port}", "smtp+tls://127.0.0.1:{port}", "ftp://x", "consolemail://"])
def test_without_a_server_to_talk_to_letters_wait(settings, url):
    settings.EMAIL_URL = url.format(port=free_port())
    first, second = posted("a@o.example", "b@o.example")
    assert letters.send_due() == 0
    assert (now(first).status, now(first).attempts) == (Status.WAITING, 1)
    assert (now(second).status, now(second).attempts) == (Status.WAITING, 0), "one try tells it all"
    assert now(first).error


def test_when_the_server_is_back_all_goes_out_at_once(settings):
    office = PostOffice(free_port())
    settings.EMAIL_URL = office.url
    sent = posted("a@o.example", "b@o.example", "c@o.example")
    for wait in deliveries.WAITS:
        letters.send_due()
        minutes_pass(wait)
    letters.send_due()
    assert max(now(one).next_try_at for one in sent) > timezone.now()
    with opened(office):
        assert letters.send_due() == 3
    assert [len(office.to(one.recipient)) for one in sent] == [1, 1, 1]


def test_the_schedule_of_retries():
    waits = [int(deliveries.wait_after(n).total_seconds() // 60) for n in range(1, 10)]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_each_retry_waits_as_the_schedule_says(office):
    office.behaves = {"a@o.example": "hang"}
    [delivery] = posted("a@o.example")
    for wait in (1, 2, 4):
        letters.send_due()
        left = now(delivery).next_try_at - timezone.now()
        assert datetime.timedelta(minutes=wait - 0.5) < left <= datetime.timedelta(minutes=wait)
        minutes_pass(wait)


def test_after_three_days_it_is_given_up_and_can_be_asked_for(office):
    office.behaves = {"a@o.example": "greylist"}
    [delivery] = posted("a@o.example")
    Delivery.objects.update(attempts=deliveries.MOST_ATTEMPTS - 1)
    letters.send_due()
    assert now(delivery).status == Status.REFUSED
    assert "三天没有送到" in now(delivery).error
    assert deliveries.ask_again(delivery)
    assert letters.send_due() == 1


# ── processes ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_process_that_died_leaves_its_letter_to_the_next_with_the_same_id(office):
    [delivery] = posted("a@o.example")
    assert deliveries.claim().pk == delivery.pk
    assert (letters.send_due(), deliveries.claim()) == (0, None), "its lease still runs"
    minutes_pass(1.1)
    assert letters.send_due() == 1
    [message] = office.to("a@o.example")
    assert message["Message-ID"] == delivery.message_id


def test_what_a_killed_process_left_goes_on_within_two_minutes():
    posted("a@o.example")
    left = deliveries.claim().lease_until - timezone.now()
    assert left.total_seconds() + celery.TICK <= 120 - 20, "with some time to send it"


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_takes_longer_than_a_lease_stays_with_its_process(monkeypatch):
    monkeypatch.setattr(leases, "LEASE", datetime.timedelta(seconds=1))
    monkeypatch.setattr(leases, "BEAT", datetime.timedelta(seconds=0.1))
    [delivery] = posted("a@o.example")
    others = []

    def slowly(delivery, hold):
        time.sleep(1.5)
        others.append(deliveries.claim())
        assert hold()

    monkeypatch.setattr(mail, "send", slowly)
    assert letters.send_due() == 1
    assert others == [None]
    assert (now(delivery).status, now(delivery).attempts, now(delivery).lease_until) == (Status.SENT, 1, None)


def test_who_lost_the_lease_hands_nothing_over(office):
    posted("a@o.example")
    slow = deliveries.claim()
    minutes_pass(1.1)
    assert letters.send_due() == 1
    with pytest.raises(mail.Dropped):
        mail.send(slow, lambda: deliveries.hold(slow))
    assert len(office.to("a@o.example")) == 1


def test_what_is_being_sent_is_not_asked_for_again():
    [delivery] = posted("a@o.example")
    deliveries.claim()
    assert not deliveries.ask_again(delivery)


def test_a_letter_that_cannot_be_built_stops_no_other(office, monkeypatch, caplog):
    [broken] = posted("broken@o.example", subject="坏")
    [good] = posted("good@o.example")
    built = mail.message_of

    def breaks(delivery):
        if delivery.pk == broken.pk:
            raise RuntimeError("no such thing")
        return built(delivery)

    monkeypatch.setattr(mail, "message_of", breaks)
    assert letters.send_due() == 1
    assert (now(broken).status, now(good).status) == (Status.WAITING, Status.SENT)
    assert "no such thing" in caplog.text


def at_once(number, work):
    """What `work` returned to each of so many threads that began together."""
    start = threading.Barrier(number)
    found = []

    def run():
        try:
            start.wait(10)
            found.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.mark.django_db(transaction=True)
def test_four_schedulers_at_once_plan_each_letter_once(offices):
    snapshots.keep([FIRST])
    counts = at_once(4, lambda: letters.plan(FIRST))
    assert sorted(counts)[:3] == [0, 0, 0] and sum(counts) > 5
    assert Letter.objects.count() == Delivery.objects.count() == sum(counts)
    assert AuditEntry.objects.filter(action="写信").count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_schedulers_at_once_send_each_letter_once(office):
    sent = posted(*(f"r{number}@o.example" for number in range(20)))
    counts = at_once(4, letters.send_due)
    assert sum(counts) == 20 and len(counts) == 4
    assert [len(office.to(one.recipient)) for one in sent] == [1] * 20
    assert set(Delivery.objects.values_list("status", "attempts")) == {("SENT", 1)}
