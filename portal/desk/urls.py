"""Addresses of the pages."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from portal.desk.lists import LISTS
from portal.desk.views import (
    coverage,
    desk,
    imports,
    organization,
    party_organization,
    places,
    search,
    sign_in,
)

urlpatterns: list[URLPattern] = [
    *(path(f"{one.route}/", one.as_view(), name=one.route) for one in LISTS),
    path("", desk.desk, name="desk"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/<slug:indicator>/", coverage.subjects, name="coverage-subjects"),
    path("organizations/<str:key>/", organization.organization, name="organization"),
    # public codes are an office's own and may hold a slash
    path("party-organizations/<path:code>/", party_organization.party_organization, name="party-organization"),
    path("units/<path:code>/", places.unit, name="unit"),
    path("unresolved-units/", places.unresolved, name="unresolved-units"),
    path("districts/<path:code>/", places.district, name="district"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<str:key>/", imports.result, name="import"),
    path("imports/<str:key>/write/", imports.write, name="import-write"),
    path("imports/<str:key>/discard/", imports.discard, name="import-discard"),
    path("imports/<str:key>/findings/", imports.findings, name="import-findings"),
    path("imports/<str:key>/refused/", imports.refused, name="import-refused"),
    path("search/", search.search, name="search"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("set-password/<uidb64>/<token>/", sign_in.SetPassword.as_view(), name="set-password"),
    path("account/", sign_in.Account.as_view(), name="account"),
]
