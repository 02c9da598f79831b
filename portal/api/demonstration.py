"""Demonstration sites from application to grant (article 6), and who serves whom (article 17), in the API."""

from __future__ import annotations

import datetime

from django.db.models import Q
from django_filters import rest_framework as filters
from rest_framework import serializers

from demonstration import scores
from demonstration.applications import STATES, with_state
from demonstration.models import (
    DemonstrationSite,
    LegalGroup,
    Outreach,
    ServedPlace,
    SiteApplication,
    SiteGrant,
    SiteReview,
    SiteVisit,
)
from demonstration.sites import active_sites
from orgs.models import OrganizationState
from portal.api.fields import (
    Amount,
    Count,
    Day,
    Flag,
    Marks,
    OpaqueId,
    OrganizationReference,
    Reference,
    Text,
    UnitReference,
    Word,
)
from portal.api.filters import DatedFilter, OfOrganization, OfPartyOrganization, RegisterFilter, text, word
from portal.api.registers import Coded, Object, Register, Rows
from portal.core.search import fold

_Level = DemonstrationSite.Level


class SiteObject(Object):
    """示范点。"""

    code = Text("示范点编号")
    name = Text("名称")
    level = Word("级别", DemonstrationSite.Level)
    field = Word("领域,为空的按社会组织的领域", OrganizationState.Field)
    organization = OrganizationReference()
    application = Text("申报编号,没有登记申报的为空", source="application.code")
    named_on = Day("命名日期")
    withdrawn_on = Day("撤销日期")
    withdrawal_reason = Text("撤销原因")
    published = Flag("在公开名单中列出")


class PlaceObject(Object):
    """服务对象:社区、中小学、医院、人才市场或展会;只记单位,不记个人。"""

    code = Text("编码")
    name = Text("名称")
    kind = Word("类别", ServedPlace.Kind)
    district = Reference("行政区")
    valid_from = Day("启用日期")
    valid_to = Day("停用日期")


class OutreachObject(Object):
    """一个党组织对一个对象的一项服务。"""

    id = OpaqueId()
    party_organization = Reference("党组织")
    place = Reference("服务对象")
    kind = Word("类别", Outreach.Kind)
    valid_from = Day("起始日期")
    valid_to = Day("结束日期")
    group = Reference("法律服务团")
    reached = Count("受众人数")


class SiteApplicationObject(Object):
    """示范点申报;状态由评审、命名、撤销得出。"""

    code = Text("申报编号")
    organization = OrganizationReference()
    party_organization = Text("申报的党组织编码,社会组织自己申报的为空", source="party_organization.code")
    level = Word("级别", _Level)
    field = Word("领域,为空的按社会组织的领域", OrganizationState.Field)
    applied_on = Day("申报日期")
    reasons = Text("申报理由")
    state = serializers.ChoiceField(
        choices=list(STATES.items()), read_only=True, source="stands", help_text="所问之日的状态"
    )


class SiteReviewObject(Object):
    """一次评审,按当日的评分表;没有评分的项目不列出,不是 0。"""

    id = OpaqueId()
    application = Text("申报编号", source="application.code")
    reviewed_on = Day("评审日期")
    unit = UnitReference("评审单位", source="unit_id")
    points = Marks("逐项得分:项目与得分", scores.ITEMS, Count("得分"))
    total = serializers.SerializerMethodField(help_text="合计得分")
    verdict = Word("结论", SiteReview.Verdict)
    opinion = Text("评审意见")

    def get_total(self, row: SiteReview) -> int:
        """The sum of the points."""
        return scores.sheet(row.reviewed_on).total(row.points)


class SiteVisitObject(Object):
    """一次走访。"""

    id = OpaqueId()
    site = Reference("示范点")
    visited_on = Day("走访日期")
    unit = UnitReference("走访单位", source="unit_id")
    seen = Text("走访情况")
    follow_up = Text("后续事项")
    settled_on = Day("办结日期")


class SiteGrantObject(Object):
    """一笔资助。"""

    id = OpaqueId()
    site = Reference("示范点")
    granted_on = Day("资助日期")
    source_of_money = Word("资金来源", SiteGrant.Source, source="source")
    amount = Amount("金额,元")
    purpose = Text("用途")


class LegalGroupObject(Object):
    """法律服务团;行政区为空的是全市的。"""

    code = Text("服务团编码")
    name = Text("服务团名称")
    kind = Word("服务团类别", LegalGroup.Kind)
    district = Reference("行政区")
    valid_from = Day("起始日期")
    valid_to = Day("结束日期")


class SiteFilter(OfOrganization):
    """Demonstration sites: active as the figures count them, so not after the end of their organization."""

    level = word(DemonstrationSite.Level, field="level", about="级别")
    date = filters.DateFilter(method="on_day", label="所问之日;给出时只列当日有效的")

    def on_day(self, rows: Rows, name: str, value: datetime.date) -> Rows:
        """Sites that are active on the day."""
        return active_sites(rows, value)


class PlaceFilter(DatedFilter):
    """Served places."""

    kind = word(ServedPlace.Kind, field="kind", about="类别")
    district = text("in_district", about="行政区编码")
    q = text("named", about="名称、拼音首字母或编码的一部分")

    def in_district(self, rows: Rows, name: str, value: str) -> Rows:
        """By district."""
        return rows.filter(district_id=self.district_row(value))

    def named(self, rows: Rows, name: str, value: str) -> Rows:
        """By part of the name or code."""
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value) | Q(pinyin__icontains=fold(value)))


class OutreachFilter(OfPartyOrganization, DatedFilter):
    """Outreach."""

    place = text(field="place__code", about="服务对象编码")
    kind = word(Outreach.Kind, field="kind", about="类别")
    district = text("in_district", about="服务对象的行政区编码")

    def in_district(self, rows: Rows, name: str, value: str) -> Rows:
        """By the district of the place."""
        return rows.filter(place__district_id=self.district_row(value))


class SiteApplicationFilter(OfOrganization):
    """Applications."""

    level = word(_Level, field="level", about="级别")
    state = filters.ChoiceFilter(field_name="stands", choices=list(STATES.items()), label="所问之日的状态")
    date = filters.DateFilter(field_name="applied_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前申报的")


class SiteReviewFilter(RegisterFilter):
    """Reviews."""

    application = text(field="application__code", about="申报编号")
    verdict = word(SiteReview.Verdict, field="verdict", about="结论")
    date = filters.DateFilter(field_name="reviewed_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前的")


class SiteVisitFilter(RegisterFilter):
    """Visits."""

    site = text(field="site__code", about="示范点编号")
    date = filters.DateFilter(field_name="visited_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前的")


class SiteGrantFilter(RegisterFilter):
    """Grants."""

    site = text(field="site__code", about="示范点编号")
    source = word(SiteGrant.Source, field="source", about="资金来源")
    date = filters.DateFilter(field_name="granted_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前的")


class LegalGroupFilter(DatedFilter):
    """Groups of lawyers."""

    kind = word(LegalGroup.Kind, field="kind", about="服务团类别")
    district = text("in_district", about="行政区编码")

    def in_district(self, rows: Rows, name: str, value: str) -> Rows:
        """By district."""
        return rows.filter(district_id=self.district_row(value))


class Sites(Coded):
    """示范点。"""

    serializer_class = SiteObject
    filterset_class = SiteFilter

    def rows(self) -> Rows:
        """With their organization and application."""
        return DemonstrationSite.objects.within(self.scope).select_related("organization", "application")


class Communities(Coded):
    """服务对象。"""

    serializer_class = PlaceObject
    filterset_class = PlaceFilter

    def rows(self) -> Rows:
        """With their district."""
        return ServedPlace.objects.within(self.scope).select_related("district")


class OutreachRows(Register):
    """下基层服务。"""

    serializer_class = OutreachObject
    filterset_class = OutreachFilter

    def rows(self) -> Rows:
        """With party organization, place and group."""
        return Outreach.objects.within(self.scope).select_related("party_organization", "place", "group")


class Applications(Coded):
    """示范点申报。"""

    serializer_class = SiteApplicationObject
    filterset_class = SiteApplicationFilter

    def rows(self) -> Rows:
        """With where each stands on the day."""
        rows = SiteApplication.objects.within(self.scope).select_related("organization", "party_organization")
        return with_state(rows, self.day)


class Reviews(Register):
    """示范点评审。"""

    serializer_class = SiteReviewObject
    filterset_class = SiteReviewFilter

    def rows(self) -> Rows:
        """With their application."""
        return SiteReview.objects.within(self.scope).select_related("application")


class Visits(Register):
    """示范点走访。"""

    serializer_class = SiteVisitObject
    filterset_class = SiteVisitFilter

    def rows(self) -> Rows:
        """With their site."""
        return SiteVisit.objects.within(self.scope).select_related("site")


class Grants(Register):
    """示范点资助。"""

    serializer_class = SiteGrantObject
    filterset_class = SiteGrantFilter

    def rows(self) -> Rows:
        """With their site."""
        return SiteGrant.objects.within(self.scope).select_related("site")


class LegalGroups(Coded):
    """法律服务团。"""

    serializer_class = LegalGroupObject
    filterset_class = LegalGroupFilter

    def rows(self) -> Rows:
        """With their district."""
        return LegalGroup.objects.within(self.scope).select_related("district")
