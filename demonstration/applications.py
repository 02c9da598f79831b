"""Where an application for a demonstration site stands (article 6).

In prose. On a day D an application is **withdrawn** when its site was withdrawn by D, **named** when its site was
named by D; else its last review dated by D decides: **passed** or **refused**. Without one it is **applied**. Nothing
of it is stored: the site named from it, its reviews, the withdrawal say it all; a correction of any is seen at once.

Open is what still waits: applied or passed, of an organization that is not closed.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When

from demonstration.models import SiteReview

APPLIED, PASSED, REFUSED, NAMED, WITHDRAWN = "applied", "passed", "refused", "named", "withdrawn"
STATES = {APPLIED: "已申报", PASSED: "已评审", NAMED: "已命名", REFUSED: "未通过", WITHDRAWN: "已撤销"}
SIGNS = {APPLIED: "warn", PASSED: "warn", NAMED: "ok", REFUSED: "bad", WITHDRAWN: "idle"}
OPEN = (APPLIED, PASSED)
_BY_VERDICT: dict[str, str] = {SiteReview.Verdict.PASSED: PASSED, SiteReview.Verdict.REFUSED: REFUSED}


def state_of(
    named_on: datetime.date | None, withdrawn_on: datetime.date | None, verdict: str, day: datetime.date
) -> str:
    """The state on `day` of an application whose site was named and withdrawn so (None: it was not), and whose last
    review by then ended with `verdict` (empty: there was none)."""
    if named_on is not None and named_on <= day:
        return WITHDRAWN if withdrawn_on is not None and withdrawn_on <= day else NAMED
    return _BY_VERDICT.get(verdict, APPLIED)


def with_state(rows: QuerySet[Any, Any], day: datetime.date) -> QuerySet[Any, Any]:
    """Applications with where each `stands` on `day`, by the same rule."""
    reviews = SiteReview.objects.everyone().filter(application=OuterRef("pk"), reviewed_on__lte=day)
    last = Subquery(reviews.order_by("-reviewed_on", "-pk").values("verdict")[:1])
    named = Q(site__named_on__lte=day)
    return rows.alias(last_verdict=last).annotate(
        stands=Case(
            When(named & Q(site__withdrawn_on__lte=day), then=Value(WITHDRAWN)),
            When(named, then=Value(NAMED)),
            When(last_verdict=SiteReview.Verdict.PASSED, then=Value(PASSED)),
            When(last_verdict=SiteReview.Verdict.REFUSED, then=Value(REFUSED)),
            default=Value(APPLIED),
            output_field=CharField(),
        )
    )


def still_open(rows: QuerySet[Any, Any], day: datetime.date) -> QuerySet[Any, Any]:
    """Those of these applications that wait on `day`, with where each `stands`."""
    life = Q(organization__closed_on__isnull=True) | Q(organization__closed_on__gt=day)
    return with_state(rows.filter(life, applied_on__lte=day), day).filter(stands__in=OPEN)
