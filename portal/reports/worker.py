"""The portal without Redis: one thread that ticks the schedule and does what waits.

`up` starts it; `python -m portal.reports.worker` runs the same loop as a process of its own.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from threading import Event, Thread

from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections, connections

_log = logging.getLogger(__name__)


def interval() -> float:
    """Seconds between two ticks: TICK_SECONDS. Raises ImproperlyConfigured for what is no time."""
    text = os.environ.get("TICK_SECONDS", "10")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0.05 <= seconds <= 3600:
        raise ImproperlyConfigured(f"TICK_SECONDS 须为 0.05 到 3600 秒，现为“{text}”。")
    return seconds


class Worker(Thread):
    """Ticks until it is told to stop. A database that does not answer is logged and asked again at the next tick."""

    def __init__(self, seconds: float, tick: Callable[[Callable[[], bool]], object] | None = None) -> None:
        super().__init__(name="worker", daemon=True)
        self._seconds = seconds
        self._tick = tick
        self._over = Event()

    def run(self) -> None:
        """The loop: a tick at once, then one every so many seconds."""
        try:
            while not self._over.is_set():
                self._once()
                self._over.wait(self._seconds)
        finally:
            connections.close_all()

    def _once(self) -> None:
        from portal.reports import night  # only when the apps are ready

        try:
            close_old_connections()
            (self._tick or night.tick)(self._over.is_set)
        except Exception:
            _log.exception("tick failed")
            connections.close_all()

    def stop(self, timeout: float = 15) -> bool:
        """Let the job in hand come to its next step and end; False where it did not in time.

        What is left then is taken up again when its lease has run out.
        """
        self._over.set()
        self.join(timeout)
        return not self.is_alive()


def main() -> None:
    """Run the loop until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    worker, over = Worker(interval()), Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: over.set())
    worker.start()
    over.wait()
    worker.stop()


if __name__ == "__main__":
    main()
