"""Elections (article 12): what the election rules of the day ask of one, and `direct-election`.

Checks of one election, advice and never a refusal (spec: rules, section 3). They go by the rules of the day: the
regulation of 1990 before 2020-07-13, that of 2020 from then on.

- EL-02: only full members vote. Where the people due are more than the full members known on that day, but no more
  than full and probationary ones together, probationary members were probably counted.
- EL-03: at least four fifths of those due must be present. The text of 1990 says "more than"; exactly four fifths was
  accepted under it.
- EL-05: candidates exceed the seats by at least a fifth, rounded up: ``max(seats + 1, ceil(1.2 * seats))``. A
  committee normally elects secretary and deputy from as many candidates as seats (EL-06), and so do members who
  elect one alone, the secretary of a branch without a committee.
- EL-08: more ballots than people present make an election void.
- EL-09: elected is who gets more than half of those present; exactly half is not elected. Sources of the text of 2020
  contradict each other whether those due are the base, so the votes needed are computed on both, and a difference is
  said.

`direct-election` (article 12). Population on D: elections at a change of term, or of an occasion not stated, held
after D minus 36 calendar months (clamped to the month's end) and up to D, whether or not the party organization is
still active. Met: by public nomination and direct election (公推直选). An election stands at the unit that supervises
its party organization on D.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from branches.models import Election, PartyOrganizationState, Term
from branches.models.elections import CHANGES_OF_TERM
from portal.core import sql
from portal.core.indicators import Query
from portal.core.policy import NOTICE_NAME, number, parameter
from portal.core.validity import active_on

REASONS = {"direct": "公推直选", "other-method": "其他方式"}
_COMMITTEE = Election.Method.BY_COMMITTEE
_STATES = {"ok": "相符", "warn": "须核对", "swap": "口径不同", "idle": "未核对"}
#: what each rule is about
TITLES = {
    "EL-02": "选举权",
    "EL-03": "到会人数",
    "EL-05": "差额",
    "EL-06": "书记、副书记",
    "EL-08": "选票",
    "EL-09": "当选票数",
    "EL-12": "推荐方式",
    "BR-10": "书记党龄",
}
_BRANCHES = "《中国共产党支部工作条例（试行）》"
#: more people than ever meet; larger numbers are slips
MOST_PEOPLE = 1_000_000
#: the rule whose differing bases are said and blamed on nobody
MAJORITY = "EL-09"


@dataclass(frozen=True)
class Check:
    """What one rule says of an election. `state`: ok, warn, swap (the two bases differ) or idle (cannot be judged)."""

    rule: str
    state: str
    sentence: str

    @property
    def word(self) -> str:
        """The state in words."""
        return _STATES[self.state]

    @property
    def title(self) -> str:
        """What its rule is about."""
        return TITLES[self.rule]


class Electorate(NamedTuple):
    """Members known on the day of an election whose relation the party organization held."""

    full: int = 0
    probationary: int = 0


def quorum(due: int) -> int:
    """How many of those due must be present: four fifths."""
    return -(-4 * due // 5)


def fewest_candidates(seats: int) -> int:
    """How many candidates a number of seats takes at least: a fifth more, rounded up, and at least one more."""
    return max(seats + 1, -(-6 * seats // 5))


def majority(base: int) -> int:
    """How many votes are more than half of a number of people."""
    return base // 2 + 1


def rules_of(day: datetime.date) -> str:
    """The name of the regulation that an election of this day is judged by."""
    return str(parameter("election-rules", day))


def source_of(rule: str, day: datetime.date) -> str:
    """The text that a rule rests on, as it held on a day."""
    if rule == "EL-12":
        return NOTICE_NAME
    return _BRANCHES if rule.startswith("BR") else rules_of(day)


def contest(election: Election) -> str:
    """差额 where there were more candidates than seats, 等额 where not, empty where it is not known."""
    if election.seats is None or election.candidates is None:
        return ""
    return "差额" if election.candidates > election.seats else "等额"


def checks(election: Election, electorate: Electorate) -> list[Check]:
    """What the rules of its day say of an election, rule by rule; one sentence where no number is known."""
    if all(number is None for number in (election.due, election.present, election.seats, election.candidates)):
        return [Check("EL-03", "idle", "到会人数、应选和候选人数都没有填，无法核对。")]
    return [
        *_voters(election, electorate),
        _attendance(election),
        _surplus(election),
        *_ballots(election),
        _majority(election),
    ]


def to_be_checked(found: Iterable[Check]) -> bool:
    """Whether something does not fit the rules."""
    return any(one.state == "warn" for one in found)


def _voters(election: Election, known: Electorate) -> Iterator[Check]:
    if election.due is not None and known.full < election.due <= sum(known):
        yield Check(
            "EL-02",
            "warn",
            f"应到会 {election.due} 人，当日登记的正式党员 {known.full} 名、预备党员 {known.probationary} 名；"
            "预备党员没有表决权、选举权和被选举权，请核对应到会人数。",
        )


def _attendance(election: Election) -> Check:
    due, present = election.due, election.present
    if due is None or present is None:
        return Check("EL-03", "idle", "应到会、实到会人数没有填全，无法核对到会人数够不够。")
    if not due or present > due:
        return Check("EL-03", "warn", f"应到会 {due} 人、实到会 {present} 人，请核对这两个数。")
    needed = quorum(due)
    if present < needed:
        return Check("EL-03", "warn", f"实到会 {present} 人，不足应到会 {due} 人的五分之四（{needed} 人），选举无效。")
    exact = "；原条文写“超过五分之四”，恰好五分之四按答复视为有效" if _only_just(election) else ""
    return Check("EL-03", "ok", f"实到会 {present} 人，达到应到会 {due} 人的五分之四（{needed} 人）{exact}。")


def _only_just(election: Election) -> bool:
    """Whether exactly four fifths were present under a text that says "more than"."""
    exact = 5 * (election.present or 0) == 4 * (election.due or 0)
    return exact and bool(number("election-quorum-exceeds", election.held_on))


def _surplus(election: Election) -> Check:
    seats, candidates = election.seats, election.candidates
    if seats is None or candidates is None:
        return Check("EL-05", "idle", "应选、候选人数没有填全，无法核对差额。")
    needed = fewest_candidates(seats)
    stands = f"候选人 {candidates} 名，应选 {seats} 名"
    if not seats or candidates < seats:
        return Check("EL-05", "warn", f"{stands}，请核对这两个数。")
    if candidates >= needed:
        return Check("EL-05", "ok", f"{stands}，差额够（至少 {needed} 名）。")
    if candidates == seats and (election.method == _COMMITTEE or seats == 1):
        return Check("EL-05", "idle", f"{stands}，等额：书记、副书记一般等额选举；选举委员的须差额，至少 {needed} 名。")
    return Check("EL-05", "warn", f"{stands}，差额不足：不少于应选人数的 20%，不足 1 名的进一，至少 {needed} 名。")


def _ballots(election: Election) -> Iterator[Check]:
    ballots, present = election.ballots, election.present
    if ballots is not None and present is not None:
        if ballots > present:
            yield Check("EL-08", "warn", f"收回选票 {ballots} 张，多于实到会 {present} 人，选举无效。")
        else:
            yield Check("EL-08", "ok", f"收回选票 {ballots} 张，不多于实到会 {present} 人，选举有效。")


def _majority(election: Election) -> Check:
    due, present = election.due, election.present
    if not due or not present:
        return Check(MAJORITY, "idle", "到会人数没有填全，无法计算当选须得多少票。")
    if present < quorum(due):
        return Check(MAJORITY, "idle", "到会人数不够，不计当选票数。")
    of_present, of_due = majority(present), majority(due)
    if of_present == of_due:
        return Check(MAJORITY, "ok", f"当选须得 {of_present} 票：按实到会、按应到会都过半数。")
    between = f"{of_present} 票" if of_due == of_present + 1 else f"{of_present} 至 {of_due - 1} 票"
    return Check(
        MAJORITY,
        "swap",
        f"当选须过半数：按实到会 {present} 人为 {of_present} 票，按应到会 {due} 人为 {of_due} 票。"
        f"得 {between}的按实到会当选、按应到会不当选，各处条文说法不一，请注明依据。",
    )


def awaiting_approval(day: datetime.date) -> Q:
    """Elections whose result waits for the superior's approval (批复, EL-10) on a day.

    Held by then in a party organization that is active, not approved by then, and no term is recorded that began on
    that day or later: a term says that the result was accepted, so what older files bring without an approval is
    history and no work.
    """
    later = Term.objects.filter(party_organization=OuterRef("party_organization"), started_on__gte=OuterRef("held_on"))
    open_still = Q(approved_on__isnull=True) | Q(approved_on__gt=day)
    active = active_on(day, "party_organization__", start="approved_on", end="dissolved_on")
    return Q(held_on__lte=day) & open_still & active & ~Q(Exists(later))


def with_electorates(elections: QuerySet[Election]) -> QuerySet[Election]:
    """Elections read together with the members known on their days: `full_members` and `known_members`."""
    held, member = "party_organization__memberships__", "party_organization__memberships__person__member__"
    day = F("held_on")
    here = Q(**{f"{held}valid_from__lte": day, f"{member}joined_on__lte": day})
    here &= Q(**{f"{held}valid_to__isnull": True}) | Q(**{f"{held}valid_to__gt": day})
    here &= Q(**{f"{member}left_on__isnull": True}) | Q(**{f"{member}left_on__gt": day})
    full = Q(**{f"{member}converted_on__lte": day})
    person = f"{held}person"
    return elections.annotate(
        full_members=Count(person, filter=here & full, distinct=True),
        known_members=Count(person, filter=here, distinct=True),
    )


def checks_known(election: Any) -> list[Check]:
    """The checks of an election that was read `with_electorates`."""
    known = Electorate(election.full_members, election.known_members - election.full_members)
    return checks(election, known)


def checks_of(elections: Sequence[Election]) -> Mapping[int, list[Check]]:
    """The checks of stored elections by their row; one statement."""
    rows = Election.objects.everyone().filter(pk__in=[one.pk for one in elections]).order_by()
    return {one.pk: checks_known(one) for one in with_electorates(rows)}


def direct_election(day: datetime.date) -> Query:
    """Subjects of `direct-election` (article 12): elections at a change of term of the last 36 months."""
    direct = f"e.method = '{Election.Method.PUBLIC_NOMINATION}'"
    return Query(
        f"""
        SELECT e.id AS subject_id, CASE WHEN {direct} THEN 1 ELSE 0 END AS met, 0 AS excluded,
               CASE WHEN {direct} THEN 'direct' ELSE 'other-method' END AS reason,
               ps.supervising_unit_id AS unit_id,
               CAST(NULL AS BIGINT) AS district_id, CAST(NULL AS BIGINT) AS subdistrict_id,
               '' AS kind, '' AS field
        FROM {sql.table(Election)} e
        LEFT JOIN {sql.table(PartyOrganizationState)} ps
               ON ps.party_organization_id = e.party_organization_id AND {sql.active("ps")}
        WHERE e.held_on > %(after)s AND e.held_on <= %(day)s
          AND e.occasion IN ({sql.choices(tuple(str(one) for one in CHANGES_OF_TERM))})""",
        {"after": day - relativedelta(months=number("direct-election-months", day))},
    )
