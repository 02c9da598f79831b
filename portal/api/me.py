"""Who am I: the account of the token or session and what it may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.fields import Day, Reference, Text
from portal.core.endpoints import one_object
from portal.core.models import RoleGrant, User
from portal.core.roles import CAPABILITIES, Role
from portal.core.validity import active_on, today


class GrantObject(serializers.Serializer[Any]):
    """一项授权。"""

    role = serializers.ChoiceField(choices=Role.values, read_only=True, help_text="角色代码")
    role_name = Text("角色", source="get_role_display")
    unit = Reference("单位")
    party_organization = Text("党组织编码")
    instructor = Text("人员编号")
    valid_to = Day("结束日期")


class MeObject(serializers.Serializer[Any]):
    """当前账号。"""

    username = Text("用户名")
    name = Text("姓名")
    grants = GrantObject(many=True, help_text="今日有效的授权")
    capabilities = serializers.ListField(child=serializers.CharField(), help_text="可做的事")


class Me(APIView):
    """当前账号。"""

    http_method_names = ["get", "head"]
    permission_classes = [IsAuthenticated]

    @extend_schema(summary="当前账号", responses=MeObject, operation_id="me")
    def get(self, request: Request) -> Response | HttpResponse:
        """The account, its grants of today and its capabilities."""
        user = request.user
        assert isinstance(user, User)
        grants = list(RoleGrant.objects.filter(active_on(today()), user=user).select_related("unit"))
        roles = {Role(grant.role) for grant in grants}
        account = {
            "username": user.username,
            "name": user.name,
            "grants": grants,
            "capabilities": sorted(name for name, holders in CAPABILITIES.items() if holders & roles),
        }
        return one_object(request, MeObject(account).data)
