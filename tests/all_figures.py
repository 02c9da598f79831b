"""A city in which every indicator has something to say, and what the plain rules say of it.

`furnish` fills the cast's city so that on `DAY` each indicator has subjects met and unmet for several reasons, in
units, districts and streets, also in a district that has ended. `correct` then changes a fact behind each of them, so
that the night that was kept and what is known now differ in every figure.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from branches.models import Election, Membership, PartyOrganization, Term
from demonstration.models import DemonstrationSite, ServedPlace
from members.models import Person
from orgs.models import RegistryEvent, SocialOrganization
from portal.core import indicators
from portal.core.models import District, PlanTask, Unit
from tests import commitments, plain, world
from tests.cast import City
from tests.plain_sites import held_to_quota
from tests.plain_targets import target_of

DAY = world.day("2016-09-30")

# ── the city ────────────────────────────────────────────────────────────────────────────────────────────────


def furnish(city: City) -> None:
    """Something of everything."""
    districts, units, orgs = city.districts, city.units, city.organizations
    districts["ended"] = world.district("440312", "光明新区", new=True, end="2016-09-30")
    districts["later"] = world.district("440309", "龙华区", start="2016-10-01")
    _organizations(city)
    _people(city)
    _terms_and_elections(city)
    _sites(city)
    for event in (("2016-03-01", "2016-03-01"), ("2016-04-01", "2016-04-02"), ("2016-05-01", "2016-10-01")):
        world.event(orgs["nanshan-own"], *event)
    world.event(orgs["futian-joint"], "2016-09-30")
    world.event(orgs["ended"], "2016-01-01", "2015-12-01")
    world.event(orgs["nanshan-own"], "2015-12-31")
    world.event(orgs["nanshan-own"], "2016-10-01")
    _lawyers(city)
    _plans(city)
    _bound(city)
    world.target("branch-coverage", 60, "2016-01-01", unit=units["nanshan"], due="2016-09-29")
    world.target("term-current", 30, "2016-01-01", due="2016-09-29")
    Unit.objects.filter(code__in=["SZ", "NS", "FT", "NS-YH", "SZ-MZJ"]).update(report_emails="office@office.example")
    world.settle()


def _organizations(city: City) -> None:
    districts, units, orgs = city.districts, city.units, city.organizations
    lead, civil = units["futian"], units["civil-affairs"]
    orgs["hub"] = world.organization("深圳市金融商会", registering=civil, kind="ASSOCIATION", field="CHAMBER")
    world.party("SZ-0001", "HUB", by=units["city"], covers=(orgs["hub"],), approved="2015-01-01")
    orgs["functional"] = world.organization(
        "南山区合唱协会", registering=units["nanshan-civil"], district=districts["nanshan"], subdistrict=units["yuehai"]
    )
    city.parties["functional"] = world.party(
        "NS-0003", "FUNCTIONAL", by=units["yuehai"], covers=(orgs["functional"],), approved="2015-01-01"
    )
    # kept by the district that covered it before the notice, though the city registered it
    orgs["kept"] = world.organization(
        "深圳市旧改研究会", registering=civil, district=districts["futian"], field="OTHER"
    )
    world.party("FT-0003", "JOINT", by=lead, covers=(orgs["kept"],), approved="2012-01-01")
    orgs["ended"] = world.organization("光明新区菌菇协会", registering=civil, district=districts["ended"])
    orgs["nobody"] = world.organization("深圳市无主协会", district=districts["nanshan"])
    world.organization("深圳市无人管协会", district=districts["futian"])
    orgs["closed"] = world.organization("深圳市终止协会", registering=civil, closed="2016-09-30")
    world.organization("深圳市备案社", registering=civil, mode="RECORDED")
    for key in ("nanshan-missing", "kept"):
        world.exclude(orgs[key], "2016-01-01")


def _people(city: City) -> None:
    orgs, parties, people = city.organizations, city.parties, city.people
    people["third"] = world.member(orgs["nanshan-own"], parties["own"], name="顾乐天")
    for name in ("歌者甲", "歌者乙", "歌者丙"):
        world.member(orgs["functional"], parties["functional"], name=name)
    world.post(people["second"], parties["joint"], "2016-09-30", role="PARTY_WORKER")
    # on 183 days of the year, no longer on the day
    world.post(people["third"], parties["functional"], "2016-01-01", "2016-07-02")
    world.post(people["futian-member"], parties["joint"], "2016-09-01", "2016-09-30")
    for days, mode in (("1.5", "CONCENTRATED"), ("1.5", "CONCENTRATED"), ("3.0", "ONLINE")):
        world.attended(people["lin"], days, on="2016-05-05", mode=mode)
    world.attended(people["lin"], "3.0", on="2015-12-31")
    world.attended(people["second"], "2.5", on="2016-09-30")
    world.attended(people["second"], "3.0", on="2016-10-01")


def _terms_and_elections(city: City) -> None:
    parties = city.parties
    for party, term in (("own", ("2013-09-30", "2016-09-29")), ("functional", ("2015-01-01", "2016-09-30"))):
        world.term(parties[party], *term)
    world.term(parties["joint"], "2014-05-01", "2016-05-01", "2016-12-31")
    for party, on, method in (
        ("own", "2013-10-01", "PUBLIC_NOMINATION"),
        ("own", "2013-09-30", "BY_COMMITTEE"),
        ("joint", "2016-09-30", "DIRECT"),
        ("functional", "2015-01-01", "PUBLIC_NOMINATION"),
    ):
        world.election(parties[party], on, method)
    world.election(parties["own"], "2016-01-01", "BY_COMMITTEE", occasion="BY_ELECTION")


def _sites(city: City) -> None:
    orgs = city.organizations
    for key in ("nanshan-own", "nanshan-joint", "futian-joint", "hub", "kept", "ended") * 2:
        world.site(orgs[key], level="CITY")
    world.site(orgs["closed"], level="CITY")
    for key in ("nanshan-own", "nanshan-missing", "futian-joint"):
        world.site(orgs[key])
    world.site(orgs["futian-missing"], withdrawn="2016-09-30")


def _lawyers(city: City) -> None:
    firm = world.organization(
        "深圳市明理律师事务所", kind="INTERMEDIARY", field="LEGAL_SERVICE", registering=city.units["civil-affairs"]
    )
    law = city.parties["law"] = world.party("LAW-1", by=city.units["civil-affairs"], covers=(firm,))
    for kind, way in (("COMMUNITY", "LINK"), ("SCHOOL", "LECTURE")):
        for where in ("nanshan", "nanshan", "futian", "ended"):
            place = world.place(city.districts[where], kind)
            if where != "futian":
                world.serve(law, place, "2016-01-01", kind=way)
        city.organizations[kind] = world.place(city.districts["futian"], kind, end="2016-12-31")
        world.serve(city.parties["own"], city.organizations[kind], "2016-01-01", kind=way)
        world.place(city.districts["futian"], kind, end="2016-09-30")


def _plans(city: City) -> None:
    units = city.units
    for due, done in (
        ("2016-06-30", "2016-06-30"),
        ("2016-06-30", "2016-07-01"),
        ("2016-09-29", "2016-10-01"),
        ("2016-09-30", None),
    ):
        world.task(units["city"], due, done, by=units["nanshan"])
    world.task(units["futian"], "2016-08-31", "2016-08-01", article=9)
    world.task(units["nanshan"], "2016-12-31", by=units["yuehai"], article=9)
    world.task(units["futian"], "2015-08-31")


def _bound(city: City) -> None:
    orgs, own = city.organizations, city.parties["own"]
    for key in ("nanshan-own", "futian-joint", "closed"):
        commitments.clause(orgs[key], "2015-01-01")
        commitments.score(orgs[key], "2016-09-30")
    commitments.clause(orgs["hub"], "2015-01-01", "2016-09-30")
    commitments.agreement(orgs["nanshan-joint"], "2016-09-30")
    commitments.agreement(orgs["nanshan-joint"], "2016-10-01")
    for on in ("2016-01-01", "2016-09-30", "2015-12-31", "2016-10-01"):
        commitments.decision(own, orgs["nanshan-own"], on)


def correct(city: City) -> None:
    """What comes to be known later of a fact behind every figure."""
    orgs, parties, people = city.organizations, city.parties, city.people
    world.link(parties["functional"], orgs["futian-missing"], "2016-01-01")
    world.link(parties["own"], orgs["futian-posted"], "2016-01-01")
    _every(Membership).filter(person=people["third"]).update(valid_to=DAY)
    world.attended(people["second"], "0.5", on="2016-09-29")
    _every(DemonstrationSite).filter(organization=orgs["hub"]).update(withdrawn_on=DAY)
    _every(DemonstrationSite).filter(organization=orgs["kept"], level="CITY").update(level="DISTRICT")
    _every(Term).filter(party_organization=parties["own"]).update(ends_on=DAY, counts_until=DAY)
    _every(Election).filter(party_organization=parties["joint"]).update(method="PUBLIC_NOMINATION")
    _every(RegistryEvent).filter(decided_on=DAY).update(reviewed_on=DAY)
    for kind, way in (("COMMUNITY", "LINK"), ("SCHOOL", "LECTURE")):
        world.serve(parties["law"], orgs[kind], "2016-09-30", kind=way)
    _every(PlanTask).filter(due_on=DAY).update(done_on=DAY)
    world.settle()


# ── what the plain rules say of it ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Told:
    """Of one indicator: its figures as objects of `coverage` by (grouping, group), its subjects as (code, status,
    reason, unit, district), in the order of `explain`."""

    figures: dict[tuple[str, str], dict[str, Any]]
    subjects: list[tuple[str, str, str, str | None, str | None]]

    def listed(self, status: str = "") -> list[tuple[Any, ...]]:
        """The subjects of a status, or all."""
        return [one for one in self.subjects if status in ("", one[1])]


def told(day: datetime.date = DAY) -> dict[str, Told]:
    """What the plain rules say of every indicator, as it is known now."""
    rules = plain.Plain()
    return {ind.code: _told(rules, ind, day) for ind in indicators.all_indicators()}


def _told(rules: plain.Plain, ind: indicators.Indicator, day: datetime.date) -> Told:
    verdicts = sorted(rules.verdicts(ind.code, day), key=lambda one: one.id)
    figures = {
        (by, group): _figure(ind.code, by, group, total, rules, day)
        for by in ind.groupings
        for group, total in held_to_quota(ind.code, rules.groups(verdicts, by, day)).items()
    }
    codes, units, districts = _codes(ind.code), _by_pk(Unit), _by_pk(District)
    subjects = [
        (codes[one.id], one.status, one.reason, units.get(one.unit_id), districts.get(one.district_id))
        for one in verdicts
    ]
    return Told(figures, subjects)


def _figure(code: str, by: str, group: str, total: plain.Sum, rules: plain.Plain, day: datetime.date) -> dict[str, Any]:
    percent, due = target_of(rules, code, group if by == "unit" else "", day)
    eligible, met = total.eligible, total.met
    return {
        "eligible": eligible,
        "met": met,
        "excluded": total.excluded,
        "adjusted_eligible": total.adjusted_eligible,
        "adjusted_met": total.adjusted_met,
        "target": percent,
        "meets": Decimal(met) / eligible * 100 >= percent if eligible else None,
        "shortfall": next(n for n in range(eligible + 1) if (met + n) * 100 >= percent * eligible),
        "rate": str((Decimal(met * 100) / eligible).quantize(Decimal("0.01"), ROUND_DOWN)) if eligible else None,
        "due_on": due,
    }


def _codes(code: str) -> dict[int, str]:
    """How the contract names the subjects of an indicator."""
    if code == "direct-election":
        return dict(_every(Election).values_list("pk", "party_organization__code"))
    model, column = {
        "secretary-training": (Person, "opaque_id"),
        "term-current": (PartyOrganization, "code"),
        "city-sites": (DemonstrationSite, "code"),
        "district-sites": (District, "code"),
        "gate-review": (RegistryEvent, "code"),
        "legal-communities": (ServedPlace, "code"),
        "legal-schools": (ServedPlace, "code"),
        "plan-tasks": (PlanTask, "code"),
    }.get(code, (SocialOrganization, "credit_code"))
    return _by_pk(model, column)


def _by_pk(model: Any, column: str = "code") -> dict[int, str]:
    return dict(_every(model).values_list("pk", column))


def _every(model: Any) -> Any:
    """All rows, whoever may see them."""
    return model.rows if hasattr(model, "rows") else model.objects
