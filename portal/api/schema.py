"""The description of the API: OpenAPI 3 at `/api/schema/`, pages at `/api/docs/`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from drf_spectacular.views import SpectacularSwaggerSplitView


class BearerScheme(OpenApiAuthenticationExtension):
    """The bearer token in the words of OpenAPI."""

    target_class = "portal.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """`Authorization: Bearer TOKEN`."""
        about = "由 python manage.py token 用户名 生成"
        return {"type": "http", "scheme": "bearer", "description": about}


class SessionScheme(OpenApiAuthenticationExtension):
    """The session cookie in the words of OpenAPI."""

    target_class = "portal.api.authentication.PortalSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The cookie of the pages."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "登录页面后的会话"}


class RegisterSchema(AutoSchema):
    """Describes a register in Chinese: what it holds is the docstring of its endpoint."""

    @property
    def is_single(self) -> bool:
        """Whether the address names one row."""
        return "{key}" in self.path

    def get_summary(self) -> str:
        """What the endpoint gives."""
        name = (type(self.view).__doc__ or "").strip().rstrip("。")
        return f"{name}:一项" if self.is_single else f"{name}:列表"

    def get_description(self) -> str:  # type: ignore[override]
        """What an answer means."""
        return "只给出您范围内的资料;范围外的与不存在的一样(404)。"

    def get_override_parameters(self) -> list[Any]:
        """The key of a single row and the day it is described on."""
        if not self.is_single:
            return []
        return [
            OpenApiParameter("key", str, OpenApiParameter.PATH, description="公开代码;没有代码的为标识 id"),
            OpenApiParameter("date", OpenApiTypes.DATE, description="按哪一天的情况给出,默认今天"),
        ]


class Pages(SpectacularSwaggerSplitView):
    """The pages; script and page are separate, as the content policy asks."""

    template_name = "api/docs.html"
    url_name = "api:schema"


pages = login_required(Pages.as_view())
