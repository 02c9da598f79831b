"""What the accounts of the demo city look at is not left to the dice: each finds a row in every register it is offered.

One joint branch in a street of Nanshan with two or three organizations is what its secretary, the street, the
district, an observer and an instructor have in common; the education committee has a school of its own. These
organizations are `shown`: whoever draws a register gives them a row.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from branches.models import InstructorPosting
from demonstration.models import Outreach, ServedPlace
from orgs.models import Exclusion, OrganizationState
from portal.core.policy import NOTICE_DAY
from portal.core.validity import covers
from portal.reports.demo.organizations import Plan
from portal.reports.demo.parties import Parties, Party
from portal.reports.demo.places import Area, Office, Places
from portal.reports.demo.rows import Rows

Day = datetime.date
#: the district and the street of the accounts, and how many organizations the branch covers at least
DISTRICT, STREET, COVERED = "NS", "NS-06", 2
EDUCATION = "SZ-JYGW"
_TERM_LEFT, _POSTING_LEFT = datetime.timedelta(days=14), datetime.timedelta(days=20)


@dataclass(frozen=True)
class Shown:
    """Whom the accounts are: the secretary's party organization by code, the instructor by number; empty: anybody."""

    party: str = ""
    instructor: str = ""


class Showcase:
    """Chooses what is shown, and gives it what no dice would."""

    def __init__(self, rows: Rows, places: Places, end: Day) -> None:
        self._rows, self._places, self._end = rows, places, end
        self._street = places.offices[STREET]

    def choose(self, plans: Sequence[Plan], parties: Parties) -> Shown:
        """Mark the organizations, after they are covered and before anything else is drawn of them."""
        branch = self._branch(plans, parties)
        for school in self._schools(plans, parties)[:1]:
            school.shown = True
        if branch is None:
            return Shown()
        shown = [*self._open(branch)[:1], *self._open(branch)[1:][-1:]]
        for plan in shown:
            plan.shown = True
        for plan in shown + self._missing(plans, parties)[:1]:
            self._answer(plan, self._street)
        branch.state.supervising_unit = self._street.unit
        self._street.unit.report_emails = f"{STREET.lower()}@dangjian.example"
        self._end_soon(branch)
        return Shown(branch.row.code, self._visit(shown, parties))

    def exclude(self, plans: Sequence[Plan], parties: Parties) -> None:
        """One organization each of the branch, the education committee and Futian is not counted for a while; rather
        one that nothing covers."""
        branch = [plan for plan in plans if plan.shown and plan.area.key == DISTRICT]
        others = sorted(filter(self._is_plain, plans), key=lambda plan: bool(parties.covered_since(plan)))
        others = [plan for plan in others if not plan.shown]
        committee = self._places.offices[EDUCATION]
        of_committee = [plan for plan in others if plan.rule is committee and plan.area.key != "FT"]
        of_futian = [plan for plan in others if plan.area.key == "FT"]
        for plan in (*branch[-1:], *of_committee[:1], *of_futian[:1]):
            row = Exclusion(organization=plan.row, valid_from=self._end - datetime.timedelta(days=70))
            row.reason, row.approver, row.evidence = "正在清算", "市委组织部", f"核查记录第{plan.number + 1}号"
            self._rows.add(row)

    def serve(self, parties: Parties) -> None:
        """A branch need not be of lawyers to have a contact in a community and to lecture at a school; the figures of
        article 17 do not count it."""
        for party in (one for one in parties.made if one.shown and one.state.form != "HUB"):
            for kind in (Outreach.Kind.LINK, Outreach.Kind.LECTURE):
                place = self._place(party.area, kind)
                day = max(self._end - datetime.timedelta(days=200), party.row.approved_on)
                made = Outreach(party_organization=party.row, place=place, kind=kind, valid_from=day)
                if kind == Outreach.Kind.LECTURE:
                    made.valid_to, made.reached = day, 120
                self._rows.add(made)

    # ── the branch ──

    def _branch(self, plans: Sequence[Plan], parties: Parties) -> Party | None:
        """The oldest joint branch of the district since the notice, of those that cover most in the street; some of the
        street that have a party organization already join it."""
        area = self._places.areas[DISTRICT]
        joint = [one for one in parties.made if one.area is area and one.state.form == "JOINT" and not one.trait]
        joint = [one for one in joint if one.row.approved_on >= NOTICE_DAY]
        joint.sort(key=lambda one: (-min(len(self._open(one)), COVERED), one.row.approved_on, one.row.code))
        if not joint:
            return None
        branch = joint[0]
        inside = {plan.number for plan in self._open(branch)}
        near = [plan for plan in plans if plan.street.office is self._street and plan.number not in inside]
        # what was covered before the notice stays with whoever had it (article 1)
        near = [one for one in near if self._is_plain(one) and (parties.covered_since(one) or NOTICE_DAY) >= NOTICE_DAY]
        near.sort(key=lambda plan: plan.row.established_on)
        for plan in near[: max(0, COVERED - len(inside))]:
            parties.link(branch, plan, max(branch.row.approved_on, plan.row.established_on))
        return branch

    def _open(self, branch: Party) -> list[Plan]:
        """The organizations of the street that the branch covers on the last day, the oldest first."""
        held = [plan for plan, link in branch.links if covers(link.valid_from, link.valid_to, self._end)]
        here = [plan for plan in held if plan.street.office is self._street and self._is_plain(plan)]
        return sorted(here, key=lambda plan: (plan.row.established_on, plan.number))

    def _is_plain(self, plan: Plan) -> bool:
        return (
            not plan.trait and plan.closed_on is None and plan.row.established_on < self._end - relativedelta(years=3)
        )

    def _missing(self, plans: Sequence[Plan], parties: Parties) -> list[Plan]:
        """The organizations of the street that no party organization covers."""
        here = [plan for plan in plans if plan.street.office is self._street and not plan.closed_on]
        return [plan for plan in here if plan.trait in ("", "potential") and not parties.covered_since(plan)]

    def _answer(self, plan: Plan, office: Office) -> None:
        """The office is its professional supervising unit all its life, and so answers for it."""
        plan.professional = plan.rule = office
        for state in self._rows.of(OrganizationState):
            if state.organization is plan.row:
                state.professional_unit, state.professional_unit_written = office.unit, ""

    def _end_soon(self, branch: Party) -> None:
        """Its term ends in two weeks: all terms, and with them its approval, move by as many days."""
        by = self._end + _TERM_LEFT - branch.terms[-1].ends_on
        for term in branch.terms:
            term.started_on, term.ends_on, term.counts_until = (
                day + by for day in (term.started_on, term.ends_on, term.counts_until)
            )
        branch.row.approved_on += min(by, datetime.timedelta())
        branch.row.document_number = f"深社党〔{branch.row.approved_on.year}〕{branch.row.code[-3:]}号"

    def _visit(self, plans: Sequence[Plan], parties: Parties) -> str:
        """An instructor of the district also looks after them, for some weeks yet; the number of that one."""
        lead = self._places.areas[DISTRICT].offices["lead"]
        posted = [
            one.person for one in self._rows.of(InstructorPosting) if covers(one.valid_from, one.valid_to, self._end)
        ]
        own = [person for person, sender in parties.instructors if sender is lead and person in posted]
        if not own:
            return ""
        for plan in plans:
            self._rows.add(
                InstructorPosting(
                    person=own[0],
                    organization=plan.row,
                    role="LIAISON",
                    sending_unit=lead.unit,
                    origin="NAMED",
                    work_phone="0755-01000000",
                    valid_from=self._end - datetime.timedelta(days=345),
                    valid_to=self._end + _POSTING_LEFT,
                )
            )
        return own[0].number or ""

    # ── the rest ──

    def _schools(self, plans: Sequence[Plan], parties: Parties) -> list[Plan]:
        """Organizations that the education committee answers for, with a party organization, of districts that name
        demonstration sites."""
        committee = self._places.offices[EDUCATION]
        fit = [
            plan for plan in plans if plan.rule is committee and self._is_plain(plan) and parties.covered_since(plan)
        ]
        return [plan for plan in fit if plan.area.key not in (DISTRICT, "YT")]

    def _place(self, area: Area, kind: Outreach.Kind) -> ServedPlace:
        """A community or a school of the area as it is today."""
        wanted = ServedPlace.Kind.SCHOOL if kind == Outreach.Kind.LECTURE else ServedPlace.Kind.COMMUNITY
        district = area.on(self._end)
        return next(one for one in self._rows.of(ServedPlace) if one.kind == wanted and one.district is district)
