"""What is typed into the form of each register: a new row, a change of the Nanshan row, the day of its end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from orgs.checklists import checklist
from portal.core.imports.register import registers
from portal.core.validity import today
from tests.cast import City
from tests.doors import record_key
from tests.world import day

TODAY = today().isoformat()


@dataclass(frozen=True)
class Sheet:
    """What a form of a register is fed with. `new` makes a row, `change` changes facts of the Nanshan row, `correct`
    replaces a value that a stored day has used, `end` ends the row."""

    by: str
    new: dict[str, str]
    change: dict[str, str]
    correct: dict[str, str] = field(default_factory=dict)
    end: dict[str, str] = field(default_factory=dict)


def sheets(city: City) -> dict[str, Sheet]:
    """One for each register, by the name that addresses give it."""
    own, missing = city.organizations["nanshan-own"].key, city.organizations["nanshan-missing"].key
    second = city.people["second"].opaque_id
    course = registers()["courses"].model.objects.everyone().first().code
    return {
        "districts": Sheet(
            "city",
            {"code": "440399", "name": "前海新区", "is_new_district": "是", "valid_from": "2016-01-01"},
            {"name": "南山"},
            {"name": "南山区（原）"},
            {"valid_to": TODAY},
        ),
        "units": Sheet(
            "city",
            {
                "code": "NS-SF",
                "name": "南山区司法局",
                "unit_kind": "业务主管单位",
                "parent": "NS",
                "valid_from": "2010-01-01",
            },
            {"name": "中共南山区委组织部（社工委）"},
            {"name": "南山区委组织部"},
            {"valid_to": TODAY},
        ),
        "organizations": Sheet(
            "nanshan",
            {
                "registration_number": "深南民社证字第0901号",
                "name": "南山区晨光义工联合会",
                "organization_kind": "社会团体",
                "registering_unit": "NS-MZJ",
                "district": "南山区",
                "mode": "登记",
                "established_on": "2016-01-08",
            },
            {"field": "其他"},
            {"established_on": "2010-02-03"},
            {"closing": "注销", "closed_on": TODAY},
        ),
        "member-reports": Sheet(
            "nanshan",
            {"organization": missing, "reported_on": "2016-02-01", "full": "4", "source": "年检"},
            {"activists": "2"},
            {"full": "5"},
        ),
        "exclusions": Sheet(
            "nanshan",
            {
                "organization": missing,
                "valid_from": "2016-02-01",
                "reason": "长期停业",
                "evidence": "工商查询",
                "approver": "批准人",
            },
            {"evidence": "走访记录"},
            {"valid_from": "2015-02-01"},
            {"valid_to": "2016-03-01"},
        ),
        "events": Sheet(
            "nanshan",
            {"organization": missing, "event_kind": "年检", "code": "NS-2016-9", "decided_on": "2016-05-31"}
            | {"reported.premises": "80", "reported.dues": "1200"},
            {"opinion": "同意通过"},
            {"decided_on": "2016-03-05"},
            {
                "reviewed_on": "2016-02-25",
                "reviewing_unit": "NS",
                "opinion": "同意",
                **{f"answers.{item}": "是" for item in checklist("INSPECTION", day("2016-03-01")).items},
            },
        ),
        "agreements": Sheet(
            "nanshan",
            {"organization": missing, "signed_on": "2016-02-01", "valid_from": "2016-02-01", "managers": "4"},
            {"partners": "2"},
            {"signed_on": "2014-12-01"},
            {"valid_to": TODAY},
        ),
        "charter-clauses": Sheet(
            "nanshan",
            {"organization": missing, "number": "第五条", "valid_from": "2016-02-01"},
            {"number": "第四条"},
            {"valid_from": "2014-03-01"},
            {"valid_to": TODAY},
        ),
        "decisions": Sheet(
            "lin",
            {
                "party_organization": "NS-0001",
                "organization": own,
                "held_on": "2016-03-01",
                "matter": "章程修改",
                "outcome": "采纳",
            },
            {"outcome": "部分采纳"},
            {"matter": "重大项目和对外合作"},
        ),
        "purchase-scores": Sheet(
            "nanshan",
            {
                "organization": missing,
                "project": "长者服务",
                "purchaser": "NS-MZJ",
                "scored_on": "2016-02-01",
                "points.organization": "25",
                "points.term": "8",
            },
            {"points.organization": "15"},
            {"project": "社区长者服务项目"},
        ),
        "party-organizations": Sheet(
            "nanshan",
            {
                "code": "NS-0900",
                "name": "创客互助服务中心党支部",
                "level": "党支部",
                "form": "单独",
                "supervising_unit": "NS",
                "approved_on": "2016-01-01",
            },
            {"form": "联合"},
            {"approved_on": "2014-03-02"},
            {"dissolved_on": TODAY},
        ),
        "terms": Sheet(
            "lin",
            {"party_organization": "NS-0001", "started_on": "2017-06-02", "ends_on": "2020-06-02"},
            {"extended_to": "2018-06-01"},
            {"ends_on": "2017-06-08"},
            {"extended_to": "2018-05-01"},
        ),
        "elections": Sheet(
            "lin",
            {
                "party_organization": "NS-0001",
                "held_on": "2017-06-02",
                "occasion": "换届",
                "method": "公推直选",
                "due": "10",
                "present": "8",
            },
            {"candidates": "3"},
            {"method": "直接选举"},
            {"approved_on": TODAY, "approval_number": "南组复〔2016〕3号", "approving_unit": "NS"},
        ),
        "candidates": Sheet(
            "lin",
            {
                "party_organization": "NS-0001",
                "held_on": "2014-06-01",
                "person": second,
                "post": "书记",
                "channel": "党员自荐",
            },
            {"channel": "党员联名推荐"},
            {"post": "副书记"},
            {"votes": "4", "elected": "是"},
        ),
        "public-offices": Sheet(
            "nanshan",
            {"person": second, "office": "党代表", "level": "市级", "valid_from": "2015-06-01"},
            {"session": "第七届"},
            {"office": "政协委员"},
            {"valid_to": TODAY},
        ),
        "covering": Sheet(
            "nanshan",
            {"party_organization": "NS-0001", "organization": missing, "valid_from": "2016-02-01"},
            {"valid_to": TODAY},
            {"valid_from": "2014-03-05"},
            {"valid_to": TODAY},
        ),
        "members": Sheet(
            "lin",
            {"number": "RY-0900", "name": "段诗远", "joined_on": "2001-07-01", "workplace": own},
            {"education": "本科"},
            {"joined_on": "2000-07-01"},
            {"left_on": TODAY, "leave_reason": "转出"},
        ),
        "memberships": Sheet(
            "nanshan",
            {"person": "ZD-002", "party_organization": "NS-0001", "valid_from": "2016-02-01"},
            {"valid_to": TODAY},
            {"valid_from": "2014-05-05"},
            {"valid_to": TODAY},
        ),
        "posts": Sheet(
            "lin",
            {"party_organization": "NS-0001", "person": second, "role": "副书记", "valid_from": "2016-02-01"},
            {"work_phone": "26510000"},
            {"role": "委员"},
            {"valid_to": TODAY},
        ),
        "instructors": Sheet(
            "nanshan",
            {
                "organization": missing,
                "number": "ZD-0900",
                "name": "段诗远",
                "role": "联络员",
                "sending_unit": "NS",
                "valid_from": "2016-02-01",
            },
            {"work_phone": "26510000"},
            {"role": "组织员"},
            {"valid_to": TODAY},
        ),
        "courses": Sheet(
            "city",
            {
                "code": "NS-2016-01",
                "name": "书记轮训班",
                "host_unit": "NS",
                "mode": "集中培训",
                "starts_on": "2016-03-01",
                "days": "3",
            },
            {"ends_on": "2016-03-04"},
            {"days": "2"},
        ),
        "attendance": Sheet("lin", {"course": course, "person": second, "days": "2"}, {"days": "3"}, {"days": "1.5"}),
        "site-applications": Sheet(
            "lin",
            {"code": "NS-SB-9", "level": "市级", "organization": own, "applied_on": "2016-02-01", "reasons": "有特色"},
            {"field": "社会工作"},
            {"applied_on": "2015-11-05"},
        ),
        "site-reviews": Sheet(
            "nanshan",
            {
                "application": "NS-SB-1",
                "reviewed_on": "2016-02-01",
                "unit": "NS",
                "points.structure": "20",
                "verdict": "通过",
            },
            {"points.records": "9"},
            {"points.structure": "16"},
        ),
        "sites": Sheet(
            "nanshan",
            {
                "code": "NS-SF-0900",
                "name": "创客互助党建示范点",
                "level": "区级",
                "organization": missing,
                "named_on": "2016-02-01",
            },
            {"field": "社会工作"},
            {"named_on": "2016-02-05"},
            {"withdrawn_on": TODAY, "withdrawal_reason": "不再开展活动"},
        ),
        "site-visits": Sheet(
            "nanshan",
            {"site": "NS-SF-1", "visited_on": "2016-05-01", "unit": "NS", "seen": "活动正常"},
            {"settled_on": TODAY},
            {"visited_on": "2016-03-02"},
            {"follow_up": "补齐台账", "settled_on": TODAY},
        ),
        "site-grants": Sheet(
            "nanshan",
            {
                "site": "NS-SF-1",
                "granted_on": "2016-05-01",
                "amount": "5,000元",
                "source": "区级活动经费",
                "purpose": "购置书报",
            },
            {"purpose": "购置设备"},
            {"amount": "21000"},
        ),
        "legal-groups": Sheet(
            "nanshan",
            {
                "code": "NS-FLT-9",
                "name": "南山区未成年人维权服务团",
                "group_kind": "未成年人维权服务团",
                "district": "440305",
                "valid_from": "2016-01-01",
            },
            {"name": "南山区社区法律服务团"},
            {"valid_from": "2014-02-01"},
            {"valid_to": TODAY},
        ),
        "communities": Sheet(
            "nanshan",
            {"code": "NS-X1", "name": "麻岭小学", "place_kind": "中小学", "district": "440305"},
            {"valid_from": "2010-01-01"},
            {"place_kind": "医院"},
            {"valid_to": TODAY},
        ),
        "outreach": Sheet(
            "lin",
            {"party_organization": "NS-0001", "place": "FT-S1", "service": "挂点", "valid_from": "2016-02-01"},
            {"valid_to": TODAY},
            {"service": "维权咨询"},
            {"valid_to": TODAY},
        ),
        "targets": Sheet(
            "city",
            {"indicator": "branch-coverage", "unit": "NS-YH", "percent": "80", "valid_from": "2016-01-01"},
            {"due_on": "2021-01-01"},
            {"percent": "91"},
            {"due_on": "2022-01-01"},
        ),
        "plan-tasks": Sheet(
            "nanshan",
            {
                "code": "NS-RW-X",
                "unit": "NS",
                "year": "2016",
                "article": "9",
                "task": "办书记培训班两期",
                "owner": "NS-YH",
                "due_on": "2016-11-30",
            },
            {"measure": "与区委党校合办"},
            {"due_on": "2016-08-31"},
            {"done_on": "2016-06-20", "evidence": "南组通〔2016〕8号"},
        ),
    }


KINDS = [
    "districts", "units", "organizations", "member-reports", "exclusions", "events", "party-organizations",
    "agreements", "charter-clauses", "decisions", "purchase-scores", "terms", "elections", "candidates",
    "public-offices", "covering", "members", "memberships", "posts", "instructors", "courses", "attendance",
    "site-applications", "site-reviews", "sites", "site-visits", "site-grants", "communities", "legal-groups",
    "outreach", "targets", "plan-tasks",
]  # fmt: skip


def new(kind: str) -> str:
    """The address of the form of a new row."""
    return reverse("record-new", args=[kind])


def change(kind: str, row: Any, end: bool = False) -> str:
    """The address of the form of a stored row."""
    return reverse("record-change", args=[kind, record_key(kind, row)]) + ("?end=1" if end else "")


def withdraw(kind: str, row: Any) -> str:
    """The address where a stored row is withdrawn."""
    return reverse("record-withdraw", args=[kind, record_key(kind, row)])


_TAG = re.compile(r"<(input|textarea|select|option)\b([^>]*)>(?:([^<]*)</textarea>)?")
_SAID = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def fields(page: str) -> dict[str, str]:
    """What a browser would send of the form on a page, as it stands."""
    form = page.split('<form class="entry', 1)[1].split("</form>")[0]
    found: dict[str, str] = {}
    select = ""
    for tag, said, text in _TAG.findall(form):
        values = {name: unescape(value) for name, value in _SAID.findall(said)}
        name = values.get("name", "")
        if tag == "select":
            select = name
        elif tag == "option" and ("selected" in values or select not in found):
            found[select] = values.get("value", "")
        elif tag == "textarea":
            found[name] = unescape(text).strip()
        elif tag == "input" and (values.get("type") != "radio" or "checked" in values):
            found[name] = values.get("value", "")
    found.pop("csrfmiddlewaretoken", None)
    return found


def shown(client: Client, address: str) -> dict[str, str]:
    """The fields of a form as it is opened."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return fields(answer.content.decode())
