"""Exchanged columns of this room: courses and attendance."""

from __future__ import annotations

from members.models import Person
from members.people import PersonReference
from portal.core.imports.columns import Column, Row
from portal.core.imports.register import SECRETARIES, UNITS, Register, register
from portal.core.imports.run import Run
from portal.core.imports.widgets import Choice, Code, Day, Days, Reference, Text
from portal.core.resources import UnitReference
from training.models import Attendance, Course


class CourseRegister(Register):
    """Courses (培训)."""

    kind, title, model = "courses", "培训", Course
    kept_by = UNITS
    spans = (("starts_on", "ends_on"),)

    code = Column("培训编号", Code(), key=True, required=True)
    name = Column("名称", Text(), required=True)
    host_unit = Column("主办单位编码", UnitReference())
    mode = Column("形式", Choice(Course.Mode.choices), required=True)
    starts_on = Column("开始日期", Day(), required=True)
    ends_on = Column("结束日期", Day())
    days = Column("天数", Days(), required=True)

    def restrict(self, rows: list[Row], run: Run) -> None:
        """A unit enters the courses that it, or a unit below it, holds; it takes none from others."""
        if run.is_unrestricted:
            return
        stored = self.stored(rows)
        allowed = run.allowed(Course, {course.pk for course in stored.values()})
        for row in rows:
            course = row.about or stored.get(self.stored_key(row))
            own = row.get("host_unit_id") in run.options.scope.writing_unit_ids
            if (course is not None and course.pk not in allowed) or not own:
                self.forbid(row, "不是本单位主办的培训;请由主办单位填报")


class AttendanceRegister(Register):
    """Who attended which course, and for how many days."""

    kind, title, model = "attendance", "参训", Attendance
    named_by, kept_by = (), SECRETARIES
    allowed_by = ("person_id", Person)

    course = Column("培训编号", Reference("courses"), key=True, required=True)
    person = Column(
        "公民身份号码", PersonReference(), also=("人员编号",), goes_out_as="人员编号", key=True, required=True
    )
    days = Column("参训天数", Days(), required=True)


register(CourseRegister, AttendanceRegister)
