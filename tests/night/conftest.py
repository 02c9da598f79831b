"""A stored night and a correction of what it knew."""

import pytest

from branches.models import CoveringLink
from branches.responsibility import recompute
from portal.core import audit, snapshots
from portal.core.audit import ChangeOf
from tests.world import day

NIGHT = day("2016-06-30")


@pytest.fixture
def correct(city):
    """Correct, with a reason, the day from which on an organization was covered."""

    def change(start, reason, key="nanshan-own"):
        link = CoveringLink.objects.everyone().get(organization=city.organizations[key])
        before, link.valid_from = link.valid_from, day(start)
        link.save()
        recompute()
        name = ChangeOf("covering", city.organizations[key].credit_code, "起始日期", before, link.valid_from)
        audit.record(actor=None, action="修改", subject="覆盖", changes=[name], reason=reason)

    return change


@pytest.fixture
def stored(city):
    """The night is kept."""
    snapshots.keep([NIGHT])
    return NIGHT
