"""Wiring of this room: its scopes and indicators register themselves when Django starts."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """教育培训."""

    name = "training"
    verbose_name = "教育培训"

    def ready(self) -> None:
        """Register scopes and the indicator."""
        from training import indicators, scopes

        scopes.register()
        indicators.declare()
