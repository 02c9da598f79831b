"""`coverage`: the figures of a day, for any grouping."""

from __future__ import annotations

import argparse
import datetime
from typing import Any

from portal.core import console, indicators, snapshots
from portal.core.indicators import Rate
from portal.core.validity import SHANGHAI, today
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
        source.add_argument("--revised", action="store_true", help="修订：存档之后更正了过去的事实，重算的数字与理由")

    def handle(self, **options: Any) -> None:
        """Print the figures. Raises CannotAnswer for a question without an answer."""
        day = options["date"] or today()
        if options["revised"]:
            rates = snapshots.revised(day, options["by"], options["indicator"])
        else:
            rates = snapshots.best(day, options["by"], options["indicator"], live=options["live"])
        if options["format"] == "table":
            printing.write_table(map(_line, rates), _HEADINGS, self.stdout, right=range(3, 9))
            if options["revised"]:
                self.stdout.write(_why(day))
            elif not options["live"] and (late := snapshots.made_up_at(day)):
                self.stdout.write(f"补存：{_moment(late)} 计算，按当时已知的事实。")
        elif options["format"] == "json":
            printing.write_json((rate.as_dict() for rate in rates), self.stdout)
        else:
            printing.write_csv((rate.as_dict() for rate in rates), _KEYS, self.stdout)


def _why(day: datetime.date) -> str:
    """What stands beneath a revised table: when it was recounted, and the reasons of the corrections."""
    recount = snapshots.last_recount(day)
    if recount is None:
        return f"{day} 没有修订，与存档相同。"
    said = "；".join(snapshots.reasons(day)) or "补录事实，没有更正理由"
    return f"修订于 {_moment(recount.run_at)}。更正理由：{said}"


def _moment(at: datetime.datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


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
