"""Exchanged columns of the ground: districts, units, targets, the tasks of the units' plans."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet

from portal.core.imports.columns import Column, Row, Unanswered
from portal.core.imports.findings import Fault
from portal.core.imports.register import BATCH, UNITS, Register, register, upsert
from portal.core.imports.run import Run
from portal.core.imports.sheets import Changed
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
    Whole,
    parts,
)
from portal.core.indicators import all_indicators
from portal.core.models import District, PlanTask, Target, TaskNotice, Unit, UnitAlias, UnitState
from portal.core.plans import keeps_plan
from portal.core.policy import NOTICE_DAY
from portal.core.scoping import Scope
from portal.core.search import search_text
from portal.core.units import UnitTree
from portal.core.validity import today

#: what offices write where there is no concrete unit
_NO_UNIT = frozenset({"无", "直接登记", "暂无", "—", "-"})


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
        directory = units_known(run)
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

    def nothing(self, blank: Any) -> tuple[int | None, str]:
        """Neither a unit nor a spelling."""
        return None, ""

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


def units_known(run: Run) -> Directory:
    """All units, read once until their register changes."""
    if "units" not in run.memory:
        run.memory["units"] = Directory()
    return run.memory["units"]


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
    aliases = Column("别名", Several(4000), stored=False, aside=True)
    valid_from = Column("启用日期", Day())
    valid_to = Column("停用日期", Day())
    report_emails = Column("报告邮箱", Addresses(), aside=True)
    effective = EffectiveDay()

    def find(self, texts: set[str], run: Run) -> Mapping[str, list[int]]:
        """By code, any name it ever had, or alias."""
        names = units_known(run).names
        return {text: list(names[text]) for text in texts if text in names}

    def finish(self, subject: Unit) -> Unit:
        """How a unit is found."""
        subject.pinyin = search_text(subject.name, codes=[subject.code])[:128]
        return subject

    def write(self, rows: list[Row], run: Run) -> None:
        """Units with their states, then their aliases; an alias once known stays until a form takes it away."""
        super().write(rows, run)
        stored = {(alias.unit_id, alias.name): alias for alias in UnitAlias.objects.all()}
        fresh = []
        for row in rows:
            if row.exact:
                self._drop_aliases(row, [alias for (unit, _), alias in stored.items() if unit == row.subject.pk], run)
            for name in parts(row.get("aliases") or ""):
                if (row.subject.pk, name) not in stored:
                    fresh.append(UnitAlias(unit_id=row.subject.pk, name=name[:128]))
                    self._note_alias(row, "", name, run)
        UnitAlias.objects.bulk_create(fresh, batch_size=BATCH)

    def _drop_aliases(self, row: Row, stored: list[UnitAlias], run: Run) -> None:
        """Take away the aliases that an exact row does not name."""
        named = parts(row.get("aliases") or "")
        for alias in stored:
            if alias.name not in named:
                self._note_alias(row, alias.name, "", run)
                alias.delete()

    def _note_alias(self, row: Row, before: str, after: str, run: Run) -> None:
        if row.outcome == "unchanged":
            row.outcome = "updated"
            run.touched[Unit].add(row.subject.pk)
        if row.outcome == "updated":
            run.changes.append(Changed(self.kind, row.subject.code, self.fields["aliases"], before, after))

    def family(self, keys: Iterable[int]) -> list[QuerySet[Any]]:
        """Units, their states and aliases."""
        keys = list(keys)
        return [*super().family(keys), UnitAlias.objects.filter(unit__in=keys)]

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
        if code not in {indicator.code for indicator in all_indicators()}:
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


class Between(Whole):
    """A whole number between two."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(most)
        self.least = least

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> int:
        """The number. Raises Fault IMP-102."""
        found = super().clean(value)
        if found < self.least:
            raise Fault("IMP-102", f"应在 {self.least} 到 {self.most} 之间")
        return found


class PlanTaskRegister(Register):
    """The tasks of the units' plans (计划任务): the plan's unit keeps them, the owner reports how they were done."""

    kind, title, model = "plan_tasks", "计划任务", PlanTask
    kept_by = UNITS
    #: what the owner of a task in another unit's plan may write
    reported = frozenset({"done_on", "evidence"})

    code = Column("任务编号", Code(), key=True, required=True)
    unit = Column("单位编码", UnitReference(), required=True)
    year = Column("年度", Between(NOTICE_DAY.year, 2199), required=True)
    article = Column("通知条款", Between(1, 21), required=True, aside=True)
    task = Column("任务", Text(500), required=True, aside=True)
    measure = Column("措施", Text(500), aside=True)
    owner = Column("责任单位编码", UnitReference(), required=True)
    due_on = Column("完成期限", Day(), required=True)
    done_on = Column("完成日期", Day())
    evidence = Column("完成依据", Text(500), aside=True)

    def carried(self, keys: Iterable[int]) -> list[QuerySet[Any]]:
        """The notices by which these tasks were asked for."""
        return [TaskNotice.objects.everyone().filter(task__in=list(keys))]

    def may_only_end(self, row: Any, scope: Scope) -> bool:
        """The owner of a task in another unit's plan."""
        return not keeps_plan(scope, row.unit_id)

    def check(self, row: Row, run: Run) -> None:
        """The due day lies in the plan's year; what is done has a day that has come, and its evidence."""
        super().check(row, run)
        due, done = row.get("due_on"), row.get("done_on")
        if due and row.get("year") and due.year != row.get("year"):
            text = f"不在 {row.get('year')} 年度内;请改完成期限,或列入那一年度的计划"
            row.refuse(self.fields["due_on"], Fault("IMP-109", text))
        if done and done > today():
            row.refuse(self.fields["done_on"], Fault("IMP-109", "还没有到;完成以后再报告"))
        if done and not row.texts.get("evidence"):
            row.find("IMP-101", "完成依据", "", "报告完成要写明依据,如文件号、会议或台账;请补填")

    def complete(self, rows: list[Row], run: Run) -> None:
        """The owner is the unit of the plan or one below it."""
        super().complete(rows, run)
        tree = run.memory.setdefault(self.kind, UnitTree.on(today()))
        for row in rows:
            unit, owner = row.get("unit_id"), row.get("owner_id")
            if unit and owner and owner not in tree.below(unit):
                row.refuse(self.fields["owner"], Fault("IMP-113", "不是制定计划的单位或其下级单位;请改责任单位"))

    def restrict(self, rows: list[Row], run: Run) -> None:
        """A unit keeps its own plan; of the tasks that it owns in others' it reports how they were done."""
        if run.is_unrestricted:
            return
        own, stored = run.options.scope.own_unit_ids, self.stored(rows)
        for row in rows:
            task = row.about or stored.get(self.stored_key(row))
            if row.get("unit_id") in own and (task is None or task.unit_id in own):
                continue
            if task is None or task.owner_id not in own:
                self.forbid(row, "不是本单位的计划;请由制定计划的单位填报")
            elif any(getattr(task, name) != value for name, value in row.values.items() if name not in self.reported):
                self.forbid(row, "责任单位只报告完成日期和完成依据;任务由制定计划的单位变更")


register(DistrictRegister, UnitRegister, TargetRegister, PlanTaskRegister)
