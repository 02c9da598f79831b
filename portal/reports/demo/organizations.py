"""The organizations of the demo city: what the civil-affairs bureau knows of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from orgs.models import OrganizationState, SocialOrganization
from orgs.supervision import responsible_unit
from portal.core.models import District
from portal.reports.demo import codes
from portal.reports.demo.history import COVERED_EARLY, FIRST_DAY, TRAITS
from portal.reports.demo.names import TRADES, Names
from portal.reports.demo.places import SPLIT_DAY, Area, Office, Places, Street
from portal.reports.demo.rows import Rows

Day = datetime.date
CODES_DAY = Day(2015, 10, 1)
GOLDEN = 0.6180339887498949
NEW_DISTRICT_OPENS = Day(2014, 2, 1)
_PREFIX = {"ASSOCIATION": "51", "PRIVATE_NON_ENTERPRISE": "52", "FOUNDATION": "53", "INTERMEDIARY": "31"}
_REGISTERS = {
    "ASSOCIATION": "社证字",
    "PRIVATE_NON_ENTERPRISE": "民证字",
    "FOUNDATION": "基证字",
    "INTERMEDIARY": "中证字",
}
_KINDS = {"ASSOCIATION": 42, "PRIVATE_NON_ENTERPRISE": 51, "FOUNDATION": 3, "INTERMEDIARY": 4}
_FIELDS = {
    "ASSOCIATION": {"TRADE_ASSOCIATION": 34, "CHAMBER": 12, "CHARITY": 8, "VOLUNTEERING": 12, "OTHER": 34},
    "PRIVATE_NON_ENTERPRISE": {
        "EDUCATION_TRAINING": 24,
        "PRIVATE_SCHOOL": 16,
        "PRIVATE_HOSPITAL": 4,
        "HEALTH": 6,
        "SOCIAL_WORK": 24,
        "CHARITY": 8,
        "VOLUNTEERING": 4,
        "MIGRANT_SERVICE": 4,
        "OTHER": 10,
    },
    "FOUNDATION": {"CHARITY": 1},
    "INTERMEDIARY": {"LEGAL_SERVICE": 3, "ACCOUNTING": 2},
}
#: work in the streets, of which the street's own office is a professional supervising unit now and then
_OF_STREETS = ("CHARITY", "VOLUNTEERING", "SOCIAL_WORK", "MIGRANT_SERVICE")
_SUPERVISING = {
    "CHARITY": ("SZ-TW",),
    "VOLUNTEERING": ("SZ-TW",),
    "SOCIAL_WORK": ("SZ-TW",),
    "TRADE_ASSOCIATION": ("SZ-KC",),
    "OTHER": ("SZ-WTJ", "SZ-XCB"),
}


@dataclass
class Plan:
    """One organization while the city is being built; `rank` 0–100 is its place in the order of coverage."""

    number: int
    trait: str
    row: SocialOrganization
    state: OrganizationState
    area: Area
    street: Street
    registering: Office | None
    professional: Office | None
    rule: Office | None
    rank: float = 0.0
    #: an account of the demo looks at it: it has a row in every register
    shown: bool = False

    @property
    def closed_on(self) -> Day | None:
        """From this day on it is closed."""
        return self.row.closed_on


class Organizations:
    """Draws organizations one after the other."""

    def __init__(self, rows: Rows, places: Places, names: Names, rng: Random, end: Day) -> None:
        self._rows, self._places, self._names, self._rng, self._end = rows, places, names, rng, end

    def draw(self, how_many: int) -> list[Plan]:
        """The organizations of the city."""
        traits = list(TRAITS)
        weights = [*TRAITS.values(), 1000 - sum(TRAITS.values())]
        plans: list[Plan] = []
        for number in range(how_many):
            if number < len(traits):
                trait = traits[number]
            else:
                trait = self._rng.choices([*traits, ""], weights)[0]
            plans.append(self._organization(number, trait, plans[-1] if plans else None))
        self._rank(plans)
        return plans

    def _rank(self, plans: list[Plan]) -> None:
        """Spread the order of coverage evenly over the organizations of every year, by the golden ratio, so that
        also a small city follows the curve; districts are ahead or behind by their points."""
        offset = self._rng.random()
        for position, plan in enumerate(sorted(plans, key=lambda p: (p.row.established_on, p.number))):
            ahead = plan.area.lead_points if plan.registering and plan.registering.level == "DISTRICT" else 0
            plan.rank = (offset + position * GOLDEN) % 1 * 100 - ahead

    def _weighted(self, weights: dict[str, int]) -> str:
        return self._rng.choices(list(weights), list(weights.values()))[0]

    def _organization(self, number: int, trait: str, previous: Plan | None) -> Plan:
        kind = self._weighted(_KINDS)
        field = self._weighted(_FIELDS[kind])
        trade = self._trade(field)
        area = self._area(trait)
        street = self._rng.choice(area.streets)
        established, closed = self._life(trait, area)
        registering, professional = self._offices(trait, area, kind, field)
        is_of_street = field in _OF_STREETS and registering is area.offices["MZJ"] and number % 3 == 0
        if is_of_street and not trait and street.origin is None:
            professional = professional or street.office
        in_city = registering is not None and registering.level != "DISTRICT"
        place = "深圳市" if in_city else area.on(established).name
        name = self._names.organization(place, "" if in_city else street.name, kind, field, trade)
        if trait == "namesake" and previous is not None:
            name = previous.row.name
        row = self._rows.add(self._row(number, kind, area, name, established, closed))
        if closed:
            row.closing = "REVOKED" if trait == "revoked" else "CANCELLED"
        state = self._state(row, trait, kind, field, trade, registering, professional)
        rule = self._rule(field, registering, professional)
        plan = Plan(number, trait, row, state, area, street, registering, professional, rule)
        self._states(plan)
        return plan

    def _state(
        self,
        row: SocialOrganization,
        trait: str,
        kind: str,
        field: str,
        trade: str,
        registering: Office | None,
        professional: Office | None,
    ) -> OrganizationState:
        """Its first state, still without a place."""
        staff = self._rng.choice((None, 6, 9, 12, 18, 25, 40, 80))
        return OrganizationState(
            organization=row,
            kind=kind,
            field=field,
            trade=trade,
            registering_unit=registering.unit if registering else None,
            professional_unit=professional.unit if professional else None,
            professional_unit_written="深圳市民政市政局" if trait == "written-professional" else "",
            mode={"recorded": "RECORDED", "mode-unknown": ""}.get(trait, "REGISTERED"),
            importance=self._rng.choices(("", "KEY", "LEADING"), (90, 7, 3))[0],
            staff=staff,
            full_time_staff=staff * 2 // 3 if staff else None,
        )

    def _trade(self, field: str) -> str:
        if field == "TRADE_ASSOCIATION":
            return self._rng.choice(list(TRADES))
        return self._rng.choice(("", "", "CULTURE", "OTHER", "CATERING")) if field in ("OTHER", "CHAMBER") else ""

    def _area(self, trait: str) -> Area:
        areas = list(self._places.areas.values())
        if trait in COVERED_EARLY or trait in ("moved", "old-closed"):
            areas = [area for area in areas if area.key != "DP"]
        if trait == "overloaded-instructor":
            areas = [area for area in areas if area.weight > 130]
        return self._rng.choices(areas, [area.weight for area in areas])[0]

    def _life(self, trait: str, area: Area) -> tuple[Day, Day | None]:
        end, day_of = self._end, datetime.timedelta
        if trait == "founded-today":
            return end, None
        if trait == "old-closed":
            return Day(2006, 5, 1) + day_of(self._rng.randrange(900)), Day(2014, 1, 10) + day_of(
                self._rng.randrange(120)
            )
        if trait in COVERED_EARLY:
            return FIRST_DAY + day_of(self._rng.randrange(1800)), None
        first = NEW_DISTRICT_OPENS if area.key == "DP" else FIRST_DAY
        span = (end - first).days
        # more were founded in later years
        established = first + day_of(int(span * self._rng.random() ** 0.85))
        if trait in ("closed-today", "revoked"):
            established = min(established, end - day_of(500))
            return established, end if trait == "closed-today" else end - day_of(self._rng.randrange(20, 300))
        if trait == "" and self._rng.random() < 0.12 and (end - established).days > 400:
            return established, established + day_of(self._rng.randrange(365, (end - established).days))
        if trait:
            return min(established, end - day_of(700)), None
        return established, None

    def _offices(self, trait: str, area: Area, kind: str, field: str) -> tuple[Office | None, Office | None]:
        """Who registers it, and its professional supervising unit."""
        office = self._places.offices
        special: dict[str, tuple[Office | None, Office | None]] = {
            "unregistered": (None, None),
            "placeholder-registry": (self._places.placeholder, None),
            "placeholder-professional": (office["SZ-MZJ"], self._places.placeholder),
            "written-professional": (area.offices["MZJ"], None),
            "provincial": (office["GD-MZT"], None),
            "provincial-professional": (office["SZ-MZJ"], self._rng.choice((office["GD-WL"], office["GD-KJT"]))),
            "ended-unit": (office["SZ-MZJ"], office["SZ-LLB"]),
            "straightened": (area.offices["MZJ"], None),
            "kept": (area.offices["MZJ"], None),
        }
        if trait in special:
            return special[trait]
        if field in ("EDUCATION_TRAINING", "PRIVATE_SCHOOL"):
            return (office["SZ-JYJ"] if self._rng.random() < 0.3 else area.offices["JYJ"]), None
        if field == "PRIVATE_HOSPITAL":
            return (office["SZ-WJW"] if self._rng.random() < 0.6 else area.offices["MZJ"]), None
        in_city = kind == "FOUNDATION" or self._rng.random() < 0.35
        registering = office["SZ-MZJ"] if in_city else area.offices["MZJ"]
        return registering, self._professional(area, field, in_city)

    def _professional(self, area: Area, field: str, in_city: bool) -> Office | None:
        """The office whose business it is; some have none, some only a word."""
        office, chance = self._places.offices, self._rng.random()
        if field == "LEGAL_SERVICE":
            return office["SZ-SFJ"] if in_city else area.offices["SFJ"]
        if field == "ACCOUNTING":
            return office["SZ-CZJ"]
        if chance < 0.5 and field == "OTHER" and not in_city:
            return area.offices["WTJ"]
        if chance < 0.5 and field in _SUPERVISING and in_city:
            return office[self._rng.choice(_SUPERVISING[field])]
        return self._places.placeholder if chance > 0.9 else None

    def _rule(self, field: str, registering: Office | None, professional: Office | None) -> Office | None:
        """Article 1 without its first line, for choosing who supervises a party organization."""
        education, health = self._places.offices["SZ-JYGW"], self._places.offices["SZ-WSGW"]
        ruling = responsible_unit(
            field=field,
            registering=registering,
            professional=professional,
            education_committee=education,
            health_committee=health,
            kept=None,
        )
        return next((o for o in (education, health, professional, registering) if o and o.id == ruling.unit_id), None)

    def _row(
        self, number: int, kind: str, area: Area, name: str, established: Day, closed: Day | None
    ) -> SocialOrganization:
        division = area.before.gb_code or (area.after.gb_code if area.after else "") or "440300"
        code = codes.credit_code(number, _PREFIX[kind], division)
        early = established < CODES_DAY
        number_of_register = f"深{area.before.name[:2]}{_REGISTERS[kind]}第{4030000 + number}号"
        return SocialOrganization(
            credit_code=None if closed and closed < CODES_DAY else code,
            registration_number=number_of_register if early else None,
            organization_code=code[8:17],
            opaque_id=f"{self._rng.getrandbits(60):015x}",
            name=name,
            established_on=established,
            closed_on=closed,
        )

    def _states(self, plan: Plan) -> None:
        """Its state, cut wherever its district, street or unit changed."""
        plan.state.district = None if plan.trait == "unplaced" else plan.area.before
        if plan.trait == "written-street":
            plan.state.subdistrict_written = f"{plan.street.name}街道办事处(旧址)"
        elif plan.trait != "unplaced":
            plan.state.subdistrict = (plan.street.origin or plan.street.office).unit
        self._rows.add(plan.state)
        cuts = [*self._renewals(plan), *self._moves(plan)]
        for day, facts in sorted(cuts, key=lambda cut: cut[0]):
            if plan.row.established_on < day < (plan.closed_on or self._end):
                self._cut(plan, day, facts)
            elif day <= plan.row.established_on:
                for name, value in facts.items():
                    setattr(plan.state, name, value)
        self._rename(plan)

    def _renewals(self, plan: Plan) -> Iterator[tuple[Day, dict[str, object]]]:
        """What changed for everybody: new districts became districts, streets were split."""
        if plan.trait == "unplaced":
            return
        if plan.area.after and plan.area.changed_on:
            yield plan.area.changed_on, {"district": plan.area.after}
        if plan.street.origin and plan.trait != "written-street":
            yield SPLIT_DAY, {"subdistrict": plan.street.office.unit}

    def _moves(self, plan: Plan) -> Iterator[tuple[Day, dict[str, object]]]:
        """Its own changes: it moved to another district, or another unit registers it."""
        day = plan.row.established_on + (self._end - plan.row.established_on) // 2
        if plan.trait == "changed-unit":
            yield day, {"registering_unit": plan.area.offices["MZJ"].unit, "professional_unit": None}
        if plan.trait == "moved":
            others = [a for a in self._places.areas.values() if a is not plan.area and not a.after]
            new = self._rng.choice(others)
            street = self._rng.choice([s for s in new.streets if s.origin is None])
            yield (
                self._end - datetime.timedelta(days=45),
                {
                    "district": new.before,
                    "subdistrict": street.office.unit,
                    "registering_unit": new.offices["MZJ"].unit,
                },
            )

    def _cut(self, plan: Plan, day: Day, facts: dict[str, object]) -> None:
        fields = [f.name for f in OrganizationState._meta.concrete_fields if f.name not in ("id", "valid_from")]
        later = OrganizationState(**{name: getattr(plan.state, name) for name in fields}, valid_from=day)
        plan.state.valid_to = day
        for name, value in facts.items():
            setattr(later, name, value)
        plan.state = self._rows.add(later)

    def _rename(self, plan: Plan) -> None:
        """A name follows its district when that became one; some took another name."""
        district: District | None = plan.state.district
        old = plan.row.name
        if plan.area.after and district is plan.area.after and old.startswith(plan.area.before.name):
            plan.row.name = old.replace(plan.area.before.name, plan.area.after.name, 1)
        elif plan.trait == "renamed":
            plan.row.name = f"{old[:-2]}发展{old[-2:]}"
        if plan.row.name != old:
            plan.row.former_names = old
