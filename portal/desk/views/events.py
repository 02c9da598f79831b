"""登记事项的审核表: one decision of the registry with its checklist, for an annual inspection with the party page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branches.annual_page import AnnualPage, annual_page
from orgs import annual, checklists, gates
from orgs.models import OrganizationState, RegistryEvent, ResponsibleSpan
from portal.core.imports.register import registers
from portal.core.pages import requires, scope_of_request
from portal.core.scoping import Scope
from portal.core.templatetags.ui import UNKNOWN, known, thousands
from portal.core.units import UnitOnDay, UnitTree
from portal.core.validity import active_on
from portal.desk.doing import acts_on

_TITLES = {
    RegistryEvent.Kind.FOUNDING: "成立登记党建审核表",
    RegistryEvent.Kind.CHANGE: "变更登记党建审核表",
    RegistryEvent.Kind.INSPECTION: "年检（年报）党建情况表",
}
#: what the page asks for and the portal does not hold: written in by hand
_BLANKS = (
    "党员学习教育方式",
    "专职党务工作者人数",
    "是否开展服务承诺",
    "党建活动情况和建议（不少于 150 字）",
)


def _event_to_read(scope: Scope, code: str) -> RegistryEvent:
    """The event of this code within the scope. Not yours looks like not there: Http404."""
    rows = RegistryEvent.objects.within(scope).filter(code=code).select_related("organization", "reviewing_unit")
    found = rows.first()
    if found is None:
        raise Http404
    return found


@require_safe
@requires("see-registers")
def event_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of one event, as things stood on the day of the decision."""
    scope = scope_of_request(request)
    event = _event_to_read(scope, code)
    may = registers()["events"].changeable(scope).filter(pk=event.pk).exists()
    context = {
        "event": event,
        "title": _TITLES[RegistryEvent.Kind(event.kind)],
        "checklist": checklists.checklist(event.kind, event.decided_on),
        "lines": _lines(event),
        "acts": acts_on("events", event, may=may),
        "trail": [("登记年检", reverse("events"))],
        **_standing(event, scope),
        **_organization(event, scope),
    }
    return render(request, "events/sheet.html", context)


def _standing(event: RegistryEvent, scope: Scope) -> dict[str, str]:
    state = gates.state_of(event, scope.day)
    return {"sign": gates.SIGNS[state], "word": gates.STATES[state]}


def _lines(event: RegistryEvent) -> list[tuple[str, bool | None]]:
    """The items of the list of the day, each with its answer (None: not looked at)."""
    items = checklists.checklist(event.kind, event.decided_on).items
    return [(checklists.ITEMS[item], event.answers.get(item)) for item in items]


def _name(unit: UnitOnDay | None, otherwise: str) -> str:
    return unit.name if unit else otherwise


def _kind(state: OrganizationState | None) -> str:
    """The kind; today's word beside the notice's."""
    if state is None:
        return UNKNOWN
    is_service = state.kind == OrganizationState.Kind.PRIVATE_NON_ENTERPRISE
    return "社会服务机构（民办非企业单位）" if is_service else state.get_kind_display()


def _organization(event: RegistryEvent, scope: Scope) -> dict[str, Any]:
    """Who it was on the day of the decision, and of an annual inspection the party page."""
    day, organization = event.decided_on, event.organization
    tree = UnitTree.on(day)
    states = OrganizationState.objects.filter(active_on(day), organization=organization).select_related("district")
    spans = ResponsibleSpan.objects.filter(active_on(day), organization=organization)
    state, span = states.first(), spans.first()
    is_inspection = event.kind == RegistryEvent.Kind.INSPECTION
    page = annual_page(organization, state, day, tree, scope) if is_inspection else None
    registering = tree.units.get((state and state.registering_unit_id) or 0)
    responsible = tree.units.get((span and span.unit_id) or 0)
    return {
        "facts": [
            ("名称", organization.name, "统一社会信用代码", organization.key),
            ("类别", _kind(state), "行政区", state.district.name if state and state.district else "未填"),
            ("登记管理部门", _name(registering, UNKNOWN), "党建责任单位", _name(responsible, "待明确")),
            ("从业人员", known(state and state.staff), "专职人员", known(state and state.full_time_staff)),
        ],
        "page": page,
        "rows": _rows(event, page) if page else [],
        "blanks": _BLANKS,
    }


def _rows(event: RegistryEvent, page: AnnualPage) -> list[tuple[str, str]]:
    """Who heads the party organization and what the organization filled in, row by row; an empty text is to be written
    in by hand."""
    sources = _said(event, *annual.SOURCES)
    total = annual.money(event.reported)
    return [
        ("党组织负责人（在社会组织中职务、年龄、学历）", "；".join(page.heads)),
        ("党组织活动场所", _said(event, "premises")),
        ("本年度活动经费", f"{sources}；合计 {thousands(total)} {annual.YUAN}" if total is not None else ""),
        ("本年度活动", _said(event, "activities", "deeds")),
    ]


def _said(event: RegistryEvent, *items: str) -> str:
    """What was filled in of these items, in words; empty where nothing was."""
    known = event.reported
    if not known.keys() & set(items):
        return ""
    said = {item: f"{thousands(known[item])} {annual.measure(item)}" if item in known else "未填" for item in items}
    return "，".join(f"{annual.ITEMS[item]} {text}" for item, text in said.items())
