"""变更记录 of one record: every action that touched it, what it changed in words, which of them can be undone."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from branches.models import PartyOrganization
from demonstration.models import DemonstrationSite, LegalGroup, ServedPlace, SiteApplication
from members.models import Person
from orgs.models import SocialOrganization
from portal.core import keyset
from portal.core.entry import trail, undoing
from portal.core.imports.engine import ADDED
from portal.core.imports.register import Register
from portal.core.imports.widgets import Reference
from portal.core.models import AuditEntry, Change, District, Unit, User
from portal.core.scoping import Scope
from training.models import Course

#: actions of one page
PAGE_SIZE = 20
#: what stands for a name that the account may not read
HIDDEN = "不在查看范围内"
_NAME = "姓名"


@dataclass(frozen=True)
class Item:
    """One value that an action changed, in words."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One action on the record."""

    entry: int
    at: datetime.datetime
    actor: str
    action: str
    reason: str
    undone: bool
    may_undo: bool = False
    items: list[Item] = field(default_factory=list)

    @property
    def made(self) -> bool:
        """Whether the record came to be by it: undone, there is no page of the record any more."""
        return any(item.column == ADDED for item in self.items)


@dataclass(frozen=True)
class Trail:
    """One page of the actions on a record, newest first, and the cursors to the pages before and after."""

    steps: list[Step]
    before: str
    after: str


def trail_of(register: Register, row: Any, *, account: User, scope: Scope, cursor: str = "") -> Trail:
    """The page at `cursor`. Raises keyset.BadCursor."""
    changes = trail.changes_of(register, row)
    entries = AuditEntry.objects.filter(pk__in=changes.values("entry_id")).annotate(**{keyset.SORT: F("pk")})
    page = keyset.window(entries, descending=True, size=PAGE_SIZE, cursor=cursor)
    shown = list(changes.filter(entry__in=page.rows).order_by("pk"))
    words = _Words(register, shown, scope)
    items: dict[int, list[Item]] = defaultdict(list)
    for one in shown:
        items[one.entry_id].append(words.item(one))
    return Trail(_steps(page.rows, items, account, scope), page.before, page.after)


def _steps(entries: Sequence[AuditEntry], items: dict[int, list[Item]], account: User, scope: Scope) -> list[Step]:
    undone = undone_among(entries)
    own = [entry for entry in entries if entry.actor_id == account.pk and entry.pk not in undone]
    possible = undoing.possible(own[:1], account, scope)
    return [
        Step(
            entry=one.pk,
            at=one.at,
            actor=one.actor_name,
            action=one.action,
            reason=one.reason,
            undone=one.pk in undone,
            may_undo=one.pk in possible,
            items=items[one.pk],
        )
        for one in entries
    ]


def undone_among(entries: Collection[AuditEntry]) -> set[int]:
    """Which of these actions were undone."""
    return set(AuditEntry.objects.filter(undoes__in=entries).values_list("undoes_id", flat=True))


class _Words:
    """Codes of changes as names, as far as the scope may read them; one statement per register referred to."""

    def __init__(self, register: Register, changes: Sequence[Change], scope: Scope) -> None:
        self.scope = scope
        self.kinds = {
            heading: column.widget.kind
            for column in register.columns
            if isinstance(column.widget, Reference)
            for heading in column.headings
        }
        asked: dict[str, set[str]] = defaultdict(set)
        for one in changes:
            if one.column in self.kinds:
                asked[self.kinds[one.column]] |= {one.before, one.after} - {""}
        self.names = {kind: NAMES[kind](scope, texts) for kind, texts in asked.items() if texts}

    def item(self, change: Change) -> Item:
        """A change in words."""
        if change.column in (_NAME, ADDED) and self._names_a_person(change):
            return Item(change.column, change.before and HIDDEN, change.after and HIDDEN)
        kind = self.kinds.get(change.column)
        if kind is None:
            return Item(change.column, change.before, change.after)
        return Item(change.column, self._named(kind, change.before), self._named(kind, change.after))

    def _names_a_person(self, change: Change) -> bool:
        return change.register in ("members", "instructors") and not self.scope.can("see-members")

    def _named(self, kind: str, text: str) -> str:
        open_to_all = text if kind in ("units", "districts") else HIDDEN
        return self.names[kind].get(text, open_to_all) if text else ""


def _organizations(scope: Scope, texts: set[str]) -> dict[str, str]:
    numbers = Q(credit_code__in=texts) | Q(registration_number__in=texts)
    rows = SocialOrganization.objects.within(scope).filter(numbers)
    return {key: one.name for one in rows for key in (one.credit_code, one.registration_number) if key}


def _parties(scope: Scope, texts: set[str]) -> dict[str, str]:
    rows = PartyOrganization.objects.within(scope).filter(code__in=texts)
    return dict(rows.values_list("code", "name"))


def _people(scope: Scope, texts: set[str]) -> dict[str, str]:
    if not scope.can("see-members"):
        return {}
    return dict(Person.objects.within(scope).filter(opaque_id__in=texts).values_list("opaque_id", "name"))


def _units(scope: Scope, texts: set[str]) -> dict[str, str]:
    return dict(Unit.objects.filter(code__in=texts).values_list("code", "name"))


def _districts(scope: Scope, texts: set[str]) -> dict[str, str]:
    return dict(District.objects.filter(code__in=texts).values_list("code", "name"))


def _courses(scope: Scope, texts: set[str]) -> dict[str, str]:
    return dict(Course.objects.within(scope).filter(code__in=texts).values_list("code", "name"))


def _places(scope: Scope, texts: set[str]) -> dict[str, str]:
    return dict(ServedPlace.objects.within(scope).filter(code__in=texts).values_list("code", "name"))


def _sites(scope: Scope, texts: set[str]) -> dict[str, str]:
    return dict(DemonstrationSite.objects.within(scope).filter(code__in=texts).values_list("code", "name"))


def _applications(scope: Scope, texts: set[str]) -> dict[str, str]:
    rows = SiteApplication.objects.within(scope).filter(code__in=texts)
    return {code: f"{name}（{code}）" for code, name in rows.values_list("code", "organization__name")}


def _groups(scope: Scope, texts: set[str]) -> dict[str, str]:
    return dict(LegalGroup.objects.within(scope).filter(code__in=texts).values_list("code", "name"))


#: names by the texts that name rows in the audit, as far as the scope may read them, by register
def names_of(keys: set[str], scope: Scope) -> dict[str, str]:
    """The names of organizations, party organizations and people among public keys, as far as the scope may read
    them; three statements."""
    return _organizations(scope, keys) | _parties(scope, keys) | _people(scope, keys) if keys else {}


NAMES = {
    "organizations": _organizations,
    "party_organizations": _parties,
    "members": _people,
    "units": _units,
    "districts": _districts,
    "courses": _courses,
    "communities": _places,
    "sites": _sites,
    "site_applications": _applications,
    "legal_groups": _groups,
}
