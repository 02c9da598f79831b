"""Indicators: what they ask, their rates, and the subjects behind a rate; the same objects as the commands print."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.fields import Count, Day, Flag, Text
from portal.core import indicators, slices, snapshots
from portal.core.endpoints import CursorPages, ScopedViewSet, asked_truth, one_object, whole_list
from portal.core.indicators import CannotAnswer, Indicator

Object = serializers.Serializer[Any]


class IndicatorObject(Object):
    """一项指标:问什么、按哪条、可怎样分组。"""

    code = Text("指标代码")
    name = Text("名称")
    article = Count("通知条款")
    groupings = serializers.ListField(child=serializers.CharField(), help_text="可用的分组")
    reasons = serializers.DictField(child=serializers.CharField(), help_text="原因代码与名称")
    subject = Text("对象", source="subject_word")
    measure = Text("量词")
    target = Count("目标值(百分比),另设目标前适用")
    due_on = Day("目标届满日;空为逐年")


class RateObject(Object):
    """一个数字:全口径与剔除后口径的达标数、目标、缺口。"""

    indicator = Text("指标代码")
    date = Day("日期")
    by = Text("分组方式")
    group = Text("组的编码;全市为 city,未填为 -")
    group_name = Text("组的名称")
    eligible = Count("应覆盖数(全口径)")
    met = Count("达标数(全口径)")
    excluded = Count("其中不计入数")
    adjusted_eligible = Count("应覆盖数(剔除后口径)")
    adjusted_met = Count("达标数(剔除后口径)")
    target = Count("目标值(百分比)")
    meets = Flag("是否达到目标;无对象时为空")
    shortfall = Count("还差几个")
    rate = Text("比率,两位小数,向下取;无对象时为空")


class SubjectObject(Object):
    """数字背后的一个对象。"""

    subject = Text("对象的代码")
    subject_name = Text("名称")
    status = Text("状态:met、unmet 或 excluded")
    reason = Text("原因代码")
    article = Count("通知条款")
    unit = Text("单位编码")
    district = Text("行政区编码")
    evidence = serializers.DictField(help_text="起决定作用的登记:编码与日期")


def _page_of(name: str, item: Object) -> Any:
    following = serializers.URLField(allow_null=True, help_text="下一页的地址,末页为空")
    return inline_serializer(f"{name}Page", {"next": following, "results": item})


_CODE = OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="指标代码")
_DATE = OpenApiParameter("date", OpenApiTypes.DATE, description="日期,默认今天")
_LIVE = OpenApiParameter("live", OpenApiTypes.BOOL, description="不用存档,按现有数据计算")


class Indicators(ScopedViewSet):
    """指标。"""

    capabilities = ("see-counts", "see-registers")
    lookup_url_kwarg = "code"
    pagination_class = None  # type: ignore[assignment]
    serializer_class = IndicatorObject

    @property
    def indicator(self) -> Indicator:
        """The indicator of the address. Raises NotFound."""
        try:
            return indicators.indicator(self.kwargs["code"])
        except CannotAnswer:
            raise NotFound from None

    @extend_schema(summary="全部指标", responses=_page_of("Indicator", IndicatorObject(many=True)))
    def list(self, request: Request) -> Response:
        """All indicators."""
        return whole_list(IndicatorObject(indicators.all_indicators(), many=True).data)

    @extend_schema(summary="一项指标", parameters=[_CODE])
    def retrieve(self, request: Request, code: str) -> Response | HttpResponse:
        """One indicator."""
        return one_object(request, IndicatorObject(self.indicator).data)

    @extend_schema(
        summary="各组的比率",
        description="当日有存档的取存档,否则按现有数据计算;全部组一次给出,各行政区与单位的数字对全部工作人员可见。",
        parameters=[
            _CODE,
            _DATE,
            OpenApiParameter("by", enum=indicators.GROUPINGS, default="city", description="分组方式"),
            _LIVE,
        ],
        responses=_page_of("Rate", RateObject(many=True)),
    )
    @action(detail=True, capabilities=("see-counts",))
    def rates(self, request: Request, code: str) -> Response:
        """What `coverage` prints."""
        by = request.query_params.get("by", "") or "city"
        found = snapshots.best(self.day, by, [self.indicator.code], live=asked_truth(request, "live"))
        return whole_list([rate.as_dict() for rate in found])

    @extend_schema(
        summary="数字背后的名单",
        description="只列您范围内的名称;比率的计数不受此限。当日有存档的取存档,否则按现有数据计算。",
        parameters=[
            _CODE,
            _DATE,
            OpenApiParameter("unit", description="单位编码:该单位及其下级负责的"),
            OpenApiParameter("district", description="行政区编码;- 为未填"),
            OpenApiParameter("status", enum=indicators.STATUSES, description="状态"),
            _LIVE,
            OpenApiParameter("cursor", description="游标,取自上一页的 next"),
            OpenApiParameter("page_size", OpenApiTypes.INT, description="每页条数,1 至 500,默认 100"),
        ],
        responses=_page_of("Subject", SubjectObject(many=True)),
    )
    @action(detail=True, capabilities=("see-registers",))
    def subjects(self, request: Request, code: str) -> Response:
        """What `explain` prints, as far as the names are within scope."""
        ind = self.indicator
        if ind.names_people and not self.scope.can("see-members"):
            raise PermissionDenied("您的角色不能查看人员名单。")
        source, places = snapshots.answering(self.day, live=asked_truth(request, "live"))
        asked = {name: request.query_params.get(name) or None for name in ("unit", "district", "status")}
        pages = CursorPages()
        found = indicators.explain(
            ind,
            self.day,
            slices.by_codes(ind, places, **asked),
            source=source,
            scope=self.scope,
            after=pages.after(request, ind.code),
            limit=pages.size(request) + 1,
            places=places,
        )
        page = pages.cut(found, request, ind.code)
        return whole_list([subject.as_dict() for subject in page], pages.next)
