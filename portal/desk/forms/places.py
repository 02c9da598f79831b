"""Forms of districts, units and targets: what city staff keep."""

from __future__ import annotations

from django.urls import reverse

from portal.core.indicators import all_indicators, indicator
from portal.core.models import District, Target, Unit, UnitState
from portal.desk.forms.shape import Form, Known, Option, Saved


def _district(saved: Saved) -> str:
    district: District = saved.row
    return reverse("district", args=[district.code])


def _unit(saved: Saved) -> str:
    unit: Unit = saved.row
    return reverse("unit", args=[unit.code])


def _targets(saved: Saved) -> str:
    return reverse("targets")


def _of_target(target: Target) -> str:
    return f"{indicator(target.indicator).name} {target.percent}%，{target.valid_from} 起"


def _indicators() -> list[Option]:
    return [("", "请选择"), *((one.code, one.name) for one in all_indicators())]


def _functions() -> list[Option]:
    return [("", "没有这些职能"), *((one.value, one.label) for one in UnitState.Function)]


FORMS = (
    Form(
        kind="districts",
        noun="行政区",
        add="新增行政区",
        end="停用行政区",
        ends=("valid_to",),
        groups=(
            ("行政区", ("code", "name", "gb_code", "is_new_district")),
            ("起止", ("valid_from", "valid_to")),
        ),
        rule="区和新区是“块”的口径：社会组织按登记所在区计入，某一天没有设立的区当天不列。",
        helps={
            "code": "一经使用不再改；六位行政区划代码，新区可自编",
            "valid_to": "从这一天起不再列为分组，之前的日子不变",
        },
        home=_district,
        is_page=True,
        said=lambda row: row.name,
    ),
    Form(
        kind="units",
        noun="单位",
        add="新增单位",
        end="停用单位",
        ends=("valid_to",),
        groups=(
            ("单位", ("code", "name", "unit_kind", "level", "function")),
            ("上下级和所在区", ("parent", "district")),
            ("名册里的写法和报告邮箱", ("aliases", "report_emails")),
            ("起止", ("valid_from", "valid_to")),
        ),
        rule="单位对本级和下级单位负责的社会组织负责；职能决定教育、卫生工委归口。",
        articles=(1,),
        helps={
            "parent": "数字逐级汇总到上级；没有上级的留空",
            "aliases": "名册、台账里的其他写法，一行一个；补上后已存的同名写法自动对上",
            "report_emails": "每晚的报告寄到这里，一行一个",
            "function": "教育局、卫生局、教育工委、卫生工委等才填",
            "valid_to": "停用后仍对已归它负责的社会组织负责，并计入上级",
        },
        known=lambda known: {"parent": known.home_code, "valid_from": known.day},
        options={"function": _functions},
        home=_unit,
        is_page=True,
        said=lambda row: row.name,
    ),
    Form(
        kind="targets",
        noun="目标",
        add="设定目标",
        end="设定届满日期",
        ends=("due_on",),
        groups=(("目标", ("indicator", "unit", "percent")), ("起止", ("valid_from", "due_on"))),
        rule="没有自己目标的单位用最近上级的目标；届满之后页面用灰色标出，不再标红。",
        articles=(3,),
        helps={"unit": "留空对全市生效", "percent": "0 到 100 的整数"},
        known=lambda known: {"valid_from": known.day},
        options={"indicator": _indicators},
        home=_targets,
        said=_of_target,
    ),
)


def district_of(known: Known) -> str:
    """The name of the district in which the account's unit lies; empty for units of the city."""
    home = known.home
    found = District.objects.filter(pk=home.district_id).first() if home and home.district_id else None
    return found.name if found else ""
