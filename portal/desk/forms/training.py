"""Forms of courses and attendance (article 9)."""

from __future__ import annotations

from django.urls import reverse

from portal.core.secrets import new_opaque_id
from portal.desk.forms.shape import Form, Known, Saved
from training.models import Course


def _new_course(known: Known) -> dict[str, str]:
    begins = f"{known.home_code or 'PX'}-{known.scope.day.year}"
    return {
        "code": f"{begins}-{new_opaque_id()[:4].upper()}",
        "host_unit": known.home_code,
        "mode": "集中培训",
        "starts_on": known.day,
    }


def _new_attendance(known: Known) -> dict[str, str]:
    """Who comes stays for all of it, as long as nobody says otherwise."""
    code = known.asked.get("course", "")
    course = Course.objects.within(known.scope).filter(code=code).first() if code else None
    return {"days": f"{course.days.normalize():f}"} if course else {}


def _courses(saved: Saved) -> str:
    return reverse("courses")


def _attendance(saved: Saved) -> str:
    return reverse("attendance")


FORMS = (
    Form(
        kind="courses",
        noun="培训",
        add="新增培训",
        groups=(
            ("培训", ("name", "code", "host_unit", "mode")),
            ("什么时候、几天", ("starts_on", "ends_on", "days")),
        ),
        rule="书记和党务工作者每年至少一次集中培训、不少于三天；网络培训、集体学习另列，不计入三天。",
        articles=(9,),
        helps={"days": "半天写 0.5", "starts_on": "可以补登以前办的", "code": "已给出一个编号，可以改"},
        known=_new_course,
        home=_courses,
        said=lambda row: row.name,
    ),
    Form(
        kind="attendance",
        noun="参训",
        add="登记参训",
        groups=(("谁参加了什么", ("course", "person", "days")),),
        rule="参训天数计入本人当年的培训；集中培训满三天即达到要求。",
        articles=(9,),
        helps={"person": "填公民身份号码或人员编号", "days": "半天写 0.5"},
        known=_new_attendance,
        home=_attendance,
        said=lambda row: row.course.name,
    ),
)
