"""The door table: every address of the portal and whom it opens for. A route without a row fails the suite.

A new page or endpoint gets one line here: its route name, who may enter, and, where the address names a row,
of which kind the row is (`EXAMPLES`). Who may enter is written out by name, not computed from the roles, so
that the table of capabilities cannot agree with itself unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tests.ledger import Pair

#: the cast (tests/cast.py), and those who have no way in; "token" is the Nanshan clerk's program
STAFF = frozenset({"city", "nanshan", "futian", "education", "street", "observer", "token"})
REGISTERS = STAFF | {"lin", "instructor"}
MEMBERS = STAFF | {"lin"}
IMPORTERS = STAFF - {"observer"}
ADMINISTRATORS = frozenset({"system", "security", "audit"})
SIGNED_IN = REGISTERS | ADMINISTRATORS | {"former", "stranger"}
NOBODY = frozenset({"anonymous", "disabled"})
EVERYBODY = SIGNED_IN | NOBODY
ACTORS = sorted(EVERYBODY)

_NANSHAN = frozenset({"city", "nanshan", "observer", "token"})
_FUTIAN = frozenset({"city", "futian"})


@dataclass(frozen=True)
class Example:
    """Who sees the Nanshan row of a kind, and who the Futian row, among those for whom the door opens."""

    nanshan: frozenset[str]
    futian: frozenset[str]


_TERRITORY = Example(_NANSHAN | {"street", "lin"}, _FUTIAN)
_PEOPLE = Example(_NANSHAN | {"lin"}, _FUTIAN)
_ALL = Example(SIGNED_IN, SIGNED_IN)

EXAMPLES = {
    "district": _ALL,
    "unit": _ALL,
    "organization": _TERRITORY,
    "member-report": _TERRITORY,
    "exclusion": _TERRITORY,
    "party-organization": _TERRITORY,
    "term": _TERRITORY,
    "covering": _TERRITORY,
    "member": _PEOPLE,
    "membership": _PEOPLE,
    "post": _PEOPLE,
    "instructor": Example(_NANSHAN | {"street"}, _FUTIAN | {"instructor"}),
    "course": Example(MEMBERS, MEMBERS),
    "attendance": _PEOPLE,
    "target": _ALL,
    "import": Example(frozenset({"city", "nanshan", "token"}), _FUTIAN),
    # a plan is its maker's alone
    "plan": Example(frozenset({"nanshan", "token"}), frozenset({"futian"})),
    "indicator": _ALL,
    "link": _ALL,
    "nothing": Example(frozenset(), frozenset()),
}


@dataclass(frozen=True)
class Door:
    """One route: whom it opens for, of which kind the row is that its address names, which methods it takes,
    and whom it sends on to another page."""

    opens_for: frozenset[str]
    names: str = ""
    takes: frozenset[str] = frozenset({"GET"})
    leads_on: frozenset[str] = frozenset()


#: pages, one line per route name
PAGES = {
    "healthz": Door(EVERYBODY),
    "readyz": Door(EVERYBODY),
    # an administrator's business is not at the desk
    "desk": Door(REGISTERS | ADMINISTRATORS, leads_on=ADMINISTRATORS),
    "coverage": Door(STAFF),
    "coverage-subjects": Door(STAFF, "indicator"),
    "search": Door(REGISTERS),
    "organizations": Door(REGISTERS),
    "organization": Door(REGISTERS, "organization"),
    "member-reports": Door(REGISTERS),
    "exclusions": Door(REGISTERS),
    "instructors": Door(REGISTERS),
    "party-organizations": Door(REGISTERS),
    "party-organization": Door(REGISTERS, "party-organization"),
    "covering": Door(REGISTERS),
    "terms": Door(REGISTERS),
    "posts": Door(MEMBERS),
    "members": Door(MEMBERS),
    "memberships": Door(MEMBERS),
    "courses": Door(MEMBERS),
    "attendance": Door(MEMBERS),
    "units": Door(STAFF),
    "unit": Door(STAFF, "unit"),
    "unresolved-units": Door(frozenset({"city"})),
    "districts": Door(STAFF),
    "district": Door(STAFF, "district"),
    "targets": Door(STAFF),
    "imports": Door(IMPORTERS, takes=frozenset({"GET", "POST"})),
    "import-records": Door(IMPORTERS),
    "import": Door(IMPORTERS, "import"),
    "import-findings": Door(IMPORTERS, "import"),
    "import-refused": Door(IMPORTERS, "plan"),
    "import-write": Door(IMPORTERS, "plan", takes=frozenset({"POST"})),
    "import-discard": Door(IMPORTERS, "plan", takes=frozenset({"POST"})),
    # Django's form pages take a PUT like a POST
    "sign-in": Door(EVERYBODY, takes=frozenset({"GET", "POST", "PUT"}), leads_on=SIGNED_IN),
    "sign-out": Door(SIGNED_IN, takes=frozenset({"POST"})),
    "set-password": Door(EVERYBODY, "link", takes=frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})),
    "account": Door(SIGNED_IN),
}
#: registers of the API: a list, and one row by its address
_REGISTERS = {
    "districts": Door(REGISTERS, "district"),
    "units": Door(REGISTERS, "unit"),
    "organizations": Door(REGISTERS, "organization"),
    "member-reports": Door(REGISTERS, "member-report"),
    "exclusions": Door(REGISTERS, "exclusion"),
    "party-organizations": Door(REGISTERS, "party-organization"),
    "terms": Door(REGISTERS, "term"),
    "covering": Door(REGISTERS, "covering"),
    "members": Door(MEMBERS, "member"),
    "memberships": Door(MEMBERS, "membership"),
    "posts": Door(MEMBERS, "post"),
    "instructors": Door(REGISTERS, "instructor"),
    "courses": Door(REGISTERS, "course"),
    "attendance": Door(MEMBERS, "attendance"),
    "targets": Door(REGISTERS, "target"),
    "imports": Door(IMPORTERS, "import"),
    "indicators": Door(REGISTERS, "indicator"),
}
API = {
    **{f"api:{name}-list": Door(door.opens_for) for name, door in _REGISTERS.items()},
    **{f"api:{name}-detail": door for name, door in _REGISTERS.items()},
    "api:indicators-rates": Door(STAFF, "indicator"),
    "api:indicators-subjects": Door(REGISTERS, "indicator"),
    "api:me": Door(SIGNED_IN),
    "api:api-root": Door(SIGNED_IN),
    "api:schema": Door(SIGNED_IN),
    "api:docs": Door(SIGNED_IN),
    "api:nothing-here": Door(SIGNED_IN, "nothing"),
}
DOORS = {**PAGES, **API}


def routes(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """The name of every route of the URL configuration; one without a name shows as its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield namespace + (entry.name or f"(unnamed) {entry.pattern}")
        else:
            yield from routes(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))


@dataclass(frozen=True)
class Visit:
    """One address of a door and who, of those let in, finds something there."""

    route: str
    door: Door
    address: str
    seen_by: frozenset[str]

    @property
    def is_api(self) -> bool:
        """Whether refusals are JSON; the pages of the API's description are pages."""
        return self.route.startswith("api:") and self.route != "api:docs"

    def expected(self, actor: str) -> int:
        """The status of a GET by `actor`."""
        known = actor not in NOBODY and (actor != "token" or self.is_api)
        if not known:
            return 200 if self.door.opens_for >= EVERYBODY else 401 if self.is_api else 302
        if "GET" not in self.door.takes:
            return 405
        if actor not in self.door.opens_for:
            return 403
        if actor in self.door.leads_on:
            return 302
        return 200 if actor in self.seen_by else 404


def visits(pairs: dict[str, Pair]) -> Iterator[Visit]:
    """Every address of the table: of a door that names a row, one of each district."""
    for route, door in DOORS.items():
        if not door.names:
            yield Visit(route, door, reverse(route), EVERYBODY)
            continue
        example = EXAMPLES[door.names]
        own, far = pairs[door.names].addresses()
        yield Visit(route, door, reverse(route, args=own), example.nanshan)
        yield Visit(route, door, reverse(route, args=far), example.futian)
