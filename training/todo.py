"""What there is to do about training (article 9): from September on, who has not reached the year's days."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from branches.models import Post
from branches.models.posts import TRAINED_ROLES
from branches.todo import asks, own_place
from members.models import Person
from portal.core.indicators import Slice, indicator
from portal.core.policy import number
from portal.core.subjects import ids_in
from portal.core.templatetags.ui import days
from portal.core.todo import LOOK, Asked, Found, Kind, Named, Naming, register
from portal.core.validity import active_on
from training.compliance import REASONS

#: before this month a year has time enough
FIRST_MONTH = 9
_SHORT = tuple(reason for reason in REASONS if reason != "trained")


def _short(asked: Asked) -> Found | None:
    """Secretaries and party workers below the days of the year."""
    if asked.day.month < FIRST_MONTH or not asks(asked):
        return None
    part = Slice(units=asked.units if asked.for_units else None, reasons=frozenset(_SHORT))
    short = ids_in(indicator("secretary-training"), asked.day, part)
    rows = Person.objects.within(asked.scope).filter(pk__in=short).order_by("name", "pk")
    floor = days(Decimal(number("training-days-hundredths", asked.day)) / 100)
    remark = f"{asked.day.year} 年集中培训不足 {floor} 天"
    if asked.for_parties:
        return Found(rows.filter(pk__in=_holders(asked)), own_place(asked, "posts", reverse("posts")), remark)
    return Found(rows, asked.behind("secretary-training"), remark, asked.figure("secretary-training", *_SHORT))


def _holders(asked: Asked) -> QuerySet[Any, Any]:
    """Who holds such a post in a party organization that a secretary reaches."""
    held = Post.objects.within(asked.scope).filter(active_on(asked.day), role__in=TRAINED_ROLES)
    return held.filter(party_organization_id__in=asked.scope.party_organization_ids).values("person_id")


_PERSON = Naming(("name",), Named)

register(Kind("training", "培训", "书记、党务工作者培训未达标", LOOK, _short, _PERSON, "人", article=9))
