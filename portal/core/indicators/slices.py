"""A part of an indicator's subjects: the conditions on its rows, and whose names an account may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.core.indicators.declared import Indicator
from portal.core.scoping import Scope


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

    @property
    def of_subjects(self) -> bool:
        """Whether it restricts to single subjects or to what became of them, not only to groups."""
        return self.status is not None or self.subjects is not None

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
    day, what is placed in its territory and, of organizations, those reached by name; counts need none of this."""
    if scope is None or scope.city_wide:
        return []
    reached = [("unit_id", scope.unit_ids)]
    if ind.has_places:
        reached += [("district_id", scope.district_ids), ("subdistrict_id", scope.subdistrict_ids)]
    if ind.of_organizations:
        reached.append(("subject_id", scope.organization_ids))
    parts = [_in(column, ids) for column, ids in reached if ids]
    return [f"({' OR '.join(parts)})"] if parts else ["1 = 0"]
