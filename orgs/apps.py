"""Wiring of this room: its scopes and indicators register themselves when Django starts."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """社会组织."""

    name = "orgs"
    verbose_name = "社会组织"

    def ready(self) -> None:
        """Register scopes, groupings and the indicator."""
        from orgs import indicators, scopes
        from orgs.models import OrganizationState
        from portal.core.indicators import register_choices

        scopes.register()
        register_choices("kind", OrganizationState.Kind.choices)
        register_choices("field", OrganizationState.Field.choices)
        indicators.declare()
