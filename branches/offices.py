"""Public offices (article 12): how many people sit where, by level, district and kind, secretaries among them.

The notice asks that heads of party organizations are put forward as delegates, people's deputies and CPPCC members. A
seat counts from 起始日期 up to, not including, 结束日期; somebody with several seats of one kind counts once there.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When

from branches.models import Post, PublicOffice
from portal.core.models import District
from portal.core.validity import active_on


@dataclass(frozen=True)
class Seats:
    """How many people, and how many of them are secretaries of a party organization."""

    people: int = 0
    secretaries: int = 0

    def __add__(self, other: Seats) -> Seats:
        return Seats(self.people + other.people, self.secretaries + other.secretaries)


@dataclass(frozen=True)
class Line:
    """The seats of the city's bodies, of a district's, or of districts that are not valid (未填), by kind."""

    name: str
    by_kind: tuple[Seats, ...]

    @property
    def cells(self) -> list[tuple[str, Seats]]:
        """Each kind by its word."""
        return [(str(word), seats) for word, seats in zip(PublicOffice.Kind.labels, self.by_kind, strict=True)]


def seats_on(day: datetime.date, districts: Iterable[District]) -> list[Line]:
    """The seats of a day: the city's, then each district's, and what belongs to none of them; one statement."""
    found = _counted(day)
    lines = [_line("市级", found.pop(None, {}))]
    lines += [_line(one.name, found.pop(one.pk, {})) for one in districts]
    if found:
        rest: dict[str, Seats] = defaultdict(Seats)
        for counted in found.values():
            for kind, seats in counted.items():
                rest[kind] += seats
        lines.append(_line("未填", rest))
    return lines


def total(lines: Iterable[Line]) -> Line:
    """All lines together; somebody who sits in two bodies of a kind counts in each."""
    columns = zip(*(line.by_kind for line in lines), strict=True)
    return Line("合计", tuple(sum(column, Seats()) for column in columns))


def _line(name: str, counted: Mapping[str, Seats]) -> Line:
    return Line(name, tuple(counted.get(kind, Seats()) for kind in PublicOffice.Kind.values))


def _counted(day: datetime.date) -> dict[int | None, dict[str, Seats]]:
    """By district (None: the city's bodies) and kind."""
    held = Post.objects.everyone().filter(
        active_on(day),
        active_on(day, "party_organization__", start="approved_on", end="dissolved_on"),
        person=OuterRef("person"),
        role=Post.Role.SECRETARY,
    )
    rows = (
        PublicOffice.objects.everyone()
        .filter(active_on(day))
        .annotate(at=Case(When(level=PublicOffice.Level.DISTRICT, then=F("district")), default=Value(None)))
        .annotate(leads=Exists(held))
        .order_by()
        .values_list("at", "kind")
        .annotate(people=Count("person", distinct=True), heads=Count("person", filter=Q(leads=True), distinct=True))
    )
    found: dict[int | None, dict[str, Seats]] = defaultdict(dict)
    for at, kind, people, heads in rows:
        found[at][kind] = Seats(people, heads)
    return found
