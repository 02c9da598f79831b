"""Exchanged columns of the ground: districts, units, targets."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import models

from portal.core.imports.columns import Column, Row, Unanswered
from portal.core.imports.findings import Fault
from portal.core.imports.register import BATCH, Register, register, upsert
from portal.core.imports.run import Changed, Run
from portal.core.imports.stateful import EffectiveDay, StatefulRegister
from portal.core.imports.texts import as_code
from portal.core.imports.widgets import (
    Addresses,
    Cell,
    Choice,
    Code,
    Day,
    Flag,
    OwnReference,
    Percent,
    Reference,
    Several,
    Text,
    parts,
)
from portal.core.indicators import all_indicators
from portal.core.models import District, Target, Unit, UnitAlias, UnitState
from portal.core.search import search_text

#: what offices write where there is no concrete unit
_NO_UNIT = frozenset({"无", "直接登记", "暂无", "—", "-"})
#: codes of the public contract whose registers open later: their targets may be set already
_LATER_INDICATORS = frozenset(
    {"direct-election", "city-sites", "district-sites", "gate-review", "legal-communities", "legal-schools"}
)


class DistrictRegister(Register):
    """行政区 and 新区."""

    kind, title, model = "districts", "行政区", District
    named_by = ("code", "name", "gb_code")
    spans = (("valid_from", "valid_to"),)

    code = Column("行政区编码", Code(32), key=True, required=True)
    name = Column("名称", Text(64), required=True)
    is_new_district = Column("是否新区", Flag())
    gb_code = Column("国标代码", Code(12))
    valid_from = Column("启用日期", Day())
    valid_to = Column("停用日期", Day())

    def find(self, texts: set[str], run: Run) -> Mapping[str, list[int]]:
        """By code, name or national code; a city has a dozen districts, so all are read."""
        found: dict[str, set[int]] = defaultdict(set)
        for one in District.objects.all():
            for text in (one.code, one.name, one.gb_code):
                found[as_code(text)].add(one.pk)
        return {text: list(found[text]) for text in texts if text in found}


class UnitReference(Reference):
    """Names a unit by code, name or alias."""

    def __init__(self) -> None:
        super().__init__("units")


class WrittenUnit(UnitReference):
    """A unit as an office writes it; what resolves to no unit is kept as written, for someone to bind.

    A placeholder (无, 直接登记, 相关职能部门 …) is IMP-203, an unknown spelling IMP-204; neither is an error.
    `kinds` are the kinds of units that the column is about (街道, 社区): they tell units of one name apart.
    """

    def __init__(self, *kinds: str) -> None:
        super().__init__()
        self.kinds = kinds

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> tuple[int | None, str]:
        """(unit, "") or (None, as written). Raises Fault IMP-105 for a shared spelling, or Unanswered."""
        run, column = kwargs["run"], kwargs["column"]
        directory = run.registers["units"].directory(run)
        found = directory.narrowed(run.found("units", value), self.kinds, row.get("district_id"))
        if len(found) > 1:
            raise Fault("IMP-105", "对应多个单位;请改用单位编码")
        if found:
            if found[0] in directory.placeholders:
                self._say_placeholder(row, column, value)
            return found[0], ""
        if is_placeholder(value):
            self._say_placeholder(row, column, value)
        elif run.is_faulty("units", value):
            raise Unanswered
        else:
            row.find(
                "IMP-204", column.heading, value, "不在单位名录中,已按原文保留,待人工对应;可在单位名录补登该名称或别名"
            )
        return None, value[:128]

    def _say_placeholder(self, row: Row, column: Column, value: str) -> None:
        row.find("IMP-203", column.heading, value, "不是具体单位,按未填处理;如有具体单位请填写")

    def put(self, row: Row, column: Column, value: tuple[int | None, str]) -> None:
        """The unit, and what was written where there is none."""
        row.values[column.attname], row.values[f"{column.attribute}_written"] = value


def is_placeholder(text: str) -> bool:
    """Whether a text says that there is no concrete unit."""
    return as_code(text) in _NO_UNIT or "相关职能部门" in text


def bound_spellings(model: type[models.Model], column: str) -> list[Any]:
    """Bind rows of `model` whose `column`_written now names exactly one unit; the rows that changed, saved."""
    directory = Directory()
    waiting = model._default_manager.filter(**{f"{column}__isnull": True}).exclude(**{f"{column}_written": ""})
    changed = []
    for row in waiting:
        units = directory.names.get(as_code(getattr(row, f"{column}_written")), set())
        if len(units) == 1:
            setattr(row, f"{column}_id", min(units))
            setattr(row, f"{column}_written", "")
            changed.append(row)
    upsert(model, changed)
    return changed


class Directory:
    """What the import needs to know of all units at once."""

    def __init__(self) -> None:
        self.kinds: dict[int, str] = {}
        self.districts: dict[int, int | None] = {}
        self.names: dict[str, set[int]] = defaultdict(set)
        for state in UnitState.objects.select_related("unit").order_by("valid_from"):
            self.kinds[state.unit_id] = state.kind
            self.districts[state.unit_id] = state.district_id
            for text in (state.unit.code, state.name, state.unit.name):
                self.names[as_code(text)].add(state.unit_id)
        for unit, name in UnitAlias.objects.values_list("unit_id", "name"):
            self.names[as_code(name)].add(unit)
        self.placeholders = {unit for unit, kind in self.kinds.items() if kind == UnitState.Kind.PLACEHOLDER}

    def narrowed(self, units: list[int], kinds: tuple[str, ...], district: int | None) -> list[int]:
        """Where a column asks for units of some kinds: of several with one name those, then those of the district.

        Elsewhere a name that several units share stays ambiguous.
        """
        if not kinds or len(units) < 2:
            return units
        fitting = [unit for unit in units if self.kinds[unit] in kinds] or units
        near = [unit for unit in fitting if self.districts[unit] == district]
        return near if len(near) == 1 else fitting


class UnitRegister(StatefulRegister):
    """The unit directory (单位名录) with its aliases."""

    kind, title, model, state_model = "units", "单位", Unit, UnitState
    named_by = ("code", "name", "aliases")
    spans = (("valid_from", "valid_to"),)
    mirrored = ("name",)

    code = Column("单位编码", Code(), key=True, required=True)
    name = Column("单位名称", Text(), required=True, dated=True)
    unit_kind = Column(
        "单位类别",
        Choice(UnitState.Kind.choices, {"登记管理机关": "登记管理部门", "占位符": "占位"}),
        attribute="kind",
        required=True,
        dated=True,
    )
    parent = Column("上级单位编码", OwnReference("units"), dated=True)
    level = Column("层级", Choice(UnitState.Level.choices), dated=True)
    function = Column("职能", Choice([(f.value, f.value) for f in UnitState.Function]), dated=True)
    district = Column("行政区编码", Reference("districts"), dated=True)
    aliases = Column("别名", Several(4000), stored=False)
    valid_from = Column("启用日期", Day())
    valid_to = Column("停用日期", Day())
    report_emails = Column("报告邮箱", Addresses())
    effective = EffectiveDay()

    def directory(self, run: Run) -> Directory:
        """All units, read once until this register changes."""
        if self.kind not in run.memory:
            run.memory[self.kind] = Directory()
        return run.memory[self.kind]

    def find(self, texts: set[str], run: Run) -> Mapping[str, list[int]]:
        """By code, any name it ever had, or alias."""
        names = self.directory(run).names
        return {text: list(names[text]) for text in texts if text in names}

    def finish(self, subject: Unit) -> Unit:
        """How a unit is found."""
        subject.pinyin = search_text(subject.name, codes=[subject.code])[:128]
        return subject

    def write(self, rows: list[Row], run: Run) -> None:
        """Units with their states, then their aliases; an alias once known stays until a page takes it away."""
        super().write(rows, run)
        stored = {(alias.unit_id, alias.name) for alias in UnitAlias.objects.all()}
        fresh = []
        for row in rows:
            for name in parts(row.get("aliases") or ""):
                if (row.subject.pk, name) not in stored:
                    fresh.append(UnitAlias(unit_id=row.subject.pk, name=name[:128]))
                    self._note_alias(row, name, run)
        UnitAlias.objects.bulk_create(fresh, batch_size=BATCH)

    def _note_alias(self, row: Row, name: str, run: Run) -> None:
        if row.outcome == "unchanged":
            row.outcome = "updated"
            run.touched[Unit].add(row.subject.pk)
        if row.outcome == "updated":
            run.changes.append(Changed(self, row.subject.code, self.fields["aliases"], "", name))

    def export_more(self, chunk: list[Any], day: datetime.date) -> Mapping[int, Any]:
        """The aliases of these units."""
        found: dict[int, list[str]] = defaultdict(list)
        for alias in UnitAlias.objects.filter(unit_id__in=[unit.pk for unit in chunk]).order_by("id"):
            found[alias.unit_id].append(alias.name)
        return found

    def export_cell(self, column: Column, subject: Any, state: Any, more: Mapping[int, Any]) -> str:
        """Aliases from their own table, everything else from the unit and its state."""
        if column.name == "aliases":
            return "；".join(more.get(subject.pk, []))
        return super().export_cell(column, subject, state, more)


class IndicatorCode(Cell):
    """The code of an indicator of the public contract."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """The code. Raises Fault IMP-104."""
        code = as_code(value)
        if code not in _LATER_INDICATORS and code not in {indicator.code for indicator in all_indicators()}:
            raise Fault("IMP-104", "没有这个指标代码;请对照指标表")
        return code


class TargetRegister(Register):
    """Targets: per indicator, unit and first day; without a unit they hold for all."""

    kind, title, model = "targets", "目标", Target
    spans = (("valid_from", "due_on"),)

    indicator = Column("指标代码", IndicatorCode(), key=True, required=True)
    unit = Column("单位编码", UnitReference(), key=True)
    percent = Column("目标值", Percent(), required=True)
    valid_from = Column("起始日期", Day(), key=True, required=True)
    due_on = Column("届满日期", Day())


register(DistrictRegister, UnitRegister, TargetRegister)
