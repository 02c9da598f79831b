"""Filters of the registers, as query parameters. What is asked of a day holds on the day of `?date=`."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Choices, Q, QuerySet
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError

from branches.models import InstructorPosting, Membership, PartyOrganizationState, Post
from members.models import MemberState
from orgs.models import OrganizationState, ResponsibleSpan
from portal.core.models import District, UnitState
from portal.core.search import fold
from portal.core.validity import active_on
from training.models import Course

Rows = QuerySet[Any]


def text(method: str | None = None, *, about: str, field: str | None = None) -> filters.CharFilter:
    """A parameter of at most 100 characters."""
    return filters.CharFilter(field_name=field, method=method, label=about, max_length=100)


def word(choices: type[Choices], *, about: str, field: str | None = None) -> filters.ChoiceFilter:
    """A parameter that takes the Chinese words of a choice."""
    labels = [(label, label) for label in choices.labels]
    values = {str(label): value for value, label in choices.choices}

    def chosen(rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(**{name: values[value]})

    return filters.ChoiceFilter(field_name=field, method=chosen, choices=labels, label=about)


def of_organization(key: str, prefix: str = "organization__") -> Q:
    """Rows of the organization with this credit code, registration number or id of an address."""
    return (
        Q(**{f"{prefix}credit_code": key})
        | Q(**{f"{prefix}registration_number": key})
        | Q(**{f"{prefix}opaque_id": key})
    )


class RegisterFilter(filters.FilterSet):
    """What all filters share."""

    @property
    def view(self) -> Any:
        """The endpoint that is asked: it knows the day and the units of the day."""
        return self.request.parser_context["view"]

    def units(self, code: str) -> frozenset[int]:
        """The unit of this code and those below it. Raises ValidationError."""
        tree = self.view.tree
        if code not in tree.by_code:
            raise ValidationError({"unit": f"没有编码为“{code}”的单位。"})
        return tree.below(tree.by_code[code].id)

    def district_row(self, code: str) -> int:
        """The row of the district of this code. Raises ValidationError."""
        row = District.objects.filter(code=code).values_list("pk", flat=True).first()
        if row is None:
            raise ValidationError({"district": f"没有编码为“{code}”的行政区。"})
        return row


class DatedFilter(RegisterFilter):
    """Rows with a life: `date` leaves those that hold on that day."""

    start, end = "valid_from", "valid_to"

    date = filters.DateFilter(method="on_day", label="所问之日,默认今天;给出时只列当日有效的")

    def on_day(self, rows: Rows, name: str, value: datetime.date) -> Rows:
        """Rows that hold on the day; an empty start means "always was"."""
        begun = Q(**{f"{self.start}__isnull": True}) | Q(**{f"{self.start}__lte": value})
        return rows.filter(begun, Q(**{f"{self.end}__isnull": True}) | Q(**{f"{self.end}__gt": value}))


class DistrictFilter(DatedFilter):
    """Districts."""


class UnitFilter(DatedFilter):
    """Units."""

    kind = word(UnitState.Kind, field="state__kind", about="单位类别")
    unit = text("below", about="单位编码:该单位及其下级")
    district = text(field="state__district__code", about="行政区编码")
    q = text("named", about="名称或别名")

    def below(self, rows: Rows, name: str, value: str) -> Rows:
        """The unit and those below it."""
        return rows.filter(pk__in=self.units(value))

    def named(self, rows: Rows, name: str, value: str) -> Rows:
        """By part of the name or of an alias."""
        aliased = rows.model.objects.filter(aliases__name__icontains=value).values("pk")
        return rows.filter(Q(state__name__icontains=value) | Q(pk__in=aliased))


class OrganizationFilter(DatedFilter):
    """Social organizations."""

    start, end = "established_on", "closed_on"

    unit = text("answered_by", about="党建责任单位编码:该单位及其下级负责的")
    district = text("in_district", about="行政区编码")
    subdistrict = text("in_subdistrict", about="街道的单位编码")
    kind = word(OrganizationState.Kind, field="state__kind", about="类别")
    field = word(OrganizationState.Field, field="state__field", about="领域")
    q = text("named", about="名称、曾用名、拼音首字母或代码的一部分")

    def answered_by(self, rows: Rows, name: str, value: str) -> Rows:
        """By responsible unit."""
        return rows.filter(responsible__unit_id__in=self.units(value))

    def in_district(self, rows: Rows, name: str, value: str) -> Rows:
        """By recorded district."""
        return rows.filter(state__district_id=self.district_row(value))

    def in_subdistrict(self, rows: Rows, name: str, value: str) -> Rows:
        """By recorded street."""
        return rows.filter(state__subdistrict_id__in=self.units(value))

    def named(self, rows: Rows, name: str, value: str) -> Rows:
        """By part of a name or code."""
        return rows.filter(
            Q(name__icontains=value)
            | Q(former_names__icontains=value)
            | Q(search_text__icontains=fold(value))
            | of_organization(value, "")
        )


class OfOrganization(RegisterFilter):
    """Rows that hang on an organization."""

    organization = text("of_one", about="统一社会信用代码、登记证号或地址中的标识")
    unit = text("answered_by", about="党建责任单位编码:该单位及其下级负责的社会组织")
    district = text("in_district", about="社会组织的行政区编码")

    def of_one(self, rows: Rows, name: str, value: str) -> Rows:
        """By organization."""
        return rows.filter(of_organization(value))

    def answered_by(self, rows: Rows, name: str, value: str) -> Rows:
        """By the organization's responsible unit."""
        spans = ResponsibleSpan.objects.filter(active_on(self.view.day), unit_id__in=self.units(value))
        return rows.filter(organization_id__in=spans.values("organization_id"))

    def in_district(self, rows: Rows, name: str, value: str) -> Rows:
        """By the organization's recorded district."""
        row = self.district_row(value)
        states = OrganizationState.objects.filter(active_on(self.view.day), district_id=row)
        return rows.filter(organization_id__in=states.values("organization_id"))


class MemberReportFilter(OfOrganization):
    """Reported numbers."""

    date = filters.DateFilter(field_name="reported_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前的")


class ExclusionFilter(OfOrganization, DatedFilter):
    """Exclusions."""


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


class OfPartyOrganization(RegisterFilter):
    """Rows that hang on a party organization."""

    party_organization = text(field="party_organization__code", about="党组织编码")
    unit = text("supervised_by", about="主管单位编码:该单位及其下级主管的党组织")

    def supervised_by(self, rows: Rows, name: str, value: str) -> Rows:
        """By the party organization's supervising unit."""
        states = PartyOrganizationState.objects.filter(
            active_on(self.view.day), supervising_unit_id__in=self.units(value)
        )
        return rows.filter(party_organization_id__in=states.values("party_organization_id"))


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


class CourseFilter(RegisterFilter):
    """Courses."""

    mode = word(Course.Mode, field="mode", about="形式")
    unit = text("hosted_by", about="主办单位编码:该单位及其下级主办的")
    date = filters.DateFilter(field_name="starts_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前开始的")
    q = text("named", about="名称的一部分")

    def hosted_by(self, rows: Rows, name: str, value: str) -> Rows:
        """By host."""
        return rows.filter(host_unit_id__in=self.units(value))

    def named(self, rows: Rows, name: str, value: str) -> Rows:
        """By part of the name."""
        return rows.filter(name__icontains=value)


class AttendanceFilter(RegisterFilter):
    """Attendance."""

    course = text(field="course__code", about="培训编号")
    person = text(field="person__opaque_id", about="人员标识")


class TargetFilter(RegisterFilter):
    """Targets."""

    indicator = text(field="indicator", about="指标代码")
    unit = text(field="unit__code", about="单位编码")
    date = filters.DateFilter(field_name="valid_from", lookup_expr="lte", label="所问之日;给出时只列当日已起用的")


class ImportFilter(RegisterFilter):
    """Imports."""

    kind = text(field="kind", about="文件种类")
    committed = filters.BooleanFilter(label="是否已写入")
