"""Exchanged columns of this room: organizations, member reports, exclusions, registry events."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet

from orgs.actions import bind_spellings
from orgs.columns import OrganizationReference, WordedChoice
from orgs.commitment_registers import AgreementRegister, ClauseRegister, PurchaseScoreRegister
from orgs.event_register import EventRegister
from orgs.identity import JOINED, Identities
from orgs.models import (
    Exclusion,
    MemberReport,
    OrganizationState,
    ResponsibleSpan,
    SocialOrganization,
)
from orgs.scopes import registry_kept
from orgs.supervision import responsible_unit
from portal.core.imports import codes
from portal.core.imports.columns import Column, Row
from portal.core.imports.findings import Fault
from portal.core.imports.register import UNITS, Register, after_import, register
from portal.core.imports.run import Run, chosen
from portal.core.imports.stateful import EffectiveDay, StatefulRegister
from portal.core.imports.widgets import Choice, Code, Day, Plain, Reference, Several, Text, Whole, parts
from portal.core.models import Unit, UnitState
from portal.core.resources import WrittenUnit, units_known
from portal.core.roles import Role
from portal.core.scoping import Scope
from portal.core.search import search_text
from portal.core.secrets import new_opaque_id
from portal.core.units import UnitTree

Kind = OrganizationState.Kind
#: what the first two characters of a civil-affairs credit code say (rules §7a, §9)
_KIND_OF_PREFIX = {"51": Kind.ASSOCIATION, "52": Kind.PRIVATE_NON_ENTERPRISE, "53": Kind.FOUNDATION}
_NORMAL = "NORMAL"


class OrganizationRegister(StatefulRegister):
    """Social organizations: the roster of the civil-affairs bureau."""

    kind, title, model, state_model = "organizations", "社会组织", SocialOrganization, OrganizationState
    named_by = ("credit_code", "registration_number")
    kept_by = UNITS
    either = (("credit_code", "registration_number"),)
    spans = (("established_on", "closed_on"),)
    kept_as_former = ("name", "former_names")

    credit_code = Column("统一社会信用代码", Plain(codes.credit_code), key=True)
    registration_number = Column("登记证号", Code(), key=True)
    organization_code = Column("组织机构代码", Plain(codes.organization_code))
    name = Column("名称", Text(), required=True)
    former_names = Column("曾用名", Several())
    organization_kind = Column(
        "类别",
        WordedChoice(Kind.choices, {"社会服务机构": "民办非企业单位", "民非": "民办非企业单位", "社团": "社会团体"}),
        attribute="kind",
        required=True,
        dated=True,
    )
    field = Column("领域", WordedChoice(OrganizationState.Field.choices), dated=True)
    registering_unit = Column("登记管理部门", WrittenUnit(), also=("登记管理机关",), dated=True)
    professional_unit = Column("业务主管单位", WrittenUnit(), dated=True)
    district = Column("行政区", Reference("districts", shown_by="name"), dated=True)
    subdistrict = Column("街道", WrittenUnit(UnitState.Kind.SUBDISTRICT), dated=True)
    community = Column("社区", WrittenUnit(UnitState.Kind.COMMUNITY), dated=True)
    mode = Column("登记方式", Choice(OrganizationState.Mode.choices), dated=True)
    closing = Column("登记状态", Choice([(_NORMAL, "正常"), ("CANCELLED", "注销"), ("REVOKED", "撤销")]))
    established_on = Column("成立日期", Day(), required=True)
    closed_on = Column("终止日期", Day())
    staff = Column("从业人员数", Whole(), dated=True)
    full_time_staff = Column("专职人员数", Whole(), dated=True)
    trade = Column("行业", Choice(OrganizationState.Trade.choices), dated=True)
    importance = Column("重点", Choice(OrganizationState.Importance.choices), dated=True)
    effective = EffectiveDay()

    # ── being named ────────────────────────────────────────────────────────────────────────────────────────

    def find(self, texts: set[str], run: Run) -> Mapping[str, list[int]]:
        """By credit code or registration number."""
        upper = {text.upper(): text for text in texts}
        found: dict[str, list[int]] = defaultdict(list)
        for one in chosen(SocialOrganization, "credit_code", upper):
            found[upper[one.credit_code]].append(one.pk)
        for one in chosen(SocialOrganization, "registration_number", texts):
            found[one.registration_number].append(one.pk)
        return found

    def labels(self, keys: Iterable[int]) -> dict[int, str]:
        """Credit code, else registration number."""
        return {one.pk: one.key for one in chosen(SocialOrganization, "pk", keys)}

    # ── one row ────────────────────────────────────────────────────────────────────────────────────────────

    def check(self, row: Row, run: Run) -> None:
        """Values that contradict each other (IMP-113) or fit oddly: a street in another district (IMP-205), a kind of
        another credit code (IMP-209)."""
        super().check(row, run)
        self._check_closing(row)
        self._check_code(row)
        self._check_place(row, run)

    def _check_closing(self, row: Row) -> None:
        """Closing follows its day: a closed organization has one, one in good standing has none."""
        closing, word = row.get("closing"), row.texts.get("closing", "")
        if closing == _NORMAL:
            row.values["closing"] = ""
        if closing == _NORMAL and row.get("closed_on"):
            self._contradict(row, "closing", "写着正常,却填了终止日期;请改其中一项")
        elif closing not in (None, "", _NORMAL) and not row.texts.get("closed_on"):
            self._contradict(row, "closing", f"已{word}却没有终止日期;请补填终止日期")

    def _check_code(self, row: Row) -> None:
        """The credit code agrees with the 9-character code; a kind that its first two characters do not say is odd, and
        stored as written (IMP-209)."""
        code, kind, inner = row.get("credit_code"), row.get("kind"), row.get("organization_code")
        if code and kind:
            by_civil_affairs, expected = code[0] == "5", _KIND_OF_PREFIX.get(code[:2], kind)
            if expected != kind or by_civil_affairs == (kind == Kind.INTERMEDIARY):
                text = f"与信用代码前两位“{code[:2]}”不符,已按原样登记;请核对类别和代码"
                row.find("IMP-209", "类别", row.texts["organization_kind"], text)
        if code and inner and code[8:17] != inner:
            self._contradict(row, "organization_code", f"与信用代码第 9–17 位“{code[8:17]}”不符;请核对两个代码")
        if code and not row.get("organization_code") and codes.organization_code_confirmed(code[8:17]):
            row.values["organization_code"] = code[8:17]

    def _contradict(self, row: Row, name: str, message: str) -> None:
        row.refuse(self.fields[name], Fault("IMP-113", message))

    def _check_place(self, row: Row, run: Run) -> None:
        street, district = row.get("subdistrict_id"), row.get("district_id")
        if street and district:
            lies_in = units_known(run).districts.get(street)
            if lies_in and lies_in != district:
                row.find("IMP-205", "街道", row.texts["subdistrict"], "不在所填的行政区内,已按原样保留;请核对")

    # ── all rows ───────────────────────────────────────────────────────────────────────────────────────────

    def key(self, row: Row) -> tuple[Any, ...] | None:
        """Twins are found by `match`, which knows both keys."""
        return None

    def match(self, rows: list[Row], run: Run) -> None:
        """Which stored organization each row is about (see `orgs.identity`)."""
        Identities(rows, show_others=run.is_unrestricted).settle()
        for row in rows:
            closed_on = row.subject.closed_on if row.subject is not None else None
            if closed_on and row.get("closing") == "" and not row.get("closed_on") and not row.exact:
                text = f"已存终止日期 {closed_on},与“正常”矛盾;请核对"
                row.refuse(self.fields["closing"], Fault("IMP-107", text))

    def restrict(self, rows: list[Row], run: Run) -> None:
        """A scope may write what it answers for and what it registers, and must leave it in its own hands."""
        if run.is_unrestricted:
            return
        units, tree = run.options.scope.writing_unit_ids, UnitTree.on(run.options.scope.day)
        stored = {row.subject.pk for row in rows if row.subject is not None}
        states = {s.organization_id: s for s in chosen(OrganizationState, "organization_id", stored) if not s.valid_to}
        answered = run.allowed(SocialOrganization, stored)
        kept = {
            span.organization_id
            for span in chosen(ResponsibleSpan, "organization_id", answered)
            if span.basis == ResponsibleSpan.Basis.KEPT and span.holds_on(run.options.scope.day)
        }
        for row in rows:
            before = states.get(row.subject.pk) if row.subject is not None else None
            if before and row.subject.pk not in answered and before.registering_unit_id not in units:
                self.forbid(row, "不在本单位负责或登记的范围;请由负责的单位填报")
            elif not (before and row.subject.pk in kept) and not _hands(row, before, tree) & units:
                self.forbid(row, "按本行填写,将不由本单位负责或登记;请由负责的单位或市级填报")

    def changeable(self, scope: Scope) -> QuerySet[Any]:
        """What the scope answers for, and what its units register."""
        if not self.may_add(scope) or (scope.city_wide and Role.CITY_STAFF in scope.roles):
            return super().changeable(scope)
        return SocialOrganization.objects.everyone().filter(registry_kept(scope))

    # ── writing ────────────────────────────────────────────────────────────────────────────────────────────

    def write(self, rows: list[Row], run: Run) -> None:
        """A row that was joined to another one of its file only adds to it what that one does not say."""
        wholes = {row.number: row.values.pop(JOINED) for row in rows if JOINED in row.values}
        joined = [row for row in rows if row.number in wholes]
        for row in joined:
            whole = wholes[row.number]
            whole.values = {**row.values, **whole.values}
        super().write([row for row in rows if row.number not in wholes], run)
        for row in joined:
            row.subject, row.outcome = wholes[row.number].subject, "unchanged"

    def make(self, row: Row) -> SocialOrganization:
        """A new organization with its opaque id and search text."""
        own, _ = self.split(row)
        return self.finish(SocialOrganization(opaque_id=new_opaque_id(), **own))

    def finish(self, subject: SocialOrganization) -> SocialOrganization:
        """How it is found: by names, pinyin, initials and codes."""
        subject.search_text = search_text(
            subject.name,
            *filter(None, subject.former_names.split("；")),
            codes=[subject.credit_code, subject.registration_number, subject.organization_code],
        )
        return subject

    def own_values(self, row: Row, own: dict[str, Any], effective: datetime.date | None) -> dict[str, Any]:
        """A renaming with a day keeps the old name as a former one; synonyms join those kept before."""
        stored = row.subject
        if "written" in own:
            own = {**own, "written": {**stored.written, **own["written"]}}
        if effective and own["name"] != stored.name:
            names = parts(own.get("former_names", stored.former_names))
            own = {**own, "former_names": "；".join(dict.fromkeys([*names, stored.name]))}
        return own


def _hands(row: Row, before: OrganizationState | None, tree: UnitTree) -> set[int | None]:
    """The units that will register the organization and answer for it (article 1) once the row is written."""

    def after(name: str) -> Any:
        return row.values[name] if name in row.values else getattr(before, name, None)

    registering = after("registering_unit_id")
    ruling = responsible_unit(
        field=after("field") or "",
        registering=tree.units.get(registering or 0),
        professional=tree.units.get(after("professional_unit_id") or 0),
        education_committee=tree.with_function(UnitState.Function.EDUCATION_COMMITTEE),
        health_committee=tree.with_function(UnitState.Function.HEALTH_COMMITTEE),
        kept=None,
    )
    return {registering, ruling.unit_id} - {None}


class MemberReportRegister(Register):
    """Numbers that organizations reported."""

    kind, title, model = "member_reports", "党员申报数", MemberReport
    named_by, kept_by = (), UNITS
    allowed_by = ("organization_id", SocialOrganization)

    organization = Column("统一社会信用代码", OrganizationReference(), key=True, required=True)
    reported_on = Column("填报日期", Day(), key=True, required=True)
    full = Column("正式党员数", Whole())
    probationary = Column("预备党员数", Whole())
    full_time = Column("专职党员数", Whole())
    part_time = Column("兼职党员数", Whole())
    candidates = Column("发展对象数", Whole())
    activists = Column("入党积极分子数", Whole())
    applicants = Column("申请入党人数", Whole())
    source = Column("来源", Text(64), aside=True)
    unset_reason = Column("未建立党组织原因", Text(32), lenient_only=True)


class ExclusionRegister(Register):
    """Approved exclusions from the adjusted rate."""

    kind, title, model = "exclusions", "不计入", Exclusion
    named_by, kept_by = (), UNITS
    spans = (("valid_from", "valid_to"),)
    allowed_by = ("organization_id", SocialOrganization)

    organization = Column("统一社会信用代码", OrganizationReference(), key=True, required=True)
    valid_from = Column("起始日期", Day(), key=True, required=True)
    valid_to = Column("结束日期", Day())
    reason = Column("理由", Text(200), required=True)
    evidence = Column("依据", Text(200), required=True)
    approver = Column("批准人", Text(64), required=True)


@after_import
def _bind(touched: Mapping[type[models.Model], set[int]]) -> None:
    """New units and aliases may resolve spellings that were kept as written."""
    if touched[Unit]:
        touched[SocialOrganization].update(bind_spellings())


register(
    OrganizationRegister,
    MemberReportRegister,
    ExclusionRegister,
    EventRegister,
    AgreementRegister,
    ClauseRegister,
    PurchaseScoreRegister,
)
