"""Many days kept at once say what each kept alone says, and what was counted live."""

from itertools import groupby

from portal.core import indicators, snapshots
from portal.core.models import Figure, Snapshot, SubjectState
from tests import world

DAYS = [world.day(text) for text in ("2014-02-28", "2014-04-30", "2015-02-28", "2016-10-23", "2026-10-31")]


def stored():
    """Every figure and every subject's state of every stored day."""
    figures = Figure.objects.order_by("snapshot__day", "indicator", "by", "group").values_list(
        "snapshot__day", "indicator", "by", "group", "group_name", "eligible", "met", "excluded", "target"
    )
    subjects = {
        (day, ind.code): [(one.id, one.name, one.status, one.reason, one.unit, one.district) for one in listed]
        for day in Snapshot.objects.values_list("day", flat=True)
        for ind in indicators.all_indicators()
        for listed in [indicators.explain(ind, day, source=indicators.stored)]
    }
    return {day: list(rows) for day, rows in groupby(figures, lambda row: row[0])}, subjects


def forget():
    for model in (Figure, SubjectState, Snapshot):
        model.objects.all().delete()


def test_many_days_at_once_equal_one_by_one_in_any_order(city):
    snapshots.keep(DAYS)
    together = stored()
    forget()
    for day in reversed(DAYS):
        snapshots.keep([day])
    assert stored() == together


def test_a_stored_figure_is_what_was_counted_live(city):
    live = {by: indicators.rates(DAYS[3], by) for by in indicators.GROUPINGS}
    snapshots.keep([DAYS[3]])
    for by, rates in live.items():
        kept = [rate.as_dict() for rate in snapshots.figures(DAYS[3], by)]
        assert kept == [rate.as_dict() for rate in rates]
