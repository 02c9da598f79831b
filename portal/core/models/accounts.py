"""Accounts, the roles granted to them and their API tokens."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from portal.core.roles import Role
from portal.core.validity import Span

from .places import Unit


class UserManager(BaseUserManager["User"]):
    """Makes accounts; there is no superuser."""

    def create_user(self, username: str, password: str | None = None, **extra: Any) -> User:
        """A new account; without a password none can sign in until a set-password link is used."""
        user = self.model(username=username, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account. What it may see and change comes only from its `RoleGrant` rows."""

    username = models.CharField("用户名", max_length=64, unique=True)
    name = models.CharField("姓名", max_length=64, blank=True)
    email = models.EmailField("邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)
    wants_digest = models.BooleanField("每日待办邮件", default=False)
    created_at = models.DateTimeField("建立时间", default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "账号"

    #: the grants, where they were read together with the account
    grants_read: Sequence[RoleGrant] | None = None

    def __str__(self) -> str:
        return self.name or self.username

    def grants_on(self, day: datetime.date) -> list[RoleGrant]:
        """What is granted to the account on a day, with the units; at most one statement."""
        known = self.grants.select_related("unit") if self.grants_read is None else self.grants_read
        return [grant for grant in known if grant.holds_on(day)]


class RoleGrant(Span):
    """A role given to an account, bound to a unit, a party organization (by code) or an instructor (by number).

    The party organization and the instructor are named by their public codes because their registers stand
    above this floor; `portal.core.scoping.register_expansion` is where those rooms say what a code reaches.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=16, choices=Role.choices)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    party_organization = models.CharField("党组织编码", max_length=64, blank=True)
    instructor = models.CharField("人员编号", max_length=64, blank=True)

    class Meta(Span.Meta):
        verbose_name = "授权"

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"


class ApiToken(models.Model):
    """A bearer token; only its digest is kept, the token itself is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = "接口令牌"

    def __str__(self) -> str:
        return f"{self.user} {self.expires_at:%Y-%m-%d}"

    @staticmethod
    def digest_of(token: str) -> str:
        """SHA-256 of a token; tokens carry 256 random bits, so no salt is needed."""
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def issue(cls, user: User, days: int) -> str:
        """A new token for `user`, valid `days` days from now."""
        token = secrets.token_urlsafe(32)
        until = timezone.now() + datetime.timedelta(days=days)
        cls.objects.create(user=user, digest=cls.digest_of(token), expires_at=until)
        return token
