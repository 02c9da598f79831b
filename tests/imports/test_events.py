"""The file `events`: what is read, what is kept as written, who may write it."""

from __future__ import annotations

import pytest

from orgs.models import RegistryEvent
from portal.core.models import Unit
from tests import world
from tests.cast import City
from tests.imports.conftest import A, Bring
from tests.imports.test_scope import bring as bring_as
from tests.imports.test_scope import codes
from tests.world import credit_code, day

HEAD = "事项编号,统一社会信用代码,事项,决定日期,党建审核日期,审核单位,审核意见"


def event(code: str = "SX-9") -> RegistryEvent:
    """The stored event."""
    return RegistryEvent.objects.everyone().get(code=code)


def test_a_row_as_it_is_stored_and_the_same_again_writes_nothing(stocked: None, bring: Bring) -> None:
    text = f"{HEAD}\nSX-9,{A},年报,2015年5月31日,20150601,市文广局,同意"
    assert bring("events", text).sums("created") == 1
    found = event()
    assert (found.kind, found.kind_word, found.opinion) == ("INSPECTION", "年报", "同意")
    assert (found.decided_on, found.reviewed_on) == (day("2015-05-31"), day("2015-06-01"))
    assert (found.reviewing_unit, found.reviewing_unit_written) == (Unit.objects.get(code="SZ-WGJ"), "")
    assert bring("events", text).sums("unchanged") == 1


def test_a_later_file_brings_the_review_and_empties_nothing(stocked: None, bring: Bring) -> None:
    bring("events", f"{HEAD}\nSX-9,{A},变更登记,2015-05-31,,,")
    assert event().reviewed_on is None
    bring("events", f"{HEAD}\nSX-9,{A},变更登记,2015-05-31,2015-05-20,SZ-WGJ,同意")
    again = bring("events", f"事项编号,统一社会信用代码,事项,决定日期\nSX-9,{A},变更登记,2015-05-31")
    assert again.sums("unchanged") == 1 and event().reviewed_on == day("2015-05-20")


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (f",{A},年检,2015-05-31,,,", "IMP-101", "事项编号"),
        ("SX-9,,年检,2015-05-31,,,", "IMP-101", "统一社会信用代码"),
        (f"SX-9,{A},年审,2015-05-31,,,", "IMP-102", "事项"),
        (f"SX-9,{A},年检,,,,", "IMP-101", "决定日期"),
        (f"SX-9,{A},年检,2015-02-30,,,", "IMP-102", "决定日期"),
        (f"SX-9,{A},年检,2015-05-31,昨天,,", "IMP-102", "党建审核日期"),
        (f"SX-9,{credit_code(999_001)},年检,2015-05-31,,,", "IMP-104", "统一社会信用代码"),
        (f"SX-9,{A},年检,2015-05-31,,文化局,", "IMP-105", "审核单位"),
    ],
)
def test_what_is_wrong_is_said(stocked: None, bring: Bring, row: str, code: str, column: str) -> None:
    answer = bring("events", f"{HEAD}\n{row}")
    assert answer.code == 1 and answer.found(code) == [(2, column)]
    assert not RegistryEvent.objects.everyone().filter(code="SX-9").exists()


def test_answers_belong_to_the_list_of_the_kind_and_day(stocked: None, bring: Bring) -> None:
    head, day = f"{HEAD},核对结果", "2015-05-31,2015-05-01,SZ-WGJ,同意"
    text = f"{head}\nSX-9,{A},年检,{day},党建情况表已填报：是；党组织按期换届=否"
    assert bring("events", text).sums("created") == 1
    assert event().answers == {"page": True, "term": False}
    assert bring("events", text).sums("unchanged") == 1
    for said, code in (
        ("党建工作承诺书已提交：是", "IMP-113"),
        ("党建情况表已填报：也许", "IMP-102"),
        ("党建情况表：是", "IMP-102"),
    ):
        assert bring("events", f"{head}\nSX-9,{A},年检,{day},{said}").found(code) == [(2, "核对结果")]
    # another kind has another list: the answers that are stored do not fit it
    assert bring("events", f"{HEAD}\nSX-9,{A},变更登记,{day}").found("IMP-107") == [(2, "核对结果")]
    assert bring("events", f"{HEAD}\nSX-9,{A},年检,2016-05-31,2015-05-01,SZ-WGJ,同意").sums("updated") == 1
    assert event().answers == {"page": True, "term": False}


def test_the_party_page_belongs_to_an_annual_inspection(stocked: None, bring: Bring) -> None:
    head, day = f"{HEAD},年检党建情况", "2015-05-31,2015-05-01,SZ-WGJ,同意"
    text = f"{head}\nSX-9,{A},年检,{day},活动场所面积：120；党费：３０００"
    assert bring("events", text).sums("created") == 1 and bring("events", text).sums("unchanged") == 1
    assert event().reported == {"premises": 120, "dues": 3000}
    for kind, said, code in (("变更登记", "党费：1", "IMP-113"), ("年检", "党费：半价", "IMP-102")):
        assert bring("events", f"{head}\nSX-9,{A},{kind},{day},{said}").found(code) == [(2, "年检党建情况")]
    # a file that says nothing of it leaves it, but not behind at another kind
    assert bring("events", f"{HEAD}\nSX-9,{A},变更登记,{day}").found("IMP-107") == [(2, "年检党建情况")]
    assert bring("events", f"{HEAD}\nSX-9,{A},年检,2016-05-31,2015-05-01,SZ-WGJ,同意").sums("updated") == 1
    assert event().reported == {"premises": 120, "dues": 3000}


def test_a_late_review_is_a_fact_and_no_fault(stocked: None, bring: Bring) -> None:
    answer = bring("events", f"{HEAD}\nSX-9,{A},年检,2015-05-31,2015-08-31,,补审")
    assert answer.code == 0 and not answer.codes()


def test_a_reviewing_unit_that_nobody_knows_is_kept_and_bound_by_its_alias(stocked: None, bring: Bring) -> None:
    answer = bring("events", f"{HEAD}\nSX-9,{A},年检,2015-05-31,2015-05-01,文体旅游局,")
    assert answer.code == 0 and answer.found("IMP-204") == [(2, "审核单位")]
    assert (event().reviewing_unit, event().reviewing_unit_written) == (None, "文体旅游局")
    bring("units", "单位编码,单位名称,单位类别,别名\nSZ-WGJ,深圳市文化广电局,业务主管单位,文体旅游局")
    assert (event().reviewing_unit, event().reviewing_unit_written) == (Unit.objects.get(code="SZ-WGJ"), "")
    placeholder = bring("events", f"{HEAD}\nSX-8,{A},年检,2015-05-31,2015-05-01,无,")
    assert placeholder.found("IMP-203") == [(2, "审核单位")] and event("SX-8").reviewing_unit is None


def test_a_registering_unit_brings_what_it_registers_and_no_others(city: City) -> None:
    registrar = world.account("mzj", "unit-staff", unit=city.units["nanshan-civil"])
    school = world.organization(
        "南山明德小学", registering=city.units["nanshan-civil"], professional=city.units["education"]
    )
    world.settle()
    row = "事项编号,统一社会信用代码,事项,决定日期\n{},{},年检,2015-05-31"
    assert bring_as(registrar, "events", row.format("SX-1", school.credit_code)).committed
    assert bring_as(city.users["education"], "events", row.format("SX-2", school.credit_code)).committed
    far = city.organizations["futian-missing"]
    assert codes(bring_as(registrar, "events", row.format("SX-3", far.credit_code))) == ["IMP-108"]
    # an event of others is not taken over by naming one's own organization
    world.event(far, "2015-05-31", code="SX-4")
    assert codes(bring_as(registrar, "events", row.format("SX-4", school.credit_code))) == ["IMP-108"]
    assert codes(bring_as(city.users["observer"], "events", row.format("SX-5", school.credit_code))) == ["IMP-108"]
