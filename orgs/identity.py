"""Which stored organization a row of a roster is about.

In prose. The key is the credit code, else the registration number; a row with both joins the two. A 9-character code
alone only proposes that two records are one; it joins them by itself only as characters 9–17 of a credit code that is
unique, and only where the registration numbers do not contradict. Two rows of one file are joined so as two files
would be, where they say nothing different: one has the credit code alone, the other, the only one with its 9-character
code, a registration number; they are written as one. What contradicts what is stored is IMP-107; the
same organization twice in one file is IMP-106; the same name and district under another key is IMP-206; one
9-character code on two organizations is IMP-207. Of a row that is refused for its keys neither is said: it tells of no
further organization.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from orgs.models import OrganizationState, SocialOrganization
from portal.core.imports.columns import Row
from portal.core.imports.run import chosen
from portal.core.validity import active_on, today

#: the row of the same file that a row is written with, among its values
JOINED = "joined"
#: what refuses a row for its keys
_REFUSED = frozenset({"IMP-106", "IMP-107"})


class Identities:
    """The rows of one roster beside the organizations that are stored."""

    def __init__(self, rows: list[Row], *, show_others: bool) -> None:
        self.rows = rows
        self.show_others = show_others
        self.by_credit = {one.credit_code: one for one in self._stored("credit_code")}
        self.by_number = {one.registration_number: one for one in self._stored("registration_number")}
        self.by_code: dict[str, list[SocialOrganization]] = defaultdict(list)
        for one in self._stored("organization_code"):
            self.by_code[one.organization_code].append(one)
        self.credits_of: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row.get("credit_code") and row.get("organization_code"):
                self.credits_of[row.get("organization_code")].add(row.get("credit_code"))

    def _stored(self, field: str) -> list[Any]:
        return chosen(SocialOrganization, field, (row.get(field) for row in self.rows))

    def settle(self) -> None:
        """Give each row its subject, or the findings that say why it has none."""
        for row in self.rows:
            row.subject = self._subject(row)
        self._join()
        self.rows = [row for row in self.rows if JOINED not in row.values]
        self._find_twins()
        own = [row for row in self.rows if not any(found.code in _REFUSED for found in row.findings)]
        self._find_shared_codes(own)
        self._find_namesakes(own)

    # ── whose row ──────────────────────────────────────────────────────────────────────────────────────────

    def _subject(self, row: Row) -> SocialOrganization | None:
        credit, number = row.get("credit_code"), row.get("registration_number")
        by_credit, by_number = self.by_credit.get(credit), self.by_number.get(number)
        if by_number and (
            (by_credit and by_credit.pk != by_number.pk) or (credit and by_number.credit_code not in (None, credit))
        ):
            other = f"“{by_number.key}”" if self.show_others else "另一组织"
            text = f"已登记在{other}名下,与本行信用代码矛盾;请核对"
            row.find("IMP-107", "登记证号", row.texts["registration_number"], text)
            return None
        return by_credit or by_number or self._by_code(row)

    def _by_code(self, row: Row) -> SocialOrganization | None:
        """Characters 9–17 of a credit code that is unique join a record that has the 9-character code alone."""
        code, credit, number = (row.get(n) for n in ("organization_code", "credit_code", "registration_number"))
        candidates = self.by_code.get(code, []) if code else []
        if len(candidates) != 1:
            return None
        one = candidates[0]
        credits = self.credits_of[code] | ({one.credit_code} if one.credit_code else set())
        numbers = {number, one.registration_number} - {None}
        joined_by_credit = bool(credit) != bool(one.credit_code) and len(credits) == 1
        return one if joined_by_credit and len(numbers) < 2 else None

    def _join(self) -> None:
        """Rows of one organization: the first with the credit code that holds the 9-character code of the second."""
        whole: dict[str, list[Row]] = defaultdict(list)
        lone: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            if code := row.get("organization_code"):
                (whole if row.get("credit_code") else lone)[code].append(row)
        for code, (row, *more) in lone.items():
            holders = whole.get(code, [])
            if len(holders) == 1 and not more and self._are_one(code, holders[0], row):
                row.values[JOINED] = holders[0]

    def _are_one(self, code: str, holder: Row, row: Row) -> bool:
        """Neither number, nor anything else that both say, nor what is stored speaks against it."""
        subjects = {one.subject.pk if one.subject is not None else None for one in (holder, row)}
        others = {one.pk for one in self.by_code.get(code, [])} - subjects
        shared = (holder.values.keys() & row.values.keys()) | {"effective"}
        agree = holder.is_good and row.is_good and all(holder.get(name) == row.get(name) for name in shared)
        return agree and len(subjects) == 1 and not others and not holder.get("registration_number")

    # ── what is odd ────────────────────────────────────────────────────────────────────────────────────────

    def _find_twins(self) -> None:
        first: dict[Any, Row] = {}
        for row in self.rows:
            keys = [(name, row.get(name)) for name in ("credit_code", "registration_number") if row.get(name)]
            if row.subject is not None:
                keys.append(("subject", row.subject.pk))
            twin = next((first[key] for key in keys if key in first), None)
            if twin is not None:
                heading = "统一社会信用代码" if row.get("credit_code") else "登记证号"
                value = row.get("credit_code") or row.get("registration_number") or ""
                row.find("IMP-106", heading, value, f"与第 {twin.number} 行是同一组织;请只保留一行")
            for key in keys:
                first.setdefault(key, row)

    def _find_shared_codes(self, rows: list[Row]) -> None:
        holders: dict[str, set[Any]] = defaultdict(set)
        for code, stored in self.by_code.items():
            holders[code] = {one.pk for one in stored}
        for row in rows:
            if code := row.get("organization_code"):
                holders[code].add(row.subject.pk if row.subject is not None else self._own(row))
        for row in rows:
            code = row.get("organization_code")
            if code and len(holders[code]) > 1:
                row.find("IMP-207", "组织机构代码", code, "同时在另一组织名下,两条都已保留;请核对是否同一组织")

    def _find_namesakes(self, rows: list[Row]) -> None:
        places: dict[tuple[str, Any], set[Any]] = defaultdict(set)
        named = chosen(SocialOrganization, "name", {row.get("name") for row in rows})
        states = OrganizationState.objects.filter(active_on(today()), organization__in=[one.pk for one in named])
        where = dict(states.values_list("organization_id", "district_id"))
        for one in named:
            places[one.name, where.get(one.pk)].add(one.pk)
        for row in rows:
            places[self._place(row, where)].add(row.subject.pk if row.subject is not None else self._own(row))
        for row in rows:
            if row.get("name") and len(places[self._place(row, where)]) > 1:
                row.find(
                    "IMP-206", "名称", row.get("name"), "同名同区的组织已有另一代码,两条都已保留;请核对是否同一组织"
                )

    @staticmethod
    def _place(row: Row, where: dict[int, Any]) -> tuple[Any, Any]:
        district = row.get("district_id") or (where.get(row.subject.pk) if row.subject is not None else None)
        return row.get("name"), district

    @staticmethod
    def _own(row: Row) -> tuple[Any, Any]:
        """A new organization is told from others by its own keys: twins in the file are one."""
        return row.get("credit_code") or "", row.get("registration_number") or ""
