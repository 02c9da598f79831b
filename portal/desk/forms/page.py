"""What the form pages show."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.core.entry.saving import REASON, Outcome
from portal.core.imports.columns import Column
from portal.core.models import Draft
from portal.core.sentences import as_page
from portal.desk.forms.clash import Clash
from portal.desk.forms.consequences import Consequences
from portal.desk.forms.fields import LABELS, Input, Inputs
from portal.desk.forms.opened import CORRECT, EFFECTIVE, Opened

_CONFLICT = 409


def form(
    request: HttpRequest,
    opened: Opened,
    *,
    outcome: Outcome | None = None,
    kept: Draft | None = None,
    found: Consequences | None = None,
) -> HttpResponse:
    """The form: its fields, its rule, what is wrong, its draft, what saving would do."""
    outcome = outcome or (found.outcome if found else Outcome())
    faults = faults_of(outcome)
    context = {
        **_frame(opened),
        **panel(opened, found),
        "groups": groups(opened, faults),
        "faults": named(opened, faults),
        "asks_reason": not opened.is_new or outcome.needs_reason,
        "wrong_reason": faults.get(REASON, ""),
        "wrong_effective": faults.get(EFFECTIVE, ""),
        "kept": kept,
    }
    return render(request, "forms/page.html", context)


def withdrawal(request: HttpRequest, opened: Opened, *, outcome: Outcome, found: Consequences | None) -> HttpResponse:
    """What is to be taken away, and why."""
    faults = faults_of(outcome)
    inputs = Inputs(opened.form, opened.scope, opened.columns, opened.texts)
    facts = [(LABELS.get(c.name, c.heading), inputs.shown(c, opened.texts.get(c.name, ""))) for c in opened.columns]
    context = {
        **_frame(opened),
        **panel(opened, found),
        "action": opened.form.withdraw,
        "facts": [(label, text) for label, text in facts if text],
        "faults": named(opened, faults),
        "wrong_reason": faults.get(REASON, ""),
        "stale": outcome.stale,
    }
    return render(request, "forms/withdraw.html", context, status=_CONFLICT if outcome.stale else 200)


def clash(request: HttpRequest, opened: Opened, both: Clash) -> HttpResponse:
    """Both versions, field by field."""
    context = {**_frame(opened), "both": both, "is_correction": opened.way == CORRECT}
    return render(request, "forms/clash.html", context, status=_CONFLICT)


def gone(request: HttpRequest, opened: Opened) -> HttpResponse:
    """A row that was withdrawn while somebody filled in its form."""
    inputs = Inputs(opened.form, opened.scope, opened.columns, opened.texts)
    typed = [one for one in opened.columns if opened.texts.get(one.name)]
    context = {
        **_frame(opened),
        "typed": [(_label(one), inputs.shown(one, opened.texts[one.name])) for one in typed if not one.widget.secret],
        "kept": [(one.name, opened.texts[one.name]) for one in typed],
        "anew": reverse("record-new", args=[opened.form.slug]),
    }
    return render(request, "forms/gone.html", context, status=_CONFLICT)


def panel(opened: Opened, found: Consequences | None) -> dict[str, Any]:
    """What the panel of consequences shows."""
    faults = faults_of(found.outcome) if found else {}
    return {
        "found": found,
        "found_faults": named(opened, faults) if found else [],
        "gone": False,
    }


def _frame(opened: Opened) -> dict[str, Any]:
    said = opened.form.said(opened.record.row) if opened.record else ""
    return {
        "opened": opened,
        "form": opened.form,
        "action": opened.action,
        "said": said,
        "version": opened.version,
        "trail": [(opened.form.noun, reverse(opened.form.slug))],
        "withdraw": _withdraw_address(opened),
    }


def _withdraw_address(opened: Opened) -> str:
    """Where a row that should never have been entered is taken away."""
    if opened.record is None:
        return ""
    return reverse("record-withdraw", args=[opened.form.slug, opened.record.key])


def faults_of(outcome: Outcome) -> dict[str, str]:
    """The faults of the one row by column name."""
    return {name: as_page(text) for (_, name), text in outcome.faults.items()}


def named(opened: Opened, faults: dict[str, str]) -> list[tuple[str, str, str]]:
    """Faults as (id of the field, its label, sentence), in the order of the form; what has no field comes first."""
    shown = {column.name: column for column in opened.columns}
    others = {EFFECTIVE: "变更生效日期", REASON: "更正的理由"}
    apart = [("", _heading(opened, name), text) for name, text in faults.items() if name not in {**shown, **others}]
    of_fields = [(f"id_{name}", _label(one), faults[name]) for name, one in shown.items() if name in faults]
    return [
        *apart,
        *of_fields,
        *((f"id_{name}", word, faults[name]) for name, word in others.items() if name in faults),
    ]


def _heading(opened: Opened, name: str) -> str:
    return _label(opened.register.fields[name]) if name in opened.register.fields else ""


def _label(column: Column) -> str:
    return LABELS.get(column.name, column.heading)


def groups(opened: Opened, faults: dict[str, str]) -> list[tuple[str, list[Input]]]:
    """The inputs in groups."""
    stored = opened.record.texts if opened.record else {}
    inputs = Inputs(opened.form, opened.scope, opened.columns, opened.texts, stored)
    return [
        (title, [inputs.of(one, faults.get(one.name, ""), _on_file(opened, one)) for one in columns])
        for title, columns in opened.groups
    ]


def _on_file(opened: Opened, column: Column) -> bool:
    """Whether a secret is stored that the form does not show."""
    return column.private and opened.record is not None and bool(getattr(opened.record.row, column.attname, ""))
