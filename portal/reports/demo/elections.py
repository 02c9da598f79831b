"""Elections of the demo city (article 12): one at the beginning of every term, by-elections, delegates, some that
have just been held after the end of a term.

The share of 公推直选 rises over the years; some elections miss the rules of their day, of some the numbers or the
occasion were never written down.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from random import Random

from branches.elections import fewest_candidates, quorum
from branches.models import Election, Membership
from members.models import Member
from portal.reports.demo.parties import Party
from portal.reports.demo.rows import Rows

Day = datetime.date
_RISES_FROM, _RISES_TO = Day(2010, 1, 1), Day(2022, 1, 1)


class Elections:
    """Holds elections in the party organizations; draws of its own, so that the rest of the city stays as it is."""

    def __init__(self, rows: Rows, rng: Random, end: Day) -> None:
        self._rows, self._rng, self._end = rows, rng, end
        self._members = self._held()

    def hold(self, parties: list[Party]) -> None:
        """All elections of these party organizations."""
        for party in parties:
            days: set[Day] = set()
            for number, term in enumerate(party.terms):
                first = number == 0 and term.started_on == party.row.approved_on
                occasion = "FOUNDING" if first else "CHANGE_OF_TERM" if self._rng.random() < 0.93 else ""
                self._hold(party, term.started_on, occasion, days)
            self._between(party, days)
            self._awaiting(party, days)

    def _between(self, party: Party, days: set[Day]) -> None:
        """A by-election or one of delegates in the middle of a term."""
        occasion = self._rng.choices(("", "BY_ELECTION", "DELEGATES"), (88, 9, 3))[0]
        day = party.terms[-1].started_on + datetime.timedelta(days=self._rng.randrange(200, 900))
        last = party.row.dissolved_on or self._end
        if occasion and day < last:
            self._hold(party, day, occasion, days)

    def _awaiting(self, party: Party, days: set[Day]) -> None:
        """Some whose term has ended have just elected and wait for the approval, which makes the next term."""
        if party.row.dissolved_on or not party.terms or party.terms[-1].counts_until >= self._end:
            return
        if self._rng.random() < 0.3:
            day = self._end - datetime.timedelta(days=self._rng.randrange(3, 40))
            self._hold(party, day, "CHANGE_OF_TERM", days)

    def _hold(self, party: Party, day: Day, occasion: str, days: set[Day]) -> None:
        if day in days or day > self._end:
            return
        days.add(day)
        made = Election(party_organization=party.row, held_on=day, occasion=occasion, method=self._method(day))
        if self._rng.random() < 0.9 or party.shown:
            self._count(made, party)
        self._rows.add(made)

    def _method(self, day: Day) -> str:
        share = min(1.0, max(0.0, (day - _RISES_FROM).days / (_RISES_TO - _RISES_FROM).days))
        direct = 15 + round(65 * share)
        weights = (direct, (100 - direct) * 3 // 5, (100 - direct) * 2 // 5)
        return self._rng.choices(("PUBLIC_NOMINATION", "DIRECT", "BY_COMMITTEE"), weights)[0]

    def _count(self, election: Election, party: Party) -> None:
        """Who was due and came, how many seats and candidates there were; a few do not fit the rules."""
        rng = self._rng
        due = max(3, self._full(party, election.held_on))
        seats = 3 if due >= 7 else 1
        short, close = rng.random() < 0.04, rng.random() < 0.06
        needed = quorum(due)
        election.due = due
        election.present = needed - 1 if short else rng.randint(needed, due)
        election.seats = seats
        election.candidates = seats if close else fewest_candidates(seats) + (rng.random() < 0.2)

    def _full(self, party: Party, day: Day) -> int:
        """The full members whose relation it holds on the day."""
        return sum(
            start <= day and (end is None or day < end) and converted is not None and converted <= day
            for start, end, converted in self._members[id(party.row)]
        )

    def _held(self) -> dict[int, list[tuple[Day, Day | None, Day | None]]]:
        """By party organization from when until when it holds whose relation, and since when they are full members."""
        converted = {id(one.person): one.converted_on for one in self._rows.of(Member)}
        found: dict[int, list[tuple[Day, Day | None, Day | None]]] = defaultdict(list)
        for one in self._rows.of(Membership):
            span = one.valid_from, one.valid_to, converted.get(id(one.person))
            found[id(one.party_organization)].append(span)
        return found
