"""Small pieces of pages: signs, chips, meters, figures and dates. Built in: templates need no `load`.

Words of the house: "不详" is not known, "—" is nothing to count; neither is 0.
"""

from __future__ import annotations

import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.core import indicators, sentences
from portal.core.validity import BEGINNING, SHANGHAI

register = template.Library()

UNKNOWN = "不详"
NOTHING = "—"
_MINUS = "−"

#: state → (icon or "", class); a state is always colour, sign and word together
CHIPS = {
    "ok": "ok",
    "warn": "warn",
    "bad": "bad",
    "idle": "minus",
    "swap": "swap",
    "gained": "up-solid",
    "lost": "down-solid",
    "in": "plus",
    "out": "minus",
    "plain": "",
    "quiet": "",
    "article": "",
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A sign of `static/img/icons.svg`; decoration unless it has a label."""
    role = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', role, static("img/icons.svg"), name)


@register.simple_tag
def chip(state: str, word: str) -> SafeString:
    """A small mark of state: `state` is a key of CHIPS, `word` what it says."""
    sign = icon(CHIPS[state]) if CHIPS[state] else ""
    return format_html('<span class="chip chip-{}">{}{}</span>', state, sign, word)


@register.simple_tag(takes_context=True)
def article(context: Any, number: int) -> SafeString:
    """The mark that names the article of the notice a sentence rests on; it leads there whoever may read the page."""
    word, scope = f"通知第 {number} 条", context.get("scope")
    if scope is None or not scope.can("see-counts"):
        return chip("article", word)
    return format_html('<a class="chip chip-article" href="{}#article-{}">{}</a>', reverse("notice"), number, word)


def meter_state(rate: indicators.Rate) -> tuple[str, str]:
    """The state and word of a figure against its target: met, short, ended, or nothing to count."""
    if rate.meets is None:
        return "idle", "无应覆盖对象" if not rate.eligible else "未设目标"
    if rate.meets:
        return "ok", f"已达 {rate.target}%"
    return ("idle", "目标已到期") if rate.target_ended else ("warn", f"未达 {rate.target}%")


@register.inclusion_tag("ui/meter.html")
def meter(
    rate: indicators.Rate, name: str, series: str = "branch", href: str = "", change: str = "", measure: str = "家"
) -> dict[str, Any]:
    """One figure: name, state, rate, how many are missing, bar with mark. `series` is "branch" or "work"."""
    state, word = meter_state(rate)
    return {
        "rate": rate,
        "name": name,
        "series": series,
        "href": href,
        "change": change,
        "measure": measure,
        "state": state,
        "word": word,
    }


@register.inclusion_tag("ui/bar.html")
def bar(rate: indicators.Rate, series: str = "branch", labelled: bool = False) -> dict[str, Any]:
    """The bar of a rate with the gap to the target hatched: one depth up to 10 points short, another beyond."""
    filled = Decimal(rate.rate or 0)
    gap = max(Decimal(0), (rate.target or 0) - filled) if rate.eligible and not rate.meets else Decimal(0)
    return {
        "series": series,
        "labelled": labelled,
        "filled": str(filled),
        "gap": str(gap) if gap else "",
        "pattern": "dots-idle" if rate.target_ended else "hatch-warn" if gap <= 10 else "hatch-bad",
        "mark": rate.target,
        "ended": rate.target_ended,
        "label": f"{rate.rate or NOTHING}%，目标 {NOTHING if rate.target is None else rate.target}%",
    }


@register.filter
def thousands(value: int | None) -> str:
    """A whole number with thousands commas; not known is 不详."""
    return UNKNOWN if value is None else f"{value:,}".replace("-", _MINUS)


@register.filter
def signed(value: int | Decimal) -> str:
    """A difference with its sign: +3, −1, 0."""
    return f"{value:+,}".replace("-", _MINUS) if value else "0"


@register.filter
def known(value: Any) -> Any:
    """The value, or 不详 where there is none."""
    return UNKNOWN if value is None or value == "" else value


@register.filter
def day(value: datetime.date | datetime.datetime | None) -> str:
    """2016-04-13 as in tables; not known, or since always, is 不详."""
    if isinstance(value, datetime.datetime):
        value = value.astimezone(SHANGHAI).date()
    return UNKNOWN if value is None or value == BEGINNING else value.isoformat()


@register.filter
def as_page(text: str) -> str:
    """A sentence that commands print as well, with the punctuation of pages."""
    return sentences.as_page(text)


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """2016-04-13 16:42 in Shanghai."""
    return UNKNOWN if value is None else f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@register.filter
def cnday(value: datetime.date | datetime.datetime | None) -> str:
    """4月13日 as in sentences; where there is none —."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime.datetime):
        value = value.astimezone(SHANGHAI)
    return f"{value.month}月{value.day}日"


@register.filter
def days(value: Decimal | None) -> str:
    """Days of training without needless zeros: 1.5, 3."""
    return UNKNOWN if value is None else f"{value.quantize(Decimal('0.01'), ROUND_DOWN).normalize():f}"


@register.filter
def yuan(value: Decimal | None) -> str:
    """An amount in yuan with thousands commas, without needless zeros: 20,000, 1,500.50; nothing is —."""
    return NOTHING if value is None else f"{value:,.2f}".removesuffix(".00")


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input of a form field in the look of the house."""
    return field.as_widget(attrs={"class": "control"})
