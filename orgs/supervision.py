"""Article 1 as a pure rule: who answers for an organization's party building on a day.

In prose. The first line that applies wins:

1. *kept* – the organization's party organization was already managed by a working committee or a district lead
   (or a unit below one) before the notice: affiliation stays as it is, in principle. The claim is established
   by `branches`, which knows links and party organizations, and comes in as an argument.
2. *education* – an education training body or private school that the city's education bureau registered:
   the education committee.
3. *health* – a private hospital that the city's health bureau registered: the health committee.
4. *professional* – a concrete professional supervising unit is recorded: that unit.
5. *registry* – the registering unit.
6. *unresolved* – the registering unit is missing too: nobody.

A placeholder is no unit: as professional unit line 4 does not apply, as registering unit it counts as missing.
Whether a unit is still valid does not matter here; for lines 2 and 3 the committee with that function must be
valid on the day, otherwise the line does not apply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

#: fields of line 2 and line 3 (`OrganizationState.Field`)
EDUCATION_FIELDS = frozenset({"EDUCATION_TRAINING", "PRIVATE_SCHOOL"})
HEALTH_FIELDS = frozenset({"PRIVATE_HOSPITAL"})


class AnyUnit(Protocol):
    """What the rule needs to know of a unit on the day."""

    @property
    def id(self) -> int: ...
    @property
    def level(self) -> str: ...
    @property
    def function(self) -> str: ...
    @property
    def is_placeholder(self) -> bool: ...


@dataclass(frozen=True)
class Ruling:
    """The answer: the unit (None when unresolved), the basis, and what the rule without line 1 gives."""

    unit_id: int | None
    basis: str
    rule_unit_id: int | None
    article: int = 1


def responsible_unit(
    *,
    field: str,
    registering: AnyUnit | None,
    professional: AnyUnit | None,
    education_committee: AnyUnit | None,
    health_committee: AnyUnit | None,
    kept: AnyUnit | None,
) -> Ruling:
    """Apply article 1 to one organization on one day (see the module's prose)."""
    unit_id, basis = _by_rule(field, registering, professional, education_committee, health_committee)
    if kept is not None:
        return Ruling(kept.id, "kept", unit_id)
    return Ruling(unit_id, basis, unit_id)


def _by_rule(
    field: str,
    registering: AnyUnit | None,
    professional: AnyUnit | None,
    education_committee: AnyUnit | None,
    health_committee: AnyUnit | None,
) -> tuple[int | None, str]:
    """Lines 2 to 6."""
    if field in EDUCATION_FIELDS and _city(registering, "education-bureau") and education_committee:
        return education_committee.id, "education"
    if field in HEALTH_FIELDS and _city(registering, "health-bureau") and health_committee:
        return health_committee.id, "health"
    if professional is not None and not professional.is_placeholder:
        return professional.id, "professional"
    if registering is not None and not registering.is_placeholder:
        return registering.id, "registry"
    return None, "unresolved"


def _city(unit: AnyUnit | None, function: str) -> bool:
    return unit is not None and not unit.is_placeholder and unit.function == function and unit.level == "CITY"
