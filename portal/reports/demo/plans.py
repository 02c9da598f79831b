"""The plans of the demo city (article 19): city and districts plan last year and this one, streets own their part."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random

from portal.core.models import PlanTask, TaskNotice
from portal.reports.demo.places import Area, Office, Places
from portal.reports.demo.rows import Rows

Day = datetime.date
#: article, task, measure, month and day it is due
_OF_CITY = (
    (1, "理顺待理顺社会组织的隶属关系，年内减少三成", "逐家会商，移交有手续", (9, 30)),
    (6, "新命名市级示范点 3 个，四类社会组织各有示范点", "申报、评审、实地查看、命名", (11, 30)),
    (9, "举办全市社会组织党组织书记培训班 2 期", "集中培训不少于 3 天，分类型编班", (10, 31)),
    (10, "修订四类社会组织党务工作标准", "征求各区意见后印发", (6, 30)),
    (17, "律师党组织挂点社区覆盖率达到 90%", "市律师协会党委统一安排", (12, 15)),
    (20, "落实社会组织党建工作经费预算", "纳入本级预算，半年一查", (3, 31)),
)
_OF_DISTRICT = (
    (2, "组织社会组织党组织与机关、社区党组织结对共建", "每个街道不少于 2 对", (10, 31)),
    (3, "党组织覆盖率提高 3 个百分点", "应建未建的逐家上门，季度通报", (12, 20)),
    (6, "区级示范点不少于 2 个", "街道推荐，区里评审", (9, 30)),
    (9, "书记和党务工作者集中培训全覆盖", "区委党校办班，街道组织参训", (11, 15)),
    (12, "年内届满的党组织全部按期换届，实行公推直选", "提前三个月提醒", (12, 10)),
)
_OF_STREETS = (
    (3, "{name}应建未建的社会组织全部组建党组织", "一家一策，街道党工委包干", (8, 31)),
    (11, "{name}未建党组织的社会组织指导员派驻到位", "每名指导员联系不超过 5 家", (5, 31)),
    (13, "{name}重点社会组织建立工会、共青团、妇联组织", "与街道总工会、团工委、妇联联动", (12, 5)),
)
_OF_COMMITTEES = (
    (3, "民办学校、培训机构应建未建的全部组建党组织", "纳入年检核查，逐校督办", (9, 30)),
    (9, "所属学校党组织书记集中培训", "暑期办班，不少于 3 天", (8, 31)),
    (16, "民办学校与公办学校结对共建", "同学段结对，每学期活动不少于 2 次", (12, 10)),
)
_OF_ONE_STREET = (
    (2, "社会组织党组织纳入社区综合党委", "逐社区对接，落实活动场所", (6, 30)),
    (3, "辖区社会组织党组织覆盖情况每季度摸排一次", "联合社区工作站上门核实", (12, 15)),
    (18, "组建社会组织党员志愿服务队", "每队有计划、有记录", (10, 31)),
)
#: the streets of a district that own tasks of its plan, and have one of their own: every second one
STREETS = slice(1, 6, 2)


class Plans:
    """Plans of two years, with dice of their own so that the rest of the city stays what it is."""

    def __init__(self, rows: Rows, rng: Random, end: Day) -> None:
        self._rows, self._rng, self._end = rows, rng, end

    def make(self, places: Places) -> None:
        """The plans of the city and of every district, then of the education committee and of streets."""
        years = (self._end.year - 1, self._end.year)
        for year in years:
            self._plan(places.lead, year, [(places.lead, _OF_CITY)])
            for area in places.areas.values():
                lead = area.offices["lead"]
                self._plan(lead, year, [(lead, _OF_DISTRICT), *((one, _OF_STREETS) for one in self._streets(area))])
        committee = places.offices["SZ-JYGW"]
        streets = [one for area in places.areas.values() for one in self._streets(area)]
        for year in years:
            self._plan(committee, year, [(committee, _OF_COMMITTEES)])
            for street in streets:
                self._plan(street, year, [(street, _OF_ONE_STREET)])

    def _streets(self, area: Area) -> Iterator[Office]:
        for street in area.streets[STREETS]:
            yield street.office

    def _plan(
        self, of: Office, year: int, parts: list[tuple[Office, tuple[tuple[int, str, str, tuple[int, int]], ...]]]
    ) -> None:
        number = 0
        for owner, tasks in parts:
            for article, task, measure, (month, day) in tasks:
                number += 1
                self._task(of, owner, year, number, article, task, measure, Day(year, month, day))

    def _task(
        self, of: Office, owner: Office, year: int, number: int, article: int, task: str, measure: str, due: Day
    ) -> None:
        """One task: most are done some days before they are due, some after; this year some streets are late."""
        dice = self._rng.random()
        done = due + datetime.timedelta(days=self._rng.randrange(-25, 1) if dice < 0.8 else self._rng.randrange(2, 40))
        is_late = year == self._end.year and owner is not of and number % 5 == 2
        is_done = done <= self._end and not is_late
        row = self._rows.add(
            PlanTask(
                code=f"{of.unit.code}-RW{year}-{number:02d}",
                unit=of.unit,
                year=year,
                article=article,
                task=task.format(name=owner.unit.name),
                measure=measure,
                owner=owner.unit,
                due_on=due,
                done_on=done if is_done else None,
                evidence=f"{owner.unit.name}工作台账第 {number} 号" if is_done else "",
            )
        )
        late = self._end - due
        if not is_done and owner is not of and datetime.timedelta(days=3) < late:
            asked = self._end - datetime.timedelta(days=self._rng.randrange(1, min(late.days, 20)))
            self._rows.add(TaskNotice(task=row, sent_on=asked, unit=of.unit))
