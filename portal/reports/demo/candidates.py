"""Who stood in the elections of the demo city, what was approved, and who holds a public office (article 12).

Joint nomination, self-nomination and contested elections of secretaries become more over the years. Where members are
fewer than candidates the election keeps its numbers alone; some votes lie between the two bases of the majority.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from random import Random

from branches.elections import majority, quorum
from branches.models import Candidate, Election, Membership, Post, PublicOffice
from members.models import Member, Person
from portal.reports.demo.parties import Party
from portal.reports.demo.rows import Rows

Day = datetime.date
_CHANNELS = ("ORGANIZATION", "JOINT", "SELF", "SUPERIOR", "MASSES", "")
_BEFORE, _AFTER = (52, 10, 5, 18, 9, 6), (36, 30, 16, 5, 11, 2)
_RISES_FROM, _RISES_TO = 2012, 2022
_SESSIONS = (("第五届", Day(2010, 6, 1), Day(2015, 6, 1)), ("第六届", Day(2015, 6, 1), Day(2021, 6, 1)))
_SESSION = ("第七届", Day(2021, 6, 1), None)


class Candidates:
    """Lets members stand in elections; draws of its own, so that the rest of the city stays as it is."""

    def __init__(self, rows: Rows, rng: Random, end: Day) -> None:
        self._rows, self._rng, self._end = rows, rng, end
        self._members = self._held()
        self._secretaries = self._posts()

    def stand(self, parties: Iterable[Party]) -> None:
        """The candidates and the approval of every election."""
        of = {id(party.row): party for party in parties}
        for election in self._rows.of(Election):
            self._stand(election, of[id(election.party_organization)].shown)
            if election.held_on < self._end - datetime.timedelta(days=45) and self._rng.random() < 0.92:
                self._approve(election, of[id(election.party_organization)])

    def serve(self, parties: Iterable[Party]) -> None:
        """Some secretaries are delegates, people's deputies or CPPCC members, in every district at least one."""
        seated: set[str] = set()
        for party in parties:
            for person, start, _ in self._secretaries[id(party.row)][-1:]:
                is_wanted = party.shown or party.area.key not in seated
                if self._rng.random() < 0.12 or is_wanted:
                    self._seat(person, party, start, is_wanted)
                    seated.add(party.area.key)

    def _stand(self, election: Election, shown: bool) -> None:
        full = self._full(election)
        if shown and full:
            election.candidates = min(election.candidates or 1, len(full))
        if election.candidates is None or len(full) < election.candidates:
            return
        self._rng.shuffle(full)
        leader = self._leader(election)
        full.sort(key=lambda one: one is not leader)
        ones = full[: election.candidates]
        counts = election.due and election.present and election.present >= quorum(election.due)
        if election.occasion == "DELEGATES":
            self._enter(election, "DELEGATE", ones, election.seats or 1, bool(counts))
        elif election.seats == 1:
            ones = ones if self._contested(election) else ones[:1]
            election.candidates = len(ones)
            self._enter(election, "SECRETARY", ones, 1, bool(counts))
        else:
            self._enter(election, "COMMITTEE_MEMBER", ones, election.seats or 1, bool(counts))
            self._enter(election, "SECRETARY", ones[: 2 if self._contested(election) else 1], 1, bool(counts))

    def _enter(self, election: Election, post: str, people: list[Person], seats: int, counts: bool) -> None:
        """The candidates of one post; the first are elected."""
        present, due = election.present or 0, election.due or 0
        if counts and election.ballots is None:
            election.ballots = present - (self._rng.random() < 0.1)
        most = election.ballots or present
        for number, person in enumerate(people):
            won = number < seats
            least = min(majority(due) if self._rng.random() < 0.8 else majority(present), most)
            votes = self._rng.randint(least, most) if won else self._rng.randint(0, max(0, majority(present) - 2))
            self._rows.add(
                Candidate(
                    election=election,
                    person=person,
                    post=post,
                    channel=self._channel(election.held_on),
                    introduction=self._rng.choices(("WRITTEN", "MEETING", "ANSWERS", ""), (40, 35, 15, 10))[0],
                    votes=votes if counts else None,
                    elected=won if counts else None,
                )
            )

    def _risen(self, day: Day) -> float:
        return min(1.0, max(0.0, (day.year - _RISES_FROM) / (_RISES_TO - _RISES_FROM)))

    def _channel(self, day: Day) -> str:
        risen = self._risen(day)
        weights = [before + (after - before) * risen for before, after in zip(_BEFORE, _AFTER, strict=True)]
        return self._rng.choices(_CHANNELS, weights)[0]

    def _contested(self, election: Election) -> bool:
        return self._rng.random() < 0.18 + 0.4 * self._risen(election.held_on)

    def _approve(self, election: Election, party: Party) -> None:
        election.approved_on = min(election.held_on + datetime.timedelta(days=self._rng.randrange(4, 28)), self._end)
        election.approval_number = f"组复〔{election.approved_on.year}〕{self._rng.randrange(1, 200)}号"
        election.approving_unit = party.state.supervising_unit

    def _seat(self, person: Person, party: Party, since: Day, lately: bool) -> None:
        fitting = [one for one in (*_SESSIONS, _SESSION) if one[2] is None or one[2] > since]
        session, start, end = _SESSION if lately else self._rng.choice(fitting)
        if start > self._end:
            return
        level = self._rng.choices(("DISTRICT", "CITY"), (3, 1))[0]
        self._rows.add(
            PublicOffice(
                person=person,
                kind=self._rng.choice(("DELEGATE", "DEPUTY", "CONSULTATIVE")),
                level=level,
                district=party.area.on(self._end) if level == "DISTRICT" else None,
                session=session,
                channel=self._rng.choice(_CHANNELS[:5]),
                valid_from=start,
                valid_to=end if end and end <= self._end else None,
            )
        )

    def _leader(self, election: Election) -> Person | None:
        """Whoever held the post of secretary soon after."""
        soon = election.held_on + datetime.timedelta(days=60)
        posts = self._secretaries[id(election.party_organization)]
        return next((who for who, start, end in posts if start <= soon and (end is None or end > soon)), None)

    def _full(self, election: Election) -> list[Person]:
        """The full members whose relation it held on the day."""
        day = election.held_on
        return [
            person
            for person, start, end, converted, left in self._members[id(election.party_organization)]
            if start <= day and (end is None or day < end) and converted is not None and converted <= day
            and (left is None or day < left)
        ]  # fmt: skip

    def _held(self) -> dict[int, list[tuple[Person, Day, Day | None, Day | None, Day | None]]]:
        member = {id(one.person): one for one in self._rows.of(Member)}
        found = defaultdict(list)
        for one in self._rows.of(Membership):
            who = member.get(id(one.person))
            if who is not None:
                entry = (one.person, one.valid_from, one.valid_to, who.converted_on, who.left_on)
                found[id(one.party_organization)].append(entry)
        return found

    def _posts(self) -> dict[int, list[tuple[Person, Day, Day | None]]]:
        found = defaultdict(list)
        for one in self._rows.of(Post):
            if one.role == Post.Role.SECRETARY:
                found[id(one.party_organization)].append((one.person, one.valid_from, one.valid_to))
        return found
