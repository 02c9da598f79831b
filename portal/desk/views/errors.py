"""Pages that say what went wrong and what to do: never a raw exception, never a trace of what lies outside."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.core.pages import WrongAddress


def wrong_address(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address cannot be read; the sentence says which part and how to mend it."""
    sentence = str(exception) if isinstance(exception, WrongAddress) else "请求的内容无法识别，请返回后重试。"
    return render(request, "errors/400.html", {"sentence": sentence}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: seen but not changeable, or not this account's business; without any role, whom to ask."""
    scope = getattr(request, "scope", None)
    name = "errors/403.html" if scope and scope.roles else "errors/no_role.html"
    return render(request, name, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not yours; the two look alike."""
    return render(request, "errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: without frame and database, since either may be what is broken."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old or came from elsewhere."""
    return render(request, "errors/csrf.html", status=403)
