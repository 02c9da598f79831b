"""A civil-affairs roster as an office prints it: every quirk of the real ones, none of their rows."""

from __future__ import annotations

import datetime

import pytest

from branches.models import PartyOrganization
from orgs.models import OrganizationState, SocialOrganization
from portal.core import indicators
from portal.core.models import AuditEntry, UnitAlias
from tests import world
from tests.office_tables.bring import bring, codes, findings, nine, workbook

PLACEHOLDERS = (
    "示例市人民政府相关职能部门",
    "示例市相关职能部门及单位",
    "示例市相关职能部门",
    "示例市相关职能部门和单位",
)
HEADER = [
    ["示例市基金会名册(2013年)"],
    ["序号", "基本信息", None, None, None, "登记信息", None, None, None, "联系", None],
    [
        None,
        "机构名称",
        "登记证号",
        "组织机构代码",
        "基金会类型",
        "登记部门",
        "业务主管单位",
        "成立时间",
        "原始基金数额",
        "邮编",
        "评估等级",
    ],
]
MERGED = ("A1:K1", "A2:A3", "B2:E2", "F2:I2", "J2:K2")
SHARED = nine("59000001")
LOST_ZERO = nine("05000002")
WRONG = SHARED[:8] + ("1" if SHARED[8] != "1" else "2")


def founded(number):
    """Real dates, every third one text with the month first."""
    day = datetime.date(2012, 1 + number, 10 + number)
    return f"{day.month}/{day.day}/{day.year}" if number % 3 == 2 else day


def rows():
    supervisors = [*PLACEHOLDERS, None, "示例市文联", "示列市文联", "示例市民政局"]
    organization_codes = [
        int(SHARED) if SHARED.isdigit() else SHARED,
        f"{SHARED[:8]}-{SHARED[8]}",
        int(LOST_ZERO) if LOST_ZERO.isdigit() else LOST_ZERO[1:],
        WRONG,
        nine("59000003") + " ",
        "50000004",
        None,
        "None",
    ]
    return [
        [
            float(number + 1),
            f"示例市第{number + 1}公益基金会",
            f"示基证字第{number + 1:04d}号",
            organization_codes[number],
            "公募" if number % 2 else "非公募",
            "市级民政部门",
            supervisors[number],
            founded(number),
            "5,000万元",
            518000.0 + number,
            "未参评",
        ]
        for number in range(8)
    ]


@pytest.fixture
def units(db):
    city = world.unit("SZ", "中共示例市委组织部", "CITY_LEAD")
    civil = world.unit("SZ-MZJ", "示例市民政局", "REGISTRY", parent=city, function="civil-affairs")
    UnitAlias.objects.create(unit=civil, name="市级民政部门")
    world.unit("SZ-WL", "示例市文学艺术界联合会", parent=city)
    UnitAlias.objects.create(unit_id=civil.pk + 1, name="示例市文联")
    return {"civil": civil}


@pytest.fixture
def roster(tmp_path):
    return workbook(tmp_path / "名册.xlsx", [*HEADER, *rows(), ["合计", None, 8.0]], MERGED, "名册")


@pytest.mark.django_db
class TestRoster:
    def test_title_header_and_total_are_understood_and_nothing_odd_is_refused(self, units, roster):
        result = bring("roster", roster)
        (file,) = result["files"]
        assert (result["exit"], result["committed"]) == (0, False)
        assert (file["rows"], file["created"], file["errors"]) == (8, 8, [])
        assert SocialOrganization.objects.everyone().count() == 0

    def test_every_placeholder_is_a_warning(self, units, roster):
        found = findings(bring("roster", roster), "IMP-203")
        assert [(one["row"], one["column"], one["value"]) for one in found] == [
            (row, "业务主管单位", word) for row, word in enumerate(PLACEHOLDERS, 4)
        ]

    def test_both_holders_of_a_shared_code_are_warned_though_a_hyphen_hides_it(self, units, roster):
        found = findings(bring("roster", roster), "IMP-207")
        assert [(one["row"], one["column"]) for one in found] == [(4, "组织机构代码"), (5, "组织机构代码")]

    def test_a_lost_zero_is_repaired_only_where_the_check_digit_confirms_it(self, units, roster):
        result = bring("roster", roster, "--commit")
        assert [one["row"] for one in findings(result, "IMP-202")] == [6]
        assert [one["row"] for one in findings(result, "IMP-208")] == [7, 9]
        stored = dict(SocialOrganization.objects.everyone().values_list("registration_number", "organization_code"))
        assert stored["示基证字第0003号"] == LOST_ZERO
        assert stored["示基证字第0004号"] == stored["示基证字第0006号"] == stored["示基证字第0008号"] == ""

    def test_an_unknown_spelling_waits_for_someone_to_bind_it(self, units, roster):
        result = bring("roster", roster, "--commit")
        assert [(one["row"], one["value"]) for one in findings(result, "IMP-204")] == [(10, "示列市文联")]
        state = OrganizationState.objects.get(organization__registration_number="示基证字第0007号")
        assert (state.professional_unit, state.professional_unit_written) == (None, "示列市文联")

    def test_kind_from_the_title_and_days_from_a_month_first_column(self, units, roster):
        bring("roster", roster, "--commit")
        assert set(OrganizationState.objects.values_list("kind", flat=True)) == {"FOUNDATION"}
        days = dict(SocialOrganization.objects.everyone().values_list("registration_number", "established_on"))
        assert days["示基证字第0003号"] == datetime.date(2012, 3, 12)
        assert days["示基证字第0006号"] == datetime.date(2012, 6, 15)

    def test_the_figures_follow_at_once(self, units, roster):
        bring("roster", roster, "--commit")
        rates = indicators.rates(datetime.date(2013, 12, 31), "unit", ["branch-coverage"])
        assert {rate.group: rate.eligible for rate in rates} == {"SZ": 8, "SZ-MZJ": 7, "SZ-WL": 1}

    def test_the_same_roster_again_writes_nothing(self, units, roster):
        bring("roster", roster, "--commit")
        audited = AuditEntry.objects.count()
        file = bring("roster", roster, "--commit")["files"][0]
        assert (file["created"], file["updated"], file["unchanged"]) == (0, 0, 8)
        assert AuditEntry.objects.count() <= audited + 1

    def test_a_later_roster_corrects(self, units, roster, tmp_path):
        bring("roster", roster, "--commit")
        changed = rows()
        changed[0][1] = "示例市更名公益基金会"
        again = workbook(tmp_path / "2014.xlsx", [*HEADER, *changed], MERGED)
        file = bring("roster", again, "--commit", "--reason", "核对登记证书")["files"][0]
        assert (file["created"], file["updated"]) == (0, 1)
        assert SocialOrganization.objects.everyone().filter(name="示例市更名公益基金会").exists()

    def test_columns_without_a_register_are_named_once_each(self, units, roster):
        found = findings(bring("roster", roster), "IMP-201")
        assert {one["column"] for one in found} == {"原始基金数额", "邮编", "评估等级"}
        assert {one["row"] for one in found} == {3}


def one_row(tmp_path, **cells):
    """A roster of one organization, its columns as given."""
    base = {"机构名称": "示例甲基金会", "登记证号": "示基证字第1号", "成立日期": "2012-05-01"}
    cells = {**base, **cells}
    return workbook(tmp_path / "基金会名册.xlsx", [list(cells), list(cells.values())])


@pytest.mark.django_db
class TestCodesInTheWrongColumn:
    CREDIT = world.credit_code(900001, "53")

    def stored(self):
        return SocialOrganization.objects.everyone().get()

    def test_a_credit_code_in_the_column_of_the_short_code(self, tmp_path):
        result = bring("roster", one_row(tmp_path, 组织机构代码=self.CREDIT), "--commit")
        assert self.stored().credit_code == self.CREDIT
        assert [one["column"] for one in findings(result, "IMP-202")] == ["组织机构代码"]

    def test_a_credit_code_inside_the_registration_number(self, tmp_path):
        result = bring("roster", one_row(tmp_path, 登记证号=f"基证字第{self.CREDIT}号"), "--commit")
        assert (self.stored().credit_code, self.stored().registration_number) == (self.CREDIT, None)
        assert [one["column"] for one in findings(result, "IMP-202")] == ["登记证号"]

    def test_eighteen_characters_that_are_no_credit_code_are_left_out(self, tmp_path):
        broken = self.CREDIT[:17] + ("A" if self.CREDIT[17] != "A" else "B")
        result = bring("roster", one_row(tmp_path, 组织机构代码=broken), "--commit")
        assert (self.stored().credit_code, self.stored().organization_code) == (None, "")
        assert codes(result)["IMP-208"] == 1

    def test_a_short_code_that_is_not_inside_the_credit_code_is_left_out(self, tmp_path):
        path = one_row(tmp_path, 统一社会信用代码=self.CREDIT, 组织机构代码=SHARED)
        result = bring("roster", path, "--commit")
        assert self.stored().organization_code == self.CREDIT[8:17]
        assert codes(result)["IMP-208"] == 1 and not codes(result)["IMP-113"]

    @pytest.mark.parametrize("hyphen", ["-", "--", "-", "–", "—"])
    def test_any_hyphen_may_stand_before_the_check_digit(self, tmp_path, hyphen):
        bring("roster", one_row(tmp_path, 组织机构代码=f"{SHARED[:8]}{hyphen}{SHARED[8]}"), "--commit")
        assert self.stored().organization_code == SHARED


@pytest.mark.django_db
class TestDaysAndKinds:
    def test_a_column_that_may_be_either_is_not_guessed(self, tmp_path):
        result = bring("roster", one_row(tmp_path, 成立日期="5/6/2012"))
        assert [one["column"] for one in findings(result, "IMP-208")] == ["成立日期"]
        assert result["exit"] == 0

    def test_without_a_founding_day_the_day_of_the_table_stands_for_it(self, tmp_path):
        rows = [["2013年基金会名册"], ["机构名称", "登记证号"], ["示例甲基金会", "示基证字第1号"]]
        result = bring("roster", workbook(tmp_path / "名册.xlsx", rows), "--commit")
        assert SocialOrganization.objects.everyone().get().established_on == datetime.date(2013, 12, 31)
        (warning,) = findings(result, "IMP-202")
        assert "成立日期" in warning["message"] and "2013-12-31" in warning["message"]

    def test_chinese_dates_and_bracketed_numbers_stay_what_they_are(self, tmp_path):
        path = one_row(tmp_path, 登记证号="(示)登记批准基字[2007]第54号", 成立日期="1995年05月30日")
        assert bring("roster", path, "--commit")["exit"] == 0
        stored = SocialOrganization.objects.everyone().get()
        assert (stored.registration_number, stored.established_on) == (
            "(示)登记批准基字[2007]第54号",
            datetime.date(1995, 5, 30),
        )

    def test_todays_word_for_private_non_enterprises_is_understood(self, tmp_path):
        path = one_row(tmp_path, 机构名称="示例甲服务中心", 类别="社会服务机构")
        bring("roster", path, "--commit")
        assert OrganizationState.objects.get().kind == "PRIVATE_NON_ENTERPRISE"
        assert SocialOrganization.objects.everyone().get().written

    def test_an_unreadable_kind_is_left_out_and_the_end_of_the_name_stands_for_it(self, tmp_path):
        rows = [["名称", "登记证号", "类别"], ["示例甲商会", "示社证字第1号", "异地组织"]]
        result = bring("roster", workbook(tmp_path / "名册.xlsx", rows), "--commit")
        assert OrganizationState.objects.get().kind == "ASSOCIATION"
        assert {one["column"] for one in findings(result, "IMP-208")} == {"类别"}

    def test_a_kind_that_nothing_tells_is_asked_for(self, tmp_path):
        rows = [["名称", "登记证号"], ["示例甲", "示社证字第1号"]]
        result = bring("roster", workbook(tmp_path / "名册.xlsx", rows), "--commit")
        assert [(one["code"], one["column"]) for one in result["files"][0]["errors"]] == [("IMP-101", "类别")]

    def test_a_roster_makes_no_party_organization(self, tmp_path):
        bring("roster", one_row(tmp_path, 党组织名称="示例甲基金会党支部"), "--commit")
        assert not PartyOrganization.objects.everyone().exists()


@pytest.mark.django_db
class TestWrongFiles:
    def test_a_sheet_without_a_header_is_refused_with_a_sentence(self, tmp_path):
        result = bring("roster", workbook(tmp_path / "x.xlsx", [["甲", "乙"], ["丙", "丁"]]))
        assert result["exit"] == 1
        assert [one["code"] for one in findings(result)] == ["IMP-112"]

    def test_a_header_without_rows_is_refused_with_a_sentence(self, tmp_path):
        result = bring("roster", workbook(tmp_path / "x.xlsx", [["机构名称", "登记证号"]]))
        assert [one["code"] for one in findings(result)] == ["IMP-111"]
