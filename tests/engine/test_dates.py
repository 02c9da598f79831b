"""Dates: half-open spans, revisions of what was recorded, month ends, and no time zone but Shanghai's."""

from __future__ import annotations

import datetime
import time
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branches.terms import counts_until
from portal.core import validity
from portal.core.models import UnitState
from portal.core.policy import PARAMETERS, number, parameter
from portal.core.units import UnitTree
from portal.core.validity import BEGINNING, covers, revise
from tests import world
from tests.engine.questions import counted
from tests.world import day

DAYS = [datetime.date(2014, month, 1) for month in range(1, 7)]
facts = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from("甲乙丙"), "kind": st.sampled_from(["REGISTRY", "PROFESSIONAL"])}
)
revisions = st.lists(st.tuples(facts, st.none() | st.sampled_from(DAYS)), max_size=5)


def apply(states: list[UnitState], values: dict, effective: datetime.date | None) -> list[UnitState]:
    """The states after a revision, oldest first, without a database."""
    revision = revise(states, values, effective)
    return sorted({id(s): s for s in [*states, *revision.added]}.values(), key=lambda s: s.valid_from)


def first() -> list[UnitState]:
    """One state since ever."""
    return [UnitState(pk=1, name="甲", kind="REGISTRY", level="CITY")]


def on(states: list[UnitState], at: datetime.date) -> UnitState:
    """The state of a day."""
    return next(s for s in states if s.holds_on(at))


def revised(steps: list) -> list[UnitState]:
    """The states after several revisions."""
    states = first()
    for values, effective in steps:
        states = apply(states, values, effective)
    return states


def seen(states: list[UnitState]) -> list[tuple]:
    """What each state says."""
    return [(s.valid_from, s.valid_to, s.name, s.kind) for s in states]


@given(revisions)
def test_states_follow_each_other_without_a_gap(steps):
    states = revised(steps)
    assert states[0].valid_from == BEGINNING
    assert [s.valid_to for s in states] == [*(s.valid_from for s in states[1:]), None]


@given(revisions, facts, st.none() | st.sampled_from(DAYS))
def test_the_same_again_changes_nothing(steps, values, effective):
    states = apply(revised(steps), values, effective)
    before = seen(states)
    revision = revise(states, values, effective)
    assert not revision
    assert (revision.updated, revision.added, seen(states)) == ([], [], before)


@given(revisions, facts, st.sampled_from(DAYS))
def test_a_dated_change_holds_from_its_day_and_not_before(steps, values, effective):
    states = revised(steps)
    before = [on(states, at) for at in (BEGINNING, effective - datetime.timedelta(days=1))]
    was = [(s.name, s.kind) for s in before]
    after = apply(states, values, effective)
    assert all(getattr(on(after, effective), name) == value for name, value in values.items())
    assert [
        (on(after, at).name, on(after, at).kind) for at in (BEGINNING, effective - datetime.timedelta(days=1))
    ] == was


@given(st.sampled_from(DAYS[:3]), st.sampled_from(DAYS[3:]))
def test_an_older_file_cannot_undo_a_newer_change(older, newer):
    """Whatever is read first: from the newer day on, the newer value holds."""
    in_order = revised([({"name": "乙"}, older), ({"name": "丙"}, newer)])
    out_of_order = revised([({"name": "丙"}, newer), ({"name": "乙"}, older)])
    assert seen(in_order) == seen(out_of_order) == seen(apply(out_of_order, {"name": "乙"}, older))
    assert on(in_order, newer).name == "丙"


@given(revisions, facts)
def test_a_correction_without_a_day_holds_for_the_whole_life(steps, values):
    states = revised(steps)
    changed = {name for name, value in values.items() if getattr(states[-1], name) != value}
    after = apply(states, values, None)
    assert all(getattr(state, name) == values[name] for state in after for name in changed)


def test_changes_are_named_with_before_and_after():
    revision = revise(first(), {"name": "乙", "kind": "REGISTRY"}, DAYS[0])
    assert revision.changes == [("name", "甲", "乙")]


@pytest.mark.parametrize(
    ("start", "end", "at", "holds"),
    [
        ("2014-01-01", None, "2014-01-01", True),
        ("2014-01-01", None, "2013-12-31", False),
        ("2014-01-01", "2014-02-01", "2014-01-31", True),
        ("2014-01-01", "2014-02-01", "2014-02-01", False),
        ("2014-01-01", "2014-01-01", "2014-01-01", False),
        (None, "2014-02-01", "1950-01-01", True),
    ],
)
def test_spans_are_half_open(start, end, at, holds):
    assert covers(world.maybe(start), world.maybe(end), day(at)) is holds


@pytest.mark.parametrize(
    ("end", "extended", "counts"),
    [
        ("2016-11-20", None, "2016-11-20"),
        ("2016-11-20", "2017-05-20", "2017-05-20"),
        ("2016-11-20", "2017-11-20", "2017-11-20"),
        ("2016-11-20", "2018-11-20", "2017-11-20"),
        ("2016-02-29", "2018-01-01", "2017-02-28"),
        ("2015-02-28", "2018-01-01", "2016-02-28"),
        ("2016-11-20", "2016-01-01", "2016-11-20"),
    ],
)
def test_extension_counts_to_twelve_calendar_months(end, extended, counts):
    """Clamped to the month's end; an extension to before the term's end takes nothing away."""
    assert counts_until(day(end), world.maybe(extended)) == day(counts)


@given(st.dates(datetime.date(1980, 1, 1), datetime.date(2100, 1, 1)), st.integers(-400, 1500))
def test_extension_never_shortens_and_never_reaches_beyond_a_year(end, further):
    counted = counts_until(end, end + datetime.timedelta(days=further))
    assert end <= counted <= end + datetime.timedelta(days=366)


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Shanghai"])
def zone(request, monkeypatch):
    """The process believes to be elsewhere."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-24T15:59:59+00:00", "2026-11-24"),
        ("2026-11-24T16:00:00+00:00", "2026-11-25"),
        # summer time of 1986 to 1991
        ("1988-07-01T14:59:59+00:00", "1988-07-01"),
        ("1988-07-01T15:00:00+00:00", "1988-07-02"),
    ],
)
def test_today_is_the_day_of_shanghai_in_any_process_time_zone(zone, moment, shown):
    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.fromisoformat(moment).astimezone(tz)

    with mock.patch.object(validity.datetime, "datetime", Clock):
        assert validity.today() == day(shown)


def test_figures_are_the_same_in_any_process_time_zone(zone, db):
    org = world.organization("甲", closed="1991-04-14", established="1988-04-10")
    world.party(covers=(org,), approved="1990-04-15")
    world.settle()
    asked = ("1988-04-09", "1988-04-10", "1990-04-14", "1990-04-15", "1991-04-13", "1991-04-14")
    assert [counted("branch-coverage", on) for on in asked] == [(0, 0), (0, 1), (0, 1), (1, 1), (1, 1), (0, 0)]


def test_a_circle_of_units_does_not_hang(db):
    one, two = world.unit("A"), world.unit("B")
    UnitState.objects.filter(unit=one).update(parent=two)
    UnitState.objects.filter(unit=two).update(parent=one)
    tree = UnitTree.on(day("2014-01-01"))
    assert tree.below(one.pk) == {one.pk, two.pk}
    assert [unit.code for unit in tree.above(one.pk)] == ["A", "B"]


def test_every_parameter_of_the_notice_answers_for_any_day():
    turned = {name for name in PARAMETERS if parameter(name, DAYS[0]) != parameter(name, validity.today())}
    told = {"election-rules", "election-quorum-exceeds", "secretary-party-age-months", "term-years-committee"}
    assert turned == told, "every change of a rule has its case in a test"
    with pytest.raises(KeyError):
        number("unknown", DAYS[0])
