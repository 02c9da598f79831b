"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

from portal.api import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/", include("portal.api.urls")),
    path("", include("portal.reports.urls")),
    path("", include("portal.desk.urls")),
]

handler400 = "portal.desk.views.errors.wrong_address"
handler403 = "portal.desk.views.errors.forbidden"
handler404 = "portal.desk.views.errors.not_found"
handler500 = "portal.desk.views.errors.broken"
