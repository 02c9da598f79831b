"""Roof: 报告."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """报告."""

    name = "portal.reports"
    label = "reports"
    verbose_name = "报告"
