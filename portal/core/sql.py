"""The few places where PostgreSQL and SQLite spell the same thing differently, and small pieces of SQL.

Indicators are written once in SQL. Days go in as ISO text, which both engines compare with date columns.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.functions import RowNumber

#: so many ids stand in one statement as a list; a page asks for fewer, an export of a city for more
FEW = 5000


def table(model: type[models.Model]) -> str:
    """The quoted table name of a model."""
    return f'"{model._meta.db_table}"'


def active(alias: str, start: str = "valid_from", end: str = "valid_to") -> str:
    """SQL for "active on %(day)s" of the half-open span of `alias`."""
    return f"{alias}.{start} <= %(day)s AND ({alias}.{end} IS NULL OR {alias}.{end} > %(day)s)"


def day_number(expression: str) -> str:
    """A date as a whole number of days, for differences."""
    if connection.vendor == "sqlite":
        return f"CAST(julianday({expression}) AS INTEGER)"
    return f"(({expression})::date - DATE '2000-01-01')"


def greatest(*expressions: str) -> str:
    """The largest of several values, none of which may be NULL."""
    name = "MAX" if connection.vendor == "sqlite" else "GREATEST"
    return f"{name}({', '.join(expressions)})"


def least(*expressions: str) -> str:
    """The smallest of several values, none of which may be NULL."""
    name = "MIN" if connection.vendor == "sqlite" else "LEAST"
    return f"{name}({', '.join(expressions)})"


def by_bytes(expression: str) -> str:
    """Text compared by code point on both engines, so that "lowest code" means the same."""
    return expression if connection.vendor == "sqlite" else f'{expression} COLLATE "C"'


def materialized() -> str:
    """The hint that a shared sub-query be evaluated once, where the engine knows it (SQLite from 3.35 on)."""
    old = connection.vendor == "sqlite" and sqlite3.sqlite_version_info < (3, 35)
    return "" if old else "MATERIALIZED "


def choices(values: tuple[Any, ...]) -> str:
    """A list of constant words for IN (…). Only for constants of the code, never for input."""
    assert all(isinstance(value, str) and (value == "" or value.replace("_", "").isalnum()) for value in values)
    return ", ".join(f"'{value}'" for value in values)


def rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement with named parameters and return all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, {k: _plain(v) for k, v in parameters.items()})
        return cursor.fetchall()


def first_of_each(queries: Sequence[models.QuerySet[Any, Any]], most: int) -> list[list[list[str]]]:
    """The first rows of several ordered queries as text, none of it NULL; one statement, whatever the queries are of.

    The queries end in `values_list`, all with as many columns.
    """
    found: list[list[list[str]]] = [[] for _ in queries]
    parts, values = [], []
    for number, query in enumerate(queries):
        place = models.Window(RowNumber(), order_by=list(map(str, query.query.order_by)))
        text, parameters = query.annotate(place=place)[:most].query.sql_with_params()
        parts.append(f"SELECT {number}, listed_{number}.* FROM ({text}) listed_{number}")
        values += parameters
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for number, *row, _ in sorted(cursor.fetchall(), key=lambda row: (row[0], row[-1])):
                found[number].append(row)
    return found


def one_at_a_time(lock: int) -> None:
    """Make others wait who ask for the same lock, until this transaction ends. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def among(column: str, ids: Collection[int]) -> models.Q:
    """That a row is one of these; of more than stand in one statement on either engine nothing is asked: whoever names
    so many takes his own out of all."""
    return models.Q(**{f"{column}__in": ids}) if len(ids) <= FEW else models.Q()


def listed(ids: Collection[int], every: str) -> str:
    """The same as SQL for IN (…); `every` is a query for all ids."""
    return ", ".join(map(str, ids)) or "NULL" if len(ids) <= FEW else every


def insert(model: type[models.Model], columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write plain rows in a statement per 2,000, several times faster than through model instances."""
    names = ", ".join(f'"{column}"' for column in columns)
    one = f"({', '.join(['%s'] * len(columns))})"
    into = f"INSERT INTO {table(model)} ({names}) VALUES "
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(into + one, rows)
            return
        for start in range(0, len(rows), 2000):
            part = rows[start : start + 2000]
            cursor.execute(into + ", ".join([one] * len(part)), [value for row in part for value in row])


def as_day(value: Any) -> datetime.date | None:
    """A date column of a raw statement: SQLite gives text, PostgreSQL a date."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
