"""Organizations and what the civil-affairs bureau knows of them, in the API."""

from __future__ import annotations

from django.db.models import FilteredRelation, Q
from django_filters import rest_framework as filters
from rest_framework import serializers

from orgs import annual, checklists, gates, purchasing
from orgs.models import (
    CharterClause,
    Exclusion,
    MemberReport,
    OrganizationState,
    PurchaseScore,
    RegistryEvent,
    ResponsibilityAgreement,
    ResponsibleSpan,
    SocialOrganization,
)
from portal.api.fields import (
    Count,
    Day,
    Flag,
    Marks,
    OpaqueId,
    OrganizationReference,
    Reference,
    Text,
    Texts,
    UnitReference,
    Word,
)
from portal.api.filters import DatedFilter, OfOrganization, of_organization, text, word, year_of
from portal.api.registers import Coded, Object, Register, Rows
from portal.core.search import fold
from portal.core.validity import active_on


class OrganizationObject(Object):
    """社会组织,按所问之日的登记情况与党建责任单位。"""

    id = Text("地址中的标识:统一社会信用代码,没有的为内部标识", source="path_key")
    credit_code = Text("统一社会信用代码")
    registration_number = Text("登记证号")
    organization_code = Text("组织机构代码")
    name = Text("名称")
    former_names = Texts("曾用名")
    kind = Word("类别", OrganizationState.Kind, source="state.kind")
    field = Word("领域", OrganizationState.Field, source="state.field")
    registering_unit = UnitReference("登记管理部门", source="state.registering_unit_id")
    professional_unit = UnitReference("业务主管单位", source="state.professional_unit_id")
    responsible_unit = UnitReference("党建责任单位", source="responsible.unit_id")
    basis = Word("责任单位依据", ResponsibleSpan.Basis, source="responsible.basis")
    district = Reference("行政区", source="state.district")
    subdistrict = UnitReference("街道", source="state.subdistrict_id")
    community = UnitReference("社区", source="state.community_id")
    mode = Word("登记方式", OrganizationState.Mode, source="state.mode")
    established_on = Day("成立日期")
    closed_on = Day("终止日期")
    closing = Text("登记状态:注销或撤销,正常的为空", source="get_closing_display")
    staff = Count("从业人员数", source="state.staff")
    full_time_staff = Count("专职人员数", source="state.full_time_staff")
    trade = Word("行业", OrganizationState.Trade, source="state.trade")
    importance = Word("重点", OrganizationState.Importance, source="state.importance")


class MemberReportObject(Object):
    """一个社会组织申报的党员数(申报数);空为不详,不是 0。"""

    id = OpaqueId()
    organization = OrganizationReference()
    reported_on = Day("填报日期")
    full = Count("正式党员数")
    probationary = Count("预备党员数")
    full_time = Count("专职党员数")
    part_time = Count("兼职党员数")
    candidates = Count("发展对象数")
    activists = Count("入党积极分子数")
    applicants = Count("申请入党人数")
    unset_reason = Text("未建立党组织原因")
    source = Text("来源")  # type: ignore[assignment]


class ExclusionObject(Object):
    """经批准的不计入。"""

    id = OpaqueId()
    organization = OrganizationReference()
    valid_from = Day("起始日期")
    valid_to = Day("结束日期")
    reason = Text("理由")
    evidence = Text("依据")
    approver = Text("批准人")


class EventObject(Object):
    """登记机关的一个事项与它的党建审核。"""

    code = Text("事项编号")
    organization = OrganizationReference()
    kind = Word("事项", RegistryEvent.Kind)
    kind_written = Text("事项的原文,如年报;与“事项”不同才不一样", source="kind_word")
    decided_on = Day("决定日期")
    reviewed_on = Day("党建审核日期")
    reviewing_unit = UnitReference("审核单位", source="reviewing_unit_id")
    reviewing_unit_written = Text("审核单位的原文,没有对应到单位的才有")
    opinion = Text("审核意见")
    answers = Marks("核对结果:当日核对表的项目,是否落实;没有核对的项目不列出", checklists.ITEMS, Flag("是否落实"))
    reported = Marks("年检党建情况:社会组织填报的数;没有填报的不列出", annual.ITEMS, Count("数"))


class AgreementObject(Object):
    """一份共同责任书;只有人数,没有姓名。"""

    id = OpaqueId()
    organization = OrganizationReference()
    signed_on = Day("签订日期")
    valid_from = Day("起始日期")
    valid_to = Day("结束日期")
    managers = Count("签订的管理人员数")
    partners = Count("签订的合伙人数")


class CharterClauseObject(Object):
    """章程中的党建条款。"""

    id = OpaqueId()
    organization = OrganizationReference()
    number = Text("条款号")
    valid_from = Day("起始日期")
    valid_to = Day("结束日期")


class PurchaseScoreObject(Object):
    """政府购买服务的一次党建评分,按当日的评分表;没有评的项目不列出。"""

    id = OpaqueId()
    organization = OrganizationReference()
    project = Text("项目名称")
    scored_on = Day("评分日期")
    purchaser = UnitReference("购买单位", source="purchaser_id")
    purchaser_written = Text("购买单位的原文,没有对应到单位的才有")
    points = Marks("得分明细:项目与得分", purchasing.ITEMS, Count("得分"))
    total = serializers.SerializerMethodField(help_text="总分")

    def get_total(self, row: PurchaseScore) -> int:
        """The sum of the points."""
        return purchasing.sheet(row.scored_on).total(row.points)


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


class MemberReportFilter(OfOrganization):
    """Reported numbers."""

    date = filters.DateFilter(field_name="reported_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前的")


class ExclusionFilter(OfOrganization, DatedFilter):
    """Exclusions."""


class EventFilter(OfOrganization):
    """Registry events."""

    kind = word(RegistryEvent.Kind, field="kind", about="事项")
    year = year_of("decided_on", about="决定日期所在的年")
    review = filters.ChoiceFilter(
        method="in_state",
        choices=[(label, label) for label in gates.STATES.values()],
        label="所问之日的党建审核情况",
    )
    date = filters.DateFilter(field_name="decided_on", lookup_expr="lte", label="所问之日;给出时只列当日及以前决定的")

    def in_state(self, rows: Rows, name: str, value: str) -> Rows:
        """By where the review stands on the day."""
        states = {label: state for state, label in gates.STATES.items()}
        return rows.filter(gates.in_state(states[value], self.view.day))


class AgreementFilter(OfOrganization, DatedFilter):
    """Joint-responsibility agreements."""


class CharterClauseFilter(OfOrganization, DatedFilter):
    """Clauses of charters."""


class PurchaseScoreFilter(OfOrganization):
    """Scores of purchases."""

    year = year_of("scored_on", about="评分日期所在的年")


class Organizations(Register):
    """社会组织。"""

    serializer_class = OrganizationObject
    filterset_class = OrganizationFilter

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

    serializer_class = MemberReportObject
    filterset_class = MemberReportFilter

    def rows(self) -> Rows:
        """With their organization."""
        return MemberReport.objects.within(self.scope).select_related("organization")


class Exclusions(Register):
    """经批准的不计入。"""

    serializer_class = ExclusionObject
    filterset_class = ExclusionFilter

    def rows(self) -> Rows:
        """With their organization."""
        return Exclusion.objects.within(self.scope).select_related("organization")


class Events(Coded):
    """登记事项与党建审核。"""

    serializer_class = EventObject
    filterset_class = EventFilter

    def rows(self) -> Rows:
        """With their organization; who reviewed is named by its unit of the day."""
        return RegistryEvent.objects.within(self.scope).select_related("organization")


class Agreements(Register):
    """共同责任书。"""

    serializer_class = AgreementObject
    filterset_class = AgreementFilter

    def rows(self) -> Rows:
        """With their organization."""
        return ResponsibilityAgreement.objects.within(self.scope).select_related("organization")


class CharterClauses(Register):
    """章程党建条款。"""

    serializer_class = CharterClauseObject
    filterset_class = CharterClauseFilter

    def rows(self) -> Rows:
        """With their organization."""
        return CharterClause.objects.within(self.scope).select_related("organization")


class PurchaseScores(Register):
    """政府购买服务党建评分。"""

    serializer_class = PurchaseScoreObject
    filterset_class = PurchaseScoreFilter

    def rows(self) -> Rows:
        """With their organization."""
        return PurchaseScore.objects.within(self.scope).select_related("organization")
