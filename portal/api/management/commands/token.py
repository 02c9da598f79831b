"""`token`: a new API token for an account, shown once."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management import CommandError
from django.db import transaction

from portal.core import audit, console
from portal.core.models import ApiToken, User

LONGEST = 365


class Command(console.Command):
    """Prints a new token; only its digest is kept."""

    help = "为账号生成接口令牌,只显示这一次"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the public contract."""
        parser.add_argument("username", metavar="用户名", help="哪个账号")
        parser.add_argument("--days", type=int, default=90, metavar="天数", help=f"有效天数,1 至 {LONGEST},默认 90")

    def handle(self, **options: Any) -> None:
        """Issue and print. Raises CommandError for an unknown or disabled account or a wrong number of days."""
        days = options["days"]
        if not 1 <= days <= LONGEST:
            raise CommandError(f"有效天数须为 1 至 {LONGEST},给出的是 {days}。")
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"没有用户名为“{options['username']}”的账号,请先用 grant 建立。")
        if not user.is_active:
            raise CommandError(f"账号“{user.username}”已停用,不能生成令牌。")
        with transaction.atomic():
            token = ApiToken.issue(user, days)
            audit.record(actor=None, action="生成接口令牌", subject=user.username, detail={"days": days})
        self.stdout.write(token)
