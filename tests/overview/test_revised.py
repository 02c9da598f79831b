"""The revised series beside the stored one: in the engine, in the drawing, in its table."""

import datetime
import re

import pytest

from branches.models import CoveringLink
from portal.core import audit, recounts, snapshots
from portal.core.models import RevisedFigure
from portal.core.validity import today
from portal.desk.charts import trend
from portal.desk.figures import Past
from tests import world
from tests.overview.test_desk import page, text
from tests.overview.test_drawings import rate

pytestmark = pytest.mark.django_db
DAYS = [datetime.date(2016, 2, 29), datetime.date(2016, 3, 31), datetime.date(2016, 4, 30)]
BOTH = ("branch-coverage", "work-coverage")


def covered_since(city, start, reason=""):
    """It becomes known that somebody was covered from a day on."""
    link = world.link(city.parties["own"], city.organizations["nanshan-missing"], start)
    change = audit.ChangeOf("covering", str(link.pk), "新增", None, "")
    audit.record(actor=None, action="更正", changes=[change], reason=reason)
    return link


@pytest.fixture
def corrected(city):
    """Three stored days, of which the last two are other than they were known then."""
    snapshots.keep(DAYS)
    covered_since(city, "2016-03-15", "补录联合党支部")
    recounts.run()
    return city


def as_revised(by, group):
    """What `coverage --revised` says of a group, day by day."""
    found = {}
    for on in DAYS:
        for one in snapshots.revised(on, by, BOTH):
            if one.group == group:
                found[on, one.indicator] = (one.met, one.eligible, one.target)
    return found


@pytest.mark.parametrize(
    ("by", "group"), [("city", "city"), ("district", "440305"), ("district", "440304"), ("unit", "SZ-JYGW")]
)
def test_the_series_is_what_each_day_says(corrected, by, group, django_assert_num_queries):
    corrected.units["education"].valid_to = world.day("2016-03-20")
    corrected.units["education"].save()
    recounts.recount(DAYS[1], ["教育工委撤并"])
    with django_assert_num_queries(1):
        points = snapshots.revised_series(by, group, BOTH, DAYS)
    stored = {(one.day, one.kept.indicator): one.kept.met for one in points if one.kept}
    assert stored == {
        (on, one.indicator): one.met for on in DAYS for one in snapshots.figures(on, by, BOTH) if one.group == group
    }
    now = {
        (one.day, one.revised.indicator): (one.revised.met, one.revised.eligible, one.revised.target)
        for one in points
        if one.revised
    }
    assert now == as_revised(by, group)


def test_what_was_corrected_says_why_and_the_rest_nothing(corrected):
    points = snapshots.revised_series("city", "city", ["branch-coverage"], DAYS)
    assert [(one.kept.met, one.revised.met, one.reasons) for one in points] == [
        (3, 3, ()),
        (3, 4, ("补录联合党支部",)),
        (3, 4, ("补录联合党支部",)),
    ]


def test_a_correction_taken_back_is_no_other_series(client, corrected):
    CoveringLink.objects.everyone().filter(organization=corrected.organizations["nanshan-missing"]).delete()
    for on in DAYS:
        recounts.recount(on, ["补录有误"])
    assert RevisedFigure.objects.exists()
    points = snapshots.revised_series("city", "city", BOTH, DAYS)
    assert all(one.kept == one.revised for one in points)
    assert "修订后" not in text(page(client, corrected.users["city"], "/coverage/"))


def test_the_page_draws_it_says_why_and_has_both_columns(client, corrected):
    shown = text(page(client, corrected.users["city"], "/coverage/"))
    assert len(re.findall(r'<polyline class="line line-revised"', shown)) == 2
    assert "修订后：当晚存档以后更正了事实，理由：补录联合党支部" in shown
    table = shown[shown.index('id="trend-table"') :]
    [march] = [row for row in table.split("<tr>") if "2016-03-31" in row and "2016-04-30" not in row]
    cells = [" ".join(re.sub("<[^>]+>", "", cell).split()) for cell in re.findall(r"<td[^>]*>(.*?)</td>", march, re.S)]
    assert cells[1:4] == ["42.85%", "3 / 7", "57.14%"] and "补录联合党支部" in cells
    futian = text(page(client, corrected.users["city"], "/coverage/?district=440304"))
    assert "polyline" in futian and "修订后" not in futian


def test_a_stretch_begins_and_ends_at_the_points_around_it():
    names = dict.fromkeys(BOTH, "率")
    days = [datetime.date(2016, month, 1) for month in (1, 2, 3, 4, 5)]
    stored = [Past(on, rate(70, 100, day=on)) for on in days]
    assert trend(stored, names, None, stored).revised == []
    revised = [Past(on, rate(met, 100, day=on), ("录错",)) for on, met in zip(days, (70, 80, 70, 70, 60), strict=True)]
    drawn = trend(stored, names, None, revised)
    assert [len(one.points.split()) for one in drawn.revised] == [3, 2]
    assert [one.dy < 0 for one in drawn.revised] == [True, False], "its word stands away from the stored line"
    assert drawn.reasons == ["录错"] and drawn.corrected
    assert [bool(row.revised[0]) for row in drawn.rows] == [True, False, False, True, False]
    # the lowest revised figure has room in the drawing
    assert drawn.levels[-1][0] <= 60


@pytest.mark.parametrize("who", ["city", "nanshan"])
@pytest.mark.parametrize("query", ["by=unit", "by=district&district=440305", "by=kind&indicator=work-coverage"])
def test_the_fullest_page_takes_fifteen_statements(client, corrected, who, query, django_assert_max_num_queries):
    snapshots.keep([today() - datetime.timedelta(days=days) for days in (1, 40)])
    world.exclude(corrected.organizations["futian-missing"], "2015-01-01")
    client.force_login(corrected.users[who])
    with django_assert_max_num_queries(15):
        shown = text(client.get(f"/coverage/?{query}"))
    assert "line-revised" in shown and "why-card" in shown
