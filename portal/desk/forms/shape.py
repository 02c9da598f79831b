"""What the declaration of a form holds, and what is known when one is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from portal.core.scoping import Scope
from portal.core.units import UnitOnDay, UnitTree
from portal.core.validity import today

#: one choice: value, word
Option = tuple[str, str]


@dataclass(frozen=True)
class Known:
    """What is known when an empty form is opened: who asks, and what the address already says by column name."""

    scope: Scope
    asked: Mapping[str, str]

    @cached_property
    def tree(self) -> UnitTree:
        """The units of today."""
        return UnitTree.on(self.scope.day)

    @property
    def home(self) -> UnitOnDay | None:
        """The unit of the account."""
        return self.tree.units.get(self.scope.home_unit_id or 0)

    @property
    def home_code(self) -> str:
        """The code of the account's unit; empty where it has none."""
        return self.home.code if self.home else ""

    @property
    def day(self) -> str:
        """Today."""
        return today().isoformat()


@dataclass(frozen=True)
class Saved:
    """What was written: the stored row, and who wrote it."""

    row: Any
    scope: Scope


@dataclass(frozen=True)
class Offer:
    """What is offered next once a row was saved: a sentence, the word of a link and where it leads."""

    sentence: str
    word: str
    href: str


@dataclass(frozen=True)
class Asked:
    """The items that a column of marks asks about now: code and remark of each, and where the list comes from."""

    source: str
    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Items:
    """Which items a column of marks asks about: `of` reads it of what stands in the form (None: not known yet), `after`
    are the columns that it follows from, `first` says what to fill before."""

    of: Callable[[Mapping[str, str]], Asked | None]
    after: tuple[str, ...]
    first: str


def nothing_known(known: Known) -> dict[str, str]:
    """A form that proposes nothing."""
    return {}


@dataclass(frozen=True)
class Form:
    """How one register is kept by hand: the words of its actions, its columns in groups, its rule.

    `noun` is what a row is called; `add`, `change`, `end` and `withdraw` are verbs for buttons, headings and the
    audit. `ends` are the columns of the short form that ends a row (none: it cannot be ended). `known` proposes what
    an empty form starts with, `said` names a row in a sentence without naming people, `home` is the address of
    what a row concerns, `is_page` whether that is the page of the row itself. `organization` finds the organization
    whose answer the form says; `then` is the address of the form that follows on a new row, by its public key.
    `items` are those of the columns that hold marks.
    `checks` are the sentences of rules about a written row as (state, word, sentence), `offer` what follows on a new
    one.
    """

    kind: str
    noun: str
    add: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    home: Callable[[Saved], str]
    said: Callable[[Any], str]
    end: str = ""
    ends: tuple[str, ...] = ()
    rule: str = ""
    articles: tuple[int, ...] = ()
    helps: Mapping[str, str] = field(default_factory=dict)
    known: Callable[[Known], dict[str, str]] = nothing_known
    options: Mapping[str, Callable[[], Sequence[Option]]] = field(default_factory=dict)
    items: Mapping[str, Items] = field(default_factory=dict)
    organization: Callable[[Any], int | None] = lambda row: None
    then: Callable[[str], str] | None = None
    checks: Callable[[Any], Sequence[tuple[str, str, str]]] | None = None
    offer: Callable[[Saved], Offer | None] | None = None
    is_page: bool = False

    @property
    def slug(self) -> str:
        """How addresses name the register."""
        return self.kind.replace("_", "-")

    @property
    def change(self) -> str:
        """The verb of a fact that holds from a day on, and of a row without dated facts."""
        return f"变更{self.noun}"

    @property
    def correct(self) -> str:
        """The verb of a correction."""
        return f"更正{self.noun}"

    @property
    def withdraw(self) -> str:
        """The verb of taking away what should never have been entered."""
        return f"撤回{self.noun}"
