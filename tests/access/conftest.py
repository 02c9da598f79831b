"""The furnished city and a browser or program for each member of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from portal.core.models import ApiToken
from tests.cast import City
from tests.ledger import Pair, furnish


@pytest.fixture
def pairs(city: City) -> dict[str, Pair]:
    """A row of every register in each district."""
    return furnish(city)


@pytest.fixture
def client_of(city: City) -> Callable[[str], Client]:
    """`client_of("nanshan")` is signed in; "disabled" was, before the account was disabled."""

    def enter(actor: str) -> Client:
        if actor == "anonymous":
            return Client(raise_request_exception=False)
        if actor == "token":
            token = ApiToken.issue(city.users["nanshan"], 1)
            return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
        user = city.users["education" if actor == "disabled" else actor]
        client = Client(raise_request_exception=False)
        client.force_login(user)
        if actor == "disabled":
            user.is_active = False
            user.save()
        return client

    return enter
