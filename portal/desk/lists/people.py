"""Lists of members and of where their relations are held (articles 3, 4). Personal numbers stay masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from branches.models import Membership
from branches.scopes import unheld
from members.models import Member, MemberState, Person
from orgs.models import SocialOrganization
from portal.core.crypto import mask
from portal.core.listing import Column, Filter, ListPage, equal
from portal.core.validity import active_on

from .columns import attribute, days, organization_address, party_column, person_column, span_columns, span_filter

_STANDINGS = {"FULL": "正式党员", "PROBATIONARY": "预备党员", "LEFT": "已离开", "NONE": "未入党"}
#: a workplace that is known, but whose name is not for this account
OUTSIDE = "范围外单位"
_SIGNS = {"FULL": "ok", "PROBATIONARY": "warn", "LEFT": "idle", "NONE": "idle"}


def _by_standing(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    left = Q(left_on__lte=page.day)
    full = Q(converted_on__lte=page.day)
    wanted = {"FULL": full & ~left, "PROBATIONARY": ~full & ~left, "LEFT": left, "present": ~left, "all": Q()}
    return rows.filter(wanted[value])


def _workplace(row: Any) -> str:
    if row.workplace:
        return row.workplace.name
    return OUTSIDE if row.state and row.state.workplace_id else ""


def _by_relation(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    return rows.filter(person__in=Person.objects.within(page.scope).filter(unheld(page.day)))


class Members(ListPage):
    """党员: within scope, numbers masked."""

    route = "members"
    heading = "党员"
    measure = "名"
    capability = "see-members"
    order = "person"
    searched = ("person__name", "person__pinyin", "person__number")
    search_hint = "姓名、拼音首字母、人员编号"
    columns = (
        person_column(),
        Column("number", "人员编号", attribute("person.number"), sort=None, minor=True),
        Column("id", "公民身份号码", lambda row: mask(row.person.id_number)),
        Column("gender", "性别", lambda row: row.person.get_gender_display(), minor=True),
        Column(
            "standing",
            "身份",
            lambda row: _STANDINGS[row.standing],
            state=lambda row: _SIGNS[row.standing],
        ),
        Column("joined", "入党日期", attribute("joined_on"), sort=F("joined_on"), minor=True),
        Column("converted", "转正日期", attribute("converted_on"), sort=days("converted_on"), empty="—", minor=True),
        Column(
            "workplace",
            "工作单位",
            _workplace,
            href=lambda row: organization_address(row.workplace) if row.workplace else "",
        ),
        Column("employment", "专兼职", lambda row: row.state and row.state.get_employment_display()),
        Column("party", "组织关系所在党组织", attribute("held"), empty="不在本单位"),
    )
    filters = (
        Filter(
            "standing",
            "身份",
            lambda page: [
                ("present", "在册"),
                ("FULL", "正式党员"),
                ("PROBATIONARY", "预备党员"),
                ("LEFT", "已离开"),
                ("all", "全部"),
            ],
            _by_standing,
            default="present",
        ),
        equal("employment", "专兼职", "state__employment", MemberState.Employment.choices),
        Filter("relation", "组织关系", lambda page: [("NONE", "没有登记组织关系")], _by_relation),
    )

    def rows(self) -> QuerySet[Any]:
        """Members with their person and today's workplace."""
        rows = Member.objects.within(self.scope)
        rows = rows.annotate(state=FilteredRelation("states", condition=active_on(self.day, "states__")))
        return rows.select_related("person", "state__workplace").defer("person__mobile")

    def beside(self, ids: Sequence[int] | None) -> tuple[set[int], dict[int, str]]:
        """The workplaces that the scope names, and the holding party organization of each member that it names."""
        states = MemberState.objects.filter(active_on(self.day))
        held = Membership.objects.within(self.scope).filter(active_on(self.day))
        if ids is not None:
            states, held = states.filter(member__in=ids), held.filter(person__in=ids)
        workplaces = SocialOrganization.objects.within(self.scope).filter(pk__in=states.values("workplace_id"))
        parties = dict(held.values_list("person_id", "party_organization__name"))
        return set(workplaces.values_list("pk", flat=True)), parties

    def complete(self, rows: list[Any], beside: tuple[set[int], dict[int, str]]) -> None:
        """Standing, workplace and holding party organization, each only as far as the scope names them."""
        workplaces, parties = beside
        for row in rows:
            row.standing = row.standing_on(self.day)
            row.workplace = row.state.workplace if row.state and row.state.workplace_id in workplaces else None
            row.held = parties.get(row.pk)


class Memberships(ListPage):
    """组织关系: where relations are and were held."""

    route = "memberships"
    heading = "组织关系"
    capability = "see-members"
    order = "party"
    searched = ("party_organization__search_text", "person__name", "person__pinyin")
    search_hint = "党组织、姓名"
    columns = (person_column(), party_column(), *span_columns("转入日期", "转出日期"))
    filters = (span_filter("目前在此", "已转出"),)

    def rows(self) -> QuerySet[Any]:
        """Relations with person and party organization."""
        rows = Membership.objects.within(self.scope).select_related("person", "party_organization")
        return rows.defer("person__id_number", "person__mobile")
