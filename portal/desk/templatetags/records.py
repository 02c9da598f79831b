"""Links from a row to its form and its history."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from portal.core.opaque import opaque
from portal.desk.doing import Act, acts_on
from portal.desk.forms.declared import FORMS
from portal.desk.subjects import Row

register = template.Library()


@register.filter
def row_key(row: Row) -> str:
    """How forms name an organization behind a figure."""
    return opaque("orgs.socialorganization", row.id)


@register.inclusion_tag("records/acts.html")
def next_step(row: Row) -> dict[str, list[Act]]:
    """What covers an organization that is missing: an instructor where nobody is posted, else a party organization."""
    kind = "instructors" if row.reason == "none" else "covering"
    form = FORMS[kind]
    return {
        "acts": [Act(form.add, f"{reverse('record-new', args=[form.slug])}?{urlencode({'organization': row.key})}")]
    }


@register.inclusion_tag("records/acts.html")
def record_acts(kind: str, row: Any, may: bool) -> dict[str, list[Act]]:
    """Change, end and history of a stored row of the register `kind`."""
    return {"acts": acts_on(kind, row, may=bool(may))}
