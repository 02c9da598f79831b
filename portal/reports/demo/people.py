"""Members, secretaries and their training, and what organizations reported of their members.

Every person is invented; personal numbers lie in an unassigned division, phones in unassigned numbers.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from random import Random

from branches.models import Membership, Post
from members.models import Member, MemberState, Person
from orgs.models import MemberReport
from portal.core.crypto import blind_index
from portal.core.models import Unit
from portal.reports.demo import codes
from portal.reports.demo.names import REASONS_UNSET, Names
from portal.reports.demo.organizations import Plan
from portal.reports.demo.parties import Party
from portal.reports.demo.places import Places
from portal.reports.demo.rows import Rows
from training.models import Attendance, Course

Day = datetime.date


def _days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)


class People:
    """Fills the party organizations with people."""

    def __init__(self, rows: Rows, places: Places, names: Names, rng: Random, end: Day) -> None:
        self._rows, self._places, self._names, self._rng, self._end = rows, places, names, rng, end
        self._numbers: set[str] = set()
        self._members: dict[int, int] = defaultdict(int)
        self.secretaries: list[tuple[Person, Party]] = []
        self._asked: dict[str, list[tuple[Post, Party]]] = defaultdict(list)

    def fill(self, plans: list[Plan], parties: list[Party]) -> None:
        """Members of every party organization, its secretaries, the training, and the reported numbers."""
        for party in parties:
            crew = [person for plan, link in party.links for person in self._crew(plan, party, link.valid_from)]
            if not crew:
                crew = [self._member(party.links[0][0], party, party.row.approved_on)]
            if party.trait == "two-branches" and self.secretaries:
                self._post(self.secretaries[-1][0], party, "SECRETARY", party.row.approved_on, None)
            else:
                self._posts(party, crew)
        for plan in plans:
            self._potential(plan)
            self._report(plan)
        self._train(parties)

    # ── members ──

    def _crew(self, plan: Plan, party: Party, since: Day) -> list[Person]:
        """Those who work at one covered organization and whose relation is held here."""
        rng, form = self._rng, party.state.form
        if plan.trait in ("joint-due", "functional-due"):
            size = 4
        elif form == "OWN":
            size = 3 + int(rng.expovariate(0.6))
        else:
            size = rng.choices((0, 1, 2, 3), (35, 40, 22, 3))[0]
        return [self._member(plan, party, since) for _ in range(3 if plan.shown and form == "JOINT" else size)]

    def _member(self, plan: Plan, party: Party | None, since: Day) -> Person:
        """A member who works at the organization; the relation is held in `party`, if any."""
        rng = self._rng
        born = Day(1955, 1, 1) + _days(rng.randrange(15_000))
        joined = max(born + _days(365 * 20), since - _days(rng.randrange(400, 7000)))
        converted: Day | None = joined + _days(365)
        if rng.random() < 0.04:
            joined, converted = self._end - _days(rng.randrange(30, 360)), None
        person = self._person(born)
        left = self._end - _days(rng.randrange(5, 900)) if rng.random() < 0.03 else None
        if left and left <= max(joined, since):
            left = None
        member = self._rows.add(
            Member(
                person=person,
                joined_on=joined,
                converted_on=converted,
                left_on=left,
                leave_reason="转出本市" if left else "",
            )
        )
        retired = plan.trait == "retired-members" or rng.random() < 0.05
        self._state(member, plan, "RETIRED" if retired else rng.choices(("FULL_TIME", "PART_TIME", ""), (80, 16, 4))[0])
        if party is not None:
            start = max(since, joined)
            out = start + _days(800) if rng.random() < 0.03 and start + _days(800) < self._end else None
            self._rows.add(
                Membership(person=person, party_organization=party.row, valid_from=start, valid_to=left or out)
            )
            self._members[plan.number] += converted is not None and not left and not out
        return person

    def _person(self, born: Day) -> Person:
        rng = self._rng
        number = codes.personal_number(born, rng.randrange(1000))
        while number in self._numbers:
            number = codes.personal_number(born, rng.randrange(1000))
        self._numbers.add(number)
        return self._rows.add(
            Person(
                opaque_id=f"{rng.getrandbits(60):015x}",
                name=self._names.person(),
                gender="MALE" if int(number[16]) % 2 else "FEMALE",
                id_number=number,
                id_index=blind_index(number),
                mobile=f"1900000{rng.randrange(10_000):04d}" if rng.random() < 0.6 else "",
            )
        )

    def _state(self, member: Member, plan: Plan, employment: str) -> None:
        rng = self._rng
        self._rows.add(
            MemberState(
                member=member,
                workplace=plan.row,
                employment=employment,
                education=rng.choice(("SECONDARY", "COLLEGE", "BACHELOR", "BACHELOR", "MASTER", "DOCTOR", "")),
                position=rng.choices(("HEAD", "MANAGEMENT", "PARTNER", "ORDINARY", ""), (12, 20, 3, 55, 10))[0],
                is_social_worker=plan.state.field == "SOCIAL_WORK" and rng.random() < 0.6,
                is_mobile=rng.random() < 0.05,
            )
        )

    def _potential(self, plan: Plan) -> None:
        """People who work here while their relation is held elsewhere, or nowhere that is known."""
        wanted = 4 if plan.trait == "potential" else 0
        if not self._members[plan.number] and not plan.trait and self._rng.random() < 0.2:
            wanted = self._rng.randrange(1, 5)
        for _ in range(wanted):
            elsewhere = self._rng.choice(self.secretaries)[1] if self.secretaries else None
            since = max(plan.row.established_on, elsewhere.row.approved_on) if elsewhere else plan.row.established_on
            self._member(plan, elsewhere if self._rng.random() < 0.5 else None, since)

    def _report(self, plan: Plan) -> None:
        """Two thirds report their numbers; what they report is near what is named, and sometimes more."""
        if plan.trait != "potential" and self._rng.random() > 0.65 and not plan.shown:
            return
        known = self._members[plan.number]
        day = max(plan.row.established_on, self._end.replace(month=3, day=31) - _days(365 * self._rng.randrange(3)))
        self._rows.add(
            MemberReport(
                organization=plan.row,
                reported_on=min(day, self._end),
                full=None if self._rng.random() < 0.1 else known + self._rng.choice((0, 0, 0, 1, 3)),
                probationary=self._rng.choice((None, 0, 0, 1)),
                activists=self._rng.choice((None, 0, 1, 2)),
                applicants=self._rng.choice((None, 0, 1, 3)),
                unset_reason=self._rng.choice(REASONS_UNSET) if not known else "",
                source="年检报告",
            )
        )

    # ── posts and training ──

    def _posts(self, party: Party, crew: list[Person]) -> None:
        """A secretary per term, mostly the same again; some were replaced on 1 September."""
        last = party.row.dissolved_on
        start = party.row.approved_on
        holder = crew[0]
        changes = [term.started_on for term in party.terms[1:] if self._rng.random() < 0.3]
        if party.trait == "replaced-secretary":
            year = self._end.year if self._end > Day(self._end.year, 9, 1) else self._end.year - 1
            changes = [Day(year, 9, 1)]
        for change in [c for c in changes if start < c]:
            self._post(holder, party, "SECRETARY", start, change)
            start, holder = change, self._rng.choice([p for p in crew if p is not holder] or [holder])
        self._post(holder, party, "SECRETARY", start, last)
        self.secretaries.append((holder, party))
        for role in ("DEPUTY", "COMMITTEE_MEMBER", "PARTY_WORKER"):
            if len(crew) > 2 and self._rng.random() < 0.3:
                self._post(self._rng.choice(crew), party, role, party.row.approved_on, last)

    def _post(self, person: Person, party: Party, role: str, start: Day, end: Day | None) -> None:
        post = self._rows.add(
            Post(
                person=person,
                party_organization=party.row,
                role=role,
                valid_from=start,
                valid_to=end,
                work_phone=f"0755-0100{self._rng.randrange(10_000):04d}" if role == "SECRETARY" else "",
            )
        )
        if role in ("SECRETARY", "PARTY_WORKER"):
            self._asked[person.opaque_id].append((post, party))

    def _train(self, parties: list[Party]) -> None:
        """Each year a three-day course in May, two days in September, one online; more come every year."""
        for year in range(2014, self._end.year + 1):
            for area in self._places.areas.values():
                held = [
                    self._course(area.offices["lead"].unit, area.key, year, number, *course)
                    for number, course in enumerate(
                        (
                            ("书记示范培训班", "CONCENTRATED", Day(year, 5, 12), 3),
                            ("党务工作者培训班", "CONCENTRATED", Day(year, 9, 15), 2),
                            ("网络专题班", "ONLINE", Day(year, 6, 1), 4),
                        ),
                        1,
                    )
                ]
                for posts in self._asked.values():
                    first, party = posts[0]
                    if party.area is area and any(_held_in(post, year) for post, _ in posts):
                        self._attend(first.person, held, year, party.trait)

    def _course(
        self, host: Unit, key: str, year: int, number: int, name: str, mode: str, day: Day, length: int
    ) -> Course:
        course = Course(
            code=f"PX{year}-{key}-{number}",
            name=f"{year}年社会组织{name}",
            host_unit=host,
            mode=mode,
            starts_on=day,
            ends_on=day + _days(length - 1),
            days=length,
        )
        return self._rows.add(course) if day <= self._end else course

    def _attend(self, person: Person, courses: list[Course], year: int, trait: str) -> None:
        may, september, online = courses
        luck = self._rng.random() + (year - 2014) * 0.008
        if trait in ("untrained", "half-trained"):
            chosen = {"untrained": [(online, "4")], "half-trained": [(may, "1.5"), (online, "4")]}[trait]
        elif luck > 0.35:
            chosen = [(may, "3")]
        elif luck > 0.2:
            chosen = [(may, "1.5"), (september, "2")]
        elif luck > 0.1:
            chosen = [(september, self._rng.choice(("0", "1", "2")))]
        else:
            chosen = [(online, "2")]
        for course, days in chosen:
            if course.starts_on <= self._end:
                self._rows.add(Attendance(course=course, person=person, days=days))


def _held_in(post: Post, year: int) -> bool:
    return post.valid_from.year <= year and (post.valid_to is None or post.valid_to.year >= year)
