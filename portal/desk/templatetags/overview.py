"""Words of the overview pages: reasons, evidence as sentences, percentages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from portal.core import indicators
from portal.core.pages import address
from portal.core.policy import number
from portal.core.templatetags.ui import days, signed

register = template.Library()

#: the sign of each reason of coverage; training and terms have their own
REASON_STATES = {
    "own": "ok",
    "joint": "ok",
    "hub": "ok",
    "functional": "quiet",
    "instructor": "quiet",
    "none": "bad",
    "trained": "ok",
    "too-few-days": "warn",
    "no-concentrated": "bad",
    "in-term": "ok",
    "extended": "warn",
    "overdue": "bad",
    "direct": "ok",
    "other-method": "warn",
    "reviewed": "ok",
    "late": "warn",
    "missing": "bad",
    "named": "ok",
    "quota-met": "ok",
    "quota-short": "bad",
    "served": "ok",
    "unserved": "warn",
}
#: the sign of each kind of movement between two days
MOVEMENT_SIGNS = {
    "gained": "gained",
    "lost": "lost",
    "came": "in",
    "went": "out",
    "moved-in": "in",
    "moved-out": "out",
    "changed": "swap",
}
#: the lists in which a subject's code is searched for
_LISTS = {
    "gate-review": "events",
    "city-sites": "sites",
    "legal-communities": "communities",
    "legal-schools": "communities",
}
_TERM = {"term_from": "本届始于", "term_to": "届满", "extended_to": "延期至"}


@register.filter
def reason_state(code: str) -> str:
    """The sign of a reason code; one of an indicator that came later is plain until it has its own."""
    return REASON_STATES.get(code, "plain")


@register.filter
def subject_page(row: Any, indicator: str) -> str:
    """Where a subject that is no organization is looked at; empty where nowhere."""
    if indicator in ("term-current", "direct-election"):
        return reverse("party-organization", args=[row.subject])
    if indicator == "district-sites":
        return reverse("district", args=[row.subject])
    route = _LISTS.get(indicator)
    return f"{reverse(route)}?{urlencode({'q': row.subject})}" if route else ""


@register.filter
def placed_by(ind: indicators.Indicator) -> str:
    """What places the subjects of an indicator, as a heading."""
    if "unit" not in ind.groupings:
        return "行政区"
    return "党建责任单位" if "district" in ind.groupings else "主管单位"


@register.filter
def enough(day: datetime.date) -> int:
    """How many full members ask for a party organization of their own, by the policy of the day."""
    return number("formation-members", day)


@register.filter
def training_floor(day: datetime.date) -> Decimal:
    """How many days of concentrated training a year asks for, by the policy of the day."""
    return Decimal(number("training-days-hundredths", day)) / 100


@register.filter
def percent(rate: str | None) -> str:
    """A rate with its sign; — where nothing is eligible."""
    return "—" if rate is None else f"{rate}%"


@register.filter
def indicator_word(code: str) -> str:
    """The name of an indicator."""
    return indicators.indicator(code).name


@register.filter
def sentences(evidence: Mapping[str, Any]) -> list[str]:
    """The evidence of a subject in sentences: the rows that decided, with their days."""
    found = [f"{one['form']} {one['code']}，{one['linked_from']} 起" for one in evidence.get("party_organizations", [])]
    found += [f"{one['role']} {one['number']}，{one['posted_from']} 起" for one in evidence.get("instructors", [])]
    if "exclusion" in evidence:
        found.append(f"不计入：{evidence['exclusion']['reason']}，{evidence['exclusion']['from']} 起")
    found += [
        f"{one['role']} {one['party_organization']}，{one['from']} 起{'至 ' + one['to'] if one['to'] else ''}"
        for one in evidence.get("posts", [])
    ]
    if "held_on" in evidence:
        found.append(f"{evidence['held_on']} {evidence['occasion'] or '换届（未注明）'}，{evidence['method']}")
    if "decided_on" in evidence:
        found.append(f"{evidence['event']}，{evidence['decided_on']} 决定")
    if evidence.get("reviewed_on"):
        found.append(f"{evidence['reviewed_on']} 审核")
    if "days" in evidence:
        found.append(f"集中培训共 {days(Decimal(evidence['days']))} 天")
    found += [
        f"党组织 {one['party_organization']}，{one['from']} 起，覆盖 {'、'.join(one['organizations'])}"
        for one in evidence.get("served_by", [])
    ]
    found += [f"{word} {evidence[key]}" for key, word in _TERM.items() if evidence.get(key)]
    if "named_on" in evidence:
        found.append(f"{evidence['organization']}，{evidence['named_on']} 命名")
    found += [f"{one['code']}，{one['named_on']} 命名" for one in evidence.get("sites", [])]
    return found


@register.filter
def word(words: Mapping[str, str], code: str) -> str:
    """The word of a code."""
    return words[code]


@register.filter
def change(value: int, measure: str) -> str:
    """A difference of counts in a sentence: “ +3 家”, “ −1 家”, “不变”."""
    return f" {signed(value)} {measure}" if value else "不变"


@register.filter
def movement_sign(movement: str) -> str:
    """The sign of a kind of movement."""
    return MOVEMENT_SIGNS[movement]


@register.filter
def rate_of(line: Any, indicator: str) -> indicators.Rate:
    """The figure of one indicator of a group."""
    return line.branch if line.branch.indicator == indicator else line.work


@register.filter
def of_width(rate: str | int, width: int) -> str:
    """A per cent as a length of a drawing that is `width` wide."""
    return f"{float(rate) * width / 100:.1f}"


@register.filter
def unlocalized(value: float) -> str:
    """A coordinate: a point as decimal sign, whatever the language."""
    return f"{value:g}"


@register.filter
def magnitude(value: int) -> str:
    """A difference without its sign."""
    return f"{abs(value):,}"


@register.simple_tag(takes_context=True)
def changed(context: Any, **changes: Any) -> str:
    """This address with some parameters changed, or left out where they are empty."""
    return address(context["request"], **{name: str(value) if value else None for name, value in changes.items()})


@register.filter
def short_street(name: str) -> str:
    """A street in a narrow column: 粤海街道 as 粤海."""
    return name.removesuffix("街道") or name


@register.filter
def standing_word(standing: str) -> str:
    """Whether a member is full, probationary, or no longer (or not yet) one."""
    return {"FULL": "正式党员", "PROBATIONARY": "预备党员", "LEFT": "已离开", "NONE": "尚未入党"}[standing]


@register.filter
def of(found: Mapping[int, Any], key: int) -> Any:
    """What stands at a key, None where nothing does."""
    return found.get(key)
