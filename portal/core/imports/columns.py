"""One cell, one column of a register and one row of a sheet, as the engine sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from import_export.fields import Field
from import_export.widgets import Widget

from portal.core.imports.findings import Fault, Finding
from portal.core.imports.texts import as_text


class Unanswered(Exception):
    """The cell names a row that is faulty itself: this row is left out without a finding of its own."""


class Known(Protocol):
    """What a cell may ask of the run that reads it: which rows a text names."""

    @property
    def own_rows(self) -> Mapping[str, list[Row]]:
        """Rows of the file being read, by the texts that name them."""

    def title(self, kind: str) -> str:
        """The Chinese word for a register."""

    def found(self, kind: str, text: str) -> list[Any]:
        """The primary keys that a text names."""

    def is_faulty(self, kind: str, text: str) -> bool:
        """Whether a text names a row that is faulty in its own file."""


class Cell(Widget):
    """A widget of this portal: `clean` gets the cell's text, its row, column and the run; faults are `Fault`."""

    names_a_row = False
    #: no finding, log or export repeats its text
    secret = False

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The value of a text that is not empty. Raises Fault."""
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The text of a value; empty for none."""
        return "" if value is None else str(value)

    def put(self, row: Row, column: Column, value: Any) -> None:
        """Lay a value into the row."""
        row.values[column.attname] = value

    def nothing(self, blank: Any) -> Any:
        """What `put` takes for an emptied cell."""
        return blank

    def shown(self, text: str) -> str:
        """What a finding may repeat of the cell."""
        return text[:80]


class Column(Field):
    """An exchanged column: heading, attribute, widget; whether it is part of the key, required, or a dated fact.

    `also` are other headings understood for it. `dated` columns live in the register's state rows. `stored=False`
    columns are read but are no attribute of the row (a day of effect, a term). `private` columns never go out.
    `lenient_only` columns exist in sheets of the office-table readers alone, where a number `or_by_name` may be
    missing because the person is named. `goes_out_as` is the heading of exports where it is another one. No figure
    depends on `aside` columns: they are corrected without a reason.
    """

    widget: Cell

    def __init__(
        self,
        heading: str,
        widget: Cell,
        *,
        attribute: str | None = None,
        key: bool = False,
        required: bool = False,
        also: tuple[str, ...] = (),
        dated: bool = False,
        stored: bool = True,
        private: bool = False,
        lenient_only: bool = False,
        or_by_name: bool = False,
        goes_out_as: str = "",
        aside: bool = False,
    ) -> None:
        super().__init__(attribute=attribute, column_name=heading, widget=widget)
        self.headings = (heading, *also)
        self.key, self.required, self.dated, self.stored = key, required, dated, stored
        self.private, self.lenient_only, self.or_by_name = private, lenient_only, or_by_name
        self.goes_out_as = goes_out_as or heading
        self.aside = aside
        self.name = ""

    @property
    def heading(self) -> str:
        """The heading as the public contract writes it."""
        return str(self.column_name)

    def is_required(self, *, lenient: bool) -> bool:
        """Whether it must be there and filled."""
        return self.required and not (lenient and self.or_by_name)

    @property
    def attname(self) -> str:
        """The attribute that a value is written to."""
        return f"{self.attribute}_id" if self.widget.names_a_row else str(self.attribute)


class Row:
    """One row while it is read: texts by column name, values by attribute, its findings."""

    __slots__ = (
        "about", "cells", "exact", "faulty", "findings", "lenient", "number", "only", "outcome", "silent", "subject",
        "texts", "unanswered", "values",
    )  # fmt: skip

    def __init__(self, number: int, cells: dict[str, object], *, lenient: bool, exact: bool = False) -> None:
        self.number = number
        self.cells = cells
        self.lenient = lenient
        #: an empty cell empties the stored value
        self.exact = exact
        #: attributes of states that are written; None: all that have a value
        self.only: set[str] | None = None
        #: the stored row that it is about, whatever its key says
        self.about: Any = None
        self.texts: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.findings: list[Finding] = []
        self.faulty = False
        #: it refers to a faulty row, or is a row of its file that is not written elsewhere
        self.unanswered = False
        #: it says nothing that could be written here, which is no fault
        self.silent = False
        #: the stored row that it is about, where there is one
        self.subject: Any = None
        #: created, updated or unchanged, once written
        self.outcome = ""

    @property
    def is_good(self) -> bool:
        """Whether it can be written."""
        return not self.is_refused and not self.silent

    @property
    def is_refused(self) -> bool:
        """Whether it must not be written, here or in another register that it feeds."""
        return self.faulty or self.unanswered

    def get(self, attname: str) -> Any:
        """A value, None where the cell is empty or unreadable."""
        return self.values.get(attname)

    def find(self, code: str, column: str, value: str, message: str) -> None:
        """Note a finding about a column; its message names row, column, value, reason and what to do."""
        written = f"为“{value[:40]}”" if value else ""
        said = f"第 {self.number} 行“{column}”{written}:{message}。"
        finding = Finding(self.number, column, code, value, said, bare=message)
        self.findings.append(finding)
        self.faulty = self.faulty or finding.is_error

    def filled(self, column: Column) -> Iterator[tuple[str, str]]:
        """The headings of a column under which this row has something, and the texts that stand there."""
        return ((heading, text) for heading in column.headings if (text := as_text(self.cells.get(heading))))

    def text_of(self, column: Column) -> str:
        """The text of a column's cell, under whichever of its headings it stands."""
        return next((text for _, text in self.filled(column)), "")

    def heading_of(self, column: Column) -> str:
        """The heading under which a column's cell stands in this file."""
        return next((heading for heading, _ in self.filled(column)), column.heading)

    def read(self, column: Column, run: Known) -> None:
        """Read one column's cell into a value, or find what is wrong with it."""
        text = self.text_of(column)
        self.texts[column.name] = text
        if not text:
            if column.is_required(lenient=self.lenient):
                self.find("IMP-101", column.heading, "", "必填,现为空;请补填")
            return
        try:
            column.widget.put(self, column, column.widget.clean(text, row=self, column=column, run=run))
        except Unanswered:
            self.unanswered = True
        except Fault as fault:
            self.refuse(column, fault)

    def refuse(self, column: Column, fault: Fault) -> None:
        """A fault in a column: an error, or in a lenient sheet's minor column a value left out."""
        shown = column.widget.shown(self.texts.get(column.name, ""))
        if self.lenient and not column.key and not column.required:
            self.values.pop(column.attname, None)
            self.find("IMP-208", self.heading_of(column), shown, f"{fault.message};该值未采用")
        else:
            self.find(fault.code, self.heading_of(column), shown, fault.message)
