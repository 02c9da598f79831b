"""When joint-responsibility agreements (共同责任书, article 11) are to be signed again.

In prose. On a day D an agreement of an organization that is not closed is **ending** when it holds on D and ends within
three calendar months, **lapsed** when it has ended by D; neither where another agreement of the same organization ends
later or is open: that one follows. The notice names no distance; three months are ours.
"""

from __future__ import annotations

import datetime

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q

from orgs.models import ResponsibilityAgreement
from portal.core.validity import active_on

ENDING, LAPSED = "ending", "lapsed"
#: agreements that end within so many months are to be signed again
MONTHS = 3


def in_state(state: str, day: datetime.date) -> Q:
    """The agreements that are ending or have lapsed on a day, without another that follows."""
    longer = ResponsibilityAgreement.objects.everyone().filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")), organization=OuterRef("organization")
    )
    life = Q(organization__closed_on__isnull=True) | Q(organization__closed_on__gt=day)
    return _when(state, day) & life & ~Q(Exists(longer))


def _when(state: str, day: datetime.date) -> Q:
    if state == LAPSED:
        return Q(valid_to__lte=day)
    return active_on(day) & Q(valid_to__lte=day + relativedelta(months=MONTHS))
