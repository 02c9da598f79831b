"""What waits for whom, and how many rows stand behind a link."""

from __future__ import annotations

import datetime
import io
import re

import pytest
from django.core.management import call_command
from django.test import Client

from portal.core import todo
from portal.core.scoping import scope_of
from portal.core.validity import today


def item(city, who, code, day=None):
    """The item of a kind that waits for one of the cast; None where nothing does."""
    day = day or today()
    user = city.users[who]
    groups = todo.groups(scope_of(user, day), day, user)
    return next((one for group in groups for one in group.items if one.kind.code == code), None)


def codes(city, who, day=None):
    """The kinds of which something waits for one of the cast."""
    day = day or today()
    user = city.users[who]
    return {one.kind.code for group in todo.groups(scope_of(user, day), day, user) for one in group.items}


def body_of(city, who, address):
    """A page as one of the cast sees it."""
    client = Client()
    client.force_login(city.users[who])
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def behind(city, who, href):
    """How many rows the list at an address has for one of the cast."""
    body = body_of(city, who, href)
    rows = body.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in body else ""
    return len(re.findall(r"<tr[ >]", rows))


def ahead(**span):
    """A day so far from today, in ISO form."""
    return (today() + datetime.timedelta(**span)).isoformat()


@pytest.fixture
def bring(tmp_path):
    """Take in one file of a register, written as text."""

    def one(kind: str, text: str) -> None:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        call_command("import_file", kind, str(path), "--commit", stdout=io.StringIO())

    return one
