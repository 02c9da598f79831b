"""The one engine of every figure: a population on a day, the part of it that is met, a target.

A room declares an `Indicator` with one SQL definition of its *subjects*: one row per subject with the columns
of `COLUMNS`. The engine evaluates it for any day in sets, rolls it up by city, unit, district, street, kind and
field, lists the subjects behind a figure, keeps the figures and states of a night, and compares with targets.
No page, mail, export or API computes a rate in another way (spec: coverage).

Live figures read the indicator's SQL; a stored day reads `SubjectState`, which has the same columns, so both
go through the same code.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portal.core import arithmetic, sql
from portal.core.models import District, SubjectState, Target
from portal.core.scoping import Scope
from portal.core.units import UnitTree, districts_on

#: columns of a subjects query, in this order; met and excluded are 0 or 1
COLUMNS = (
    "subject_id",
    "met",
    "excluded",
    "reason",
    "unit_id",
    "district_id",
    "subdistrict_id",
    "kind",
    "field",
)
GROUPINGS = ("city", "unit", "district", "street", "kind", "field")
GROUPING_NAMES = {
    "city": "全市",
    "unit": "党建责任单位",
    "district": "行政区",
    "street": "街道",
    "kind": "类别",
    "field": "领域",
}
NONE_GROUP = "-"
NONE_NAME = "未填"
_COLUMN_OF = {
    "unit": "unit_id",
    "district": "district_id",
    "street": "subdistrict_id",
    "kind": "kind",
    "field": "field",
}


class CannotAnswer(ValueError):
    """The question has no answer; the message is a Chinese sentence for the user."""


class Query(NamedTuple):
    """A SELECT with the columns of `COLUMNS`, and its parameters besides `day`.

    `shared` names sub-queries of `text` by which several indicators begin; they take no parameter but `day`, so
    that a statement over several indicators evaluates each of them once.
    """

    text: str
    parameters: Mapping[str, Any] = {}
    shared: Mapping[str, str] = {}

    @property
    def whole(self) -> str:
        """The SELECT with its shared sub-queries, to stand alone or in a FROM."""
        return f"{_with(self.shared)} {self.text}" if self.shared else self.text


def _with(shared: Mapping[str, str], hint: str = "") -> str:
    return "WITH " + ", ".join(f"{name} AS {hint}({text})" for name, text in shared.items())


class Description(NamedTuple):
    """How a subject is named to the outside, and the rows that decided about it."""

    subject: str
    name: str
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Indicator:
    """One figure of the notice.

    `subjects(day)` is its SQL definition; `describe(ids, day)` names subjects and gives their evidence, a few
    statements for any number of ids. `reasons` maps each reason code to its Chinese word. `target` in per cent
    holds for every unit and day until a dated target is set; it is due on `due_on` (None: every year anew).
    """

    code: str
    name: str
    article: int
    groupings: tuple[str, ...]
    reasons: Mapping[str, str]
    subjects: Callable[[datetime.date], Query]
    describe: Callable[[Sequence[int], datetime.date], Mapping[int, Description]]
    subject_word: str = "社会组织"
    measure: str = "家"
    target: int = 100
    due_on: datetime.date | None = None
    names_people: bool = False

    @property
    def of_organizations(self) -> bool:
        """Whether the subjects are social organizations, so that a subject's id is an organization's."""
        return "kind" in self.groupings


_indicators: dict[str, Indicator] = {}
_choices: dict[str, list[tuple[str, str]]] = {}


def register(indicator: Indicator) -> None:
    """Add an indicator; called by its room when the app is ready."""
    _indicators[indicator.code] = indicator


def register_choices(by: str, choices: Iterable[tuple[str, str]]) -> None:
    """Say which groups `kind` and `field` have: (stored value, Chinese word)."""
    _choices[by] = list(choices)


def all_indicators() -> list[Indicator]:
    """All registered indicators in the order of their articles."""
    return sorted(_indicators.values(), key=lambda i: (i.article, list(_indicators).index(i.code)))


def indicator(code: str) -> Indicator:
    """The indicator of this code. Raises CannotAnswer for an unknown one."""
    try:
        return _indicators[code]
    except KeyError:
        known = "、".join(_indicators)
        raise CannotAnswer(f"没有代码为“{code}”的指标;已有指标:{known}。") from None


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Slice:
    """A part of an indicator's subjects; an empty part of the slice does not restrict.

    Ids are rows, not codes; a None inside `districts` or `streets` means "not recorded or not valid that day".
    """

    units: frozenset[int] | None = None
    districts: frozenset[int | None] | None = None
    streets: frozenset[int | None] | None = None
    kind: str | None = None
    field: str | None = None
    status: str | None = None
    reasons: frozenset[str] | None = None
    subjects: frozenset[int] | None = None
    unresolved: bool = False

    def conditions(self) -> tuple[list[str], dict[str, Any]]:
        """SQL conditions on the subjects query, and their parameters."""
        found: list[str] = []
        parameters: dict[str, Any] = {}
        for column, ids in (
            ("unit_id", self.units),
            ("district_id", self.districts),
            ("subdistrict_id", self.streets),
            ("subject_id", self.subjects),
        ):
            if ids is not None:
                found.append(_in(column, ids))
        for column in ("kind", "field"):
            value = getattr(self, column)
            if value is not None:
                found.append(f"{column} = %({column})s")
                parameters[column] = value
        if self.reasons is not None:
            names = {f"reason{i}": reason for i, reason in enumerate(sorted(self.reasons))}
            found.append(f"reason IN ({', '.join(f'%({n})s' for n in names)})" if names else "1 = 0")
            parameters |= names
        if self.status is not None:
            found.append(_STATUS[self.status])
        if self.unresolved:
            found.append("unit_id IS NULL")
        return found, parameters


#: `excluded` is a status of its own: such a subject is neither met nor unmet in a list
_STATUS = {
    "met": "met = 1 AND excluded = 0",
    "unmet": "met = 0 AND excluded = 0",
    "excluded": "excluded = 1",
    # what the strict figures count as missing, whatever was excluded
    "strict-unmet": "met = 0",
    "strict-met": "met = 1",
}
STATUSES = ("met", "unmet", "excluded")


def _in(column: str, ids: Iterable[int | None]) -> str:
    whole = sorted(int(i) for i in ids if i is not None)
    parts = [f"{column} IN ({', '.join(map(str, whole))})"] if whole else []
    if None in set(ids):
        parts.append(f"{column} IS NULL")
    return f"({' OR '.join(parts)})" if parts else "1 = 0"


def names_in_scope(ind: Indicator, scope: Scope | None) -> list[str]:
    """Conditions under which a scope may see the *names* behind a figure: what its units answered for on that
    day, plus its territory and, of organizations, those reached by name; counts need none of this."""
    if scope is None or scope.city_wide:
        return []
    parts = [
        _in(column, ids)
        for column, ids in (
            ("unit_id", scope.unit_ids),
            ("district_id", scope.district_ids),
            ("subdistrict_id", scope.subdistrict_ids),
            ("subject_id", scope.organization_ids if ind.of_organizations else ()),
        )
        if ids
    ]
    return [f"({' OR '.join(parts)})"] if parts else ["1 = 0"]


# ── sources ─────────────────────────────────────────────────────────────────────────────────────────────────


def live(ind: Indicator, day: datetime.date) -> Query:
    """The subjects as they are known now."""
    return ind.subjects(day)


def stored(ind: Indicator, day: datetime.date) -> Query:
    """The subjects as the snapshot of `day` counted them."""
    return Query(
        f"""SELECT subject_id, CASE WHEN met THEN 1 ELSE 0 END AS met,
                   CASE WHEN excluded THEN 1 ELSE 0 END AS excluded, reason,
                   unit_id, district_id, subdistrict_id, kind, field
            FROM {sql.table(SubjectState)}
            WHERE indicator = %(indicator)s AND from_day <= %(day)s AND (to_day IS NULL OR to_day > %(day)s)""",
        {"indicator": ind.code},
    )


Source = Callable[[Indicator, datetime.date], Query]


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Tally:
    """Counts of one group: subjects and met, each with the part that is excluded, and subjects per reason."""

    eligible: int = 0
    met: int = 0
    excluded: int = 0
    excluded_met: int = 0
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: Tally) -> None:
        """Sum: a group above others is the sum of its parts."""
        self.eligible += other.eligible
        self.met += other.met
        self.excluded += other.excluded
        self.excluded_met += other.excluded_met
        for reason, count in other.reasons.items():
            self.reasons[reason] += count


@dataclass(frozen=True)
class Rate:
    """One figure: strict counts, adjusted counts, target. The object of the public contract."""

    indicator: str
    date: datetime.date
    by: str
    group: str
    group_name: str
    eligible: int
    met: int
    excluded: int
    adjusted_eligible: int
    adjusted_met: int
    target: int | None
    due_on: datetime.date | None = None
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def meets(self) -> bool | None:
        """Whether the strict rate reaches the target; None where nothing is eligible."""
        return arithmetic.meets(self.met, self.eligible, self.target)

    @property
    def shortfall(self) -> int:
        """Whole subjects still needed."""
        return arithmetic.shortfall(self.met, self.eligible, self.target)

    @property
    def rate(self) -> str | None:
        """The strict rate, rounded down to two decimals."""
        return arithmetic.rate(self.met, self.eligible)

    @property
    def adjusted_rate(self) -> str | None:
        """The rate without approved exclusions."""
        return arithmetic.rate(self.adjusted_met, self.adjusted_eligible)

    @property
    def target_ended(self) -> bool:
        """The target's due day has passed on this day: shown grey, without red."""
        return self.due_on is not None and self.date > self.due_on

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of `coverage` and of the API."""
        return {
            "indicator": self.indicator,
            "date": self.date.isoformat(),
            "by": self.by,
            "group": self.group,
            "group_name": self.group_name,
            "eligible": self.eligible,
            "met": self.met,
            "excluded": self.excluded,
            "adjusted_eligible": self.adjusted_eligible,
            "adjusted_met": self.adjusted_met,
            "target": self.target,
            "meets": self.meets,
            "shortfall": self.shortfall,
            "rate": self.rate,
        }


class Places:
    """Units, districts and targets of one day, read once for any number of figures."""

    def __init__(self, day: datetime.date) -> None:
        self.day = day
        self.tree = UnitTree.on(day)
        self._districts: list[District] | None = None
        self._targets: list[Target] | None = None

    @property
    def districts(self) -> list[District]:
        """The districts valid on the day."""
        if self._districts is None:
            self._districts = districts_on(self.day)
        return self._districts

    def streets(self) -> list[Any]:
        """The streets valid on the day."""
        return [unit for unit in self.tree.listed() if unit.kind == "SUBDISTRICT"]

    def target(self, ind: Indicator, unit_id: int | None = None) -> tuple[int, datetime.date | None]:
        """The target in force and its due day: the unit's own, else the nearest above, else everyone's."""
        if self._targets is None:
            self._targets = list(Target.objects.filter(valid_from__lte=self.day).order_by("valid_from"))
        mine = {t.unit_id: t for t in self._targets if t.indicator == ind.code}
        chain: list[int | None] = [unit.id for unit in self.tree.above(unit_id)] if unit_id else []
        for holder in [*chain, None]:
            if holder in mine:
                return mine[holder].percent, mine[holder].due_on
        return ind.target, ind.due_on


def tally(
    ind: Indicator,
    day: datetime.date,
    by: str,
    part: Slice | None = None,
    source: Source = live,
) -> dict[Any, Tally]:
    """Counts per stored value of the grouping's column (None: not recorded); one statement."""
    return tallies([ind], day, by, part, source)[ind.code]


def tallies(
    inds: Sequence[Indicator],
    day: datetime.date,
    by: str,
    part: Slice | None = None,
    source: Source = live,
) -> dict[str, dict[Any, Tally]]:
    """The tally of each indicator by its code; one statement for all of them."""
    conditions, parameters = (part or Slice()).conditions()
    parameters["day"] = day
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    column = _COLUMN_OF.get(by, "'city'")
    selects: list[str] = []
    shared: dict[str, str] = {}
    for position, ind in enumerate(inds):
        query = _named_apart(source(ind, day), position)
        selects.append(
            f"""SELECT {position}, {column} AS grp, reason, met, excluded, COUNT(*)
                FROM ({query.text}) subjects {where} GROUP BY 2, 3, 4, 5"""
        )
        parameters |= query.parameters
        shared |= query.shared
    statement = " UNION ALL ".join(selects)
    if shared:
        statement = f"{_with(shared, 'MATERIALIZED ')} {statement}"
    found: dict[str, dict[Any, Tally]] = {ind.code: defaultdict(Tally) for ind in inds}
    for position, group, reason, met, excluded, count in sql.rows(statement, parameters):
        found[inds[position].code][group or None].add(
            Tally(
                eligible=count,
                met=count * met,
                excluded=count * excluded,
                excluded_met=count * met * excluded,
                reasons=defaultdict(int, {reason: count}),
            )
        )
    return found


def _named_apart(query: Query, position: int) -> Query:
    """The query with its own parameters renamed, so that several stand in one statement."""
    names = {name: f"{name}_{position}" for name in query.parameters}
    text = re.sub(r"%\((\w+)\)s", lambda found: f"%({names.get(found[1], found[1])})s", query.text)
    return Query(text, {names[name]: value for name, value in query.parameters.items()}, query.shared)


def _groups(by: str, counts: Mapping[Any, Tally], places: Places) -> list[tuple[str, str, int | None, Tally]]:
    """Groups of a grouping as (code, name, unit of its target, counts), also those with nothing in them."""
    if by == "city":
        return [("city", "全市", None, counts.get("city", Tally()))]
    if by == "unit":
        return [(u.code, u.name, u.id, _sum(counts, places.tree.below(u.id))) for u in places.tree.listed()]
    listed: list[tuple[Any, str, str]]
    if by == "district":
        listed = [(d.pk, d.code, d.name) for d in places.districts]
    elif by == "street":
        listed = [(u.id, u.code, u.name) for u in places.streets()]
    else:
        listed = [(value, label, label) for value, label in _choices[by]]
    groups: list[tuple[str, str, int | None, Tally]] = [
        (code, name, None, counts.get(key, Tally())) for key, code, name in listed
    ]
    rest = _sum(counts, set(counts) - {key for key, _, _ in listed})
    return [*groups, (NONE_GROUP, NONE_NAME, None, rest)] if rest.eligible else groups


def _sum(counts: Mapping[Any, Tally], keys: Iterable[Any]) -> Tally:
    total = Tally()
    for key in keys:
        if key in counts:
            total.add(counts[key])
    return total


def offered(ind: Indicator, by: str) -> bool:
    """Whether the indicator has this grouping."""
    return by in ind.groupings


def chosen(codes: Sequence[str] | None, by: str) -> list[Indicator]:
    """The indicators asked for; without codes all that offer the grouping. Raises CannotAnswer."""
    if by not in GROUPINGS:
        raise CannotAnswer(f"不能按“{by}”分组;可用:{'、'.join(GROUPINGS)}。")
    if not codes:
        return [ind for ind in all_indicators() if offered(ind, by)]
    asked = [indicator(code) for code in codes]
    for ind in asked:
        if not offered(ind, by):
            ways = "、".join(GROUPING_NAMES[g] for g in ind.groupings)
            raise CannotAnswer(f"{ind.name}不能按{GROUPING_NAMES[by]}分组;可按:{ways}。")
    return asked


def rates(
    day: datetime.date,
    by: str = "city",
    codes: Sequence[str] | None = None,
    *,
    part: Slice | None = None,
    source: Source = live,
    places: Places | None = None,
) -> list[Rate]:
    """The figures of `day`: one statement, plus units, districts and targets once.

    Raises CannotAnswer for an unknown indicator or a grouping that it does not offer.
    """
    places = places or Places(day)
    found: list[Rate] = []
    asked = chosen(codes, by)
    counts = tallies(asked, day, by, part, source) if asked else {}
    for ind in asked:
        for group, name, unit_id, total in _groups(by, counts[ind.code], places):
            target, due_on = places.target(ind, unit_id)
            found.append(
                Rate(
                    indicator=ind.code,
                    date=day,
                    by=by,
                    group=group,
                    group_name=name,
                    eligible=total.eligible,
                    met=total.met,
                    excluded=total.excluded,
                    adjusted_eligible=total.eligible - total.excluded,
                    adjusted_met=total.met - total.excluded_met,
                    target=target,
                    due_on=due_on,
                    reasons=dict(total.reasons),
                )
            )
    return found


# ── the subjects behind a figure ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Subject:
    """One subject behind a figure; `as_dict` is the object of the public contract."""

    id: int
    subject: str
    name: str
    status: str
    reason: str
    article: int
    unit: str | None
    unit_name: str | None
    district: str | None
    district_name: str | None
    evidence: Mapping[str, Any]
    strictly_met: bool
    subdistrict: str | None = None
    kind: str | None = None
    field: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of `explain` and of the API."""
        return {
            "subject": self.subject,
            "subject_name": self.name,
            "status": self.status,
            "reason": self.reason,
            "article": self.article,
            "unit": self.unit,
            "district": self.district,
            "evidence": dict(self.evidence),
        }


def explain(
    ind: Indicator,
    day: datetime.date,
    part: Slice | None = None,
    *,
    source: Source = live,
    scope: Scope | None = None,
    after: int | None = None,
    limit: int | None = None,
    places: Places | None = None,
) -> list[Subject]:
    """The subjects in a slice, by their row id; `after` and `limit` page through them by key.

    With a `scope` only names within it are returned; counts never need one. One statement for the subjects and
    a few for their names and evidence.
    """
    query = source(ind, day)
    conditions, parameters = (part or Slice()).conditions()
    conditions += names_in_scope(ind, scope)
    if after is not None:
        conditions.append("subject_id > %(after)s")
        parameters["after"] = after
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    found = sql.rows(
        f"""SELECT {", ".join(COLUMNS)} FROM ({query.whole}) subjects {where} ORDER BY subject_id
            {f"LIMIT {int(limit)}" if limit else ""}""",
        {**query.parameters, **parameters, "day": day},
    )
    places = places or Places(day)
    described = _described(ind, [row[0] for row in found], day, source)
    districts = {d.pk: d for d in District.objects.all()}
    return [_subject(ind, row, described[row[0]], places.tree, districts) for row in found]


def _described(ind: Indicator, ids: list[int], day: datetime.date, source: Source) -> Mapping[int, Description]:
    described = dict(ind.describe(ids, day))
    if source is stored:
        names = SubjectState.objects.filter(indicator=ind.code, from_day__lte=day).exclude(to_day__lte=day)
        for row, key, name in names.values_list("subject_id", "subject", "subject_name"):
            evidence = described[row].evidence if row in described else {}
            described[row] = Description(key, name, evidence)
    return described


def _subject(
    ind: Indicator,
    row: tuple[Any, ...],
    described: Description,
    tree: UnitTree,
    districts: Mapping[int, District],
) -> Subject:
    subject_id, met, excluded, reason, unit_id, district_id, subdistrict_id, kind, kind_field = row
    unit = tree.units.get(unit_id or 0)
    district = districts.get(district_id or 0)
    street = tree.units.get(subdistrict_id or 0)
    return Subject(
        id=subject_id,
        subject=described.subject,
        name=described.name,
        status="excluded" if excluded else "met" if met else "unmet",
        reason=reason,
        article=ind.article,
        unit=unit.code if unit else None,
        unit_name=unit.name if unit else None,
        district=district.code if district else None,
        district_name=district.name if district else None,
        evidence=described.evidence,
        strictly_met=bool(met),
        subdistrict=street.name if street else None,
        kind=kind or None,
        field=kind_field or None,
    )


def count(
    ind: Indicator,
    day: datetime.date,
    part: Slice | None = None,
    *,
    source: Source = live,
    scope: Scope | None = None,
) -> int:
    """How many subjects a slice holds, names within `scope` only when one is given."""
    query = source(ind, day)
    conditions, parameters = (part or Slice()).conditions()
    conditions += names_in_scope(ind, scope)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    found = sql.rows(
        f"SELECT COUNT(*) FROM ({query.whole}) subjects {where}",
        {**query.parameters, **parameters, "day": day},
    )
    return int(found[0][0])
