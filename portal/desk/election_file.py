"""The file of one election by its steps (article 12): the term before it, candidates, meeting, votes, approval, the
term that begins."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta

from branches.candidates import checks_of_all, checks_of_one, standing_in, stood
from branches.elections import Check, checks_known, contest, rules_of, source_of
from branches.models import Candidate, Channel, Election, PartyOrganizationState, Post, Term
from branches.terms import REMINDERS
from members.models import Person
from portal.core.scoping import Scope
from portal.core.validity import active_on
from portal.desk.doing import Act, act_new


@dataclass(frozen=True)
class Line:
    """One candidate: the row, the name where the account may read it, what the rules say, and of somebody elected and
    approved who does not hold the post yet the form that records it."""

    row: Any
    name: str
    checks: Sequence[Check]
    appoint: Act | None = None

    @property
    def outcome(self) -> tuple[str, str]:
        """Sign and word of the outcome."""
        return {True: ("ok", "当选"), False: ("idle", "未当选"), None: ("idle", "结果不详")}[self.row.elected]


@dataclass(frozen=True)
class Step:
    """One step: its word, its day, its state and what is known of it."""

    word: str
    day: datetime.date | None
    state: str
    sign: str
    note: str


@dataclass(frozen=True)
class ElectionFile:
    """Everything about one election. `unit` supervised the party organization on its day; `before` is the term that
    ran then, `next_term` the one that began with it."""

    election: Any
    unit: str
    lines: Sequence[Line]
    before: Term | None
    next_term: Term | None

    @property
    def probationary(self) -> int:
        """Probationary members known on its day."""
        probationary: int = self.election.known_members - self.election.full_members
        return probationary

    @property
    def contest(self) -> str:
        """差额 or 等额, empty where the numbers are not known."""
        return contest(self.election)

    @property
    def rules(self) -> str:
        """The regulation that it is judged by."""
        return rules_of(self.election.held_on)

    @property
    def named(self) -> bool:
        """Whether the account may read who stood."""
        return all(line.name for line in self.lines)

    @cached_property
    def checks(self) -> list[tuple[Check, str]]:
        """What the rules say of it as a whole, each with the text that it rests on."""
        of_numbers = checks_known(self.election)
        if self.lines:
            # who stood for what says more than the number of all
            of_numbers = [one for one in of_numbers if one.rule != "EL-05"]
        found = [*of_numbers, *checks_of_all(self.election, [stood(line.row) for line in self.lines])]
        return [(one, source_of(one.rule, self.election.held_on)) for one in found]

    @property
    def channels(self) -> list[tuple[str, int]]:
        """How many were put forward by whom, those unknown last."""
        counted = Counter(line.row.channel for line in self.lines)
        words = [(str(word), counted[value]) for value, word in Channel.choices if counted[value]]
        return [*words, ("推荐方式不详", counted[""])] if counted[""] else words

    @property
    def won(self) -> int:
        """How many are recorded as elected."""
        return sum(1 for line in self.lines if line.row.elected)

    @property
    def steps(self) -> list[Step]:
        """The steps in their order."""
        begins = [self._begins()] if self.election.begins_a_term else []
        return [*self._ending(), self._nomination(), self._meeting(), self._count(), self._approval(), *begins]

    def _ending(self) -> Iterable[Step]:
        """When the term before ended, and when its end was to be spoken of."""
        if self.before is None:
            return
        held, until = self.election.held_on, self.before.counts_until
        reminded = self.before.ends_on - relativedelta(months=REMINDERS[0])
        yield Step("提醒换届", reminded, "ok" if reminded <= held else "idle", "", f"届满前 {REMINDERS[0]} 个月")
        late = (held - until).days
        extended = "，含批准的延期" if until > self.before.ends_on else ""
        if late > 0:
            yield Step("上届届满", until, "warn", "逾期", f"届满后 {late} 天才选举{extended}")
        else:
            yield Step("上届届满", until, "ok", "按期", f"选举不晚于届满{extended}")

    def _nomination(self) -> Step:
        told = "，".join(f"{word} {many} 名" for word, many in self.channels)
        return Step(
            "推荐候选人", None, "ok" if told else "idle", "" if told else "未登记", told or "候选人名单没有登记"
        )

    def _meeting(self) -> Step:
        attendance = next((one for one, _ in self.checks if one.rule == "EL-03"))
        return Step("党员大会选举", self.election.held_on, attendance.state, attendance.word, attendance.sentence)

    def _count(self) -> Step:
        if not any(line.row.elected is not None for line in self.lines):
            return Step("计票", None, "idle", "未登记", "没有登记谁当选")
        amiss = any(c.state == "warn" and c.rule in ("EL-08", "EL-09") for c in self._counted)
        return Step("计票", None, "warn" if amiss else "ok", "须核对" if amiss else "", f"登记当选 {self.won} 名")

    @property
    def _counted(self) -> list[Check]:
        return [*(one for one, _ in self.checks), *(check for line in self.lines for check in line.checks)]

    def _approval(self) -> Step:
        one = self.election
        if one.approved_on is None:
            waiting = ("warn", "待批复", "报上级党组织批准后登记")
            return Step("上级批复", None, *(waiting if one.waits else ("idle", "未登记", "没有登记批复")))
        told = "，".join(filter(None, (one.approver, one.approval_number)))
        return Step("上级批复", one.approved_on, "ok", "已批复", told or "没有登记单位和文号")

    def _begins(self) -> Step:
        if self.next_term is None:
            return Step("新一届", None, "idle", "未登记", "登记批复时自动登记")
        return Step("新一届", self.next_term.started_on, "ok", "已登记", f"至 {self.next_term.ends_on.isoformat()}")


def election_file(election: Any, scope: Scope) -> ElectionFile:
    """Gather the file of an election that was read `with_electorates`; five statements."""
    people, held = _people(election, scope), _held(election, scope)
    lines = [
        Line(
            row,
            people[row.pk].name if row.pk in people else "",
            checks_of_one(election, stood(row)),
            _appoint(election, row, people.get(row.pk), held, scope),
        )
        for row in standing_in(election)
    ]
    state = PartyOrganizationState.objects.filter(
        active_on(election.held_on), party_organization=election.party_organization_id
    )
    supervised = state.select_related("supervising_unit").first()
    terms = list(Term.objects.filter(party_organization=election.party_organization_id).order_by("started_on"))
    before = [term for term in terms if term.started_on < election.held_on]
    return ElectionFile(
        election=election,
        unit=supervised.supervising_unit.name if supervised and supervised.supervising_unit else "",
        lines=lines,
        before=before[-1] if before else None,
        next_term=next((term for term in terms if term.started_on == election.held_on), None),
    )


def _people(election: Election, scope: Scope) -> dict[int, Person]:
    """Who stood, by candidate, as far as the account may read it."""
    if not scope.can("see-members"):
        return {}
    rows = Candidate.objects.within(scope).filter(election=election).select_related("person")
    return {row.pk: row.person for row in rows.defer("person__id_number", "person__mobile")}


def _held(election: Election, scope: Scope) -> set[tuple[int, str]]:
    """(person, role) of the posts that are held in the party organization today; none unless it was approved."""
    if election.approved_on is None or not scope.can("see-members"):
        return set()
    posts = Post.objects.within(scope).filter(active_on(scope.day), party_organization=election.party_organization_id)
    return set(posts.values_list("person_id", "role"))


def _appoint(
    election: Election, row: Any, person: Person | None, held: set[tuple[int, str]], scope: Scope
) -> Act | None:
    """The form of a post for somebody elected and approved, filled in; None where there is nothing to record."""
    if not row.elected or election.approved_on is None or person is None or row.post not in Post.Role.values:
        return None
    if (person.pk, row.post) in held:
        return None
    return act_new(
        "posts",
        scope,
        party_organization=election.party_organization.code,
        person=person.file_key,
        role=row.get_post_display(),
        valid_from=election.approved_on.isoformat(),
    )
