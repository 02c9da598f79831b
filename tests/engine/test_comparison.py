"""Two days compared: every movement is what the plain rules say of the two days, and the sums add up."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.models import CoveringLink
from branches.responsibility import recompute
from portal.core import comparison, indicators, snapshots
from portal.core.comparison import MOVEMENTS, Side
from portal.core.indicators import Places, Slice
from portal.core.scoping import Scope
from tests import plain, world
from tests.engine.conftest import numbered
from tests.engine.histories import Dice, turning
from tests.engine.test_plain_equals_set import CODES
from tests.world import day

pytestmark = pytest.mark.django_db


def _inside(verdict: plain.Verdict, part: Slice, adjusted: bool) -> bool:
    """Whether a subject lies in the part, said in Python."""
    asked = [(part.units, verdict.unit_id), (part.districts, verdict.district_id), (part.streets, verdict.street_id)]
    words = [(part.kind, verdict.kind), (part.field, verdict.field)]
    return (
        not (adjusted and verdict.excluded)
        and all(ids is None or value in ids for ids, value in asked)
        and all(word is None or value == word for word, value in words)
    )


def _expected(before: list, after: list, parts: tuple[Slice, Slice], adjusted: bool) -> dict[int, str]:
    """The movement of each subject that moved, from the verdicts of the plain rules."""
    old, new = ({v.id: v for v in verdicts} for verdicts in (before, after))
    found = {}
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        inside = bool(was and _inside(was, parts[0], adjusted)), bool(now and _inside(now, parts[1], adjusted))
        movement = _movement(was, now, inside)
        if movement:
            found[key] = movement
    return found


def _movement(was: Any, now: Any, inside: tuple[bool, bool]) -> str:
    if inside == (True, True):
        if was.met != now.met:
            return "gained" if now.met else "lost"
        return "changed" if (was.reason, was.excluded) != (now.reason, now.excluded) else ""
    if inside[1]:
        return "moved-in" if was else "came"
    if inside[0]:
        return "moved-out" if now else "went"
    return ""


def _parts(dice: Dice, first: Places, second: Places) -> tuple[Slice, Slice]:
    """One group on both days: the whole, a unit and those below it as each day knew them, a district, a kind …"""
    by = dice.choice(["city", "unit", "unit", "district", "street", "kind", "field"])
    if by == "unit":
        unit = dice.choice(sorted(set(first.tree.units) & set(second.tree.units)))
        return Slice(units=first.tree.below(unit)), Slice(units=second.tree.below(unit))
    if by in ("district", "street"):
        ids = [d.pk for d in first.districts] if by == "district" else list(first.tree.units)
        chosen = frozenset({dice.choice([None, *ids])})
        part = Slice(districts=chosen) if by == "district" else Slice(streets=chosen)
    elif by == "kind":
        part = Slice(kind=dice.choice(["ASSOCIATION", "FOUNDATION"]))
    elif by == "field":
        part = Slice(field=dice.choice(["", "PRIVATE_SCHOOL", "CHARITY", "LEGAL_SERVICE"]))
    else:
        part = Slice()
    return part, part


def _adds_up(found: comparison.Sums) -> None:
    """after - before = came, gained and moved in less went, lost and moved out; of the population alike."""
    moved = found.moved
    arrived, departed = (moved["came"], moved["moved-in"]), (moved["went"], moved["moved-out"])
    assert found.after.eligible - found.before.eligible == sum(m.count for m in arrived) - sum(
        m.count for m in departed
    )
    assert found.after.met - found.before.met == (
        moved["gained"].count - moved["lost"].count + sum(m.met for m in arrived) - sum(m.met for m in departed)
    )
    assert found.eligible_change == sum(one.eligible_change for one in moved.values())
    assert found.met_change == sum(one.met_change for one in moved.values())


@numbered(60)
def test_movements_are_what_the_plain_rules_say_and_add_up(history):
    first, second = turning(history, 2)
    snapshots.keep([first, second])
    rules = plain.Plain()
    for code in CODES:
        ind = indicators.indicator(code)
        parts = (Slice(), Slice())
        if ind.of_organizations:
            parts = _parts(history.dice, snapshots.places_of(first), snapshots.places_of(second))
        adjusted = history.dice.chance(0.5)
        sides = [Side(on, indicators.stored, part, adjusted) for on, part in zip((first, second), parts, strict=True)]
        verdicts = [rules.verdicts(code, on) for on in (first, second)]
        expected = _expected(*verdicts, parts, adjusted)
        listed = comparison.movers(ind, *sides)
        assert {one.id: one.movement for one in listed} == expected, (code, first, second)
        found = comparison.sums(ind, *sides)
        _adds_up(found)
        for movement, moved in found.moved.items():
            assert moved.count == moved.named == list(expected.values()).count(movement)
        for count, side, of_day in zip((found.before, found.after), sides, verdicts, strict=True):
            inside = [v for v in of_day if _inside(v, side.part, adjusted)]
            assert (count.eligible, count.met) == (len(inside), sum(v.met for v in inside))
        # known now is what was kept, nothing having been corrected
        lives = [Side(side.day, indicators.live, side.part, adjusted) for side in sides]
        assert comparison.sums(ind, sides[0], lives[1]) == found
        named = {one.id: one.name for one in comparison.movers(ind, sides[0], lives[1])}
        assert named == {one.id: one.name for one in listed}


@numbered(40)
def test_all_units_at_once_are_each_compared_alone(history):
    """A unit that moves below another takes what it answers for along, in the list of all units as in its own."""
    first, second = turning(history, 2)
    snapshots.keep([first, second])
    trees = [snapshots.places_of(on).tree for on in (first, second)]
    units = {unit: (trees[0].below(unit), trees[1].below(unit)) for unit in {**trees[0].units, **trees[1].units}}
    ind = indicators.indicator(history.dice.choice(["branch-coverage", "work-coverage"]))
    adjusted = history.dice.chance(0.5)
    alone = {}
    for unit, parts in units.items():
        sides = [
            Side(on, part=Slice(units=ids), adjusted=adjusted) for on, ids in zip((first, second), parts, strict=True)
        ]
        alone[unit] = comparison.movers(ind, *sides)
    whole = [Side(on, adjusted=adjusted) for on in (first, second)]
    assert comparison.movers_of(ind, *whole, units) == {unit: found for unit, found in alone.items() if found}


BEFORE, AFTER = "2014-03-31", "2014-06-30"


@pytest.fixture
def town():
    """One organization of each movement between two days, in a district with two units."""
    nanshan = world.district("440305", "南山区")
    lead = world.unit("NS", kind="DISTRICT_LEAD", district=nanshan)
    other = world.unit("FT", kind="DISTRICT_LEAD")
    named = {
        name: world.organization(name, registering=lead, district=nanshan, **more)
        for name, more in {
            "新覆盖": {},
            "失去": {},
            "新成立": {"established": "2014-05-01"},
            "注销": {"closed": "2014-05-01"},
            "换方式": {},
            "不变": {},
        }.items()
    }
    world.party("P1", by=lead, approved="2014-04-15", covers=(named["新覆盖"], named["换方式"]), form="JOINT")
    world.party("P2", by=lead, covers=(named["失去"], named["注销"]), dissolved="2014-06-01")
    world.party("P3", "HUB", by=lead, covers=(named["换方式"],), dissolved="2014-04-15")
    moving = world.organization("转入", registering=other, professional=other)
    out = world.organization("转出", registering=other, professional=lead)
    for one, unit in ((moving, lead), (out, other)):
        state = one.states.get()
        state.valid_to = day("2014-05-01")
        state.save()
        state.pk, state.valid_from, state.valid_to, state.professional_unit = None, day("2014-05-01"), None, unit
        state.save(force_insert=True)
    world.settle()
    snapshots.keep([day(BEFORE), day(AFTER)])
    return {"lead": lead, "other": other}


def _side(on: str, unit: Any = None, **more: Any) -> Side:
    return Side(day(on), indicators.stored, Slice(units=frozenset({unit.pk}) if unit else None), **more)


def _told(found: list[comparison.Mover]) -> dict[str, str]:
    return {one.name: one.movement for one in found}


def test_every_movement_by_name(town):
    branch = indicators.indicator("branch-coverage")
    found = comparison.movers(branch, _side(BEFORE, town["lead"]), _side(AFTER, town["lead"]))
    assert [(one.name, one.movement) for one in found] == [
        ("新覆盖", "gained"),
        ("失去", "lost"),
        ("新成立", "came"),
        ("注销", "went"),
        ("转入", "moved-in"),
        ("转出", "moved-out"),
        ("换方式", "changed"),
    ]
    changed = found[-1]
    assert (changed.before.reason, changed.after.reason) == ("hub", "joint")
    assert found[2].before is None and found[3].after is None
    # seen from the city nobody moved in or out
    assert set(_told(comparison.movers(branch, _side(BEFORE), _side(AFTER))).values()) == set(MOVEMENTS) - {
        "moved-in",
        "moved-out",
    }


def test_pages_and_first_of_each_kind(town):
    branch, sides = indicators.indicator("branch-coverage"), (_side(BEFORE), _side(AFTER))
    whole = comparison.movers(branch, *sides)
    first = comparison.movers(branch, *sides, limit=2)
    assert [*first, *comparison.movers(branch, *sides, beyond=first[-1].place)] == whole
    assert _told(comparison.movers(branch, *sides, movement="lost")) == {"失去": "lost"}
    assert len(comparison.movers(branch, *sides, each=1)) == len({one.movement for one in whole})


def test_an_exclusion_leaves_the_adjusted_population_only(town):
    branch = indicators.indicator("branch-coverage")
    world.exclude(CoveringLink.objects.everyone().get(organization__name="新覆盖").organization, "2014-06-15")
    live = Side(day(AFTER), indicators.live)
    assert comparison.movers(branch, _side(AFTER), live)[0].movement == "changed"
    assert comparison.sums(branch, _side(AFTER), live).met_change == 0
    adjusted = Side(day(AFTER), indicators.live, adjusted=True)
    assert _told(comparison.movers(branch, _side(AFTER, adjusted=True), adjusted)) == {"新覆盖": "moved-out"}


def test_what_became_known_since_the_night(town):
    CoveringLink.objects.everyone().filter(organization__name="新覆盖").delete()
    recompute()
    found = comparison.movers(indicators.indicator("branch-coverage"), _side(AFTER), Side(day(AFTER), indicators.live))
    assert _told(found) == {"新覆盖": "lost"}


def test_names_and_states_within_the_scope_only(town):
    branch = indicators.indicator("branch-coverage")
    mine = Scope(day=day(AFTER), unit_ids=frozenset({town["other"].pk}))
    sides = _side(BEFORE), _side(AFTER)
    assert comparison.movers(branch, *sides, scope=mine) == []
    own = comparison.movers(branch, _side(BEFORE, town["other"]), _side(AFTER, town["other"]), scope=mine)
    assert _told(own) == {"转出": "moved-in", "转入": "moved-out"}
    left = next(one for one in own if one.name == "转入")
    assert left.after is not None and not left.after.visible
    assert (left.after.reason, left.after.unit_id, left.after.met) == ("", None, False)
    counted = comparison.sums(branch, *sides, scope=mine)
    assert counted.count == 5 and counted.named == 0


def test_two_statements_at_any_size(town):
    def ask() -> int:
        with CaptureQueriesContext(connection) as captured:
            comparison.sums(indicators.indicator("branch-coverage"), _side(BEFORE), _side(AFTER))
            comparison.movers(indicators.indicator("branch-coverage"), _side(BEFORE), _side(AFTER))
        return len(captured)

    few_ones = ask()
    for _ in range(60):
        world.organization(established="2014-07-01")
    world.settle()
    snapshots.keep([day("2014-07-31")])
    assert ask() == few_ones <= 4


def test_every_movement_in_every_unit_in_one_statement(town):
    branch = indicators.indicator("branch-coverage")
    units = {unit.pk: (frozenset({unit.pk}), frozenset({unit.pk})) for unit in (town["lead"], town["other"])}
    with CaptureQueriesContext(connection) as captured:
        found = comparison.movers_of(branch, _side(BEFORE), _side(AFTER), units)
    assert len(captured) == 1
    assert {one.movement for one in found[town["lead"].pk]} == set(MOVEMENTS)
    assert found == {
        unit.pk: comparison.movers(branch, _side(BEFORE, unit), _side(AFTER, unit))
        for unit in (town["lead"], town["other"])
    }
    assert comparison.movers_of(branch, _side(BEFORE), _side(AFTER), {}) == {}


def test_several_earlier_days_at_once_are_each_compared_alone(town):
    branch, unit = indicators.indicator("branch-coverage"), town["lead"]
    snapshots.keep([day("2014-05-15")])
    earlier = [_side(BEFORE, unit), _side("2014-05-15", unit)]
    found = comparison.sums_since(branch, earlier, _side(AFTER, unit))
    assert found == [comparison.sums(branch, one, _side(AFTER, unit)) for one in earlier]
    assert [one.moved["lost"].count for one in found] == [1, 1] and found[0] != found[1]
    for one in found:
        _adds_up(one)
