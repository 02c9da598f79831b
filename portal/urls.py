"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("portal.desk.urls"))]

handler400 = "portal.desk.views.errors.wrong_address"
handler403 = "portal.desk.views.errors.forbidden"
handler404 = "portal.desk.views.errors.not_found"
handler500 = "portal.desk.views.errors.broken"
