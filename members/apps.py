"""Wiring of this room: its scopes and indicators register themselves when Django starts."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """党员."""

    name = "members"
    verbose_name = "党员"
