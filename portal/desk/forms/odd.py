"""Days that can be read and stored, but are hardly meant: a slip of the year.

In prose. What is told as done lies not after today. What is planned lies not ten years ahead: the longest span that an
office writes down, a term, is five. Nobody joins the Party before eighteen (constitution of the Party, article 1). Such
a day is no fault: it is said before saving.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from dateutil.relativedelta import relativedelta

from portal.core.imports import codes
from portal.core.imports.columns import Column
from portal.core.imports.findings import Fault
from portal.core.imports.texts import read_day
from portal.core.imports.widgets import Day

#: columns that tell what was done
DONE = frozenset({
    "applied_on", "converted_on", "done_on", "granted_on", "held_on", "joined_on", "left_on", "named_on", "reported_on",
    "reviewed_on", "scored_on", "settled_on", "signed_on", "visited_on",
})  # fmt: skip
FAR = relativedelta(years=10)
OF_AGE = 18


def odd_days(columns: Iterable[Column], texts: Mapping[str, str], day: datetime.date) -> list[str]:
    """What to say on `day` of the days among these texts (by column name), a sentence each."""
    found = {column.name: (column.heading, read) for column in columns if (read := _day(column, texts))}
    said = []
    for name, (heading, one) in found.items():
        if name in DONE and one > day:
            said.append(f"“{heading}”{one} 在今天以后，请核对。")
        elif one > day + FAR:
            said.append(f"“{heading}”{one} 在十年以后，请核对年份。")
    if "joined_on" in found and _too_young(texts.get("id_number", ""), found["joined_on"][1]):
        said.append(f"按公民身份号码，入党时不满 {OF_AGE} 周岁，请核对。")
    return said


def _day(column: Column, texts: Mapping[str, str]) -> datetime.date | None:
    text = texts.get(column.name, "")
    if not text or not isinstance(column.widget, Day):
        return None
    try:
        return read_day(text)
    except Fault:
        return None


def _too_young(number: str, joined: datetime.date) -> bool:
    try:
        born = codes.born_on(codes.personal_number(number).value)
    except Fault:
        return False
    return relativedelta(joined, born).years < OF_AGE
