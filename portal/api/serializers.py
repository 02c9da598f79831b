"""The objects of the registers, column by column as the exchanged files name them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from branches.models import InstructorPosting, PartyOrganizationState, Post
from members.models import MemberState, Person
from orgs.models import OrganizationState, ResponsibleSpan
from portal.api.fields import (
    Count,
    Day,
    Days,
    Flag,
    Masked,
    OpaqueId,
    OrganizationReference,
    PersonReference,
    Reference,
    Text,
    Texts,
    UnitReference,
    Word,
)
from portal.core.models import UnitState
from training.models import Course

Object = serializers.Serializer[Any]


class DistrictObject(Object):
    """行政区或新区。"""

    code = Text("行政区编码")
    name = Text("名称")
    is_new_district = Flag("是否新区")
    gb_code = Text("国标代码")
    valid_from = Day("启用日期")
    valid_to = Day("停用日期")


class UnitObject(Object):
    """单位,按所问之日的名称、类别与隶属。"""

    code = Text("单位编码")
    name = Text("单位名称", source="state.name")
    kind = Word("单位类别", UnitState.Kind, source="state.kind")
    parent = UnitReference("上级单位", source="state.parent_id")  # type: ignore[assignment]
    level = Word("层级", UnitState.Level, source="state.level")
    function = Text("职能", source="state.function")
    district = Reference("行政区", source="state.district")
    valid_from = Day("启用日期")
    valid_to = Day("停用日期")


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


class CourseObject(Object):
    """培训。"""

    code = Text("培训编号")
    name = Text("名称")
    host_unit = UnitReference("主办单位", source="host_unit_id")
    mode = Word("形式", Course.Mode)
    starts_on = Day("开始日期")
    ends_on = Day("结束日期")
    days = Days("天数")


class AttendanceObject(Object):
    """一人参加一次培训的天数;0 天为未参加。"""

    id = OpaqueId()
    course = Reference("培训")
    person = PersonReference()
    days = Days("参训天数")


class TargetObject(Object):
    """指标的目标值,自起始日期起用;单位为空的适用于全部单位。"""

    id = OpaqueId()
    indicator = Text("指标代码")
    unit = UnitReference("单位", source="unit_id")
    percent = Count("目标值(百分比)")
    valid_from = Day("起始日期")
    due_on = Day("届满日期")


class ImportObject(Object):
    """一次导入。"""

    id = OpaqueId()
    kind = Text("文件种类")
    file_name = Text("文件名")
    digest = Text("文件的 SHA-256")
    at = serializers.DateTimeField(read_only=True, help_text="时间")
    by = Text("用户名", source="by.username")
    unit = UnitReference("单位", source="unit_id")
    committed = Flag("已写入")


class ImportDetail(ImportObject):
    """一次导入及其结果。"""

    result = serializers.JSONField(read_only=True, help_text="计划或写入的结果,与导入命令的 JSON 相同")
