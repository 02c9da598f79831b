"""Declares this room's indicators to the engine: their names, groupings, reasons, and the evidence behind them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max

from branches import coverage, elections, terms
from branches.models import CoveringLink, Election, InstructorPosting, PartyOrganization, Term
from branches.models.party_organizations import PartyOrganizationState
from orgs.models import Exclusion, SocialOrganization
from portal.core import sql
from portal.core.indicators import Description, Indicator, register
from portal.core.policy import NOTICE_DUE
from portal.core.validity import active_on

_BY_ORGANIZATION = ("city", "unit", "district", "street", "kind", "field")


def describe_organizations(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Keys, names and the links, postings and exclusions active on `day`; four statements."""
    evidence = _organization_evidence(ids, day)
    rows = SocialOrganization.objects.everyone().filter(sql.among("pk", ids))
    return {
        pk: Description(credit_code or number or "", name, evidence.get(pk, {}))
        for pk, credit_code, number, name in rows.values_list("pk", "credit_code", "registration_number", "name")
    }


def _organization_evidence(ids: Sequence[int], day: datetime.date) -> dict[int, dict[str, Any]]:
    evidence: dict[int, dict[str, Any]] = defaultdict(dict)
    links = CoveringLink.objects.everyone().filter(
        active_on(day),
        active_on(day, "party_organization__", start="approved_on", end="dissolved_on"),
        active_on(day, "party_organization__states__"),
        sql.among("organization_id", ids),
    )
    for pk, code, form, approved, start in links.order_by("party_organization__code").values_list(
        "organization_id",
        "party_organization__code",
        "party_organization__states__form",
        "party_organization__approved_on",
        "valid_from",
    ):
        evidence[pk].setdefault("party_organizations", []).append(
            {
                "code": code,
                "form": PartyOrganizationState.Form(form).label,
                "approved_on": approved.isoformat(),
                "linked_from": start.isoformat(),
            }
        )
    postings = InstructorPosting.objects.everyone().filter(active_on(day), sql.among("organization_id", ids))
    for pk, number, opaque, role, start in postings.order_by("valid_from", "id").values_list(
        "organization_id", "person__number", "person__opaque_id", "role", "valid_from"
    ):
        evidence[pk].setdefault("instructors", []).append(
            {
                "number": number or opaque,
                "role": InstructorPosting.Role(role).label,
                "posted_from": start.isoformat(),
            }
        )
    for exclusion in Exclusion.objects.everyone().filter(active_on(day), sql.among("organization_id", ids)):
        evidence[exclusion.organization_id]["exclusion"] = {
            "reason": exclusion.reason,
            "from": exclusion.valid_from.isoformat(),
        }
    return evidence


def firm_counts(day: datetime.date, ids: Sequence[int] | None = None) -> dict[int, int]:
    """The firm count of each organization that has one on `day` (all, or those given); one statement."""
    some = ids is not None and len(ids) <= sql.FEW
    condition = f"WHERE organization_id IN ({sql.listed(ids or (), '')})" if some else ""
    query = f"SELECT organization_id, firm FROM ({coverage.firm_on(day)}) f {condition}"
    counts: list[tuple[int, int]] = sql.rows(query, {"day": day})
    return dict(counts)


def _describe_formation(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    firm = firm_counts(day, ids)
    described = describe_organizations(ids, day)
    for pk, description in described.items():
        description.evidence["firm_count"] = firm.get(pk, 0)
    return described


def _describe_parties(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Codes, names and the term that counts on `day`; three statements."""
    terms = Term.objects.filter(sql.among("party_organization_id", ids))
    begun = terms.filter(started_on__lte=day)
    last = dict(begun.values_list("party_organization_id").annotate(last=Max("started_on")))
    current = {
        term.party_organization_id: term for term in begun if last[term.party_organization_id] == term.started_on
    }
    parties = PartyOrganization.objects.everyone().filter(sql.among("pk", ids))
    return {
        pk: Description(code, name, _term_evidence(current.get(pk)))
        for pk, code, name in parties.values_list("pk", "code", "name")
    }


def _term_evidence(term: Term | None) -> dict[str, Any]:
    if term is None:
        return {}
    return {
        "term_from": term.started_on.isoformat(),
        "term_to": term.ends_on.isoformat(),
        "extended_to": term.extended_to.isoformat() if term.extended_to else None,
        "counts_until": term.counts_until.isoformat(),
    }


def _describe_elections(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Of each election the party organization's code and name, and what was recorded of it; one statement."""
    found: dict[int, Description] = {}
    elections = Election.objects.everyone().filter(sql.among("pk", ids))
    for one in elections.select_related("party_organization"):
        evidence = {
            "held_on": one.held_on.isoformat(),
            "occasion": one.get_occasion_display() or None,
            "method": one.get_method_display(),
            **{name: getattr(one, name) for name in ("due", "present", "seats", "candidates")},
        }
        found[one.pk] = Description(one.party_organization.code, one.party_organization.name, evidence)
    return found


def declare() -> None:
    """Called once when the room's app is ready."""
    register(
        Indicator(
            code="branch-coverage",
            name="党组织覆盖率",
            article=3,
            groupings=_BY_ORGANIZATION,
            reasons=coverage.REASONS,
            subjects=coverage.branch_coverage,
            describe=describe_organizations,
            target=85,
            due_on=NOTICE_DUE,
        )
    )
    register(
        Indicator(
            code="work-coverage",
            name="党的工作覆盖率",
            article=3,
            groupings=_BY_ORGANIZATION,
            reasons=coverage.REASONS,
            subjects=coverage.work_coverage,
            describe=describe_organizations,
            due_on=NOTICE_DUE,
        )
    )
    register(
        Indicator(
            code="formation-due",
            name="应建已建率",
            article=3,
            groupings=_BY_ORGANIZATION,
            reasons=coverage.REASONS,
            subjects=coverage.formation_due,
            describe=_describe_formation,
        )
    )
    register(
        Indicator(
            code="term-current",
            name="按期换届率",
            article=12,
            groupings=("city", "unit"),
            reasons=terms.REASONS,
            subjects=terms.term_current,
            describe=_describe_parties,
            subject_word="党组织",
            measure="个",
        )
    )
    register(
        Indicator(
            code="direct-election",
            name="换届公推直选率",
            article=12,
            groupings=("city", "unit"),
            reasons=elections.REASONS,
            subjects=elections.direct_election,
            describe=_describe_elections,
            subject_word="换届选举",
            measure="次",
        )
    )
