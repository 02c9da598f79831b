"""How the organizations of the demo city are covered: party organizations, links, terms, postings, exclusions."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

from dateutil.relativedelta import relativedelta

from branches.models import CoveringLink, InstructorPosting, PartyOrganization, PartyOrganizationState, Term
from branches.terms import counts_until
from members.models import Person
from orgs.models import Exclusion
from portal.core.policy import NOTICE_DAY
from portal.reports.demo.history import BRANCH, COVERED_EARLY, UNCOVERED, WORK, day_reaching
from portal.reports.demo.names import Names
from portal.reports.demo.organizations import Plan
from portal.reports.demo.places import Area, Office, Places
from portal.reports.demo.rows import Rows

Day = datetime.date
EARLY_DAY = Day(2010, 3, 1)
JOINT_SIZE = 7


def _days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)


@dataclass
class Party:
    """One party organization while the city is being built, with what it covers."""

    row: PartyOrganization
    state: PartyOrganizationState
    area: Area
    links: list[tuple[Plan, CoveringLink]] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)

    @property
    def trait(self) -> str:
        """The trait of the organization for which it was made."""
        return self.links[0][0].trait if self.links else ""

    @property
    def shown(self) -> bool:
        """Whether it covers an organization that an account of the demo looks at."""
        return any(plan.shown for plan, _ in self.links)


class Parties:
    """Covers organizations in the order of the days on which it happened."""

    def __init__(self, rows: Rows, places: Places, names: Names, rng: Random, end: Day) -> None:
        self._rows, self._places, self._names, self._rng, self._end = rows, places, names, rng, end
        self._numbers = count(1)
        self._open: dict[tuple[str, ...], Party] = {}
        self._first: dict[int, tuple[Party, Day]] = {}
        self._pools: dict[tuple[str, bool], list[Person]] = {}
        self.made: list[Party] = []
        self.instructors: list[tuple[Person, Office]] = []

    def cover(self, plans: list[Plan]) -> None:
        """Everything that covers these organizations."""
        for day, _, plan, form in sorted(self._events(plans), key=lambda event: event[:2]):
            self._join(plan, day, form)
        for plan in plans:
            self._post(plan)
            self._exclude(plan)
            self._second_thoughts(plan)
        for party in self.made:
            self._terms(party)

    def covered_since(self, plan: Plan) -> Day | None:
        """Since when a party organization, counted or not, has covered it, if any ever did."""
        found = self._first.get(plan.number)
        return found and found[1]

    # ── when and how ──

    def _events(self, plans: list[Plan]) -> Iterator[tuple[Day, int, Plan, str]]:
        for plan in plans:
            day = self._covered_from(plan)
            if day is not None and day <= self._end and (plan.closed_on is None or day < plan.closed_on):
                yield day, plan.number, plan, self._form(plan, day)

    def _covered_from(self, plan: Plan) -> Day | None:
        """When a party organization, counted or not, first covers it."""
        if plan.trait == "gained-today":
            return self._end
        if plan.trait in COVERED_EARLY:
            return max(EARLY_DAY + _days(plan.number % 900), plan.row.established_on)
        if plan.trait in ("functional", "temporary", "functional-due"):
            return plan.row.established_on + _days(200)
        if plan.trait in UNCOVERED:
            return None
        rank = min(plan.rank, 40.0) if plan.trait in ("joint-due", "hub", "regional") else plan.rank
        day = day_reaching(BRANCH, rank)
        return day and max(day, plan.row.established_on + _days(self._rng.randrange(20, 150)))

    def _form(self, plan: Plan, day: Day) -> str:
        fixed = {
            "functional": "FUNCTIONAL",
            "functional-due": "FUNCTIONAL",
            "temporary": "TEMPORARY",
            "regional": "REGIONAL",
            "hub": "HUB",
            "joint-due": "JOINT",
            "gained-today": "OWN",
        }
        if plan.trait in fixed:
            return fixed[plan.trait]
        if plan.trait in COVERED_EARLY:
            return "OWN"
        if plan.state.field in ("TRADE_ASSOCIATION", "CHAMBER") and day > NOTICE_DAY + _days(120):
            return self._rng.choices(("OWN", "JOINT", "HUB"), (30, 25, 45))[0]
        return self._rng.choices(("OWN", "JOINT", "REGIONAL"), (34, 54, 12))[0]

    def _join(self, plan: Plan, day: Day, form: str) -> None:
        """Link to the open party organization of this kind and place, or to a new one."""
        if form in ("OWN", "FUNCTIONAL", "TEMPORARY"):
            party = self._make(f"{plan.row.name}{'临时' if form == 'TEMPORARY' else ''}党支部", form, plan, day)
        else:
            key = self._key(plan, day, form)
            party = self._open.get(key) or self._make(self._joint_name(plan, form, key), form, plan, day)
            self._open[key] = party
            if len(party.links) + 1 >= JOINT_SIZE * (4 if form == "HUB" else 1):
                del self._open[key]
        self.link(party, plan, day)

    def _key(self, plan: Plan, day: Day, form: str) -> tuple[str, ...]:
        if form == "HUB":
            return form, plan.state.trade or "OTHER"
        if day < NOTICE_DAY or plan.rule is None or plan.rule.level != "DISTRICT":
            return form, plan.area.key, plan.rule.unit.code if plan.rule else ""
        return form, plan.area.key, plan.street.office.unit.code

    def _joint_name(self, plan: Plan, form: str, key: tuple[str, ...]) -> str:
        number = 1 + sum(party.state.form == form and party.area is plan.area for party in self.made[-400:])
        if form == "HUB":
            trade = str(dict(plan.state._meta.get_field("trade").choices or [])[key[1]])
            return f"深圳市{trade}行业第{next(self._numbers)}联合党委"
        word = "区域联合" if form == "REGIONAL" else "联合"
        return f"{plan.area.before.name[:2]}{plan.street.name}片区第{number}{word}党支部"

    def _make(self, name: str, form: str, plan: Plan, day: Day) -> Party:
        supervisor = self._supervisor(plan, form, day)
        code = f"{plan.area.key}-{next(self._numbers):05d}"
        row = self._rows.add(
            PartyOrganization(
                code=code, name=name, approved_on=day, document_number=f"深社党〔{day.year}〕{code[-3:]}号"
            )
        )
        state = self._rows.add(
            PartyOrganizationState(
                party_organization=row,
                name=name,
                level="COMMITTEE" if form == "HUB" else "BRANCH",
                form=form,
                supervising_unit=supervisor.unit,
            )
        )
        self.made.append(Party(row, state, plan.area))
        return self.made[-1]

    def _supervisor(self, plan: Plan, form: str, day: Day) -> Office:
        """Before the notice mostly whoever the rule names; some districts had taken over (待理顺)."""
        if form == "HUB":
            return self._places.offices["SZ-LXGW"]
        if plan.trait == "straightened":
            return plan.area.offices["lead"]
        if plan.rule is None:
            return plan.area.offices["lead"]
        in_street = form in ("JOINT", "REGIONAL") and plan.rule.level == "DISTRICT" and day >= NOTICE_DAY
        return plan.street.office if in_street else plan.rule

    def link(self, party: Party, plan: Plan, day: Day, until: Day | None = None) -> None:
        """The party organization covers the organization from a day on."""
        made = self._rows.add(
            CoveringLink(party_organization=party.row, organization=plan.row, valid_from=day, valid_to=until)
        )
        party.links.append((plan, made))
        self._first.setdefault(plan.number, (party, day))

    # ── what happened later ──

    def _second_thoughts(self, plan: Plan) -> None:
        if plan.number not in self._first:
            return
        own = self._first[plan.number][0]
        if plan.trait == "dissolved":
            own.row.dissolved_on = self._end - _days(200)
        elif plan.trait == "link-ended":
            own.links[0][1].valid_to = self._end - _days(100)
        elif plan.trait == "doubly-covered":
            hub = next((p for p in self.made if p.state.form == "HUB"), None)
            if hub:
                self.link(hub, plan, max(hub.row.approved_on, plan.row.established_on) + _days(30))
            self._posting(plan, NOTICE_DAY + _days(60), None)
        elif plan.closed_on and own.state.form == "OWN":
            own.row.dissolved_on = max(plan.closed_on, own.row.approved_on)

    def _terms(self, party: Party) -> None:
        """Terms of three years, one after the other; some branches have not re-elected in time."""
        start, last = party.row.approved_on, party.row.dissolved_on or self._end
        late = {"overdue": 100, "extended": 60, "overextended": 400}.get(party.trait)
        if late is not None:
            start = self._end - _days(late) - relativedelta(years=3)
            last = start
        while start <= last:
            ends = start + relativedelta(years=3) - _days(1)
            party.terms.append(Term(party_organization=party.row, started_on=start, ends_on=ends, counts_until=ends))
            # some re-elected late: the branch was overdue for that long
            start = ends + _days(1 if self._rng.random() < 0.92 else self._rng.randrange(30, 240))
            if start + _days(400) > last and self._rng.random() < 0.06:
                break
        if party.trait in ("extended", "overextended"):
            term = party.terms[-1]
            term.extended_to = self._end + _days(120 if party.trait == "extended" else 30)
            term.counts_until = counts_until(term.ends_on, term.extended_to)
        for term in party.terms:
            self._rows.add(term)

    # ── party work without a party organization ──

    def _post(self, plan: Plan) -> None:
        """Instructors, from the day the curve of party work reaches it until a party organization covers it."""
        day = day_reaching(WORK, plan.rank)
        if plan.trait in ("posting-ended", "posting-ends-today", "overloaded-instructor"):
            day = plan.row.established_on + _days(90)
        elif plan.trait in ("founded-today", "functional", "temporary", "functional-due") or day is None:
            return
        day = max(day, plan.row.established_on + _days(self._rng.randrange(10, 60)))
        covered = self._first.get(plan.number)
        last = min(d for d in (covered and covered[1], plan.closed_on, self._end + _days(1)) if d)
        if plan.trait == "posting-ended":
            last = self._end - _days(150)
        elif plan.trait == "posting-ends-today":
            last = self._end
        while day < last:
            until = day + _days(self._rng.randrange(500, 1000))
            if last <= self._end:
                until = min(until, last)
            unlimited = until > self._end and self._rng.random() < 0.5
            self._posting(plan, day, None if unlimited else until)
            day = until

    def _posting(self, plan: Plan, day: Day, until: Day | None) -> None:
        sender = plan.area.offices["lead"]
        self._rows.add(
            InstructorPosting(
                person=self._instructor(plan, sender, lasting=until is None or until > self._end),
                organization=plan.row,
                role=self._rng.choices(("INSTRUCTOR", "LIAISON", "ORGANIZER"), (70, 20, 10))[0],
                sending_unit=sender.unit,
                origin=self._rng.choice(("POSTED", "NAMED")),
                work_phone=f"0755-0100{self._rng.randrange(10_000):04d}",
                valid_from=day,
                valid_to=until,
            )
        )

    def _instructor(self, plan: Plan, sender: Office, *, lasting: bool) -> Person:
        """Somebody of the district: one new for every fifth posting; one of them was given twelve at once."""
        pool = self._pools.setdefault((plan.area.key, lasting), [])
        many = plan.trait == "overloaded-instructor"
        if not pool or many:
            person = self._rows.add(
                Person(
                    opaque_id=f"{self._rng.getrandbits(60):015x}",
                    number=f"ZD-{len(self.instructors) + 1:04d}",
                    name=self._names.person(),
                )
            )
            self.instructors.append((person, sender))
            pool += [person] * (12 if many else 5)
        return pool.pop()

    def _exclude(self, plan: Plan) -> None:
        if plan.trait not in ("excluded", "excluded-before"):
            return
        start = max(NOTICE_DAY + _days(300), plan.row.established_on + _days(100))
        self._rows.add(
            Exclusion(
                organization=plan.row,
                valid_from=start,
                valid_to=start + _days(365) if plan.trait == "excluded-before" else None,
                reason=self._rng.choice(("长期停止活动", "正在清算", "无从业人员")),
                evidence=f"核查记录第{plan.number + 1}号",
                approver="市委组织部",
            )
        )
