"""Article 12: what the rules of its day say of the candidates of an election, each and together."""

from __future__ import annotations

import pytest

from branches.candidates import OUTSIDE, PROBATIONARY, Stood, checks_of_all, checks_of_one, stood, with_standings
from branches.models import Candidate, Election
from tests import world
from tests.world import day

SECRETARY, DEPUTY, MEMBER, DELEGATE = "SECRETARY", "DEPUTY", "COMMITTEE_MEMBER", "DELEGATE"


def held(on: str = "2021-03-01", **numbers: int) -> Election:
    return Election(held_on=day(on), method="PUBLIC_NOMINATION", **numbers)


def one(votes: int | None, elected: bool | None, **numbers: int) -> list[tuple[str, str]]:
    """(rule, state) of one committee member's votes."""
    found = checks_of_one(held(**numbers), Stood(MEMBER, "JOINT", votes, elected))
    return [(check.rule, check.state) for check in found]


def together(election: Election, *ones: Stood) -> list[tuple[str, str]]:
    return [(check.rule, check.state) for check in checks_of_all(election, ones)]


def members(*votes: int | None, won: int = 0, post: str = MEMBER) -> list[Stood]:
    """Candidates with so many votes, the first `won` of them elected."""
    return [Stood(post, "JOINT", one, number < won) for number, one in enumerate(votes)]


@pytest.mark.parametrize(
    ("due", "present", "votes", "elected", "said"),
    [
        # edge case 7: five of nine present are more than half, of eleven due six are
        (11, 9, 5, True, [("EL-09", "swap")]),
        (11, 9, 6, True, [("EL-09", "ok")]),
        (11, 9, 4, True, [("EL-09", "warn")]),
        # exactly half of those present does not elect
        (9, 8, 4, True, [("EL-09", "warn")]),
        (9, 8, 4, False, []),
        # who has the votes on one base alone: said also where not recorded as elected
        (11, 9, 5, False, [("EL-09", "swap")]),
        (10, 10, 6, True, [("EL-09", "ok")]),
        # more votes than people
        (10, 9, 10, True, [("EL-08", "warn")]),
        # no quorum: votes count for nothing
        (10, 7, 6, True, []),
        (10, 9, None, True, [("EL-09", "idle")]),
        (10, 9, None, None, []),
    ],
)
def test_votes_of_one_on_both_bases(due, present, votes, elected, said):
    assert one(votes, elected, due=due, present=present) == said


def test_both_bases_are_computed_and_the_difference_is_said():
    [check] = checks_of_one(held(due=11, present=9), Stood(MEMBER, "SELF", 5, True))
    assert check.sentence == "得 5 票：按实到会过半数（5 票），按应到会没有（6 票）。"
    assert check.word == "口径不同"


def test_nobody_has_more_votes_than_ballots_came_back():
    [check] = checks_of_one(held(due=10, present=9, ballots=7), Stood(MEMBER, "SELF", 8, True))
    assert check.rule == "EL-08" and "收回的选票 7" in check.sentence


@pytest.mark.parametrize(("standing", "word"), [(PROBATIONARY, "预备党员"), (OUTSIDE, "不在本党组织")])
def test_only_full_members_held_here_may_be_elected(standing, word):
    [check] = checks_of_one(held(), Stood(MEMBER, "SELF", standing=standing))
    assert (check.rule, check.state) == ("EL-02", "warn") and word in check.sentence


@pytest.mark.parametrize(
    ("on", "converted", "post", "said"),
    [
        ("2018-10-28", "2017-10-29", SECRETARY, True),
        ("2018-10-28", "2017-10-28", SECRETARY, False),
        # the regulation of branches asks for it from its first day on
        ("2018-10-27", "2018-01-01", SECRETARY, False),
        ("2018-10-28", "2018-01-01", DEPUTY, False),
    ],
)
def test_a_secretary_has_a_party_age_of_a_year(on, converted, post, said):
    found = checks_of_one(held(on), Stood(post, "SELF", converted_on=day(converted)))
    assert [check.rule for check in found] == (["BR-10"] if said else [])


@pytest.mark.parametrize(("seats", "standing", "state"), [(5, 6, "ok"), (5, 5, "warn"), (3, 4, "ok"), (11, 13, "warn")])
@pytest.mark.parametrize("post", [MEMBER, DELEGATE])
def test_committee_and_delegates_need_a_surplus(post, seats, standing, state):
    assert together(held(seats=seats), *members(*[None] * standing, post=post)) == [("EL-05", state)]


def test_a_secretary_may_be_contested_or_not():
    for standing, word in ((2, "差额选举"), (1, "一般等额选举")):
        [check] = checks_of_all(held(seats=1), members(*[None] * standing, post=SECRETARY))
        assert (check.rule, check.state) == ("EL-06", "ok") and word in check.sentence


def test_the_seats_of_secretary_and_committee_are_told_apart():
    """Seats count the committee; the secretary's is one; how many deputies is not known then."""
    ones = [*members(None, None, post=SECRETARY), *members(None, post=DEPUTY), *members(*[None] * 4)]
    found = checks_of_all(held(seats=3, candidates=4), ones)
    assert [(c.rule, c.state) for c in found] == [("EL-06", "ok"), ("EL-05", "ok")]
    assert (
        found[0].sentence.startswith("书记候选人 2 名，应选 1 名") and "委员候选人 4 名，应选 3 名" in found[1].sentence
    )
    both = checks_of_all(held(seats=2), [*members(None, post=SECRETARY), *members(None, None, post=DEPUTY)])
    assert "副书记候选人 2 名，应选 1 名" in both[1].sentence


def test_as_many_are_named_as_were_counted():
    assert together(held(seats=3, candidates=5), *members(*[None] * 4))[0] == ("EL-05", "warn")
    assert together(held(seats=3, candidates=4), *members(*[None] * 4)) == [("EL-05", "ok")]


@pytest.mark.parametrize(
    ("votes", "won", "said"),
    [
        # edge case 10: 8, 5, 5 of 8 for two seats: the tied two once more
        ((8, 5, 5), 1, "同得 5 票"),
        ((8, 6, 5), 2, ""),
        ((8, 4, 4), 1, "不足的 1 名另行选举"),
        ((8, 6, 5), 3, "多于应选 2 名"),
    ],
)
def test_winners_and_seats(votes, won, said):
    election = held(due=8, present=8, seats=2)
    sentences = [check.sentence for check in checks_of_all(election, members(*votes, won=won)) if check.rule == "EL-09"]
    assert (sentences == []) if not said else any(said in one for one in sentences)


def test_those_with_the_most_votes_are_elected():
    election = held(due=8, present=8, seats=2)
    ones = [Stood(MEMBER, "JOINT", 5, True), Stood(MEMBER, "JOINT", 8, True), Stood(MEMBER, "JOINT", 6, False)]
    assert any("不是得票最多的" in check.sentence for check in checks_of_all(election, ones))


def test_without_a_quorum_or_a_vote_nobody_is_counted():
    ones = members(8, 8, 8, won=0)
    assert together(held(due=10, present=7, seats=2), *ones) == [("EL-05", "ok")]
    assert together(held(due=10, present=9, seats=2), *members(8, None, 8)) == [("EL-05", "ok")]


def test_how_somebody_was_put_forward_belongs_to_the_file():
    found = checks_of_all(held(), [Stood(MEMBER), Stood(MEMBER, "JOINT")])
    assert [(c.rule, c.state) for c in found] == [("EL-12", "idle")] and "1 名" in found[0].sentence


def test_candidates_stand_as_they_were_on_the_day(db):
    org = world.organization()
    party = world.party(covers=(org,))
    election = world.election(party, "2015-05-01")
    cases = {
        "full": (world.member(org, party, converted="2015-05-01"), "FULL"),
        "probationary": (world.member(org, party, converted="2015-05-02"), PROBATIONARY),
        "not yet here": (world.member(org, party, since="2015-05-02"), OUTSIDE),
        "moved": (world.member(org, party, until="2015-05-01"), OUTSIDE),
        "left": (world.member(org, party, left="2015-05-01"), OUTSIDE),
        "not yet joined": (world.member(org, party, joined="2015-05-02", converted=None), OUTSIDE),
        "nobody's member": (world.person(), OUTSIDE),
    }
    for person, _ in cases.values():
        world.candidate(election, person)
    found = {c.person_id: stood(c).standing for c in with_standings(Candidate.objects.everyone())}
    assert found == {person.pk: standing for person, standing in cases.values()}
