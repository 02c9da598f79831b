"""What groups of lawyers do in a district (article 17): places served and people reached, group by group.

Counts of rows that the account sees; contacts and hospital advisers are those of the day, lectures and counselling
those of the year up to the day. Whether a community or school is served at all says the engine, not this.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from demonstration.models import LegalGroup, Outreach
from portal.core.models import District
from portal.core.scoping import Scope
from portal.core.validity import active_on

_Kind = Outreach.Kind
#: what lasts, and what is done on one day
_LASTING, _ONCE = (_Kind.LINK, _Kind.HOSPITAL_ADVISER), (_Kind.LECTURE, _Kind.COUNSELLING)
#: the columns of the matrix, with the word of each
COLUMNS = (
    (_Kind.LINK, "挂点社区"),
    (_Kind.LECTURE, "宣讲学校"),
    (_Kind.COUNSELLING, "咨询市场、展会"),
    (_Kind.HOSPITAL_ADVISER, "驻院医院"),
)


@dataclass(frozen=True)
class Line:
    """One group (None: what was done without one): places by the kinds of `COLUMNS`, pupils and people reached."""

    group: LegalGroup | None
    cells: Sequence[tuple[str, int]]
    pupils: int
    people: int


def lines(district: District, day: datetime.date, scope: Scope) -> list[Line]:
    """The groups of the district and of the city on the day, then what was done without one; two statements."""
    year = Q(valid_from__gte=day.replace(month=1, day=1), valid_from__lte=day)
    counted = Q(kind__in=_LASTING) & active_on(day) | Q(kind__in=_ONCE) & year
    rows = Outreach.objects.within(scope).filter(counted, place__district=district).order_by()
    served: dict[int | None, dict[str, int]] = defaultdict(dict)
    reached: dict[int | None, dict[str, int]] = defaultdict(dict)
    for group, kind, places, people in rows.values_list("group", "kind").annotate(
        Count("place", distinct=True), Sum("reached")
    ):
        served[group][kind], reached[group][kind] = places, people or 0
    here = Q(district=district) | Q(district__isnull=True)
    groups = LegalGroup.objects.within(scope).filter(active_on(day) & here | Q(pk__in=[pk for pk in served if pk]))
    found: list[LegalGroup | None] = list(groups.select_related("district").order_by("code"))
    found += [None] if None in served else []
    keys = [group.pk if group else None for group in found]
    return [_line(group, served[key], reached[key]) for group, key in zip(found, keys, strict=True)]


def _line(group: LegalGroup | None, served: dict[str, int], reached: dict[str, int]) -> Line:
    cells = [(word, served.get(kind, 0)) for kind, word in COLUMNS]
    return Line(group, cells, reached.get(_Kind.LECTURE, 0), reached.get(_Kind.COUNSELLING, 0))
