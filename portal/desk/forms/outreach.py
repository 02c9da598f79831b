"""Forms of the places that are served, of groups of lawyers, and of who serves whom (article 17)."""

from __future__ import annotations

from django.urls import reverse

from portal.core.models import District
from portal.core.secrets import new_opaque_id
from portal.desk.forms.people import of_its_party, own_party, page_of_its_party
from portal.desk.forms.shape import Form, Known, Saved


def _places(saved: Saved) -> str:
    return f"{reverse('communities')}?q={saved.row.code}&state=all"


def _home_district(known: Known) -> str:
    """The code of the district of the account's unit; empty for units of the city."""
    home = known.home
    found = District.objects.filter(pk=home.district_id).first() if home and home.district_id else None
    return found.code if found else ""


def _new_place(known: Known) -> dict[str, str]:
    return {
        "code": f"{known.home_code or 'FW'}-FW-{new_opaque_id()[:6].upper()}",
        "place_kind": "社区",
        "district": _home_district(known),
    }


def _new_group(known: Known) -> dict[str, str]:
    return {
        "code": f"{known.home_code or 'FW'}-FLT-{new_opaque_id()[:4].upper()}",
        "group_kind": "社区法律服务团",
        "district": _home_district(known),
        "valid_from": known.day,
    }


def _new_outreach(known: Known) -> dict[str, str]:
    return {"party_organization": own_party(known), "service": "挂点", "valid_from": known.day}


FORMS = (
    Form(
        kind="communities",
        noun="服务对象",
        add="新增服务对象",
        end="停用服务对象",
        ends=("valid_to",),
        groups=(
            ("服务对象", ("name", "code", "place_kind", "district")),
            ("起止", ("valid_from", "valid_to")),
        ),
        rule="社区、中小学、医院、人才市场和展会，只记单位，不记个人。在用的社区计入律师党组织挂点社区率，"
        "在用的中小学计入中小学法治宣讲率。",
        articles=(17,),
        helps={
            "code": "已给出一个编码，可以改成自己的编号；一经使用不再改",
            "district": "区级牵头单位只维护本区的",
            "valid_from": "一直就有的留空",
            "valid_to": "从这一天起不再计入；没有停用的留空",
        },
        known=_new_place,
        home=_places,
        said=lambda row: str(row.name),
    ),
    Form(
        kind="legal_groups",
        noun="法律服务团",
        add="新增法律服务团",
        end="撤销法律服务团",
        ends=("valid_to",),
        groups=(
            ("服务团", ("name", "code", "group_kind", "district")),
            ("从哪天到哪天", ("valid_from", "valid_to")),
        ),
        rule="组建社区法律服务团和未成年人维权服务团，由律师党组织参加；谁参加、服务谁，在“下基层服务”里逐项登记。",
        articles=(17,),
        helps={
            "code": "已给出一个编码，可以改；一经使用不再改",
            "district": "全市的服务团留空，由市级登记",
            "valid_to": "没有撤销的留空",
        },
        known=_new_group,
        home=lambda saved: f"{reverse('legal-groups')}?q={saved.row.code}&state=all",
        said=lambda row: str(row.name),
    ),
    Form(
        kind="outreach",
        noun="下基层服务",
        add="登记下基层服务",
        end="结束服务",
        ends=("valid_to",),
        groups=(
            ("哪个党组织服务谁", ("party_organization", "place", "service", "group")),
            ("从哪天到哪天", ("valid_from", "valid_to")),
            ("成效", ("reached",)),
        ),
        rule="律师党组织挂点的社区应达 90%，当年每所中小学都应有法治宣讲。"
        "当日覆盖法律服务领域社会组织的党组织，才算律师党组织。",
        articles=(17,),
        helps={
            "place": "社区、学校、医院、人才市场或展会；没有的请区级牵头单位先登记",
            "service": "社区用“挂点”，学校用“法治宣讲”，市场、展会用“维权咨询”",
            "group": "由法律服务团去的填；自己去的留空",
            "reached": "宣讲填听讲的学生人数，咨询填人次；只填数目，不知道的留空",
            "valid_from": "可以填过去的日子；宣讲、咨询填举办的那一天",
            "valid_to": "从这一天起不再计入；宣讲、咨询当天办完的填同一天",
        },
        known=_new_outreach,
        home=page_of_its_party,
        said=of_its_party,
    ),
)
