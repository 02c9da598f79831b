"""Declares this room's indicator to the engine. People are named by their opaque id, never by a personal number."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from branches.indicators import chunks
from branches.models import Post
from branches.models.posts import TRAINED_ROLES
from members.models import Person
from portal.core.indicators import Description, Indicator, register
from training import compliance
from training.models import Attendance


def _describe_people(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Opaque ids, names, posts of the year and attended concentrated courses; three statements per 5,000 ids."""
    january = day.replace(month=1, day=1)
    found: dict[int, Description] = {}
    for part in chunks(ids):
        evidence: dict[int, dict[str, Any]] = defaultdict(lambda: {"posts": [], "courses": [], "days": "0.00"})
        for post in (
            Post.objects.everyone()
            .filter(person_id__in=part, role__in=TRAINED_ROLES, valid_from__lte=day)
            .exclude(valid_to__lte=january)
            .order_by("party_organization__code", "valid_from")
            .select_related("party_organization")
        ):
            evidence[post.person_id]["posts"].append(
                {
                    "party_organization": post.party_organization.code,
                    "role": post.get_role_display(),
                    "from": post.valid_from.isoformat(),
                    "to": post.valid_to.isoformat() if post.valid_to else None,
                }
            )
        for person, (courses, days) in concentrated(part, day).items():
            evidence[person] |= {"courses": courses, "days": f"{days:.2f}"}
        people = Person.objects.everyone().filter(pk__in=part)
        for pk, opaque, name in people.values_list("pk", "opaque_id", "name"):
            found[pk] = Description(opaque, name, evidence[pk])
    return found


def concentrated(ids: Sequence[int], day: datetime.date) -> dict[int, tuple[list[dict[str, str]], Decimal]]:
    """The concentrated courses that these people attended in the year of `day` up to it, and their days together;
    one statement."""
    rows = Attendance.objects.everyone().filter(
        person_id__in=ids,
        course__mode="CONCENTRATED",
        course__starts_on__gte=day.replace(month=1, day=1),
        course__starts_on__lte=day,
    )
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
        )
    )
