"""What the pickers of the forms offer: rows of a register within the scope, by name, pinyin initials or code.

A form asks for a code; a picker finds it by what people know. The note tells namesakes apart. Personal numbers are
neither searched nor shown.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, FilteredRelation, Q, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from branches.models import PartyOrganization
from demonstration.applications import STATES, with_state
from demonstration.models import DemonstrationSite, LegalGroup, ServedPlace, SiteApplication
from members.models import Person
from orgs.models import SocialOrganization
from portal.core.models import District, Unit, UnitAlias, UnitState
from portal.core.pages import requires, scope_of_request, text_in
from portal.core.scoping import Scope
from portal.core.search import fold
from portal.core.templatetags import ui
from portal.core.validity import active_on
from training.models import Course

#: rows of one answer; whoever sees so many types on
MOST = 12
_CONCRETE = [kind for kind in UnitState.Kind.values if kind != UnitState.Kind.PLACEHOLDER]


@dataclass(frozen=True)
class Choice:
    """One row on offer: what the form takes, its name, and what tells it from a namesake."""

    code: str
    name: str
    note: str


@dataclass(frozen=True)
class Offer:
    """What a kind of picker looks for: whom it is open to, and the rows for some words."""

    capability: str
    rows: Callable[[Scope, str], list[Choice]]


@require_safe
@requires("see-registers")
def pick(request: HttpRequest, kind: str) -> HttpResponse:
    """At most twelve rows of the register that fit the words, as JSON."""
    offer, scope = OFFERS.get(kind), scope_of_request(request)
    if offer is None:
        raise Http404
    if not scope.can(offer.capability):
        raise PermissionDenied
    found = [asdict(choice) for choice in offer.rows(scope, text_in(request, "q"))]
    return JsonResponse(found, safe=False, json_dumps_params={"ensure_ascii": False})


def _first(rows: QuerySet[Any], words: str, exactly: tuple[str, ...], past: Q | None = None) -> list[Any]:
    """The rows that fit best: what is called exactly so, then what begins so; what is `past` comes last.

    Without words no row fits better than another, so none is compared.
    """
    if not words:
        return list(rows.order_by("pk")[:MOST])
    same = Q(name=words)
    for field in exactly:
        same |= Q(**{field: words})
    fit = Case(When(same, then=0), When(name__startswith=words, then=1), default=2)
    gone = [Case(When(past, then=1), default=0)] if past else []
    return list(rows.order_by(fit, *gone, "name", "pk")[:MOST])


def _holding(words: str, folded: tuple[str, ...], plain: tuple[str, ...] = (), *others: Q) -> Q:
    """Rows of which any field holds the words, and `others`; all rows where there are no words."""
    found = functools.reduce(operator.or_, others, Q())
    for field in folded:
        found |= Q(**{f"{field}__contains": fold(words)})
    for field in plain:
        found |= Q(**{f"{field}__contains": words})
    return found if words else Q()


def _note(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _organizations(scope: Scope, words: str) -> list[Choice]:
    """Closed ones too: what is entered late may be about them."""
    rows = (
        SocialOrganization.objects.within(scope)
        .filter(_holding(words, ("search_text",)))
        .annotate(state=FilteredRelation("states", condition=active_on(scope.day, "states__")))
        .select_related("state__district", "state__subdistrict")
    )
    exactly = ("credit_code", "registration_number")
    return [
        Choice(row.key, row.name, _of_organization(row, words, scope))
        for row in _first(rows, words, exactly, past=Q(closed_on__lte=scope.day))
    ]


def _of_organization(row: Any, words: str, scope: Scope) -> str:
    state = row.state
    place = (state.district, state.subdistrict, state.get_kind_display()) if state else ()
    former = f"曾用名：{row.former_names}" if words and words not in row.name and words in row.former_names else ""
    closed = f"已{row.get_closing_display() or '终止'}" if row.closed_on and row.closed_on <= scope.day else ""
    return _note(*place, former, closed)


def _party_organizations(scope: Scope, words: str) -> list[Choice]:
    rows = (
        PartyOrganization.objects.within(scope)
        .filter(_holding(words, ("search_text",), ("code",)))
        .annotate(state=FilteredRelation("states", condition=active_on(scope.day, "states__")))
        .select_related("state__supervising_unit")
    )
    return [
        Choice(row.code, row.name, _of_party_organization(row, scope))
        for row in _first(rows, words, ("code",), past=Q(dissolved_on__lte=scope.day))
    ]


def _of_party_organization(row: Any, scope: Scope) -> str:
    what = (row.state.get_form_display(), row.state.supervising_unit) if row.state else ()
    return _note(*what, "已撤销" if row.dissolved_on and row.dissolved_on <= scope.day else "")


def _units(scope: Scope, words: str) -> list[Choice]:
    """Also by alias. A word that names no concrete unit is not offered."""
    aliases = UnitAlias.objects.filter(name__contains=words)
    wanted = _holding(words, ("pinyin",), ("name", "code"), Q(pk__in=aliases.values("unit_id")))
    state = FilteredRelation("states", condition=active_on(scope.day, "states__"))
    rows: QuerySet[Any] = Unit.objects.annotate(state=state).filter(wanted, state__kind__in=_CONCRETE)
    rows = rows.select_related("state__district", "state__parent")
    return [
        Choice(row.code, row.name, _of_unit(row, scope))
        for row in _first(rows, words, ("code",), past=Q(valid_to__lte=scope.day))
    ]


def _of_unit(row: Any, scope: Scope) -> str:
    ended = "已停用" if row.valid_to and row.valid_to <= scope.day else ""
    return _note(row.state.get_kind_display(), row.state.district or row.state.parent, ended)


def _districts(scope: Scope, words: str) -> list[Choice]:
    rows = District.objects.filter(_holding(words, (), ("name", "code", "gb_code")))
    return [
        Choice(row.code, row.name, "已停用" if row.valid_to and row.valid_to <= scope.day else "")
        for row in _first(rows, words, ("code",), past=Q(valid_to__lte=scope.day))
    ]


def _members(scope: Scope, words: str) -> list[Choice]:
    """People by name or staff number; where they work, as far as the scope may know it."""
    people = (
        Person.objects.within(scope)
        .filter(_holding(words, ("pinyin",), ("name", "number"), Q(opaque_id=words)))
        .annotate(state=FilteredRelation("member__states", condition=active_on(scope.day, "member__states__")))
        .annotate(workplace=F("state__workplace_id"), left_on=F("member__left_on"))
        .defer("id_number", "mobile")
    )
    found = _first(people, words, ("number", "opaque_id"), past=Q(left_on__lte=scope.day))
    places = SocialOrganization.objects.within(scope).in_bulk({one.workplace for one in found} - {None})
    return [Choice(one.file_key, one.name, _of_person(one, places, scope)) for one in found]


def _of_person(one: Any, places: dict[int, Any], scope: Scope) -> str:
    return _note(places.get(one.workplace), "已离开" if one.left_on and one.left_on <= scope.day else "")


def _courses(scope: Scope, words: str) -> list[Choice]:
    rows = Course.objects.within(scope).filter(_holding(words, (), ("name", "code"))).select_related("host_unit")
    return [
        Choice(row.code, row.name, _note(row.host_unit, row.get_mode_display(), ui.day(row.starts_on)))
        for row in _first(rows, words, ("code",))
    ]


def _places(scope: Scope, words: str) -> list[Choice]:
    rows = ServedPlace.objects.within(scope).filter(_holding(words, ("pinyin",), ("name", "code")))
    found = _first(rows.select_related("district"), words, ("code",), past=Q(valid_to__lte=scope.day))
    return [Choice(row.code, row.name, _of_place(row, scope)) for row in found]


def _of_place(row: ServedPlace, scope: Scope) -> str:
    return _note(row.get_kind_display(), row.district, _ended(row, scope))


def _sites(scope: Scope, words: str) -> list[Choice]:
    rows = DemonstrationSite.objects.within(scope).filter(
        _holding(words, ("organization__search_text",), ("name", "code"))
    )
    found = _first(rows, words, ("code",), past=Q(withdrawn_on__lte=scope.day))
    return [
        Choice(
            row.code,
            row.name,
            _note(
                row.get_level_display(),
                f"{row.named_on} 命名",
                "已撤销" if row.withdrawn_on and row.withdrawn_on <= scope.day else "",
            ),
        )
        for row in found
    ]


def _applications(scope: Scope, words: str) -> list[Choice]:
    """By the name of the organization; those from which a site was named come last."""
    rows = SiteApplication.objects.within(scope).annotate(name=F("organization__name"))
    rows = rows.filter(_holding(words, ("organization__search_text",), ("code",)))
    found = _first(with_state(rows, scope.day), words, ("code",), past=Q(site__isnull=False))
    return [
        Choice(row.code, row.name, _note(row.get_level_display(), f"{row.applied_on} 申报", STATES[row.stands]))
        for row in found
    ]


def _groups(scope: Scope, words: str) -> list[Choice]:
    rows = LegalGroup.objects.within(scope).filter(_holding(words, (), ("name", "code"))).select_related("district")
    found = _first(rows, words, ("code",), past=Q(valid_to__lte=scope.day))
    return [
        Choice(row.code, row.name, _note(row.get_kind_display(), row.district or "全市", _ended(row, scope)))
        for row in found
    ]


def _ended(row: Any, scope: Scope) -> str:
    return "已停用" if row.valid_to and row.valid_to <= scope.day else ""


OFFERS = {
    "organizations": Offer("see-registers", _organizations),
    "party-organizations": Offer("see-registers", _party_organizations),
    "units": Offer("see-registers", _units),
    "districts": Offer("see-registers", _districts),
    "members": Offer("see-members", _members),
    "courses": Offer("see-members", _courses),
    "communities": Offer("see-registers", _places),
    "sites": Offer("see-registers", _sites),
    "site-applications": Offer("see-registers", _applications),
    "legal-groups": Offer("see-registers", _groups),
}
