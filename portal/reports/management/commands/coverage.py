"""`coverage`: the figures of a day, for any grouping."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management import CommandError

from portal.core import console, indicators, snapshots
from portal.core.indicators import Rate
from portal.core.validity import today
from portal.reports import printing

_HEADINGS = ("指标", "代码", "名称", "应计", "达标", "不计入", "比率", "目标", "还差")
_KEYS = (
    "indicator",
    "date",
    "by",
    "group",
    "group_name",
    "eligible",
    "met",
    "excluded",
    "adjusted_eligible",
    "adjusted_met",
    "target",
    "meets",
    "shortfall",
    "rate",
)


class Command(console.Command):
    """Prints rates; see the public contract for options and the JSON object."""

    help = "各项指标:党组织覆盖率、党的工作覆盖率等,任意一天,按单位、行政区、街道、类别或领域"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the public contract."""
        parser.add_argument("--date", type=console.day_argument, metavar="日期", help="哪一天,默认今天")
        parser.add_argument("--by", choices=indicators.GROUPINGS, default="city", help="怎样分组,默认全市")
        parser.add_argument("--indicator", nargs="+", action="extend", metavar="代码", help="只要这些指标,默认全部")
        parser.add_argument("--format", choices=printing.FORMATS, default="table", help="输出格式,默认表格")
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--live", action="store_true", help="不用存档,按现有数据计算")
        source.add_argument("--revised", action="store_true", help="更正后的数列")

    def handle(self, **options: Any) -> None:
        """Print the figures. Raises CannotAnswer for a question without an answer."""
        day = options["date"] or today()
        if options["revised"]:
            raise CommandError(f"{day} 没有更正后的数列;去掉 --revised 查看存档,或加 --live 按现有数据计算。")
        rates = snapshots.best(day, options["by"], options["indicator"], live=options["live"])
        if options["format"] == "table":
            printing.write_table(map(_line, rates), _HEADINGS, self.stdout, right=range(3, 9))
        elif options["format"] == "json":
            printing.write_json((rate.as_dict() for rate in rates), self.stdout)
        else:
            printing.write_csv((rate.as_dict() for rate in rates), _KEYS, self.stdout)


def _line(rate: Rate) -> tuple[str, ...]:
    return (
        indicators.indicator(rate.indicator).name,
        rate.group,
        rate.group_name,
        f"{rate.eligible:,}",
        f"{rate.met:,}",
        f"{rate.excluded:,}",
        "—" if rate.rate is None else f"{rate.rate}%",
        "—" if rate.target is None else f"{rate.target}%",
        "—" if rate.meets is None else f"{rate.shortfall:,}",
    )
