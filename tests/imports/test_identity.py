"""One organization under several codes, one person under several numbers or by name alone."""

from __future__ import annotations

import pytest
from stdnum.cn import uscc

from branches.models import Membership, Post
from members.models import Person
from orgs.models import SocialOrganization
from portal.core.imports.engine import Options, Sheet, run
from tests.imports.conftest import BUNDLE, ID_1, ID_2, A, B, Bring

HEAD = "统一社会信用代码,登记证号,组织机构代码,名称,类别,成立日期"


def rows(*lines: str) -> str:
    """A file of organizations: code, number, 9-character code."""
    return "\n".join([HEAD, *(f"{line},海珠棋协,社会团体,2012-01-01" for line in lines)])


def stored() -> list[tuple]:
    """The keys of the organizations that are stored."""
    return list(SocialOrganization.objects.everyone().order_by("id").values_list("credit_code", "registration_number"))


def test_a_row_with_both_keys_joins_the_two(db: None, bring: Bring) -> None:
    bring("organizations", rows(",A1,"))
    assert bring("organizations", rows(f"{A},A1,")).sums("updated") == 1
    assert stored() == [(A, "A1")]
    # and each key alone finds it now
    assert bring("organizations", rows(",A1,")).sums("unchanged") == 1
    assert bring("organizations", rows(f"{A},,")).sums("unchanged") == 1


def test_a_nine_character_code_joins_as_part_of_a_unique_credit_code(db: None, bring: Bring) -> None:
    bring("organizations", rows(f",A1,{A[8:17]}"))
    assert bring("organizations", rows(f"{A},,")).sums("updated") == 1
    assert stored() == [(A, "A1")]


def test_it_joins_the_other_way_round_too(db: None, bring: Bring) -> None:
    bring("organizations", rows(f"{A},,"))
    assert bring("organizations", rows(f",A1,{A[8:17]}")).sums("updated") == 1
    assert stored() == [(A, "A1")]


@pytest.mark.parametrize("order", [1, -1])
def test_two_rows_of_one_file_are_joined_as_two_files_would_be(order: int, db: None, bring: Bring) -> None:
    lines = [f"{A},,", f",A1,{A[8:17]}"][::order]
    answer = bring("organizations", rows(*lines))
    assert (answer.code, answer.codes(), answer.sums("created"), answer.sums("skipped")) == (0, {}, 1, 0)
    assert stored() == [(A, "A1")]
    again = bring("organizations", rows(*lines))
    assert (again.code, again.codes(), again.sums("unchanged")) == (0, {}, 2)
    # whoever names either number means the same organization
    assert bring("organizations", rows(",A1,")).sums("unchanged") == 1


@pytest.mark.parametrize(
    "lines",
    [
        (f"{A},A2,", f",A1,{A[8:17]}"),
        (f"{A},,", f",A1,{A[8:17]}", f",A2,{A[8:17]}"),
        (f"{A},,", f",A1,{A[8:17]},另一协会"),
    ],
)
def test_two_rows_that_differ_are_only_proposed(lines: tuple[str, ...], db: None, bring: Bring) -> None:
    text = rows(*lines).replace("另一协会,海珠棋协", "另一协会")
    for _ in range(2):
        answer = bring("organizations", text)
        assert (answer.code, len(answer.found("IMP-207"))) == (0, len(lines))
    assert len(stored()) == len(lines)


def test_a_row_that_is_refused_joins_no_other(db: None, bring: Bring) -> None:
    text = rows(f"{A},,", f",A1,{A[8:17]}").replace("2012-01-01", "昨天", 1)
    answer = bring("organizations", text, "--valid-rows")
    assert answer.found() == [(2, "成立日期")] and stored() == [(None, "A1")]


def test_it_only_proposes_where_registration_numbers_differ(db: None, bring: Bring) -> None:
    bring("organizations", rows(f"{A},A1,"))
    answer = bring("organizations", rows(f",A2,{A[8:17]}"))
    assert answer.code == 0 and answer.sums("created") == 1 and answer.codes()["IMP-207"] == 1
    assert stored() == [(A, "A1"), (None, "A2")]


def test_it_only_proposes_where_two_credit_codes_hold_it(db: None, bring: Bring) -> None:
    inner = A[8:17]
    other = same_inner(inner)
    bring("organizations", rows(f",A1,{inner}"))
    answer = bring("organizations", rows(f"{A},,", f"{other},,"))
    assert answer.sums("created") == 2 and answer.codes()["IMP-207"] == 2


def same_inner(inner: str) -> str:
    """A credit code of another division around the same 9-character code."""
    body = "51440399" + inner
    return body + uscc.calc_check_digit(body)


def test_a_nine_character_code_alone_never_joins(db: None, bring: Bring) -> None:
    bring("organizations", rows(f",A1,{A[8:17]}"))
    answer = bring("organizations", rows(f",A2,{A[8:17]}"))
    assert answer.sums("created") == 1 and answer.codes()["IMP-207"] == 1


def test_names_of_organizations_by_registration_number_everywhere(stocked: None, bring: Bring) -> None:
    number = "深社证字第００１２号"
    assert bring("covering", f"党组织编码,统一社会信用代码,起始日期\nP-2,{number},2015-01-01").sums("created") == 1


def test_codes_in_full_width_and_lower_case(db: None, bring: Bring) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in A)
    assert bring("organizations", rows(f" {wide} ,,")).sums("created") == 1
    assert bring("organizations", rows(f"{A.lower()},,")).sums("unchanged") == 1


def test_one_person_by_both_numbers(stocked: None, bring: Bring) -> None:
    head = "公民身份号码,人员编号,姓名,入党日期"
    assert bring("members", f"{head}\n{ID_2},R-2,林知远,2009-07-01").sums("updated") == 1
    assert Person.objects.everyone().get(number="R-2").id_number == ID_2
    assert bring("members", f"{head}\n{ID_1},R-2,林知远,2009-07-01").found("IMP-107") == [(2, "人员编号")]
    twice = bring("members", f"{head}\n{ID_2},,林知远,2009-07-01\n,R-2,林知远,2009-07-01")
    assert twice.found("IMP-106") == [(3, "人员编号")]


def test_a_person_without_personal_number_is_matched_unconfirmed(stocked: None, bring: Bring) -> None:
    head = "公民身份号码,人员编号,姓名,入党日期,工作单位"
    assert bring("members", f"{head}\n,R-9,苏叶,2009-07-01,{A}").sums("updated") == 1
    person = Person.objects.everyone().get(number="R-9")
    assert person.id_number == ID_1 and not person.confirmed
    # another joining date is another person
    assert bring("members", f"{head}\n,R-10,苏叶,2011-07-01,{A}").sums("created") == 1


def test_an_instructor_who_becomes_a_member(stocked: None, bring: Bring) -> None:
    answer = bring("members", "人员编号,姓名,入党日期\nZ-1,封予安,2001-07-01")
    assert (answer.sums("updated"), answer.sums("created")) == (1, 0)
    assert bring("members", "人员编号,姓名,入党日期\nZ-1,封予安,2001-07-01").sums("unchanged") == 1


def test_one_number_with_two_names_contradicts_itself(stocked: None, bring: Bring) -> None:
    head, row, _ = BUNDLE["instructors"].split("\n")
    other = row.replace("封予安", "封予宁").replace("2014-01-01", "2016-01-01").replace("2014-02-01", "")
    assert bring("instructors", "\n".join([head, row, other])).found("IMP-113") == [(3, "姓名")]


def posts(**cells: str) -> Sheet:
    """A lenient sheet of one post, as an office-table reader makes it."""
    row = {"党组织编码": "P-2", "职务": "书记", "任职日期": "2015-01-01", **cells}
    return Sheet("posts", "ledger.xlsx", list(row), [(7, dict(row))], lenient=True)


def test_a_secretary_known_by_name_alone(stocked: None) -> None:
    first = run([posts(姓名="桑榆")], Options(commit=True))
    assert first.files[0].created == 1
    made = Person.objects.everyone().get(name="桑榆")
    assert not made.confirmed and made.number.startswith("RY-") and "sangyu" in made.pinyin
    assert run([posts(姓名="桑榆")], Options(commit=True)).files[0].unchanged == 1


def test_a_secretary_known_by_name_and_workplace(stocked: None) -> None:
    run([posts(姓名="苏叶", 工作单位=A)], Options(commit=True))
    assert Post.objects.everyone().get(valid_from="2015-01-01").person.id_number == ID_1


def test_minor_faults_of_a_lenient_sheet_are_left_out(stocked: None) -> None:
    row = {"统一社会信用代码": B, "名称": "甲", "类别": "社会团体", "成立日期": "2012-01-01", "从业人员数": "很多",
           "业务主管单位": "文化局", "登记状态": "注销"}  # fmt: skip
    report = run([Sheet("organizations", "l.xls", list(row), [(5, row)], lenient=True)], Options(commit=True)).as_json()
    warnings = report["files"][0]["warnings"]
    assert report["committed"] and report["files"][0]["created"] == 1
    assert {(w["code"], w["column"]) for w in warnings} == {
        ("IMP-208", "从业人员数"), ("IMP-208", "业务主管单位"), ("IMP-208", "登记状态"),
    }  # fmt: skip


def test_memberships_by_either_number(stocked: None) -> None:
    assert Membership.objects.everyone().filter(person__name="苏叶").count() == 1
    assert Membership.objects.everyone().filter(person__number="R-2").count() == 1
