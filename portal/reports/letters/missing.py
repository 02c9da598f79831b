"""The workbook of a letter: the organizations that both rates miss, exactly those of `explain --status unmet`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from branches.counts import people_on
from branches.formation import People, advise
from portal.core import exports, indicators
from portal.core.indicators import Places, Slice, Subject
from portal.core.indicators.declared import choices
from portal.core.models import District
from portal.reports.letters.moves import BOTH

HEADINGS = (
    "代码", "名称", "原因", "党建责任单位编码", "党建责任单位", "行政区", "街道", "类别", "领域", "正式党员数", "建议",
)  # fmt: skip
_WIDTHS = (20, 30, 11, 12, 20, 8, 10, 15, 11, 9, 48)
SHEETS = {"branch-coverage": "党组织未覆盖", "work-coverage": "党的工作未覆盖"}


@dataclass(frozen=True)
class Missing:
    """What both rates miss on a stored day, read once for any number of units."""

    day: datetime.date
    places: Places
    subjects: Mapping[str, Sequence[Subject]]
    people: Mapping[int, People]

    @classmethod
    def on(cls, day: datetime.date, places: Places, districts: Sequence[District], units: frozenset[int]) -> Missing:
        """The missing organizations of some units, of all districts; a statement for them and one for their members."""
        inds = [indicators.indicator(code) for code in BOTH]
        part = Slice(units=units, status="unmet")
        found = indicators.kept(inds, day, part, places=places, districts=districts)
        ids = sorted({one.id for subjects in found.values() for one in subjects})
        return cls(day, places, found, people_on(day, ids))

    def of(self, unit_id: int) -> dict[str, list[Subject]]:
        """The missing organizations that a unit and those below it answer for, per rate."""
        units = self.places.tree
        codes = {units.units[one].code for one in units.below(unit_id)}
        return {code: [one for one in subjects if one.unit in codes] for code, subjects in self.subjects.items()}

    def workbook(self, found: Mapping[str, Sequence[Subject]]) -> bytes:
        """One sheet per rate; every cell is text."""
        tables = [exports.Table(SHEETS[code], HEADINGS, map(self._row, found[code])) for code in BOTH]
        return exports.write_book(tables, _WIDTHS, small=True)

    def _row(self, one: Subject) -> list[str | None]:
        people = self.people.get(one.id, People())
        return [
            one.subject,
            one.name,
            indicators.indicator(BOTH[0]).reasons[one.reason],
            one.unit,
            one.unit_name,
            one.district_name,
            one.subdistrict,
            _word("kind", one.kind),
            _word("field", one.field),
            str(people.firm),
            advise(one.reason, people, self.day).sentence,
        ]


def _word(by: str, value: str | None) -> str | None:
    return dict(choices(by)).get(value or "", value)
