"""The one engine of every figure: a population on a day, the part of it that is met, a target.

A room declares an `Indicator` with one SQL definition of its *subjects*: one row per subject with the columns
of `COLUMNS`. The engine evaluates it for any day in sets, rolls it up by city, unit, district, street, kind and
field, lists the subjects behind a figure, keeps the figures and states of a night, and compares with targets.
No page, mail, export or API computes a rate in another way (spec: coverage).

Live figures read the indicator's SQL; a stored day reads `SubjectState`, which has the same columns, so both
go through the same code.
"""

from portal.core.indicators.counting import Tally
from portal.core.indicators.declared import (
    COLUMNS,
    GROUPING_NAMES,
    GROUPINGS,
    NONE_GROUP,
    NONE_NAME,
    CannotAnswer,
    Description,
    Indicator,
    Query,
    all_indicators,
    choices,
    chosen,
    indicator,
    offered,
    register,
    register_choices,
)
from portal.core.indicators.explained import Subject, count, described, explain, kept
from portal.core.indicators.figures import Places, Rate, Table, every_rate, rates, tallies, tally, together
from portal.core.indicators.slices import STATUSES, Slice, names_in_scope
from portal.core.indicators.sources import Source, live, stored

__all__ = [
    "COLUMNS",
    "GROUPINGS",
    "GROUPING_NAMES",
    "NONE_GROUP",
    "NONE_NAME",
    "STATUSES",
    "CannotAnswer",
    "Description",
    "Indicator",
    "Places",
    "Query",
    "Rate",
    "Slice",
    "Source",
    "Subject",
    "Table",
    "Tally",
    "all_indicators",
    "choices",
    "chosen",
    "count",
    "described",
    "every_rate",
    "explain",
    "indicator",
    "kept",
    "live",
    "names_in_scope",
    "offered",
    "rates",
    "register",
    "register_choices",
    "stored",
    "tallies",
    "tally",
    "together",
]
