"""谁服务谁: the party organizations of lawyers and the communities of a district, what is unserved first (article 17).

Whether a community is served says the engine (`legal-communities`); this only lays names beside it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from branches.models import PartyOrganization
from demonstration.models import Outreach, ServedPlace
from demonstration.served import lawyers_on
from portal.core.indicators import indicator
from portal.core.models import District
from portal.core.scoping import Scope
from portal.core.subjects import standings
from portal.core.validity import active_on

COMMUNITIES = "legal-communities"
#: so many columns can be read side by side; beyond it every row names who serves it
MOST_COLUMNS = 10


@dataclass(frozen=True)
class Head:
    """A party organization of lawyers: how many communities of the district it serves, and whether its page opens for
    the account."""

    party: PartyOrganization
    serves: int
    opens: bool


@dataclass(frozen=True)
class Line:
    """One row: a community, whether it is served, and since when by each column."""

    place: ServedPlace
    served: bool
    cells: Sequence[tuple[Head, datetime.date | None]]

    @property
    def by(self) -> list[tuple[Head, datetime.date]]:
        """Who serves it, since when, as far as the account may know it."""
        return [(head, since) for head, since in self.cells if since]


@dataclass(frozen=True)
class Matrix:
    """Who serves whom in one district on one day. `idle` are those of the district that serve nobody in it."""

    district: District
    day: datetime.date
    heads: Sequence[Head]
    idle: Sequence[Head]
    lines: Sequence[Line]

    @property
    def unserved(self) -> int:
        """How many communities nobody serves."""
        return sum(1 for line in self.lines if not line.served)

    @property
    def crosses(self) -> bool:
        """Whether each party organization has a column of its own."""
        return 0 < len(self.heads) <= MOST_COLUMNS


def matrix(district: District, day: datetime.date, scope: Scope) -> Matrix:
    """The matrix of a district; five statements at most."""
    rows = ServedPlace.objects.within(scope).filter(district=district, kind=ServedPlace.Kind.COMMUNITY)
    known = {place.pk: place for place in rows.order_by("code")}
    standing = standings(indicator(COMMUNITIES), day, known)
    lawyers = lawyers_on(day)
    links = [link for link in _links(standing, day, scope) if link.party_organization_id in lawyers]
    since = {(link.place_id, link.party_organization_id): link.valid_from for link in links}
    heads = _heads(links, [party for party, at in lawyers.items() if district.pk in at], scope)
    serving = [head for head in heads if head.serves]
    lines = [
        Line(known[pk], one.met, [(head, since.get((pk, head.party.pk))) for head in serving])
        for pk, one in standing.items()
    ]
    lines.sort(key=lambda line: (line.served, line.place.code))
    return Matrix(district, day, serving, [head for head in heads if not head.serves], lines)


def _links(places: Iterable[int], day: datetime.date, scope: Scope) -> list[Outreach]:
    """Who is the contact of these places, as far as the scope sees it; of two rows of one the earlier stands last."""
    rows = Outreach.objects.within(scope).filter(active_on(day), kind=Outreach.Kind.LINK, place__in=list(places))
    return list(rows.select_related("party_organization").order_by("-valid_from", "pk"))


def _heads(links: Sequence[Outreach], near: Iterable[int], scope: Scope) -> list[Head]:
    """Who serves somebody here, who serves most first; then those `near` that do not and may be named."""
    served = {(link.place_id, link.party_organization_id) for link in links}
    serves = Counter(party for _, party in served)
    parties = {link.party_organization_id: link.party_organization for link in links}
    opens = {one.pk: one for one in PartyOrganization.objects.within(scope).filter(pk__in={*parties, *near})}
    heads = [Head(party, serves[pk], pk in opens) for pk, party in {**parties, **opens}.items()]
    return sorted(heads, key=lambda head: (-head.serves, head.party.code))
