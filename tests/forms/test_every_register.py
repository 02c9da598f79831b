"""Every register by hand, through its pages: add, change, end, correct with a reason, withdraw, see before saving."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import indicators, snapshots
from portal.core.entry import images
from portal.core.imports.register import registers
from portal.core.imports.run import everyone
from portal.core.models import AuditEntry
from portal.core.validity import today
from tests.cast import build
from tests.forms.sheets import KINDS, change, new, sheets, shown, withdraw
from tests.ledger import furnish
from tests.standing import standing

YESTERDAY = today() - datetime.timedelta(days=1)
#: statements of opening a form
_MOST = 15


def register_of(kind):
    return registers()[kind.replace("-", "_")]


def stored(kind):
    """Every row of a register with everything kept with it."""
    register = register_of(kind)
    return images.take(register.family([row.pk for row in everyone(register.model)]))


def audits():
    return AuditEntry.objects.count()


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker):
    """The city and its pairs, for all tests of this module."""
    with standing(django_db_blocker):
        city = build()
        yield city, furnish(city)


@pytest.fixture
def city(furnished, db):
    return furnished[0]


@pytest.fixture
def pairs(furnished, db):
    return furnished[1]


@pytest.fixture
def row_of(pairs, city):
    """The Nanshan row of a register, as complete as a form leaves it."""
    organization, posting = pairs["organization"].nanshan, pairs["instructor"].nanshan
    organization.organization_code = organization.credit_code[8:17]
    organization.save()
    posting.sending_unit = city.units["nanshan"]
    posting.save()
    names = {
        "party-organizations": "party-organization",
        "covering": "covering",
        "attendance": "attendance",
        "communities": "place",
        "outreach": "outreach",
    }
    return lambda kind: pairs[names.get(kind) or kind.removesuffix("s")].nanshan


@pytest.mark.parametrize("kind", KINDS)
class TestEveryRegister:
    def test_a_new_row(self, kind, city, pairs, browse):
        sheet = sheets(city)[kind]
        client, before = browse(sheet.by), len(stored(kind))
        typed = {**shown(client, new(kind)), **sheet.new}
        answer = client.post(new(kind), typed)
        assert answer.status_code == 302, faults(answer)
        assert len(stored(kind)) > before
        assert [entry.actor.username for entry in AuditEntry.objects.all()] == [city.users[sheet.by].username]
        page = client.get(answer["Location"])
        assert page.status_code == 200 and "已保存：" in page.content.decode()

    @pytest.mark.embedded_only
    def test_a_row_that_is_there_already_is_not_changed_by_adding_it(self, kind, city, pairs, browse):
        sheet = sheets(city)[kind]
        client = browse(sheet.by)
        typed = {**shown(client, new(kind)), **sheet.new}
        assert client.post(new(kind), typed).status_code == 302
        before, entries = stored(kind), audits()
        again = client.post(new(kind), typed)
        told = ("已另有一条相同的记录", "已在其他党组织，请发起转接。")
        assert again.status_code == 200 and any(one in again.content.decode() for one in told), faults(again)
        assert stored(kind) == before
        # who asks about somebody held elsewhere is noted
        assert audits() - entries == (1 if told[1] in again.content.decode() else 0)

    @pytest.mark.embedded_only
    def test_a_fact_is_changed_and_one_entry_says_so(self, kind, city, row_of, browse):
        sheet, row = sheets(city)[kind], row_of(kind)
        client, before = browse(sheet.by), stored(kind)
        answer = client.post(change(kind, row), {**shown(client, change(kind, row)), **sheet.change})
        assert answer.status_code == 302, faults(answer)
        assert stored(kind) != before and audits() == 1
        assert client.get(answer["Location"]).status_code == 200

    @pytest.mark.long
    def test_nothing_changed_leaves_no_entry(self, kind, city, row_of, browse):
        row = row_of(kind)
        client, before = browse(sheets(city)[kind].by), stored(kind)
        answer = client.post(change(kind, row), shown(client, change(kind, row)), follow=True)
        assert "没有改动" in answer.content.decode(), faults(answer)
        assert stored(kind) == before and audits() == 0

    @pytest.mark.embedded_only
    def test_it_ends(self, kind, city, row_of, browse):
        sheet, row = sheets(city)[kind], row_of(kind)
        if not sheet.end:
            # what has no end of its own offers none: the address opens the whole form
            typed = shown(browse(sheet.by), change(kind, row, end=True))
            assert set(typed) == set(shown(browse(sheet.by), change(kind, row)))
            return
        client, before = browse(sheet.by), stored(kind)
        address = change(kind, row, end=True)
        typed = shown(client, address)
        assert set(typed) - {"version", "was", "correction_reason", "ask"} <= set(sheet.end) | {"leave_reason"}
        answer = client.post(address, {**typed, **sheet.end, "correction_reason": "届满"})
        assert answer.status_code == 302, faults(answer)
        assert stored(kind) != before and audits() == 1

    def test_a_correction_asks_for_its_reason(self, kind, city, row_of, browse):
        sheet, row = sheets(city)[kind], row_of(kind)
        snapshots.keep([YESTERDAY])
        client, before = browse(sheet.by), stored(kind)
        typed = {**shown(client, change(kind, row)), **sheet.correct, "way": "correct"}
        refused = client.post(change(kind, row), typed)
        assert refused.status_code == 200 and "理由" in refused.content.decode()
        assert stored(kind) == before and audits() == 0
        answer = client.post(change(kind, row), {**typed, "correction_reason": "当时抄错"})
        assert answer.status_code == 302, faults(answer)
        [entry] = AuditEntry.objects.all()
        assert entry.reason == "当时抄错" and stored(kind) != before

    def test_it_is_withdrawn_with_a_reason_or_says_what_hangs_on_it(self, kind, city, row_of, browse):
        sheet, row = sheets(city)[kind], row_of(kind)
        client, before = browse(sheet.by), stored(kind)
        typed = shown(client, withdraw(kind, row))
        assert "写明理由" in client.post(withdraw(kind, row), typed).content.decode()
        answer = client.post(withdraw(kind, row), {**typed, "correction_reason": "录重了"})
        if answer.status_code == 302:
            assert len(stored(kind)) < len(before) and audits() == 1
        else:
            assert "不能撤回" in answer.content.decode() and stored(kind) == before and audits() == 0
            assert kind in {
                "districts",
                "units",
                "organizations",
                "party-organizations",
                "members",
                "courses",
                "communities",
                "elections",
                "site-applications",
                "sites",
            }

    @pytest.mark.embedded_only
    def test_what_is_seen_before_saving_is_what_saving_does(self, kind, city, pairs, browse):
        sheet = sheets(city)[kind]
        client, before = browse(sheet.by), stored(kind)
        typed = {**shown(client, new(kind)), **sheet.new}
        figures = _figures()
        panel = client.post(new(kind), {**typed, "ask": "preview"}).content.decode()
        assert stored(kind) == before and audits() == 0 and "<html" not in panel
        assert "今天的数字" in panel, panel
        assert client.post(new(kind), typed).status_code == 302
        moved = {(name, b, a) for name, b, a in re.findall(r"<dd>(\S+?)（全市） <b[^>]*>(\S+) → (\S+)</b>", panel)}
        after = _figures()
        expected = {(name, figures[name], after[name]) for name in after if figures[name] != after[name]}
        assert {(name, b, a) for name, b, a in moved if b != a} == expected

    @pytest.mark.long
    def test_opening_takes_few_statements(self, kind, city, row_of, browse):
        sheet, row = sheets(city)[kind], row_of(kind)
        client = browse(sheet.by)
        for address in (new(kind), change(kind, row), change(kind, row, end=True), withdraw(kind, row)):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            assert len(asked) <= _MOST, (address, [one["sql"][:160] for one in asked])


def _figures():
    return {
        indicators.indicator(rate.indicator).name: "—" if rate.rate is None else f"{rate.rate}%"
        for rate in indicators.rates(today(), "city")
    }


def faults(answer):
    """What a form that was not saved complains about."""
    return re.findall(r'<p class="wrong"[^>]*>([^<]*)|：([^<\n]*。)', answer.content.decode())
