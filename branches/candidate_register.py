"""Exchanged columns of candidates (article 12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from branches.elections import MOST_PEOPLE, quorum
from branches.models import Candidate, Channel, Election, PartyOrganization
from branches.people_registers import PeopleRegister
from members.people import PersonReference
from portal.core.imports.columns import Column, Row
from portal.core.imports.findings import Fault
from portal.core.imports.run import Run, chosen
from portal.core.imports.widgets import Choice, Day, Flag, Reference, Whole


class CandidateRegister(PeopleRegister):
    """Candidates (候选人) of elections, which party organization and day name.

    What does not fit the rules is said by pages and kept all the same; only an election without its quorum elects
    nobody, and that is refused.
    """

    kind, title, model = "candidates", "候选人", Candidate
    key_names = ("election_id", "person_id", "post")
    spans = ()
    export_paths = ("election",)
    allowed_by = ("election__party_organization_id", PartyOrganization)

    party_organization = Column(
        "党组织编码",
        Reference("party_organizations"),
        attribute="election__party_organization",
        stored=False,
        key=True,
        required=True,
    )
    held_on = Column("选举日期", Day(), attribute="election__held_on", stored=False, key=True, required=True)
    person = Column(
        "公民身份号码", PersonReference(), also=("人员编号",), goes_out_as="人员编号", key=True, required=True
    )
    post = Column("职务", Choice(Candidate.Post.choices), key=True, required=True)
    # no figure depends on how somebody stood
    channel = Column("推荐方式", Choice(Channel.choices), aside=True)
    introduction = Column("介绍方式", Choice(Candidate.Introduction.choices), aside=True)
    votes = Column("得票数", Whole(MOST_PEOPLE), aside=True)
    elected = Column("是否当选", Flag(), aside=True)

    def complete(self, rows: list[Row], run: Run) -> None:
        """The elections that the rows name; without a quorum nobody was elected (edge case 8)."""
        found = _elections(rows)
        for row in rows:
            party, day = row.get("election__party_organization_id"), row.get("election__held_on")
            if party is None or day is None:
                continue
            election = found.get((party, day))
            if election is None:
                self._miss(row, run)
                continue
            row.values["election_id"] = election.pk
            if row.get("elected") and _lacks_quorum(election):
                text = f"实到会 {election.present} 人,不足应到会 {election.due} 人的五分之四,选举无效,不能登记当选"
                row.refuse(self.fields["elected"], Fault("IMP-113", text))
        super().complete(rows, run)

    def _miss(self, row: Row, run: Run) -> None:
        """No such election; where its own row is faulty, that is said there."""
        if run.is_faulty("elections", f"{row.texts['party_organization']} {row.texts['held_on']}"):
            row.unanswered = True
        else:
            row.refuse(self.fields["held_on"], Fault("IMP-104", "这个党组织当日没有登记选举;请先登记选举"))

    def visible(self, scope: Any) -> QuerySet[Any]:
        """With the election that a page of the row leads to."""
        return super().visible(scope).select_related("election")


def _elections(rows: list[Row]) -> Mapping[tuple[int, Any], Election]:
    parties = (row.get("election__party_organization_id") for row in rows)
    return {(one.party_organization_id, one.held_on): one for one in chosen(Election, "party_organization_id", parties)}


def _lacks_quorum(election: Election) -> bool:
    due, present = election.due, election.present
    return due is not None and present is not None and present < quorum(due)
