"""Members in the API: by opaque id, never by personal number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import FilteredRelation, Prefetch, Q, prefetch_related_objects

from branches.models import Membership
from members.models import Member, MemberState, Person
from orgs.models import SocialOrganization
from portal.api.branches import HeldObject
from portal.api.fields import Day, Flag, Masked, OrganizationReference, Text, Word
from portal.api.filters import DatedFilter, of_organization, text, word
from portal.api.registers import Object, Register, Rows
from portal.core.search import fold
from portal.core.validity import active_on


class MemberObject(Object):
    """党员,按所问之日的工作单位与组织关系;不含公民身份号码。"""

    id = Text("人员标识", source="person.opaque_id")
    number = Text("人员编号", source="person.number")
    name = Text("姓名", source="person.name")
    gender = Word("性别", Person.Gender, source="person.gender")
    mobile = Masked("手机号,已遮盖", source="person.mobile")
    confirmed = Flag("人员已确认", source="person.confirmed")
    joined_on = Day("入党日期")
    converted_on = Day("转正日期")
    left_on = Day("离开日期")
    leave_reason = Text("离开原因")
    workplace = OrganizationReference("工作单位,不在您范围内的为空", source="state.workplace")
    employment = Word("专兼职", MemberState.Employment, source="state.employment")
    education = Word("学历", MemberState.Education, source="state.education")
    position = Word("工作岗位", MemberState.Position, source="state.position")
    is_social_worker = Flag("是否社工", source="state.is_social_worker")
    is_mobile = Flag("是否流动党员", source="state.is_mobile")
    memberships = HeldObject(many=True, read_only=True, source="person.held", help_text="所问之日在您范围内的组织关系")


class MemberFilter(DatedFilter):
    """Members."""

    start, end = "joined_on", "left_on"

    party_organization = text("held_in", about="党组织编码:所问之日组织关系所在")
    organization = text("working_at", about="工作单位:统一社会信用代码、登记证号或地址中的标识")
    employment = word(MemberState.Employment, field="state__employment", about="专兼职")
    q = text("named", about="姓名、拼音首字母或人员编号的一部分")

    def held_in(self, rows: Rows, name: str, value: str) -> Rows:
        """By where the relation is held on the day, as far as the scope sees it."""
        held = Membership.objects.within(self.view.scope).filter(
            active_on(self.view.day), party_organization__code=value
        )
        return rows.filter(pk__in=held.values("person_id"))

    def working_at(self, rows: Rows, name: str, value: str) -> Rows:
        """By workplace within scope."""
        workplaces = self.view.workplaces().filter(of_organization(value, ""))
        return rows.filter(state__workplace_id__in=workplaces.values("pk"))

    def named(self, rows: Rows, name: str, value: str) -> Rows:
        """By part of the name or number."""
        return rows.filter(
            Q(person__name__icontains=value)
            | Q(person__pinyin__icontains=fold(value))
            | Q(person__number__icontains=value)
        )


class Members(Register):
    """党员。"""

    capabilities = ("see-members",)
    serializer_class = MemberObject
    filterset_class = MemberFilter

    def rows(self) -> Rows:
        """With person and state of the day."""
        return (
            Member.objects.within(self.scope)
            .alias(state=FilteredRelation("states", condition=active_on(self.day, "states__")))
            .select_related("person", "state")
        )

    def complete(self, page: Sequence[Any]) -> None:
        """Workplace and relations, where they are within scope."""
        held = Membership.objects.within(self.scope).filter(active_on(self.day))
        prefetch_related_objects(
            page,
            Prefetch("state__workplace", self.workplaces()),
            Prefetch("person__memberships", held.select_related("party_organization"), to_attr="held"),
        )

    def workplaces(self) -> Rows:
        """The organizations within scope."""
        return SocialOrganization.objects.within(self.scope)

    def named(self, key: str) -> Q:
        """By the person's opaque id."""
        return Q(person__opaque_id=key)
