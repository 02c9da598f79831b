"""Declares this room's indicators to the engine: their names, groupings, reasons, and the evidence behind them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Max

from branches import coverage, terms
from branches.models import CoveringLink, InstructorPosting, PartyOrganization, Term
from branches.models.party_organizations import PartyOrganizationState
from orgs.models import Exclusion, SocialOrganization
from portal.core import sql
from portal.core.indicators import Description, Indicator, register
from portal.core.policy import NOTICE_DUE
from portal.core.validity import active_on

_BY_ORGANIZATION = ("city", "unit", "district", "street", "kind", "field")


def chunks(ids: Sequence[int], size: int = 5000) -> Iterator[Sequence[int]]:
    """Pieces of a list of ids that fit into one statement on either engine."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def describe_organizations(ids: Sequence[int], day: datetime.date) -> Mapping[int, Description]:
    """Keys, names and the links, postings and exclusions active on `day`; four statements per 5,000 ids."""
    found: dict[int, Description] = {}
    for part in chunks(ids):
        evidence = _organization_evidence(part, day)
        rows = SocialOrganization.objects.everyone().filter(pk__in=part)
        for pk, credit_code, number, name in rows.values_list("pk", "credit_code", "registration_number", "name"):
            found[pk] = Description(credit_code or number or "", name, evidence.get(pk, {}))
    return found


def _organization_evidence(ids: Sequence[int], day: datetime.date) -> dict[int, dict[str, Any]]:
    evidence: dict[int, dict[str, Any]] = defaultdict(dict)
    links = CoveringLink.objects.everyone().filter(
        active_on(day),
        active_on(day, "party_organization__", start="approved_on", end="dissolved_on"),
        active_on(day, "party_organization__states__"),
        organization_id__in=ids,
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
    postings = InstructorPosting.objects.everyone().filter(active_on(day), organization_id__in=ids)
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
    for exclusion in Exclusion.objects.everyone().filter(active_on(day), organization_id__in=ids):
        evidence[exclusion.organization_id]["exclusion"] = {
            "reason": exclusion.reason,
            "from": exclusion.valid_from.isoformat(),
        }
    return evidence


def firm_counts(day: datetime.date, ids: Sequence[int] | None = None) -> dict[int, int]:
    """The firm count of each organization that has one on `day` (all, or those given); one statement."""
    condition = "" if ids is None else f"WHERE organization_id IN ({', '.join(map(str, ids)) or 'NULL'})"
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
    """Codes, names and the term that counts on `day`."""
    found: dict[int, Description] = {}
    for part in chunks(ids):
        last = dict(
            Term.objects.filter(party_organization_id__in=part, started_on__lte=day)
            .values_list("party_organization_id")
            .annotate(last=Max("started_on"))
        )
        current = {
            term.party_organization_id: term
            for term in Term.objects.filter(party_organization_id__in=part)
            if last.get(term.party_organization_id) == term.started_on
        }
        for pk, code, name in (
            PartyOrganization.objects.everyone().filter(pk__in=part).values_list("pk", "code", "name")
        ):
            term = current.get(pk)
            evidence = (
                {}
                if term is None
                else {
                    "term_from": term.started_on.isoformat(),
                    "term_to": term.ends_on.isoformat(),
                    "extended_to": term.extended_to.isoformat() if term.extended_to else None,
                    "counts_until": term.counts_until.isoformat(),
                }
            )
            found[pk] = Description(code, name, evidence)
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
