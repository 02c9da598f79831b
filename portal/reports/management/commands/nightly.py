"""`nightly`: what the schedule does every night, for one day and at once."""

from __future__ import annotations

import argparse
import datetime
from typing import Any

from django.core.management import CommandError

from portal.core import console
from portal.core.validity import today
from portal.reports import night
from portal.reports.night import Night


class Command(console.Command):
    """Keeps a day, recounts earlier ones after corrections, sends the letters; idempotent per day."""

    help = "每夜任务：存档某一天的全部数字（默认昨天），更正后重算以往各天，写信并立即发出"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the public contract."""
        parser.add_argument("--date", type=console.day_argument, metavar="日期", help="哪一天，默认昨天")
        parser.add_argument("--no-mail", action="store_true", help="不写信、不发信")

    def handle(self, **options: Any) -> None:
        """Run the night and say what was done. Raises CommandError where there is nothing to keep yet."""
        day = options["date"] or today() - datetime.timedelta(days=1)
        if day >= today():
            raise CommandError(
                f"{day} 还没有结束，存档以后不能再改，要等第二天；现在的数字请看 coverage --live。",
                returncode=console.CANNOT_RUN,
            )
        if not night.established():
            raise CommandError("还没有社会组织，没有可存档的数字；请先导入。", returncode=console.REFUSED)
        done = night.nightly(day, mail=not options["no_mail"])
        self.stdout.write(_kept(day, done))
        self.stdout.write(_revised(done))
        if not options["no_mail"]:
            self.stdout.write(f"信件：新写 {done.composed} 封，发出 {done.sent} 封。")


def _kept(day: datetime.date, done: Night) -> str:
    return f"{day} 已存档。" if done.kept else f"{day} 先前已存档，数字不变。"


def _revised(done: Night) -> str:
    if done.revised is None:
        return "重算：上次之后没有新的更正。"
    return f"重算：{done.revised} 天有修订（coverage --revised 查看）。" if done.revised else "重算：各天数字没有变化。"
