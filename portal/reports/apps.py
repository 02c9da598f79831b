"""Roof: 报告."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """报告."""

    name = "portal.reports"
    label = "reports"
    verbose_name = "报告"

    def ready(self) -> None:
        """Make the jobs of the night known."""
        from portal.reports import night

        night.register()
