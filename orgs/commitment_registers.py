"""Exchanged columns of what article 11 asks besides the gates: agreements, clauses of charters, scores of purchases."""

from __future__ import annotations

from orgs import purchasing
from orgs.columns import OrganizationReference
from orgs.models import CharterClause, PurchaseScore, ResponsibilityAgreement, SocialOrganization
from portal.core.imports.columns import Column, Row
from portal.core.imports.marks import Marks, held_to_sheet
from portal.core.imports.register import UNITS, Register
from portal.core.imports.run import Run
from portal.core.imports.widgets import Day, Text, Whole
from portal.core.resources import WrittenUnit

#: more people than ever sign; larger numbers are slips
_MOST = 100_000


class AgreementRegister(Register):
    """Joint-responsibility agreements (共同责任书)."""

    kind, title, model = "agreements", "共同责任书", ResponsibilityAgreement
    named_by, kept_by = (), UNITS
    spans = (("signed_on", "valid_to"), ("valid_from", "valid_to"))
    allowed_by = ("organization_id", SocialOrganization)

    organization = Column("统一社会信用代码", OrganizationReference(), key=True, required=True)
    signed_on = Column("签订日期", Day(), key=True, required=True)
    valid_from = Column("起始日期", Day(), required=True, aside=True)
    valid_to = Column("结束日期", Day(), aside=True)
    managers = Column("签订的管理人员数", Whole(_MOST), aside=True)
    partners = Column("签订的合伙人数", Whole(_MOST), aside=True)


class ClauseRegister(Register):
    """Clauses on party building in charters (章程党建条款)."""

    kind, title, model = "charter_clauses", "章程党建条款", CharterClause
    named_by, kept_by = (), UNITS
    spans = (("valid_from", "valid_to"),)
    allowed_by = ("organization_id", SocialOrganization)

    organization = Column("统一社会信用代码", OrganizationReference(), key=True, required=True)
    number = Column("条款号", Text(32), required=True, aside=True)
    valid_from = Column("起始日期", Day(), key=True, required=True)
    valid_to = Column("结束日期", Day(), aside=True)


class PurchaseScoreRegister(Register):
    """Scores of party building in government purchasing (政府购买服务党建评分)."""

    kind, title, model = "purchase_scores", "政府购买服务党建评分", PurchaseScore
    named_by, kept_by = (), UNITS
    allowed_by = ("organization_id", SocialOrganization)

    organization = Column("统一社会信用代码", OrganizationReference(), key=True, required=True)
    project = Column("项目名称", Text(128), key=True, required=True)
    scored_on = Column("评分日期", Day(), key=True, required=True)
    purchaser = Column("购买单位", WrittenUnit(), required=True, aside=True)
    points = Column("得分明细", Marks(purchasing.ITEMS, Whole(1000)), aside=True)

    def check(self, row: Row, run: Run) -> None:
        """Only items of the sheet of the day, none with more than it can give."""
        super().check(row, run)
        if day := row.get("scored_on"):
            held_to_sheet(row, self.fields["points"], purchasing.sheet(day))
