"""The door table: every address of the portal and whom it opens for. A route without a row fails the suite.

A new page or endpoint gets one line here: its route name, who may enter, and, where the address names a row,
of which kind the row is (`EXAMPLES`). Who may enter is written out by name, not computed from the roles, so
that the table of capabilities cannot agree with itself unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from portal.core.entry.records import key_of
from portal.core.imports.register import registers
from tests.ledger import Pair

#: the cast (tests/cast.py), and those who have no way in; "token" is the Nanshan clerk's program
STAFF = frozenset({"city", "nanshan", "futian", "education", "street", "observer", "token"})
REGISTERS = STAFF | {"lin", "instructor"}
MEMBERS = STAFF | {"lin"}
IMPORTERS = STAFF - {"observer"}
OPERATORS = frozenset({"city", "system"})
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
    "event": _TERRITORY,
    "agreement": _TERRITORY,
    "charter-clause": _TERRITORY,
    "decision": _TERRITORY,
    "purchase-score": _TERRITORY,
    "party-organization": _TERRITORY,
    "term": _TERRITORY,
    "election": _TERRITORY,
    "covering": _TERRITORY,
    "member": _PEOPLE,
    "membership": _PEOPLE,
    "candidate": _PEOPLE,
    "public-office": _PEOPLE,
    "post": _PEOPLE,
    "instructor": Example(_NANSHAN | {"street"}, _FUTIAN | {"instructor"}),
    "course": Example(MEMBERS, MEMBERS),
    "attendance": _PEOPLE,
    "site-application": _TERRITORY,
    "site-review": _TERRITORY,
    "site-visit": _TERRITORY,
    "site-grant": _TERRITORY,
    "legal-group": Example(REGISTERS, REGISTERS),
    # places are no secret among those who see registers
    "place": Example(REGISTERS, REGISTERS),
    "outreach": _TERRITORY,
    "target": _ALL,
    # the street owns a task of the Nanshan plan
    "plan-task": Example(_NANSHAN | {"street"}, _FUTIAN),
    "site": _TERRITORY,
    "import": Example(frozenset({"city", "nanshan", "token"}), _FUTIAN),
    # a plan is its maker's alone
    "plan": Example(frozenset({"nanshan", "token"}), frozenset({"futian"})),
    "indicator": _ALL,
    "letter": Example(_NANSHAN, _FUTIAN),
    "job": _ALL,
    "link": _ALL,
    "register": _ALL,
    # what nobody did is not there to be undone
    "entry": Example(frozenset(), frozenset()),
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
    "todo": Door(REGISTERS),
    "coverage": Door(STAFF),
    "coverage-subjects": Door(STAFF, "indicator"),
    "coverage-why": Door(STAFF, "indicator"),
    "notice": Door(STAFF),
    "indicators": Door(STAFF),
    "indicator": Door(STAFF, "indicator"),
    "search": Door(REGISTERS),
    "organizations": Door(REGISTERS),
    "organization": Door(REGISTERS, "organization"),
    "member-reports": Door(REGISTERS),
    "exclusions": Door(REGISTERS),
    "events": Door(REGISTERS),
    "event-sheet": Door(REGISTERS, "event"),
    "agreements": Door(REGISTERS),
    "charter-clauses": Door(REGISTERS),
    "decisions": Door(REGISTERS),
    "purchase-scores": Door(REGISTERS),
    "purchase-sheet": Door(REGISTERS, "purchase-score"),
    "instructors": Door(REGISTERS),
    "party-organizations": Door(REGISTERS),
    "party-organization": Door(REGISTERS, "party-organization"),
    "covering": Door(REGISTERS),
    "terms": Door(REGISTERS),
    "elections": Door(REGISTERS),
    "election": Door(REGISTERS, "election"),
    "election-report": Door(REGISTERS, "election"),
    "election-shares": Door(STAFF),
    "candidates": Door(MEMBERS),
    "public-offices": Door(MEMBERS),
    "posts": Door(MEMBERS),
    "members": Door(MEMBERS),
    "memberships": Door(MEMBERS),
    "courses": Door(MEMBERS),
    "attendance": Door(MEMBERS),
    "demonstration": Door(STAFF),
    "site-applications": Door(REGISTERS),
    "site-application": Door(REGISTERS, "site-application"),
    "site-reviews": Door(REGISTERS),
    "sites": Door(REGISTERS),
    "site": Door(REGISTERS, "site"),
    "site-visits": Door(REGISTERS),
    "site-grants": Door(REGISTERS),
    # names that whoever named the site has confirmed to be public
    "public-sites": Door(EVERYBODY),
    "who-serves-whom": Door(STAFF),
    "communities": Door(REGISTERS),
    "legal-groups": Door(REGISTERS),
    "outreach": Door(REGISTERS),
    "units": Door(STAFF),
    "unit": Door(STAFF, "unit"),
    "unresolved-units": Door(frozenset({"city"}), takes=frozenset({"GET", "POST"})),
    "districts": Door(STAFF),
    "district": Door(STAFF, "district"),
    "targets": Door(STAFF),
    "targets-tree": Door(STAFF),
    "plan-tasks": Door(STAFF),
    "plan": Door(STAFF),
    "plan-copy": Door(IMPORTERS, takes=frozenset({"POST"})),
    "plan-ask": Door(IMPORTERS, takes=frozenset({"POST"})),
    "imports": Door(IMPORTERS, takes=frozenset({"GET", "POST"})),
    "import-records": Door(IMPORTERS),
    "import": Door(IMPORTERS, "import"),
    "import-findings": Door(IMPORTERS, "import"),
    "import-changes": Door(IMPORTERS, "import"),
    "import-refused": Door(IMPORTERS, "plan"),
    "import-write": Door(IMPORTERS, "plan", takes=frozenset({"POST"})),
    "import-discard": Door(IMPORTERS, "plan", takes=frozenset({"POST"})),
    "letters": Door(STAFF),
    "letter-preview": Door(STAFF),
    "letter-preview-body": Door(STAFF),
    "letter": Door(STAFF, "letter"),
    "letter-body": Door(STAFF, "letter"),
    "letter-workbook": Door(STAFF, "letter"),
    "letter-to-me": Door(STAFF, "letter", takes=frozenset({"POST"})),
    "letter-again": Door(IMPORTERS, "letter", takes=frozenset({"POST"})),
    "jobs": Door(OPERATORS),
    "job": Door(OPERATORS, "job"),
    "job-stop": Door(OPERATORS, "job", takes=frozenset({"POST"})),
    "job-again": Door(OPERATORS, "job", takes=frozenset({"POST"})),
    # Django's form pages take a PUT like a POST
    "sign-in": Door(EVERYBODY, takes=frozenset({"GET", "POST", "PUT"}), leads_on=SIGNED_IN),
    "sign-out": Door(SIGNED_IN, takes=frozenset({"POST"})),
    "set-password": Door(EVERYBODY, "link", takes=frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})),
    "account": Door(SIGNED_IN),
    "account-digest": Door(REGISTERS, takes=frozenset({"POST"})),
    "said-elsewhere": Door(frozenset({"lin"}), takes=frozenset({"POST"})),
    "undo": Door(REGISTERS, "entry", takes=frozenset({"POST"})),
    "drafts": Door(REGISTERS, takes=frozenset({"POST"})),
    "pick": Door(REGISTERS, "register"),
}
#: doors whose writes leave no audit entry: drafts are content on its way, the form that takes it in is audited
UNAUDITED = frozenset({"drafts"})
#: registers of the API: a list, and one row by its address
_REGISTERS = {
    "districts": Door(REGISTERS, "district"),
    "units": Door(REGISTERS, "unit"),
    "organizations": Door(REGISTERS, "organization"),
    "member-reports": Door(REGISTERS, "member-report"),
    "exclusions": Door(REGISTERS, "exclusion"),
    "events": Door(REGISTERS, "event"),
    "agreements": Door(REGISTERS, "agreement"),
    "charter-clauses": Door(REGISTERS, "charter-clause"),
    "decisions": Door(REGISTERS, "decision"),
    "purchase-scores": Door(REGISTERS, "purchase-score"),
    "party-organizations": Door(REGISTERS, "party-organization"),
    "terms": Door(REGISTERS, "term"),
    "elections": Door(REGISTERS, "election"),
    "candidates": Door(MEMBERS, "candidate"),
    "public-offices": Door(MEMBERS, "public-office"),
    "covering": Door(REGISTERS, "covering"),
    "members": Door(MEMBERS, "member"),
    "memberships": Door(MEMBERS, "membership"),
    "posts": Door(MEMBERS, "post"),
    "instructors": Door(REGISTERS, "instructor"),
    "courses": Door(REGISTERS, "course"),
    "attendance": Door(MEMBERS, "attendance"),
    "site-applications": Door(REGISTERS, "site-application"),
    "site-reviews": Door(REGISTERS, "site-review"),
    "sites": Door(REGISTERS, "site"),
    "site-visits": Door(REGISTERS, "site-visit"),
    "site-grants": Door(REGISTERS, "site-grant"),
    "legal-groups": Door(REGISTERS, "legal-group"),
    "communities": Door(REGISTERS, "place"),
    "outreach": Door(REGISTERS, "outreach"),
    "targets": Door(REGISTERS, "target"),
    "plan-tasks": Door(STAFF, "plan-task"),
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


@dataclass(frozen=True)
class Kept:
    """A register by hand: who keeps it at all, of which kind its rows are, and who of them may change the row of
    each district."""

    by: frozenset[str]
    names: str
    changed_by: Example


@dataclass(frozen=True)
class FormDoor:
    """One route of all registers that are kept by hand; whether its address names a row, and whether it is for those
    alone who may change the row."""

    takes: frozenset[str] = frozenset({"GET", "POST"})
    names_row: bool = True
    changes: bool = True


_CITY = frozenset({"city"})
_UNITS = frozenset({"city", "nanshan", "futian", "education", "street"})
_SECRETARIES = _UNITS | {"lin"}
_BY_CITY = Example(_CITY, _CITY)
_BY_DISTRICT = Example(frozenset({"city", "nanshan"}), frozenset({"city", "futian"}))
_BY_PARTY = Example(frozenset({"city", "nanshan", "lin"}), frozenset({"city", "futian"}))
#: registers by the name that addresses give them
KEPT = {
    "districts": Kept(_CITY, "district", _BY_CITY),
    "units": Kept(_CITY, "unit", _BY_CITY),
    "organizations": Kept(_UNITS, "organization", _BY_DISTRICT),
    "member-reports": Kept(_UNITS, "member-report", _BY_DISTRICT),
    "exclusions": Kept(_UNITS, "exclusion", _BY_DISTRICT),
    "events": Kept(_UNITS, "event", _BY_DISTRICT),
    "agreements": Kept(_UNITS, "agreement", _BY_DISTRICT),
    "charter-clauses": Kept(_UNITS, "charter-clause", _BY_DISTRICT),
    "decisions": Kept(_SECRETARIES, "decision", _BY_PARTY),
    "purchase-scores": Kept(_UNITS, "purchase-score", _BY_DISTRICT),
    "party-organizations": Kept(_UNITS, "party-organization", _BY_DISTRICT),
    "terms": Kept(_SECRETARIES, "term", _BY_PARTY),
    "elections": Kept(_SECRETARIES, "election", _BY_PARTY),
    "candidates": Kept(_SECRETARIES, "candidate", _BY_PARTY),
    "public-offices": Kept(_UNITS, "public-office", _BY_DISTRICT),
    "covering": Kept(_UNITS, "covering", _BY_DISTRICT),
    "members": Kept(_SECRETARIES, "member", _BY_PARTY),
    "memberships": Kept(_SECRETARIES, "membership", _BY_PARTY),
    "posts": Kept(_SECRETARIES, "post", _BY_PARTY),
    "instructors": Kept(_UNITS, "instructor", _BY_DISTRICT),
    "courses": Kept(_UNITS, "course", _BY_CITY),
    "attendance": Kept(_SECRETARIES, "attendance", _BY_PARTY),
    "site-applications": Kept(_SECRETARIES, "site-application", _BY_PARTY),
    "site-reviews": Kept(_UNITS, "site-review", _BY_DISTRICT),
    "sites": Kept(_UNITS, "site", _BY_DISTRICT),
    "site-visits": Kept(_UNITS, "site-visit", _BY_DISTRICT),
    "site-grants": Kept(_UNITS, "site-grant", _BY_DISTRICT),
    "legal-groups": Kept(frozenset({"city", "nanshan", "futian"}), "legal-group", _BY_DISTRICT),
    "communities": Kept(frozenset({"city", "nanshan", "futian"}), "place", _BY_DISTRICT),
    "outreach": Kept(_SECRETARIES, "outreach", _BY_PARTY),
    "targets": Kept(_CITY, "target", _BY_CITY),
    # the owner only reports how it was done: `tests/pages/test_plans.py`
    "plan-tasks": Kept(_UNITS, "plan-task", _BY_DISTRICT),
}
#: pages of every register in `KEPT`, one line per route name
RECORDS = {
    "record-new": FormDoor(names_row=False),
    "record-change": FormDoor(),
    "record-withdraw": FormDoor(),
    "record-history": FormDoor(frozenset({"GET"}), changes=False),
    "record-bulk": FormDoor(frozenset({"POST"}), names_row=False),
}


def routes(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """The name of every route of the URL configuration; one without a name shows as its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield namespace + (entry.name or f"(unnamed) {entry.pattern}")
        else:
            yield from routes(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""))


@dataclass(frozen=True)
class Visit:
    """One address of a door and who, of those let in, finds something there; `refused` see the row it names and may
    not change it."""

    route: str
    door: Door
    address: str
    seen_by: frozenset[str]
    refused: frozenset[str] = frozenset()

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
        if actor in self.refused:
            return 403
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
    for kind, kept in KEPT.items():
        yield from _form_visits(kind, kept, pairs[kept.names])


def _form_visits(kind: str, kept: Kept, pair: Pair) -> Iterator[Visit]:
    example = EXAMPLES[kept.names]
    rows = (
        (pair.nanshan, example.nanshan, kept.changed_by.nanshan),
        (pair.futian, example.futian, kept.changed_by.futian),
    )
    for route, form in RECORDS.items():
        door = Door(kept.by if form.changes else PAGES[kind].opens_for, kept.names, form.takes)
        if not form.names_row:
            yield Visit(route, door, reverse(route, args=[kind]), EVERYBODY)
            continue
        for row, seen_by, changed_by in rows:
            refused = seen_by - changed_by if form.changes else frozenset()
            yield Visit(route, door, reverse(route, args=[kind, record_key(kind, row)]), seen_by, refused)


def record_key(kind: str, row: Any) -> str:
    """How addresses of forms name a stored row of a register."""
    return key_of(registers()[kind.replace("-", "_")], row.pk)
