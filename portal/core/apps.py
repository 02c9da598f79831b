"""The ground: imports no room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Units, accounts, scope, audit, imports, exports and the one engine of figures."""

    name = "portal.core"
    label = "core"
    verbose_name = "平台基础"

    def ready(self) -> None:
        """Register the reach, the indicator and the to-do of the units' plans."""
        from portal.core import plan_todo, plans  # noqa: F401

        plans.declare()
