"""Applications, reviews, namings, visits and grants: who may write which, and what is refused."""

from __future__ import annotations

import pytest

from demonstration.models import DemonstrationSite, SiteApplication, SiteGrant, SiteReview, SiteVisit
from portal.core.imports.register import registers
from tests import site_way, world
from tests.cast import City
from tests.imports.test_scope import bring, codes

APPLICATION = "申报编号,级别,统一社会信用代码,申报日期,申报理由\n{},{},{},2016-01-01,有特色"
REVIEW = "申报编号,评审日期,评审单位,逐项得分,结论\n{},2016-02-01,{},组织健全：18,通过"
NAMED = "示范点编号,名称,级别,统一社会信用代码,申报编号,命名日期\n{},党建示范点,{},{},{},{}"
VISIT = "示范点编号,走访日期,走访单位,走访情况\n{},2016-03-01,NS,活动正常"
GRANT = "示范点编号,资助日期,资金来源,用途,金额（元）\n{},2016-03-01,{},购置书报,¥12000.50"


@pytest.mark.parametrize(
    ("who", "level", "at", "is_written"),
    [
        ("city", "市级", "nanshan-own", True),
        ("nanshan", "市级", "nanshan-own", True),
        ("nanshan", "区级", "nanshan-own", True),
        # a secretary for what the own party organization covers
        ("lin", "区级", "nanshan-own", True),
        ("lin", "区级", "nanshan-missing", False),
        ("futian", "区级", "nanshan-own", False),
        ("street", "区级", "nanshan-own", False),
        ("education", "市级", "school", True),
    ],
)
def test_who_applies(city: City, who: str, level: str, at: str, is_written: bool) -> None:
    text = APPLICATION.format("B-1", level, city.organizations[at].credit_code)
    report = bring(city.users[who], "site_applications", text)
    assert (report.committed, codes(report)) == (is_written, [] if is_written else ["IMP-108"])
    assert SiteApplication.objects.everyone().count() == int(is_written)


def test_nobody_takes_over_the_application_of_another(city: City) -> None:
    site_way.application(city.organizations["futian-joint"], code="B-1")
    text = APPLICATION.format("B-1", "区级", city.organizations["nanshan-own"].credit_code)
    assert codes(bring(city.users["nanshan"], "site_applications", text)) == ["IMP-108"]
    assert SiteApplication.objects.everyone().get().organization == city.organizations["futian-joint"]


@pytest.mark.parametrize(
    ("who", "level", "is_written"),
    [
        ("city", "CITY", True),
        ("city", "DISTRICT", True),
        ("nanshan", "DISTRICT", True),
        ("nanshan", "CITY", False),
        ("futian", "DISTRICT", False),
    ],
)
def test_who_reviews(city: City, who: str, level: str, is_written: bool) -> None:
    site_way.application(city.organizations["nanshan-own"], level=level, code="B-1")
    report = bring(city.users[who], "site_reviews", REVIEW.format("B-1", "NS"))
    assert (report.committed, codes(report)) == (is_written, [] if is_written else ["IMP-108"])
    assert SiteReview.objects.everyone().count() == int(is_written)


def test_no_item_is_given_more_than_its_sheet_allows(city: City) -> None:
    site_way.application(city.organizations["nanshan-own"], code="B-1")
    report = bring(city.users["city"], "site_reviews", REVIEW.format("B-1", "NS").replace("：18,", "：21,"))
    assert [(one.code, one.column) for one in report.files[0].errors] == [("IMP-102", "逐项得分")]


@pytest.mark.parametrize(
    ("level", "at", "on", "said"),
    [
        ("市级", "nanshan-own", "2014-02-01", ""),
        ("市级", "nanshan-own", "2014-01-31", "还没有评审通过"),
        ("区级", "nanshan-own", "2014-02-01", "另一级别"),
        ("市级", "nanshan-joint", "2014-02-01", "另一家社会组织"),
    ],
)
def test_a_site_is_named_from_its_own_application_that_has_passed(
    city: City, level: str, at: str, on: str, said: str
) -> None:
    applied = site_way.application(city.organizations["nanshan-own"], level="CITY", code="B-1")
    site_way.review(applied, city.units["city"], "2014-02-01")
    text = NAMED.format("S-1", level, city.organizations[at].credit_code, "B-1", on)
    report = bring(city.users["city"], "sites", text)
    assert [(one.code, one.column) for one in report.files[0].errors] == ([("IMP-113", "申报编号")] if said else [])
    assert all(said in one.message for one in report.files[0].errors)


def test_the_last_review_decides_and_an_application_gives_one_site(city: City) -> None:
    own = city.organizations["nanshan-own"]
    applied = site_way.application(own, code="B-1")
    site_way.review(applied, city.units["nanshan"], "2014-02-01")
    site_way.review(applied, city.units["nanshan"], "2014-03-01", passed=False)
    text = NAMED.format("S-1", "区级", own.credit_code, "B-1", "2014-03-01")
    assert codes(bring(city.users["nanshan"], "sites", text)) == ["IMP-113"]
    named = NAMED.format("S-1", "区级", own.credit_code, "B-1", "2014-02-15")
    again = f"{named}\n{named.split(chr(10))[1].replace('S-1', 'S-2')}"
    assert codes(bring(city.users["nanshan"], "sites", again)) == ["IMP-113"]
    assert bring(city.users["nanshan"], "sites", named).committed
    assert codes(bring(city.users["nanshan"], "sites", named.replace("S-1", "S-2"))) == ["IMP-113"]
    assert DemonstrationSite.objects.everyone().get().application == applied
    assert bring(city.users["nanshan"], "sites", named).files[0].unchanged == 1


@pytest.mark.parametrize(
    ("who", "level", "is_written"),
    [("nanshan", "DISTRICT", True), ("nanshan", "CITY", True), ("city", "CITY", True), ("futian", "DISTRICT", False)],
)
def test_who_visits(city: City, who: str, level: str, is_written: bool) -> None:
    world.site(city.organizations["nanshan-own"], level=level, code="S-1")
    report = bring(city.users[who], "site_visits", VISIT.format("S-1"))
    assert (report.committed, codes(report)) == (is_written, [] if is_written else ["IMP-108"])
    assert SiteVisit.objects.everyone().count() == int(is_written)


@pytest.mark.parametrize(
    ("who", "source", "is_written"),
    [
        ("nanshan", "区级活动经费", True),
        ("nanshan", "其他", True),
        ("nanshan", "市级活动经费", False),
        ("city", "市级活动经费", True),
        ("futian", "区级活动经费", False),
    ],
)
def test_who_records_which_money(city: City, who: str, source: str, is_written: bool) -> None:
    world.site(city.organizations["nanshan-own"], code="S-1")
    report = bring(city.users[who], "site_grants", GRANT.format("S-1", source))
    assert (report.committed, codes(report)) == (is_written, [] if is_written else ["IMP-108"])
    amounts = [str(one.amount) for one in SiteGrant.objects.everyone()]
    assert amounts == (["12000.50"] if is_written else [])


@pytest.mark.parametrize("amount", ["0", "-5", "一万", "1.005", "99999999999", "NaN"])
def test_an_amount_is_money(city: City, amount: str) -> None:
    world.site(city.organizations["nanshan-own"], code="S-1")
    text = GRANT.format("S-1", "其他").replace("¥12000.50", amount)
    assert codes(bring(city.users["city"], "site_grants", text)) == ["IMP-102"]


def test_only_what_is_to_follow_is_settled(city: City) -> None:
    world.site(city.organizations["nanshan-own"], code="S-1")
    text = VISIT.format("S-1").replace("走访情况", "走访情况,办结日期", 1) + ",2016-04-01"
    report = bring(city.users["city"], "site_visits", text)
    assert [(one.code, one.column) for one in report.files[0].errors] == [("IMP-113", "后续事项")]


def test_an_old_file_of_sites_is_taken_as_it_is(city: City) -> None:
    """The columns of the public contract alone: no application, no reason, not public."""
    head = "示范点编号,名称,级别,领域,统一社会信用代码,命名日期,撤销日期"
    text = f"{head}\nS-1,党建示范点,区级,,{city.organizations['nanshan-own'].credit_code},2014-01-01,2015-01-01"
    assert bring(city.users["nanshan"], "sites", text).committed
    site = DemonstrationSite.objects.everyone().get()
    assert (site.application, site.withdrawal_reason, site.published) == (None, "", False)
    assert next(iter(registers()["sites"].export_rows(DemonstrationSite.objects.everyone())))[-1] == "否"
