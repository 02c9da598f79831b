"""Ground that stands while a module asks its questions: laid once, and each test's own writing is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def standing(blocker: Any) -> Iterator[None]:
    """What is written inside stands until the block ends, and then is gone; for fixtures of a module.

    `blocker` is pytest-django's. Tests ask for `db` besides: what they write lies in a savepoint of their own.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
