"""What the registers of the API share; which rows each has, named how, filtered by what, stands by rooms."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers

from portal.api.schema import RegisterSchema
from portal.core.endpoints import RegisterViewSet

Rows = QuerySet[Any]
#: one row of a register, column by column as the exchanged files name them
Object = serializers.Serializer[Any]


class Register(RegisterViewSet):
    """A register, described to those who ask for the schema."""

    schema = RegisterSchema()
    filter_backends = [DjangoFilterBackend]


class Coded(Register):
    """A register whose rows have a public code."""

    def named(self, key: str) -> Q:
        """By code."""
        return Q(code=key)
