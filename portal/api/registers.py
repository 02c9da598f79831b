"""The registers: which rows, named how, filtered by what. The newest columns are in `serializers`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import FilteredRelation, Prefetch, Q, QuerySet, prefetch_related_objects
from django_filters.rest_framework import DjangoFilterBackend

from branches.models import CoveringLink, InstructorPosting, Membership, PartyOrganization, Post, Term
from members.models import Member
from orgs.models import Exclusion, MemberReport, SocialOrganization
from portal.api import filters, serializers
from portal.api.schema import RegisterSchema
from portal.core.endpoints import RegisterViewSet
from portal.core.imports import seen
from portal.core.models import District, Target, Unit, User
from portal.core.validity import active_on
from training.models import Attendance, Course

Rows = QuerySet[Any]


class Register(RegisterViewSet):
    """A register, described to those who ask for the schema."""

    schema = RegisterSchema()
    filter_backends = [DjangoFilterBackend]


class Coded(Register):
    """A register whose rows have a public code."""

    def named(self, key: str) -> Q:
        """By code."""
        return Q(code=key)


class Districts(Coded):
    """行政区与新区。"""

    serializer_class = serializers.DistrictObject
    filterset_class = filters.DistrictFilter

    def rows(self) -> Rows:
        """Every district: the groups of the city's figures."""
        return District.objects.all()


class Units(Coded):
    """单位。"""

    serializer_class = serializers.UnitObject
    filterset_class = filters.UnitFilter

    def rows(self) -> Rows:
        """Every unit: the groups of the city's figures."""
        units: Rows = Unit.objects.alias(state=FilteredRelation("states", condition=active_on(self.day, "states__")))
        return units.select_related("state__district")


class Organizations(Register):
    """社会组织。"""

    serializer_class = serializers.OrganizationObject
    filterset_class = filters.OrganizationFilter

    def rows(self) -> Rows:
        """With state and responsible unit of the day."""
        return (
            SocialOrganization.objects.within(self.scope)
            .alias(
                state=FilteredRelation("states", condition=active_on(self.day, "states__")),
                responsible=FilteredRelation("responsible_spans", condition=active_on(self.day, "responsible_spans__")),
            )
            .select_related("state__district", "responsible")
        )

    def named(self, key: str) -> Q:
        """By credit code; the opaque id only where there is none, so that each has one address."""
        return Q(credit_code=key) | Q(credit_code__isnull=True, opaque_id=key)


class MemberReports(Register):
    """社会组织申报的党员数。"""

    serializer_class = serializers.MemberReportObject
    filterset_class = filters.MemberReportFilter

    def rows(self) -> Rows:
        """With their organization."""
        return MemberReport.objects.within(self.scope).select_related("organization")


class Exclusions(Register):
    """经批准的不计入。"""

    serializer_class = serializers.ExclusionObject
    filterset_class = filters.ExclusionFilter

    def rows(self) -> Rows:
        """With their organization."""
        return Exclusion.objects.within(self.scope).select_related("organization")


class PartyOrganizations(Coded):
    """党组织。"""

    serializer_class = serializers.PartyOrganizationObject
    filterset_class = filters.PartyOrganizationFilter

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

    serializer_class = serializers.TermObject
    filterset_class = filters.TermFilter

    def rows(self) -> Rows:
        """Those of party organizations within scope."""
        parties = PartyOrganization.objects.within(self.scope)
        return Term.objects.filter(party_organization__in=parties).select_related("party_organization")


class Covering(Register):
    """覆盖单位。"""

    serializer_class = serializers.CoveringObject
    filterset_class = filters.CoveringFilter

    def rows(self) -> Rows:
        """With both ends."""
        return CoveringLink.objects.within(self.scope).select_related("party_organization", "organization")


class Members(Register):
    """党员。"""

    capabilities = ("see-members",)
    serializer_class = serializers.MemberObject
    filterset_class = filters.MemberFilter

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


class Memberships(Register):
    """组织关系。"""

    capabilities = ("see-members",)
    serializer_class = serializers.MembershipObject
    filterset_class = filters.MembershipFilter

    def rows(self) -> Rows:
        """With person and party organization."""
        return Membership.objects.within(self.scope).select_related("person", "party_organization")


class Posts(Register):
    """党组织职务。"""

    capabilities = ("see-members",)
    serializer_class = serializers.PostObject
    filterset_class = filters.PostFilter

    def rows(self) -> Rows:
        """With person and party organization."""
        return Post.objects.within(self.scope).select_related("person", "party_organization")


class Instructors(Register):
    """组织员、指导员、联络员的派驻。"""

    serializer_class = serializers.InstructorObject
    filterset_class = filters.InstructorFilter

    def rows(self) -> Rows:
        """With person and organization."""
        return InstructorPosting.objects.within(self.scope).select_related("person", "organization")


class Courses(Coded):
    """培训。"""

    serializer_class = serializers.CourseObject
    filterset_class = filters.CourseFilter

    def rows(self) -> Rows:
        """Courses within scope."""
        return Course.objects.within(self.scope)


class AttendanceRows(Register):
    """参训。"""

    capabilities = ("see-members",)
    serializer_class = serializers.AttendanceObject
    filterset_class = filters.AttendanceFilter

    def rows(self) -> Rows:
        """With person and course."""
        return Attendance.objects.within(self.scope).select_related("person", "course")


class Targets(Register):
    """指标的目标值。"""

    serializer_class = serializers.TargetObject
    filterset_class = filters.TargetFilter

    def rows(self) -> Rows:
        """Every target: they belong to the city's figures."""
        return Target.objects.all()


class Imports(Register):
    """导入记录。"""

    capabilities = ("import",)
    filterset_class = filters.ImportFilter

    def rows(self) -> Rows:
        """One's own and those that the scope's units have written; never the file itself."""
        return seen.within(self.scope, cast(User, self.request.user)).select_related("by").defer("content")

    def get_serializer_class(self) -> type[serializers.ImportObject]:
        """The result is long: only with a single import."""
        return serializers.ImportDetail if self.action == "retrieve" else serializers.ImportObject
