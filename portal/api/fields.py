"""Fields of the API's objects. Values are what the exchanged files hold: codes, dates, Chinese words; null is 不详."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Choices
from drf_spectacular.drainage import set_override
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from portal.core.crypto import mask
from portal.core.opaque import opaque


class Text(serializers.CharField):
    """Text; empty text is null."""

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=about, **options)

    def to_representation(self, value: Any) -> str | None:  # type: ignore[override]
        """The text, or None."""
        return str(value) or None


class Texts(serializers.ListField):
    """Several texts, which the database keeps separated by ；."""

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(child=serializers.CharField(), read_only=True, help_text=about, **options)

    def to_representation(self, value: str) -> list[str]:  # type: ignore[override]
        """The texts."""
        return [part.strip() for part in value.split("；") if part.strip()]


class Masked(Text):
    """A private phone, masked."""

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]
        """The masked phone, or None."""
        return mask(value) or None


class Word(serializers.CharField):
    """A choice as the Chinese word of the exchanged files."""

    def __init__(self, about: str, choices: type[Choices], **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=about, **options)
        self.words = dict(choices.choices)
        set_override(self, "field", {"type": "string", "enum": list(self.words.values())})

    def to_representation(self, value: Any) -> Any:
        """The word, or None where nothing is recorded."""
        return self.words.get(value)


class Day(serializers.DateField):
    """A day, YYYY-MM-DD."""

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=about, **options)


class Count(serializers.IntegerField):
    """A whole number; null is not known, never 0."""

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=about, **options)


class Days(serializers.DecimalField):
    """Days of training with two decimals, as text."""

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(max_digits=7, decimal_places=2, read_only=True, help_text=about, **options)


class Amount(serializers.DecimalField):
    """An amount in yuan with two decimals, as text."""

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, read_only=True, help_text=about, **options)


class Flag(serializers.BooleanField):
    """Yes, no, or null for not known."""

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=about, **options)


class Marks(serializers.DictField):
    """What is said of the items of a list, by their words; items of which nothing is said are left out."""

    def __init__(self, about: str, items: Mapping[str, str], child: serializers.Field, **options: Any) -> None:
        super().__init__(child=child, read_only=True, help_text=about, **options)
        self.items = items

    def to_representation(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """The items in the order of all items."""
        return {word: value[code] for code, word in self.items.items() if code in value}


class OpaqueId(serializers.Field):
    """The id in addresses of a row without a public code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, source="*", help_text="地址中的标识", **options)
        set_override(self, "field", OpenApiTypes.STR)

    def to_representation(self, value: Any) -> str:
        """The opaque id of the row."""
        return opaque(value._meta.label_lower, value.pk)


class Reference(serializers.Serializer):
    """A district, unit or party organization by its code."""

    code = Text("编码")
    name = Text("名称")

    def __init__(self, about: str = "", **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=about, **options)


class UnitReference(serializers.Field):
    """A unit by its row number, called as it was on the day asked for."""

    def __init__(self, about: str, **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=about, **options)
        set_override(self, "field", Reference(about))

    def to_representation(self, value: int) -> dict[str, str] | None:
        """Code and name."""
        unit = self.context["view"].tree.units.get(value)
        return {"code": unit.code, "name": unit.name} if unit else None


class OrganizationReference(serializers.Serializer):
    """An organization by its key in addresses."""

    id = Text("地址中的标识:统一社会信用代码,没有的为内部标识", source="path_key")
    name = Text("名称")

    def __init__(self, about: str = "社会组织", **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=about, **options)


class PersonReference(serializers.Serializer):
    """A person by the opaque id; never a personal number."""

    id = Text("人员标识", source="opaque_id")
    number = Text("人员编号")
    name = Text("姓名")

    def __init__(self, about: str = "人员", **options: Any) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=about, **options)
