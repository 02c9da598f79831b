"""Exchanged columns of public offices (article 12)."""

from __future__ import annotations

from branches.models import Channel, PublicOffice
from branches.people_registers import PeopleRegister
from members.models import Person
from members.people import PersonReference
from portal.core.imports.columns import Column, Row
from portal.core.imports.findings import Fault
from portal.core.imports.register import UNITS
from portal.core.imports.run import Run
from portal.core.imports.widgets import Choice, Day, Reference, Text


class PublicOfficeRegister(PeopleRegister):
    """Delegates, people's deputies, CPPCC members (代表委员) among the people of the party organizations."""

    kind, title, model = "public_offices", "代表委员", PublicOffice
    kept_by = UNITS
    allowed_by = ("person_id", Person)

    person = Column(
        "公民身份号码", PersonReference(), also=("人员编号",), goes_out_as="人员编号", key=True, required=True
    )
    office = Column("类别", Choice(PublicOffice.Kind.choices), attribute="kind", key=True, required=True)
    level = Column("层级", Choice(PublicOffice.Level.choices), key=True, required=True)
    district = Column("行政区编码", Reference("districts"))
    session = Column("届次", Text(32), aside=True)
    channel = Column("推荐方式", Choice(Channel.choices), aside=True)
    valid_from = Column("起始日期", Day(), key=True, required=True)
    valid_to = Column("结束日期", Day())

    def check(self, row: Row, run: Run) -> None:
        """A seat of a district's body is one of some district."""
        super().check(row, run)
        if row.get("level") == PublicOffice.Level.DISTRICT and not row.texts.get("district"):
            row.refuse(self.fields["district"], Fault("IMP-101", "区级的须写明哪个区;请补填"))
