"""The plain rules: every figure evaluated subject by subject, in loops over rows, from the definition alone.

It shares no code with the engine, so that both being equal on random histories means something. It is slow, and
knows nothing of SQL, of spans of responsible units or of trees of units.
"""

from __future__ import annotations

import calendar
import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from branches.models import (
    CoveringLink,
    InstructorPosting,
    Membership,
    PartyOrganization,
    PartyOrganizationState,
    Post,
    Term,
)
from members.models import Member, MemberState
from orgs.models import Exclusion, OrganizationState, SocialOrganization
from portal.core.models import District, Unit, UnitState
from training.models import Attendance, Course

Row = dict[str, Any]
NOTICE = datetime.date(2013, 10, 23)
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Verdict:
    """What the plain rules say of one subject."""

    id: int
    met: bool
    excluded: bool
    reason: str
    unit_id: int | None
    district_id: int | None = None
    street_id: int | None = None
    kind: str = ""
    field: str = ""

    @property
    def status(self) -> str:
        """The status of a list: exclusion is one of its own."""
        return "excluded" if self.excluded else "met" if self.met else "unmet"


@dataclass
class Sum:
    """Counts of one group."""

    eligible: int = 0
    met: int = 0
    excluded: int = 0
    adjusted_eligible: int = 0
    adjusted_met: int = 0
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, verdict: Verdict) -> None:
        """Count one subject."""
        self.eligible += 1
        self.reasons[verdict.reason] += 1
        self.met += verdict.met
        if verdict.excluded:
            self.excluded += 1
        else:
            self.adjusted_eligible += 1
            self.adjusted_met += verdict.met


def is_on(row: Row, day: datetime.date, start: str = "valid_from", end: str = "valid_to") -> bool:
    """From the first day up to, not including, the last."""
    if row[start] is not None and day < row[start]:
        return False
    return row[end] is None or day < row[end]


def year_later(day: datetime.date) -> datetime.date:
    """The same day twelve calendar months later, clamped to the month's end."""
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return datetime.date(day.year + 1, day.month, min(day.day, last))


class Plain:
    """All registers in memory, and the rules."""

    def __init__(self) -> None:
        self.units = _by_id(Unit)
        self.unit_states = _rows(UnitState)
        self.districts = _by_id(District)
        self.organizations = _by_id(SocialOrganization)
        self.organization_states = _rows(OrganizationState)
        self.exclusions = _rows(Exclusion)
        self.parties = _by_id(PartyOrganization)
        self.party_states = _rows(PartyOrganizationState)
        self.links = _rows(CoveringLink)
        self.postings = _rows(InstructorPosting)
        self.members = {row["person_id"]: row for row in _rows(Member)}
        self.member_states = _rows(MemberState)
        self.memberships = _rows(Membership)
        self.posts = _rows(Post)
        self.terms = _rows(Term)
        self.courses = _by_id(Course)
        self.attendance = _rows(Attendance)

    # ── what stood on the day ────────────────────────────────────────────────────────────────────────────────

    def unit(self, unit_id: int | None, day: datetime.date) -> Row | None:
        """The state of a unit."""
        return next((s for s in self.unit_states if s["unit_id"] == unit_id and is_on(s, day)), None)

    def chain(self, unit_id: int | None, day: datetime.date) -> list[Row]:
        """The unit and those above it."""
        found: list[Row] = []
        state = self.unit(unit_id, day)
        while state is not None and state not in found:
            found.append(state)
            state = self.unit(state["parent_id"], day)
        return found

    def party_on(self, party_id: int, day: datetime.date) -> Row | None:
        """The state of a party organization, if it is active."""
        if not is_on(self.parties[party_id], day, "approved_on", "dissolved_on"):
            return None
        states = (s for s in self.party_states if s["party_organization_id"] == party_id)
        return next((s for s in states if is_on(s, day)), None)

    def state_of(self, organization_id: int, day: datetime.date) -> Row:
        """The state of an organization."""
        states = (s for s in self.organization_states if s["organization_id"] == organization_id)
        return next(s for s in states if is_on(s, day))

    # ── article 1 ────────────────────────────────────────────────────────────────────────────────────────────

    def responsible(self, organization_id: int, day: datetime.date) -> tuple[int | None, str, int | None]:
        """(unit, basis, unit by the rule without line 1)."""
        unit_id, basis = self._by_rule(self.state_of(organization_id, day), day)
        kept = self._kept(organization_id, day)
        return (kept, "kept", unit_id) if kept is not None else (unit_id, basis, unit_id)

    def _kept(self, organization_id: int, day: datetime.date) -> int | None:
        candidates = []
        for link in self.links:
            if link["organization_id"] != organization_id or not is_on(link, day) or link["valid_from"] >= NOTICE:
                continue
            party = self.parties[link["party_organization_id"]]
            state = self.party_on(party["id"], day)
            if state is None or party["approved_on"] >= NOTICE:
                continue
            if state["form"] not in ("OWN", "JOINT", "REGIONAL", "HUB"):
                continue
            kinds = [unit["kind"] for unit in self.chain(state["supervising_unit_id"], day)]
            if "WORKING_COMMITTEE" in kinds or "DISTRICT_LEAD" in kinds:
                candidates.append((party["approved_on"], party["code"], state["supervising_unit_id"]))
        return min(candidates)[2] if candidates else None

    def _by_rule(self, state: Row, day: datetime.date) -> tuple[int | None, str]:
        registering = self._concrete(state["registering_unit_id"], day)
        professional = self._concrete(state["professional_unit_id"], day)
        for fields, bureau, committee, basis in (
            (("EDUCATION_TRAINING", "PRIVATE_SCHOOL"), "education-bureau", "education-committee", "education"),
            (("PRIVATE_HOSPITAL",), "health-bureau", "health-committee", "health"),
        ):
            if state["field"] in fields and registering and registering["function"] == bureau:
                found = self._with_function(committee, day)
                if registering["level"] == "CITY" and found is not None:
                    return found, basis
        if professional:
            return professional["unit_id"], "professional"
        if registering:
            return registering["unit_id"], "registry"
        return None, "unresolved"

    def _concrete(self, unit_id: int | None, day: datetime.date) -> Row | None:
        state = self.unit(unit_id, day)
        return None if state is None or state["kind"] == "PLACEHOLDER" else state

    def _with_function(self, function: str, day: datetime.date) -> int | None:
        codes = {}
        for state in self.unit_states:
            unit = self.units[state["unit_id"]]
            if state["function"] == function and is_on(state, day) and is_on(unit, day):
                codes[unit["code"]] = unit["id"]
        return codes[min(codes)] if codes else None

    # ── article 3 ────────────────────────────────────────────────────────────────────────────────────────────

    def population(self, day: datetime.date) -> list[int]:
        """Organizations that count."""
        return [
            pk
            for pk, row in self.organizations.items()
            if is_on(row, day, "established_on", "closed_on") and self.state_of(pk, day)["mode"] != "RECORDED"
        ]

    def reason(self, organization_id: int, day: datetime.date) -> str:
        """The first line that applies."""
        forms = set()
        for link in self.links:
            if link["organization_id"] == organization_id and is_on(link, day):
                state = self.party_on(link["party_organization_id"], day)
                if state is not None:
                    forms.add(state["form"])
        if "OWN" in forms:
            return "own"
        if forms & {"JOINT", "REGIONAL"}:
            return "joint"
        if "HUB" in forms:
            return "hub"
        if forms & {"FUNCTIONAL", "TEMPORARY"}:
            return "functional"
        posted = any(p["organization_id"] == organization_id and is_on(p, day) for p in self.postings)
        return "instructor" if posted else "none"

    def firm(self, organization_id: int, day: datetime.date) -> int:
        """Its own full members whose relation is held in a party organization that covers it."""
        people = set()
        for membership in self.memberships:
            person, party = membership["person_id"], membership["party_organization_id"]
            if not is_on(membership, day) or self.party_on(party, day) is None or person not in self.members:
                continue
            covers = any(
                k["party_organization_id"] == party and k["organization_id"] == organization_id and is_on(k, day)
                for k in self.links
            )
            if covers and self._works_at(person, organization_id, day) and self._is_full(person, day):
                people.add(person)
        return len(people)

    def _works_at(self, person: int, organization_id: int, day: datetime.date) -> bool:
        states = [s for s in self.member_states if s["member_id"] == person and is_on(s, day)]
        return any(s["workplace_id"] == organization_id and s["employment"] != "RETIRED" for s in states)

    def _is_full(self, person: int, day: datetime.date) -> bool:
        member = self.members[person]
        left = member["left_on"] is not None and member["left_on"] <= day
        return not left and member["converted_on"] is not None and member["converted_on"] <= day

    def _organization(self, pk: int, day: datetime.date, met: tuple[str, ...], *, exclusions: bool) -> Verdict:
        state, reason = self.state_of(pk, day), self.reason(pk, day)
        excluded = any(x["organization_id"] == pk and is_on(x, day) for x in self.exclusions)
        return Verdict(
            id=pk,
            met=reason in met,
            excluded=excluded and exclusions,
            reason=reason,
            unit_id=self.responsible(pk, day)[0],
            district_id=state["district_id"],
            street_id=state["subdistrict_id"],
            kind=state["kind"],
            field=state["field"],
        )

    # ── articles 9 and 12 ────────────────────────────────────────────────────────────────────────────────────

    def secretary_training(self, day: datetime.date) -> list[Verdict]:
        """People who hold a post on the day, or held posts on 183 days of the year so far."""
        january = datetime.date(day.year, 1, 1)
        verdicts = []
        for person in sorted({p["person_id"] for p in self.posts}):
            held: dict[datetime.date, set[str]] = defaultdict(set)
            for post in self.posts:
                if post["person_id"] == person and post["role"] in ("SECRETARY", "PARTY_WORKER"):
                    self._walk(post, january, day, held)
            if day not in held and len(held) < 183:
                continue
            code = min(held[day]) if day in held else min(set().union(*held.values()))
            party = next(p for p in self.parties.values() if p["code"] == code)
            states = (s for s in self.party_states if s["party_organization_id"] == party["id"])
            state = next((s for s in states if is_on(s, day)), None)
            reason = self._trained(person, january, day)
            unit_id = state["supervising_unit_id"] if state else None
            verdicts.append(Verdict(person, reason == "trained", False, reason, unit_id))
        return verdicts

    def _walk(self, post: Row, first: datetime.date, last: datetime.date, held: dict[datetime.date, set[str]]) -> None:
        party, day = self.parties[post["party_organization_id"]], first
        while day <= last:
            if is_on(post, day) and is_on(party, day, "approved_on", "dissolved_on"):
                held[day].add(party["code"])
            day += ONE_DAY

    def _trained(self, person: int, january: datetime.date, day: datetime.date) -> str:
        attended = []
        for row in self.attendance:
            course = self.courses[row["course_id"]]
            if row["person_id"] != person or row["days"] <= 0 or course["mode"] != "CONCENTRATED":
                continue
            if january <= course["starts_on"] <= day:
                attended.append(row["days"])
        if not attended:
            return "no-concentrated"
        return "trained" if sum(attended) >= 3 else "too-few-days"

    def term_current(self, day: datetime.date) -> list[Verdict]:
        """Active party organizations with a term begun by the day; the latest one counts."""
        verdicts = []
        for party in self.parties:
            state = self.party_on(party, day)
            begun = [t for t in self.terms if t["party_organization_id"] == party and t["started_on"] <= day]
            if state is None or not begun:
                continue
            term = max(begun, key=lambda t: t["started_on"])
            extended = term["extended_to"]
            if day <= term["ends_on"]:
                reason = "in-term"
            elif extended is not None and day <= extended and day <= year_later(term["ends_on"]):
                reason = "extended"
            else:
                reason = "overdue"
            verdicts.append(Verdict(party, reason != "overdue", False, reason, state["supervising_unit_id"]))
        return verdicts

    # ── all indicators, all groups ───────────────────────────────────────────────────────────────────────────

    def verdicts(self, code: str, day: datetime.date) -> list[Verdict]:
        """What the rules say of every subject of an indicator."""
        if code == "secretary-training":
            return self.secretary_training(day)
        if code == "term-current":
            return self.term_current(day)
        everyone = self.population(day)
        if code == "formation-due":
            due = [pk for pk in everyone if self.firm(pk, day) >= 3]
            return [self._organization(pk, day, ("own",), exclusions=False) for pk in due]
        met = {
            "branch-coverage": ("own", "joint", "hub"),
            "work-coverage": ("own", "joint", "hub", "functional", "instructor"),
        }[code]
        return [self._organization(pk, day, met, exclusions=True) for pk in everyone]

    def groups(self, verdicts: list[Verdict], by: str, day: datetime.date) -> dict[str, Sum]:
        """Counts of every group of a grouping."""
        sums: dict[str, Sum] = defaultdict(Sum)
        for code in self._listed(by, day):
            sums[code] = Sum()
        for verdict in verdicts:
            for code in self._places(verdict, by, day):
                sums[code].take(verdict)
        return dict(sums)

    def _listed(self, by: str, day: datetime.date) -> list[str]:
        valid = [u for u in self.units.values() if is_on(u, day) and self._concrete(u["id"], day)]
        if by == "unit":
            return [u["code"] for u in valid]
        if by == "street":
            return [u["code"] for u in valid if (self.unit(u["id"], day) or {})["kind"] == "SUBDISTRICT"]
        if by == "district":
            return [d["code"] for d in self.districts.values() if is_on(d, day)]
        return {
            "city": ["city"],
            "kind": list(OrganizationState.Kind.labels),
            "field": list(OrganizationState.Field.labels),
        }[by]

    def _places(self, verdict: Verdict, by: str, day: datetime.date) -> list[str]:
        listed = self._listed(by, day)
        if by == "city":
            return listed
        if by == "unit":
            above = [self.units[state["unit_id"]]["code"] for state in self.chain(verdict.unit_id, day)]
            return [code for code in above if code in listed]
        value = {
            "district": lambda: self.districts.get(verdict.district_id, {}).get("code"),
            "street": lambda: self.units.get(verdict.street_id, {}).get("code"),
            "kind": lambda: dict(OrganizationState.Kind.choices).get(verdict.kind),
            "field": lambda: dict(OrganizationState.Field.choices).get(verdict.field),
        }[by]()
        return [value if value in listed else "-"]


def _rows(model: Any) -> list[Row]:
    names = [f.attname for f in model._meta.concrete_fields]
    manager = model.rows if hasattr(model, "rows") else model.objects
    return [dict(zip(names, row, strict=True)) for row in manager.order_by("pk").values_list(*names)]


def _by_id(model: Any) -> dict[Any, Row]:
    return {row["id"]: row for row in _rows(model)}
