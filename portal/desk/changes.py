"""变更记录: what was changed of one subject, by whom and why, newest first; read from the one audit history."""

from __future__ import annotations

from collections.abc import Collection

from portal.core.models import Change

#: how many a page shows
SHOWN = 20


def changes_of(register: str, keys: Collection[str]) -> list[Change]:
    """The last changes of the subject with these public keys (an organization may have had two); one statement."""
    found = Change.objects.filter(register=register, key__in=[key for key in keys if key])
    return list(found.select_related("entry").order_by("-entry__at", "-pk")[:SHOWN])
