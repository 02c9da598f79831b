"""信件, the list: which letters went to which unit, and how each of their deliveries stands."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from portal.core import todo
from portal.core.listing import Column, Filter, ListPage
from portal.core.models import Delivery, User
from portal.core.pages import address
from portal.reports.letters import seen

Status = Delivery.Status
#: the state of a delivery as a sign
SIGNS = {
    Status.WAITING: "idle",
    Status.SENDING: "idle",
    Status.SENT: "ok",
    Status.UNCERTAIN: "warn",
    Status.REFUSED: "bad",
}
#: states in the order in which they need somebody
_WORST = (Status.REFUSED, Status.UNCERTAIN, Status.SENDING, Status.WAITING, Status.SENT)
#: refused at an address that is still written to
TO_MEND = "to-mend"
#: how many days the filter offers
_DAYS = 60


def _worst(row: Any) -> str:
    return next((status for status in _WORST if getattr(row, status.value.lower())), "")


def _state(row: Any) -> str:
    worst = _worst(row)
    if not worst:
        return "没有收件人"
    number = getattr(row, worst.lower())
    return Status(worst).label if number == row.recipients else f"{Status(worst).label} {number} / {row.recipients}"


def _narrow_state(rows: QuerySet[Any], value: str, page: ListPage) -> QuerySet[Any]:
    wanted = todo.refused() if value == TO_MEND else Q(status=value)
    return rows.filter(pk__in=Delivery.objects.filter(wanted).values("letter"))


def _days(page: ListPage) -> list[tuple[str, str]]:
    days = seen.within(page.scope, cast(User, page.request.user)).order_by("-day").values_list("day", flat=True)
    return [(day.isoformat(), day.isoformat()) for day in days.distinct()[:_DAYS]]


class Letters(ListPage):
    """信件: of one's own units and those below them."""

    route = "letters"
    heading = "信件"
    measure = "封"
    capability = "see-counts"
    order = "-day"
    searched = ("subject", "unit__name", "unit__code")
    search_hint = "主题、单位"
    empty_action = ("看单位名录", "units")
    template = "mailbox/list.html"
    columns = (
        Column(
            "subject",
            "主题",
            lambda row: row.subject,
            sort=F("subject"),
            href=lambda row: reverse("letter", args=[seen.key_of(row)]),
        ),
        Column(
            "unit",
            "单位",
            lambda row: row.unit.name if row.unit else None,
            sort=Coalesce(F("unit__name"), Value(""), output_field=CharField()),
            empty="本人",
            minor=True,
        ),
        Column("day", "数字的日期", lambda row: row.day, sort=F("day")),
        Column("late", "补发", lambda row: "补发" if row.late else "", empty="—", minor=True),
        Column("recipients", "收件人", lambda row: row.recipients, sort=F("recipients"), figures=True),
        Column("state", "状态", _state, state=lambda row: SIGNS[Status(_worst(row))] if _worst(row) else "idle"),
    )
    filters = (
        Filter("state", "状态", lambda page: [(TO_MEND, "被拒收待更正"), *Status.choices], _narrow_state),
        Filter("day", "日期", _days, lambda rows, value, page: rows.filter(day=value)),
    )

    def rows(self) -> QuerySet[Any]:
        """Letters with how many deliveries stand where, without their texts."""
        counts = {status.value.lower(): Count("deliveries", filter=Q(deliveries__status=status)) for status in Status}
        rows = seen.within(self.scope, cast(User, self.request.user)).select_related("unit")
        return rows.defer("text", "html", "workbook").annotate(recipients=Count("deliveries"), **counts)

    def tally(self) -> list[tuple[str, str, int, str]]:
        """What is not delivered, over all letters of the list: (sign, word, number, address)."""
        letters = seen.within(self.scope, cast(User, self.request.user))
        found = dict(
            Delivery.objects.filter(letter__in=letters).values_list("status").annotate(number=Count("pk")).order_by()
        )
        wanted = (Status.WAITING, Status.REFUSED, Status.UNCERTAIN)
        return [
            (SIGNS[one], one.label, found.get(one.value, 0), address(self.request, state=one.value)) for one in wanted
        ]
