"""Districts, units, targets, tasks of plans and imports in the API."""

from __future__ import annotations

from typing import cast

from django.db.models import FilteredRelation, Q
from django_filters import rest_framework as filters
from rest_framework import serializers

from portal.api.fields import Count, Day, Flag, OpaqueId, Reference, Text, UnitReference, Word
from portal.api.filters import DatedFilter, RegisterFilter, text, word
from portal.api.registers import Coded, Object, Register, Rows
from portal.core import plans
from portal.core.imports import seen
from portal.core.models import District, PlanTask, Target, Unit, UnitState, User
from portal.core.validity import active_on


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


class TargetObject(Object):
    """指标的目标值,自起始日期起用;单位为空的适用于全部单位。"""

    id = OpaqueId()
    indicator = Text("指标代码")
    unit = UnitReference("单位", source="unit_id")
    percent = Count("目标值(百分比)")
    valid_from = Day("起始日期")
    due_on = Day("届满日期")


class PlanTaskObject(Object):
    """一个单位某年计划的一项任务;状态按所问之日得出。"""

    code = Text("任务编号")
    unit = UnitReference("制定计划的单位", source="unit_id")
    year = Count("年度")
    article = Count("通知条款")
    task = Text("任务")
    measure = Text("措施")
    owner = UnitReference("责任单位", source="owner_id")
    due_on = Day("完成期限")
    done_on = Day("完成日期")
    evidence = Text("完成依据")
    state = serializers.SerializerMethodField(help_text="状态:按期完成、逾期完成、未到期、临期、逾期")

    def get_state(self, task: PlanTask) -> str:
        """Where it stands on the day asked for."""
        return plans.STATES[plans.state_of(task, self.context["view"].day)]


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


class TargetFilter(RegisterFilter):
    """Targets."""

    indicator = text(field="indicator", about="指标代码")
    unit = text(field="unit__code", about="单位编码")
    date = filters.DateFilter(field_name="valid_from", lookup_expr="lte", label="所问之日;给出时只列当日已起用的")


class PlanTaskFilter(RegisterFilter):
    """Tasks of plans."""

    unit = text("of_units", about="责任单位编码:该单位及其下级")
    plan = text(field="unit__code", about="制定计划的单位编码")
    year = filters.NumberFilter(field_name="year", label="年度")
    article = filters.NumberFilter(field_name="article", label="通知条款")
    state = filters.ChoiceFilter(
        method="in_state", label="状态", choices=[(word, word) for word in plans.STATES.values()]
    )

    def of_units(self, rows: Rows, name: str, value: str) -> Rows:
        """By the owner."""
        return rows.filter(owner_id__in=self.units(value))

    def in_state(self, rows: Rows, name: str, value: str) -> Rows:
        """As they stand on the day asked for."""
        [state] = [state for state, word in plans.STATES.items() if word == value]
        return rows.filter(plans.in_state(state, self.view.day))


class ImportFilter(RegisterFilter):
    """Imports."""

    kind = text(field="kind", about="文件种类")
    committed = filters.BooleanFilter(label="是否已写入")


class Districts(Coded):
    """行政区与新区。"""

    serializer_class = DistrictObject
    filterset_class = DistrictFilter

    def rows(self) -> Rows:
        """Every district: the groups of the city's figures."""
        return District.objects.all()


class Units(Coded):
    """单位。"""

    serializer_class = UnitObject
    filterset_class = UnitFilter

    def rows(self) -> Rows:
        """Every unit: the groups of the city's figures."""
        units: Rows = Unit.objects.alias(state=FilteredRelation("states", condition=active_on(self.day, "states__")))
        return units.select_related("state__district")


class Targets(Register):
    """指标的目标值。"""

    serializer_class = TargetObject
    filterset_class = TargetFilter

    def rows(self) -> Rows:
        """Every target: they belong to the city's figures."""
        return Target.objects.all()


class PlanTasks(Coded):
    """各单位计划的任务。"""

    capabilities = ("see-counts",)
    serializer_class = PlanTaskObject
    filterset_class = PlanTaskFilter

    def rows(self) -> Rows:
        """Tasks of one's own plans, and those that one owns."""
        return PlanTask.objects.within(self.scope)


class Imports(Register):
    """导入记录。"""

    capabilities = ("import",)
    filterset_class = ImportFilter

    def rows(self) -> Rows:
        """One's own and those that the scope's units have written; never the file itself."""
        return seen.within(self.scope, cast(User, self.request.user)).select_related("by").defer("content")

    def get_serializer_class(self) -> type[ImportObject]:
        """The result is long: only with a single import."""
        return ImportDetail if self.action == "retrieve" else ImportObject
