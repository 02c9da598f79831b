"""Canaries: random words in everything that has a name, and who may ever read each of them.

Who may read what is written out by name, as in the door table: it is what the roles promise, said once more
without the code that keeps the promise.
"""

from __future__ import annotations

import re
import secrets
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from tests.cast import City
from tests.ledger import Pair

#: all canaries begin with it, so that a search for it finds whatever the searcher may find
MARK = "金丝雀"
_CANARY = re.compile(MARK + r"[0-9a-f]{12}")

_NANSHAN = frozenset({"city", "nanshan", "observer"})
_FUTIAN = frozenset({"city", "futian"})


@dataclass(frozen=True)
class Canary:
    """What bears it, and who may read it."""

    bearer: str
    readers: frozenset[str]


def found_in(response: Any) -> set[str]:
    """The canaries in a response, also inside a workbook."""
    body = b"".join(response) if response.streaming else response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return set(_CANARY.findall(body.decode("utf-8", "replace")))


def plant(city: City, pairs: dict[str, Pair]) -> dict[str, Canary]:
    """Give everything a canary; by the canary."""
    planted: dict[str, Canary] = {}

    def mark(row: Any, field: str, *readers: frozenset[str]) -> None:
        word = MARK + secrets.token_hex(6)
        setattr(row, field, word)
        row.save()
        planted[word] = Canary(f"{row._meta.label} {field}", frozenset().union(*readers))

    street, lin = frozenset({"street"}), frozenset({"lin"})
    orgs, parties, people = city.organizations, city.parties, city.people
    for key, readers in {
        "nanshan-own": _NANSHAN | street | lin,
        "nanshan-joint": _NANSHAN | street,
        "nanshan-missing": _NANSHAN | street,
        "futian-joint": _FUTIAN,
        "futian-posted": _FUTIAN | {"instructor"},
        "futian-missing": _FUTIAN,
        "school": _FUTIAN | {"education"},
    }.items():
        mark(orgs[key], "name", readers)
        mark(orgs[key], "former_names", readers)
    for key, readers in {
        "own": _NANSHAN | street | lin,
        # covers an organization of either district
        "joint": _NANSHAN | street | _FUTIAN,
        "futian": _FUTIAN,
    }.items():
        mark(parties[key], "name", readers)
        state = parties[key].states.get()
        state.name = parties[key].name
        state.save()
        mark(parties[key], "document_number", readers)
    for key, readers in {
        "lin": _NANSHAN | lin,
        "second": _NANSHAN | lin,
        "futian-member": _FUTIAN,
        "futian-secretary": _FUTIAN,
        "instructor": _FUTIAN | {"instructor"},
        "nanshan-instructor": _NANSHAN | street,
    }.items():
        mark(people[key], "name", readers)
    for kind, field in (
        ("member-report", "source"),
        ("exclusion", "reason"),
        ("exclusion", "approver"),
        ("event", "opinion"),
        ("charter-clause", "number"),
        ("purchase-score", "project"),
        ("site-application", "reasons"),
        ("site-review", "opinion"),
        ("site", "name"),
        ("site-visit", "seen"),
        ("site-grant", "purpose"),
    ):
        mark(pairs[kind].nanshan, field, _NANSHAN | street | lin)
        mark(pairs[kind].futian, field, _FUTIAN)
    mark(pairs["import"].nanshan, "file_name", frozenset({"city", "nanshan"}))
    mark(pairs["import"].futian, "file_name", _FUTIAN)
    return planted
