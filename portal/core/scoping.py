"""Scope: what one account may look at and what it may change. Scope on every read.

A scope is a value with two reaches. `within` is to look: what one's units answer for or register, plus the
territory of a territorial unit. `answered_for` is to change: what one's units answer for. What is outside
one's scope does not exist for them (404); what is seen but not changeable is refused (403).

Each room registers, for each of its models, how a scope becomes a filter (`register_reach`), and how a grant
bound to something of that room widens a scope (`register_expansion`), so this floor imports no room.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.db import models
from django.db.models import Q

from portal.core.roles import CAPABILITIES, Role
from portal.core.validity import today


class UnscopedRead(RuntimeError):
    """Somebody read a scoped model without naming a scope: a fault in the code, never in the input."""


@dataclass(frozen=True)
class Scope:
    """What one account reaches on one day.

    `home_unit_id` is the unit that it belongs to first, `own_unit_ids` are those as which it may write: one for each
    of its grants as their staff. `unit_ids` are the units it belongs to and all below them; `registering_ids` the
    same, used for what they register; the territory is `district_ids`, `subdistrict_ids` and `community_ids`.
    `party_organization_ids` are those of a secretary and below; `own_party_organization_ids` those the secretary may
    change; `organization_ids` are reached by name: covered by these, or posted to.
    """

    day: datetime.date
    roles: frozenset[Role] = frozenset()
    city_wide: bool = False
    unit_ids: frozenset[int] = frozenset()
    writing_unit_ids: frozenset[int] = frozenset()
    home_unit_id: int | None = None
    own_unit_ids: frozenset[int] = frozenset()
    district_ids: frozenset[int] = frozenset()
    subdistrict_ids: frozenset[int] = frozenset()
    community_ids: frozenset[int] = frozenset()
    party_organization_ids: frozenset[int] = frozenset()
    own_party_organization_ids: frozenset[int] = frozenset()
    organization_ids: frozenset[int] = frozenset()
    person_ids: frozenset[int] = frozenset()
    #: the tree of units of the day, where it was read to find the reach of a unit
    tree: Any = field(default=None, compare=False, repr=False)

    def can(self, capability: str) -> bool:
        """Whether any of the roles has the capability (a key of `portal.core.roles.CAPABILITIES`)."""
        return bool(self.roles & CAPABILITIES[capability])

    @property
    def is_staff(self) -> bool:
        """City or unit staff, or an observer."""
        return self.can("see-counts")

    def tree_of(self, day: datetime.date) -> Any:
        """The tree of units of a day, where this scope has read it; else None."""
        return self.tree if day == self.day else None

    def merge(self, other: Scope) -> Scope:
        """The union of two scopes of the same day."""
        union = {
            name: getattr(self, name) | getattr(other, name)
            for name in self.__dataclass_fields__
            if isinstance(getattr(self, name), frozenset)
        }
        return replace(
            self,
            city_wide=self.city_wide or other.city_wide,
            home_unit_id=self.home_unit_id or other.home_unit_id,
            tree=self.tree or other.tree,
            **union,
        )


#: the engine, commands and jobs act for the city
def everything(day: datetime.date | None = None) -> Scope:
    """The scope of commands and jobs on this machine: the whole city, as city staff."""
    return Scope(day=day or today(), roles=frozenset({Role.CITY_STAFF}), city_wide=True)


Reach = Callable[[Scope], Q]


@dataclass
class _Reaches:
    within: dict[type[models.Model], Reach] = field(default_factory=dict)
    answered_for: dict[type[models.Model], Reach] = field(default_factory=dict)
    expansions: dict[Role, Callable[[Any, datetime.date], Scope]] = field(default_factory=dict)


_registry = _Reaches()


def register_reach(model: type[models.Model], *, within: Reach, answered_for: Reach) -> None:
    """Say how a scope that is not city-wide becomes a filter on `model`, to look and to change."""
    _registry.within[model] = within
    _registry.answered_for[model] = answered_for


def register_expansion(role: Role, expand: Callable[[Any, datetime.date], Scope]) -> None:
    """Say what a grant of `role` (a `RoleGrant`) reaches on a day."""
    _registry.expansions[role] = expand


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows of a scoped model."""

    def within(self, scope: Scope) -> Self:
        """What `scope` may look at."""
        return self if scope.city_wide else self.filter(_registry.within[self.model](scope))

    def answered_for(self, scope: Scope) -> Self:
        """What `scope` may change."""
        if scope.city_wide and Role.CITY_STAFF in scope.roles:
            return self
        return self.filter(_registry.answered_for[self.model](scope))


class ScopedManager(models.Manager[Any]):
    """The manager of a scoped model: it refuses a read without a scope.

    `everyone()` is for the engine, imports and commands, which act for the city; house tests hold pages and
    the API to `within()` and `answered_for()`.
    """

    def get_queryset(self) -> ScopedQuerySet:
        """Refuse: name `within(scope)`, `answered_for(scope)` or `everyone()`."""
        raise UnscopedRead(f"{self.model.__name__}: name within(), answered_for() or everyone()")

    def everyone(self) -> ScopedQuerySet:
        """All rows: for the engine and for what acts for the city."""
        return ScopedQuerySet(self.model, using=self._db)

    def none(self) -> ScopedQuerySet:
        """No rows: reading nothing needs no scope."""
        return self.everyone().none()

    def within(self, scope: Scope) -> ScopedQuerySet:
        """What `scope` may look at."""
        return self.everyone().within(scope)

    def answered_for(self, scope: Scope) -> ScopedQuerySet:
        """What `scope` may change."""
        return self.everyone().answered_for(scope)

    def create(self, **values: Any) -> Any:
        """A new row; a write needs no scope of its own, its action has checked it."""
        return self.everyone().create(**values)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """New rows in one statement per batch."""
        return self.everyone().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Changed rows in one statement per batch."""
        return self.everyone().bulk_update(objs, fields, batch_size)


class ScopedModel(models.Model):
    """A model whose every read names a scope. Django's own machinery (relations, checks) uses `rows`."""

    objects = ScopedManager()
    rows = models.Manager()  # noqa: DJ012

    class Meta:
        abstract = True
        default_manager_name = "rows"
        base_manager_name = "rows"


def scope_of(user: Any, day: datetime.date | None = None) -> Scope:
    """The scope of an account on `day` (default today): the union of its grants active then.

    An anonymous or disabled account reaches nothing.
    """
    day = day or today()
    scope = Scope(day=day)
    if not user.is_authenticated or not user.is_active:
        return scope
    for grant in user.grants_on(day):
        role = Role(grant.role)
        expand = _registry.expansions.get(role)
        part = expand(grant, day) if expand else Scope(day=day)
        scope = scope.merge(replace(part, roles=frozenset({role})))
    return scope
