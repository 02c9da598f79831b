"""Lists of courses and of who attended them (article 9)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from portal.core.listing import Column, ListPage, equal
from training.models import Attendance, Course

from .columns import attribute, days, person_column, unit_filter


class Courses(ListPage):
    """培训: courses of the city, no secret among staff."""

    route = "courses"
    heading = "培训"
    measure = "期"
    capability = "see-members"
    order = "-starts"
    searched = ("name", "code")
    search_hint = "名称、培训编号"
    columns = (
        Column("name", "名称", attribute("name"), sort=F("name")),
        Column("code", "培训编号", attribute("code"), sort=F("code")),
        Column("unit", "主办单位", attribute("host_unit.name")),
        Column("mode", "形式", lambda row: row.get_mode_display(), sort=F("mode")),
        Column("starts", "开始日期", attribute("starts_on"), sort=F("starts_on")),
        Column("ends", "结束日期", attribute("ends_on"), sort=days("ends_on")),
        Column("days", "天数", attribute("days"), sort=F("days"), figures=True),
    )
    filters = (unit_filter("主办单位", "host_unit_id"), equal("mode", "形式", "mode", Course.Mode.choices))

    def rows(self) -> QuerySet[Any]:
        """Courses with their host."""
        return Course.objects.within(self.scope).select_related("host_unit")


class AttendanceList(ListPage):
    """参训: who attended how many days."""

    route = "attendance"
    heading = "参训"
    capability = "see-members"
    order = "-starts"
    searched = ("course__name", "course__code", "person__name", "person__pinyin")
    search_hint = "培训、姓名"
    columns = (
        person_column(),
        Column("course", "培训", attribute("course.name"), sort=F("course__name")),
        Column("mode", "形式", lambda row: row.course.get_mode_display()),
        Column("starts", "开始日期", attribute("course.starts_on"), sort=F("course__starts_on")),
        Column("days", "参训天数", attribute("days"), sort=F("days"), figures=True),
    )
    filters = (equal("mode", "形式", "course__mode", Course.Mode.choices),)

    def rows(self) -> QuerySet[Any]:
        """Attendance with person and course."""
        rows = Attendance.objects.within(self.scope).select_related("person", "course")
        return rows.defer("person__id_number", "person__mobile")
