"""`explain`: every subject behind a figure, with reason, article and evidence."""

from __future__ import annotations

import argparse
from typing import Any

from portal.core import console, indicators, slices, snapshots
from portal.core.indicators import Indicator, Subject
from portal.core.validity import today
from portal.reports import printing

_HEADINGS = ("代码", "名称", "状态", "原因", "党建责任单位", "行政区")
_KEYS = ("subject", "subject_name", "status", "reason", "article", "unit", "district", "evidence")
_STATUS = {"met": "达标", "unmet": "未达标", "excluded": "不计入"}


class Command(console.Command):
    """Prints subjects; see the public contract for options and the JSON object."""

    help = "一个数字背后的全部名单:代码、名称、状态、原因、责任单位、依据"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Options of the public contract."""
        parser.add_argument("--indicator", required=True, metavar="代码", help="哪个指标")
        parser.add_argument("--date", type=console.day_argument, metavar="日期", help="哪一天,默认今天")
        place = parser.add_mutually_exclusive_group()
        place.add_argument("--unit", metavar="单位编码", help="只看这个单位及其下级负责的")
        place.add_argument("--district", metavar="行政区编码", help="只看这个行政区的;“-”为未填的")
        parser.add_argument("--status", choices=indicators.STATUSES, help="只看这一种状态")
        parser.add_argument("--format", choices=printing.FORMATS, default="table", help="输出格式,默认表格")
        parser.add_argument("--live", action="store_true", help="不用存档,按现有数据计算")

    def handle(self, **options: Any) -> None:
        """Print the subjects. Raises CannotAnswer for a question without an answer."""
        ind = indicators.indicator(options["indicator"])
        source, places = snapshots.answering(options["date"] or today(), live=options["live"])
        subjects = indicators.explain(
            ind,
            places.day,
            slices.by_codes(
                ind,
                places,
                unit=options["unit"],
                district=options["district"],
                status=options["status"],
            ),
            source=source,
            places=places,
        )
        if options["format"] == "table":
            printing.write_table([_line(ind, one) for one in subjects], _HEADINGS, self.stdout)
        elif options["format"] == "json":
            printing.write_json((one.as_dict() for one in subjects), self.stdout)
        else:
            printing.write_csv((one.as_dict() for one in subjects), _KEYS, self.stdout)


def _line(ind: Indicator, one: Subject) -> tuple[str, ...]:
    return (
        one.subject,
        one.name,
        _STATUS[one.status],
        ind.reasons[one.reason],
        one.unit_name or "—",
        one.district_name or "—",
    )
