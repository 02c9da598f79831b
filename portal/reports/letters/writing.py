"""Writes a letter from its content: subject, plain text, the same as HTML, the workbook; and its message ids."""

from __future__ import annotations

import hashlib
import re

from django.template.loader import render_to_string

from portal.core import mail
from portal.core.models import Letter
from portal.core.templatetags.ui import cnday, thousands
from portal.reports.letters.content import Content


def letter_of(content: Content) -> Letter:
    """The letter, not stored."""
    return Letter(
        kind=Letter.Kind.NIGHT,
        day=content.day,
        unit_id=content.unit.id,
        subject=subject(content),
        text=text_of(content),
        html=html_of(content),
        workbook=content.workbook,
        workbook_name=content.workbook_name,
        late=content.late,
    )


def text_of(content: Content) -> str:
    """The letter as plain text."""
    return _tidy(render_to_string("letters/night.txt", {"letter": content, "tables": True}))


def html_of(content: Content) -> str:
    """The same as HTML."""
    return render_to_string("letters/night.html", {"letter": content, "tables": True})


def subject(content: Content) -> str:
    """Place, rate, how many are missing, and the movement: 南山区 81.02%，还差 42 家，比4月12日少 1 家（4月13日）."""
    rate = content.branch
    parts = [f"{mail.one_line(content.unit.name)[:100]} {rate.rate}%"]
    if rate.target is not None:
        parts.append(f"还差 {thousands(rate.shortfall)} 家" if rate.shortfall else f"已达 {rate.target}%")
    fewer = content.cards[0].fewer
    if content.since and content.quiet:
        parts.append(f"{cnday(content.since)}以来没有变化")
    elif content.since and fewer:
        parts.append(f"比{cnday(content.since)}{'少' if fewer > 0 else '多'} {thousands(abs(fewer))} 家")
    late = "，补发" if content.late else ""
    return f"{'，'.join(parts)}（{cnday(content.day)}{late}）"


def _tidy(text: str) -> str:
    """Without the blanks and empty lines that a template leaves behind."""
    lines = [line.strip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def message_id(kind: str, day: str, place: str, recipient: str) -> str:
    """The fixed Message-ID of a letter to a recipient: whenever it is sent, it is the same."""
    whole = "|".join((kind, day, place, recipient.lower()))
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    short = re.sub(r"[^0-9A-Za-z-]+", "", place)[:24]
    return f"<{kind.lower()}.{day}.{short or 'unit'}.{digest}@{mail.domain()[:60]}>"
