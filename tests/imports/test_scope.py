"""Who may write what: a unit what it answers for, a registering unit its own roster, nobody another's people."""

from __future__ import annotations

import pytest

from members.models import Person
from orgs.models import OrganizationState, SocialOrganization
from portal.core.imports.engine import Options, Report, Sheet, run
from portal.core.models import AuditEntry, ImportBatch
from portal.core.scoping import scope_of
from tests import world
from tests.cast import City
from tests.world import credit_code


def bring(user, kind: str, text: str) -> Report:
    """Take in one file as somebody."""
    head, *rows = [line.split(",") for line in text.split("\n")]
    sheet = Sheet(kind, f"{kind}.csv", head, [(n, dict(zip(head, row, strict=True))) for n, row in enumerate(rows, 2)])
    return run([sheet], Options(commit=True, actor=user, scope=scope_of(user)))


def codes(report: Report) -> list[str]:
    """The codes of the errors."""
    return [finding.code for finding in report.files[0].errors]


ORGANIZATION = "统一社会信用代码,名称,类别,登记管理部门,行政区,成立日期\n{},{},民办非企业单位,{},南山区,2012-01-01"

PARTY = "党组织编码,党组织名称,党组织类别,组建形式,主管单位编码,批准日期\n{},新支部,党支部,单独,{},2026-01-01"


def test_a_district_writes_its_own_and_no_other(city: City) -> None:
    own, other = city.organizations["nanshan-own"], city.organizations["futian-joint"]
    nanshan = city.users["nanshan"]
    assert bring(nanshan, "organizations", ORGANIZATION.format(own.credit_code, "海珠新名", "NS-MZJ")).committed
    refused = bring(nanshan, "organizations", ORGANIZATION.format(other.credit_code, "抢来的", "FT-MZJ"))
    assert codes(refused) == ["IMP-108"] and not refused.committed
    assert other.name not in str(refused.as_json())
    assert ImportBatch.objects.get().by == nanshan and AuditEntry.objects.get().actor == nanshan


def test_new_organizations_of_its_own_registry_only(city: City) -> None:
    nanshan = city.users["nanshan"]
    fresh = credit_code(77_001)
    assert codes(bring(nanshan, "organizations", ORGANIZATION.format(fresh, "新来", "FT-MZJ"))) == ["IMP-108"]
    assert bring(nanshan, "organizations", ORGANIZATION.format(fresh, "新来", "NS-MZJ")).committed


def test_a_registering_unit_keeps_its_roster_though_another_answers(city: City) -> None:
    registrar = world.account("mzj", "unit-staff", unit=city.units["nanshan-civil"])
    school = world.organization(
        "南山明德小学", registering=city.units["nanshan-civil"], professional=city.units["education"]
    )
    world.settle()
    assert bring(
        registrar, "organizations", ORGANIZATION.format(school.credit_code, "南山明德学校", "NS-MZJ")
    ).committed
    # but a party-building fact is for the unit that answers
    report = f"统一社会信用代码,填报日期\n{school.credit_code},2015-01-01"
    assert codes(bring(registrar, "member_reports", report)) == ["IMP-108"]
    assert bring(city.users["education"], "member_reports", report).committed


def test_what_is_of_the_city_is_for_the_city(city: City) -> None:
    targets = "指标代码,单位编码,目标值,起始日期\nbranch-coverage,NS,95,2027-01-01"
    units = "单位编码,单位名称,单位类别\nNS-X,新单位,业务主管单位"
    for kind, text in (("targets", targets), ("units", units), ("districts", "行政区编码,名称\nX,新区")):
        assert codes(bring(city.users["nanshan"], kind, text)) == ["IMP-108"]
        assert bring(city.users["city"], kind, text).committed


def test_covering_and_party_organizations(city: City) -> None:
    nanshan, own = city.users["nanshan"], city.organizations["nanshan-missing"].credit_code
    other = city.organizations["futian-missing"].credit_code
    head = "党组织编码,统一社会信用代码,起始日期\nNS-0001,"
    assert bring(nanshan, "covering", f"{head}{own},2026-01-01").committed
    assert codes(bring(nanshan, "covering", f"{head}{other},2026-01-01")) == ["IMP-108"]
    assert bring(nanshan, "party_organizations", PARTY.format("NS-0009", "NS")).committed
    assert codes(bring(nanshan, "party_organizations", PARTY.format("FT-0001", "NS"))) == ["IMP-108"]
    assert codes(bring(nanshan, "party_organizations", PARTY.format("NS-0009", "FT"))) == ["IMP-108"]


def test_whoever_is_held_elsewhere_is_told_only_that(city: City) -> None:
    held = Person.objects.everyone().get(name="池砚秋")
    nanshan = city.users["nanshan"]
    report = bring(nanshan, "members", f"人员编号,姓名,入党日期\n{held.number},别名,2009-07-01")
    assert codes(report) == ["IMP-108"] and "已在其他党组织,请发起转接" in report.files[0].errors[0].message
    assert "池砚秋" not in str(report.as_json())
    relation = f"人员编号,党组织编码,转入日期\n{held.number},NS-0001,2026-01-01"
    assert codes(bring(nanshan, "memberships", relation)) == ["IMP-108"]
    assert AuditEntry.objects.filter(actor=nanshan, action="查询他处人员").count() == 2


def test_a_bundle_of_new_things_leans_on_itself(city: City) -> None:
    nanshan = city.users["nanshan"]
    fresh = credit_code(77_002)
    texts = {
        "organizations": ORGANIZATION.format(fresh, "新来", "NS-MZJ"),
        "party_organizations": PARTY.format("N9", "NS"),
        "covering": f"党组织编码,统一社会信用代码,起始日期\nN9,{fresh},2026-01-01",
        "members": f"人员编号,姓名,入党日期,工作单位\nR-900,桑榆,2009-07-01,{fresh}",
        "memberships": "人员编号,党组织编码,转入日期\nR-900,N9,2026-01-01",
        "posts": "党组织编码,人员编号,职务,任职日期\nN9,R-900,书记,2026-01-01",
    }
    sheets = []
    for kind, text in texts.items():
        head, row = (line.split(",") for line in text.split("\n"))
        sheets.append(Sheet(kind, kind, head, [(2, dict(zip(head, row, strict=True)))]))
    report = run(sheets, Options(commit=True, actor=nanshan, scope=scope_of(nanshan)))
    assert report.committed, report.as_json()


def test_nothing_is_moved_out_of_or_into_anothers_hands(city: City) -> None:
    own = city.organizations["nanshan-own"]
    report = bring(city.users["nanshan"], "organizations", ORGANIZATION.format(own.credit_code, own.name, "FT-MZJ"))
    assert codes(report) == ["IMP-108"] and not report.committed
    assert OrganizationState.objects.get(organization=own).registering_unit == city.units["nanshan-civil"]


@pytest.mark.parametrize("who", ["observer", "stranger", "lin", "instructor"])
def test_others_write_nothing(who: str, city: City) -> None:
    own = city.organizations["nanshan-own"]
    report = bring(city.users[who], "organizations", ORGANIZATION.format(own.credit_code, "新名", "NS-MZJ"))
    assert codes(report) == ["IMP-108"]
    assert SocialOrganization.objects.everyone().get(pk=own.pk).name == own.name
