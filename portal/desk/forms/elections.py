"""Forms of elections, candidates and public offices (article 12): what the rules of the day say, and the term that an
approved election begins."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from branches.candidates import checks_of_stored
from branches.elections import checks_of
from branches.models import Election, Term
from portal.core.opaque import opaque
from portal.desk.forms.people import own_party
from portal.desk.forms.shape import Form, Known, Offer, Option, Saved


def _occasions() -> list[Option]:
    return [("", "没有注明（按换届计）"), *((word, word) for word in Election.Occasion.labels)]


def _told(row: Any) -> list[tuple[str, str, str]]:
    found = checks_of([row])[row.pk]
    return [(one.state, one.word, one.sentence) for one in found] + _next_term(row)


def _next_term(row: Election) -> list[tuple[str, str, str]]:
    """What an approval does: the term that begins with the election."""
    if not row.begins_a_term:
        return []
    term = Term.objects.filter(party_organization=row.party_organization_id, started_on=row.held_on).first()
    if term is None:
        return [("idle", "待批复", "登记批复以后，自动登记选出的新一届。")]
    return [("ok", "新一届", f"{term.started_on.isoformat()} 至 {term.ends_on.isoformat()}。")]


def _told_of_candidate(row: Any) -> list[tuple[str, str, str]]:
    return [(one.state, one.word, one.sentence) for one in checks_of_stored(row)]


def _new_election(known: Known) -> dict[str, str]:
    return {
        "party_organization": own_party(known),
        "held_on": known.day,
        "occasion": str(Election.Occasion.CHANGE_OF_TERM.label),
    }


def page_of_election(election: Any) -> str:
    """The page of an election."""
    return reverse("election", args=[opaque(election._meta.label_lower, election.pk)])


def _of_election(row: Any) -> str:
    return f"{row.party_organization.name} {row.held_on.isoformat()}"


def _approval(saved: Saved) -> Offer | None:
    """After an election that waits for its approval: the short form of it."""
    row: Election = saved.row
    if row.approved_on is not None or not row.begins_a_term:
        return None
    names = ["elections", opaque(row._meta.label_lower, row.pk)]
    return Offer("批复以后登记批复，新一届随之登记。", "登记批复", f"{reverse('record-change', args=names)}?end=1")


FORMS = (
    Form(
        kind="elections",
        noun="选举",
        add="登记一次换届选举",
        end="登记批复",
        ends=("approved_on", "approval_number", "approving_unit"),
        groups=(
            ("哪个党组织、哪一天", ("party_organization", "held_on")),
            ("怎样选的", ("occasion", "method")),
            ("到会与候选", ("due", "present", "seats", "candidates", "ballots")),
            ("批复", ("approved_on", "approval_number", "approving_unit")),
        ),
        rule="换届应公推直选。到会须达应到会的五分之四，候选人差额不少于应选人数的 20%；不合的照样保存，只作提示。",
        articles=(12,),
        helps={
            "held_on": "可以补登以前的选举；按当时的选举条例核对",
            "occasion": "没有注明的按换届计入公推直选率；补选、党代表选举不计",
            "method": "公推直选：公开推荐候选人，由全体正式党员直接选举",
            "due": "有选举权的正式党员，不含预备党员",
            "seats": "应选委员（或党代表）几名；不设委员会的，书记、副书记共几名",
            "ballots": "收回的选票；多于实到会人数的选举无效",
            "approved_on": "还没有批复的留空；成立、换届的选举登记批复后，自动登记新一届",
            "approving_unit": "批准选举结果的上级党组织所在单位",
        },
        known=_new_election,
        options={"occasion": _occasions},
        home=lambda saved: page_of_election(saved.row),
        is_page=True,
        said=_of_election,
        checks=_told,
        offer=_approval,
    ),
    Form(
        kind="candidates",
        noun="候选人",
        add="登记候选人",
        end="登记得票",
        ends=("votes", "elected"),
        groups=(
            ("哪次选举", ("party_organization", "held_on")),
            ("谁、竞选什么", ("person", "post")),
            ("怎样产生的", ("channel", "introduction")),
            ("得票", ("votes", "elected")),
        ),
        rule="同一人竞选两个职务的，登记两条。当选须得票超过实到会有选举权人数的半数；不合的照样保存，只作提示。",
        articles=(12,),
        helps={
            "held_on": "那次选举的日期；选举须先登记",
            "person": "填公民身份号码或人员编号",
            "channel": "由谁推荐；联名推荐、自荐的比例由此得出",
            "introduction": "怎样向选举人介绍候选人",
        },
        known=lambda known: {"party_organization": own_party(known)},
        home=lambda saved: page_of_election(saved.row.election),
        said=lambda row: _of_election(row.election),
        checks=_told_of_candidate,
    ),
    Form(
        kind="public_offices",
        noun="代表委员",
        add="登记代表委员",
        end="登记任期结束",
        ends=("valid_to",),
        groups=(
            ("谁", ("person",)),
            ("什么职务", ("office", "level", "district", "session")),
            ("怎样产生的", ("channel",)),
            ("从哪天到哪天", ("valid_from", "valid_to")),
        ),
        rule="社会组织党组织的人员担任党代表、人大代表、政协委员的，由能变更其组织关系所在党组织的单位登记。",
        articles=(12,),
        helps={
            "person": "填公民身份号码或人员编号",
            "district": "区级的写哪个区；市级的可以写所在代表团的区",
            "session": "如：第六届",
            "channel": "由谁推荐",
            "valid_to": "任期届满或者不再担任的日子；没有定的留空",
        },
        known=lambda known: {"valid_from": known.day},
        home=lambda saved: reverse("public-offices"),
        said=lambda row: str(row.get_kind_display()),
    ),
)
