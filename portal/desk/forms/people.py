"""Forms of members, of where their relations are held, and of posts. No sentence here names a person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from branches.models import PartyOrganization
from orgs.models import SocialOrganization
from portal.desk.forms.shape import Form, Known, Saved


def page_of_its_party(saved: Saved) -> str:
    """The page of the party organization that a row hangs on."""
    return reverse("party-organization", args=[saved.row.party_organization.code])


def of_its_party(row: Any) -> str:
    """The name of the party organization that a row hangs on."""
    return str(row.party_organization.name)


def own_party(known: Known) -> str:
    """The one party organization of a secretary."""
    own = PartyOrganization.objects.within(known.scope).filter(pk__in=known.scope.own_party_organization_ids)
    codes = list(own.values_list("code", flat=True)[:2]) if known.scope.own_party_organization_ids else []
    return codes[0] if len(codes) == 1 else ""


def own_workplace(known: Known) -> str:
    """The one organization that a secretary's party organization covers."""
    if known.scope.is_staff or not known.scope.organization_ids:
        return ""
    found = list(SocialOrganization.objects.within(known.scope).filter(pk__in=known.scope.organization_ids)[:2])
    return found[0].key if len(found) == 1 else ""


def _members(saved: Saved) -> str:
    return reverse("members")


def _where_it_is_held(subject: str) -> str:
    """Somebody new belongs nowhere yet: on to where the relation is held."""
    return f"{reverse('record-new', args=['memberships'])}?{urlencode({'person': subject})}"


FORMS = (
    Form(
        kind="members",
        noun="党员",
        add="新增党员",
        end="登记离开",
        ends=("left_on", "leave_reason"),
        groups=(
            ("是谁", ("name", "id_number", "number", "gender", "mobile")),
            ("党籍", ("joined_on", "converted_on")),
            ("在哪里工作", ("workplace", "employment", "position", "education")),
            ("其他", ("is_social_worker", "is_mobile")),
            ("离开", ("left_on", "leave_reason")),
        ),
        rule="在这里工作、组织关系在覆盖本组织的党组织、已转正的，计为组织关系在本单位的正式党员，满 3 名应单独组建。",
        articles=(3,),
        helps={
            "id_number": "加密保存，页面上只显示前四位和后四位；与人员编号至少填一项",
            "number": "没有公民身份号码时填单位自编的编号",
            "mobile": "加密保存，任何页面都不显示",
            "converted_on": "预备党员留空",
            "workplace": "在哪家社会组织工作",
        },
        known=lambda known: {"workplace": own_workplace(known)},
        home=_members,
        then=_where_it_is_held,
        said=lambda row: "",
    ),
    Form(
        kind="memberships",
        noun="组织关系",
        add="登记组织关系",
        end="转出组织关系",
        ends=("valid_to",),
        groups=(("谁、在哪个党组织", ("person", "party_organization")), ("从哪天到哪天", ("valid_from", "valid_to"))),
        rule="一名党员的组织关系同一天只在一个党组织。已在其他党组织的，请发起转接。",
        articles=(3,),
        helps={
            "person": "填公民身份号码或人员编号",
            "valid_from": "转入的日子，可以填过去的日子",
            "valid_to": "转出的日子",
        },
        known=lambda known: {"party_organization": own_party(known), "valid_from": known.day},
        home=page_of_its_party,
        said=of_its_party,
    ),
    Form(
        kind="posts",
        noun="任职",
        add="登记任职",
        end="免职",
        ends=("valid_to",),
        groups=(
            ("谁、任什么", ("party_organization", "person", "role", "work_phone")),
            ("从哪天到哪天", ("valid_from", "valid_to")),
        ),
        rule="书记和党务工作者每年至少一次集中培训、不少于三天，从任职起算。",
        articles=(9, 12),
        helps={
            "person": "填公民身份号码或人员编号",
            "valid_from": "可以填过去的日子",
            "work_phone": "办公电话，不要填个人手机",
        },
        known=lambda known: {"party_organization": own_party(known), "valid_from": known.day},
        home=page_of_its_party,
        said=of_its_party,
    ),
)
