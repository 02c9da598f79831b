"""Exchanged columns of registry events (article 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orgs import annual, checklists
from orgs.columns import OrganizationReference, WordedChoice
from orgs.models import RegistryEvent, SocialOrganization
from orgs.scopes import registry_kept
from portal.core.imports.columns import Column, Row
from portal.core.imports.findings import Fault
from portal.core.imports.marks import Marks, only_asked
from portal.core.imports.register import UNITS, Register
from portal.core.imports.run import CHUNK, Run
from portal.core.imports.sheets import Changed
from portal.core.imports.widgets import Code, Day, Flag, Text, Whole
from portal.core.resources import WrittenUnit


class EventRegister(Register):
    """Registry events (成立登记, 变更登记, 年检) and the party-building reviews before them."""

    kind, title, model = "events", "登记事项", RegistryEvent
    kept_by = UNITS

    code = Column("事项编号", Code(), key=True, required=True)
    organization = Column("统一社会信用代码", OrganizationReference(), required=True)
    event_kind = Column(
        "事项", WordedChoice(RegistryEvent.Kind.choices, {"年报": "年检"}), attribute="kind", required=True
    )
    decided_on = Column("决定日期", Day(), required=True)
    reviewed_on = Column("党建审核日期", Day())
    reviewing_unit = Column("审核单位", WrittenUnit(), aside=True)
    opinion = Column("审核意见", Text(500), aside=True)
    answers = Column("核对结果", Marks(checklists.ITEMS, Flag()), aside=True)
    reported = Column("年检党建情况", Marks(annual.ITEMS, Whole(annual.MOST)), aside=True)

    def check(self, row: Row, run: Run) -> None:
        """Only items of the list of the kind and day are answered, and the party page only of an annual inspection."""
        super().check(row, run)
        kind, day = row.get("kind"), row.get("decided_on")
        if kind and day:
            only_asked(row, self.fields["answers"], checklists.checklist(kind, day).items, "当日的核对表")
        if kind:
            only_asked(row, self.fields["reported"], annual.asked(kind), "年检以外的事项")

    def complete(self, rows: list[Row], run: Run) -> None:
        """IMP-107 where a stored review answered another list than that of the kind and day that a row now gives, or a
        stored party page hangs on what is no annual inspection any more."""
        super().complete(rows, run)
        silent = [row for row in rows if not row.faulty and not {"answers", "reported"} <= row.values.keys()]
        stored = self.stored(silent)
        for row in silent:
            before, kind = row.about or stored.get(self.stored_key(row)), row.values["kind"]
            if before is not None:
                items = checklists.checklist(kind, row.values["decided_on"]).items
                self._keep(row, "answers", before.answers, items, "已存的核对结果属于另一份核对表;请一并填写核对结果")
                self._keep(
                    row, "reported", before.reported, annual.asked(kind), "已存的年检党建情况只属于年检;请一并清空"
                )

    def _keep(self, row: Row, name: str, stored: Mapping[str, Any], asked: Sequence[str], sentence: str) -> None:
        """Refuse a row that says nothing of a column whose stored items it does not ask for."""
        column = self.fields[name]
        if name not in row.values and column.widget.strangers(stored, asked):
            row.refuse(column, Fault("IMP-107", sentence))

    def restrict(self, rows: list[Row], run: Run) -> None:
        """A unit enters the events of what it answers for or registers; it takes none from others."""
        if run.is_unrestricted:
            return
        stored = self.stored(rows)
        about = {row.number: row.about or stored.get(self.stored_key(row)) for row in rows}
        own = self._kept({one.organization_id for one in about.values() if one} | _organizations(rows), run)
        for row in rows:
            before = about[row.number]
            named = {row.get("organization_id"), before.organization_id if before else row.get("organization_id")}
            if not named <= own:
                self.forbid(row, "不在本单位负责或登记的范围;请由负责或登记的单位填报")

    def note(self, run: Run, subject: str, attname: str, before: Any, after: Any) -> None:
        """Also who reviewed, where it names no unit and stands as written."""
        if attname == "reviewing_unit_written":
            run.changes.append(Changed(self.kind, subject, self.fields["reviewing_unit"], before, after))
        super().note(run, subject, attname, before, after)

    @staticmethod
    def _kept(organizations: set[int], run: Run) -> set[int]:
        """Those of these organizations whose registry the scope keeps, with those this run made itself."""
        kept = SocialOrganization.objects.everyone().filter(registry_kept(run.options.scope))
        found = organizations & run.made[SocialOrganization]
        ordered = sorted(organizations - found)
        for start in range(0, len(ordered), CHUNK):
            found |= set(kept.filter(pk__in=ordered[start : start + CHUNK]).values_list("pk", flat=True))
        return found


def _organizations(rows: list[Row]) -> set[int]:
    return {row.get("organization_id") for row in rows}
