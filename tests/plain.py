"""The plain rules: every figure evaluated subject by subject, in loops over rows, from the definition alone.

It shares no code with the engine, so that both being equal on random histories means something. It is slow, and
knows nothing of SQL, of spans of responsible units or of trees of units.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable

from branches.models import (
    CoveringLink,
    Election,
    InstructorPosting,
    Membership,
    PartyOrganization,
    PartyOrganizationState,
    Post,
    Term,
)
from demonstration.models import DemonstrationSite, Outreach, ServedPlace
from members.models import Member, MemberState
from orgs.models import Exclusion, OrganizationState, RegistryEvent, SocialOrganization
from portal.core.models import District, PlanTask, Target, Unit, UnitState
from tests.plain_plans import plan_tasks
from tests.plain_rows import Row, Sum, Verdict, by_id, is_on, rows_of, three_years_before, year_later
from tests.plain_sites import city_sites, district_sites
from training.models import Attendance, Course

NOTICE = datetime.date(2013, 10, 23)
ONE_DAY = datetime.timedelta(days=1)


class Plain:
    """All registers in memory, and the rules."""

    def __init__(self) -> None:
        self.units = by_id(Unit)
        self.unit_states = rows_of(UnitState)
        self.districts = by_id(District)
        self.organizations = by_id(SocialOrganization)
        self.organization_states = rows_of(OrganizationState)
        self.exclusions = rows_of(Exclusion)
        self.events = rows_of(RegistryEvent)
        self.sites = rows_of(DemonstrationSite)
        self.plan_tasks = rows_of(PlanTask)
        self.targets = rows_of(Target)
        self.parties = by_id(PartyOrganization)
        self.party_states = rows_of(PartyOrganizationState)
        self.links = rows_of(CoveringLink)
        self.postings = rows_of(InstructorPosting)
        self.members = {row["person_id"]: row for row in rows_of(Member)}
        self.member_states = rows_of(MemberState)
        self.memberships = rows_of(Membership)
        self.posts = rows_of(Post)
        self.terms = rows_of(Term)
        self.elections = rows_of(Election)
        self.courses = by_id(Course)
        self.attendance = rows_of(Attendance)
        self.places = by_id(ServedPlace)
        self.outreach = rows_of(Outreach)

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

    def gate_review(self, day: datetime.date) -> list[Verdict]:
        """What the registry decided this year so far; a review counts up to the day of the decision."""
        verdicts = []
        for event in self.events:
            decided, reviewed = event["decided_on"], event["reviewed_on"]
            if decided.year != day.year or decided > day:
                continue
            if reviewed is None or (reviewed > decided and reviewed > day):
                reason = "missing"
            else:
                reason = "late" if reviewed > decided else "reviewed"
            state = self.state_of(event["organization_id"], day)
            unit_id = self.responsible(event["organization_id"], day)[0]
            met = reason == "reviewed"
            verdicts.append(Verdict(event["id"], met, False, reason, unit_id, state["district_id"]))
        return verdicts

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

    def direct_election(self, day: datetime.date) -> list[Verdict]:
        """Elections at a change of term that were held less than three years ago, each one a subject."""
        verdicts = []
        for election in self.elections:
            changes_term = election["occasion"] in ("", "CHANGE_OF_TERM")
            if changes_term and three_years_before(day) < election["held_on"] <= day:
                states = (
                    s for s in self.party_states if s["party_organization_id"] == election["party_organization_id"]
                )
                state = next((s for s in states if is_on(s, day)), None)
                met = election["method"] == "PUBLIC_NOMINATION"
                reason = "direct" if met else "other-method"
                unit_id = state["supervising_unit_id"] if state else None
                verdicts.append(Verdict(election["id"], met, False, reason, unit_id))
        return verdicts

    # ── article 17 ───────────────────────────────────────────────────────────────────────────────────────────

    def is_of_lawyers(self, party_id: int, day: datetime.date) -> bool:
        """Whether an active party organization covers an organization of legal services that exists."""
        if not is_on(self.parties[party_id], day, "approved_on", "dissolved_on"):
            return False
        return any(
            link["party_organization_id"] == party_id
            and is_on(link, day)
            and is_on(self.organizations[link["organization_id"]], day, "established_on", "closed_on")
            and self.state_of(link["organization_id"], day)["field"] == "LEGAL_SERVICE"
            for link in self.links
        )

    def _of_kind(self, kind: str, day: datetime.date, serves: Callable[[Row], bool]) -> list[Verdict]:
        """The places of a kind; met where some row on it serves."""
        verdicts = []
        for place in self.places.values():
            if place["kind"] == kind and is_on(place, day):
                met = any(serves(row) for row in self.outreach if row["place_id"] == place["id"])
                reason = "served" if met else "unserved"
                verdicts.append(Verdict(place["id"], met, False, reason, None, place["district_id"]))
        return verdicts

    def legal_communities(self, day: datetime.date) -> list[Verdict]:
        """Communities with lawyers as their contact."""

        def serves(row: Row) -> bool:
            return row["kind"] == "LINK" and is_on(row, day) and self.is_of_lawyers(row["party_organization_id"], day)

        return self._of_kind("COMMUNITY", day, serves)

    def legal_schools(self, day: datetime.date) -> list[Verdict]:
        """Schools where lawyers lectured this year; lawyers on the day of the lecture."""

        def serves(row: Row) -> bool:
            held = row["valid_from"]
            in_time = datetime.date(day.year, 1, 1) <= held <= day
            return row["kind"] == "LECTURE" and in_time and self.is_of_lawyers(row["party_organization_id"], held)

        return self._of_kind("SCHOOL", day, serves)

    # ── all indicators, all groups ───────────────────────────────────────────────────────────────────────────

    def verdicts(self, code: str, day: datetime.date) -> list[Verdict]:
        """What the rules say of every subject of an indicator."""
        if code == "secretary-training":
            return self.secretary_training(day)
        if code == "gate-review":
            return self.gate_review(day)
        if code == "term-current":
            return self.term_current(day)
        if code == "direct-election":
            return self.direct_election(day)
        if code in ("city-sites", "district-sites"):
            found = {"city-sites": city_sites, "district-sites": district_sites}[code](self, day)
            return [Verdict(**verdict) for verdict in found]
        if code == "plan-tasks":
            return [Verdict(**verdict) for verdict in plan_tasks(self, day)]
        if code == "legal-communities":
            return self.legal_communities(day)
        if code == "legal-schools":
            return self.legal_schools(day)
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
