"""What there is to do about demonstration sites (article 6): applications to review, sites to name, visits to follow
up; and from September on about schools that no lecture has reached this year (article 17)."""

from __future__ import annotations

from functools import partial

from django.db.models import Q
from django.urls import reverse

from demonstration import applications
from demonstration.models import DemonstrationSite, ServedPlace, SiteApplication, SiteVisit
from demonstration.scopes import named_by_unit
from portal.core.indicators import Slice, indicator
from portal.core.scoping import Scope
from portal.core.subjects import ids_in
from portal.core.todo import LOOK, Asked, Found, Kind, Named, Naming, register

#: before this month a year has time enough
FIRST_MONTH = 9


def own_level(scope: Scope) -> Q:
    """The applications that the account itself decides: the city those to it, a unit those to its district."""
    return Q(level=DemonstrationSite.Level.CITY) if scope.city_wide else named_by_unit(scope)


def _applications(state: str, remark: str, asked: Asked) -> Found | None:
    """Open applications that stand so, of organizations that are not closed, to whoever decides of them."""
    if not asked.for_units:
        return None
    rows = applications.still_open(SiteApplication.objects.within(asked.scope), asked.day).filter(stands=state)
    href = asked.listed("site-applications", state=state, own="own")
    return Found(rows.filter(own_level(asked.scope)).order_by("applied_on", "pk"), href, remark)


def open_follow_ups() -> Q:
    """Visits after which something is still to be done."""
    return ~Q(follow_up="") & Q(settled_on__isnull=True)


def _follow_ups(asked: Asked) -> Found | None:
    if not asked.for_units:
        return None
    rows = SiteVisit.objects.within(asked.scope).filter(open_follow_ups()).order_by("visited_on", "pk")
    return Found(rows, asked.listed("site-visits", next="open"), "办完填办结日期")


def _schools(asked: Asked) -> Found | None:
    """Schools without a lecture this year: the city's matter, and of those in its district a district's."""
    home = asked.home
    if asked.day.month < FIRST_MONTH or not asked.for_units:
        return None
    if home and (home.kind != "DISTRICT_LEAD" or home.district_id is None):
        return None
    part = Slice(reasons=frozenset({"unserved"}), districts=frozenset({home.district_id}) if home else None)
    rows = ServedPlace.objects.within(asked.scope).filter(pk__in=ids_in(indicator("legal-schools"), asked.day, part))
    code = next((one.code for one in asked.places.districts if one.pk == home.district_id), "") if home else ""
    href = asked.listed("communities", kind=ServedPlace.Kind.SCHOOL, served="unserved", district=code)
    return Found(rows.order_by("code"), href, f"{asked.day.year} 年底前讲到每一所")


def _application_named(name: str, code: str) -> Named:
    return Named(name, reverse("site-application", args=[code]))


def _site_named(name: str, code: str) -> Named:
    return Named(name, reverse("site", args=[code]))


_APPLICATION = Naming(("organization__name", "code"), _application_named)
_VISIT = Naming(("site__name", "site__code"), _site_named)
_SCHOOL = Naming(("name",), Named)

_to_review = partial(_applications, applications.APPLIED, "按评分表逐项评分")
_to_name = partial(_applications, applications.PASSED, "评审已通过")

register(
    Kind("site-review", "示范", "示范点申报待评审", "去评审", _to_review, _APPLICATION, "份", 6),
    Kind("site-naming", "示范", "评审通过待命名", "去命名", _to_name, _APPLICATION, "份", 6),
    Kind("site-follow-up", "示范", "走访后续事项未办结", "去办结", _follow_ups, _VISIT, "件", 6),
    Kind("legal-schools", "示范", "本年还没有法治宣讲的中小学", LOOK, _schools, _SCHOOL, "所", 17),
)
