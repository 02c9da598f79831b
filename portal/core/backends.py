"""Signs accounts in by their password, and reads the account of a request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from portal.core.models import RoleGrant, User


class AccountBackend(ModelBackend):
    """Django's own, but an account is read together with what was granted to it: every page needs both."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session with its grants; one statement where anything was ever granted to it."""
        grants = list(RoleGrant.objects.filter(user=user_id).select_related("user", "unit"))
        if not grants:
            return super().get_user(user_id)
        account = grants[0].user
        account.grants_read = grants
        return account if self.user_can_authenticate(account) else None
