"""Who asks: a bearer token, or the session of the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from portal.core.models import ApiToken, User


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`; disabling the account or the token's last day ends it at the next request."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's account; None where no bearer token came. Raises AuthenticationFailed."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("请求头应写成 Authorization: Bearer 令牌。")
        digest = ApiToken.digest_of(words[1].decode("latin-1"))
        tokens = ApiToken.objects.select_related("user")
        token = tokens.filter(digest=digest, expires_at__gt=timezone.now(), user__is_active=True).first()
        if token is None:
            raise AuthenticationFailed("令牌无效、已过期或账号已停用。")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What `WWW-Authenticate` says beside a 401."""
        return 'Bearer realm="api"'


class PortalSessionAuthentication(SessionAuthentication):
    """The session of the pages; anything but a read needs the page's CSRF token too."""

    def enforce_csrf(self, request: Any) -> None:
        """Raises PermissionDenied."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied:
            raise PermissionDenied("请求缺少页面的防伪标记(CSRF),请使用令牌或从页面发出。") from None
