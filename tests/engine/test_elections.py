"""Article 12: what the rules of the day say of an election, and the share of 公推直选."""

from __future__ import annotations

import datetime

import pytest

from branches.elections import (
    Electorate,
    checks,
    checks_of,
    contest,
    fewest_candidates,
    majority,
    quorum,
    to_be_checked,
)
from branches.models import Election
from portal.core import indicators
from tests import world
from tests.world import day

BEFORE, SINCE = "2020-07-12", "2020-07-13"


def told(rule: str, on: str = "2016-01-01", known: tuple[int, int] = (0, 0), **numbers):
    """The check of one rule: (state, sentence); None where it says nothing."""
    numbers.setdefault("method", "PUBLIC_NOMINATION")
    election = Election(held_on=day(on), **numbers)
    found = {one.rule: one for one in checks(election, Electorate(*known))}
    return (found[rule].state, found[rule].sentence) if rule in found else None


# ── tables of the rules ─────────────────────────────────────────────────────────────────────────────────────


def test_quorum_is_four_fifths_rounded_up():
    table = {3: 3, 4: 4, 5: 4, 6: 5, 7: 6, 9: 8, 10: 8, 11: 9, 15: 12, 20: 16, 23: 19}
    assert {due: quorum(due) for due in table} == table


def test_candidates_exceed_the_seats_by_a_fifth_rounded_up():
    table = {1: 2, 3: 4, 4: 5, 5: 6, 7: 9, 9: 11, 11: 14}
    assert {seats: fewest_candidates(seats) for seats in table} == table


def test_more_than_half_elects_and_exactly_half_does_not():
    table = {4: 3, 5: 3, 6: 4, 8: 5, 9: 5, 10: 6}
    assert {present: majority(present) for present in table} == table


@pytest.mark.parametrize("on", [BEFORE, SINCE])
@pytest.mark.parametrize(("present", "state"), [(7, "warn"), (8, "ok"), (10, "ok"), (11, "warn")])
def test_four_fifths_must_be_present_under_both_texts(on, present, state):
    assert told("EL-03", on, due=10, present=present)[0] == state


def test_exactly_four_fifths_is_remarked_under_the_older_text_alone():
    assert "恰好五分之四" in told("EL-03", BEFORE, due=10, present=8)[1]
    assert "恰好五分之四" not in told("EL-03", SINCE, due=10, present=8)[1]
    assert "恰好五分之四" not in told("EL-03", BEFORE, due=11, present=9)[1]


def test_five_candidates_for_five_seats_are_one_too_few():
    state, sentence = told("EL-05", seats=5, candidates=5)
    assert state == "warn" and "至少 6 名" in sentence
    assert told("EL-05", seats=5, candidates=6)[0] == "ok"
    assert told("EL-05", seats=11, candidates=13)[0] == "warn"
    assert told("EL-05", seats=5, candidates=4)[0] == "warn"


def test_a_committee_may_elect_its_secretary_from_as_many_as_seats():
    assert told("EL-05", method="BY_COMMITTEE", seats=1, candidates=1)[0] == "idle"
    # one alone is the secretary of a branch without a committee, who may stand alone too
    assert told("EL-05", method="DIRECT", seats=1, candidates=1)[0] == "idle"
    assert told("EL-05", method="DIRECT", seats=3, candidates=3)[0] == "warn"
    assert told("EL-05", method="BY_COMMITTEE", seats=5, candidates=5)[0] == "idle"


def test_votes_needed_are_told_on_both_bases_where_they_differ():
    state, sentence = told("EL-09", due=11, present=9)
    assert state == "swap"
    for part in ("实到会 9 人为 5 票", "应到会 11 人为 6 票", "得 5 票的按实到会当选、按应到会不当选"):
        assert part in sentence
    state, sentence = told("EL-09", due=20, present=16)
    assert state == "swap" and "得 9 至 10 票的" in sentence
    state, sentence = told("EL-09", due=9, present=8)
    assert state == "ok" and "5 票" in sentence


def test_without_a_quorum_no_votes_are_counted():
    assert told("EL-09", due=10, present=7) == ("idle", "到会人数不够，不计当选票数。")


def test_what_is_not_known_is_not_judged():
    nothing = checks(Election(held_on=day("2016-01-01"), method="DIRECT"), Electorate(2, 2))
    assert [one.state for one in nothing] == ["idle"]
    assert {told(rule, seats=1)[0] for rule in ("EL-03", "EL-05", "EL-09")} == {"idle"}
    assert told("EL-03", due=10)[0] == told("EL-05", seats=3)[0] == told("EL-09", present=3)[0] == "idle"
    assert told("EL-03", due=0, present=0)[0] == told("EL-05", seats=0, candidates=0)[0] == "warn"


def test_surplus_and_equal_elections():
    assert contest(Election(seats=3, candidates=4)) == "差额"
    assert contest(Election(seats=3, candidates=3)) == "等额"
    assert contest(Election(seats=3)) == ""


@pytest.mark.parametrize(
    ("due", "known", "said"),
    [
        (4, (2, 2), True),
        (3, (2, 2), True),
        (2, (2, 2), False),
        # more than are known at all: the register may be incomplete
        (5, (2, 2), False),
        (3, (0, 0), False),
    ],
)
def test_probationary_members_do_not_vote(due, known, said):
    assert (told("EL-02", known=known, due=due) is not None) == said


def test_members_of_the_day_of_the_election_are_the_electorate(db):
    """Two full and two probationary members: four due are two too many (edge case 2)."""
    org = world.organization()
    party = world.party(covers=(org,))
    for converted in ("2010-07-01", "2015-05-01", "2015-05-02", None):
        world.member(org, party, converted=converted)
    world.member(org, party, since="2015-05-02")
    world.member(org, party, until="2015-05-01")
    world.member(org, party, left="2015-05-01")
    counted = world.election(party, "2015-05-01", due=4, present=4, seats=1, candidates=2)
    right = world.election(party, "2015-05-02", due=4, present=4, seats=1, candidates=2)
    found = checks_of([counted, right])
    assert [one.rule for one in found[counted.pk] if one.state == "warn"] == ["EL-02"]
    assert "正式党员 2 名、预备党员 2 名" in found[counted.pk][0].sentence
    assert to_be_checked(found[counted.pk]) and not to_be_checked(found[right.pk])


# ── the share of 公推直选 ────────────────────────────────────────────────────────────────────────────────────


def figure(on: str) -> tuple[int, int]:
    (rate,) = indicators.rates(day(on), "city", ["direct-election"])
    return rate.met, rate.eligible


@pytest.mark.parametrize(
    ("held", "asked", "counts"),
    [
        ("2013-10-23", "2013-10-23", True),
        ("2013-10-23", "2013-10-22", False),
        ("2013-10-23", "2016-10-22", True),
        ("2013-10-23", "2016-10-23", False),
        # 36 months before 2016-02-29 is clamped to 2013-02-28
        ("2013-02-28", "2016-02-28", False),
        ("2013-03-01", "2016-02-29", True),
        ("2013-02-28", "2016-02-29", False),
        # the last of February of a leap year, three years later
        ("2012-02-29", "2015-02-28", True),
        ("2012-02-29", "2015-03-01", False),
        ("2013-08-31", "2016-08-31", False),
        ("2013-09-01", "2016-08-31", True),
    ],
)
def test_an_election_counts_for_36_calendar_months(db, held, asked, counts):
    world.election(world.party(), held)
    assert figure(asked) == ((1, 1) if counts else (0, 0))


def test_changes_of_term_count_and_those_of_no_stated_occasion(db):
    party = world.party()
    held = datetime.date(2015, 1, 1)
    for number, occasion in enumerate(["", "CHANGE_OF_TERM", "FOUNDING", "BY_ELECTION", "DELEGATES"]):
        world.election(party, (held + datetime.timedelta(days=number)).isoformat(), "DIRECT", occasion)
    assert figure("2015-06-01") == (0, 2)


def test_each_election_is_a_subject_named_by_its_party_organization(db):
    """Also of a party organization that was dissolved since; the unit is the one that supervises it on the day."""
    lead = world.unit("SZ", kind="CITY_LEAD")
    one, other = world.unit("A", parent=lead), world.unit("B", parent=lead)
    party = world.party("P-1", by=one, dissolved="2015-06-01")
    state = party.states.get()
    state.valid_to = day("2015-07-01")
    state.save()
    moved = state.copy(valid_from=day("2015-07-01"), valid_to=None, supervising_unit_id=other.pk)
    moved.save()
    world.election(party, "2014-01-01")
    world.election(party, "2015-01-01", "BY_COMMITTEE", due=11, present=9)
    ind = indicators.indicator("direct-election")
    for on, unit in (("2015-06-30", "A"), ("2015-07-01", "B")):
        found = indicators.explain(ind, day(on))
        assert [(s.subject, s.reason, s.status, s.unit, s.district) for s in found] == [
            ("P-1", "direct", "met", unit, None),
            ("P-1", "other-method", "unmet", unit, None),
        ]
    assert found[1].evidence == {
        "held_on": "2015-01-01",
        "occasion": "换届",
        "method": "委员会选举",
        "due": 11,
        "present": 9,
        "seats": None,
        "candidates": None,
    }
    by_unit = {
        rate.group: (rate.met, rate.eligible) for rate in indicators.rates(day("2015-07-01"), "unit", [ind.code])
    }
    assert by_unit == {"SZ": (1, 2), "A": (0, 0), "B": (1, 2)}


@pytest.mark.parametrize("by", ["district", "street", "kind", "field"])
def test_what_an_election_has_not_it_is_not_grouped_by(db, by):
    with pytest.raises(indicators.CannotAnswer, match="不能按"):
        indicators.rates(day("2015-01-01"), by, ["direct-election"])
