"""What every endpoint of the API shares: scope, day, capability, pages by cursor, entity tags."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.functional import cached_property
from rest_framework import viewsets
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from portal.core.opaque import opaque, row_of
from portal.core.scoping import Scope, scope_of
from portal.core.units import UnitTree
from portal.core.validity import BEGINNING, today

LAST_DAY = datetime.date(2999, 12, 31)
_WORDS_OF_TRUTH = {"true": True, "1": True, "false": False, "0": False, "": False}


def asked_day(request: Request) -> datetime.date:
    """The day of `?date=YYYY-MM-DD`, default today. Raises ValidationError."""
    text = request.query_params.get("date", "")
    if not text:
        return today()
    try:
        day = datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise ValidationError({"date": "日期不能识别,请写成 2013-10-23 这样。"}) from None
    if not BEGINNING <= day <= LAST_DAY:
        raise ValidationError({"date": f"日期须在 {BEGINNING:%Y} 年至 {LAST_DAY:%Y} 年之间。"})
    return day


def asked_truth(request: Request, name: str) -> bool:
    """A yes-or-no parameter, default no. Raises ValidationError."""
    text = request.query_params.get(name, "").lower()
    if text not in _WORDS_OF_TRUTH:
        raise ValidationError({name: "请写 true 或 false。"})
    return _WORDS_OF_TRUTH[text]


def entity_tag(data: Any) -> str:
    """A strong entity tag: the digest of what the object says."""
    text = json.dumps(data, cls=JSONEncoder, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def one_object(request: Request, data: Mapping[str, Any]) -> Response | HttpResponse:
    """The answer for one object, with its `ETag`; 304 where `If-None-Match` already names it."""
    tag = entity_tag(data)
    answer = Response(data, headers={"ETag": tag})
    same = get_conditional_response(request._request, etag=tag)
    return same if same is not None and same.status_code == 304 else answer


class CursorPages(BasePagination):
    """Pages by row: a cursor is the opaque id of the last row seen, so rows that come or go shift nothing."""

    default_size = 100
    largest_size = 500

    def size(self, request: Request) -> int:
        """Rows per page. Raises ValidationError."""
        text = request.query_params.get("page_size", "") or str(self.default_size)
        if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= self.largest_size):
            raise ValidationError({"page_size": f"每页条数须为 1 至 {self.largest_size} 的整数。"})
        return int(text)

    def after(self, request: Request, label: str) -> int | None:
        """The row that the cursor names, None on the first page. Raises ValidationError."""
        text = request.query_params.get("cursor", "")
        row = row_of(f"cursor {label}", text)
        if text and row is None:
            raise ValidationError({"cursor": "游标无效,请使用上一页给出的 next 地址。"})
        return row

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """One page of rows in the order of their key."""
        label = queryset.model._meta.label_lower
        after = self.after(request, label)
        rows = queryset.order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return self.cut(list(rows[: self.size(request) + 1]), request, label)

    def cut(self, found: list[Any], request: Request, label: str) -> list[Any]:
        """The page out of one row more than it holds; remembers the address of the next page."""
        page = found[: self.size(request)]
        self.next: str | None = None
        if len(found) > len(page):
            last = page[-1].pk if isinstance(page[-1], Model) else page[-1].id
            cursor = opaque(f"cursor {label}", last)
            self.next = replace_query_param(request.build_absolute_uri(), "cursor", cursor)
        return page

    def get_paginated_response(self, data: Any) -> Response:
        """The page and the address of the next one (null on the last)."""
        return whole_list(data, self.next)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page in the words of OpenAPI."""
        address = {
            "type": "string",
            "format": "uri",
            "nullable": True,
            "description": "下一页的地址,末页为空",
        }
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The two parameters in the words of OpenAPI."""
        sizes = {"type": "integer", "minimum": 1, "maximum": self.largest_size, "default": self.default_size}
        return [
            _parameter("cursor", {"type": "string"}, "游标,取自上一页的 next"),
            _parameter("page_size", sizes, "每页条数"),
        ]


def _parameter(name: str, schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def whole_list(results: Any, following: str | None = None) -> Response:
    """A list in the shape that all lists have."""
    return Response({"next": following, "results": results})


class Capable(BasePermission):
    """The account's roles have the capability that the endpoint names."""

    message = "您的角色不能查看这类资料。"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether any role of the account has one of the capabilities."""
        return any(view.scope.can(capability) for capability in view.capabilities)


class ScopedViewSet(viewsets.GenericViewSet[Any]):
    """Reads within the scope of whoever is signed in, by session or token."""

    http_method_names = ["get", "head"]
    permission_classes = [IsAuthenticated, Capable]
    pagination_class = CursorPages
    capabilities: ClassVar[tuple[str, ...]] = ("see-registers",)

    @cached_property
    def scope(self) -> Scope:
        """What the account reaches today. A token is recognised only here, after the middleware."""
        return scope_of(self.request.user)

    @cached_property
    def day(self) -> datetime.date:
        """The day asked for, default today."""
        return asked_day(self.request)

    @cached_property
    def tree(self) -> UnitTree:
        """The units as they were on the day asked for."""
        return UnitTree.on(self.day)


class RegisterViewSet(ScopedViewSet):
    """One register: its rows within scope as a list by cursor and one by one, read-only.

    A register names its rows either by public codes (`named`) or, where they have none, by opaque ids.
    """

    lookup_url_kwarg = "key"
    lookup_value_regex = ".+"

    def rows(self) -> QuerySet[Any]:
        """The rows within scope with what the day asked for says of them."""
        raise NotImplementedError

    def complete(self, page: Sequence[Any]) -> None:
        """Read what else the rows of one page need, a statement for each kind of it."""

    def named(self, key: str) -> Q | None:
        """The condition for the row that the address names; None where it names none."""
        row = row_of(self.get_queryset().model._meta.label_lower, key)
        return None if row is None else Q(pk=row)

    def get_queryset(self) -> QuerySet[Any]:
        """The rows within scope."""
        return self.rows()

    def get_object(self) -> Any:
        """The row of the address. Raises NotFound: outside one's scope is like not there."""
        key = self.kwargs["key"]
        condition = None if "\x00" in key else self.named(key)
        found = None if condition is None else self.get_queryset().filter(condition).first()
        if found is None:
            raise NotFound
        self.complete([found])
        return found

    def list(self, request: Request) -> Response:
        """One page."""
        self.day  # noqa: B018 a day that cannot be read is said first
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        self.complete(page)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, key: str) -> Response | HttpResponse:
        """One row."""
        return one_object(request, self.get_serializer(self.get_object()).data)
