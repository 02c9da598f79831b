"""How a scope reaches courses and attendance: courses are no secret among staff; who attended is."""

from __future__ import annotations

from django.db.models import Q

from branches.scopes import changeable_people, visible_people
from members.models import Person
from portal.core.scoping import Scope, register_reach
from training.models import Attendance, Course


def _visible_attendance(scope: Scope) -> Q:
    return Q(person_id__in=Person.rows.filter(visible_people(scope)).values("pk"))


def _changeable_attendance(scope: Scope) -> Q:
    return Q(person_id__in=Person.rows.filter(changeable_people(scope)).values("pk"))


def _visible_courses(scope: Scope) -> Q:
    """Every course for whoever may see registers; an instructor's or administrator's page has none."""
    return Q() if scope.can("see-members") else Q(pk__in=[])


def register() -> None:
    """Called once when the room's app is ready."""
    register_reach(
        Course, within=_visible_courses, answered_for=lambda scope: Q(host_unit_id__in=scope.writing_unit_ids)
    )
    register_reach(Attendance, within=_visible_attendance, answered_for=_changeable_attendance)
