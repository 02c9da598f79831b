"""Elections, candidates and public offices (article 12) in the API."""

from __future__ import annotations

from django_filters import rest_framework as filters

from branches.models import Candidate, Channel, Election, PublicOffice
from portal.api.fields import Count, Day, Flag, OpaqueId, PersonReference, Reference, Text, UnitReference, Word
from portal.api.filters import DatedFilter, OfPartyOrganization, RegisterFilter, text, word
from portal.api.registers import Object, Register, Rows


class ElectionObject(Object):
    """党组织的一次选举;人数为空是不详,不是 0。"""

    id = OpaqueId()
    party_organization = Reference("党组织")
    held_on = Day("选举日期")
    occasion = Word("事由,没有注明的为空,按换届计", Election.Occasion)
    method = Word("方式", Election.Method)
    due = Count("应到会人数")
    present = Count("实到会人数")
    seats = Count("应选人数")
    candidates = Count("候选人数")
    ballots = Count("收回选票数")
    approved_on = Day("批复日期")
    approval_number = Text("批复文号")
    approving_unit = UnitReference("批复单位", source="approving_unit_id")
    approving_unit_written = Text("批复单位的原文,没有对应到单位的才有")


class CandidateObject(Object):
    """一次选举的一名候选人,竞选一个职务;得票和结果为空是不详。"""

    id = OpaqueId()
    party_organization = Reference("党组织", source="election.party_organization")
    held_on = Day("选举日期", source="election.held_on")
    person = PersonReference()
    post = Word("职务", Candidate.Post)
    channel = Word("推荐方式", Channel)
    introduction = Word("介绍方式", Candidate.Introduction)
    votes = Count("得票数")
    elected = Flag("是否当选")


class PublicOfficeObject(Object):
    """党组织的人员担任党代表、人大代表或政协委员。"""

    id = OpaqueId()
    person = PersonReference()
    kind = Word("类别", PublicOffice.Kind)
    level = Word("层级", PublicOffice.Level)
    district = Reference("行政区,区级的为所在区")
    session = Text("届次")
    channel = Word("推荐方式", Channel)
    valid_from = Day("起始日期")
    valid_to = Day("结束日期")


class ElectionFilter(OfPartyOrganization):
    """Elections."""

    occasion = word(Election.Occasion, field="occasion", about="事由")
    method = word(Election.Method, field="method", about="方式")
    date = filters.DateFilter(field_name="held_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前的")


class CandidateFilter(RegisterFilter):
    """Candidates."""

    party_organization = text(field="election__party_organization__code", about="党组织编码")
    person = text(field="person__opaque_id", about="人员标识")
    post = word(Candidate.Post, field="post", about="职务")
    channel = word(Channel, field="channel", about="推荐方式")
    date = filters.DateFilter(
        field_name="election__held_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前选举的"
    )


class PublicOfficeFilter(DatedFilter):
    """Public offices."""

    person = text(field="person__opaque_id", about="人员标识")
    kind = word(PublicOffice.Kind, field="kind", about="类别")
    level = word(PublicOffice.Level, field="level", about="层级")
    district = text("in_district", about="行政区编码")

    def in_district(self, rows: Rows, name: str, value: str) -> Rows:
        """By district."""
        return rows.filter(district_id=self.district_row(value))


class Elections(Register):
    """党组织的选举。"""

    serializer_class = ElectionObject
    filterset_class = ElectionFilter

    def rows(self) -> Rows:
        """With their party organization."""
        return Election.objects.within(self.scope).select_related("party_organization")


class Candidates(Register):
    """选举的候选人。"""

    capabilities = ("see-members",)
    serializer_class = CandidateObject
    filterset_class = CandidateFilter

    def rows(self) -> Rows:
        """With person, election and party organization."""
        return Candidate.objects.within(self.scope).select_related("person", "election__party_organization")


class PublicOffices(Register):
    """代表委员。"""

    capabilities = ("see-members",)
    serializer_class = PublicOfficeObject
    filterset_class = PublicOfficeFilter

    def rows(self) -> Rows:
        """With person and district."""
        return PublicOffice.objects.within(self.scope).select_related("person", "district")
