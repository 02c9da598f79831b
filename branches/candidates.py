"""Candidates of an election (article 12): what the election rules of its day say of each and of all together.

Advice and never a refusal, like the checks of `branches.elections`; no sentence names anybody.

- EL-02: only full members whose relation the party organization holds may be elected; probationary members may not.
- BR-10: a secretary generally has a party age of a year (since 2018-10-28), counted from the conversion.
- EL-05, EL-06: committee members and delegates are elected from at least a fifth more candidates than seats;
  secretary and deputy normally from as many as seats, and the notice wants more of them contested.
- EL-08: nobody has more votes than ballots came back, no more ballots come back than people were present.
- EL-09: elected is who gets more than half of those present; where those due as the base say otherwise, both are said.
  More winners than seats: by votes; a tie on the last seat is voted on again among the tied; for seats left over there
  is a separate election.
- EL-12: how each was put forward (推荐方式) belongs to the file.

Which seats: the secretary's is one. The number that the election records (应选人数) is that of the committee members,
else of the delegates; where neither was elected, it holds secretary and deputies together.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from branches.elections import MAJORITY, Check, fewest_candidates, majority, quorum
from branches.models import Candidate, Election, Membership
from portal.core.policy import number

_POST = Candidate.Post
#: posts for which more candidates than seats are asked for
_CONTESTED = (_POST.COMMITTEE_MEMBER, _POST.DELEGATE)
FULL, PROBATIONARY, OUTSIDE = "FULL", "PROBATIONARY", "OUTSIDE"


@dataclass(frozen=True)
class Stood:
    """What the rules ask of one candidate. `standing` on the day of the election: FULL, PROBATIONARY, or OUTSIDE
    where the party organization did not hold the relation."""

    post: str
    channel: str = ""
    votes: int | None = None
    elected: bool | None = None
    standing: str = FULL
    converted_on: datetime.date | None = None


def with_standings(candidates: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """Candidates read together with their `standing` on the day of their election and `converted_on`."""
    day, here = F("election__held_on"), "election__party_organization"
    held = Membership.objects.everyone().filter(valid_from__lte=OuterRef("election__held_on"))
    held = held.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("election__held_on")))
    held = held.filter(person=OuterRef("person"), party_organization=OuterRef(here))
    left = Q(person__member__left_on__lte=day)
    return candidates.annotate(
        converted_on=F("person__member__converted_on"),
        standing=Case(
            When(left | ~Exists(held), then=Value(OUTSIDE)),
            When(person__member__converted_on__lte=day, then=Value(FULL)),
            When(person__member__joined_on__lte=day, then=Value(PROBATIONARY)),
            default=Value(OUTSIDE),
        ),
    )


def stood(candidate: Any) -> Stood:
    """What the rules ask of a candidate that was read `with_standings`."""
    return Stood(
        candidate.post,
        candidate.channel,
        candidate.votes,
        candidate.elected,
        candidate.standing,
        candidate.converted_on,
    )


def standing_in(election: Election) -> list[Any]:
    """The candidates of an election `with_standings`, post by post, those with most votes first; one statement.

    They name nobody: whose names an account may read, its scope says.
    """
    found = with_standings(Candidate.objects.everyone().filter(election=election)).defer("person")
    return sorted(found, key=lambda one: (_POST.values.index(one.post), -(one.votes or 0), one.pk))


def checks_of_stored(candidate: Candidate) -> list[Check]:
    """What the rules say of a stored candidate; one statement."""
    [one] = with_standings(Candidate.objects.everyone().filter(pk=candidate.pk).select_related("election"))
    return checks_of_one(one.election, stood(one))


def seats_of(election: Election, posts: Iterable[str]) -> Mapping[str, int | None]:
    """How many seats each of these posts has; None where it is not known."""
    known = set(posts)
    main = next((post for post in _CONTESTED if post in known), None)
    seats: dict[str, int | None] = dict.fromkeys(known)
    if main is not None:
        seats[main] = election.seats
    elif election.seats is not None and _POST.DEPUTY in known:
        seats[_POST.DEPUTY] = max(1, election.seats - (_POST.SECRETARY in known))
    if _POST.SECRETARY in known:
        seats[_POST.SECRETARY] = 1
    return seats


def checks_of_all(election: Election, ones: Sequence[Stood]) -> list[Check]:
    """What the rules say of the candidates of an election together, post by post."""
    by_post: dict[str, list[Stood]] = defaultdict(list)
    for one in ones:
        by_post[one.post].append(one)
    seats = seats_of(election, by_post)
    found = [check for post in _POST.values if post in by_post for check in _of_post(election, by_post, seats, post)]
    return [*_named(election, ones, by_post), *found, *_channels(ones)]


def checks_of_one(election: Election, one: Stood) -> list[Check]:
    """What the rules say of one candidate."""
    return [*_right(one), *_party_age(election, one), *_votes(election, one)]


def _named(election: Election, ones: Sequence[Stood], by_post: Mapping[str, Sequence[Stood]]) -> Iterator[Check]:
    """Whether as many are named as were counted."""
    main = next((by_post[post] for post in _CONTESTED if post in by_post), ones)
    if ones and election.candidates is not None and election.candidates != len(main):
        yield Check("EL-05", "warn", f"候选人数登记为 {election.candidates} 名，名单上有 {len(main)} 名，请核对。")


def _of_post(
    election: Election, by_post: Mapping[str, Sequence[Stood]], seats: Mapping[str, int | None], post: str
) -> Iterator[Check]:
    ones, places, word = by_post[post], seats[post], str(_POST(post).label)
    if places is not None:
        yield _surplus(post, len(ones), places)
        yield from _outcome(election, ones, places, word)


def _surplus(post: str, standing: int, places: int) -> Check:
    stands = f"{_POST(post).label}候选人 {standing} 名，应选 {places} 名"
    if post in _CONTESTED:
        needed = fewest_candidates(places)
        if standing >= needed:
            return Check("EL-05", "ok", f"{stands}，差额够（至少 {needed} 名）。")
        return Check("EL-05", "warn", f"{stands}，差额不足：不少于应选人数的 20%，不足 1 名的进一，至少 {needed} 名。")
    if standing > places:
        return Check("EL-06", "ok", f"{stands}，差额选举。")
    return Check("EL-06", "ok", f"{stands}，等额：书记、副书记一般等额选举；通知要求提高差额选举书记的比例。")


def _outcome(election: Election, ones: Sequence[Stood], places: int, word: str) -> Iterator[Check]:
    """Winners against seats; nothing where a vote is not known or the meeting had no quorum."""
    won = sum(1 for one in ones if one.elected)
    if won > places:
        yield Check(MAJORITY, "warn", f"{word}登记当选 {won} 名，多于应选 {places} 名。")
    if not _counts(election) or any(one.votes is None for one in ones):
        return
    passed = sorted(
        (one.votes or 0 for one in ones if (one.votes or 0) >= majority(election.present or 0)), reverse=True
    )
    if len(passed) < places:
        left = places - len(passed)
        yield Check(MAJORITY, "warn", f"{word}过半数的 {len(passed)} 名，应选 {places} 名：不足的 {left} 名另行选举。")
    elif len(passed) > places and passed[places - 1] == passed[places]:
        tied = passed[places]
        yield Check(
            MAJORITY, "warn", f"{word}最后一个名额有 {passed.count(tied)} 名同得 {tied} 票：在他们中间重新投票。"
        )
    elif won and sorted((one.votes or 0 for one in ones if one.elected), reverse=True) != passed[:won]:
        yield Check(MAJORITY, "warn", f"{word}登记当选的不是得票最多的，请核对。")


def _channels(ones: Sequence[Stood]) -> Iterator[Check]:
    unknown = sum(1 for one in ones if not one.channel)
    if unknown:
        yield Check("EL-12", "idle", f"{unknown} 名候选人没有填推荐方式，不计入联名推荐、自荐的比例。")


def _right(one: Stood) -> Iterator[Check]:
    if one.standing == PROBATIONARY:
        yield Check("EL-02", "warn", "当日是预备党员，没有被选举权。")
    elif one.standing == OUTSIDE:
        yield Check("EL-02", "warn", "当日组织关系不在本党组织，请核对。")


def _party_age(election: Election, one: Stood) -> Iterator[Check]:
    months = number("secretary-party-age-months", election.held_on)
    if one.post != _POST.SECRETARY or not months or one.converted_on is None:
        return
    if one.converted_on + relativedelta(months=months) > election.held_on:
        yield Check("BR-10", "warn", "转正未满一年：书记一般应有一年以上党龄。")


def _counts(election: Election) -> bool:
    """Whether votes can be judged: both numbers known, and a quorum."""
    due, present = election.due, election.present
    return bool(due and present) and quorum(due or 0) <= (present or 0) <= (due or 0)


def _votes(election: Election, one: Stood) -> Iterator[Check]:
    if one.votes is None:
        if one.elected:
            yield Check(MAJORITY, "idle", "没有填得票数，无法核对。")
        return
    most = min((n for n in (election.ballots, election.present) if n is not None), default=None)
    if most is not None and one.votes > most:
        yield Check(
            "EL-08", "warn", f"得 {one.votes} 票，多于{'收回的选票' if most == election.ballots else '实到会'} {most}。"
        )
    elif _counts(election):
        yield from _won(election, one, one.votes)


def _won(election: Election, one: Stood, votes: int) -> Iterator[Check]:
    """Whether the votes are more than half, on both bases."""
    of_present, of_due = majority(election.present or 0), majority(election.due or 0)
    if of_present <= votes < of_due:
        yield Check(
            MAJORITY, "swap", f"得 {votes} 票：按实到会过半数（{of_present} 票），按应到会没有（{of_due} 票）。"
        )
    elif one.elected and votes < of_present:
        yield Check(MAJORITY, "warn", f"得 {votes} 票，没有过实到会的半数（{of_present} 票），不能当选。")
    elif one.elected:
        yield Check(MAJORITY, "ok", f"得 {votes} 票，过半数。")
