"""Roof: 接口."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """接口."""

    name = "portal.api"
    label = "api"
    verbose_name = "接口"
