"""Wiring of this room: its scopes and indicators register themselves when Django starts."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """示范引领."""

    name = "demonstration"
    verbose_name = "示范引领"

    def ready(self) -> None:
        """Register scopes and indicators."""
        from demonstration import indicators, scopes

        scopes.register()
        indicators.declare()
