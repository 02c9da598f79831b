"""The cast: a small city of two districts and the people who work in it.

City staff, a Nanshan clerk and a Futian clerk, the education committee, a street, Secretary Lin, a former
secretary, an observer, an instructor, a stranger and the three administrators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests import world


@dataclass
class City:
    """What `build` made, by name."""

    districts: dict[str, Any]
    units: dict[str, Any]
    organizations: dict[str, Any]
    parties: dict[str, Any]
    people: dict[str, Any]
    users: dict[str, Any]


def _units() -> tuple[dict[str, Any], dict[str, Any]]:
    districts = {
        "nanshan": world.district("440305", "南山区"),
        "futian": world.district("440304", "福田区"),
    }
    city = world.unit("SZ", "中共深圳市委组织部", "CITY_LEAD")
    units = {"city": city}
    units["education"] = world.unit(
        "SZ-JYGW",
        "中共深圳市委教育工作委员会",
        "WORKING_COMMITTEE",
        parent=city,
        function="education-committee",
    )
    units["education-bureau"] = world.unit(
        "SZ-JYJ", "深圳市教育局", "REGISTRY", parent=city, function="education-bureau"
    )
    units["civil-affairs"] = world.unit("SZ-MZJ", "深圳市民政局", "REGISTRY", parent=city, function="civil-affairs")
    for key, code, name in (("nanshan", "NS", "南山区"), ("futian", "FT", "福田区")):
        lead = world.unit(
            code,
            f"中共{name}委组织部",
            "DISTRICT_LEAD",
            parent=city,
            level="DISTRICT",
            district=districts[key],
        )
        units[key] = lead
        units[f"{key}-civil"] = world.unit(
            f"{code}-MZJ",
            f"{name}民政局",
            "REGISTRY",
            parent=lead,
            level="DISTRICT",
            function="civil-affairs",
            district=districts[key],
        )
    for key, code, name, above in (
        ("yuehai", "NS-YH", "粤海街道", "nanshan"),
        ("lianhua", "FT-LH", "莲花街道", "futian"),
    ):
        units[key] = world.unit(
            code, name, "SUBDISTRICT", parent=units[above], level="SUBDISTRICT", district=districts[above]
        )
    return districts, units


def _organizations(districts: dict[str, Any], units: dict[str, Any]) -> dict[str, Any]:
    def one(name: str, where: str, street: str, **more: Any) -> Any:
        return world.organization(
            name,
            registering=units[f"{where}-civil"],
            district=districts[where],
            subdistrict=units[street],
            **more,
        )

    return {
        "nanshan-own": one("南山区海珠社会工作服务中心", "nanshan", "yuehai"),
        "nanshan-joint": one("南山区青禾公益促进会", "nanshan", "yuehai", kind="ASSOCIATION", field="CHARITY"),
        "nanshan-missing": one("南山区创客互助服务中心", "nanshan", "yuehai"),
        "futian-joint": one("福田区景田老年照料中心", "futian", "lianhua"),
        "futian-posted": one("福田区莲花棋类协会", "futian", "lianhua", kind="ASSOCIATION", field="OTHER"),
        "futian-missing": one(
            "福田区华强电子行业协会", "futian", "lianhua", kind="ASSOCIATION", field="TRADE_ASSOCIATION"
        ),
        "school": world.organization(
            "深圳市明远培训学校",
            field="EDUCATION_TRAINING",
            registering=units["education-bureau"],
            district=districts["futian"],
        ),
    }


def build() -> City:
    """Make the city. Today's figures: 7 organizations, 3 covered by a party organization, 4 by party work."""
    districts, units = _units()
    orgs = _organizations(districts, units)
    parties = {
        "own": world.party(
            "NS-0001",
            "OWN",
            approved="2014-03-01",
            by=units["nanshan"],
            covers=(orgs["nanshan-own"],),
            name="海珠社会工作服务中心党支部",
        ),
        "joint": world.party(
            "FT-0001",
            "JOINT",
            approved="2014-05-01",
            by=units["futian"],
            covers=(orgs["futian-joint"], orgs["nanshan-joint"]),
            name="景田片区联合党支部",
        ),
    }
    people = {
        "lin": world.member(orgs["nanshan-own"], parties["own"], name="林知远"),
        "second": world.member(orgs["nanshan-own"], parties["own"], name="邵望舒"),
        "futian-member": world.member(orgs["futian-joint"], parties["joint"], name="池砚秋"),
        "instructor": world.person("封予安", number="ZD-001"),
    }
    world.post(people["lin"], parties["own"], "2014-03-01")
    world.posting(orgs["futian-posted"], "2015-01-01", who=people["instructor"], by=units["futian"])
    world.settle()
    users = {
        "city": world.account("shi", "city-staff", unit=units["city"], name="穆知行"),
        "nanshan": world.account("nanshan", "unit-staff", unit=units["nanshan"], name="温以宁"),
        "futian": world.account("futian", "unit-staff", unit=units["futian"], name="祁若川"),
        "education": world.account("jiaoyu", "unit-staff", unit=units["education"]),
        "street": world.account("yuehai", "unit-staff", unit=units["yuehai"]),
        "observer": world.account("guancha", "observer", unit=units["nanshan"]),
        "lin": world.account("lin", "secretary", party_organization="NS-0001", name="林知远"),
        "former": world.account("former", "secretary", party_organization="NS-0001", end="2020-01-01"),
        "instructor": world.account("zhidao", "instructor", instructor="ZD-001"),
        "stranger": world.account("lu"),
        "system": world.account("xitong", "system-admin"),
        "security": world.account("anquan", "security-admin"),
        "audit": world.account("shenji", "audit-admin"),
    }
    return City(districts, units, orgs, parties, people, users)
