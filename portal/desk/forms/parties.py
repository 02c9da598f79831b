"""Forms of party organizations, their terms, what they cover, and of postings (articles 3, 11, 12)."""

from __future__ import annotations

import re

from django.urls import reverse

from branches.models import InstructorPosting, PartyOrganization
from branches.terms import usual_end
from portal.core.secrets import new_opaque_id
from portal.desk.forms.organizations import its_organization, of_its_organization, page_of_its_organization
from portal.desk.forms.people import of_its_party, page_of_its_party
from portal.desk.forms.shape import Form, Known, Saved


def _page(saved: Saved) -> str:
    return reverse("party-organization", args=[saved.row.code])


def next_code(known: Known) -> str:
    """The code after the highest one that begins with the code of the account's unit: NS-0012 after NS-0011."""
    if not known.home_code:
        return ""
    begins = f"{known.home_code}-"
    codes = PartyOrganization.objects.within(known.scope).filter(code__startswith=begins).values_list("code", flat=True)
    numbers = [int(found[1]) for code in codes if (found := re.fullmatch(r"(\d{1,9})", code.removeprefix(begins)))]
    return f"{begins}{max(numbers, default=0) + 1:04d}"


def _new_party(known: Known) -> dict[str, str]:
    return {"code": next_code(known), "supervising_unit": known.home_code, "approved_on": known.day}


def _new_term(known: Known) -> dict[str, str]:
    return {"started_on": known.day, "ends_on": usual_end(known.scope.day).isoformat()}


def _new_posting(known: Known) -> dict[str, str]:
    return {
        "number": f"ZD-{new_opaque_id()[:8].upper()}",
        "role": "指导员",
        "origin": "选派",
        "sending_unit": known.home_code,
        "valid_from": known.day,
    }


def _namesakes(row: InstructorPosting) -> list[tuple[str, str, str]]:
    """Others of the same name who are posted there at the same time: the same person entered twice, as a rule."""
    there = row.organization.postings.filter(person__name=row.person.name).exclude(pk=row.pk)
    there = there.exclude(valid_to__lte=row.valid_from).select_related("person").order_by("valid_from", "pk")
    if row.valid_to:
        there = there.filter(valid_from__lt=row.valid_to)
    return [
        (
            "warn",
            "可能重复",
            f"{one.valid_from} 起已有同名的{one.get_role_display()}派驻在这家（{one.person.file_key}）。",
        )
        for one in there
    ]


FORMS = (
    Form(
        kind="party_organizations",
        noun="党组织",
        add="新增党组织",
        end="撤销党组织",
        ends=("dissolved_on",),
        groups=(
            ("党组织", ("name", "code", "level", "form")),
            ("谁主管", ("supervising_unit", "superior")),
            ("批准和撤销", ("approved_on", "dissolved_on")),
            ("本届", ("term_start", "term_end", "extended_to")),
        ),
        rule="单独、联合、区域联合、行业枢纽计入党组织覆盖率；功能型只计入党的工作覆盖率。覆盖哪些社会组织，保存后用“关联党组织”登记。",
        articles=(3,),
        helps={
            "code": "已按本单位编码顺延，可以改成自己的编号；一经使用不再改",
            "approved_on": "批准当天起计入；可以补登以前批准的",
            "dissolved_on": "从这一天起不再计入覆盖",
            "term_start": "还没有换届选举的留空",
            "term_end": "党支部、党总支每届一般三年",
            "extended_to": "经批准的延期，最多十二个月计入",
        },
        known=_new_party,
        home=_page,
        is_page=True,
        said=lambda row: row.name,
    ),
    Form(
        kind="terms",
        noun="届期",
        add="登记新一届",
        end="登记延期",
        ends=("extended_to",),
        groups=(("哪个党组织", ("party_organization",)), ("这一届", ("started_on", "ends_on", "extended_to"))),
        rule="届满未换届的仍计入覆盖，但列入“已届满未换届”；延期须经批准，最多十二个月。",
        articles=(12,),
        helps={
            "started_on": "选举产生的日子；另填一个起始日期就是新的一届",
            "ends_on": "党支部、党总支每届一般三年，已按起始日期推算",
            "extended_to": "经批准延到哪一天",
        },
        known=_new_term,
        home=page_of_its_party,
        said=of_its_party,
    ),
    Form(
        kind="covering",
        noun="覆盖关系",
        add="关联党组织",
        end="解除关联",
        ends=("valid_to",),
        groups=(
            ("哪个党组织覆盖哪家社会组织", ("party_organization", "organization")),
            ("从哪天到哪天", ("valid_from", "valid_to")),
        ),
        rule="单独组建、联合组建、行业枢纽覆盖计入党组织覆盖率；功能型党组织只计入党的工作覆盖率。",
        articles=(1, 3),
        helps={
            "valid_from": "可以填过去的日子；早于 2013-10-23 的，可能维持原隶属",
            "valid_to": "从这一天起不再覆盖；没有定的留空",
        },
        known=lambda known: {"valid_from": known.day},
        home=page_of_its_organization,
        said=of_its_organization,
        organization=its_organization,
    ),
    Form(
        kind="instructors",
        noun="派驻",
        add="派出指导员",
        end="结束派驻",
        ends=("valid_to",),
        groups=(
            ("派到哪家", ("organization",)),
            ("派谁", ("name", "number", "role", "work_phone")),
            ("谁派的", ("sending_unit", "origin")),
            ("从哪天到哪天", ("valid_from", "valid_to")),
        ),
        rule="没有党组织的，派驻组织员、指导员或联络员，计入党的工作覆盖率；不计入党组织覆盖率。",
        articles=(3, 11),
        helps={
            "number": "新派的人已给出一个编号；已登记过的人请填原来的编号",
            "valid_from": "可以填过去的日子；从这一天起计入",
            "valid_to": "从这一天起不再计入；没有定的留空",
            "origin": "选派或指定，两者都可以",
            "work_phone": "办公电话，不要填个人手机",
        },
        known=_new_posting,
        home=page_of_its_organization,
        said=of_its_organization,
        organization=its_organization,
        checks=_namesakes,
    ),
)
