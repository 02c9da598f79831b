"""What goes into the engine and what comes out: sheets, options, reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import models

from portal.core.audit import ChangeOf
from portal.core.imports.columns import Column
from portal.core.imports.findings import Finding
from portal.core.models import AuditEntry, ImportBatch, User
from portal.core.scoping import Scope, everything

MAX_ROWS = 100_000


@dataclass
class Sheet:
    """Rows of one register: cells by heading, exactly the headings of the bundle file `kind`.

    `rows` are (row number as a spreadsheet shows it, {heading: cell}); a cell may be text, number, date or None.
    Several sheets may carry the same `file` and row numbers (an office table that feeds several registers).
    `lenient`: a fault in a column that is no key is a warning and the value is left out (IMP-208), and people
    may be named without a number (see `members.resources`). `findings` are those of whoever read the file; a row
    with an error among them is not written. `heading_row` is where the headings stood; `written_as` are the
    office's own words for headings, for findings to name.

    A form is a sheet of one row: `about` names the stored row that a row is about, whatever its key now says
    (row number → primary key), in an `exact` sheet an empty cell empties the stored value, and `only` the columns of
    these names are written into states (None: all): what a form shows of today is not laid over other days.
    """

    kind: str
    file: str
    headings: list[str]
    rows: list[tuple[int, dict[str, object]]]
    lenient: bool = False
    findings: list[Finding] = field(default_factory=list)
    heading_row: int = 1
    written_as: dict[str, str] = field(default_factory=dict)
    about: dict[int, int] = field(default_factory=dict)
    exact: bool = False
    only: frozenset[str] | None = None


@dataclass(frozen=True)
class Options:
    """How to run: `commit` writes (else it only plans), `valid_rows` writes what is without errors.

    `reason` goes into the audit entry; `batch` is a planned ImportBatch that this run commits (None: a new one);
    `kind`, `file_name` and `digest` describe what came in, for a new batch. `action` is set where somebody wrote by
    hand: the audit entry carries it, and there is no batch. `tell` is how many changes a plan says in words.
    """

    commit: bool = False
    valid_rows: bool = False
    reason: str = ""
    actor: User | None = None
    scope: Scope = field(default_factory=everything)
    max_rows: int = MAX_ROWS
    kind: str = "bundle"
    file_name: str = ""
    digest: str = ""
    batch: ImportBatch | None = None
    action: str = ""
    tell: int = 0


@dataclass
class FileReport:
    """What happened, or would happen, to one sheet."""

    file: str
    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    heading_row: int = 1
    findings: list[Finding] = field(default_factory=list)
    #: primary keys of the rows that were written, or would be, in the order of the sheet
    keys: list[int] = field(default_factory=list)
    #: numbers of the rows that named a stored row by its key alone
    met: list[int] = field(default_factory=list)
    #: numbers of the rows that were refused, or would be
    refused: set[int] = field(default_factory=set)

    @property
    def errors(self) -> list[Finding]:
        """Findings that keep rows from being written."""
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        """Findings that keep nothing from being written."""
        return [finding for finding in self.findings if not finding.is_error]

    def as_json(self) -> dict[str, Any]:
        """The public form of one file."""
        return {
            "file": self.file,
            "kind": self.kind,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "errors": [finding.as_json() for finding in self.errors],
            "warnings": [finding.as_json() for finding in self.warnings],
        }


class Changed(NamedTuple):
    """A value of a register (its `kind`) that changed; `column` None: the whole row is new.

    `by_day`: it changed from a day on, and what was before still holds for the days before.
    """

    kind: str
    subject: str
    column: Column | None
    before: Any
    after: Any
    by_day: bool = False


@dataclass
class Report:
    """What happened, or would happen, to all sheets; `entry` is the audit entry of a commit.

    `needs_reason`: it corrects what stored days have used, and is not written without a reason. `created` and `changed`
    count the new rows and the changed cells among the changes, of a plan as well; `told` are its first ones in words,
    as many as were asked for. `touched` are the rows that were made or changed, by model, without what followed from
    them.
    """

    committed: bool = False
    files: list[FileReport] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    created: int = 0
    changed: int = 0
    told: list[ChangeOf] = field(default_factory=list)
    touched: dict[type[models.Model], set[int]] = field(default_factory=dict)
    entry: AuditEntry | None = None
    needs_reason: bool = False
    #: public keys of people whom the sheets named though another unit holds them
    elsewhere: list[str] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Whether any sheet has an error."""
        return any(file.errors for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The public form: JSON of the import commands."""
        return {"committed": self.committed, "files": [file.as_json() for file in self.files]}
