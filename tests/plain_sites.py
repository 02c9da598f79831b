"""The plain rules of article 6: demonstration sites and their quotas, in loops over rows."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.plain import Plain, Sum

Row = dict[str, Any]
CITY_QUOTA, DISTRICT_QUOTA = 10, 2


def _active(rules: Plain, level: str, day: datetime.date) -> list[Row]:
    """Named by the day, neither withdrawn nor its organization closed by then."""
    found = []
    for site in rules.sites:
        closed = rules.organizations[site["organization_id"]]["closed_on"]
        ended = [end for end in (site["withdrawn_on"], closed) if end is not None and end <= day]
        if site["level"] == level and site["named_on"] <= day and not ended:
            found.append(site)
    return found


def city_sites(rules: Plain, day: datetime.date) -> list[dict[str, Any]]:
    """Every active site of the city, met, where its organization stands."""
    return [
        {
            "id": site["id"],
            "met": True,
            "excluded": False,
            "reason": "named",
            "unit_id": rules.responsible(site["organization_id"], day)[0],
            "district_id": rules.state_of(site["organization_id"], day)["district_id"],
        }
        for site in _active(rules, "CITY", day)
    ]


def district_sites(rules: Plain, day: datetime.date) -> list[dict[str, Any]]:
    """Every district of the day, met by two active sites of its own."""
    verdicts = []
    for district in rules.districts.values():
        begun = district["valid_from"] is None or district["valid_from"] <= day
        if not begun or (district["valid_to"] is not None and district["valid_to"] <= day):
            continue
        here = [
            site
            for site in _active(rules, "DISTRICT", day)
            if rules.state_of(site["organization_id"], day)["district_id"] == district["id"]
        ]
        met = len(here) >= DISTRICT_QUOTA
        reason = "quota-met" if met else "quota-short"
        verdicts.append(
            {
                "id": district["id"],
                "met": met,
                "excluded": False,
                "reason": reason,
                "unit_id": None,
                "district_id": district["id"],
            }
        )
    return verdicts


def held_to_quota(code: str, sums: dict[str, Sum]) -> dict[str, Sum]:
    """The figures of an indicator: the quota of the city is asked for, and met at most."""
    if code != "city-sites":
        return sums
    return {
        group: replace(
            total,
            eligible=CITY_QUOTA,
            met=min(CITY_QUOTA, total.met),
            adjusted_eligible=CITY_QUOTA,
            adjusted_met=min(CITY_QUOTA, total.met),
        )
        for group, total in sums.items()
    }
