"""What a file wrote, row by row, so that its import can be undone as one action.

In prose. A plan says which rows a commit will touch; they are kept as they stand before it, in its transaction, and
compared with what stands after it. Rows that belong to a touched one (its states, terms, aliases) are kept with it,
rows that it only names are not. What follows from the rows by itself is worked out anew by undoing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet

from portal.core.entry import images
from portal.core.entry.images import Images
from portal.core.imports.register import registers
from portal.core.imports.run import everyone
from portal.core.imports.sheets import Report

Touched = Mapping[type[models.Model], set[int]]

#: a file that touches more rows is not kept: correcting it is another file
MOST = 2000


def before(plan: Report) -> Images | None:
    """The rows that a commit of this plan will touch, as they stand; None where they are too many to keep."""
    if sum(map(len, plan.touched.values())) > MOST:
        return None
    return images.take(_rows(plan.touched))


def keep(report: Report, plan: Report, stood: Images | None) -> None:
    """Lay what a commit did beside its audit entry; `stood` is what `before` said of its `plan`."""
    if stood is None or report.entry is None:
        return
    after = images.take(_rows(report.touched))
    after |= images.standing(stood.keys() - after.keys())
    images.keep(report.entry, images.differences(stood, after))


def _rows(touched: Touched) -> Iterator[QuerySet[Any]]:
    """These rows and those that belong to them."""
    families = {register.model: register.family for register in registers().values()}
    for model, keys in touched.items():
        found = families[model](keys) if model in families else []
        belonging = _belonging({rows.model for rows in found}, model)
        yield everyone(model).filter(pk__in=keys)
        yield from (rows for rows in found if rows.model in belonging)


def _belonging(family: set[type[models.Model]], to: type[models.Model]) -> set[type[models.Model]]:
    """The models of a family whose rows hang on it, or on what hangs on it (a person's member, its states)."""
    reached, found = {to}, set[type[models.Model]]()
    while reached:
        reached = {model for model in family - found - {to} if reached & set(images.above(model).values())}
        found |= reached
    return found
