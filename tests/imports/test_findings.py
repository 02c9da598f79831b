"""Every finding code that a register can give, through the command, with its row and column."""

from __future__ import annotations

import pytest

from orgs.models import OrganizationState, SocialOrganization
from portal.core.models import Unit
from tests.imports.conftest import BUNDLE, FOUNDATION, ID_1, ID_2, ORGANIZATIONS, PNE, UNITS, A, B, Bring, C
from tests.world import credit_code

HEAD = (
    "统一社会信用代码,登记证号,组织机构代码,名称,类别,登记管理部门,业务主管单位,行政区,街道,登记状态,成立日期,终止日期"
)


def organization(**given: str) -> str:
    """One row of `organizations` under HEAD, right but for what is given."""
    right = {"统一社会信用代码": B, "名称": "福田区海珠棋协", "类别": "社会团体", "成立日期": "2012-01-01"}
    return ",".join({**right, **given}.get(heading, "") for heading in HEAD.split(","))


def one(**given: str) -> str:
    """A file of one row."""
    return f"{HEAD}\n{organization(**given)}"


@pytest.mark.parametrize(
    ("code", "column", "given"),
    [
        ("IMP-101", "名称", {"名称": ""}),
        ("IMP-101", "成立日期", {"成立日期": "　"}),
        ("IMP-101", "统一社会信用代码", {"统一社会信用代码": ""}),
        ("IMP-102", "成立日期", {"成立日期": "2012-02-30"}),
        ("IMP-102", "类别", {"类别": "公司"}),
        ("IMP-102", "名称", {"名称": "长" * 129}),
        ("IMP-103", "统一社会信用代码", {"统一社会信用代码": B[:-1] + ("A" if B[-1] != "A" else "B")}),
        ("IMP-103", "统一社会信用代码", {"统一社会信用代码": B[:-1]}),
        ("IMP-103", "统一社会信用代码", {"统一社会信用代码": "54440300MX0000019X"}),
        ("IMP-103", "组织机构代码", {"组织机构代码": "770012341"}),
        ("IMP-103", "组织机构代码", {"组织机构代码": "12345672"}),
        ("IMP-104", "行政区", {"行政区": "火星区"}),
        ("IMP-105", "业务主管单位", {"业务主管单位": "文化局"}),
        ("IMP-109", "终止日期", {"终止日期": "2011-12-31", "登记状态": "注销"}),
        ("IMP-113", "登记状态", {"登记状态": "注销"}),
        ("IMP-113", "登记状态", {"登记状态": "正常", "终止日期": "2015-01-01"}),
        ("IMP-113", "组织机构代码", {"组织机构代码": "77001234X"}),
    ],
)
def test_errors_of_one_row(code: str, column: str, given: dict[str, str], directory: None, bring: Bring) -> None:
    answer = bring("organizations", one(**given))
    assert answer.code == 1 and answer.found() == [(2, column)] == answer.found(code)
    assert not SocialOrganization.objects.everyone().exists()
    message = answer.json["files"][0]["errors"][0]["message"]
    assert message.startswith(f"第 2 行“{column}”") and message.endswith("。")


@pytest.mark.parametrize(
    ("code", "column", "given"),
    [
        ("IMP-202", "组织机构代码", {"统一社会信用代码": "", "登记证号": "A1", "组织机构代码": "12345671"}),
        ("IMP-203", "业务主管单位", {"业务主管单位": "无"}),
        ("IMP-203", "业务主管单位", {"业务主管单位": "直接登记"}),
        ("IMP-203", "业务主管单位", {"业务主管单位": "深圳市政府相关职能部门"}),
        ("IMP-203", "业务主管单位", {"业务主管单位": "深圳市人民政府相关职能部门"}),
        ("IMP-204", "业务主管单位", {"业务主管单位": "深圳民市政局"}),
        ("IMP-205", "街道", {"行政区": "福田区", "街道": "粤海街道"}),
        ("IMP-209", "统一社会信用代码", {"统一社会信用代码": "51440300123456789W"}),
        ("IMP-209", "类别", {"统一社会信用代码": credit_code(1, "31")}),
        ("IMP-209", "类别", {"统一社会信用代码": FOUNDATION}),
        ("IMP-209", "类别", {"类别": "中介组织"}),
    ],
)
def test_warnings_of_one_row(code: str, column: str, given: dict[str, str], directory: None, bring: Bring) -> None:
    answer = bring("organizations", one(**given))
    assert answer.code == 0 and answer.found(code) == [(2, column)] and answer.sums("created") == 1


def test_an_odd_kind_is_stored_as_written(directory: None, bring: Bring) -> None:
    answer = bring("organizations", one(统一社会信用代码=FOUNDATION, 类别="社会团体"))
    (found,) = answer.json["files"][0]["warnings"]
    assert (found["value"], OrganizationState.objects.get().kind) == ("社会团体", "ASSOCIATION")
    assert "前两位“53”" in found["message"] and "已按原样登记" in found["message"]


def test_equal_days_are_right(directory: None, bring: Bring) -> None:
    assert bring("organizations", one(终止日期="2012-01-01", 登记状态="注销")).code == 0


def test_all_findings_never_the_first_alone(directory: None, bring: Bring) -> None:
    row = organization(名称="", 类别="公司", 成立日期="昨天", 行政区="火星区")
    assert len(bring("organizations", f"{HEAD}\n{row}").found()) == 4


def test_twins_are_found_on_the_later_row(directory: None, bring: Bring) -> None:
    rows = [organization(登记证号="A1"), organization(), organization(统一社会信用代码=C, 登记证号="A1")]
    answer = bring("organizations", "\n".join([HEAD, *rows]))
    assert answer.found("IMP-106") == [(3, "统一社会信用代码"), (4, "统一社会信用代码")]
    twice = bring("districts", "行政区编码,名称\nNS,南山区\nＮＳ,南山")
    assert twice.found("IMP-106") == [(3, "行政区编码")]


def test_a_cell_that_names_nothing_is_no_empty_part_of_a_key(stocked: None, bring: Bring) -> None:
    answer = bring(
        "targets",
        """指标代码,单位编码,目标值,起始日期
branch-coverage,,90,2020-01-01
branch-coverage,NOPE,90,2020-01-01
branch-coverage,NOPE,90,2020-01-01
branch-coverage,,90,2020-01-01""",
    )
    assert answer.found("IMP-104") == [(3, "单位编码"), (4, "单位编码")]
    assert answer.found("IMP-106") == [(5, "指标代码")]


def test_a_row_refused_for_its_keys_tells_of_no_further_organization(directory: None, bring: Bring) -> None:
    place = {"行政区": "南山区", "组织机构代码": "77001234X", "统一社会信用代码": ""}
    rows = [organization(登记证号="A1", **place), organization(登记证号="A1", **{**place, "统一社会信用代码": C})]
    rows[1] = rows[1].replace("77001234X", "")
    answer = bring("organizations", "\n".join([HEAD, *rows]))
    assert answer.found() == [(3, "统一社会信用代码")] == answer.found("IMP-106")
    assert not answer.found("IMP-206") and not answer.found("IMP-207")
    assert bring("organizations", one(登记证号="A1", 行政区="南山区")).code == 0
    answer = bring("organizations", one(登记证号="A1", 统一社会信用代码=C, 行政区="南山区"))
    assert answer.codes() == {"IMP-107": 1}


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("memberships", "P-1,2014-03-01"),
        ("posts", "P-1,2014-03-01,书记"),
        ("attendance", "K-1,2"),
        ("candidates", "P-2,2017-02-20,委员"),
    ],
)
@pytest.mark.parametrize(
    ("id_number", "number", "code", "column"),
    [
        (ID_1, "R-2", "IMP-113", "人员编号"),
        (ID_1, "R-77", "IMP-104", "人员编号"),
        (ID_2, "R-2", "IMP-104", "公民身份号码"),
    ],
)
def test_two_numbers_of_one_row_name_one_person(
    kind: str, row: str, id_number: str, number: str, code: str, column: str, stocked: None, bring: Bring
) -> None:
    heads = {
        "memberships": "党组织编码,转入日期",
        "posts": "党组织编码,任职日期,职务",
        "attendance": "培训编号,参训天数",
        "candidates": "党组织编码,选举日期,职务",
    }
    answer = bring(kind, f"公民身份号码,人员编号,{heads[kind]}\n{id_number},{number},{row}")
    assert answer.found() == [(2, column)] == answer.found(code)
    assert id_number not in answer.output


def test_both_numbers_of_one_person_are_right(stocked: None, bring: Bring) -> None:
    assert bring("members", f"公民身份号码,人员编号,姓名,入党日期\n{ID_1},R-1,苏叶,2009-07-01").code == 0
    text = f"公民身份号码,人员编号,培训编号,参训天数\n{ID_1},R-1,K-1,2"
    assert bring("attendance", text).sums("updated") == 1


@pytest.mark.parametrize("kind", ["memberships", "posts", "attendance"])
def test_either_column_of_people_would_do(kind: str, stocked: None, bring: Bring) -> None:
    head = BUNDLE[kind].split("\n")[0].replace("公民身份号码", "备注").replace("人员编号", "备注")
    answer = bring(kind, f"{head}\n{',' * head.count(',')}x")
    assert answer.found("IMP-112") == [(1, "公民身份号码")]
    (message,) = (one["message"] for one in answer.json["files"][0]["errors"])
    assert message == "缺少必需的列“公民身份号码”或“人员编号”;请补上其中一列后重新导入。"


def test_a_registration_number_joined_to_another_credit_code(directory: None, bring: Bring) -> None:
    assert bring("organizations", one(登记证号="A1")).code == 0
    answer = bring("organizations", one(统一社会信用代码=C, 登记证号="A1"))
    assert answer.found() == [(2, "登记证号")] == answer.found("IMP-107")


def test_reopening_by_a_word_contradicts_what_is_stored(directory: None, bring: Bring) -> None:
    assert bring("organizations", one(登记状态="注销", 终止日期="2014-06-30")).code == 0
    assert bring("organizations", one(登记状态="正常")).found() == [(2, "登记状态")]


def test_unknown_columns_are_a_warning_and_required_ones_an_error(directory: None, bring: Bring) -> None:
    answer = bring("districts", "行政区编码*, 名称 ,备注\nLH,罗湖区,x")
    assert answer.code == 0 and answer.found("IMP-201") == [(1, "备注")]
    assert bring("districts", "行政区编码,名称\nLH,罗湖区,原特区内").found("IMP-201") == [(1, "")]
    assert bring("districts", "行政区编码\nLH").found("IMP-112") == [(1, "名称")]
    assert bring("organizations", "名称,类别,成立日期\n甲,社会团体,2012-01-01").found("IMP-112") == [
        (1, "统一社会信用代码")
    ]


def test_a_file_without_any_known_column_is_of_another_kind(directory: None, bring: Bring) -> None:
    answer = bring("organizations", "你好,世界\n1,2")
    assert answer.code == 1 and answer.found("IMP-111") == [(1, "")]


def test_more_rows_than_allowed(directory: None, bring: Bring) -> None:
    rows = "行政区编码,名称\n" + "\n".join(f"D{n},区{n}" for n in range(4))
    assert bring("districts", rows, "--max-rows", "3").found("IMP-110") == [(None, "")]
    assert bring("districts", rows, "--max-rows", "4").code == 0


def test_same_name_and_district_under_another_code(directory: None, bring: Bring) -> None:
    rows = [
        organization(行政区="南山区"),
        organization(统一社会信用代码=C, 行政区="NS"),
        organization(统一社会信用代码=A),
    ]
    answer = bring("organizations", "\n".join([HEAD, *rows]))
    assert answer.code == 0 and answer.found("IMP-206") == [(2, "名称"), (3, "名称")]
    later = bring("organizations", one(统一社会信用代码="", 登记证号="A9", 行政区="南山区"))
    assert later.found("IMP-206") == [(2, "名称")]


def test_one_code_on_two_organizations_is_warned_on_both(directory: None, bring: Bring) -> None:
    code = "77001234X"
    rows = [
        organization(统一社会信用代码="", 登记证号="A1", 组织机构代码=code),
        organization(统一社会信用代码="", 登记证号="A2", 组织机构代码=f"{code[:8]}-{code[8]}", 名称="另一协会"),
    ]
    for _ in range(2):
        answer = bring("organizations", "\n".join([HEAD, *rows]))
        assert answer.code == 0 and answer.found("IMP-207") == [(2, "组织机构代码"), (3, "组织机构代码")]
    assert answer.sums("unchanged") == 2


def test_a_street_is_told_from_a_community_of_the_same_name(directory: None, bring: Bring) -> None:
    bring("units", "单位编码,单位名称,单位类别,别名\nNS-YH-S,粤海社区,社区,粤海\nNS-YH,粤海街道,街道,粤海")
    head = HEAD.replace("登记状态", "社区")
    answer = bring("organizations", f"{head}\n{organization(街道='粤海').replace(',粤海,,', ',粤海,粤海,')}")
    assert answer.code == 0
    state = OrganizationState.objects.get()
    assert (state.subdistrict.code, state.community.code) == ("NS-YH", "NS-YH-S")
    # elsewhere the shared alias stays ambiguous
    assert bring("organizations", one(登记管理部门="粤海")).found("IMP-105") == [(2, "登记管理部门")]


def test_a_placeholder_is_no_unit_and_a_spelling_waits(directory: None, bring: Bring) -> None:
    bring("organizations", one(业务主管单位="相关职能部门", 登记管理部门="深圳民市政局"))
    state = OrganizationState.objects.get()
    assert state.professional_unit.code == "ZW"
    assert (state.registering_unit, state.registering_unit_written) == (None, "深圳民市政局")
    assert state.organization.responsible_spans.get().basis == "unresolved"


def test_an_alias_that_comes_later_binds_the_spelling(directory: None, bring: Bring) -> None:
    bring("organizations", one(登记管理部门="深圳民市政局"))
    answer = bring("units", UNITS.replace("市民政局；", "市民政局；深圳民市政局；"))
    assert answer.sums("updated") == 1
    state = OrganizationState.objects.get()
    assert (state.registering_unit.code, state.registering_unit_written) == ("SZ-MZJ", "")
    assert state.organization.responsible_spans.get().unit == Unit.objects.get(code="SZ-MZJ")


def test_an_alias_that_two_units_share_binds_nothing(directory: None, bring: Bring) -> None:
    bring("organizations", one(业务主管单位="文体局"))
    bring("units", UNITS.replace("市文广局", "文体局；市文广局").replace(",,,文化局", ",,,文体局"))
    assert OrganizationState.objects.get().professional_unit is None


@pytest.mark.parametrize(
    ("kind", "row", "code", "column"),
    [
        ("member_reports", f"{A},2013-12-31,四,", "IMP-102", "正式党员数"),
        ("member_reports", f"{A},2013-12-31,-1,", "IMP-102", "正式党员数"),
        ("member_reports", f"{B},2013-12-31,4,", "IMP-104", "统一社会信用代码"),
        ("member_reports", f"{A[:-1]}{'A' if A[-1] != 'A' else 'B'},2013-12-31,4,", "IMP-103", "统一社会信用代码"),
        ("exclusions", f"{A},2016-01-01,2015-06-01,停,核,部", "IMP-109", "结束日期"),
        ("exclusions", f"{A},2016-01-01,,停,核,", "IMP-101", "批准人"),
        ("party_organizations", "P-3,三,党支部,单独,P-9,NS,2014-03-01,,,", "IMP-104", "上级党组织编码"),
        ("party_organizations", "P-3,三,党支部,单独,,XX,2014-03-01,,,", "IMP-104", "主管单位编码"),
        ("party_organizations", "P-3,三,党支部,合并,,NS,2014-03-01,,,", "IMP-102", "组建形式"),
        ("party_organizations", "P-3,三,党支部,单独,,NS,2014-03-01,2014-01-01,,", "IMP-101", "本届届满日期"),
        ("party_organizations", "P-3,三,党支部,单独,,NS,2014-03-01,,2017-01-01,", "IMP-101", "本届起始日期"),
        ("terms", "P-1,2015-01-01,2014-01-01,", "IMP-109", "届届满日期"),
        ("terms", "P-1,2015-01-01,2018-01-01,2017-01-01", "IMP-109", "延期至"),
        ("covering", f"P-9,{A},2014-03-01,", "IMP-104", "党组织编码"),
        ("memberships", "440399198506151234,P-1,2014-03-01,", "IMP-103", "公民身份号码"),
        ("memberships", "440399199002290015,P-1,2014-03-01,", "IMP-102", "公民身份号码"),
        ("memberships", "R-77,P-1,2014-03-01,", "IMP-104", "公民身份号码"),
        ("posts", "P-2,R-2,主席,2014-03-01,,", "IMP-102", "职务"),
        ("instructors", f"Z-1,封予安,教练,SZ,,,{A},2014-01-01,", "IMP-102", "角色"),
        ("courses", "K-2,班,SZ,集中培训,2014-05-05,2014-05-04,3", "IMP-109", "结束日期"),
        ("courses", "K-2,班,SZ,集中培训,2014-05-05,,三天", "IMP-102", "天数"),
        ("attendance", f"K-9,{ID_1},3", "IMP-104", "培训编号"),
        ("communities", "S-9,某社区,小区,NS,,", "IMP-102", "类别"),
        ("communities", "S-9,某社区,社区,XX,,", "IMP-104", "行政区编码"),
        ("communities", "S-9,某社区,社区,NS,2014-01-01,2013-01-01", "IMP-109", "停用日期"),
        ("outreach", "P-1,S-99,挂点,2014-03-01,", "IMP-104", "对象编码"),
        ("outreach", "P-1,S-1,走访,2014-03-01,", "IMP-102", "类别"),
        ("outreach", "P-1,S-1,挂点,2014-03-01,2014-02-28", "IMP-109", "结束日期"),
        ("targets", "coverage,,85,2013-10-23,", "IMP-104", "指标代码"),
        ("targets", "branch-coverage,,101,2013-10-24,", "IMP-102", "目标值"),
        ("units", "X-1,甲办,业务主管单位,X-9,市级,,,", "IMP-104", "上级单位编码"),
        ("units", "X-1,甲办,业务主管单位,,市级,mayor,,", "IMP-102", "职能"),
        ("units", "X-1,甲办,业务主管单位,X-1,市级,,,", "IMP-113", "上级单位编码"),
        ("units", f"X-1,甲办,业务主管单位,,市级,,,{'长' * 129}", "IMP-102", "别名"),
    ],
)
def test_errors_of_the_other_registers(
    kind: str, row: str, code: str, column: str, stocked: None, bring: Bring
) -> None:
    answer = bring(kind, BUNDLE[kind].split("\n")[0] + "\n" + row)
    assert answer.code == 1 and answer.found() == [(2, column)] == answer.found(code)


UNIT_HEAD = "单位编码,单位名称,单位类别,上级单位编码,变更生效日期"


def units(*above: str) -> str:
    """A file of units, each given as code:the one above:day of effect."""
    rows = [(*one.split(":"), "", "")[:3] for one in above]
    return "\n".join([UNIT_HEAD, *(f"{code},{code}办,业务主管单位,{over},{day}" for code, over, day in rows)])


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        # through the file alone; what only leads into the circle is left out without a finding of its own
        ((), ("CY1:CY2", "CY2:CY1", "CY3:CY1"), [2, 3]),
        ((), ("CY1:CY2", "CY2:CY3", "CY3:CY1"), [2, 3, 4]),
        ((), ("CY1:CY2", "CY2:CY3", "CY3"), []),
        # through what is stored
        (("CY1:CY2", "CY2"), ("CY2:CY1",), [2]),
        (("CY1:CY2", "CY2:CY3", "CY3"), ("CY4:CY3", "CY3:CY1"), [3]),
        # turned round within one file
        (("CY1:CY2", "CY2:SZ"), ("CY1:SZ", "CY2:CY1"), []),
        # from a day on
        (("CY1:CY2", "CY2"), ("CY2:CY1:2014-01-01",), [2]),
        (("CY1:CY2", "CY2:SZ"), ("CY1:SZ:2014-01-01", "CY2:CY1:2014-01-01"), []),
        (("CY1:CY2", "CY2:SZ"), ("CY1:SZ:2014-02-01", "CY2:CY1:2014-01-01"), [3]),
    ],
)
def test_nobody_stands_above_itself(
    first: tuple[str, ...], second: tuple[str, ...], refused: list[int], directory: None, bring: Bring
) -> None:
    assert not first or bring("units", units(*first)).code == 0
    answer = bring("units", units(*second))
    assert answer.found() == [(row, "上级单位编码") for row in refused] == answer.found("IMP-113")


def test_no_party_organization_stands_above_itself(stocked: None, bring: Bring) -> None:
    head, *rows = BUNDLE["party_organizations"].split("\n")
    answer = bring("party_organizations", "\n".join([head, rows[1].replace("行业枢纽,,", "行业枢纽,P-2,")]))
    assert answer.found() == [(2, "上级党组织编码")] == answer.found("IMP-113")
    assert "又回到自己" in answer.json["files"][0]["errors"][0]["message"]


def test_personal_numbers_never_come_back_whole(stocked: None, bring: Bring) -> None:
    answer = bring("memberships", "公民身份号码,党组织编码,转入日期\n440399198506151234,P-1,2014-03-01")
    assert "198506151234" not in answer.output and "4403****34" in answer.output


def test_the_standard_word_and_the_word_as_written(directory: None, bring: Bring) -> None:
    answer = bring(
        "organizations", one(统一社会信用代码=PNE, 类别="社会服务机构").replace("登记管理部门", "登记管理机关")
    )
    assert answer.code == 0 and not answer.found("IMP-201")
    assert OrganizationState.objects.get().kind == "PRIVATE_NON_ENTERPRISE"
    assert SocialOrganization.objects.everyone().get().written == {"organization_kind": "社会服务机构"}


def test_the_error_workbook_holds_the_refused_rows_as_text(directory: None, bring: Bring, tmp_path) -> None:
    import openpyxl

    out = tmp_path / "errors.xlsx"
    text = "\n".join([HEAD, organization(), organization(统一社会信用代码=C, 名称="=1+1", 成立日期="昨天")])
    refused = bring("organizations", text, "--valid-rows", "--errors", out.parent / "没有" / "错误.xlsx")
    assert refused.code == 2 and "--errors" in refused.line and not SocialOrganization.objects.everyone().exists()
    bring("organizations", text, "--errors", out)
    sheet = openpyxl.load_workbook(out).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 2 and rows[0][-1] == "问题" and "成立日期" in rows[1][-1]
    assert sheet.cell(2, 4).value == "=1+1" and sheet.cell(2, 4).data_type == "s"


def test_nothing_is_written_of_a_file_with_errors(directory: None, bring: Bring) -> None:
    text = "\n".join([ORGANIZATIONS, f"{C},,丙,社会团体,,,,,昨天"])
    assert not bring("organizations", text).json["committed"]
    assert not SocialOrganization.objects.everyone().exists()
