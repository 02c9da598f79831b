"""Small parts of the notice page: the order of units, the line of a trend, the texts of the articles."""

import datetime

import pytest

from portal.core.articles import ARTICLES, PARTS
from portal.core.indicators import Rate
from portal.core.units import UnitOnDay, UnitTree
from portal.desk.charts import spark


def unit(number: int, above: int | None, kind: str = "PROFESSIONAL", *, valid: bool = True) -> UnitOnDay:
    return UnitOnDay(number, f"U{number}", f"单位{number}", kind, above, "", "", None, valid)


def order(*units: UnitOnDay) -> list[tuple[int, int]]:
    return [(one.id, depth) for depth, one in UnitTree(units).in_order()]


class TestOrderOfUnits:
    """Each before those below it, by code."""

    def test_tree(self):
        assert order(unit(1, None), unit(3, 1), unit(2, 1), unit(4, 3), unit(5, None)) == [
            (1, 0), (2, 1), (3, 1), (4, 2), (5, 0)
        ]  # fmt: skip

    def test_below_an_ended_unit_one_stands_at_the_top(self):
        assert order(unit(1, None, valid=False), unit(2, 1), unit(3, 2)) == [(2, 0), (3, 1)]

    def test_placeholders_are_no_units(self):
        assert order(unit(1, None), unit(2, 1, "PLACEHOLDER")) == [(1, 0)]

    def test_a_circle_hangs_nothing_and_loses_nobody(self):
        found = order(unit(1, 2), unit(2, 1), unit(3, None))
        assert sorted(one for one, _ in found) == [1, 2, 3]


def rates(*figures: tuple[int, int], target: int | None = 85) -> list[Rate]:
    days = [datetime.date(2016, 1, 31) + datetime.timedelta(days=30 * n) for n in range(len(figures))]
    return [
        Rate("x", day, "city", "city", "全市", eligible, met, 0, eligible, met, target)
        for day, (met, eligible) in zip(days, figures, strict=True)
    ]


class TestSpark:
    """A line that stays within its drawing, whatever the figures."""

    @pytest.mark.parametrize(
        "figures",
        [
            [(0, 9), (0, 9)],
            [(9, 9), (9, 9)],
            [(0, 9), (9, 9)],
            [(84, 100), (85, 100), (86, 100)],
            [(1, 3), (2, 3), (1, 7)],
        ],
    )
    def test_within(self, figures):
        line = spark(rates(*figures))
        points = [tuple(map(float, point.split(","))) for point in line.points.split()]
        assert len(points) == len(figures)
        assert all(0 <= x <= 96 and 0 <= y <= 22 for x, y in points)
        assert [x for x, _ in points] == sorted(x for x, _ in points)
        heights = dict(zip([y for _, y in points], figures, strict=True))
        highest = min(heights)
        assert heights[highest][0] / heights[highest][1] == max(met / all_ for met, all_ in figures)

    def test_target_is_drawn_where_it_lies_within(self):
        assert spark(rates((84, 100), (86, 100))).target_y is not None
        assert spark(rates((10, 100), (12, 100))).target_y is None
        assert spark(rates((84, 100), (86, 100), target=None)).target_y is None

    def test_none_for_fewer_than_two_days_with_something_to_count(self):
        assert spark(rates((1, 2))) is None and spark(rates((0, 0), (1, 2))) is None

    def test_says_where_it_begins_and_ends(self):
        assert spark(rates((1, 2), (2, 3))).sentence == "2016-01-31 50.00% → 2016-03-01 66.66%"


def test_articles_stand_in_six_parts():
    assert [len(part.articles) for part in PARTS] == [2, 4, 3, 3, 6, 3]
    assert list(ARTICLES) == list(range(1, 22))
    for article in ARTICLES.values():
        assert article.title and article.asks.endswith("。") and article.measures
        assert article.part == next(part.title for part in PARTS if article in part.articles)
