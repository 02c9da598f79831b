"""What every page's frame needs."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """The scope of the signed-in account."""
    return {"scope": getattr(request, "scope", None)}
