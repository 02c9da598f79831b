"""From which day on a correction can have moved a figure: rows as made by hand, values as files wrote them."""

import datetime

import pytest

from portal.core import audit, corrections
from portal.core.models import AuditEntry, RowImage
from portal.core.validity import BEGINNING
from tests.world import day

LINK = {"id": 1, "valid_from": "2016-03-01", "valid_to": None, "evidence": "批复"}
TERM = {"id": 1, "started_on": "2013-05-01", "ends_on": "2016-05-01", "extended_to": None, "counts_until": "2016-05-01"}
UNIT = {"id": 1, "valid_from": None, "valid_to": "2016-05-01", "name": "某单位"}


def begun(reason="录错"):
    return corrections.reasons(AuditEntry.objects.all()).get(reason)


def corrected(*changes, reason="录错"):
    return audit.record(actor=None, action="修改", changes=changes, reason=reason)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after", "begins"),
    [
        (LINK, {**LINK, "valid_from": "2016-04-01"}, "2016-03-01"),
        (LINK, {**LINK, "valid_from": "2015-04-01"}, "2015-04-01"),
        ({**LINK, "valid_to": "2016-09-01"}, {**LINK, "valid_to": "2016-08-01"}, "2016-08-01"),
        ({**LINK, "valid_to": "2016-09-01"}, LINK, "2016-09-01"),
        (LINK, {**LINK, "evidence": "另一份"}, "2016-03-01"),
        (LINK, {**LINK, "evidence": "另一份", "valid_to": "2016-09-01"}, "2016-03-01"),
        (LINK, None, "2016-03-01"),
        (None, LINK, "2016-03-01"),
        # an extension counts from the end of the term, which comes before it
        (TERM, {**TERM, "extended_to": "2016-12-01", "counts_until": "2016-12-01"}, "2016-05-01"),
        # what holds from no day on, and what has no date at all, may have changed every day
        (UNIT, {**UNIT, "name": "另一单位"}, None),
        ({"id": 1, "days": "2.5"}, {"id": 1, "days": "3.0"}, None),
        # a moment is no day
        ({"id": 1, "at": "2016-03-01T10:00:00"}, {"id": 1, "at": "2016-04-01T10:00:00"}, None),
    ],
)
def test_a_row_begins_with_what_was_changed(before, after, begins):
    entry = corrected(audit.ChangeOf("covering", "x", "依据", "甲", "乙"))
    RowImage.objects.create(entry=entry, table="branches.coveringlink", row=1, before=before, after=after)
    assert begun() == (day(begins) if begins else BEGINNING)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after", "begins"),
    [
        (datetime.date(2016, 3, 1), datetime.date(2016, 2, 1), "2016-02-01"),
        (datetime.date(2016, 3, 1), None, None),
        ("福田区", "南山区", None),
    ],
)
def test_of_a_file_only_dates_tell_a_day(before, after, begins):
    corrected(audit.ChangeOf("covering", "x", "起始日期", before, after))
    assert begun() == (day(begins) if begins else BEGINNING)


@pytest.mark.django_db
def test_several_rows_and_the_same_reason_again_begin_with_the_earliest():
    dates = [("2016-05-01", "2016-06-01"), ("2016-03-01", "2016-04-01"), ("2016-07-01", "2016-08-01")]
    corrected(*(audit.ChangeOf("covering", "x", "起始日期", day(a), day(b)) for a, b in dates[:2]))
    corrected(audit.ChangeOf("covering", "y", "起始日期", *map(day, dates[2])), reason="另录")
    corrected(audit.ChangeOf("covering", "z", "起始日期", day("2016-02-01"), day("2016-09-01")))
    assert corrections.reasons(AuditEntry.objects.all()) == {"录错": day("2016-02-01"), "另录": day("2016-07-01")}


@pytest.mark.django_db
def test_without_a_reason_or_a_change_it_is_no_correction():
    corrected(audit.ChangeOf("covering", "x", "起始日期", day("2016-05-01"), day("2016-06-01")), reason="")
    corrected()
    assert corrections.reasons(AuditEntry.objects.all()) == {}
