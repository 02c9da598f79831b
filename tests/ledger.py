"""One row of every register in each of the two districts of the cast, for tests that walk everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.core.models import ImportBatch
from portal.core.opaque import opaque
from portal.core.scoping import scope_of
from portal.desk import uploads
from tests import world
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
    pairs = {
        "district": Pair(city.districts["nanshan"], city.districts["futian"]),
        "unit": Pair(units["nanshan"], units["futian"]),
        "organization": Pair(kept, other),
        "member-report": Pair(world.report(kept, "2016-01-01", full=3), world.report(other, "2016-01-01")),
        "exclusion": Pair(world.exclude(kept, "2015-01-01", "2016-01-01"), world.exclude(other, "2015-01-01")),
        "party-organization": Pair(own, far),
        "term": Pair(
            world.term(own, "2014-06-01", "2017-06-01", "2019-01-01"), world.term(far, "2015-01-01", "2018-01-01")
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
        "target": Pair(
            world.target("branch-coverage", 90, "2020-01-01", unit=units["nanshan"]),
            world.target("branch-coverage", 88, "2020-01-01", unit=units["futian"]),
        ),
        "import": Pair(_batch(city, "nanshan"), _batch(city, "futian")),
        "plan": Pair(_plan(city, "nanshan"), _plan(city, "futian")),
        "indicator": Pair("branch-coverage", "work-coverage"),
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
        result={"committed": True, "files": [{"file": "一", "kind": "roster", **_COUNTS}], "warnings": []},
    )


def _plan(city: City, who: str) -> ImportBatch:
    """A file that waits to be written; its only row has an error."""
    user = city.users[who]
    data = "统一社会信用代码,填报日期\n不是代码,2016-01-01\n".encode()
    return uploads.plan(kind="member_reports", file_name=f"{who}-plan.csv", data=data, actor=user, scope=scope_of(user))
