"""Forms of what article 11 asks besides the gates: agreements, charter clauses, decisions, scores of purchases."""

from __future__ import annotations

from typing import Any

from branches.models import CoveringLink, PartyOrganization
from orgs import purchasing
from orgs.models import PurchaseScore
from portal.core.validity import active_on
from portal.desk.forms.organizations import its_organization, of_its_organization, page_of_its_organization
from portal.desk.forms.people import own_party
from portal.desk.forms.scoring import scored_items
from portal.desk.forms.shape import Form, Known


def _told(row: PurchaseScore) -> list[tuple[str, str, str]]:
    """The total, and what was not scored."""
    sheet = purchasing.sheet(row.scored_on)
    left, sentence = sheet.unscored(row.points), f"{sheet.total(row.points)} 分，满分 {sheet.full} 分"
    return [("warn" if left else "ok", "总分", f"{sentence}；未评：{'、'.join(left)}" if left else sentence)]


def _agreement_runs(known: Known) -> dict[str, str]:
    return {"signed_on": known.day, "valid_from": known.day}


def _occasion(known: Known) -> dict[str, str]:
    """The party organization, of a secretary or of the organization; and the one organization that it covers."""
    party = known.asked.get("party_organization", "") or own_party(known) or _covering(known)
    return {"party_organization": party, "organization": _covered(party, known), "held_on": known.day}


def _covering(known: Known) -> str:
    """The one party organization that covers the organization named by the address."""
    key = known.asked.get("organization", "")
    links = CoveringLink.objects.within(known.scope).filter(active_on(known.scope.day))
    found = links.filter(organization__credit_code=key) | links.filter(organization__registration_number=key)
    codes = set(found.values_list("party_organization__code", flat=True)[:2]) if key else set()
    return codes.pop() if len(codes) == 1 else ""


def _covered(party: str, known: Known) -> str:
    """The one organization that a party organization covers."""
    if not party:
        return ""
    parties = PartyOrganization.objects.within(known.scope).filter(code=party)
    links = CoveringLink.objects.within(known.scope).filter(active_on(known.scope.day), party_organization__in=parties)
    found: list[Any] = list(links.select_related("organization")[:2])
    return found[0].organization.key if len(found) == 1 else ""


FORMS = (
    Form(
        kind="agreements",
        noun="共同责任书",
        add="登记共同责任书",
        end="终止共同责任书",
        ends=("valid_to",),
        groups=(
            ("哪家、哪天签订", ("organization", "signed_on")),
            ("有效期", ("valid_from", "valid_to")),
            ("多少人签订", ("managers", "partners")),
        ),
        rule="党组织与管理层、合伙人签订共同责任书，共同承担党建责任。只记人数，不记姓名。",
        articles=(11,),
        helps={
            "valid_to": "从这一天起失效；没有定的留空",
            "managers": "不知道的留空，不要填 0",
            "partners": "没有合伙人的机构填 0",
        },
        known=_agreement_runs,
        home=page_of_its_organization,
        said=of_its_organization,
        organization=its_organization,
    ),
    Form(
        kind="charter_clauses",
        noun="章程党建条款",
        add="登记章程党建条款",
        end="终止章程党建条款",
        ends=("valid_to",),
        groups=(("哪家、哪一条", ("organization", "number")), ("从哪天到哪天", ("valid_from", "valid_to"))),
        rule="党建工作写入章程，明确党组织的地位和作用。章程修改后条款号变了的，终止旧的，另登记新的。",
        articles=(11,),
        helps={
            "number": "写成“第三条”这样",
            "valid_from": "章程核准的日子；可以填过去的日子",
            "valid_to": "从这一天起不再载明；仍在章程里的留空",
        },
        known=lambda known: {"valid_from": known.day},
        home=page_of_its_organization,
        said=of_its_organization,
        organization=its_organization,
    ),
    Form(
        kind="decisions",
        noun="参与重大决策",
        add="登记参与重大决策",
        groups=(
            ("哪个党组织、参与哪家的决策", ("party_organization", "organization", "held_on")),
            ("什么事、结果怎样", ("matter", "outcome")),
        ),
        rule="党组织参与社会组织重大事项的决策。只记事项类别和意见是否采纳，不记会议内容和人名。",
        articles=(11,),
        helps={"held_on": "会议或征求意见的日子；可以补登以前的", "outcome": "还没有结果的留空"},
        known=_occasion,
        home=page_of_its_organization,
        said=of_its_organization,
        organization=its_organization,
    ),
    Form(
        kind="purchase_scores",
        noun="政府购买服务党建评分",
        add="登记党建评分",
        groups=(
            ("哪家、什么项目", ("organization", "project", "purchaser", "scored_on")),
            ("评分", ("points",)),
        ),
        rule="政府购买社会组织服务时，党建情况计入评分。总分由各项相加得出，不另填。",
        articles=(11,),
        helps={"purchaser": "购买服务的单位；不在单位名录里的照写", "scored_on": "按当日的评分表评分"},
        items={"points": scored_items(purchasing.sheet, "scored_on")},
        known=lambda known: {"scored_on": known.day, "purchaser": known.home_code},
        home=page_of_its_organization,
        said=lambda row: f"{row.organization.name} {row.project}",
        organization=its_organization,
        checks=_told,
    ),
)
