"""One stored row of a register as a form shows it, and who may open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portal.core.entry import images
from portal.core.imports.register import Register
from portal.core.imports.run import everyone
from portal.core.imports.stateful import StatefulRegister
from portal.core.opaque import opaque, row_of
from portal.core.scoping import Scope


@dataclass(frozen=True)
class Record:
    """A row of a register: what stands in its columns today (column name → text, as an export writes it), and the
    mark of the version that was read. A record without a row is a new one."""

    register: Register
    row: Any
    texts: dict[str, str]
    version: str

    @property
    def key(self) -> str:
        """How addresses name it."""
        return key_of(self.register, self.row.pk)


def key_of(register: Register, pk: int) -> str:
    """How addresses name a row of a register."""
    return opaque(register.model._meta.label_lower, pk)


def visible(register: Register, scope: Scope) -> QuerySet[Any]:
    """The rows of a register that the scope may look at."""
    return register.visible(scope)


def find(register: Register, key: str, scope: Scope) -> Any:
    """The row of this key, if the scope may look at it, else None: not yours looks like not there."""
    pk = row_of(register.model._meta.label_lower, key)
    return None if pk is None else visible(register, scope).filter(pk=pk).first()


def to_change(register: Register, key: str, scope: Scope) -> Any:
    """The row of this key, if the scope may change it, else None."""
    pk = row_of(register.model._meta.label_lower, key)
    return None if pk is None else register.changeable(scope).filter(pk=pk).first()


def may_change(register: Register, row: Any, scope: Scope) -> bool:
    """Whether the scope may change this row."""
    return register.changeable(scope).filter(pk=row.pk).exists()


def read(register: Register, row: Any) -> Record:
    """The row as it stands today; five statements at most."""
    if isinstance(register, StatefulRegister):
        [cells] = register.export_of([row])
    else:
        [cells] = register.export_rows(everyone(register.model).filter(pk=row.pk))
    texts = {column.name: cell for column, cell in zip(register.export_columns, cells, strict=True)}
    return Record(register, row, texts, version_of(register, [row.pk]))


def version_of(register: Register, keys: list[int]) -> str:
    """The mark of how these rows stand."""
    return images.version(images.take(register.family(keys)))
