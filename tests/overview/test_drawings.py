"""What is drawn: the tile map, the stacked reasons, the trend."""

import datetime

from portal.core.indicators import Rate
from portal.core.models import District
from portal.desk.charts import distance, stack, trend
from portal.desk.figures import Past, month_ends
from portal.desk.tilemap import HEIGHT, WIDTH, tile_map

DAY = datetime.date(2016, 4, 13)
DUE = datetime.date(2016, 10, 23)


def rate(met, eligible, *, group="city", name="全市", target=85, day=DAY, indicator="branch-coverage", **reasons):
    return Rate(
        indicator=indicator,
        date=day,
        by="district",
        group=group,
        group_name=name,
        eligible=eligible,
        met=met,
        excluded=0,
        adjusted_eligible=eligible,
        adjusted_met=met,
        target=target,
        due_on=DUE,
        reasons=reasons,
    )


def test_distance_has_two_depths_and_ends_with_the_target():
    assert distance(rate(85, 100)).state == "ok"
    assert distance(rate(75, 100)).state == "warn"
    assert distance(rate(74, 100)).state == "bad"
    # 84.99 % is not met
    assert distance(rate(8584, 10100)).state == "warn"
    assert distance(rate(0, 0)).state == "idle"
    assert distance(rate(10, 100, day=DUE + datetime.timedelta(days=1))).state == "idle"
    assert distance(rate(10, 100, day=DUE)).state == "bad"


def test_tiles_stand_where_districts_lie():
    rates = [
        rate(8, 10, group="440305", name="南山区"),
        rate(8, 10, group="440311", name="光明新区"),
        rate(8, 10, group="-", name="未填"),
        rate(8, 10, group="X", name="深汕特别合作区"),
    ]
    longhua = District(code="440309", name="龙华新区")
    drawn = tile_map(rates, {one.group: f"/{one.group}" for one in rates}, [longhua])
    corners = {tile.name: (tile.x, tile.y) for tile in drawn.tiles}
    assert corners["南山区"][0] < corners["光明新区"][0] < corners["未填"][0]
    assert corners["光明新区"][1] == corners["未填"][1] < corners["南山区"][1] < corners["深汕特别合作区"][1]
    unset = next(tile for tile in drawn.tiles if tile.name == "龙华新区")
    assert unset.rate is None and unset.href == ""
    assert len(set(corners.values())) == 5


def test_tiles_never_overlap():
    names = [
        "光明区",
        "宝安区",
        "龙华区",
        "龙岗区",
        "坪山区",
        "南山区",
        "福田区",
        "罗湖区",
        "盐田区",
        "大鹏新区",
        "甲",
        "乙",
    ]
    rates = [rate(1, 2, group=name, name=name) for name in names]
    tiles = tile_map(rates, dict.fromkeys(names, "/"), []).tiles
    for one in tiles:
        for other in tiles:
            if one is not other:
                assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT


def test_stack_fills_the_bar_in_the_order_of_the_house():
    words = {"own": "单独组建", "joint": "联合组建", "none": "未覆盖"}
    bar = stack("全市", rate(4, 7, own=3, none=3, joint=1), words, dict.fromkeys(words, "/"))
    assert [part.reason for part in bar.parts] == ["own", "joint", "none"]
    assert abs(sum(float(part.width) for part in bar.parts) - 100) < 0.01
    assert bar.parts[0].shown and bar.total == 7


def test_trend_needs_two_days_and_labels_both_lines():
    names = {"branch-coverage": "党组织覆盖率", "work-coverage": "党的工作覆盖率"}
    first, last = datetime.date(2016, 3, 31), DAY
    points = [
        Past(day, rate(met, 100, day=day, indicator=code, target=target))
        for day, met in ((first, 70), (last, 72))
        for code, target in (("branch-coverage", 85), ("work-coverage", 100))
    ]
    assert trend(points[:2], names) is None
    drawn = trend(points, names)
    assert [one.last for one in drawn.lines] == ["72.00", "72.00"]
    assert drawn.lines[0].label_y != drawn.lines[1].label_y
    assert [row.day for row in drawn.rows] == [last, first]


def test_month_ends_are_the_last_stored_days_of_earlier_months():
    days = [
        datetime.date(2016, 2, 28),
        datetime.date(2016, 3, 30),
        datetime.date(2016, 3, 31),
        datetime.date(2016, 4, 12),
    ]
    assert month_ends(days, DAY) == [datetime.date(2016, 2, 28), datetime.date(2016, 3, 31)]
