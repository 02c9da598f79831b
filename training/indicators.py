"""Declares this room's indicator to the engine. People are named by their opaque id, never by a personal number."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from branches.models import Post
from branches.models.posts import TRAINED_ROLES
from members.models import Person
from portal.core import sql
from portal.core.indicators import Description, Indicator, register
from training import compliance
from training.models import Attendance


def _describe_people(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Opaque ids, names, posts of the year and attended concentrated courses; three statements."""
    evidence: dict[int, dict[str, Any]] = defaultdict(lambda: {"posts": [], "courses": [], "days": "0.00"})
    for post in _posts_of_the_year(ids, day):
        evidence[post.person_id]["posts"].append(
            {
                "party_organization": post.party_organization.code,
                "role": post.get_role_display(),
                "from": post.valid_from.isoformat(),
                "to": post.valid_to.isoformat() if post.valid_to else None,
            }
        )
    for person, (courses, days) in concentrated(ids, day).items():
        evidence[person] |= {"courses": courses, "days": f"{days:.2f}"}
    people = Person.objects.everyone().filter(sql.among("pk", ids)).values_list("pk", "opaque_id", "name")
    wanted = set(ids)
    return {pk: Description(opaque, name, evidence[pk]) for pk, opaque, name in people if pk in wanted}


def _posts_of_the_year(ids: Sequence[int], day: datetime.date) -> QuerySet[Any]:
    """The posts whose holders are asked of, held in the year of `day` up to it, with their party organizations."""
    posts = Post.objects.everyone().filter(sql.among("person_id", ids), role__in=TRAINED_ROLES, valid_from__lte=day)
    posts = posts.exclude(valid_to__lte=day.replace(month=1, day=1)).order_by("party_organization__code", "valid_from")
    return posts.select_related("party_organization")


def _of_the_year(day: datetime.date) -> QuerySet[Any, Any]:
    """Who attended which concentrated course in the year of `day` up to it."""
    return Attendance.objects.everyone().filter(
        course__mode="CONCENTRATED",
        course__starts_on__gte=day.replace(month=1, day=1),
        course__starts_on__lte=day,
    )


def concentrated_days(person: str, day: datetime.date) -> Subquery:
    """The days of concentrated courses that the person named by a column attended in the year of `day` up to it."""
    rows = _of_the_year(day).filter(person=OuterRef(person)).order_by().values("person")
    field = Attendance._meta.get_field("days")
    return Subquery(rows.annotate(together=Sum("days", output_field=field)).values("together"), output_field=field)


def concentrated(ids: Sequence[int], day: datetime.date) -> dict[int, tuple[list[dict[str, str]], Decimal]]:
    """The concentrated courses that these people attended in the year of `day` up to it, and their days together;
    one statement."""
    rows = _of_the_year(day).filter(sql.among("person_id", ids))
    found: dict[int, tuple[list[dict[str, str]], Decimal]] = {}
    for attended in rows.order_by("course__starts_on", "course__code").select_related("course"):
        courses, days = found.get(attended.person_id, ([], Decimal(0)))
        courses = [*courses, {"code": attended.course.code, "days": f"{attended.days:.2f}"}]
        found[attended.person_id] = (courses, days + attended.days)
    return found


def declare() -> None:
    """Called once when the room's app is ready."""
    register(
        Indicator(
            code="secretary-training",
            name="书记与党务工作者培训达标率",
            article=9,
            groupings=("city", "unit"),
            reasons=compliance.REASONS,
            subjects=compliance.secretary_training,
            describe=_describe_people,
            subject_word="人员",
            measure="人",
            names_people=True,
            yearly=True,
        )
    )
