"""Forms of social organizations, of what they report, and of exclusions."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from portal.core.models import UnitState
from portal.desk.forms.places import district_of
from portal.desk.forms.shape import Form, Known, Saved


def page_of_its_organization(saved: Saved) -> str:
    """The page of the organization that a row hangs on."""
    return reverse("organization", args=[saved.row.organization.path_key])


def of_its_organization(row: Any) -> str:
    """The name of the organization that a row hangs on."""
    return str(row.organization.name)


def its_organization(row: Any) -> int | None:
    """The organization that a row hangs on."""
    found: int = row.organization_id
    return found


def _page(saved: Saved) -> str:
    return reverse("organization", args=[saved.row.path_key])


def _registry_of(known: Known) -> str:
    """The one civil-affairs unit below the account's unit."""
    home = known.home
    below = known.tree.below(home.id) if home else frozenset()
    found = [one for one in known.tree if one.id in below and one.function == UnitState.Function.CIVIL_AFFAIRS]
    return found[0].code if len(found) == 1 else ""


def _new_organization(known: Known) -> dict[str, str]:
    return {
        "registering_unit": _registry_of(known),
        "district": district_of(known),
        "mode": "登记",
        "established_on": known.day,
    }


FORMS = (
    Form(
        kind="organizations",
        noun="社会组织",
        add="新增社会组织",
        end="办理注销或撤销登记",
        ends=("closing", "closed_on"),
        groups=(
            ("名称和代码", ("name", "credit_code", "registration_number", "organization_code", "former_names")),
            ("类别", ("organization_kind", "field", "trade", "importance")),
            ("谁登记、谁主管", ("registering_unit", "professional_unit", "mode")),
            ("在哪里", ("district", "subdistrict", "community")),
            ("起止", ("established_on", "closing", "closed_on")),
            ("人员", ("staff", "full_time_staff")),
        ),
        rule="党建责任单位由登记、主管和领域得出：业务主管单位负责，没有的由登记管理部门负责，教育、卫生类归口工委。",
        articles=(1,),
        helps={
            "credit_code": "18 位，末位校验；没有的填登记证号",
            "registration_number": "登记证书上的编号，两个号码至少填一个",
            "former_names": "一行一个；用“从某日起变更”改名时，旧名自动记在这里",
            "professional_unit": "没有的留空；“无”“相关职能部门”不算单位",
            "mode": "备案的不在覆盖率的统计范围",
            "closed_on": "从这一天起不再计入应覆盖",
            "closing": "注销、撤销要同时填终止日期",
            "staff": "不知道的留空，不要填 0",
        },
        known=_new_organization,
        options={"closing": lambda: [("", "正常"), ("注销", "注销"), ("撤销", "撤销")]},
        home=_page,
        is_page=True,
        said=lambda row: row.name,
        organization=lambda row: row.pk,
    ),
    Form(
        kind="member_reports",
        noun="申报数",
        add="登记申报数",
        groups=(
            ("哪家、哪天", ("organization", "reported_on")),
            (
                "申报的人数",
                ("full", "probationary", "full_time", "part_time", "candidates", "activists", "applicants"),
            ),
            ("出处", ("source",)),
        ),
        rule="申报数只作参考和组建建议的范围，始终标“申报数”，不计入组织关系在本单位的正式党员。",
        articles=(3,),
        helps={"full": "不知道的留空，不要填 0", "reported_on": "报表上的日期；可以补登以前的"},
        known=lambda known: {"reported_on": known.day},
        home=page_of_its_organization,
        said=of_its_organization,
        organization=its_organization,
    ),
    Form(
        kind="exclusions",
        noun="不计入",
        add="列为不计入",
        end="恢复计入",
        ends=("valid_to",),
        groups=(
            ("哪家", ("organization",)),
            ("为什么、谁批准", ("reason", "evidence", "approver")),
            ("从哪天到哪天", ("valid_from", "valid_to")),
        ),
        rule="不计入只影响剔除后口径，全口径不变；必须写明理由、依据和批准人，随时可查。",
        articles=(3,),
        helps={
            "evidence": "查询记录、文件号、照片编号等",
            "approver": "批准的领导姓名",
            "valid_from": "可以填过去的日子；从这一天起不计入",
            "valid_to": "恢复计入的第一天；没有定的留空",
        },
        known=lambda known: {"valid_from": known.day},
        home=page_of_its_organization,
        said=of_its_organization,
        organization=its_organization,
    ),
)
