"""Lists: what a register shows of itself, declared in some ten lines by `portal.desk`.

A list is read within the scope of the account, filtered and sorted by its address, paged by key and exported as
it is shown: the columns of the page are the columns of the file.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal.core import audit, exports, keyset
from portal.core.imports.register import Register, registers
from portal.core.opaque import opaque
from portal.core.pages import View, WrongAddress, address, choice_in, requires, scope_of_request, text_in
from portal.core.search import fold
from portal.core.templatetags import ui
from portal.core.units import UnitTree
from portal.core.values import Value, as_words, has_parts, is_one_piece

PAGE_SIZE = 50
#: beyond this many rows a list says "more than", so that no page counts a whole city
COUNTED = 20_000
_CHUNK = 1000
#: as the page shows it, twice, and in the columns of the register's own file, which can be imported again
_FORMATS = {**exports.FORMATS, "register": "登记表（可再导入）"}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Cell:
    """One cell as a page shows it."""

    heading: str
    text: str
    css: str = ""
    href: str = ""
    note: str = ""
    chips: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Line:
    """One row as a page shows it: its cells, how forms name it, and for whoever may: the address of the form that
    changes it (or, `ending`, only ends it), and of what was done to it."""

    cells: list[Cell]
    key: str = ""
    change: str = ""
    history: str = ""
    ending: bool = False


@dataclass(frozen=True)
class Column:
    """One column: `value` is what a row has there, on the page and in the exported file.

    `sort` makes it sortable and must never be NULL; `href` leads on (empty: nowhere); `note` stands below; `state` is
    the sign of a state whose word is the value; `empty` is what stands where there is nothing. A `minor` column is
    left out on a phone.
    """

    name: str
    heading: str
    value: Callable[[Any], Value]
    sort: Combinable | None = None
    href: Callable[[Any], str] | None = None
    note: Callable[[Any], str] | None = None
    state: Callable[[Any], str] | None = None
    figures: bool = False
    minor: bool = False
    empty: str = ui.UNKNOWN

    def cell(self, row: Any) -> Cell:
        """What the page shows of a row."""
        value = self.value(row)
        text = as_words(value, self.empty)
        state = self.state(row) if self.state else ""
        return Cell(
            heading=self.heading,
            css=self.css(value),
            text="" if state else text,
            href=self.href(row) if self.href else "",
            note=self.note(row) if self.note else "",
            chips=[(state, text)] if state else (),
        )

    def css(self, value: Value = None) -> str:
        """Figures stand right, what is one piece does not break, what is minor stands on wide screens only."""
        classes = {"num": self.figures, "wide": self.minor, "nowrap": is_one_piece(value), "parts": has_parts(value)}
        return " ".join(name for name, holds in classes.items() if holds)


@dataclass(frozen=True)
class Filter:
    """One choice that narrows a list: its options as (value, word), and how a value narrows the rows.

    Without a `default` the address may name none, and nothing is narrowed.
    """

    name: str
    label: str
    options: Callable[[ListPage], Iterable[tuple[str, str]]]
    narrow: Callable[[QuerySet[Any], str, ListPage], QuerySet[Any]]
    default: str = ""


def equal(name: str, label: str, path: str, choices: Iterable[tuple[str, str]]) -> Filter:
    """A filter on a field with fixed choices."""
    options = list(choices)
    return Filter(name, label, lambda page: options, lambda rows, value, page: rows.filter(**{path: value}))


@dataclass(frozen=True)
class Choice:
    """A filter as the page shows it."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str
    default: str

    @property
    def is_set(self) -> bool:
        """Whether the address asks for something else than the list shows by itself."""
        return self.value != self.default


@dataclass(frozen=True)
class Heading:
    """The head of a column: where a click on it leads, and how the list is sorted by it now."""

    column: Column
    href: str
    sorted: str


class ListPage:
    """One list. A subclass names its rows, columns and filters; one object serves one request."""

    route: ClassVar[str]
    heading: ClassVar[str]
    measure: ClassVar[str] = "条"
    capability: ClassVar[str] = "see-registers"
    columns: ClassVar[Sequence[Column]]
    filters: ClassVar[Sequence[Filter]] = ()
    #: the column the list is sorted by unless the address says otherwise; "-" before it: downward
    order: ClassVar[str] = "name"
    #: fields that are searched
    searched: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[str] = "名称、曾用名、拼音首字母、代码"
    #: what to do where nothing is listed and nothing was asked for: word and route
    empty_action: ClassVar[tuple[str, str]] = ("导入登记簿", "imports")
    template: ClassVar[str] = "lists/list.html"
    #: the verbs that add and end a row by hand, and what can be done to many rows at once: (name, words)
    adding: ClassVar[str] = ""
    ending: ClassVar[str] = ""
    deeds: ClassVar[Sequence[tuple[str, str]]] = ()
    #: the lists of the same section, this one among them
    sisters: ClassVar[Sequence[type[ListPage]]] = ()

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.scope = scope_of_request(request)
        self.day = self.scope.day

    # ── to be named by a list ───────────────────────────────────────────────────────────────────────────────

    def rows(self) -> QuerySet[Any]:
        """All rows of the list within the scope."""
        raise NotImplementedError

    @cached_property
    def register(self) -> Register | None:
        """The register whose file these rows can go back into: the one of this name, if it holds these rows."""
        register = registers().get(self.kind)
        return register if register and register.model is self.rows().model else None

    @property
    def formats(self) -> dict[str, str]:
        """The formats of an export, with their words."""
        return {kind: word for kind, word in _FORMATS.items() if kind != "register" or self.register}

    @cached_property
    def tree(self) -> UnitTree:
        """The units of the day, read once."""
        return UnitTree.on(self.day)

    def beside(self, ids: Sequence[int] | None) -> Any:
        """What rows show that takes statements of its own: of these rows, of every row for an export (None)."""

    def complete(self, rows: list[Any], beside: Any) -> None:
        """Add it to the rows, and what follows from their columns."""

    def tabs(self) -> list[tuple[str, str, bool]]:
        """The sister lists that the account may open: (name, address, whether it is this one)."""
        return [
            (sister.heading, reverse(sister.route), sister is type(self))
            for sister in self.sisters
            if self.scope.can(sister.capability)
        ]

    def matching(self) -> Q:
        """Rows of which any searched field holds the words; `search_text` and `pinyin` hold folded text."""
        found = Q(pk__in=[])
        for name in self.searched:
            words = fold(self.words) if name.endswith(("search_text", "pinyin")) else self.words
            found |= Q(**{f"{name}__contains": words})
        return found

    # ── answering ───────────────────────────────────────────────────────────────────────────────────────────

    @classmethod
    def as_view(cls) -> View:
        """The view of this list."""

        @require_safe
        @requires(cls.capability)
        def view(request: HttpRequest) -> HttpResponseBase:
            page = cls(request)
            return page.export() if request.GET.get("as") else page.show()

        return view

    def show(self) -> HttpResponse:
        """The page."""
        found = self.window()
        lines = self.lines(found.rows)
        context = {
            "list": self,
            "tabs": self.tabs(),
            "headings": self.headings(),
            "rows": lines,
            "tools": bool(self.adding),
            "deeds": self.deeds if any(line.change for line in lines) else (),
            "choices": self.choices,
            "words": self.words,
            "sort": self.request.GET.get("sort", ""),
            "asked": self.is_narrowed,
            "count": self.count(found),
            "before": address(self.request, page=found.before) if found.before else "",
            "after": address(self.request, page=found.after) if found.after else "",
            "clear": self.request.path,
            "exports": self.exports(),
            "next_step": self.next_step(),
            "add": self.add(),
        }
        return render(self.request, self.template, context)

    def export(self) -> HttpResponse:
        """The whole list as it is narrowed and sorted, in the columns of the page; the export is audited."""
        if not self.scope.can("export"):
            raise PermissionDenied
        kind = choice_in(self.request, "as", self.formats)
        narrowed = {choice.label: dict(choice.options)[choice.value] for choice in self.choices if choice.value}
        audit.record(actor=self.request.user, action="导出", subject=self.heading, detail=narrowed)  # type: ignore[arg-type]
        ending = "csv" if kind == "csv" else "xlsx"
        response = HttpResponse(self.content(kind), content_type=TYPES[ending])
        name = f"{self.heading}-{self.day.isoformat()}.{ending}"
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response

    def content(self, kind: str) -> bytes:
        """The file of an export."""
        if kind == "register" and self.register:
            return exports.write_xlsx(self.register.headings, self.register.export_rows(self.narrowed.order_by("pk")))
        write = exports.write_csv if kind == "csv" else exports.write_xlsx
        return write([column.heading for column in self.columns], self.records())

    def records(self) -> Iterator[list[Value]]:
        """The values of every row in the order of the page."""
        sign = "-" if self.descending else ""
        ordered = self.sorted_rows.order_by(f"{sign}{keyset.SORT}", f"{sign}pk")
        waiting, beside = ordered.iterator(chunk_size=_CHUNK), self.beside(None)
        while part := list(itertools.islice(waiting, _CHUNK)):
            self.complete(part, beside)
            yield from ([column.value(row) for column in self.columns] for row in part)

    # ── what the address asks ───────────────────────────────────────────────────────────────────────────────

    @cached_property
    def choices(self) -> list[Choice]:
        """The filters with their options and what the address chose. Raises WrongAddress."""
        found = []
        for one in self.filters:
            options = list(one.options(self))
            value = choice_in(self.request, one.name, dict(options), one.default)
            found.append(Choice(one.name, one.label, options, value, one.default))
        return found

    @cached_property
    def words(self) -> str:
        """What is searched for."""
        return text_in(self.request, "q")

    @property
    def is_narrowed(self) -> bool:
        """Whether the address asks for less than everything."""
        return bool(self.words) or any(choice.is_set for choice in self.choices)

    @cached_property
    def narrowed(self) -> QuerySet[Any]:
        """The rows that the address asks for, unsorted."""
        rows = self.rows()
        for one, choice in zip(self.filters, self.choices, strict=True):
            if choice.value:
                rows = one.narrow(rows, choice.value, self)
        return rows.filter(self.matching()) if self.words else rows

    @cached_property
    def sorting(self) -> str:
        """The column the list is sorted by, with "-" before it where downward. Raises WrongAddress."""
        written = self.request.GET.get("sort", "") or self.order
        if written.removeprefix("-") not in self.sortable:
            words = "、".join(column.heading for column in self.sortable.values())
            raise WrongAddress(f"不能按“{written}”排序；可按：{words}。")
        return written

    @property
    def sortable(self) -> dict[str, Column]:
        """The columns that sort, by name."""
        return {column.name: column for column in self.columns if column.sort is not None}

    @property
    def descending(self) -> bool:
        """Whether the list runs downward."""
        return self.sorting.startswith("-")

    @property
    def sorted_by(self) -> Column:
        """The column the list is sorted by."""
        return self.sortable[self.sorting.removeprefix("-")]

    @property
    def sorted_rows(self) -> QuerySet[Any]:
        """The rows that the address asks for, with their sort value."""
        return self.narrowed.annotate(**{keyset.SORT: self.sorted_by.sort})

    def window(self) -> keyset.Window:
        """The page that the address asks for. Raises WrongAddress."""
        cursor = self.request.GET.get("page", "")
        try:
            return keyset.window(self.sorted_rows, descending=self.descending, size=PAGE_SIZE, cursor=cursor)
        except keyset.BadCursor:
            raise WrongAddress("地址里的页码无法识别，请从第一页重新翻看。") from None

    def cells(self, rows: list[Any]) -> list[list[Cell]]:
        """What the page shows of these rows."""
        self.complete(rows, self.beside([row.pk for row in rows]))
        return [[column.cell(row) for column in self.columns] for row in rows]

    @property
    def kind(self) -> str:
        """The register that forms of these rows write."""
        return self.route.replace("-", "_")

    def lines(self, rows: list[Any]) -> list[Line]:
        """These rows with what can be done to each; one statement more where the account keeps the register."""
        if not self.adding:
            return [Line(cells) for cells in self.cells(rows)]
        register, changeable = registers()[self.kind], self._changeable(rows)
        found = []
        for row, cells in zip(rows, self.cells(rows), strict=True):
            names = [self.route, opaque(register.model._meta.label_lower, row.pk)]
            ending, change = register.may_only_end(row, self.scope), reverse("record-change", args=names)
            change = "" if row.pk not in changeable else f"{change}?end=1" if ending else change
            found.append(Line(cells, names[1], change, reverse("record-history", args=names), ending))
        return found

    def _changeable(self, rows: list[Any]) -> set[int]:
        register = registers()[self.kind]
        if not register.may_add(self.scope):
            return set()
        own = register.changeable(self.scope).filter(pk__in=[row.pk for row in rows])
        return set(own.values_list("pk", flat=True))

    def add(self) -> tuple[str, str]:
        """(verb, address) of the form that adds a row; empty for those who may not."""
        may = bool(self.adding) and registers()[self.kind].may_add(self.scope)
        return (self.adding, reverse("record-new", args=[self.route])) if may else ("", "")

    # ── what the page says ──────────────────────────────────────────────────────────────────────────────────

    def count(self, found: keyset.Window) -> str:
        """How many rows there are; no further statement where the page holds them all."""
        number = len(found.rows)
        if found.before or found.after:
            number = self.narrowed.order_by()[: COUNTED + 1].count()
        return f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"

    def headings(self) -> list[Heading]:
        """The heads of the columns; a click sorts upward, another one downward."""
        found = []
        for column in self.columns:
            here = column.sort is not None and column is self.sorted_by
            turn = f"-{column.name}" if here and not self.descending else column.name
            found.append(
                Heading(
                    column=column,
                    href=address(self.request, sort=turn) if column.sort is not None else "",
                    sorted=("descending" if self.descending else "ascending") if here else "",
                )
            )
        return found

    def exports(self) -> list[tuple[str, str, str]]:
        """(word, what it is good for, address) of each format, for those who may export."""
        if not self.scope.can("export"):
            return []
        return [
            (word, exports.HINTS[kind], address(self.request, **{"as": kind})) for kind, word in self.formats.items()
        ]

    def next_step(self) -> tuple[str, str]:
        """What to do where nothing is listed: (word, address), empty where there is nothing to be done."""
        if self.is_narrowed:
            return "去掉条件看全部", self.request.path
        word, route = self.empty_action
        return (word, reverse(route)) if self.scope.can("import") else ("", "")
