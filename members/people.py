"""How a file names a person: by personal number, by staff number, or by name where an office has no number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from members.models import Member, MemberState, Person
from portal.core.crypto import blind_index
from portal.core.imports import codes
from portal.core.imports.columns import Known, Row
from portal.core.imports.findings import Fault
from portal.core.imports.run import chosen
from portal.core.imports.texts import as_code
from portal.core.imports.widgets import Reference
from portal.core.search import pinyin
from portal.core.secrets import new_opaque_id

_PERSONAL = 18


def named(person: Person) -> Person:
    """Bring the pinyin of a new or renamed person up to date."""
    whole, initials = pinyin(person.name)
    person.pinyin = f"{initials} {whole}"[:64]
    return person


def by_name_only(name: str) -> Person:
    """A new, unsaved person of whom an office knows the name alone: unconfirmed, with a staff number made here."""
    opaque = new_opaque_id()
    return named(Person(opaque_id=opaque, number=f"RY-{opaque[:8].upper()}", name=name, confirmed=False))


def index_of(text: str) -> str | None:
    """The blind index of what looks like a personal number."""
    code = as_code(text).upper()
    return blind_index(code) if len(code) == _PERSONAL else None


def private_phone(text: str) -> codes.Code:
    """A private phone: digits, blanks and dashes taken out. Raises Fault IMP-102."""
    digits = as_code(text).replace("-", "").removeprefix("+86")
    if not digits.isdigit() or not 7 <= len(digits) <= 15:
        raise Fault("IMP-102", "不是电话号码;请填手机号")
    return codes.Code(digits)


def find_people(texts: set[str]) -> Mapping[str, list[int]]:
    """Primary keys by personal number, staff number or opaque id."""
    by_index = {index: text for text in texts if (index := index_of(text))}
    found: dict[str, list[int]] = defaultdict(list)
    for one in chosen(Person, "id_index", by_index):
        found[by_index[one.id_index]].append(one.pk)
    for field in ("number", "opaque_id"):
        for one in chosen(Person, field, texts):
            found[getattr(one, field)].append(one.pk)
    return found


def find_by_workplace(rows: list[Row], name: str = "name") -> dict[tuple[str, int], list[Member]]:
    """Members by name and any workplace they ever had, for the names and workplaces of these rows."""
    people = {one.pk: one for one in chosen(Person, "name", {row.get(name) for row in rows})}
    members = {one.pk: one for one in chosen(Member, "person_id", people)}
    found: dict[tuple[str, int], list[Member]] = defaultdict(list)
    for state in MemberState.objects.filter(member__in=list(members)).exclude(workplace=None):
        key = (people[state.member_id].name, state.workplace_id or 0)
        if members[state.member_id] not in found[key]:
            found[key].append(members[state.member_id])
    return found


class PersonReference(Reference):
    """Names a person; findings show personal numbers masked, the audit opaque ids."""

    secret = True

    def __init__(self) -> None:
        super().__init__("members", shown_by="file_key")

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int:
        """The person. A row that carries both numbers names one person by both; else IMP-113 at the second."""
        (_, first), *others = row.filled(kwargs["column"])
        for heading, text in others:
            self._check_other(first, heading, text, row, **kwargs)
        return super().clean(value, row, **kwargs)

    def _check_other(self, first: str, heading: str, text: str, row: Row, **kwargs: Any) -> None:
        """What the other number names, found as the first one is."""
        try:
            person = super().clean(text, row, **kwargs)
        except Fault as fault:
            row.find(fault.code, heading, self.shown(text), fault.message)
            return
        if person not in (kwargs["run"].found(self.kind, first) or [person]):
            row.find("IMP-113", heading, self.shown(text), "与本行公民身份号码不是同一人;请核对两个号码")

    def shown(self, text: str) -> str:
        """A staff number as it is, a personal number masked."""
        return codes.masked(text) if len(as_code(text)) >= 15 else text[:80]

    def unknown(self, value: str, run: Known) -> Fault:
        """A wrong check digit is said as such; else the person is unknown."""
        if len(as_code(value)) in (15, _PERSONAL) and as_code(value)[:-1].isdigit():
            try:
                codes.personal_number(value)
            except Fault as fault:
                return fault
        return super().unknown(value, run)


def fill_by_name(rows: list[Row], known: Mapping[Any, Person], key: Any) -> list[Person]:
    """Give rows without a person the one known under `key(row)`, else a new unconfirmed one; the new ones, unsaved.

    Rows of one file with the same key are one person.
    """
    made: dict[Any, Person] = {}
    for row in rows:
        found = known.get(key(row))
        if found is None:
            found = made.setdefault(key(row), _newcomer(row))
        row.values["person"] = found
    return list(made.values())


def _newcomer(row: Row) -> Person:
    """A new person by name, with the personal number and the private phone where an office gave them beside it."""
    person = by_name_only(row.get("name"))
    if number := row.get("id_number"):
        person.id_number, person.id_index, person.confirmed = number, index_of(number), True
    person.mobile = row.get("mobile") or ""
    return person


def find_holders(rows: list[Row]) -> None:
    """Give rows that name a person by personal number beside the name the stored one; in lenient sheets only.

    Where the stored person is called otherwise the number is left out (IMP-208): one of the two is wrong.
    """
    indexes = {row.number: index_of(row.get("id_number")) for row in rows if row.get("id_number")}
    holders = {one.id_index: one for one in chosen(Person, "id_index", indexes.values())}
    for row in rows:
        holder = holders.get(indexes.get(row.number))
        if holder is None or row.get("person_id") is not None:
            continue
        if holder.name == row.get("name"):
            row.values["person_id"] = holder.pk
        else:
            del row.values["id_number"]
            text = "这个号码已登记在另一姓名之下,未采用;请核对姓名和号码"
            row.find("IMP-208", "身份证号", codes.masked(row.texts["id_number"]), text)
