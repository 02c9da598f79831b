"""Days, numbers and texts as offices write them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.imports.findings import Fault
from portal.core.imports.texts import as_text, read_day, read_days, read_whole

FORMS = (
    lambda d: d.isoformat(),
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}年{d.month:02d}月{d.day:02d}日",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: as_text(d),
    lambda d: as_text(datetime.datetime(d.year, d.month, d.day, 8, 30)),
    lambda d: as_text(float(f"{d:%Y%m%d}")),
    lambda d: f"{d.isoformat()} 00:00:00",
)


def widen(text: str) -> str:
    """Digits and signs in full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)), st.sampled_from(FORMS), st.booleans())
def test_every_form_of_a_day_is_that_day(day: datetime.date, form, wide: bool) -> None:
    text = form(day)
    assert read_day(as_text(widen(text) if wide else f"  {text}　")) == day


@given(st.text(max_size=12))
def test_anything_else_is_a_day_or_a_fault(text: str) -> None:
    try:
        found = read_day(as_text(text))
    except Fault as fault:
        assert fault.code == "IMP-102" and fault.message
    else:
        assert isinstance(found, datetime.date)


@pytest.mark.parametrize(
    "text", ["2013-02-29", "13-01-02", "2013-13-01", "2013年", "1.2.2013", "1/2/2013", "41570", "0213-01-01", "2013-1"]
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(Fault):
        read_day(text)


@pytest.mark.parametrize(
    ("cell", "number"), [("12", 12), ("1,200", 1200), ("１２", 12), (12.0, 12), ("0", 0), (" 7 ", 7), ("12.0", 12)]
)
def test_whole_numbers(cell: object, number: int) -> None:
    assert read_whole(as_text(cell)) == number


@pytest.mark.parametrize("text", ["-1", "1.5", "约10", "10人", "9999999999", "1e3", "1,20"])
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(Fault):
        read_whole(text)


@pytest.mark.parametrize(("text", "days"), [("3", "3"), ("0.5", "0.5"), ("2.25", "2.25"), ("３天", "3"), ("0", "0")])
def test_days_of_training(text: str, days: str) -> None:
    assert read_days(text) == Decimal(days)


@pytest.mark.parametrize("text", ["三", "-1", "1000", "0.125", "NaN", "1e99", "Infinity"])
def test_what_is_no_number_of_days(text: str) -> None:
    with pytest.raises(Fault):
        read_days(text)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("一达助学（伊春）基金会", "一达助学（伊春）基金会"),
        ("深圳市ＴＣＬ公益　基金会", "深圳市TCL公益 基金会"),
        ("明\u200b远\n学校", "明远 学校"),
        ("a\x00b\x07c", "abc"),
        ("明\x1b远", "明远"),
        (567057518.0, "567057518"),
        (None, ""),
        (True, "是"),
    ],
)
def test_names_keep_their_punctuation(written: object, text: str) -> None:
    assert as_text(written) == text
