"""The list of what came in."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse

from portal.core.imports import doors, seen
from portal.core.listing import Column, Filter, ListPage
from portal.core.models import AuditEntry, ImportBatch, User
from portal.core.templatetags import ui

from .columns import attribute


def _sum(row: ImportBatch, name: str) -> int:
    return sum(file[name] for file in row.result.get("files", []))


def _by_state(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    left = seen.unfinished(page.scope, cast(User, page.request.user))
    return rows.filter(pk__in=left.values("pk"))


class ImportRecords(ListPage):
    """导入记录: one's own plans, and what one's units have written."""

    route = "import-records"
    heading = "导入记录"
    measure = "次"
    capability = "import"
    order = "-at"
    searched = ("file_name",)
    search_hint = "文件名"
    columns = (
        Column(
            "name",
            "文件",
            attribute("file_name"),
            sort=F("file_name"),
            href=lambda row: reverse("import", args=[seen.key_of(row)]),
        ),
        Column("kind", "种类", lambda row: doors.kinds().get(row.kind, row.kind), sort=F("kind")),
        Column("at", "时间", lambda row: ui.moment(row.at), sort=F("at")),
        Column("by", "经手", lambda row: str(row.by) if row.by else "命令行"),
        Column("unit", "单位", attribute("unit.name"), empty="—"),
        Column("created", "新增", lambda row: _sum(row, "created"), figures=True),
        Column("updated", "更新", lambda row: _sum(row, "updated"), figures=True),
        Column("skipped", "未写入", lambda row: _sum(row, "skipped"), figures=True),
        Column(
            "state",
            "状态",
            lambda row: "已撤销" if row.undone else "已写入" if row.committed else "待写入",
            state=lambda row: "idle" if row.undone else "ok" if row.committed else "warn",
        ),
    )
    filters = (
        Filter(
            "kind",
            "种类",
            lambda page: doors.kinds().items(),
            lambda rows, value, page: rows.filter(kind=value),
        ),
        Filter("state", "状态", lambda page: [("unfinished", "有未写入的行")], _by_state),
    )

    def rows(self) -> QuerySet[Any]:
        """Imports with who made them and whether they were taken back, without the files."""
        rows = seen.within(self.scope, cast(User, self.request.user))
        undone = Exists(AuditEntry.objects.filter(undoes=OuterRef("entry")))
        return rows.annotate(undone=undone).select_related("by", "unit").defer("content", "planned")

    def tabs(self) -> list[tuple[str, str, bool]]:
        """The upload page stands beside its records."""
        return [("导入", reverse("imports"), False), *super().tabs()]
