"""Inputs: what a column of a register looks like in a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from branches.models import PartyOrganization
from demonstration.models import DemonstrationSite, LegalGroup, ServedPlace, SiteApplication
from members.models import Person
from orgs.models import SocialOrganization
from portal.core.imports.columns import Column
from portal.core.imports.findings import Fault
from portal.core.imports.marks import Marks
from portal.core.imports.texts import as_code, read_day
from portal.core.imports.widgets import Choice, Day, Days, Flag, Reference, Several, Text, Whole
from portal.core.models import District, Unit
from portal.core.scoping import Scope
from portal.desk.forms.opened import mark_name
from portal.desk.forms.shape import Form, Option
from training.models import Course

#: what people call a column that takes the code of a row
LABELS = {
    "organization": "社会组织",
    "workplace": "工作单位",
    "party_organization": "党组织",
    "superior": "上级党组织",
    "supervising_unit": "主管单位",
    "sending_unit": "派出单位",
    "host_unit": "主办单位",
    "reviewing_unit": "审核单位",
    "parent": "上级单位",
    "owner": "责任单位",
    "unit": "单位",
    "district": "行政区",
    "person": "人员（人员编号或公民身份号码）",
    "course": "培训",
    "place": "服务对象",
    "purchaser": "购买单位",
    "site": "示范点",
    "application": "示范点申报",
    "group": "法律服务团",
    "indicator": "指标",
}
#: choices up to this many are shown at once, to be ticked
_AT_ONCE = 4
#: letters of a field that says no limit of its own
_LONGEST = 200
_SEPARATOR = "；"


#: what a reviewer may say of an item; nothing: it was not looked at
_ANSWERS = (("是", "是"), ("否", "否"), ("", "未核对"))


@dataclass(frozen=True)
class Mark:
    """What is said of one item of a list; without `options` it is typed."""

    name: str
    word: str
    note: str
    value: str
    options: Sequence[tuple[str, str, bool]] = ()


@dataclass(frozen=True)
class MarkList:
    """The items of a column of marks: where the list comes from, the columns that it follows from (their names), and
    what to fill first where it is not known yet."""

    source: str
    marks: Sequence[Mark]
    after: str
    first: str


@dataclass(frozen=True)
class Input:
    """One field as the page shows it; `look` is text, long, day, choice, ticks, several, pick, secret or marks."""

    name: str
    label: str
    look: str
    value: str = ""
    help: str = ""
    fault: str = ""
    required: bool = False
    options: Sequence[tuple[str, str, bool]] = ()
    pick: str = ""
    shown: str = ""
    longest: int = _LONGEST
    mode: str = ""
    on_file: bool = False
    list: MarkList | None = None

    @property
    def id(self) -> str:
        """Where the summary of faults leads to."""
        return f"id_{self.name}"

    @property
    def told_by(self) -> str:
        """The elements that describe the input."""
        parts = {f"{self.id}_help": self.help or self.on_file, f"{self.id}_wrong": self.fault}
        return " ".join(part for part, there in parts.items() if there)


class Inputs:
    """Makes inputs of columns; whatever it must look up it looks up once for the whole form."""

    def __init__(
        self,
        form: Form,
        scope: Scope,
        columns: Sequence[Column],
        texts: Mapping[str, str],
        stored: Mapping[str, str] | None = None,
    ) -> None:
        self.form, self.scope, self.columns, self.texts = form, scope, columns, texts
        self.stored = stored or {}

    def of(self, column: Column, fault: str = "", on_file: bool = False) -> Input:
        """The input of a column."""
        value = self.texts.get(column.name, "")
        options = self._options(column)
        return Input(
            name=column.name,
            label=LABELS.get(column.name, column.heading),
            look=_look(column, options, value),
            value=value.replace(_SEPARATOR, "\n") if isinstance(column.widget, Several) else value,
            help=self.form.helps.get(column.name, ""),
            fault=fault,
            required=column.required,
            options=[(one, word, one == value) for one, word in self._with(options, value)],
            pick=self._pick(column),
            shown=self.named(column, value),
            longest=column.widget.most if isinstance(column.widget, Text) else _LONGEST,
            mode=_keyboard(column),
            on_file=on_file,
            list=self._list(column, value),
        )

    def _list(self, column: Column, value: str) -> MarkList | None:
        """The items of a column of marks, as far as the form knows which."""
        if not isinstance(column.widget, Marks):
            return None
        items, said, widget = self.form.items[column.name], column.widget.texts(value), column.widget
        asked = items.of({**self.stored, **self.texts})

        def mark(code: str, note: str) -> Mark:
            value = said.get(code, "")
            return Mark(mark_name(column, code), widget.items[code], note, value, _answers(widget, value))

        marks = [mark(code, note) for code, note in (asked.items if asked else ())]
        return MarkList(asked.source if asked else "", marks, " ".join(items.after), items.first)

    def named(self, column: Column, value: str) -> str:
        """The name of what a code names, as far as the scope may know it."""
        if not isinstance(column.widget, Reference) or column.widget.kind == "districts":
            return ""
        return self._names.get((column.widget.kind, as_code(value)), "")

    def shown(self, column: Column, value: str) -> str:
        """A value in words."""
        words = dict(self._options(column))
        name = self.named(column, value)
        return f"{name}（{value}）" if name else words.get(value, value) if value else ""

    def _pick(self, column: Column) -> str:
        """The picker that finds it."""
        if not isinstance(column.widget, Reference) or column.widget.kind == "districts":
            return ""
        return column.widget.kind.replace("_", "-")

    @staticmethod
    def _with(options: Sequence[Option], value: str) -> list[Option]:
        """The options, with what was typed or stored where it is none of them."""
        known = {one for one, _ in options}
        return [*options, (value, value)] if options and value and value not in known else list(options)

    def _options(self, column: Column) -> list[Option]:
        """What can be chosen: (text of the cell, word); empty where anything can be typed."""
        if column.name in self.form.options:
            return list(self.form.options[column.name]())
        if isinstance(column.widget, Flag):
            return [("是", "是"), ("否", "否"), ("", "不详")]
        if isinstance(column.widget, Choice):
            words = [(word, word) for word in column.widget.values]
            if column.required and len(words) <= _AT_ONCE:
                return words
            return [("", "请选择" if column.required else "不详"), *words]
        if isinstance(column.widget, Reference) and column.widget.kind == "districts":
            by = column.widget.shown_by
            return [("", "没有"), *((getattr(one, by), one.name) for one in self._districts)]
        return []

    @cached_property
    def _districts(self) -> list[District]:
        return list(District.objects.order_by("code"))

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        """The names of everything that the form refers to; one statement for each register."""
        asked: dict[str, set[str]] = {}
        for column in self.columns:
            text = as_code(self.texts.get(column.name, ""))
            if isinstance(column.widget, Reference) and text and column.widget.kind in _NAMES:
                asked.setdefault(column.widget.kind, set()).add(text)
        return {(kind, code): name for kind, codes in asked.items() for code, name in _NAMES[kind](self.scope, codes)}


def _organizations(scope: Scope, codes: set[str]) -> list[tuple[str, str]]:
    rows = SocialOrganization.objects.within(scope)
    found = rows.filter(credit_code__in=codes) | rows.filter(registration_number__in=codes)
    return [(key, one.name) for one in found for key in (one.credit_code, one.registration_number) if key]


def _parties(scope: Scope, codes: set[str]) -> list[tuple[str, str]]:
    return list(PartyOrganization.objects.within(scope).filter(code__in=codes).values_list("code", "name"))


def _people(scope: Scope, codes: set[str]) -> list[tuple[str, str]]:
    rows = Person.objects.within(scope)
    found = (rows.filter(number__in=codes) | rows.filter(opaque_id__in=codes)).values_list(
        "number", "opaque_id", "name"
    )
    return [(key, name) for number, opaque, name in found for key in (number, opaque) if key]


def _units(scope: Scope, codes: set[str]) -> list[tuple[str, str]]:
    return list(Unit.objects.filter(code__in=codes).values_list("code", "name"))


def _courses(scope: Scope, codes: set[str]) -> list[tuple[str, str]]:
    return list(Course.objects.within(scope).filter(code__in=codes).values_list("code", "name"))


def _places(scope: Scope, codes: set[str]) -> list[tuple[str, str]]:
    return list(ServedPlace.objects.within(scope).filter(code__in=codes).values_list("code", "name"))


def _sites(scope: Scope, codes: set[str]) -> list[tuple[str, str]]:
    return list(DemonstrationSite.objects.within(scope).filter(code__in=codes).values_list("code", "name"))


def _applications(scope: Scope, codes: set[str]) -> list[tuple[str, str]]:
    rows = SiteApplication.objects.within(scope).filter(code__in=codes)
    return list(rows.values_list("code", "organization__name"))


def _groups(scope: Scope, codes: set[str]) -> list[tuple[str, str]]:
    return list(LegalGroup.objects.within(scope).filter(code__in=codes).values_list("code", "name"))


_NAMES: dict[str, Callable[[Scope, set[str]], list[tuple[str, str]]]] = {
    "organizations": _organizations,
    "party_organizations": _parties,
    "members": _people,
    "units": _units,
    "courses": _courses,
    "communities": _places,
    "sites": _sites,
    "site_applications": _applications,
    "legal_groups": _groups,
}


def _answers(widget: Marks, said: str) -> list[tuple[str, str, bool]]:
    """What can be said of an item, where that is a choice."""
    if not isinstance(widget.each, Flag):
        return []
    return [(value, word, value == said) for value, word in _ANSWERS]


def _look(column: Column, options: Sequence[Option], value: str) -> str:
    widget: Any = column.widget
    if options:
        return "ticks" if len(options) <= _AT_ONCE else "choice"
    if isinstance(widget, Marks):
        return "marks"
    if isinstance(widget, Day):
        return "day" if not value or _is_day(value) else "text"
    if isinstance(widget, Several):
        return "several"
    if isinstance(widget, Reference):
        return "pick"
    if isinstance(widget, Text) and widget.most > _LONGEST:
        return "long"
    return "secret" if widget.secret else "text"


def _is_day(value: str) -> bool:
    """Whether a date field can show it; what it cannot show stays as typed in a plain one."""
    try:
        return read_day(value).isoformat() == value
    except Fault:
        return False


def _keyboard(column: Column) -> str:
    """Which keyboard a phone offers."""
    if isinstance(column.widget, Whole):
        return "numeric"
    if isinstance(column.widget, Days):
        return "decimal"
    return "tel" if column.name in ("mobile", "work_phone") else ""
