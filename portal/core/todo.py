"""What there is to do (待办): read from the state of the registers each time it is asked for, never stored.

So an item ends by itself when the state is mended, comes back when it breaks again, and no missed night loses one.
Each room declares its kinds in its own `todo.py` (found like `resources.py`): how a kind is called, which rows wait,
and the list where they are dealt with. Figures are the engine's; what is not a figure is counted in one statement
for all kinds together. The desk, the page 待办 and the daily letter show the same groups.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import (
    CharField,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from portal.core import indicators, sql
from portal.core.discovery import discover
from portal.core.imports import seen
from portal.core.indicators import Places, Rate, Slice
from portal.core.models import Delivery, Letter, User
from portal.core.opaque import opaque
from portal.core.scoping import Scope
from portal.core.templatetags.ui import cnday
from portal.core.units import UnitOnDay

#: the groups, in the order in which they are shown
GROUPS = ("归口", "组建", "到期", "培训", "登记", "示范", "数据")
#: what a button says that leads to a list
LOOK = "看名单"
#: what falls due within so many days is pressing
PRESSING = 7
#: the figures that kinds count by
FIGURES = ("formation-due", "term-current", "secretary-training")


@dataclass(frozen=True)
class Named:
    """One of the rows that wait: its name and its page, where it has one."""

    name: str
    href: str = ""


@dataclass(frozen=True)
class Naming:
    """How the rows of a kind are called: what is read of a row (fields, or expressions that give text), and the name
    that it makes; what is not recorded comes as an empty text."""

    read: Sequence[str | Combinable]
    named: Callable[..., Named]


@dataclass(frozen=True)
class Found:
    """What waits of one kind: rows within the scope, and the address of the list that holds them.

    `figure` is the number where the engine counts it: names outside the scope count, they are only not shown.
    `ends` is the field with the first day on which it is too late; `rows` may be a list where no query tells. `told`
    gives a remark that stands before every other, where it finds one.
    """

    rows: QuerySet[Any] | Sequence[Any]
    href: str
    remark: str = ""
    figure: int | None = None
    ends: str = ""
    pressing: bool = False
    told: Subquery | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of thing to do. `find` answers None where the kind is nothing for the account; `article` is the article
    of the notice that asks for it (0: none, a matter of the data). `action` is what its button says to staff, `own` to
    a secretary; who may only look is offered the list."""

    code: str
    group: str
    name: str
    action: str
    find: Callable[[Asked], Found | None]
    naming: Naming
    measure: str = "家"
    article: int = 0
    own: str = "去办"


@dataclass(frozen=True)
class Item:
    """A kind of which something waits: how many, a remark, the list where it is done."""

    kind: Kind
    count: int
    remark: str
    action: str
    href: str
    pressing: bool
    rows: QuerySet[Any] | Sequence[Any]


@dataclass(frozen=True)
class Group:
    """Items that belong together."""

    name: str
    items: list[Item]

    @property
    def count(self) -> int:
        """How many things in all."""
        return sum(item.count for item in self.items)


@dataclass(frozen=True)
class Asked:
    """For whom and for which day: what the kinds of all rooms derive from.

    Staff of a unit are asked for the unit and those below it, city staff for the whole city, a secretary for the
    party organizations reached, an instructor for the organizations posted to.
    """

    scope: Scope
    day: datetime.date
    account: User
    places: Places
    rates: Sequence[Rate] | None = None
    #: what kinds need more than once; "parties": the codes of a secretary's own party organizations
    memory: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def home(self) -> UnitOnDay | None:
        """The unit of unit staff; None for the city and for everybody else, and once the unit has ended."""
        if self.scope.city_wide or not self.scope.is_staff:
            return None
        found = self.places.tree.units.get(self.scope.home_unit_id or 0)
        return found if found and found.valid and not found.is_placeholder else None

    @property
    def for_units(self) -> bool:
        """Whether the account answers by unit: city staff, or staff of a unit that is in use."""
        return self.scope.is_staff and (self.scope.city_wide or self.home is not None)

    @property
    def for_parties(self) -> bool:
        """Whether the account answers for party organizations of its own."""
        return not self.scope.is_staff and bool(self.scope.own_party_organization_ids)

    @cached_property
    def units(self) -> frozenset[int] | None:
        """The unit and those below it; None for the whole city."""
        return self.places.tree.below(self.home.id) if self.home else None

    @cached_property
    def part(self) -> Slice:
        """The subjects that the units answer for."""
        return Slice(units=self.units)

    def reasons(self, indicator: str) -> Mapping[str, int]:
        """How many subjects of the units stand at each reason of an indicator."""
        if self.rates is not None:
            return next((rate.reasons for rate in self.rates if rate.indicator == indicator), {})
        return self._tallies[indicator]

    @cached_property
    def _tallies(self) -> dict[str, Mapping[str, int]]:
        asked = [indicators.indicator(code) for code in FIGURES]
        found = indicators.tallies(asked, self.day, "city", self.part)
        return {code: tally["city"].reasons if "city" in tally else {} for code, tally in found.items()}

    def figure(self, indicator: str, *reasons: str) -> int:
        """How many subjects of the units stand at these reasons."""
        return sum(self.reasons(indicator).get(reason, 0) for reason in reasons)

    def listed(self, route: str, **asked: str) -> str:
        """The address of a list, narrowed."""
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse(route)}{'?' if query else ''}{query}"

    def behind(self, indicator: str, *reasons: str) -> str:
        """The address of the names behind a figure of the units: what is not met, at these reasons."""
        by, group = ("unit", self.home.code) if self.home else ("", "")
        asked = {"by": by, "group": group, "status": "unmet", "reason": ",".join(reasons)}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('coverage-subjects', args=[indicator])}?{query}"


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Declare kinds; called by a room's `todo` module."""
    for kind in kinds:
        _kinds[kind.code] = kind


def all_kinds() -> list[Kind]:
    """Every kind, group by group."""
    discover("todo")
    return sorted(_kinds.values(), key=lambda kind: GROUPS.index(kind.group))


def groups(
    scope: Scope,
    day: datetime.date,
    account: User,
    *,
    places: Places | None = None,
    rates: Sequence[Rate] | None = None,
    parties: Sequence[str] | None = None,
) -> list[Group]:
    """What waits for an account on a day; a page that has the `rates` of its units already (of all `FIGURES`) gives
    them, and the codes of a secretary's own `parties`.

    One statement for all counts and one for all figures, besides what units and spellings need.
    """
    asked = _asked(scope, day, account, places, rates, parties)
    items = _items(asked, all_kinds())
    made = [Group(name, [item for item in items if item.kind.group == name]) for name in GROUPS]
    return [group for group in made if group.items]


def by_article(
    scope: Scope,
    day: datetime.date,
    account: User,
    *,
    places: Places | None = None,
    rates: Sequence[Rate] | None = None,
) -> dict[int, list[Item]]:
    """What waits under each article of the notice that asks for something; as many statements as `groups`."""
    kinds = [kind for kind in all_kinds() if kind.article]
    found: dict[int, list[Item]] = {}
    for item in _items(_asked(scope, day, account, places, rates), kinds):
        found.setdefault(item.kind.article, []).append(item)
    return found


def _asked(
    scope: Scope,
    day: datetime.date,
    account: User,
    places: Places | None,
    rates: Sequence[Rate] | None,
    parties: Sequence[str] | None = None,
) -> Asked:
    places = places or cast(Places, SimpleLazyObject(lambda: Places(day)))
    return Asked(scope, day, account, places, rates, {"parties": parties} if parties else {})


def _items(asked: Asked, kinds: Sequence[Kind]) -> list[Item]:
    found = [(kind, one) for kind in kinds if (one := kind.find(asked)) is not None and one.figure != 0]
    return [item for item in _counted(found, asked) if item.count]


def _counted(found: Sequence[tuple[Kind, Found]], asked: Asked) -> list[Item]:
    """The items of what was found; one statement counts all rows and reads the first days."""
    wanted: dict[str, Subquery] = {}
    for position, (_, one) in enumerate(found):
        if not isinstance(one.rows, QuerySet):
            continue
        if one.figure is None:
            wanted[f"n{position}"] = _of_rows(one.rows, "COUNT", "pk", IntegerField())
        if one.ends:
            wanted[f"first{position}"] = _of_rows(one.rows, "MIN", one.ends, DateField())
        if one.told is not None:
            wanted[f"told{position}"] = one.told
    known: dict[str, Any] = {}
    if wanted:
        known = dict(User.objects.values(**wanted).get(pk=asked.account.pk))
    return [
        _item(kind, one, asked, *(known.get(f"{name}{position}") for name in ("n", "first", "told")))
        for position, (kind, one) in enumerate(found)
    ]


def _of_rows(rows: QuerySet[Any], function: str, column: str, kind: IntegerField | DateField) -> Subquery:
    """An aggregate over all rows, as a sub-query of one value."""
    whole = Func(F(column), function=function, output_field=kind)
    return Subquery(rows.order_by().annotate(todo_value=whole).values("todo_value"), output_field=kind)


def _item(
    kind: Kind, found: Found, asked: Asked, counted: int | None, first: datetime.date | None, told: str | None
) -> Item:
    count = found.figure if found.figure is not None else counted
    soon = first is not None and (first - asked.day).days <= PRESSING
    return Item(
        kind=kind,
        count=len(found.rows) if count is None else count,
        remark=told or (f"最早 {cnday(first)}" if first else found.remark),
        action=_action(kind, asked),
        href=found.href,
        pressing=found.pressing or soon,
        rows=found.rows,
    )


def _action(kind: Kind, asked: Asked) -> str:
    if not asked.scope.can("keep-registers"):
        return LOOK
    return kind.own if asked.for_parties else kind.action


def first(items: Sequence[Item], most: int) -> list[list[Named]]:
    """The first of each of these items by name, within the scope; one statement for all."""
    width = max((len(item.kind.naming.read) for item in items), default=0)
    queries = [_read(item, item.rows, width) for item in items if isinstance(item.rows, QuerySet)]
    found = iter(sql.first_of_each(queries, most))
    return [_named(item, next(found) if isinstance(item.rows, QuerySet) else item.rows[:most]) for item in items]


def _read(item: Item, rows: QuerySet[Any], width: int) -> QuerySet[Any, Any]:
    """What is read of the rows of an item, as text, with empty columns up to `width`."""
    read = [*item.kind.naming.read, *[Value("")] * width][:width]
    texts = {
        f"todo_{n}": Coalesce(Cast(one, TextField()), Value(""), output_field=TextField()) for n, one in enumerate(read)
    }
    return rows.annotate(**texts).values_list(*texts)


def _named(item: Item, rows: Iterable[Any]) -> list[Named]:
    naming = item.kind.naming
    if isinstance(item.rows, QuerySet):
        return [naming.named(*row[: len(naming.read)]) for row in rows]
    return [naming.named(*(getattr(row, str(name)) for name in naming.read)) for row in rows]


# ── the ground's own kinds: what came in with faults, letters that came back ────────────────────────────────


def _imports(asked: Asked) -> Found | None:
    """Imports of the account or its unit that left rows behind."""
    if not asked.scope.can("import"):
        return None
    rows = seen.unfinished(asked.scope, asked.account).order_by("-pk")
    return Found(rows, asked.listed("import-records", state="unfinished"), "改好有错误的行，再导入一次")


def refused() -> Q:
    """Deliveries that were refused at an address that is still written to, and nothing reached it since."""
    later = Delivery.objects.filter(
        recipient=OuterRef("recipient"),
        letter__kind=OuterRef("letter__kind"),
        pk__gt=OuterRef("pk"),
        status__in=(Delivery.Status.SENT, Delivery.Status.REFUSED),
    ).filter(Q(letter__unit=OuterRef("letter__unit")) | Q(letter__account=OuterRef("letter__account")))
    mark, written = Value("；"), CharField()
    here = Concat(mark, F("recipient"), mark, output_field=written)
    unit = Q(pk__in=_addressed(here, Concat(mark, F("letter__unit__report_emails"), mark, output_field=written)))
    account = Q(letter__account__email=F("recipient"), letter__account__wants_digest=True)
    return Q(status=Delivery.Status.REFUSED) & ~Exists(later) & (unit | account)


def _addressed(recipient: Concat, addresses: Concat) -> QuerySet[Any]:
    """Deliveries whose recipient is still among the addresses of its unit."""
    rows = Delivery.objects.filter(letter__unit__isnull=False).annotate(here=recipient, all=addresses)
    return rows.filter(all__contains=F("here")).values("pk")


def _letters(asked: Asked) -> Found | None:
    """Letters to the units that were refused, and the account's own digest."""
    if not asked.for_units:
        return None
    units = Q(unit__isnull=False) if asked.scope.city_wide else Q(unit__in=asked.scope.unit_ids)
    rows = Letter.objects.filter(units | Q(account=asked.account))
    rows = rows.filter(pk__in=Delivery.objects.filter(refused()).values("letter")).order_by("-day", "-pk")
    return Found(rows, asked.listed("letters", state="to-mend"), "收件邮箱有误或已停用，请更正", pressing=True)


def _import_named(file_name: str, row: str) -> Named:
    return Named(file_name, reverse("import", args=[opaque("core.importbatch", int(row))]))


def _letter_named(unit: str, row: str) -> Named:
    return Named(unit or "本人的每日待办", reverse("letter", args=[opaque("core.letter", int(row))]))


_IMPORT = Naming(("file_name", "pk"), _import_named)
_LETTER = Naming(("unit__name", "pk"), _letter_named)

register(
    Kind("import-findings", "数据", "导入有未写入的行", "去改正", _imports, _IMPORT, "次"),
    Kind("refused-letters", "数据", "信件被拒收", LOOK, _letters, _LETTER, "封"),
)
