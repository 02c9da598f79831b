"""Who is in the firm count of an organization, and who is not."""

from __future__ import annotations

import pytest

from branches.indicators import firm_counts
from branches.models import Membership
from orgs.models import SocialOrganization
from tests import world
from tests.engine.questions import reasons
from tests.world import day

pytestmark = pytest.mark.django_db


def firm(organization: SocialOrganization, on: str) -> int:
    """The firm count on a day."""
    return firm_counts(day(on)).get(organization.pk, 0)


def _due_with(**third: object) -> dict[str, str]:
    """Who is due on 1 June 2014 when two full-time members of 甲 are joined by a third such as described."""
    org = world.organization("甲")
    joint = world.party(form="JOINT", covers=(org,))
    world.member(org, joint)
    world.member(org, joint)
    world.member(org, joint, **third)
    world.settle()
    return reasons("formation-due", "2014-06-01")


@pytest.mark.parametrize(
    ("third", "counts"),
    [
        ({"employment": "PART_TIME"}, True),
        ({"employment": ""}, True),
        ({"employment": "RETIRED"}, False),
        ({"left": "2014-06-01"}, False),
        ({"left": "2014-06-02"}, True),
        ({"converted": "2014-06-01"}, True),
        ({"converted": "2014-06-02"}, False),
        ({"until": "2014-06-01"}, False),
        ({"since": "2014-06-01"}, True),
        ({"since": "2014-06-02"}, False),
    ],
)
def test_who_is_in_the_firm_count(third, counts):
    assert _due_with(**third) == ({"甲": "joint"} if counts else {})


def test_members_at_an_organization_that_their_party_organization_does_not_cover():
    """Their relation is in a party organization that covers another organization: not counted at their own."""
    here, covered = world.organization("甲"), world.organization("乙")
    joint = world.party(form="JOINT", covers=(covered,))
    for _ in range(3):
        world.member(here, joint)
    world.settle()
    assert (firm(here, "2014-06-01"), firm(covered, "2014-06-01")) == (0, 0)


def test_relation_held_in_two_covering_party_organizations_is_one_person():
    org = world.organization("甲")
    one, two = world.party(form="JOINT", covers=(org,)), world.party(form="FUNCTIONAL", covers=(org,))
    for _ in range(2):
        somebody = world.member(org, one)
        Membership.objects.create(person=somebody, party_organization=two, valid_from=day("2014-01-01"))
    world.settle()
    assert firm(org, "2014-06-01") == 2
