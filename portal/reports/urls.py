"""Addresses of the reports' pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.reports.views import jobs, letters
from portal.reports.views.mailbox import Letters

urlpatterns: list[URLPattern] = [
    path("letters/", Letters.as_view(), name="letters"),
    path("letters/preview/", letters.preview, name="letter-preview"),
    path("letters/preview/body/", letters.preview_body, name="letter-preview-body"),
    path("letters/<str:key>/", letters.letter, name="letter"),
    path("letters/<str:key>/body/", letters.body, name="letter-body"),
    path("letters/<str:key>/workbook/", letters.workbook, name="letter-workbook"),
    path("letters/<str:key>/to-me/", letters.to_me, name="letter-to-me"),
    path("letters/<str:key>/again/", letters.again, name="letter-again"),
    path("jobs/", jobs.Jobs.as_view(), name="jobs"),
    path("jobs/<str:key>/", jobs.job, name="job"),
    path("jobs/<str:key>/stop/", jobs.stop, name="job-stop"),
    path("jobs/<str:key>/again/", jobs.again, name="job-again"),
]
