"""The register of 2013, filled with thirty invented organizations, goes in and the figures follow at once."""

from __future__ import annotations

import datetime
from collections import Counter

import pytest

from branches.counts import formation_due_reported
from branches.models import CoveringLink, InstructorPosting, PartyOrganization, PartyOrganizationState, Post
from members.models import Person
from orgs.models import MemberReport, OrganizationState, SocialOrganization
from portal.core import indicators
from portal.core.crypto import blind_index
from portal.core.imports.doors import come_in
from portal.core.imports.read import read_file
from portal.core.imports.sheets import Options
from portal.core.scoping import scope_of
from portal.reports.demo.codes import personal_number
from tests import world
from tests.office_tables import f01
from tests.office_tables.bring import bring, codes, findings, sums

YEAR_END = datetime.date(2013, 12, 31)
NOTICE = datetime.date(2013, 10, 23)
KINDS = ("社会团体", "民办非企业单位", "基金会", "中介组织")


def basic(number):
    """What every row has: name, kind, registration number, members."""
    return {
        "A": f"示例{number:02d}号社会组织",
        "B": KINDS[number % 4],
        "C": f"示社证字第{number:04d}号",
        "D1": "文一凡",
        "I": number % 7,
        "J": number % 3,
        "L1": 1 if number % 7 == 6 else 0,
    }


def own(number):
    return {
        **basic(number),
        "E": "是",
        "G1": datetime.date(2013, 1 + number % 9, 5),
        "G2": f"示例{number:02d}号社会组织党支部",
        "G3": "示例区委组织部",
        "G4": f"示组〔2013〕{number}号",
        "G5": "党支部",
        "G6": "专职党员组建",
        "G91": f"书记{number}",
        "G95": "0755-10000000",
    }


def joint(number, name):
    return {
        **basic(number),
        "E": "是",
        "G1": "2013年11月20日",
        "G2": name,
        "G3": "示例区委组织部",
        "G5": "联合支部",
        "G91": f"{name}书记",
    }


def unset(number, reason):
    return {**basic(number), "E": "否", "H1": reason}


def thirty():
    """Ten with their own branch, two joint branches of five, a party group, a temporary branch, eight without."""
    rows = [own(number) for number in range(10)]
    rows += [joint(number, "示例东园联合党支部") for number in range(10, 15)]
    rows += [joint(number, "示例西园联合党支部") for number in range(15, 20)]
    rows += [{**own(20), "G1": NOTICE, "G5": "党小组"}, {**own(21), "G1": NOTICE, "G5": "临时党支部"}]
    rows += [unset(22, "应建未建"), unset(23, "应建未建"), unset(24, "不足三名党员"), unset(25, "无党员")]
    posted = {"H31": "指导员甲", "H32": "0755-20000000", "H33": "示例区委组织部"}
    rows += [{**unset(number, "派驻党建指导员"), **posted} for number in range(26, 29)]
    return [*rows, {**basic(29), "M": "工会"}]


def saved(tmp_path, rows, name="登记表.xls", **how):
    path = tmp_path / name
    path.write_bytes(f01.filled(rows, **how))
    return path


def tallied(code, source=indicators.live):
    """The counts of the whole city at the end of the year."""
    return indicators.tally(indicators.indicator(code), YEAR_END, "city", source=source)["city"]


@pytest.fixture
def unit(db):
    city = world.unit("SZ", "中共示例市委组织部", "CITY_LEAD")
    return world.unit("SL", "中共示例区委组织部", "DISTRICT_LEAD", parent=city, level="DISTRICT")


@pytest.fixture
def known_unit(unit):
    unit.aliases.create(name="示例区委组织部")
    return unit


@pytest.mark.django_db
class TestThirtyOrganizations:
    def test_everything_of_the_form_that_has_a_register_goes_in(self, known_unit, tmp_path):
        result = bring("register-2013", saved(tmp_path, thirty()), "--commit")
        assert (result["exit"], result["committed"]) == (0, True)
        created = {kind: file["created"] for kind, file in result["by_kind"].items()}
        assert created == {
            "organizations": 30,
            "party_organizations": 14,
            "covering": 22,
            "posts": 14,
            "instructors": 3,
            "member_reports": 30,
        }

    def test_reasons_and_rates_follow_at_once(self, known_unit, tmp_path):
        bring("register-2013", saved(tmp_path, thirty()), "--commit")
        branch, work = tallied("branch-coverage"), tallied("work-coverage")
        assert branch.reasons == {"own": 10, "joint": 10, "functional": 2, "instructor": 3, "none": 5}
        assert (branch.eligible, branch.met, work.eligible, work.met) == (30, 20, 30, 25)

    def test_the_range_of_formation_due_comes_from_the_reported_numbers(self, known_unit, tmp_path):
        bring("register-2013", saved(tmp_path, thirty()), "--commit")
        named, reported = tallied("formation-due"), tallied("formation-due", formation_due_reported)
        due = [row for row in thirty() if row["I"] - row["L1"] >= 3]
        formed = [row for row in due if row.get("G5") == "党支部"]
        assert (named.eligible, reported.eligible, reported.met) == (0, len(due), len(formed))

    def test_secretaries_come_by_name_without_a_number_and_unconfirmed(self, known_unit, tmp_path):
        result = bring("register-2013", saved(tmp_path, thirty()), "--commit")
        posts = Post.objects.everyone().select_related("person", "party_organization")
        assert {post.role for post in posts} == {"SECRETARY"}
        assert not any(post.person.id_number or post.person.confirmed for post in posts)
        one = next(post for post in posts if post.person.name == "书记3")
        assert (one.party_organization.name, one.work_phone) == ("示例03号社会组织党支部", "0755-10000000")
        made = {one["code"] for one in result["by_kind"]["organizations"]["made"] if one["kind"] == "people"}
        assert made >= {post.person.number for post in posts}

    def test_level_form_unit_day_and_document_of_a_party_organization(self, known_unit, tmp_path):
        bring("register-2013", saved(tmp_path, thirty()), "--commit")
        state = PartyOrganizationState.objects.select_related("party_organization").get(
            party_organization__name="示例04号社会组织党支部"
        )
        party = state.party_organization
        assert (state.level, state.form, state.supervising_unit) == ("BRANCH", "OWN", known_unit)
        assert (party.approved_on, party.document_number) == (datetime.date(2013, 5, 5), "示组〔2013〕4号")
        forms = Counter(PartyOrganizationState.objects.values_list("form", flat=True))
        assert forms == {"OWN": 10, "JOINT": 2, "FUNCTIONAL": 1, "TEMPORARY": 1}

    def test_reported_numbers_reason_and_source(self, known_unit, tmp_path):
        bring("register-2013", saved(tmp_path, thirty()), "--commit")
        report = MemberReport.objects.everyone().get(organization__registration_number="示社证字第0027号")
        assert (report.full, report.probationary, report.full_time) == (5, 1, 0)
        assert (report.part_time, report.applicants) == (None, None)
        assert (report.unset_reason, report.source) == ("派驻党建指导员", "2013年党建登记表")

    def test_instructors_are_posted_by_their_unit(self, known_unit, tmp_path):
        bring("register-2013", saved(tmp_path, thirty()), "--commit")
        postings = InstructorPosting.objects.everyone()
        assert {(one.role, one.sending_unit_id, one.work_phone) for one in postings} == {
            ("INSTRUCTOR", known_unit.pk, "0755-20000000")
        }

    def test_the_same_register_again_writes_nothing_and_differs_in_nothing(self, known_unit, tmp_path):
        path = saved(tmp_path, thirty())
        bring("register-2013", path, "--commit")
        people = Person.objects.everyone().count()
        result = bring("register-2013", path, "--commit")
        assert sums(result) == (0, 0, 0)
        assert codes(result)["IMP-210"] == 0
        assert Person.objects.everyone().count() == people

    def test_a_plan_writes_nothing_and_names_the_codes_that_would_be_made(self, known_unit, tmp_path):
        path = saved(tmp_path, thirty())
        planned = bring("register-2013", path)["by_kind"]["organizations"]["made"]
        assert not SocialOrganization.objects.everyone().exists()
        bring("register-2013", path, "--commit")
        assert {one["code"] for one in planned} == set(
            PartyOrganization.objects.everyone().values_list("code", flat=True)
        )

    def test_mass_organizations_are_left_out_with_one_warning(self, known_unit, tmp_path):
        found = findings(bring("register-2013", saved(tmp_path, thirty())), "IMP-201")
        assert len([one for one in found if "尚未开通" in one["message"]]) == 1


@pytest.mark.django_db
class TestWhatTheFormDoesNotSay:
    def test_without_founding_days_the_notice_stands_for_them_and_one_warning_says_so(self, known_unit, tmp_path):
        result = bring("register-2013", saved(tmp_path, [unset(1, "无党员"), own(2)]), "--commit")
        days = dict(SocialOrganization.objects.everyone().values_list("registration_number", "established_on"))
        assert days == {"示社证字第0001号": NOTICE, "示社证字第0002号": datetime.date(2013, 3, 5)}
        (warning,) = [one for one in findings(result, "IMP-202") if one["column"] == "成立日期"]
        assert "2013-10-23" in warning["message"]

    def test_a_stored_organization_keeps_its_founding_day(self, known_unit, tmp_path):
        world.organization("示例01号社会组织", registration_number="示社证字第0001号", established="2005-03-01")
        result = bring("register-2013", saved(tmp_path, [{**unset(1, "无党员"), "B": "民办非企业单位"}]), "--commit")
        assert SocialOrganization.objects.everyone().get().established_on == datetime.date(2005, 3, 1)
        assert not [one for one in findings(result) if one["column"] == "成立日期"]
        assert MemberReport.objects.everyone().get().unset_reason == "无党员"

    def test_the_title_gives_the_day_of_the_numbers(self, known_unit, tmp_path):
        path = saved(tmp_path, [unset(1, "无党员")], title="社会组织党建登记表(截至2014年6月30日)")
        bring("register-2013", path, "--commit")
        assert MemberReport.objects.everyone().get().reported_on == datetime.date(2014, 6, 30)

    def test_without_letter_codes_the_headings_are_understood(self, known_unit, tmp_path):
        result = bring("register-2013", saved(tmp_path, thirty(), with_codes=False), "--commit")
        assert result["by_kind"]["organizations"]["created"] == 30
        assert tallied("branch-coverage").reasons["own"] == 10

    def test_the_blank_form_is_refused_with_a_sentence(self, known_unit, tmp_path):
        result = bring("register-2013", saved(tmp_path, []))
        assert result["exit"] == 1
        assert [one["code"] for one in findings(result)] == ["IMP-111"]

    def test_an_unknown_approving_unit_is_queued_not_refused(self, known_unit, tmp_path):
        result = bring("register-2013", saved(tmp_path, [{**own(1), "G3": "某街道党工委"}]), "--commit")
        assert [(one["row"], one["column"]) for one in findings(result, "IMP-204")] == [(7, "审批单位")]
        assert PartyOrganizationState.objects.get().supervising_unit is None

    def test_no_beside_a_party_organization_covers_nothing(self, known_unit, tmp_path):
        result = bring("register-2013", saved(tmp_path, [{**own(1), "E": "否"}]), "--commit")
        assert [one["column"] for one in findings(result, "IMP-208")] == ["党组织设置"]
        assert not CoveringLink.objects.everyone().exists()
        assert OrganizationState.objects.count() == 1


@pytest.mark.django_db
def test_the_staff_of_a_district_bring_in_the_register_of_their_own_organizations(city, tmp_path):
    path = saved(tmp_path, [{**own(1), "G3": "中共南山区委组织部"}, unset(2, "无党员")])
    scope = scope_of(city.users["nanshan"])
    report = come_in("register-2013", path.name, read_file(path), Options(commit=True, scope=scope))
    assert report.committed and not report.has_errors
    states = OrganizationState.objects.filter(organization__registration_number__startswith="示社证字")
    assert {(state.district, state.registering_unit) for state in states} == {
        (city.districts["nanshan"], city.units["nanshan-civil"])
    }
    assumed = {finding.column for finding in report.files[0].findings if finding.code == "IMP-202"}
    assert assumed >= {"行政区", "登记管理部门", "成立日期"}


NUMBER = personal_number(datetime.date(1970, 5, 6), 11)


@pytest.mark.django_db
class TestPersonalNumbers:
    def test_a_right_number_is_kept_encrypted_and_repeated_nowhere(self, known_unit, tmp_path):
        result = bring("register-2013", saved(tmp_path, [{**own(1), "G92": NUMBER, "G95": "13900000000"}]), "--commit")
        person = Person.objects.everyone().get()
        assert (person.id_index, person.id_number, person.confirmed) == (blind_index(NUMBER), NUMBER, True)
        assert (person.mobile, Post.objects.everyone().get().work_phone) == ("13900000000", "")
        assert NUMBER not in str(result) and "13900000000" not in str(result)

    def test_a_wrong_number_is_left_out_and_shown_masked(self, known_unit, tmp_path):
        wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
        result = bring("register-2013", saved(tmp_path, [{**own(1), "G92": wrong}]), "--commit")
        (found,) = findings(result, "IMP-208")
        assert (found["row"], found["column"]) == (7, "身份证号")
        assert wrong not in str(result)
        assert Person.objects.everyone().get().id_number == ""

    def test_one_number_on_two_rows_is_one_person(self, known_unit, tmp_path):
        rows = [{**own(number), "G91": "文二川", "G92": NUMBER} for number in (1, 2)]
        path = saved(tmp_path, rows)
        bring("register-2013", path, "--commit")
        assert Person.objects.everyone().count() == 1
        assert Post.objects.everyone().count() == 2
        assert sums(bring("register-2013", path, "--commit")) == (0, 0, 0)

    def test_a_number_stored_under_another_name_is_left_out(self, known_unit, tmp_path):
        bring("register-2013", saved(tmp_path, [{**own(1), "G92": NUMBER}]), "--commit")
        result = bring("register-2013", saved(tmp_path, [{**own(2), "G91": "别人", "G92": NUMBER}]), "--commit")
        assert [one["column"] for one in findings(result, "IMP-208")] == ["身份证号"]
        assert Person.objects.everyone().filter(id_index=None).count() == 1
