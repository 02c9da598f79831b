"""The gates of the registry (article 11): which decisions are asked of, which review is in time, who is told."""

from __future__ import annotations

import datetime

import pytest

from orgs import gates
from orgs.models import RegistryEvent
from portal.core import indicators
from portal.core.indicators import CannotAnswer
from tests import world
from tests.engine.conftest import numbered
from tests.engine.histories import around
from tests.engine.questions import counted, figure, reasons, subjects
from tests.world import day

pytestmark = pytest.mark.django_db
CODE = "gate-review"


@pytest.mark.parametrize(
    ("decided", "reviewed", "on", "found"),
    [
        # the day of the decision itself is in time
        ("2016-05-31", "2016-05-30", "2016-05-31", "reviewed"),
        ("2016-05-31", "2016-05-31", "2016-05-31", "reviewed"),
        ("2016-05-31", "2016-06-01", "2016-06-01", "late"),
        ("2016-05-31", "2015-11-01", "2016-05-31", "reviewed"),
        ("2016-05-31", None, "2016-12-31", "missing"),
        # what has not happened by D does not count on D
        ("2016-05-31", "2016-06-01", "2016-05-31", "missing"),
        # asked of from the day of the decision to the end of its year
        ("2016-05-31", None, "2016-05-30", None),
        ("2016-05-31", None, "2017-01-01", None),
        ("2016-01-01", None, "2016-01-01", "missing"),
        ("2015-12-31", None, "2016-01-01", None),
        ("2016-12-31", "2017-01-01", "2016-12-31", "missing"),
        ("2016-02-29", "2016-02-29", "2016-02-29", "reviewed"),
    ],
)
def test_boundaries(db, decided, reviewed, on, found):
    world.event(world.organization("甲"), decided, reviewed)
    world.settle()
    assert reasons(CODE, on) == ({"甲（年检）": found} if found else {})
    assert counted(CODE, on) == (int(found == "reviewed"), int(found is not None))


def test_a_late_review_never_rewrites_an_earlier_day(db):
    one = world.event(world.organization("甲"), "2016-05-31")
    world.settle()
    before = [reasons(CODE, on) for on in ("2016-05-31", "2016-06-14")]
    RegistryEvent.objects.everyone().filter(pk=one.pk).update(reviewed_on=day("2016-06-15"))
    assert [reasons(CODE, on) for on in ("2016-05-31", "2016-06-14")] == before
    assert reasons(CODE, "2016-06-15") == {"甲（年检）": "late"}


def test_recorded_only_and_closed_organizations_count(db):
    world.event(world.organization("备案", mode="RECORDED"), "2016-03-01", "2016-03-01")
    world.event(world.organization("注销", closed="2016-02-01"), "2016-03-01")
    world.event(world.organization("后成立", established="2016-12-01"), "2016-03-01", "2016-02-01", kind="FOUNDING")
    world.settle()
    assert counted(CODE, "2016-06-30") == (2, 3)


def test_groups_are_those_of_the_organization_on_the_day(db):
    """Not of the day of the decision: who answers today is asked today."""
    lead, south = world.unit("SZ", kind="CITY_LEAD"), world.district("NS", "南山区")
    old, new = (world.unit(code, kind="REGISTRY", parent=lead) for code in ("A", "B"))
    org = world.organization("甲", registering=old, district=south)
    state = org.states.get()
    world.event(org, "2016-03-01")
    state.valid_to = day("2016-04-01")
    state.save()
    state.pk, state.valid_from, state.valid_to = None, day("2016-04-01"), None
    state.registering_unit, state.district = new, None
    state.save()
    world.settle()
    assert [figure(CODE, on, "unit", "A").eligible for on in ("2016-03-31", "2016-04-01")] == [1, 0]
    assert [figure(CODE, on, "unit", "SZ").eligible for on in ("2016-03-31", "2016-04-01")] == [1, 1]
    assert figure(CODE, "2016-03-31", "district", "NS").eligible == 1
    assert figure(CODE, "2016-04-01", "district", "-").eligible == 1


def test_a_subject_is_named_by_its_event_and_says_what_decided(db):
    unit = world.unit("MZJ", kind="REGISTRY")
    org = world.organization("甲", registering=unit)
    event = world.event(org, "2016-03-01", "2016-03-09", by=unit, kind="CHANGE")
    world.settle()
    [found] = subjects(CODE, "2016-06-30").values()
    assert (found.subject, found.name, found.unit, found.district) == (event.code, "甲（变更登记）", "MZJ", None)
    assert found.as_dict()["article"] == 11 and found.status == "unmet"
    assert found.evidence == {
        "event": "变更登记",
        "organization": org.credit_code,
        "decided_on": "2016-03-01",
        "reviewed_on": "2016-03-09",
        "reviewing_unit": "MZJ",
    }


@pytest.mark.parametrize("by", ["street", "kind", "field"])
def test_groupings_that_it_does_not_have_are_refused(db, by):
    with pytest.raises(CannotAnswer, match="登记年检党建审核率不能按"):
        indicators.rates(day("2016-06-30"), by, [CODE])


@numbered(40)
def test_list_and_figure_say_the_same_of_every_event(history):
    """The state of the list is the reason of the figure; each event is in one state and found by its filter."""
    on = around(history.dice)
    every = {one.pk: one for one in RegistryEvent.objects.everyone()}
    by_filter = {
        state: set(RegistryEvent.objects.everyone().filter(gates.in_state(state, on)).values_list("pk", flat=True))
        for state in gates.STATES
    }
    assert sorted(pk for found in by_filter.values() for pk in found) == sorted(every)
    for pk, one in every.items():
        assert pk in by_filter[gates.state_of(one, on)]
    for subject in indicators.explain(indicators.indicator(CODE), on):
        assert gates.state_of(every[subject.id], on) == subject.reason


def test_years_do_not_flow_into_each_other(db):
    org = world.organization("甲")
    for year in (2014, 2015, 2016):
        world.event(org, f"{year}-06-30", f"{year}-06-01")
    world.settle()
    first = datetime.date(2016, 1, 1)
    assert counted(CODE, first.isoformat()) == (0, 0)
    assert figure(CODE, first.isoformat()).rate is None
    assert counted(CODE, "2016-12-31") == counted(CODE, "2014-12-31") == (1, 1)
