"""The form of registry events and their party-building reviews (article 11)."""

from __future__ import annotations

from collections.abc import Mapping

from orgs import annual, checklists, gates
from orgs.models import RegistryEvent
from portal.core.imports.findings import Fault
from portal.core.imports.register import registers
from portal.core.imports.texts import read_day
from portal.core.secrets import new_opaque_id
from portal.core.validity import today
from portal.desk.forms.organizations import its_organization, of_its_organization, page_of_its_organization
from portal.desk.forms.shape import Asked, Form, Items, Known


def _new_event(known: Known) -> dict[str, str]:
    begins = f"{known.home_code or 'SX'}-{known.scope.day.year}"
    return {"code": f"{begins}-{new_opaque_id()[:4].upper()}", "decided_on": known.day}


def _asked(texts: Mapping[str, str]) -> Asked | None:
    """The checklist of the kind and day that stand in a form."""
    try:
        kind = registers()["events"].fields["event_kind"].widget.clean(texts.get("event_kind", ""))
        found = checklists.checklist(kind, read_day(texts.get("decided_on", "")))
    except Fault:
        return None
    return Asked(found.source, [(item, "") for item in found.items])


def _party_page(texts: Mapping[str, str]) -> Asked | None:
    """What the party page asks for; nothing unless an annual inspection stands in the form, or something is left of one
    that is to be taken back."""
    try:
        kind = registers()["events"].fields["event_kind"].widget.clean(texts.get("event_kind", ""))
    except Fault:
        return None
    asked = annual.asked(kind) or (tuple(annual.ITEMS) if texts.get("reported") else ())
    return Asked("年检（年报）党建情况表", [(item, annual.measure(item)) for item in asked]) if asked else None


def _told(row: RegistryEvent) -> list[tuple[str, str, str]]:
    """What the rule says of an event as it is written."""
    state = gates.state_of(row, today())
    late = ((row.reviewed_on or row.decided_on) - row.decided_on).days
    sentences = {
        gates.WAITING: f"审核须不晚于决定日期 {row.decided_on.isoformat()}",
        "missing": "已决定，没有审核记录，不达标",
        "late": f"审核晚于决定 {late} 天，不达标",
        "reviewed": "审核不晚于决定日期，达标",
    }
    return [(gates.SIGNS[state], gates.STATES[state], sentences[state]), *_checked(row)]


def _checked(row: RegistryEvent) -> list[tuple[str, str, str]]:
    """How the review went through its list; nothing where nothing was looked at."""
    found = checklists.checked(row.kind, row.decided_on, row.answers)
    if not row.answers:
        return []
    sentence = f"共 {found.total} 项，已落实 {len(found.held)} 项"
    for word, items in (("未落实", found.lacking), ("未核对", found.open)):
        sentence += f"；{word}：{'、'.join(items)}" if items else ""
    return [("warn" if found.lacking else "ok" if not found.open else "plain", "核对", sentence)]


FORMS = (
    Form(
        kind="events",
        noun="登记事项",
        add="新增登记事项",
        end="登记党建审核",
        ends=("reviewed_on", "reviewing_unit", "opinion", "answers"),
        groups=(
            ("哪家、什么事", ("organization", "event_kind", "code", "decided_on")),
            ("党建审核", ("reviewed_on", "reviewing_unit", "opinion")),
            ("核对表", ("answers",)),
            ("党建情况表", ("reported",)),
        ),
        rule="成立登记、变更登记、年检都要经党建审核，审核须不晚于决定日期；决定当天审核的算按时。",
        articles=(11,),
        helps={
            "code": "已给出一个编号，可以改成受理号；一经使用不再改",
            "decided_on": "登记机关作出决定的日子；还没有决定的填预定的日子",
            "reviewed_on": "还没有审核的留空；晚于决定日期的计为决定后才审核",
            "reviewing_unit": "业务主管单位或登记管理部门",
            "opinion": "不要填个人的姓名、号码",
            "reported": "社会组织填报的本年度数字；没有填报的留空。党员人数、年龄、学历由平台算出，不用填",
        },
        items={
            "answers": Items(_asked, ("event_kind", "decided_on"), "选好事项、填好决定日期，就列出当日的核对表"),
            "reported": Items(_party_page, ("event_kind",), "只有年检要填"),
        },
        known=_new_event,
        home=page_of_its_organization,
        said=of_its_organization,
        organization=its_organization,
        checks=_told,
    ),
)
