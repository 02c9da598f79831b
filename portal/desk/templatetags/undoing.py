"""The button 撤销 beside the message that says what was saved."""

from __future__ import annotations

from typing import NamedTuple

from django import template

register = template.Library()


class WayBack(NamedTuple):
    """Which action can be undone, and where one is then."""

    entry: int
    address: str


def tag_of(entry: int, address: str) -> str:
    """What a message carries so that its page can offer to undo the action; the reverse of `way_back`."""
    return f"{entry} {address}"


@register.filter
def way_back(tags: str) -> WayBack | None:
    """What can be undone, None where the message offers nothing."""
    entry, _, address = (tags or "").partition(" ")
    return WayBack(int(entry), address) if entry.isdigit() else None
