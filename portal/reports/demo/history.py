"""How the demo city came to its coverage: one curve per rate over the years, and the traits that an
organization may have so that every situation of the policy occurs in it."""

from __future__ import annotations

import datetime
from itertools import pairwise

Day = datetime.date
FIRST_DAY = Day(2004, 1, 1)
#: what share of organizations was covered when, in per cent
BRANCH = (
    (FIRST_DAY, 9.0),
    (Day(2010, 1, 1), 25.0),
    (Day(2013, 10, 23), 38.0),
    (Day(2013, 12, 31), 40.0),
    (Day(2014, 12, 31), 57.0),
    (Day(2016, 10, 23), 75.0),
    (Day(2019, 12, 31), 81.0),
    (Day(2027, 12, 31), 86.0),
)
WORK = (
    (FIRST_DAY, 9.0),
    (Day(2010, 1, 1), 32.0),
    (Day(2013, 10, 23), 51.0),
    (Day(2013, 12, 31), 59.0),
    (Day(2014, 12, 31), 76.0),
    (Day(2016, 10, 23), 92.5),
    (Day(2019, 12, 31), 95.5),
    (Day(2027, 12, 31), 98.0),
)
Curve = tuple[tuple[Day, float], ...]

#: each trait is given to one of the first organizations, then drawn with this weight in a thousand
TRAITS = {
    # who registers it, who answers for it, where it is
    "recorded": 20,
    "mode-unknown": 6,
    "unplaced": 8,
    "unregistered": 5,
    "placeholder-registry": 4,
    "placeholder-professional": 25,
    "written-professional": 6,
    "written-street": 5,
    "provincial": 6,
    "provincial-professional": 3,
    "ended-unit": 4,
    "moved": 6,
    "changed-unit": 6,
    "renamed": 8,
    "namesake": 2,
    "old-closed": 10,
    "revoked": 4,
    # how it is covered
    "straightened": 6,
    "kept": 2,
    "functional": 8,
    "temporary": 4,
    "functional-due": 2,
    "joint-due": 10,
    "regional": 6,
    "hub": 5,
    "doubly-covered": 2,
    "link-ended": 2,
    "dissolved": 2,
    "excluded": 5,
    "excluded-before": 3,
    "posting-ended": 5,
    # what happened in the last days
    "founded-today": 0,
    "closed-today": 0,
    "gained-today": 0,
    "posting-ends-today": 0,
    # terms of its party organization
    "overdue": 3,
    "extended": 2,
    "overextended": 1,
    # its people
    "retired-members": 2,
    "replaced-secretary": 3,
    "two-branches": 2,
    "untrained": 2,
    "half-trained": 2,
    "potential": 8,
    "overloaded-instructor": 0,
}
#: these have been covered by a party organization of their own since before the notice
COVERED_EARLY = frozenset(
    {
        "straightened",
        "kept",
        "doubly-covered",
        "link-ended",
        "dissolved",
        "overdue",
        "extended",
        "overextended",
        "retired-members",
        "replaced-secretary",
        "two-branches",
        "untrained",
        "half-trained",
    }
)
#: these were never covered by a counted party organization
UNCOVERED = frozenset(
    {
        "functional",
        "temporary",
        "functional-due",
        "excluded",
        "posting-ended",
        "founded-today",
        "posting-ends-today",
        "potential",
        "overloaded-instructor",
    }
)


def day_reaching(curve: Curve, percent: float) -> Day | None:
    """The day on which `curve` reaches `percent`, or None if it never does."""
    if percent <= curve[0][1]:
        return curve[0][0]
    for (start, low), (end, high) in pairwise(curve):
        if percent <= high:
            return start + datetime.timedelta(days=round((end - start).days * (percent - low) / (high - low)))
    return None
