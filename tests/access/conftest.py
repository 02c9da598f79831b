"""The furnished city, every name in it a canary, and a browser or program for each member of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from portal.core.models import ApiToken, User
from tests.access.canaries import Canary, plant
from tests.cast import City, build
from tests.ledger import Pair, furnish
from tests.standing import standing


@dataclass(frozen=True)
class Furnished:
    """The city, a row of every register in each district, and who may read which name."""

    city: City
    pairs: dict[str, Pair]
    planted: dict[str, Canary]


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker) -> Iterator[Furnished]:
    """Stands while a module asks its questions."""
    with standing(django_db_blocker):
        city = build()
        pairs = furnish(city)
        yield Furnished(city, pairs, plant(city, pairs))


@pytest.fixture
def city(furnished, db) -> City:
    """The cast."""
    return furnished.city


@pytest.fixture
def pairs(furnished, db) -> dict[str, Pair]:
    """A row of every register in each district."""
    return furnished.pairs


@pytest.fixture
def client_of(furnished, db) -> Callable[[str], Client]:
    """`client_of("nanshan")` is signed in; "disabled" was, before the account was disabled."""
    return lambda actor: enter(furnished.city, actor)


def enter(city: City, actor: str) -> Client:
    """A browser, or for "token" a program, of one of the cast."""
    client = Client(raise_request_exception=False)
    if actor == "token":
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {ApiToken.issue(city.users['nanshan'], 1)}"
    elif actor == "disabled":
        client.force_login(city.users["education"])
        User.objects.filter(pk=city.users["education"].pk).update(is_active=False)
    elif actor != "anonymous":
        client.force_login(city.users[actor])
    return client
