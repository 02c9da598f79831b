"""The list of registry events and their party-building reviews (article 11)."""

from __future__ import annotations

from typing import Any

from django.db.models import F, FilteredRelation, QuerySet
from django.urls import reverse

from orgs import gates
from orgs.models import RegistryEvent
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.policy import NOTICE_DAY
from portal.core.validity import active_on

from .columns import attribute, days, organization_column, unit_filter, words


def _years(page: ListPage) -> list[tuple[str, str]]:
    """From the year of the notice to the next one: what is to be decided may lie ahead."""
    return [(str(year), f"{year} 年") for year in range(page.day.year + 1, NOTICE_DAY.year - 1, -1)]


def _sheet(row: Any) -> str:
    return reverse("event-sheet", args=[row.code])


class Events(ListPage):
    """登记年检: foundings, changes and annual inspections, and whether the review came before the decision."""

    route = "events"
    heading = "登记年检"
    measure = "件"
    order = "-decided"
    searched = ("organization__search_text", "code")
    search_hint = "社会组织、事项编号"
    columns = (
        organization_column(),
        Column("kind", "事项", attribute("kind_word"), sort=F("kind"), href=_sheet),
        Column("decided", "决定日期", attribute("decided_on"), sort=F("decided_on")),
        Column("state", "党建审核", attribute("state_word"), state=attribute("sign")),
        Column("reviewed", "审核日期", attribute("reviewed_on"), sort=days("reviewed_on"), empty="—"),
        Column("reviewer", "审核单位", attribute("reviewer"), note=attribute("opinion"), empty="—", minor=True),
        Column("unit", "党建责任单位", attribute("answering"), sort=words("answer__unit__code"), empty="待明确"),
        Column("code", "事项编号", attribute("code"), sort=F("code"), minor=True),
    )
    filters = (
        Filter(
            "review",
            "党建审核",
            lambda page: list(gates.STATES.items()),
            lambda rows, value, page: rows.filter(gates.in_state(value, page.day)),
        ),
        Filter("year", "决定年份", _years, lambda rows, value, page: rows.filter(decided_on__year=int(value))),
        equal("kind", "事项", "kind", RegistryEvent.Kind.choices),
        unit_filter("责任或登记单位", "answer__unit_id", "registry__registering_unit_id"),
    )

    def rows(self) -> QuerySet[Any]:
        """Events with their organizations, and who answers for and who registers these today."""
        path = "organization__responsible_spans"
        return (
            RegistryEvent.objects.within(self.scope)
            .annotate(
                answer=FilteredRelation(path, condition=active_on(self.day, f"{path}__")),
                registry=FilteredRelation(
                    "organization__states", condition=active_on(self.day, "organization__states__")
                ),
            )
            .annotate(answering=F("answer__unit__name"))
            .select_related("organization", "reviewing_unit")
        )

    def complete(self, rows: list[Any], beside: None) -> None:
        """Where each stands today."""
        for row in rows:
            state = gates.state_of(row, self.day)
            row.state_word, row.sign = gates.STATES[state], gates.SIGNS[state]
