"""Exchanged columns of this room: demonstration sites (`site_registers`), served places, groups, outreach."""

from __future__ import annotations

from typing import Any

from branches.models import PartyOrganization
from demonstration import site_registers
from demonstration.models import LegalGroup, Outreach, ServedPlace
from demonstration.scopes import led_districts
from portal.core.imports.columns import Column, Row
from portal.core.imports.register import SECRETARIES, UNITS, Register, register
from portal.core.imports.run import Run
from portal.core.imports.widgets import Choice, Code, Day, Reference, Text, Whole
from portal.core.scoping import Scope
from portal.core.search import search_text


class OfDistrict(Register):
    """Rows of a district, kept by whoever leads it."""

    kept_by = UNITS
    refusal = "不在本单位牵头的行政区；请由该区牵头单位或市级填报"

    def may_add(self, scope: Scope) -> bool:
        """City staff, and units that lead a district."""
        return super().may_add(scope) and (scope.city_wide or bool(scope.district_ids))

    def restrict(self, rows: list[Row], run: Run) -> None:
        """A unit keeps the rows of the district that it leads; it takes none from others."""
        if run.is_unrestricted:
            return
        stored = self.stored(rows)
        allowed = run.allowed(self.model, {one.pk for one in stored.values()})
        led = set(led_districts(run.options.scope).values_list("district_id", flat=True))
        for row in rows:
            one = row.about or stored.get(self.stored_key(row))
            if (one is not None and one.pk not in allowed) or row.get("district_id") not in led:
                self.forbid(row, self.refusal)


class PlaceRegister(OfDistrict):
    """Communities, schools, hospitals, job markets and fairs (服务对象)."""

    kind, title, model = "communities", "服务对象", ServedPlace
    spans = (("valid_from", "valid_to"),)

    code = Column("编码", Code(), key=True, required=True)
    name = Column("名称", Text(), required=True)
    place_kind = Column("类别", Choice(ServedPlace.Kind.choices), attribute="kind", required=True)
    district = Column("行政区编码", Reference("districts"), required=True)
    valid_from = Column("启用日期", Day())
    valid_to = Column("停用日期", Day())

    def stored_values(self, row: Row) -> dict[str, Any]:
        """With the initials by which the place is found."""
        values = super().stored_values(row)
        return {**values, "pinyin": search_text(values["name"])[:128]} if "name" in values else values


class LegalGroupRegister(OfDistrict):
    """Groups of lawyers who serve together (法律服务团); those of the whole city are the city's."""

    kind, title, model = "legal_groups", "法律服务团", LegalGroup
    spans = (("valid_from", "valid_to"),)

    code = Column("服务团编码", Code(), key=True, required=True)
    name = Column("服务团名称", Text(), required=True)
    group_kind = Column("服务团类别", Choice(LegalGroup.Kind.choices), attribute="kind", required=True)
    district = Column("行政区编码", Reference("districts"))
    valid_from = Column("起始日期", Day(), required=True)
    valid_to = Column("结束日期", Day())


class OutreachRegister(Register):
    """Which party organization serves which place, and how (下基层服务)."""

    kind, title, model = "outreach", "下基层服务", Outreach
    named_by, kept_by = (), SECRETARIES
    spans = (("valid_from", "valid_to"),)
    allowed_by = ("party_organization_id", PartyOrganization)

    party_organization = Column("党组织编码", Reference("party_organizations"), key=True, required=True)
    place = Column("对象编码", Reference("communities"), key=True, required=True)
    service = Column("类别", Choice(Outreach.Kind.choices), attribute="kind", key=True, required=True)
    valid_from = Column("起始日期", Day(), key=True, required=True)
    valid_to = Column("结束日期", Day())
    group = Column("服务团编码", Reference("legal_groups"))
    reached = Column("受众人数", Whole(1_000_000), aside=True)


register(*site_registers.REGISTERS, PlaceRegister, LegalGroupRegister, OutreachRegister)
