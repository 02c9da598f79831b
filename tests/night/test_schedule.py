"""What is due at a moment: a table of cases, in the time of Asia/Shanghai whatever the clock of the machine says."""

import datetime

import pytest

from portal.core.validity import SHANGHAI
from portal.reports import schedule
from tests.world import day


def moment(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


CASES = {
    "before half past one the night is still to come": ("2026-11-25 01:29:59", "11-23", [], "11-23"),
    "at half past one yesterday is kept": ("2026-11-25 01:30", "11-23", ["11-24"], None),
    "until half past six there are no letters": ("2026-11-25 06:29:59", "11-24", [], None),
    "from half past six yesterday gets its letters": ("2026-11-25 06:30", "11-24", [], "11-24"),
    "in the evening too": ("2026-11-25 23:59", "11-24", [], "11-24"),
    "after midnight the letters of the day before are still the latest": ("2026-11-26 00:10", "11-24", [], "11-24"),
    "missed nights are made up, only the latest gets letters": (
        "2026-11-25 09:00",
        "11-20",
        ["11-21", "11-22", "11-23", "11-24"],
        "11-24",
    ),
    "the first snapshot of an installation is yesterday's": ("2026-11-25 12:00", "", ["11-24"], "11-24"),
    "the first one, in the small hours": ("2026-11-25 01:00", "", ["11-23"], "11-23"),
    "a gap before a night kept by hand is made up": ("2026-11-25 02:00", "11-21 11-24", ["11-22", "11-23"], None),
    "a day kept too early changes nothing": ("2026-11-25 02:00", "11-23 11-25", ["11-24"], None),
    "over the end of a year": ("2027-01-02 02:00", "12-30", ["12-31", "2027-01-01"], None),
}


def days(texts):
    return [day(text if text.startswith("20") else f"2026-{text}") for text in texts]


@pytest.mark.parametrize("case", CASES)
def test_what_is_due(case):
    now, stored, snapshots, letters = CASES[case]
    due = schedule.due(moment(now), days(stored.split()), established=True)
    assert due.snapshots == days(snapshots)
    assert due.letters == (days([letters])[0] if letters else None)


@pytest.mark.parametrize("now", ["2026-11-25 01:30", "2026-11-25 06:30"])
def test_nothing_is_due_before_there_is_an_organization(now):
    assert schedule.due(moment(now), [], established=False) == schedule.Due([], None)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_the_zone_in_which_the_moment_is_told_makes_no_difference(zone):
    from zoneinfo import ZoneInfo

    for now, expected in (("2026-11-25 01:29", "2026-11-23"), ("2026-11-25 01:30", "2026-11-24")):
        told = moment(now).astimezone(ZoneInfo(zone))
        assert schedule.due(told, [], established=True).snapshots == [day(expected)]


def test_an_installation_that_stood_still_for_years_starts_anew():
    long, longer = (day("2026-11-24") - datetime.timedelta(days=back) for back in (400, 401))
    now = moment("2026-11-25 02:00")
    assert len(schedule.due(now, [long], established=True).snapshots) == 400
    assert schedule.due(now, [longer], established=True).snapshots == [day("2026-11-24")]
