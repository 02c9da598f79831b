"""A program that holds a token."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.core.models import ApiToken, User


class Program:
    """Asks the API with a bearer token."""

    def __init__(self, user: User) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(user, 1)}"})

    def get(self, path: str, **query: Any) -> Any:
        """The response to a GET below /api/v1/."""
        return self.client.get(f"/api/v1/{path}", query)

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """The rows of a list's first page."""
        response = self.get(path, **query)
        assert response.status_code == 200, response.content.decode()
        return response.json()["results"]

    def one(self, path: str, **query: Any) -> dict[str, Any]:
        """One object."""
        response = self.get(path, **query)
        assert response.status_code == 200, response.content.decode()
        return response.json()


@pytest.fixture
def ask(city):
    """`ask("nanshan")` is a program of that member of the cast."""
    return lambda who: Program(city.users[who])
