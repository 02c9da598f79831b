"""Fixtures for the whole suite."""

import copy
import gc
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from django.db import connection
from django.test import override_settings
from hypothesis import settings as hypothesis_settings

from tests.cast import City, build
from tests.standing import standing

# how long an example takes on a busy machine is no finding
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")

#: who asks for one of these asks a database
_OF_A_DATABASE = {"db", "transactional_db", "django_db_setup"}
#: what is asked on both engines each time: where the work is done by sets, by locks or in transactions; what is built
#: on these hardly differs
_ON_BOTH = (
    "tests/engine/",
    "tests/imports/",
    "tests/night/",
    "tests/commands/",
    "tests/entry/",
    "tests/letters/test_transport.py",
    "tests/todo/test_kinds.py",
    "tests/forms/test_every_register.py",
)
#: who asks for one of these counts statements, or says so in the name; they are as many on every engine
_COUNTING = {"django_assert_num_queries", "django_assert_max_num_queries"}
#: whether the cast may stand while a module asks its questions
_STANDS = pytest.StashKey[bool]()


def _asks_a_database(item: pytest.Item) -> bool:
    return bool(_OF_A_DATABASE & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"))


def _is_for_the_cast(item: pytest.Item) -> bool:
    """Whether a test asks for the cast, in a transaction that is undone."""
    marker = item.get_closest_marker("django_db")
    committed = "transactional_db" in item.fixturenames or (marker and marker.kwargs.get("transaction"))
    return "city" in item.fixturenames and not committed


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks a database, so that only this runs on a second engine; skip what this engine cannot answer."""
    for item in items:
        if _asks_a_database(item):
            item.add_marker("database")
        counts = "statements" in item.name or _COUNTING & set(getattr(item, "fixturenames", ()))
        if counts or not item.nodeid.startswith(_ON_BOTH):
            item.add_marker("embedded_only")
        if item.get_closest_marker("postgres_only") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="只在 PostgreSQL 上运行"))
    for module, own in groupby(items, key=lambda item: item.getparent(pytest.Module)):
        if module:
            module.stash[_STANDS] = all(_is_for_the_cast(item) for item in own if _asks_a_database(item))


def pytest_collection_finish() -> None:
    """Spare the collector what stays for the whole run: modules, tests, models; a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _roomy(call: Callable[[], object]) -> object:
    """Call with room for many calls below."""
    return call()


# CPython keeps frames in chunks of 16 KiB and gives a chunk back as soon as it is empty: a loop that calls over the
# edge of one maps and unmaps memory in every turn. Within the chunk of one large frame there is no edge; a fifth of
# the time of a page.
_roomy.__code__ = _roomy.__code__.replace(co_stacksize=100_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test as pytest does, with room."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    _roomy(lambda: runtestprotocol(item, nextitem=nextitem))
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Thirteen accounts are made for most tests, and Argon2 is slow on purpose: `tests/engine/test_passwords.py`."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="module")
def standing_cast(
    request: pytest.FixtureRequest, django_db_setup: Any, django_db_blocker: Any
) -> Iterator[City | None]:
    """The cast, once for a module of which every test asks for it; None elsewhere."""
    if not request.node.stash[_STANDS]:
        yield None
        return
    with standing(django_db_blocker):
        yield build()


@pytest.fixture
def city(standing_cast: City | None, db: Any) -> City:
    """A small city with two districts and the whole cast."""
    return copy.deepcopy(standing_cast) if standing_cast else build()
