"""What binds one organization to party building (article 11), as its page shows it: clauses, agreements, decisions,
scores of purchases, and how many of them count."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, DateField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from branches.involvement import Involvement, involvement_of
from branches.models import MajorDecision
from orgs import purchasing
from orgs.models import CharterClause, PurchaseScore, ResponsibilityAgreement, SocialOrganization
from portal.core.entry.records import key_of
from portal.core.imports.register import registers
from portal.core.scoping import Scope, ScopedModel

#: how many rows the page of an organization lists
LISTED = 12
_NOTHING = Value("", output_field=CharField())
_NO_DAY = Value(None, output_field=DateField())


@dataclass(frozen=True)
class Commitment:
    """One row on the page: its register and row for what can be done with it, what it is, from when until when
    (`until` None: open, or one day only), its sign and word; `href` is its own page, where it has one."""

    kind: str
    row: Any
    noun: str
    title: str
    note: str
    start: datetime.date
    until: datetime.date | None
    sign: str
    word: str
    href: str = ""

    @property
    def runs(self) -> bool:
        """Whether it holds for a time; else it happened on a day."""
        return self.kind in ("agreements", "charter_clauses")

    @property
    def by_party(self) -> bool:
        """Whether it is kept with the party organization, not with the organization."""
        return self.kind == "decisions"


@dataclass(frozen=True)
class Commitments:
    """All that the page shows on a day: the counts, and the last rows up to the day."""

    counts: Involvement
    rows: list[Commitment]


def commitments_of(organization: Any, rows: Sequence[Sequence[Any]], day: datetime.date) -> Commitments:
    """The commitments up to a day among `rows`, of an organization that was read `with_involvement` of it."""
    found = [_row(one, day) for one in rows if one[2] <= day]
    return Commitments(involvement_of(organization), sorted(found, key=lambda one: one.start, reverse=True)[:LISTED])


def rows_of_commitments(organization: SocialOrganization, scope: Scope) -> list[QuerySet[Any, Any]]:
    """The four registers as (what, row, first day, last day, three texts and two that are empty), for a union."""

    def of(model: type[ScopedModel]) -> QuerySet[Any]:
        return model.objects.within(scope).filter(organization=organization).order_by()

    def text(path: str) -> Coalesce:
        return Coalesce(Cast(path, TextField()), _NOTHING, output_field=TextField())

    def row(what: str, start: str, until: Any, *words: Any) -> tuple[Any, ...]:
        return Value(what), "pk", start, until, *words, *[_NOTHING] * (5 - len(words))

    purchaser = Coalesce("purchaser__name", "purchaser_written", output_field=TextField())
    signed = text("signed_on"), text("managers"), text("partners")
    held = text("matter"), text("outcome"), text("party_organization__name")
    return [
        of(ResponsibilityAgreement).values_list(*row("agreements", "valid_from", "valid_to", *signed)),
        of(CharterClause).values_list(*row("charter_clauses", "valid_from", "valid_to", text("number"))),
        of(MajorDecision).values_list(*row("decisions", "held_on", _NO_DAY, *held)),
        of(PurchaseScore).values_list(
            *row("purchase_scores", "scored_on", _NO_DAY, text("project"), text("points"), purchaser)
        ),
    ]


def _row(one: Sequence[Any], day: datetime.date) -> Commitment:
    kind, pk, start, until, *words = one
    return _MADE[kind](pk, start, until, words[:3], day)


def _in_force(until: datetime.date | None, day: datetime.date) -> tuple[str, str]:
    return ("ok", "在有效期内") if until is None or day < until else ("idle", "已终止")


def _agreement(
    pk: int, start: datetime.date, until: datetime.date | None, words: Sequence[str], day: datetime.date
) -> Commitment:
    signed_on, managers, partners = words
    signers = [f"{word} {number} 名" for word, number in (("管理人员", managers), ("合伙人", partners)) if number]
    row, title, note = ResponsibilityAgreement(pk=pk), f"{signed_on} 签订", "，".join(signers)
    return Commitment("agreements", row, "共同责任书", title, note, start, until, *_in_force(until, day))


def _clause(
    pk: int, start: datetime.date, until: datetime.date | None, words: Sequence[str], day: datetime.date
) -> Commitment:
    row = CharterClause(pk=pk)
    return Commitment("charter_clauses", row, "章程党建条款", words[0], "", start, until, *_in_force(until, day))


def _decision(
    pk: int, start: datetime.date, until: datetime.date | None, words: Sequence[str], day: datetime.date
) -> Commitment:
    row = MajorDecision(pk=pk, matter=words[0], outcome=words[1])
    sign = {"ADOPTED": "ok", "PARTLY": "plain", "REJECTED": "warn"}.get(words[1], "idle")
    title, word = row.get_matter_display(), row.get_outcome_display() or "未登记结果"
    return Commitment("decisions", row, "参与重大决策", title, words[2], start, None, sign, word)


def _score(
    pk: int, start: datetime.date, until: datetime.date | None, words: Sequence[str], day: datetime.date
) -> Commitment:
    row = PurchaseScore(pk=pk, scored_on=start)
    sheet, noun = purchasing.sheet(start), "政府购买服务党建评分"
    word = f"{sheet.total(json.loads(words[1]))} 分（满分 {sheet.full}）"
    return Commitment("purchase_scores", row, noun, words[0], words[2], start, None, "plain", word, sheet_address(row))


#: how a row of each register is shown
_MADE = {"agreements": _agreement, "charter_clauses": _clause, "decisions": _decision, "purchase_scores": _score}
KINDS = frozenset(_MADE)


def sheet_address(row: PurchaseScore) -> str:
    """The page of one scoring."""
    return reverse("purchase-sheet", args=[key_of(registers()["purchase_scores"], row.pk)])
