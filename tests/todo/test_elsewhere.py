"""已在其他系统登记: a branch says so on the phone, is asked nothing until the month ends, and no figure moves."""

import datetime

import pytest
from django.test import Client

from branches import elsewhere
from portal.core import indicators
from portal.core.models import AuditEntry, RoleGrant
from portal.core.scoping import scope_of
from portal.core.validity import today
from tests import world
from tests.todo.conftest import body_of, codes
from tests.todo.situations import Overdue


@pytest.fixture
def overdue(city, bring):
    """The branch of Secretary Lin is behind with its election."""
    Overdue(city, bring).breaks()
    assert "term-overdue" in codes(city, "lin")
    return city


def send(city, who, said):
    client = Client()
    client.force_login(city.users[who])
    return client.post("/said-elsewhere/", {"said": said}, follow=True)


def figures():
    return [rate for by in ("city", "unit") for rate in indicators.rates(today(), by)]


def test_the_way_out_stands_below_what_is_asked(overdue):
    page = body_of(overdue, "lin", "/")
    until = elsewhere.last_day(today())
    assert "已在其他系统登记" in page and f"到{until.month}月{until.day}日为止不再提醒" in page


def test_it_is_offered_only_where_something_is_asked(city):
    world.term(city.parties["own"], f"{today().year}-01-01", f"{today().year + 3}-01-01")
    world.attended(city.people["lin"], "3", on=f"{today().year}-01-01")
    page = body_of(city, "lin", "/")
    assert "本月无需填报" in page and "已在其他系统登记" not in page


def test_said_it_asks_nothing_and_says_until_when(overdue):
    before = figures()
    page = send(overdue, "lin", "yes").content.decode()
    assert "本月无需填报" in page and "收回，照常提醒" in page
    assert codes(overdue, "lin") == set()
    assert "term-overdue" in codes(overdue, "nanshan"), "the unit is told as before"
    assert figures() == before
    assert "在工作台可以收回" in body_of(overdue, "lin", "/todo/")


def test_it_is_written_once_and_taken_back_by_an_entry_that_undoes_it(overdue):
    send(overdue, "lin", "yes")
    send(overdue, "lin", "yes")
    [entry] = AuditEntry.objects.filter(action=elsewhere.ACTION)
    assert (entry.actor, entry.subject) == (overdue.users["lin"], overdue.parties["own"].code)
    assert entry.detail == {"until": elsewhere.last_day(today()).isoformat()} and not entry.changes.exists()
    assert "要办的事照常列出" in send(overdue, "lin", "no").content.decode()
    assert entry.undone_by.action == elsewhere.TAKEN_BACK
    assert "term-overdue" in codes(overdue, "lin")
    send(overdue, "lin", "yes")
    assert codes(overdue, "lin") == set()


def test_it_ends_with_its_month(overdue):
    send(overdue, "lin", "yes")
    last, account = elsewhere.last_day(today()), overdue.users["lin"]
    assert elsewhere.said(scope_of(account, last))
    assert not elsewhere.said(scope_of(account, last + datetime.timedelta(days=1)))
    assert "term-overdue" in codes(overdue, "lin", last + datetime.timedelta(days=1))


def test_of_several_party_organizations_each_is_spoken_for(overdue):
    send(overdue, "lin", "yes")
    code = overdue.parties["joint"].code
    RoleGrant.objects.create(user=overdue.users["lin"], role="secretary", party_organization=code)
    assert "term-overdue" in codes(overdue, "lin"), "nothing was said for the second one"
    send(overdue, "lin", "yes")
    assert codes(overdue, "lin") == set()


@pytest.mark.parametrize("who", ["nanshan", "city", "instructor", "system", "former"])
def test_it_is_the_business_of_secretaries_alone(city, who):
    assert send(city, who, "yes").status_code == 403
    assert not AuditEntry.objects.filter(action=elsewhere.ACTION).exists()
