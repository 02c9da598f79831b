"""What there is to do about party organizations: to be set up (article 3), terms and postings that end (11, 12)."""

from __future__ import annotations

import datetime
from functools import partial

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from branches import elsewhere
from branches.elections import awaiting_approval
from branches.models import Election, InstructorPosting, PartyOrganization, PartyOrganizationState
from branches.spellings import waiting
from branches.terms import REMINDERS, coming_terms
from orgs.models import SocialOrganization
from orgs.todo import organization_naming
from portal.core.indicators import Slice, indicator
from portal.core.opaque import opaque
from portal.core.policy import number
from portal.core.subjects import ids_in
from portal.core.todo import LOOK, Asked, Found, Kind, Named, Naming, register
from portal.core.validity import active_on

#: postings that end within so many days are to be renewed
SOON = 30
_TOGETHER = ("joint", "hub")
_ALONE = ("functional", "instructor", "none")


def asks(asked: Asked) -> bool:
    """Whether anything is asked of the account: of staff by their units, of a secretary unless this month's matters
    are entered elsewhere."""
    if asked.for_units or not asked.for_parties:
        return asked.for_units
    if "elsewhere" not in asked.memory:
        asked.memory["elsewhere"] = bool(elsewhere.said(asked.scope))
    return not asked.memory["elsewhere"]


def own_place(asked: Asked, place: str, otherwise: str) -> str:
    """Where a secretary deals with something: on the page of the one party organization, else in a list."""
    reached = asked.scope.party_organization_ids
    if len(reached) != 1:
        return otherwise
    if "parties" not in asked.memory:
        codes = PartyOrganization.objects.within(asked.scope).filter(pk__in=reached).values_list("code", flat=True)
        asked.memory["parties"] = list(codes)
    return f"{reverse('party-organization', args=asked.memory['parties'])}#{place}"


def _formation(reasons: tuple[str, ...], remark: str, pressing: bool, asked: Asked) -> Found | None:
    """Organizations with enough full members of their own that have no party organization of their own."""
    if not asks(asked):
        return None
    part = Slice(
        units=asked.units if asked.for_units else None,
        reasons=frozenset(reasons),
        subjects=None if asked.for_units else asked.scope.organization_ids,
    )
    due = ids_in(indicator("formation-due"), asked.day, part)
    rows = SocialOrganization.objects.within(asked.scope).filter(pk__in=due).order_by("name", "pk")
    words = remark.format(number("formation-members", asked.day))
    if asked.for_parties:
        return Found(rows, own_place(asked, "covered", reverse("covering")), words, pressing=pressing)
    figure = asked.figure("formation-due", *reasons)
    return Found(rows, asked.behind("formation-due", *reasons), words, figure, pressing=pressing)


def _overdue(asked: Asked) -> Found | None:
    """Terms that ended without an election; what such a party organization covers stays covered."""
    if not asks(asked):
        return None
    part = Slice(
        units=asked.units if asked.for_units else None,
        reasons=frozenset({"overdue"}),
        subjects=None if asked.for_units else asked.scope.party_organization_ids,
    )
    rows = PartyOrganization.objects.within(asked.scope)
    rows = rows.filter(pk__in=ids_in(indicator("term-current"), asked.day, part)).order_by("code")
    href = asked.listed("party-organizations", term="overdue", unit=asked.home.code if asked.home else "")
    figure = None if asked.for_parties else asked.figure("term-current", "overdue")
    href = own_place(asked, "term", href) if asked.for_parties else href
    return Found(rows, href, "照常计入覆盖，应抓紧换届", figure, pressing=True)


def _supervised(asked: Asked) -> Q:
    """What hangs on party organizations that the units supervise today; all for the city."""
    if asked.units is None:
        return Q()
    states = PartyOrganizationState.objects.filter(active_on(asked.day), supervising_unit_id__in=asked.units)
    return Q(party_organization_id__in=states.values("party_organization_id"))


def _coming(within: int, beyond: int, asked: Asked) -> Found | None:
    """Terms that end within so many months, and not within so many."""
    if not asks(asked):
        return None
    rows = coming_terms(asked.day, within, beyond).order_by("counts_until", "pk")
    if asked.for_parties:
        rows = rows.filter(party_organization_id__in=asked.scope.party_organization_ids)
    else:
        rows = rows.filter(_supervised(asked))
    due = f"{beyond}-{within}" if beyond else str(within)
    href = asked.listed("party-organizations", due=due, unit=asked.home.code if asked.home else "")
    href = own_place(asked, "term", href) if asked.for_parties else href
    return Found(rows, href, ends="counts_until", pressing=not beyond)


def _approvals(asked: Asked) -> Found | None:
    """Elections whose result waits for the approval, to the units that supervise."""
    if not asked.for_units:
        return None
    rows = Election.objects.within(asked.scope).filter(awaiting_approval(asked.day), _supervised(asked))
    href = asked.listed("elections", approval="waiting", unit=asked.home.code if asked.home else "")
    return Found(rows.order_by("held_on", "pk"), href, "上级批准以后登记批复")


def expiring(day: datetime.date) -> Q:
    """Postings that hold on `day`, end within thirty days and are not followed by another in the same role."""
    last = day + datetime.timedelta(days=SOON)
    next_ones = InstructorPosting.objects.everyone().filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")),
        organization=OuterRef("organization"),
        role=OuterRef("role"),
        valid_from__lte=OuterRef("valid_to"),
    )
    return active_on(day) & Q(valid_to__lte=last) & ~Q(Exists(next_ones))


def _postings(asked: Asked) -> Found | None:
    """Postings that end soon."""
    if not asked.scope.can("see-registers") or (asked.for_parties and not asks(asked)):
        return None
    rows = InstructorPosting.objects.within(asked.scope).filter(expiring(asked.day))
    rows = rows.order_by("valid_to", "pk")
    return Found(rows, asked.listed("instructors", due=str(SOON)), ends="valid_to")


def _spellings(asked: Asked) -> Found | None:
    """Spellings of units that are bound to none; the columns that hold them count as not recorded."""
    if not asked.scope.can("manage-units"):
        return None
    return Found(waiting(asked.day), reverse("unresolved-units"), "识别之前该项按未填计")


def _party_named(name: str, code: str) -> Named:
    return Named(name, reverse("party-organization", args=[code]))


def _election_named(party: str, held_on: str, row: str) -> Named:
    return Named(f"{party} {held_on}", reverse("election", args=[opaque("branches.election", int(row))]))


_ORGANIZATION, _OF_POSTING = organization_naming(), organization_naming("organization__")
_PARTY = Naming(("name", "code"), _party_named)
_OF_TERM = Naming(("party_organization__name", "party_organization__code"), _party_named)
_ELECTION = Naming(("party_organization__name", "held_on", "pk"), _election_named)
_SPELLING = Naming(("name",), Named)

_own_due = partial(_formation, _ALONE, "正式党员满 {} 名，未建党组织", True)
_split = partial(_formation, _TOGETHER, "联合组建中正式党员已满 {} 名", False)


def _reminders() -> list[Kind]:
    """A kind for each distance, nearest first; a term stands in one of them."""
    nearest = sorted(REMINDERS)
    return [
        Kind(
            f"term-{within}",
            "到期",
            f"任期 {f'{beyond} 至 ' if beyond else ''}{within} 个月内届满",
            LOOK,
            partial(_coming, within, beyond),
            _OF_TERM,
            "个",
            article=12,
        )
        for beyond, within in zip((0, *nearest), nearest, strict=False)
    ]


register(
    Kind("own-due", "组建", "应建未建", LOOK, _own_due, _ORGANIZATION, article=3, own=LOOK),
    Kind("split", "组建", "联合转单独", LOOK, _split, _ORGANIZATION, article=3, own=LOOK),
    Kind("term-overdue", "到期", "党组织任期已届满未换届", LOOK, _overdue, _PARTY, "个", article=12),
    *_reminders(),
    Kind("election-approval", "到期", "选举待批复", "去登记", _approvals, _ELECTION, "次", article=12),
    Kind("postings", "到期", f"派驻 {SOON} 天内到期", LOOK, _postings, _OF_POSTING, "个", article=3, own=LOOK),
    Kind("spellings", "数据", "单位名称待识别", "去识别", _spellings, _SPELLING, "种"),
)
