"""Lists of organizations and of what hangs on them (articles 1, 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from branches.models import InstructorPosting
from branches.todo import SOON, expiring
from orgs.models import Exclusion, MemberReport, OrganizationState, ResponsibleSpan, SocialOrganization, straightening
from portal.core.indicators import Slice, indicator
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.subjects import Standing, ids_in, standings
from portal.core.validity import active_on
from portal.core.values import Value

from .columns import (
    attribute,
    district_filter,
    organization_address,
    organization_column,
    person_column,
    span_columns,
    span_filter,
    unit_filter,
    words,
)

STATES = {"own": "ok", "joint": "ok", "hub": "ok", "functional": "warn", "instructor": "warn", "none": "bad"}


def _standing_word(row: Any) -> str:
    standing: Standing | None = row.standing
    if standing is not None:
        return indicator("branch-coverage").reasons[standing.reason]
    return f"已{row.get_closing_display() or '终止'}" if row.is_closed else "不在统计范围"


def _by_standing(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    code, part = {
        "branch-unmet": ("branch-coverage", Slice(status="strict-unmet")),
        "work-unmet": ("work-coverage", Slice(status="strict-unmet")),
        "excluded": ("branch-coverage", Slice(status="excluded")),
    }.get(value, ("branch-coverage", Slice(reasons=frozenset({value}))))
    return rows.filter(pk__in=ids_in(indicator(code), page.day, part))


def _standings(page: ListPage) -> list[tuple[str, str]]:
    return [
        ("branch-unmet", "党组织未覆盖"),
        ("work-unmet", "党的工作未覆盖"),
        *indicator("branch-coverage").reasons.items(),
        ("excluded", "不计入"),
    ]


def _by_basis(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    wanted = straightening() if value == "straightening" else Q(basis=value)
    spans = ResponsibleSpan.objects.filter(active_on(page.day), wanted)
    return rows.filter(pk__in=spans.values("organization_id"))


def _by_life(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    closed = Q(closed_on__lte=page.day)
    return rows if value == "all" else rows.filter(closed if value == "closed" else ~closed)


def _place(row: Any) -> Value:
    parts = [attribute("state.district.name")(row), attribute("state.subdistrict.name")(row)]
    return " · ".join(part for part in parts if part)


class Organizations(ListPage):
    """社会组织: the register of the civil-affairs bureau beside the state of coverage today."""

    route = "organizations"
    heading = "社会组织"
    measure = "家"
    searched = ("search_text",)
    columns = (
        Column(
            "name",
            "名称",
            attribute("name"),
            sort=F("name"),
            href=organization_address,
            note=lambda row: f"曾用名：{row.former_names}" if row.former_names else "",
        ),
        Column(
            "code", "统一社会信用代码", attribute("key"), sort=words("credit_code", "registration_number"), minor=True
        ),
        Column("kind", "类别", lambda row: row.state and row.state.get_kind_display(), minor=True),
        Column("field", "领域", lambda row: row.state and row.state.get_field_display(), minor=True),
        Column("place", "区 · 街道", _place, sort=words("state__district__code"), empty="未填"),
        Column("unit", "党建责任单位", attribute("answer.unit.name"), sort=words("answer__unit__code"), empty="待明确"),
        Column(
            "standing",
            "覆盖状态",
            _standing_word,
            state=lambda row: STATES[row.standing.reason] if row.standing else "idle",
        ),
        Column("established", "成立日期", attribute("established_on"), sort=F("established_on"), minor=True),
    )
    filters = (
        district_filter("state__district"),
        Filter(
            "street",
            "街道",
            lambda page: [(one.code, one.name) for one in page.tree.listed() if one.kind == "SUBDISTRICT"],
            lambda rows, value, page: rows.filter(state__subdistrict__code=value),
        ),
        unit_filter("责任单位", "answer__unit_id"),
        equal("kind", "类别", "state__kind", OrganizationState.Kind.choices),
        equal("field", "领域", "state__field", OrganizationState.Field.choices),
        Filter("standing", "覆盖状态", _standings, _by_standing),
        Filter(
            "basis",
            "归口依据",
            lambda page: [*ResponsibleSpan.Basis.choices, ("straightening", "待理顺")],
            _by_basis,
        ),
        Filter(
            "life",
            "登记状态",
            lambda page: [("open", "正常"), ("closed", "已注销、撤销"), ("all", "全部状态")],
            _by_life,
            default="open",
        ),
    )

    def rows(self) -> QuerySet[Any]:
        """Organizations with today's state and today's responsible unit."""
        return (
            SocialOrganization.objects.within(self.scope)
            .annotate(
                state=FilteredRelation("states", condition=active_on(self.day, "states__")),
                answer=FilteredRelation("responsible_spans", condition=active_on(self.day, "responsible_spans__")),
            )
            .select_related("state__district", "state__subdistrict", "answer__unit")
        )

    def beside(self, ids: Sequence[int] | None) -> dict[int, Standing]:
        """Where each stands in the coverage of today."""
        return standings(indicator("branch-coverage"), self.day, ids)

    def complete(self, rows: list[Any], beside: dict[int, Standing]) -> None:
        """Where each stands, and whether it is closed."""
        for row in rows:
            row.standing = beside.get(row.pk)
            row.is_closed = row.closed_on is not None and row.closed_on <= self.day


class MemberReports(ListPage):
    """申报数: what organizations reported of their members."""

    route = "member-reports"
    heading = "党员申报数"
    order = "-reported"
    searched = ("organization__search_text",)
    search_hint = "社会组织"
    columns = (
        organization_column(),
        Column("reported", "填报日期", attribute("reported_on"), sort=F("reported_on")),
        Column("full", "正式党员", attribute("full"), figures=True),
        Column("probationary", "预备党员", attribute("probationary"), figures=True),
        Column("full_time", "专职党员", attribute("full_time"), figures=True, minor=True),
        Column("part_time", "兼职党员", attribute("part_time"), figures=True, minor=True),
        Column("candidates", "发展对象", attribute("candidates"), figures=True, minor=True),
        Column("activists", "积极分子", attribute("activists"), figures=True, minor=True),
        Column("applicants", "申请入党", attribute("applicants"), figures=True, minor=True),
        Column("reason", "未建立党组织原因", attribute("unset_reason"), empty="—"),
        Column("source", "来源", attribute("source")),
    )

    def rows(self) -> QuerySet[Any]:
        """Reports with their organizations."""
        return MemberReport.objects.within(self.scope).select_related("organization")


class Exclusions(ListPage):
    """不计入: approved exclusions, out of the adjusted rate only."""

    route = "exclusions"
    heading = "不计入"
    order = "-from"
    searched = ("organization__search_text",)
    search_hint = "社会组织"
    columns = (
        organization_column(),
        Column("reason", "理由", attribute("reason")),
        Column("evidence", "依据", attribute("evidence")),
        Column("approver", "批准人", attribute("approver")),
        *span_columns(),
    )
    filters = (span_filter(),)

    def rows(self) -> QuerySet[Any]:
        """Exclusions with their organizations."""
        return Exclusion.objects.within(self.scope).select_related("organization")


class Instructors(ListPage):
    """派驻指导员: organizers, instructors and liaisons posted to or named for organizations (articles 2, 11)."""

    route = "instructors"
    heading = "派驻指导员"
    order = "to"
    searched = ("organization__search_text", "person__name", "person__pinyin")
    search_hint = "社会组织、姓名"
    columns = (
        organization_column(),
        person_column(),
        Column("role", "角色", lambda row: row.get_role_display(), sort=F("role")),
        Column("unit", "派出单位", lambda row: row.sending_unit.name if row.sending_unit else row.sending_unit_written),
        Column("origin", "产生方式", lambda row: row.get_origin_display()),
        Column("phone", "工作电话", attribute("work_phone")),
        *span_columns(),
    )
    filters = (
        equal("role", "角色", "role", InstructorPosting.Role.choices),
        unit_filter("派出单位", "sending_unit_id"),
        Filter(
            "due",
            "到期",
            lambda page: [(str(SOON), f"{SOON} 天内到期")],
            lambda rows, value, page: rows.filter(expiring(page.day)),
        ),
        span_filter(),
    )

    def rows(self) -> QuerySet[Any]:
        """Postings with organization, person and sending unit."""
        rows = InstructorPosting.objects.within(self.scope)
        return rows.select_related("organization", "person", "sending_unit").defer(
            "person__id_number", "person__mobile"
        )
