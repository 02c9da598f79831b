"""Who may name a demonstration site: the city its own, a unit those of districts where it leads or answers."""

from __future__ import annotations

import pytest

from demonstration.models import DemonstrationSite
from tests import world
from tests.cast import City
from tests.imports.test_scope import bring, codes

SITE = "示范点编号,名称,级别,领域,统一社会信用代码,命名日期,撤销日期\n{},海珠党建示范点,{},,{},2016-01-01,"


@pytest.mark.parametrize(
    ("who", "level", "at", "is_written"),
    [
        ("city", "市级", "nanshan-own", True),
        ("city", "区级", "nanshan-own", True),
        ("nanshan", "区级", "nanshan-own", True),
        ("nanshan", "市级", "nanshan-own", False),
        ("futian", "区级", "nanshan-own", False),
        # Futian leads the district of the school, the education committee answers for it
        ("futian", "区级", "school", True),
        ("education", "区级", "school", True),
        ("nanshan", "区级", "school", False),
        ("street", "区级", "nanshan-own", False),
    ],
)
def test_who_names_which_site(city: City, who: str, level: str, at: str, is_written: bool) -> None:
    report = bring(city.users[who], "sites", SITE.format("S-1", level, city.organizations[at].credit_code))
    assert (report.committed, codes(report)) == (is_written, [] if is_written else ["IMP-108"])
    assert DemonstrationSite.objects.everyone().count() == int(is_written)


def test_a_unit_takes_no_site_of_the_city_or_of_another(city: City) -> None:
    own, far = city.organizations["nanshan-own"], city.organizations["futian-joint"]
    world.site(own, level="CITY", code="S-1")
    world.site(far, code="S-2")
    for code in ("S-1", "S-2"):
        report = bring(city.users["nanshan"], "sites", SITE.format(code, "区级", own.credit_code))
        assert codes(report) == ["IMP-108"], code


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("S-1,名,市级,,{},2016-01-02,2016-01-01", "IMP-109", "撤销日期"),
        ("S-1,名,省级,,{},2016-01-02,", "IMP-102", "级别"),
        ("S-1,名,市级,渔业,{},2016-01-02,", "IMP-102", "领域"),
        ("S-1,名,市级,,91440300MA5EEEEE0X,2016-01-02,", "IMP-103", "统一社会信用代码"),
        ("S-1,名,市级,,{},,", "IMP-101", "命名日期"),
        (",名,市级,,{},2016-01-02,", "IMP-101", "示范点编号"),
    ],
)
def test_what_is_wrong_is_said(city: City, line: str, code: str, column: str) -> None:
    head = SITE.split("\n")[0]
    text = f"{head}\n{line.format(city.organizations['nanshan-own'].credit_code)}"
    report = bring(city.users["city"], "sites", text)
    assert [(one.code, one.column) for one in report.files[0].errors] == [(code, column)]
