"""Lists of candidates and of public offices (article 12)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from branches.models import Candidate, Channel, PublicOffice
from branches.offices import Line, seats_on, total
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.opaque import opaque
from portal.core.units import districts_on

from .columns import attribute, district_filter, party_column, person_column, span_columns, span_filter, words

_OUTCOMES = {True: ("ok", "当选"), False: ("idle", "未当选"), None: ("idle", "不详")}
_ELECTED = {"yes": True, "no": False}


def _by_year(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    return rows.filter(election__held_on__year=int(value))


def _years(page: ListPage) -> Iterable[tuple[str, str]]:
    days = page.rows().order_by().dates("election__held_on", "year", order="DESC")
    return [(str(day.year), f"{day.year} 年") for day in days]


def _by_outcome(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    return rows.filter(elected=_ELECTED[value])


class Candidates(ListPage):
    """候选人: who stood in which election, put forward by whom, with what outcome."""

    route = "candidates"
    heading = "候选人"
    measure = "名"
    capability = "see-members"
    order = "-held"
    searched = ("election__party_organization__search_text", "person__name", "person__pinyin")
    search_hint = "党组织、姓名"
    columns = (
        person_column(),
        party_column("election.party_organization"),
        Column(
            "held",
            "选举日期",
            attribute("election.held_on"),
            sort=F("election__held_on"),
            href=lambda row: reverse("election", args=[opaque("branches.election", row.election_id)]),
        ),
        Column("post", "职务", lambda row: row.get_post_display(), sort=F("post")),
        Column("channel", "推荐方式", lambda row: row.get_channel_display(), sort=F("channel")),
        Column("introduction", "介绍方式", lambda row: row.get_introduction_display(), minor=True),
        Column("votes", "得票数", attribute("votes"), figures=True),
        Column("elected", "结果", lambda row: _OUTCOMES[row.elected][1], state=lambda row: _OUTCOMES[row.elected][0]),
    )
    filters = (
        equal("post", "职务", "post", Candidate.Post.choices),
        equal("channel", "推荐方式", "channel", Channel.choices),
        Filter("elected", "结果", lambda page: [("yes", "当选"), ("no", "未当选")], _by_outcome),
        Filter("year", "年份", _years, _by_year),
    )

    def rows(self) -> QuerySet[Any]:
        """Candidates with person, election and party organization."""
        rows = Candidate.objects.within(self.scope).select_related("person", "election__party_organization")
        return rows.defer("person__id_number", "person__mobile")


class PublicOffices(ListPage):
    """代表委员: who of the party organizations is delegate, people's deputy or CPPCC member."""

    route = "public-offices"
    heading = "代表委员"
    measure = "条"
    capability = "see-members"
    order = "person"
    template = "lists/public_offices.html"
    searched = ("person__name", "person__pinyin", "session")
    search_hint = "姓名、届次"
    columns = (
        person_column(),
        Column("kind", "类别", lambda row: row.get_kind_display(), sort=F("kind")),
        Column("level", "层级", lambda row: row.get_level_display(), sort=F("level")),
        Column("district", "行政区", attribute("district.name"), sort=words("district__code"), empty="—"),
        Column("session", "届次", attribute("session"), sort=F("session")),
        Column("channel", "推荐方式", lambda row: row.get_channel_display(), minor=True),
        *span_columns(),
    )
    filters = (
        equal("kind", "类别", "kind", PublicOffice.Kind.choices),
        equal("level", "层级", "level", PublicOffice.Level.choices),
        district_filter("district"),
        span_filter("在任", "已满"),
    )

    def rows(self) -> QuerySet[Any]:
        """Offices with person and district."""
        rows = PublicOffice.objects.within(self.scope).select_related("person", "district")
        return rows.defer("person__id_number", "person__mobile")

    @cached_property
    def seats(self) -> list[Line]:
        """How many people sit where, of the whole city, and all together, for those who may see counts."""
        if not self.scope.can("see-counts"):
            return []
        lines = seats_on(self.day, districts_on(self.day))
        return [*lines, total(lines)]
