"""One form as it is opened or sent: what was typed, what was read, and the wish that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core import signing
from django.http import HttpRequest, QueryDict

from portal.core.entry import drafts
from portal.core.entry.records import Record
from portal.core.entry.saving import REASON, Line, Outcome, Wish
from portal.core.imports.columns import Column
from portal.core.imports.marks import Marks
from portal.core.imports.register import Register
from portal.core.imports.texts import as_text
from portal.core.imports.widgets import Several, parts
from portal.core.models import Draft, User
from portal.core.scoping import Scope
from portal.core.validity import today
from portal.desk.forms.shape import Form, Known

#: how a change of a dated fact is meant
FROM, CORRECT = "from", "correct"
EFFECTIVE = "effective"
#: letters of one field that are read at all; what is longer than its column allows, the engine says
_MOST = 5000
_MOST_REASON = 500
#: days of age of what a form shows as read
_SEEN_FOR = 90 * 24 * 3600
_NOT_READ = "-"


@dataclass
class Opened:
    """A form of one register, new or about a stored record, complete or only to end it.

    `texts` are what stands in its fields by column name; `was` what stood in the record when it was read, `version`
    the mark of that. `way` is FROM or CORRECT where the record has dated facts, `effective` the day of it.
    """

    form: Form
    register: Register
    scope: Scope
    account: User
    path: str
    record: Record | None = None
    ending: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)
    version: str = ""
    way: str = FROM
    effective: str = ""
    reason: str = ""

    @property
    def is_new(self) -> bool:
        """Whether it makes a new row."""
        return self.record is None

    @property
    def is_dated(self) -> bool:
        """Whether it asks from when a change holds."""
        return not self.is_new and not self.ending and EFFECTIVE in self.register.fields

    @property
    def groups(self) -> list[tuple[str, list[Column]]]:
        """The columns that it shows, in groups."""
        if self.ending:
            return [("", [self.register.fields[name] for name in (*self._open, *self.form.ends)])]
        return [(title, [self.register.fields[name] for name in names]) for title, names in self.form.groups]

    @property
    def _open(self) -> list[str]:
        """What must be filled and is not yet: asked for also by the short form."""
        if self.record is None:
            return []
        texts = self.record.texts
        return [one.name for one in self.register.columns if one.required and not texts.get(one.name)]

    @property
    def columns(self) -> list[Column]:
        """The columns that it shows."""
        return [column for _, columns in self.groups for column in columns]

    @property
    def action(self) -> str:
        """What saving is called: on the button and in the audit."""
        if self.is_new:
            return self.form.add
        if self.ending:
            return self.form.end
        return self.form.correct if self.is_dated and self.way == CORRECT else self.form.change

    @property
    def seen(self) -> str:
        """What was read, signed: the form brings it back."""
        return signing.dumps(self.was, salt=_salt(self.account, self.path), compress=True)

    @property
    def changed(self) -> frozenset[str]:
        """The names of the columns that the account has changed."""
        was = self.was or (self.record.texts if self.record else {})
        return frozenset(n for n, text in self.texts.items() if not same(self.register, n, text, was.get(n, "")))

    def wish(self) -> Wish:
        """What the account asks for."""
        record = self.record
        # a choice that was not made is not sent at all
        empty = {column.name: "" for column in self.columns}
        texts = {**(record.texts if record else empty), **self.texts}
        for column in self.register.columns:
            if column.private and not texts.get(column.name):
                texts.pop(column.name, None)
        if self.is_dated and self.way == FROM:
            texts[EFFECTIVE] = self.effective
        return Wish(
            register=self.register,
            lines=[Line(texts, record.row.pk if record else None)],
            action=self.action[:48],
            actor=self.account,
            scope=self.scope,
            reason=self.reason,
            version=(self.version or _NOT_READ) if record else "",
            only=self.changed if record else None,
        )

    def complaint(self) -> Outcome | None:
        """What keeps the form from being a wish: "from a day on" without a day."""
        if self.is_dated and self.way == FROM and not as_text(self.effective):
            return Outcome(faults={(0, EFFECTIVE): "请填从哪一天起变更；原来就记错了的，请选“更正”。"})
        return None


def mark_name(column: Column, code: str) -> str:
    """How the form calls the input of one item of a column of marks."""
    return f"{column.name}.{code}"


def same(register: Register, name: str, one: str, other: str) -> bool:
    """Whether two texts of a column say the same."""
    if isinstance(register.fields[name].widget, Several):
        return parts(one) == parts(other)
    return as_text(one) == as_text(other)


def _salt(account: User, path: str) -> str:
    return f"form:{account.pk}:{path}"


def was_shown(account: User, path: str, sent: Mapping[str, str]) -> dict[str, str] | None:
    """What this account was shown at this address, as the form brings it back; None where it was not."""
    try:
        found = signing.loads(sent.get("was", ""), salt=_salt(account, path), max_age=_SEEN_FOR)
    except signing.BadSignature:
        return None
    return {str(name): str(text) for name, text in found.items()}


def opened_empty(opened: Opened, asked: QueryDict) -> Opened:
    """A new form with what is known: proposals, and what the address says."""
    said = {column.name: asked.get(column.name, "")[:_MOST] for column in opened.columns if not column.private}
    said = {name: as_text(text) for name, text in said.items() if text}
    opened.texts = {**opened.form.known(Known(opened.scope, said)), **said}
    return opened


def opened_stored(opened: Opened) -> Opened:
    """A form about a stored record: what stands there today."""
    record = opened.record
    assert record is not None
    opened.texts = {column.name: record.texts.get(column.name, "") for column in opened.columns}
    opened.was, opened.version, opened.effective = record.texts, record.version, today().isoformat()
    if opened.ending:
        opened.texts |= {name: today().isoformat() for name in opened.form.ends if _is_open_day(opened, name)}
    return opened


def _is_open_day(opened: Opened, name: str) -> bool:
    """Whether a column is the day of the end and still empty; the day is then today."""
    return name.endswith("_on") or name == "valid_to" if not opened.texts.get(name) else False


def opened_sent(opened: Opened, sent: Mapping[str, str]) -> Opened:
    """A form as it was sent, or as its draft was kept."""
    shown = was_shown(opened.account, opened.path, sent)
    found = {column.name: _sent(column, sent) for column in opened.columns}
    opened.texts = {name: text for name, text in found.items() if text is not None}
    opened.was = shown or {}
    opened.version = as_text(sent.get("version", ""))[:64]
    opened.way = CORRECT if sent.get("way") == CORRECT else FROM
    opened.effective = as_text(sent.get(EFFECTIVE, ""))[:_MOST]
    opened.reason = as_text(sent.get(REASON, ""))[:_MOST_REASON]
    return opened


def _sent(column: Column, sent: Mapping[str, str]) -> str | None:
    """What was typed into a column; of a column of marks what was said of each item. None where it was not shown."""
    if column.name in sent:
        return _read(column, sent[column.name])
    if not isinstance(column.widget, Marks):
        return None
    said = {code: sent.get(mark_name(column, code)) for code in column.widget.items}
    if all(text is None for text in said.values()):
        return None
    return column.widget.compose({code: _read_one(text) for code, text in said.items() if text})


def _read_one(text: str) -> str:
    """What was typed of one item: nothing that would begin another."""
    return as_text(text[:_MOST_REASON]).replace("；", " ").replace(";", " ").strip()


def _read(column: Column, text: str) -> str:
    """What was typed; of a column of several texts each line is one."""
    kept = text[:_MOST].replace("\x00", "")
    if isinstance(column.widget, Several):
        return "；".join(line.strip() for line in kept.splitlines() if line.strip())
    return kept.strip()


def draft_of(request: HttpRequest, opened: Opened) -> Draft | None:
    """The draft of this form, where there is one."""
    return drafts.of(opened.account, opened.path)
