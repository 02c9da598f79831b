"""Courses and attendance in the API."""

from __future__ import annotations

from django_filters import rest_framework as filters

from portal.api.fields import Day, Days, OpaqueId, PersonReference, Reference, Text, UnitReference, Word
from portal.api.filters import RegisterFilter, text, word
from portal.api.registers import Coded, Object, Register, Rows
from training.models import Attendance, Course


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


class Courses(Coded):
    """培训。"""

    serializer_class = CourseObject
    filterset_class = CourseFilter

    def rows(self) -> Rows:
        """Courses within scope."""
        return Course.objects.within(self.scope)


class AttendanceRows(Register):
    """参训。"""

    capabilities = ("see-members",)
    serializer_class = AttendanceObject
    filterset_class = AttendanceFilter

    def rows(self) -> Rows:
        """With person and course."""
        return Attendance.objects.within(self.scope).select_related("person", "course")
