"""Party-building ledgers as offices keep them: free headings, and where they and the registers disagree."""

from __future__ import annotations

import datetime

import pytest

from branches.models import CoveringLink, InstructorPosting, PartyOrganization, PartyOrganizationState, Post
from members.models import Person
from orgs.models import MemberReport, OrganizationState, SocialOrganization
from portal.core.imports.doors import come_in
from portal.core.imports.read import read_file
from portal.core.imports.sheets import Options
from portal.core.scoping import scope_of
from portal.core.validity import today
from tests import world
from tests.office_tables.bring import bring, codes, findings, sums, workbook

TITLE = ["南山区社会组织党建台账(截至2016年6月30日)"]
DAY = datetime.date(2016, 6, 30)
HEADINGS = [
    "序号", "社会组织名称", "统一社会信用代码", "社会组织类型", "成立时间", "登记管理机关", "业务主管单位",
    "党建领导机关", "所属区", "所属街道", "是否建立党组织", "党组织名称", "党组织成立时间", "上级党组织", "书记",
    "书记联系电话", "正式党员数(人)", "预备党员", "未建原因", "指导员", "派驻单位", "指导员联系电话", "备注",
]  # fmt: skip
CREDIT = [world.credit_code(910000 + number) for number in range(6)]


def line(number, **cells):
    """A row of the ledger: an organization of Nanshan without a party organization, but for `cells`."""
    row = {
        "序号": number + 1,
        "社会组织名称": f"南山区演示{number}号服务中心",
        "统一社会信用代码": CREDIT[number],
        "社会组织类型": "民非",
        "成立时间": "2012-03-01",
        "登记管理机关": "南山区民政局",
        "所属区": "南山区",
        "所属街道": "粤海街道",
        **cells,
    }
    return [row.get(heading.split("(")[0]) for heading in HEADINGS]


COVERED = {
    "是否建立党组织": "已建",
    "党组织名称": "南山区演示0号服务中心党支部",
    "党组织成立时间": "2014年5月6日",
    "上级党组织": "中共南山区委组织部",
    "书记": "苏一叶",
    "书记联系电话": "0755-10000001",
    "正式党员数": "5人",
    "预备党员": 1,
}


def saved(tmp_path, *rows, title=TITLE, name="台账.xlsx"):
    return workbook(tmp_path / name, [title, HEADINGS, *rows, ["合计", len(rows)]])


@pytest.mark.django_db
class TestFreeHeadings:
    def test_one_row_fills_every_register(self, city, tmp_path):
        result = bring("ledger", saved(tmp_path, line(0, **COVERED)), "--commit")
        assert result["exit"] == 0
        one = SocialOrganization.objects.everyone().get(credit_code=CREDIT[0])
        state = OrganizationState.objects.get(organization=one)
        assert (state.kind, state.registering_unit.code, state.district.code, state.subdistrict.code) == (
            "PRIVATE_NON_ENTERPRISE", "NS-MZJ", "440305", "NS-YH",
        )  # fmt: skip
        party = PartyOrganizationState.objects.get(party_organization__covering_links__organization=one)
        assert (party.form, party.supervising_unit.code) == ("OWN", "NS")
        assert CoveringLink.objects.everyone().get(organization=one).valid_from == datetime.date(2014, 5, 6)
        post = Post.objects.everyone().get(party_organization=party.party_organization_id)
        assert (post.person.name, post.work_phone, post.valid_from) == ("苏一叶", "0755-10000001", DAY)
        report = MemberReport.objects.everyone().get(organization=one)
        assert (report.full, report.probationary, report.reported_on) == (5, 1, DAY)

    def test_the_same_ledger_again_writes_nothing(self, city, tmp_path):
        posted = {"是否建立党组织": "否", "未建原因": "无党员", "指导员": "封予安", "派驻单位": "粤海街道"}
        path = saved(tmp_path, line(0, **COVERED), line(1, **posted))
        assert sums(bring("ledger", path, "--commit"))[0] > 0
        again = bring("ledger", path, "--commit")
        assert (sums(again), codes(again)["IMP-210"]) == ((0, 0, 0), 0)

    def test_a_ledger_without_a_day_is_idempotent_too(self, city, tmp_path):
        path = saved(tmp_path, line(0, **COVERED), title=["台账"])
        bring("ledger", path, "--commit")
        report = MemberReport.objects.everyone().get(organization__credit_code=CREDIT[0])
        assert report.reported_on == today()
        MemberReport.objects.everyone().filter(pk=report.pk).update(reported_on="2020-01-01")
        assert sums(bring("ledger", path, "--commit")) == (0, 0, 0)

    def test_an_instructor_is_posted(self, city, tmp_path):
        posted = {"是否建立党组织": "否", "指导员": "封予安", "派驻单位": "粤海街道", "指导员联系电话": "0755-1"}
        bring("ledger", saved(tmp_path, line(1, **posted)), "--commit")
        posting = InstructorPosting.objects.everyone().get(organization__credit_code=CREDIT[1])
        assert (posting.role, posting.sending_unit.code, posting.work_phone) == ("INSTRUCTOR", "NS-YH", "0755-1")

    def test_one_party_organization_of_several_rows_is_a_joint_one(self, city, tmp_path):
        shared = {"是否建立党组织": "是", "党组织名称": "粤海片区党支部", "党组织成立时间": "2015-01-01"}
        path = saved(tmp_path, *(line(number, **shared) for number in range(3)))
        bring("ledger", path, "--commit")
        party = PartyOrganization.objects.everyone().get(name="粤海片区党支部")
        assert (party.states.get().form, party.covering_links.count()) == ("JOINT", 3)

    def test_a_later_ledger_joins_the_stored_joint_one(self, city, tmp_path):
        shared = {"是否建立党组织": "是", "党组织名称": "粤海片区联合党支部", "党组织成立时间": "2015-01-01"}
        bring("ledger", saved(tmp_path, line(0, **shared)), "--commit")
        bring("ledger", saved(tmp_path, line(1, **shared)), "--commit")
        party = PartyOrganization.objects.everyone().get(name="粤海片区联合党支部")
        assert party.covering_links.count() == 2

    def test_a_row_without_code_is_found_by_its_name(self, city, tmp_path):
        one = city.organizations["nanshan-missing"]
        row = line(0, 统一社会信用代码=None, 社会组织名称=one.name, 是否建立党组织="否", 未建原因="无党员")
        result = bring("ledger", saved(tmp_path, row), "--commit")
        assert result["by_kind"]["organizations"]["created"] == 0
        assert MemberReport.objects.everyone().get(organization=one).unset_reason == "无党员"

    def test_a_row_without_code_and_unknown_name_is_an_error(self, city, tmp_path):
        result = bring("ledger", saved(tmp_path, line(0, 统一社会信用代码=None)))
        assert (result["exit"], codes(result)["IMP-101"]) == (1, 1)

    def test_a_name_that_two_organizations_bear_is_ambiguous(self, city, tmp_path):
        for _ in range(2):
            world.organization("同名服务中心")
        row = line(0, 统一社会信用代码=None, 社会组织名称="同名服务中心")
        assert codes(bring("ledger", saved(tmp_path, row)))["IMP-105"] == 1

    def test_faults_in_minor_columns_are_left_out(self, city, tmp_path):
        path = saved(tmp_path, line(0, **{**COVERED, "所属区": "东山区", "正式党员数": "若干"}))
        result = bring("ledger", path, "--commit")
        assert result["exit"] == 0
        assert {one["column"] for one in findings(result, "IMP-208")} == {"所属区", "正式党员数(人)"}

    def test_unclear_words_are_left_out_not_guessed(self, city, tmp_path):
        result = bring("ledger", saved(tmp_path, line(0, 是否建立党组织="正在筹备")), "--commit")
        assert [one["column"] for one in findings(result, "IMP-208")] == ["是否建立党组织"]
        assert not CoveringLink.objects.everyone().filter(organization__credit_code=CREDIT[0]).exists()


@pytest.fixture
def nanshan(city):
    """A stored organization of Nanshan whose facts a ledger may contradict."""
    units = city.units
    one = world.organization(
        "南山区演示0号服务中心",
        credit_code=CREDIT[0],
        established="2012-03-01",
        registering=units["nanshan-civil"],
        district=city.districts["nanshan"],
        subdistrict=units["yuehai"],
    )
    world.settle()
    return one


WRONG = CREDIT[1][:-1] + ("A" if CREDIT[1][-1] != "A" else "B")
OTHER = {**COVERED, "党组织名称": "南山区演示1号服务中心党支部"}
SHARED = {"是否建立党组织": "是", "党组织名称": "粤海片区联合党支部", "党组织成立时间": "2015-01-01"}
POSTED = {"指导员": "封予安", "派驻单位": "粤海街道"}


def written():
    """How many rows there are of everything that a ledger may fill, and the organizations' codes."""
    models = (PartyOrganization, CoveringLink, Post, InstructorPosting, MemberReport, Person)
    codes = SocialOrganization.objects.everyone().filter(credit_code__in=CREDIT)
    return [model.objects.everyone().count() for model in models], set(codes.values_list("credit_code", flat=True))


@pytest.mark.django_db
class TestWholeRows:
    """With --valid-rows a row is written in every register that it feeds, or in none."""

    @pytest.mark.parametrize(
        ("bad", "said"),
        [
            # refused as an organization, which comes before everything else
            ({"统一社会信用代码": WRONG, **OTHER, **POSTED}, {("IMP-103", "统一社会信用代码")}),
            # refused as a posting, which comes late
            ({**OTHER, **POSTED, "指导员": "长" * 65}, {("IMP-102", "指导员")}),
            # its party organization is faulty: the link refers to that, silently
            ({**COVERED, "党组织名称": "长" * 129}, {("IMP-102", "党组织名称")}),
        ],
    )
    def test_nothing_of_a_faulty_row_is_written_anywhere(self, bad, said, city, tmp_path):
        good = line(0, **{**COVERED, **POSTED})
        before, _ = written()
        result = bring("ledger", saved(tmp_path, good, line(1, **bad)), "--commit", "--valid-rows")
        errors = {(one["code"], one["column"]) for one in findings(result) if one["code"] < "IMP-2"}
        assert (result["exit"], result["committed"], errors) == (1, True, said)
        counts, codes_ = written()
        assert [now - then for now, then in zip(counts, before, strict=True)] == [1, 1, 1, 1, 1, 2]
        assert codes_ == {CREDIT[0]}
        assert {one["row"] for one in result["by_kind"]["organizations"]["made"]} == {3}
        # corrected, it comes in by itself
        assert bring("ledger", saved(tmp_path, line(1, **COVERED)), "--commit")["exit"] == 0
        assert written()[1] == {CREDIT[0], CREDIT[1]}

    def test_what_refers_to_a_faulty_row_is_not_torn_either(self, city, tmp_path):
        first = line(0, **{**SHARED, "统一社会信用代码": WRONG})
        second, third = line(2, **{**SHARED, **POSTED}), line(3, **POSTED)
        result = bring("ledger", saved(tmp_path, first, second, third), "--commit", "--valid-rows")
        assert written()[1] == {CREDIT[3]}
        assert result["by_kind"]["organizations"]["made"][0]["row"] == 5
        assert {file["skipped"] for file in result["files"]} == {1, 2}
        assert len([one for one in findings(result) if one["code"] < "IMP-2"]) == 1

    def test_a_minor_column_left_out_tears_nothing(self, city, tmp_path):
        path = saved(tmp_path, line(0, **{**COVERED, "书记": "长" * 65}))
        result = bring("ledger", path, "--commit", "--valid-rows")
        assert (result["exit"], written()[1]) == (0, {CREDIT[0]})
        assert [one["column"] for one in findings(result, "IMP-208")] == ["书记"]

    def test_a_plan_promises_no_code_for_a_faulty_row(self, city, tmp_path):
        path = saved(tmp_path, line(0, **COVERED), line(1, **{**OTHER, "统一社会信用代码": WRONG}))
        for options in ((), ("--valid-rows",)):
            made = bring("ledger", path, *options)["by_kind"]["organizations"]["made"]
            assert [one["row"] for one in made] == [3]


def differences(result):
    return {(one["column"], one["stored"]) for one in result["by_kind"]["organizations"]["differences"]}


@pytest.mark.django_db
class TestDifferences:
    def test_what_agrees_is_no_difference(self, nanshan, tmp_path):
        result = bring("ledger", saved(tmp_path, line(0, 党建领导机关="南山区民政局")))
        assert differences(result) == set()

    def test_facts_of_the_organization_are_listed_and_kept(self, nanshan, city, tmp_path):
        changed = {
            "社会组织名称": "南山区另一名称服务中心",
            "社会组织类型": "社会团体",
            "成立时间": "2011-01-01",
            "登记管理机关": "深圳市民政局",
            "所属区": "福田区",
            "所属街道": "莲花街道",
            "党建领导机关": "福田区民政局",
        }
        result = bring("ledger", saved(tmp_path, line(0, **changed)), "--commit")
        assert differences(result) == {
            ("社会组织名称", nanshan.name),
            ("社会组织类型", "民办非企业单位"),
            ("成立时间", "2012-03-01"),
            ("登记管理机关", "南山区民政局"),
            ("所属区", "南山区"),
            ("所属街道", "粤海街道"),
            ("党建领导机关", "南山区民政局"),
        }
        assert codes(result)["IMP-210"] == 7
        nanshan.refresh_from_db()
        assert (nanshan.name, nanshan.established_on) == ("南山区演示0号服务中心", datetime.date(2012, 3, 1))
        assert nanshan.states.get().registering_unit == city.units["nanshan-civil"]

    def test_what_is_missing_there_is_completed(self, nanshan, city, tmp_path):
        result = bring("ledger", saved(tmp_path, line(0, 业务主管单位="中共南山区委组织部")), "--commit")
        assert differences(result) == set()
        assert nanshan.states.get().professional_unit == city.units["nanshan"]

    def test_covered_there_but_not_here(self, nanshan, city, tmp_path):
        world.party("NS-0009", by=city.units["nanshan"], covers=(nanshan,), name="粤海党支部")
        result = bring("ledger", saved(tmp_path, line(0, 是否建立党组织="未建", 未建原因="无党员")), "--commit")
        assert differences(result) == {("是否建立党组织", "由 粤海党支部 覆盖(自 2013-11-05)")}

    def test_another_unit_day_and_form_of_the_party_organization(self, nanshan, city, tmp_path):
        world.party(
            "NS-0009", by=city.units["futian"], covers=(nanshan,), name=COVERED["党组织名称"], level="COMMITTEE"
        )
        result = bring("ledger", saved(tmp_path, line(0, **COVERED)), "--commit")
        assert differences(result) == {
            ("上级党组织", "中共福田区委组织部"),
            ("党组织成立时间", "2013-11-05"),
        } | {("党组织名称", "党委")}
        assert result["by_kind"]["party_organizations"]["created"] == 0

    def test_an_own_party_organization_under_another_name_is_the_same(self, nanshan, city, tmp_path):
        world.party("NS-0009", by=city.units["nanshan"], covers=(nanshan,), approved="2014-05-06", name="旧名党支部")
        result = bring("ledger", saved(tmp_path, line(0, **COVERED)), "--commit")
        assert differences(result) == {("党组织名称", "旧名党支部")}
        assert CoveringLink.objects.everyone().filter(organization=nanshan).count() == 1

    def test_a_new_own_one_after_a_dissolved_one_is_new(self, nanshan, city, tmp_path):
        world.party("NS-0009", by=city.units["nanshan"], covers=(nanshan,), dissolved="2014-01-01", name="旧名党支部")
        result = bring("ledger", saved(tmp_path, line(0, **COVERED)), "--commit")
        assert differences(result) == set()
        assert result["by_kind"]["party_organizations"]["created"] == 1
        assert sums(bring("ledger", saved(tmp_path, line(0, **COVERED)), "--commit")) == (0, 0, 0)

    def test_covered_by_what_was_dissolved_is_a_difference(self, nanshan, city, tmp_path):
        name = COVERED["党组织名称"]
        world.party(
            "NS-0009",
            by=city.units["nanshan"],
            covers=(nanshan,),
            approved="2014-05-06",
            dissolved="2015-01-01",
            name=name,
        )
        result = bring("ledger", saved(tmp_path, line(0, **COVERED)), "--commit")
        assert differences(result) == {("党组织名称", f"{name} 已于 2015-01-01 撤销")}
        assert "posts" not in result["by_kind"]

    def test_another_secretary_is_for_someone_to_decide(self, nanshan, city, tmp_path):
        party = world.party(
            "NS-0009", by=city.units["nanshan"], covers=(nanshan,), approved="2014-05-06", name=COVERED["党组织名称"]
        )
        world.post(world.person("穆前任"), party, "2014-05-06")
        result = bring("ledger", saved(tmp_path, line(0, **COVERED)), "--commit")
        assert differences(result) == {("书记", "穆前任")}
        assert Post.objects.everyone().filter(party_organization=party).count() == 1

    def test_another_instructor_likewise(self, nanshan, city, tmp_path):
        world.posting(nanshan, "2015-01-01", who=world.person("程前任"))
        result = bring("ledger", saved(tmp_path, line(0, 是否建立党组织="否", 指导员="封予安")), "--commit")
        assert differences(result) == {("指导员", "程前任")}

    def test_other_numbers_of_the_same_day_are_corrected_and_listed(self, nanshan, tmp_path):
        world.report(nanshan, DAY.isoformat(), full=2)
        result = bring("ledger", saved(tmp_path, line(0, 正式党员数=4)), "--commit")
        assert differences(result) == {("正式党员数(人)", "2")}
        assert MemberReport.objects.everyone().get(organization=nanshan).full == 4

    def test_differences_name_row_and_value(self, nanshan, tmp_path):
        result = bring("ledger", saved(tmp_path, line(0, 成立时间="2011-01-01")))
        (one,) = result["by_kind"]["organizations"]["differences"]
        assert one == {"row": 3, "column": "成立时间", "value": "2011-01-01", "stored": "2012-03-01"}


@pytest.mark.django_db
class TestScope:
    def test_a_clerk_of_another_district_learns_nothing_of_what_is_stored(self, nanshan, city, tmp_path):
        path = saved(tmp_path, line(0, 社会组织名称="南山区另一名称服务中心", 成立时间="2011-01-01"))
        futian = scope_of(city.users["futian"])
        report = come_in("ledger", path.name, read_file(path), Options(scope=futian, actor=city.users["futian"]))
        assert not [one for one in report.as_json()["files"][0]["differences"] if one["row"]]
        assert nanshan.name not in str(report.as_json())
        assert "IMP-108" in {finding.code for file in report.files for finding in file.findings}

    def test_a_clerk_brings_in_what_the_own_district_answers_for(self, nanshan, city, tmp_path):
        path = saved(tmp_path, line(0, **{**COVERED, "上级党组织": "某街道党工委"}))
        scope = scope_of(city.users["nanshan"])
        report = come_in("ledger", path.name, read_file(path), Options(commit=True, scope=scope))
        assert not report.has_errors and report.committed
        party = PartyOrganizationState.objects.get(party_organization__covering_links__organization=nanshan)
        assert party.supervising_unit == city.units["nanshan"]

    def test_what_the_own_ledger_does_not_name_is_a_difference(self, nanshan, city, tmp_path):
        path = saved(tmp_path, line(0))
        report = come_in("ledger", path.name, read_file(path), Options(scope=scope_of(city.users["nanshan"])))
        absent = [one["stored"] for one in report.as_json()["files"][0]["differences"] if one["row"] is None]
        assert {text.split()[1] for text in absent} == {
            city.organizations[key].name for key in ("nanshan-own", "nanshan-joint", "nanshan-missing")
        }
