"""Score sheets in forms: the items of the sheet of the day that stands in the form."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

from portal.core.imports.findings import Fault
from portal.core.imports.texts import read_day
from portal.core.score_sheets import ScoreSheet
from portal.desk.forms.shape import Asked, Items


def scored_items(sheet: Callable[[datetime.date], ScoreSheet], dated: str) -> Items:
    """The items of the sheet that holds on the day in the column `dated`."""

    def asked(texts: Mapping[str, str]) -> Asked | None:
        try:
            found = sheet(read_day(texts.get(dated, "")))
        except Fault:
            return None
        return Asked(found.source, [(item.key, _note(item.most, item.asks)) for item in found.items])

    return Items(asked, (dated,), "填好评分的日期，就列出当日的评分表")


def _note(most: int, asks: str) -> str:
    return f"满分 {most}；{asks}" if asks else f"满分 {most}"
