"""Fixtures for pages: a browser per account, and templates that name nothing undefined."""

from __future__ import annotations

import re

import pytest
from django.template import engines
from django.test import Client


class _Undefined(str):
    """What a template gets for a name that does not exist: a failure that says which."""

    __slots__ = ()

    def __contains__(self, part):
        return True

    def __mod__(self, name):
        raise AssertionError(f"a template names {name!r}, which is not there")


@pytest.fixture(autouse=True)
def no_undefined_names(monkeypatch):
    """A template that names something undefined fails."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", _Undefined())


@pytest.fixture
def browse(city):
    """A browser signed in as one of the cast."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(city.users[name])
        return client

    return signed_in


def text(response) -> str:
    """The body of an answer."""
    return response.content.decode()


def names(page: str) -> list[str]:
    """The first column of the list on a page."""
    body = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
    rows = body.split("<tr>")[1:]
    return [re.sub(r"<span.*|<[^>]+>", "", row.split("</td>")[0], flags=re.DOTALL).strip() for row in rows]


def listed(client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return names(text(answer))
