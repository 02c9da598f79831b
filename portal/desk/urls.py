"""Addresses of the pages."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from portal.core.pages import View
from portal.desk.lists import LISTS
from portal.desk.views import imports, places, search, sign_in


def _view(module: str, name: str) -> View:
    def view(request: HttpRequest, **parts: Any) -> HttpResponse:
        return getattr(import_module(f"portal.desk.views.{module}"), name)(request, **parts)  # type: ignore[no-any-return]

    return view


urlpatterns: list[URLPattern] = [
    *(path(f"{one.route}/", one.as_view(), name=one.route) for one in LISTS),
    path("", _view("desk", "desk"), name="desk"),
    path("coverage/", _view("coverage", "coverage"), name="coverage"),
    path("coverage/<slug:indicator>/", _view("coverage", "subjects"), name="coverage-subjects"),
    path("organizations/<str:key>/", _view("organization", "organization"), name="organization"),
    path(
        "party-organizations/<str:code>/", _view("party_organization", "party_organization"), name="party-organization"
    ),
    path("units/<str:code>/", places.unit, name="unit"),
    path("unresolved-units/", places.unresolved, name="unresolved-units"),
    path("districts/<str:code>/", places.district, name="district"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<str:key>/", imports.result, name="import"),
    path("imports/<str:key>/write/", imports.write, name="import-write"),
    path("imports/<str:key>/discard/", imports.discard, name="import-discard"),
    path("imports/<str:key>/findings/", imports.findings, name="import-findings"),
    path("search/", search.search, name="search"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("set-password/<uidb64>/<token>/", sign_in.SetPassword.as_view(), name="set-password"),
    path("account/", sign_in.Account.as_view(), name="account"),
]
