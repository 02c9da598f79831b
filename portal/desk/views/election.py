"""One election by its steps, its result on paper (选举结果报告单), and the shares that article 12 wants to rise."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from branches.elections import awaiting_approval, with_electorates
from branches.models import Election, PartyOrganization
from branches.shares import MEASURES
from branches.shares import shares as shares_of
from portal.core.imports.register import registers
from portal.core.opaque import row_of
from portal.core.pages import address, choice_in, day_in, requires, scope_of_request
from portal.core.scoping import Scope
from portal.core.units import UnitTree
from portal.desk.changes import changes_of
from portal.desk.doing import act_new, acts_on
from portal.desk.election_file import election_file
from portal.desk.files import as_file, offered
from portal.desk.shares import GROUPINGS, Group, cells, charts, groups, headings, record


def election_to_read(scope: Scope, key: str) -> Any:
    """The election of this key, with its electorate, whether the account keeps it, whether it waits for the approval.
    Not yours looks like not there: Http404."""
    rows = Election.objects.within(scope).filter(pk=row_of("branches.election", key) or 0)
    kept = PartyOrganization.objects.answered_for(scope).filter(pk=OuterRef("party_organization"))
    waits = ExpressionWrapper(awaiting_approval(scope.day), BooleanField())
    rows = rows.select_related("party_organization", "approving_unit").annotate(may_keep=Exists(kept), waits=waits)
    found = with_electorates(rows.order_by()).first()
    if found is None:
        raise Http404
    return found


@require_safe
@requires("see-registers")
def election(request: HttpRequest, key: str) -> HttpResponse:
    """The page of one election."""
    scope = scope_of_request(request)
    found = election_to_read(scope, key)
    party, day = found.party_organization, found.held_on.isoformat()
    keeps = found.may_keep and registers()["elections"].may_add(scope)
    acts = acts_on("elections", found, may=keeps)
    context = {
        "file": election_file(found, scope),
        "key": key,
        "keeps": keeps,
        "change": acts[0] if keeps else None,
        "approve": acts[1] if keeps and found.approved_on is None else None,
        "add": act_new("candidates", scope, party_organization=party.code, held_on=day) if keeps else None,
        "trail": [
            ("换届选举", reverse("elections")),
            (party.name, reverse("party-organization", args=[party.code])),
        ],
        "whole_history": acts[-1].href,
        "changes": changes_of("elections", [f"{party.code} {day}"]),
    }
    return render(request, "election/page.html", context)


@require_safe
@requires("see-registers")
def report(request: HttpRequest, key: str) -> HttpResponse:
    """选举结果报告单: the result as it goes to the superior, to be printed and sealed."""
    scope = scope_of_request(request)
    found = election_to_read(scope, key)
    trail = [("换届选举", reverse("elections")), ("这次选举", reverse("election", args=[key]))]
    return render(request, "election/report.html", {"file": election_file(found, scope), "trail": trail})


@require_safe
@requires("see-counts")
def shares(request: HttpRequest) -> HttpResponse:
    """Joint nomination, self-nomination and contested secretary elections by year, district and unit; no names."""
    scope, day = scope_of_request(request), day_in(request)
    tree = scope.tree_of(day) or UnitTree.on(day)
    by = choice_in(request, "by", GROUPINGS, "district")
    found = shares_of(day, tree)
    known = groups(found, by)
    one = _chosen(request, known)
    if request.GET.get("as"):
        return as_file(
            request,
            f"推荐与差额-按{GROUPINGS[by]}",
            day,
            headings(by, day.year),
            [record(group, day.year) for group in known],
            {"划分": GROUPINGS[by]},
        )
    shown = [group for group in known if by == "district" or group.counts((day.year, day.year - 1))]
    context = {
        "day": day,
        "live": day == scope.day,
        "by": by,
        "groupings": [(word, address(request, by=code, group=None), code == by) for code, word in GROUPINGS.items()],
        "one": one,
        "charts": charts(one.by_year if one else found.city, found.years),
        "lines": [
            (group, address(request, group=group.code), cells(group, day.year))
            for group in (Group("", "全市", 0, found.city), *shown)
        ],
        "whole_city": address(request, group=None),
        "left_out": len(known) - len(shown),
        "measures": [name for name, _ in MEASURES.values()],
        "exports": offered(request),
        "trail": [("换届选举", reverse("elections"))],
    }
    return render(request, "election/shares.html", context)


def _chosen(request: HttpRequest, known: list[Group]) -> Group | None:
    """The group that the address names. Raises WrongAddress."""
    code = choice_in(request, "group", {group.code: group.name for group in known})
    return next((group for group in known if group.code == code), None)
