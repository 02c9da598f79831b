"""The party organizations that rows tell of, as rows of `party_organizations` and `covering`.

Which party organization a row means, in this order: the one of its code; the one already linked to the
organization under this name (without a name, its only one; an organization has only one of its own, so a living own
one under another name is the same); for joint forms the one of this name in the table or the register; else a new
one. A new one without a code gets one made from the organization's key and its name, or from its name alone where
several organizations share it, so that the same file gives the same code again.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from branches.models import CoveringLink
from branches.models.party_organizations import PartyOrganizationState
from branches.office_tables.organizations import key_of, readable_day, start_of
from branches.office_tables.party import Shape, contradicts, is_covered, is_read, shape
from branches.office_tables.rows import OfficeRow, OfficeTable
from branches.office_tables.stored import Known, Party, Stored
from portal.core.imports.texts import as_code
from portal.core.validity import covers

Form = PartyOrganizationState.Form


@dataclass
class PartyOfRows:
    """One party organization of the table: its cells for the register and the rows that name it."""

    code: str
    shape: Shape
    stored: Party | None
    rows: list[OfficeRow] = field(default_factory=list)


def made_code(prefix: str, of: str) -> str:
    """A code for what came without one: the same text gives the same code."""
    return f"{prefix}-{hashlib.sha256(as_code(of).encode()).hexdigest()[:10].upper()}"


def parties_of(table: OfficeTable, stored: Stored) -> dict[str, PartyOfRows]:
    """The party organizations of the table by code."""
    found: dict[str, PartyOfRows] = {}
    named = Counter(as_code(row.text("党组织名称")) for row in table.rows)
    for row in table.rows:
        if not _tells_of_one(table, row) or not key_of(row, stored):
            continue
        form = shape(row, is_shared=named[as_code(row.text("党组织名称"))] > 1)
        match = _match(table, row, form, stored)
        code = match.party.code if match else row.text("党组织编码") or _new_code(row, form, stored)
        party = found.setdefault(code, PartyOfRows(code, form, match))
        party.rows.append(row)
        _say_unread(table, row, form, party)
    return found


def _say_unread(table: OfficeTable, row: OfficeRow, said: Shape, party: PartyOfRows) -> None:
    """IMP-208 on a word that is no 党组织类别 or 组建形式, with what stands for it."""
    level, form = party.shape.level, party.shape.form
    if party.stored:
        level, form = party.stored.state.get_level_display(), party.stored.state.get_form_display()
    stays = "登记仍为" if party.stored else "暂按"
    if "党组织类别" in said.unread:
        words = "/".join(PartyOrganizationState.Level.labels)
        table.note(row, "组织建制", "IMP-208", f"不是 {words} 之一,该值未采用,{stays}{level}登记;请核对")
    if "组建形式" in said.unread:
        words = "/".join(Form.labels)
        table.note(row, "组建形式", "IMP-208", f"不是 {words} 之一,该值未采用,{stays}{form}组建登记;请核对")


def _tells_of_one(table: OfficeTable, row: OfficeRow) -> bool:
    """Whether the row says clearly that there is a party organization."""
    if contradicts(row):
        message = "写明未建立党组织,同一行又填了党组织名称或时间;党组织未登记,请核实"
        table.note(row, "是否建立党组织", "IMP-208", message)
        return False
    answer = is_covered(row)
    if answer is None and row.text("是否建立党组织"):
        table.note(row, "是否建立党组织", "IMP-208", "看不出是否已建立党组织,该值未采用;请填 是 或 否")
    return bool(answer)


def _match(table: OfficeTable, row: OfficeRow, form: Shape, stored: Stored) -> Party | None:
    code, name = row.text("党组织编码"), as_code(row.text("党组织名称"))
    if code:
        return stored.party_coded(code)
    known = stored.known(row)
    links = known.links if known else []
    living = [party for link, party in links if _is_active(link, party, table.day)]
    own = [party for party in living if party.state.form == Form.OWN]
    if not name:
        return next(iter(own or living or [party for _, party in reversed(links)]), None)
    same_name = [party for _, party in links if as_code(party.party.name) == name]
    if form.form == Form.OWN.label:
        return next(iter(same_name or own), None)
    return next(iter(same_name), None) or stored.party_named(name)


def _is_active(link: CoveringLink, party: Party, day: datetime.date) -> bool:
    """Whether the link and the party organization have not ended by `day`; either may still be to come."""
    return not party.is_over(day) and (link.valid_to is None or link.valid_to > day)


def _new_code(row: OfficeRow, form: Shape, stored: Stored) -> str:
    name = row.text("党组织名称")
    whose = "" if name and form.form != Form.OWN.label else key_of(row, stored)
    return made_code("DZZ", f"{whose} {name}")


# ── rows of the registers ───────────────────────────────────────────────────────────────────────────────────


def party_rows(
    table: OfficeTable, parties: dict[str, PartyOfRows], stored: Stored
) -> Iterator[tuple[int, dict[str, object]]]:
    """Rows of `party_organizations`: new ones in full, of stored ones only what is missing there."""
    for party in parties.values():
        row = party.rows[0]
        if party.stored is None:
            cells = _new_cells(table, party, stored)
            table.made.append({"row": row.number, "kind": "party_organizations", "code": party.code})
        else:
            cells = _completing_cells(party.rows, party.stored, stored)
        yield row.number, {"党组织编码": party.code, **cells}


def _new_cells(table: OfficeTable, party: PartyOfRows, stored: Stored) -> dict[str, object]:
    row = party.rows[0]
    _say_shape(table, row, party.shape)
    name = row.text("党组织名称")
    if not name:
        name = f"{row.text('名称')}{party.shape.level}"
        table.assume(row, "党组织名称", "没有党组织名称,暂以社会组织名称加党组织类别命名;请核对")
    days = [day for one in party.rows if (day := readable_day(one, "建立党组织时间"))]
    if not days and not row.text("建立党组织时间"):
        start_of(table, row, "建立党组织时间")
    return {
        "党组织名称": name,
        "党组织类别": party.shape.level,
        "组建形式": party.shape.form,
        "主管单位编码": _supervising(table, party.rows, stored),
        "批准日期": min(days, default=table.day),
        "批准文号": _first(party.rows, "批准文号"),
    }


def _say_shape(table: OfficeTable, row: OfficeRow, shape: Shape) -> None:
    """Warn of what the words do not say, and of what they mean for the figures."""
    for what in set(shape.assumed) - set(shape.unread):
        word = shape.level if what == "党组织类别" else shape.form
        table.note(row, _said_in(row, what), "IMP-202", f"没有写明{what},暂按{word}登记;请核对")
    if "党小组" in row.text("组织建制"):
        message = "党小组不是单独的党组织,按功能型登记:计入党的工作覆盖,不计入党组织覆盖"
        table.note(row, "组织建制", "IMP-202", message)


def _said_in(row: OfficeRow, what: str) -> str:
    """The column in which the row says, or would say, 党组织类别 or 组建形式."""
    first = ("组织建制", "组建形式") if what == "党组织类别" else ("组建形式", "组织建制")
    names = (*first, "党组织类型", "党组织名称", "是否建立党组织")
    return next((name for name in names if row.text(name) and is_read(row, name)), "党组织名称")


def _supervising(table: OfficeTable, rows: list[OfficeRow], stored: Stored) -> str:
    """The unit that approved it, if the directory knows it; else the unit whose staff bring the table, if any."""
    row = next((row for row in rows if row.text("审批单位")), rows[0])
    written = row.text("审批单位")
    if stored.unit(written) is not None:
        return written
    then = f"暂由填报单位 {stored.home} 主管" if stored.home else "主管单位暂缺"
    if written:
        table.note(row, "审批单位", "IMP-204", f"不在单位名录中,{then};请在单位名录补登后更正")
    else:
        table.assume(row, "审批单位", f"没有审批单位,{then};请补填", "IMP-204")
    return stored.home


def _first(rows: list[OfficeRow], name: str) -> str:
    return next((row.text(name) for row in rows if row.text(name)), "")


def _completing_cells(rows: list[OfficeRow], kept: Party, stored: Stored) -> dict[str, object]:
    """What the register requires, and what is missing there."""
    state, written = kept.state, _first(rows, "审批单位")
    unit = state.supervising_unit.code if state.supervising_unit else (written if stored.unit(written) else "")
    return {
        "党组织名称": kept.party.name,
        "党组织类别": state.get_level_display(),
        "组建形式": state.get_form_display(),
        "批准日期": kept.party.approved_on,
        "主管单位编码": unit,
        "批准文号": kept.party.document_number or _first(rows, "批准文号"),
    }


def covering_rows(
    table: OfficeTable, parties: dict[str, PartyOfRows], stored: Stored
) -> Iterator[tuple[int, dict[str, object]]]:
    """Rows of `covering`: a stored link as it is stored, a new one from the founding that the row gives."""
    for party in parties.values():
        for row in party.rows:
            link = stored_link(stored.known(row), party.code)
            kept, written = link.valid_from if link else None, row.text("建立党组织时间")
            start = start_of(table, row, "建立党组织时间", kept) if written else kept or table.day
            key = key_of(row, stored)
            yield row.number, {"党组织编码": party.code, "统一社会信用代码": key, "起始日期": start}


def stored_link(known: Known | None, code: str) -> CoveringLink | None:
    """The stored link between an organization and the party organization of this code."""
    return next((link for link, party in known.links[::-1] if party.party.code == code), None) if known else None


# ── what differs ────────────────────────────────────────────────────────────────────────────────────────────


def compare(table: OfficeTable, parties: dict[str, PartyOfRows], stored: Stored) -> None:
    """Report where rows and registers disagree about party organizations and covering."""
    of_row = {row.number: party for party in parties.values() for row in party.rows}
    for row in table.rows:
        known = stored.known(row)
        if known is None:
            continue
        party = of_row.get(row.number)
        _compare_links(table, row, known, party)
        if party and party.stored:
            _compare_party(table, row, party, party.stored, stored)
        _compare_responsible(table, row, known, stored)


def _compare_links(table: OfficeTable, row: OfficeRow, known: Known, party: PartyOfRows | None) -> None:
    says_no = is_covered(row) is False
    for link, other in known.links:
        active = link.holds_on(table.day) and covers(other.party.approved_on, other.party.dissolved_on, table.day)
        if party and other.party.code == party.code:
            if not active and link.valid_to and link.valid_to <= table.day:
                table.differ(row, "是否建立党组织", f"{other.party.name} 的覆盖已于 {link.valid_to} 结束")
        elif active and (party or says_no):
            column = "党组织名称" if party else "是否建立党组织"
            table.differ(row, column, f"由 {other.party.name} 覆盖(自 {link.valid_from})")


def _compare_party(table: OfficeTable, row: OfficeRow, party: PartyOfRows, kept: Party, stored: Stored) -> None:
    state, name = kept.state, row.text("党组织名称")
    if name and as_code(name) != as_code(kept.party.name):
        table.differ(row, "党组织名称", kept.party.name)
    for what, word, label in (
        ("党组织类别", party.shape.level, state.get_level_display()),
        ("组建形式", party.shape.form, state.get_form_display()),
    ):
        if word != label and what not in party.shape.assumed:
            table.differ(row, _said_in(row, what), label, word)
    unit = row.text("审批单位")
    if unit and state.supervising_unit and stored.unit(unit) != state.supervising_unit_id:
        table.differ(row, "审批单位", state.supervising_unit.name)
    link = stored_link(stored.known(row), party.code)
    day = readable_day(row, "建立党组织时间")
    if day and day not in {kept.party.approved_on, link.valid_from if link else None}:
        table.differ(row, "建立党组织时间", kept.party.approved_on.isoformat())
    if kept.is_over(table.day):
        table.differ(row, "党组织名称", f"{kept.party.name} 已于 {kept.party.dissolved_on} 撤销")


def _compare_responsible(table: OfficeTable, row: OfficeRow, known: Known, stored: Stored) -> None:
    """党建领导机关 is what article 1 computes: compared, never stored."""
    written = row.text("党建领导机关")
    span = next((span for span in known.spans if span.holds_on(table.day)), None)
    if not written or span is None:
        return
    unit = span.unit
    if unit is None or (stored.unit(written) != unit.pk and as_code(written) != as_code(unit.name)):
        table.differ(row, "党建领导机关", unit.name if unit else "待明确")
