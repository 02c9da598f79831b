"""Party organizations, what they cover, who belongs to them and serves in them, in the API."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import FilteredRelation, Prefetch, Q, prefetch_related_objects
from django_filters import rest_framework as filters

from branches.models import (
    CoveringLink,
    InstructorPosting,
    MajorDecision,
    Membership,
    PartyOrganization,
    PartyOrganizationState,
    Post,
    Term,
)
from portal.api.fields import (
    Day,
    OpaqueId,
    OrganizationReference,
    PersonReference,
    Reference,
    Text,
    UnitReference,
    Word,
)
from portal.api.filters import DatedFilter, OfOrganization, OfPartyOrganization, text, word, year_of
from portal.api.registers import Coded, Object, Register, Rows
from portal.core.search import fold
from portal.core.validity import active_on


class DecisionObject(Object):
    """党组织参与社会组织的一次重大决策。"""

    id = OpaqueId()
    party_organization = Reference("党组织")
    organization = OrganizationReference()
    held_on = Day("日期")
    matter = Word("决策事项", MajorDecision.Matter)
    outcome = Word("意见采纳情况", MajorDecision.Outcome)


class PartyOrganizationObject(Object):
    """党组织,按所问之日的名称、组建形式与主管单位。"""

    code = Text("党组织编码")
    name = Text("党组织名称", source="state.name")
    level = Word("党组织类别", PartyOrganizationState.Level, source="state.level")
    form = Word("组建形式", PartyOrganizationState.Form, source="state.form")
    superior = Reference("上级党组织,不在您范围内的为空", source="state.superior")
    supervising_unit = UnitReference("主管单位", source="state.supervising_unit_id")
    approved_on = Day("批准日期")
    dissolved_on = Day("撤销日期")
    document_number = Text("批准文号")


class TermObject(Object):
    """届。"""

    id = OpaqueId()
    party_organization = Reference("党组织")
    started_on = Day("届起始日期")
    ends_on = Day("届届满日期")
    extended_to = Day("延期至")
    counts_until = Day("按期的最后一日:届满日,或延期所及且不超过届满后 12 个月")


class CoveringObject(Object):
    """覆盖单位:哪个党组织覆盖哪个社会组织。"""

    id = OpaqueId()
    party_organization = Reference("党组织")
    organization = OrganizationReference()
    valid_from = Day("起始日期")
    valid_to = Day("结束日期")


class HeldObject(Object):
    """组织关系所在的党组织。"""

    party_organization = Reference("党组织")
    valid_from = Day("转入日期")
    valid_to = Day("转出日期")


class MembershipObject(HeldObject):
    """一段组织关系。"""

    id = OpaqueId()
    member = PersonReference("党员", source="person")


class PostObject(Object):
    """党组织职务。"""

    id = OpaqueId()
    party_organization = Reference("党组织")
    person = PersonReference()
    role = Word("职务", Post.Role)
    valid_from = Day("任职日期")
    valid_to = Day("免职日期")
    work_phone = Text("工作电话")


class InstructorObject(Object):
    """组织员、指导员、联络员的派驻。"""

    id = OpaqueId()
    person = PersonReference()
    role = Word("角色", InstructorPosting.Role)
    organization = OrganizationReference()
    sending_unit = UnitReference("派出单位", source="sending_unit_id")
    origin = Word("产生方式", InstructorPosting.Origin)
    work_phone = Text("工作电话")
    valid_from = Day("起始日期")
    valid_to = Day("结束日期")


class DecisionFilter(OfOrganization):
    """Occasions of taking part in decisions."""

    party_organization = text(field="party_organization__code", about="党组织编码")
    matter = word(MajorDecision.Matter, field="matter", about="决策事项")
    year = year_of("held_on", about="日期所在的年")


class CoveringFilter(OfOrganization, DatedFilter):
    """Covering links."""

    party_organization = text(field="party_organization__code", about="党组织编码")


class InstructorFilter(OfOrganization, DatedFilter):
    """Postings of instructors."""

    role = word(InstructorPosting.Role, field="role", about="角色")
    number = text(field="person__number", about="人员编号")
    q = text(field="person__name", about="姓名")


class PartyOrganizationFilter(DatedFilter):
    """Party organizations."""

    start, end = "approved_on", "dissolved_on"

    unit = text("supervised_by", about="主管单位编码:该单位及其下级主管的")
    form = word(PartyOrganizationState.Form, field="state__form", about="组建形式")
    level = word(PartyOrganizationState.Level, field="state__level", about="党组织类别")
    q = text("named", about="名称、拼音首字母或编码的一部分")

    def supervised_by(self, rows: Rows, name: str, value: str) -> Rows:
        """By supervising unit."""
        return rows.filter(state__supervising_unit_id__in=self.units(value))

    def named(self, rows: Rows, name: str, value: str) -> Rows:
        """By part of the name or code."""
        return rows.filter(
            Q(state__name__icontains=value) | Q(code__icontains=value) | Q(search_text__icontains=fold(value))
        )


class TermFilter(OfPartyOrganization):
    """Terms: the last day of a term belongs to it."""

    date = filters.DateFilter(method="on_day", label="所问之日;给出时只列当日按期的届")

    def on_day(self, rows: Rows, name: str, value: datetime.date) -> Rows:
        """Terms that count as current on the day."""
        return rows.filter(started_on__lte=value, counts_until__gte=value)


class MembershipFilter(OfPartyOrganization, DatedFilter):
    """Memberships."""

    member = text(field="person__opaque_id", about="党员的人员标识")


class PostFilter(OfPartyOrganization, DatedFilter):
    """Posts."""

    person = text(field="person__opaque_id", about="人员标识")
    role = word(Post.Role, field="role", about="职务")


class Decisions(Register):
    """参与重大决策。"""

    serializer_class = DecisionObject
    filterset_class = DecisionFilter

    def rows(self) -> Rows:
        """With both ends."""
        return MajorDecision.objects.within(self.scope).select_related("party_organization", "organization")


class PartyOrganizations(Coded):
    """党组织。"""

    serializer_class = PartyOrganizationObject
    filterset_class = PartyOrganizationFilter

    def rows(self) -> Rows:
        """With the state of the day."""
        return (
            PartyOrganization.objects.within(self.scope)
            .alias(state=FilteredRelation("states", condition=active_on(self.day, "states__")))
            .select_related("state")
        )

    def complete(self, page: Sequence[Any]) -> None:
        """The superior, where it is within scope."""
        superiors = PartyOrganization.objects.within(self.scope)
        prefetch_related_objects(page, Prefetch("state__superior", superiors))


class Terms(Register):
    """党组织的届。"""

    serializer_class = TermObject
    filterset_class = TermFilter

    def rows(self) -> Rows:
        """Those of party organizations within scope."""
        parties = PartyOrganization.objects.within(self.scope)
        return Term.objects.filter(party_organization__in=parties).select_related("party_organization")


class Covering(Register):
    """覆盖单位。"""

    serializer_class = CoveringObject
    filterset_class = CoveringFilter

    def rows(self) -> Rows:
        """With both ends."""
        return CoveringLink.objects.within(self.scope).select_related("party_organization", "organization")


class Memberships(Register):
    """组织关系。"""

    capabilities = ("see-members",)
    serializer_class = MembershipObject
    filterset_class = MembershipFilter

    def rows(self) -> Rows:
        """With person and party organization."""
        return Membership.objects.within(self.scope).select_related("person", "party_organization")


class Posts(Register):
    """党组织职务。"""

    capabilities = ("see-members",)
    serializer_class = PostObject
    filterset_class = PostFilter

    def rows(self) -> Rows:
        """With person and party organization."""
        return Post.objects.within(self.scope).select_related("person", "party_organization")


class Instructors(Register):
    """组织员、指导员、联络员的派驻。"""

    serializer_class = InstructorObject
    filterset_class = InstructorFilter

    def rows(self) -> Rows:
        """With person and organization."""
        return InstructorPosting.objects.within(self.scope).select_related("person", "organization")
