"""Wiring of this room: its scopes and indicators register themselves when Django starts."""

from django.apps import AppConfig


class BranchesConfig(AppConfig):
    """党组织."""

    name = "branches"
    verbose_name = "党组织"

    def ready(self) -> None:
        """Register scopes and indicators."""
        from branches import indicators, scopes

        scopes.register()
        indicators.declare()
