"""Districts and units of the demo city, with the changes of name and kind that Shenzhen has seen since 2013."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

from portal.core.models import District, Unit, UnitAlias, UnitState
from portal.reports.demo.rows import Rows

Day = datetime.date
SPLIT_DAY = Day(2017, 1, 1)
HEALTH_DAY = Day(2019, 2, 1)


@dataclass
class Office:
    """A unit with what article 1 asks of it; `id` only tells offices apart while the city is being built."""

    id: int
    unit: Unit
    kind: str
    level: str
    function: str = ""

    @property
    def is_placeholder(self) -> bool:
        """A word such as 相关职能部门."""
        return self.kind == "PLACEHOLDER"


@dataclass
class Street:
    """A street and, where it was split off later, the one it came from."""

    name: str
    office: Office
    origin: Office | None = None


@dataclass
class Area:
    """A district through its life: before and after a new district became a district."""

    key: str
    name: str
    weight: int
    lead_points: int
    before: District
    after: District | None = None
    changed_on: Day | None = None
    offices: dict[str, Office] = field(default_factory=dict)
    streets: list[Street] = field(default_factory=list)
    communities: list[Office] = field(default_factory=list)

    def on(self, day: Day) -> District:
        """The district of this area on `day`."""
        return self.after if self.after and self.changed_on and day >= self.changed_on else self.before


# key, code, name, weight, points above or below the city's coverage, streets (new<from where it was split)
_AREAS = (
    ("FT", "440304", "福田区", 268, 2, "南园 园岭 福田 沙头 香蜜湖 梅林 莲花 华富 福保 华强北"),
    ("LH", "440303", "罗湖区", 131, 4, "桂园 黄贝 东门 翠竹 南湖 笋岗 东湖 莲塘 东晓 清水河"),
    ("NS", "440305", "南山区", 155, 1, "南头 南山 沙河 蛇口 招商 粤海 桃源 西丽"),
    ("YT", "440308", "盐田区", 27, 7, "梅沙 盐田 沙头角 海山"),
    ("BA", "440306", "宝安区", 140, -4, "新安 西乡 福永 沙井 松岗 石岩 航城<西乡 福海<福永 新桥<沙井 燕罗<松岗"),
    ("LG", "440307", "龙岗区", 138, -2, "平湖 坪地 南湾 坂田 布吉 龙城 龙岗 横岗 吉华<布吉 宝龙<龙岗 园山<横岗"),
    ("GM", "440311", "光明区", 32, -7, "光明 公明 新湖<光明 凤凰<光明 玉塘<公明 马田<公明"),
    ("PS", "440310", "坪山区", 24, 6, "坪山 坑梓 马峦<坪山 碧岭<坪山 石井<坪山 龙田<坑梓"),
    ("LHU", "440309", "龙华区", 74, -9, "民治 龙华 大浪 观澜 福城<观澜 观湖<观澜"),
    ("DP", "440313", "大鹏新区", 13, 7, "葵涌 大鹏 南澳"),
)
#: new districts that became districts: (key of the new district's own code, its name, from, until)
_NEW = {
    "GM": ("GMXQ", "光明新区", Day(2007, 8, 19), Day(2018, 9, 19)),
    "PS": ("PSXQ", "坪山新区", Day(2009, 6, 30), Day(2017, 1, 7)),
    "LHU": ("LHXQ", "龙华新区", Day(2011, 12, 30), Day(2017, 1, 7)),
}
_CITY = (
    ("SZ-LXGW", "中共深圳市委新经济组织和新社会组织工作委员会", "WORKING_COMMITTEE", "", "市委两新工委"),
    ("SZ-JYGW", "中共深圳市委教育工作委员会", "WORKING_COMMITTEE", "education-committee", "市委教育工委"),
    ("SZ-WSGW", "中共深圳市委卫生工作委员会", "WORKING_COMMITTEE", "health-committee", "市委卫生工委"),
    ("SZ-MZJ", "深圳市民政局", "REGISTRY", "civil-affairs", "市民政局"),
    ("SZ-JYJ", "深圳市教育局", "REGISTRY", "education-bureau", "市教育局"),
    ("SZ-WJW", "深圳市卫生和人口计划生育委员会", "REGISTRY", "health-bureau", "市卫生人口计生委"),
    ("SZ-SFJ", "深圳市司法局", "PROFESSIONAL", "", "市司法局"),
    ("SZ-CZJ", "深圳市财政局", "PROFESSIONAL", "", "市财政局"),
    ("SZ-XCB", "中共深圳市委宣传部", "PROFESSIONAL", "", "市委宣传部"),
    ("SZ-TW", "共青团深圳市委员会", "PROFESSIONAL", "", "团市委"),
    ("SZ-WTJ", "深圳市文体旅游局", "PROFESSIONAL", "", "市文体旅游局"),
    ("SZ-KC", "深圳市科技创新委员会", "PROFESSIONAL", "", "市科创委"),
    ("SZ-LLB", "深圳市老龄工作委员会办公室", "PROFESSIONAL", "", "市老龄办"),
)
_PROVINCE = (
    ("GD-MZT", "广东省民政厅", "REGISTRY", "civil-affairs", "省民政厅"),
    ("GD-WL", "广东省文学艺术界联合会", "PROFESSIONAL", "", "省文联"),
    ("GD-KJT", "广东省科学技术厅", "PROFESSIONAL", "", "省科技厅"),
)
#: the units whose responsible people get the nightly letter
_REPORTED_TO = ("CITY_LEAD", "WORKING_COMMITTEE", "DISTRICT_LEAD")


class Places:
    """All districts and units, and the rows that they are."""

    def __init__(self, rows: Rows, rng: Random) -> None:
        self._rows = rows
        self._rng = rng
        self._ids = count(1)
        self.offices: dict[str, Office] = {}
        self.lead = self.office("SZ", "中共深圳市委组织部", "CITY_LEAD", None, "CITY", alias="市委组织部")
        for code, name, kind, function, alias in _CITY:
            self.office(code, name, kind, self.lead, "CITY", function=function, alias=alias)
        for code, name, kind, function, alias in _PROVINCE:
            self.office(code, name, kind, None, "PROVINCE", function=function, alias=alias)
        self.placeholder = self.office(
            "ZW", "相关职能部门", "PLACEHOLDER", None, "CITY", alias="深圳市人民政府相关职能部门"
        )
        self.areas = {area.key: area for area in self._areas()}
        self._changes()

    def office(
        self,
        code: str,
        name: str,
        kind: str,
        parent: Office | None,
        level: str,
        *,
        function: str = "",
        alias: str = "",
        district: District | None = None,
        start: Day | None = None,
    ) -> Office:
        """Make a unit that was always what it is."""
        address = f"{code.lower()}@dangjian.example" if kind in _REPORTED_TO else ""
        unit = self._rows.add(Unit(code=code, name=name, valid_from=start, report_emails=address))
        above = parent.unit if parent else None
        self._rows.add(
            UnitState(unit=unit, name=name, kind=kind, parent=above, level=level, function=function, district=district)
        )
        if alias:
            self._rows.add(UnitAlias(unit=unit, name=alias))
        made = Office(next(self._ids), unit, kind, level, function)
        self.offices[code] = made
        return made

    def _areas(self) -> Iterator[Area]:
        for key, code, name, weight, lead_points, streets in _AREAS:
            is_new = name.endswith("新区")
            district = District(code=code, name=name, is_new_district=is_new, gb_code="" if is_new else code)
            if key == "DP":
                district.valid_from = Day(2011, 12, 30)
            area = Area(key, name, weight, lead_points, district)
            if key in _NEW:
                old_code, old_name, start, end = _NEW[key]
                area.before = self._rows.add(
                    District(code=old_code, name=old_name, is_new_district=True, valid_from=start, valid_to=end)
                )
                area.after, area.changed_on = district, end
                district.valid_from = end
            self._rows.add(district)
            self._district_offices(area)
            self._streets(area, streets)
            yield area

    def _district_offices(self, area: Area) -> None:
        name = area.before.name
        lead = self.office(
            area.key, f"中共{name}委组织部", "DISTRICT_LEAD", self.lead, "DISTRICT", district=area.before
        )
        area.offices["lead"] = lead
        for suffix, word, kind, function in (
            ("MZJ", "民政局", "REGISTRY", "civil-affairs"),
            ("JYJ", "教育局", "REGISTRY", "education-bureau"),
            ("WTJ", "文体旅游局", "PROFESSIONAL", ""),
            ("SFJ", "司法局", "PROFESSIONAL", ""),
        ):
            area.offices[suffix] = self.office(
                f"{area.key}-{suffix}",
                name + word,
                kind,
                lead,
                "DISTRICT",
                function=function,
                district=area.before,
            )

    def _streets(self, area: Area, words: str) -> None:
        by_name: dict[str, Office] = {}
        for number, word in enumerate(words.split(), 1):
            name, _, origin = word.partition("<")
            made = by_name[name] = self.office(
                f"{area.key}-{number:02d}",
                f"{name}街道",
                "SUBDISTRICT",
                area.offices["lead"],
                "SUBDISTRICT",
                district=area.before,
                start=SPLIT_DAY if origin else None,
            )
            area.streets.append(Street(name, made, by_name.get(origin)))
        for street in area.streets[:2]:
            code = f"{street.office.unit.code}-01"
            community = self.office(
                code, f"{street.name}社区", "COMMUNITY", street.office, "COMMUNITY", district=area.before
            )
            area.communities.append(community)

    def _changes(self) -> None:
        """Names, kinds and districts that changed, as dated states."""
        for area in self.areas.values():
            if area.after and area.changed_on:
                for state in self._rows.of(UnitState):
                    if state.district is area.before:
                        name = state.name.replace(area.before.name, area.after.name)
                        self._change(state, area.changed_on, name=name, district=area.after)
        for code, day, name in (
            ("SZ-WJW", HEALTH_DAY, "深圳市卫生健康委员会"),
            ("SZ-WTJ", HEALTH_DAY, "深圳市文化广电旅游体育局"),
        ):
            state = next(s for s in self._rows.of(UnitState) if s.unit is self.offices[code].unit)
            self._change(state, day, name=name)
        # merged into the health commission; an ended unit still answers until someone moves what it had
        self.offices["SZ-LLB"].unit.valid_to = HEALTH_DAY

    def _change(self, state: UnitState, day: Day, **facts: object) -> None:
        copy = {
            name: getattr(state, name) for name in ("unit", "name", "kind", "parent", "level", "function", "district")
        }
        state.valid_to = day
        later = self._rows.add(UnitState(**{**copy, **facts}, valid_from=day))
        later.unit.name = later.name
