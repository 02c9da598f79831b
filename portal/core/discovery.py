"""Each room declares what it has in modules of agreed names (`resources`, `todo`); the ground finds them there."""

from __future__ import annotations

from functools import cache

from django.utils.module_loading import autodiscover_modules


@cache
def discover(module: str) -> None:
    """Load the module of this name of every room; once in a process, since asking costs milliseconds each time."""
    autodiscover_modules(module)
