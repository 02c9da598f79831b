"""What there is to do about who answers (article 1): nobody does, or the rule names another unit than the kept one;
and of article 11: what is to be decided at the gates of the registry or was decided without a review, and agreements
that end."""

from __future__ import annotations

import datetime
from functools import partial

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse

from orgs import agreements, gates
from orgs.models import (
    OrganizationState,
    RegistryEvent,
    ResponsibilityAgreement,
    ResponsibleSpan,
    SocialOrganization,
    straightening,
)
from portal.core.indicators import Slice, indicator
from portal.core.subjects import ids_in
from portal.core.todo import LOOK, Asked, Found, Kind, Named, Naming, register
from portal.core.validity import active_on


def _organization_named(name: str, credit_code: str, opaque_id: str) -> Named:
    return Named(name, reverse("organization", args=[credit_code or opaque_id]))


def _agreement_named(name: str, credit_code: str, opaque_id: str) -> Named:
    """To where the next one is registered."""
    whose = _organization_named(name, credit_code, opaque_id)
    return Named(whose.name, f"{whose.href}#commitments")


def organization_naming(to: str = "") -> Naming:
    """An organization and its page, of rows that lead `to` it (empty: they are it)."""
    return Naming((f"{to}name", f"{to}credit_code", f"{to}opaque_id"), _organization_named)


def _unresolved(asked: Asked) -> Found | None:
    """Nobody answers for these: the city's matter, and of those in its territory a district's."""
    home = asked.home
    if not asked.for_units or (home and (home.kind != "DISTRICT_LEAD" or home.district_id is None)):
        return None
    districts = frozenset({home.district_id}) if home else None
    part = Slice(unresolved=True, districts=districts)
    rows = SocialOrganization.objects.within(asked.scope)
    rows = rows.filter(pk__in=ids_in(indicator("branch-coverage"), asked.day, part)).order_by("name", "pk")
    code = next((one.code for one in asked.places.districts if one.pk == home.district_id), "") if home else ""
    href = f"{reverse('coverage-subjects', args=['branch-coverage'])}?by=unit&group=-"
    return Found(rows, f"{href}&district={code}" if code else href, "登记管理部门空缺", pressing=True)


def to_be_straightened(day: datetime.date, units: frozenset[int] | None = None) -> QuerySet[ResponsibleSpan]:
    """Who answered on `day`, of these units (None: all), for organizations that are 待理顺 and not closed."""
    spans = ResponsibleSpan.objects.filter(active_on(day), straightening())
    if units is not None:
        spans = spans.filter(unit_id__in=units)
    return spans.exclude(organization__closed_on__lte=day)


def _straightening(asked: Asked) -> Found | None:
    """待理顺: the affiliation is kept, the rule names another unit."""
    if not asked.for_units:
        return None
    spans = to_be_straightened(asked.day, asked.units)
    rows = SocialOrganization.objects.within(asked.scope).filter(pk__in=spans.values("organization_id"))
    rows = rows.order_by("name", "pk")
    href = asked.listed("organizations", basis="straightening", unit=asked.home.code if asked.home else "")
    return Found(rows, href, "维持原隶属，与归口规则不同")


def _of_units(asked: Asked) -> Q:
    """Events of organizations that the units answer for or register today; all for the city."""
    if asked.units is None:
        return Q()
    spans = ResponsibleSpan.objects.filter(active_on(asked.day), unit_id__in=asked.units)
    states = OrganizationState.objects.filter(active_on(asked.day), registering_unit_id__in=asked.units)
    return Q(organization_id__in=spans.values("organization_id")) | Q(
        organization_id__in=states.values("organization_id")
    )


def _events(state: str, asked: Asked) -> Found | None:
    """Events that stand so on the day; of those decided already only this year's, which a figure asks of."""
    if not asked.for_units:
        return None
    rows = RegistryEvent.objects.within(asked.scope).filter(_of_units(asked), gates.in_state(state, asked.day))
    year = ""
    if state != gates.WAITING:
        year = str(asked.day.year)
        rows = rows.filter(decided_on__year=asked.day.year)
    href = asked.listed("events", review=state, year=year, unit=asked.home.code if asked.home else "")
    rows = rows.order_by("decided_on", "pk")
    if state == gates.WAITING:
        return Found(rows, href, ends="decided_on")
    return Found(rows, href, "已审核过的，补登审核日期和单位")


def _agreements(state: str, remark: str, asked: Asked) -> Found | None:
    """Agreements without a follower that stand so, of organizations that the units answer for today."""
    if not asked.for_units:
        return None
    rows = ResponsibilityAgreement.objects.within(asked.scope).filter(agreements.in_state(state, asked.day))
    if asked.units is not None:
        spans = ResponsibleSpan.objects.filter(active_on(asked.day), unit_id__in=asked.units)
        rows = rows.filter(organization_id__in=spans.values("organization_id"))
    href = asked.listed("agreements", state=state, unit=asked.home.code if asked.home else "")
    rows = rows.order_by("valid_to", "pk")
    return Found(rows, href, remark, ends="valid_to" if state == agreements.ENDING else "")


def _event_named(name: str, credit_code: str, opaque_id: str, kind: str, written: str) -> Named:
    whose = _organization_named(name, credit_code, opaque_id)
    return Named(f"{whose.name}（{RegistryEvent(kind=kind, written={'event_kind': written}).kind_word}）", whose.href)


_ORGANIZATION = organization_naming()
_EVENT = Naming((*organization_naming("organization__").read, "kind", KT("written__event_kind")), _event_named)

_AGREEMENT = Naming(organization_naming("organization__").read, _agreement_named)
_ending = partial(_agreements, agreements.ENDING, "")
_lapsed = partial(_agreements, agreements.LAPSED, "续签的，登记新的责任书")

register(
    Kind("gate-waiting", "登记", "登记事项待党建审核", "去审核", partial(_events, gates.WAITING), _EVENT, "件", 11),
    Kind("gate-missing", "登记", "登记事项已决定未审核", LOOK, partial(_events, "missing"), _EVENT, "件", 11),
    Kind("agreement-lapsed", "到期", "共同责任书已到期未续签", "去续签", _lapsed, _AGREEMENT, "份", 11),
    Kind(
        "agreement-ending",
        "到期",
        f"共同责任书 {agreements.MONTHS} 个月内到期",
        "去续签",
        _ending,
        _AGREEMENT,
        "份",
        11,
    ),
    Kind("unresolved", "归口", "责任单位待明确", "去明确", _unresolved, _ORGANIZATION, article=1),
    Kind("straightening", "归口", "待理顺隶属关系", LOOK, _straightening, _ORGANIZATION, article=1),
)
