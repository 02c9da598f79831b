"""One row of every register in each of the two districts of the cast, for tests that walk everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.core import exports
from portal.core.models import ImportBatch, Job, Letter
from portal.core.opaque import opaque
from portal.core.scoping import scope_of
from portal.desk import uploads
from tests import commitments, site_way, world
from tests.cast import City


@dataclass(frozen=True)
class Pair:
    """A row of Nanshan and a row of Futian."""

    nanshan: Any
    futian: Any

    def addresses(self) -> tuple[list[str], list[str]]:
        """The parts of an address that name each."""
        return parts_of(self.nanshan), parts_of(self.futian)


def parts_of(row: Any) -> list[str]:
    """The parts of an address that name a row; what is no row stands for itself."""
    return list(row) if isinstance(row, tuple) else [address_of(row)]


def address_of(row: Any) -> str:
    """How a row is named in an address: by code, key or opaque id."""
    if isinstance(row, str):
        return row
    for name in ("path_key", "code"):
        if hasattr(row, name):
            return getattr(row, name)
    return row.person.opaque_id if row._meta.model_name == "member" else opaque(row._meta.label_lower, row.pk)


def furnish(city: City) -> dict[str, Pair]:
    """Fill every register; the pairs by what they are."""
    orgs, parties, people, units = city.organizations, city.parties, city.people, city.units
    parties["futian"] = world.party("FT-0002", by=units["futian"], covers=(orgs["futian-missing"],))
    people["futian-secretary"] = world.member(orgs["futian-missing"], parties["futian"], name="竺可心")
    people["nanshan-instructor"] = world.person("庄以诚", number="ZD-002")
    kept, other = orgs["nanshan-own"], orgs["futian-missing"]
    own, far = parties["own"], parties["futian"]
    lin, secretary = people["lin"], people["futian-secretary"]
    attended = world.attended(lin, "2.5", on="2016-03-01")
    sites = (
        world.site(kept, "2016-01-01", code="NS-SF-1"),
        world.site(other, "2016-01-01", code="FT-SF-1", field="CHAMBER"),
    )
    applications = (
        site_way.application(kept, "2015-11-01", code="NS-SB-1", by=own),
        site_way.application(other, "2015-11-01", code="FT-SB-1"),
    )
    places = world.place(city.districts["nanshan"], code="NS-S1"), world.place(city.districts["futian"], code="FT-S1")
    elections = (
        world.election(own, "2014-06-01", due=5, present=4, seats=1, candidates=2),
        world.election(far, "2015-01-01", "BY_COMMITTEE"),
    )
    pairs = {
        "district": Pair(city.districts["nanshan"], city.districts["futian"]),
        "unit": Pair(units["nanshan"], units["futian"]),
        "organization": Pair(kept, other),
        "member-report": Pair(world.report(kept, "2016-01-01", full=3), world.report(other, "2016-01-01")),
        "exclusion": Pair(world.exclude(kept, "2015-01-01", "2016-01-01"), world.exclude(other, "2015-01-01")),
        "event": Pair(
            world.event(
                kept,
                "2016-03-01",
                "2016-02-20",
                by=units["nanshan"],
                opinion="同意",
                answers={"page": True},
                reported={"dues": 1200},
            ),
            world.event(other, "2016-03-02", "2016-03-09", by=units["futian"], opinion="补审"),
        ),
        "agreement": Pair(
            commitments.agreement(kept, "2015-01-01", "2025-01-01", managers=3),
            commitments.agreement(other, "2015-02-01"),
        ),
        "charter-clause": Pair(commitments.clause(kept, "2014-01-01"), commitments.clause(other, "2014-02-01")),
        "decision": Pair(commitments.decision(own, kept, "2016-02-01"), commitments.decision(far, other, "2016-02-02")),
        "purchase-score": Pair(
            commitments.score(kept, "2016-03-01", by=units["nanshan"], organization=20),
            commitments.score(other, "2016-03-02", by=units["futian"]),
        ),
        "party-organization": Pair(own, far),
        "term": Pair(
            world.term(own, "2014-06-01", "2017-06-01", "2019-01-01"), world.term(far, "2015-01-01", "2018-01-01")
        ),
        "election": Pair(*elections),
        "candidate": Pair(
            world.candidate(elections[0], lin, votes=3, elected=True), world.candidate(elections[1], secretary)
        ),
        "public-office": Pair(
            world.office(lin, "2015-01-01", district=city.districts["nanshan"], session="第六届"),
            world.office(secretary, "2015-01-01", district=city.districts["futian"]),
        ),
        "covering": Pair(own.covering_links.get(), far.covering_links.get()),
        "member": Pair(lin.member, secretary.member),
        "membership": Pair(lin.memberships.get(), secretary.memberships.get()),
        "post": Pair(lin.posts.get(), world.post(secretary, far, "2014-05-01")),
        "instructor": Pair(
            world.posting(orgs["nanshan-missing"], "2016-01-01", who=people["nanshan-instructor"]),
            people["instructor"].postings.get(),
        ),
        "course": Pair(attended.course, attended.course),
        "attendance": Pair(attended, world.attended(secretary, "1.0", on="2016-03-01")),
        "site-application": Pair(*applications),
        "site-review": Pair(
            site_way.review(applications[0], units["nanshan"], structure=18),
            site_way.review(applications[1], units["futian"], passed=False),
        ),
        "site": Pair(*sites),
        "site-visit": Pair(
            site_way.visit(sites[0], units["nanshan"], "2016-03-01", follow_up="补齐台账"),
            site_way.visit(sites[1], units["futian"], "2016-03-01"),
        ),
        "site-grant": Pair(
            site_way.grant(sites[0], "20000", "2016-04-01"), site_way.grant(sites[1], "8000.50", "2016-04-01")
        ),
        "legal-group": Pair(
            site_way.legal_group(city.districts["nanshan"], code="NS-FLT-1"),
            site_way.legal_group(city.districts["futian"], code="FT-FLT-1"),
        ),
        "place": Pair(*places),
        "outreach": Pair(world.serve(own, places[0], "2015-03-01"), world.serve(far, places[1], "2015-03-01")),
        "target": Pair(
            world.target("branch-coverage", 90, "2020-01-01", unit=units["nanshan"]),
            world.target("branch-coverage", 88, "2020-01-01", unit=units["futian"]),
        ),
        "plan-task": Pair(
            world.task(units["nanshan"], due="2016-06-30", by=units["yuehai"], code="NS-RW-1"),
            world.task(units["futian"], due="2016-06-30", code="FT-RW-1"),
        ),
        "import": Pair(_batch(city, "nanshan"), _batch(city, "futian")),
        "plan": Pair(_plan(city, "nanshan"), _plan(city, "futian")),
        "letter": Pair(_letter(city, "nanshan"), _letter(city, "futian")),
        "job": Pair(_job("2016-01-04"), _job("2016-01-05")),
        "indicator": Pair("branch-coverage", "work-coverage"),
        "register": Pair("organizations", "party-organizations"),
        "entry": Pair("800001", "800002"),
        "nothing": Pair("v1/nothing", "v9/organizations"),
        # a set-password link that is no longer valid
        "link": Pair(("MQ", "a-b"), ("Mg", "a-b")),
    }
    world.settle()
    return pairs


_COUNTS = {"rows": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "errors": [], "warnings": []}


def _batch(city: City, who: str) -> ImportBatch:
    return ImportBatch.objects.create(
        kind="roster",
        file_name=f"{who}.xlsx",
        by=city.users[who],
        unit=city.units[who],
        committed=True,
        result={"committed": True, "files": [{"file": "一", "kind": "organizations", **_COUNTS}], "warnings": []},
    )


def _letter(city: City, who: str) -> Letter:
    """A letter that was sent to a unit, with its list."""
    unit = city.units[who]
    return Letter.objects.create(
        kind="NIGHT",
        day=world.day("2016-01-04"),
        unit=unit,
        subject=f"{unit.name} 50.00%",
        text="没有变化。",
        html="<p>没有变化。</p>",
        workbook=exports.write_xlsx(["名称"], [["一家"]]),
        workbook_name="未覆盖名单.xlsx",
    )


def _job(key: str) -> Job:
    return Job.objects.create(kind="snapshot", key=key, status=Job.Status.WAITING)


def _plan(city: City, who: str) -> ImportBatch:
    """A file that waits to be written; its only row has an error."""
    user = city.users[who]
    data = "统一社会信用代码,填报日期\n不是代码,2016-01-01\n".encode()
    return uploads.plan(kind="member_reports", file_name=f"{who}-plan.csv", data=data, actor=user, scope=scope_of(user))
