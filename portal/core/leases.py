"""A lease that its holder keeps while it works: short, so that what a killed process left is soon taken up.

Whoever holds a row renews its lease from a thread of its own; a process that dies renews nothing, and after `LEASE`
the row is free. With the longest pause between two ticks of the schedule that is well within two minutes.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import DatabaseError, connections

LEASE = datetime.timedelta(seconds=60)
#: how often the heartbeat renews the lease
BEAT = datetime.timedelta(seconds=5)

_log = logging.getLogger(__name__)


@contextmanager
def heartbeat(name: str, beat: Callable[[], object]) -> Iterator[None]:
    """Call `beat`, which renews a lease, every `BEAT` while the body runs; `name` is for the log."""
    over = Event()
    thread = Thread(target=_beats, args=(name, beat, over), name=f"heartbeat {name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beats(name: str, beat: Callable[[], object], over: Event) -> None:
    try:
        while not over.wait(BEAT.total_seconds()):
            try:
                beat()
            except DatabaseError as error:  # a long transaction of SQLite, a restart: the next beat tries again
                _log.warning("heartbeat of %s: %s", name, error)
    finally:
        connections.close_all()
