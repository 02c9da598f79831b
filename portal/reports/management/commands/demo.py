"""`demo`: fills an empty database with a synthetic city."""

from __future__ import annotations

import argparse
import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.core import console, snapshots
from portal.core.validity import today
from portal.reports import keeping, letters
from portal.reports.demo import city, signins, trail


class Command(console.Command):
    """Builds the city in one transaction, then stores its month ends and its last nights and writes the letters of
    the last one; they go out with the next ones that are due."""

    help = "在空数据库里建立一座虚构的演示城市"
    #: where `up` serves, which the sign-ins name
    stealth_options = ("address",)

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the public contract; `--no-snapshots` for those who only want the registers."""
        usual = city.Options()
        parser.add_argument(
            "--orgs",
            type=int,
            default=usual.organizations,
            metavar="家数",
            help=f"社会组织数,{city.FEWEST} 到 {city.MOST},默认 600",
        )
        parser.add_argument("--seed", type=int, default=usual.seed, metavar="种子", help="同一种子建出同一座城市")
        parser.add_argument(
            "--from",
            dest="start",
            type=console.day_argument,
            default=usual.start,
            metavar="日期",
            help="从哪一天起存档,不早于 2013-01-01,默认 2013-10-23",
        )
        parser.add_argument("--to", dest="end", type=console.day_argument, metavar="日期", help="历史到哪一天,默认今天")
        parser.add_argument("--no-snapshots", action="store_true", help="不存月末与近 60 夜的数字")

    def handle(self, **options: Any) -> None:
        """Build, print the sign-ins, keep the days."""
        wanted = city.Options(options["orgs"], options["seed"], options["start"], options["end"])
        with transaction.atomic():
            made = signins.make(city.build(wanted))
            trail.leave()
            text = signins.keep(made, options.get("address") or settings.PUBLIC_URL)
        self.stdout.write(f"已建立演示城市:{wanted.organizations:,} 家社会组织(虚构数据)。\n\n{text}")
        self.stdout.write(f"账号也保存在 {signins.path()}。")
        if not options["no_snapshots"]:
            over = min(wanted.last + datetime.timedelta(days=1), today())
            kept = keeping.keep(keeping.month_ends_and_nights(wanted.start, over))
            self.stdout.write(f"已存档 {kept} 天。")
            if last := snapshots.latest():
                letters.plan(last)
