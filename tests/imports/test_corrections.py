"""Later files: corrections for the whole life, changes from a day on, empty cells, terms, renamings."""

from __future__ import annotations

import datetime

import pytest

from branches.models import Election, PartyOrganizationState, Term
from members.models import Member, MemberState, Person
from orgs.models import MemberReport, OrganizationState, ResponsibleSpan, SocialOrganization
from portal.core import snapshots
from portal.core.models import AuditEntry, Change, Unit, UnitState
from tests.imports.conftest import BUNDLE, ID_1, UNITS, A, Bring

FIRST = f"""统一社会信用代码,名称,类别,登记管理部门,业务主管单位,成立日期,从业人员数
{A},海珠棋协,社会团体,SZ-MZJ,市文广局,2012-01-01,7"""


def spans(model: type, *facts: str) -> list[tuple]:
    """The states in order: first day, end, facts."""
    rows = model.objects.order_by("valid_from").values_list("valid_from", "valid_to", *facts)
    return [(str(start), str(end) if end else None, *more) for start, end, *more in rows]


def test_a_later_value_corrects_the_whole_life(directory: None, bring: Bring) -> None:
    bring("organizations", FIRST)
    answer = bring("organizations", FIRST.replace("市文广局", "SZ-TYJ"), "--reason", "名册更正")
    assert (answer.sums("updated"), answer.sums("created")) == (1, 0)
    assert spans(OrganizationState, "professional_unit__code") == [("1900-01-01", None, "SZ-TYJ")]
    change = Change.objects.get(column="业务主管单位")
    assert (change.key, change.before, change.after) == (A, "SZ-WGJ", "SZ-TYJ")
    assert AuditEntry.objects.first().reason == "名册更正"


LATER = FIRST.replace("市文广局", "SZ-TYJ")
RENAMED = FIRST.replace("海珠棋协", "海珠棋类协会")


def _from_a_day(file: str) -> str:
    return file.replace("数\n", "数,变更生效日期\n") + ",2014-05-01"


@pytest.mark.parametrize(
    ("file", "asks"),
    [
        pytest.param(LATER, True, id="another value for the whole life"),
        pytest.param(RENAMED, True, id="another name for the whole life"),
        pytest.param(
            LATER.replace("数\n", "数,变更生效日期\n") + ",2014-05-01", False, id="another value from a day on"
        ),
        pytest.param(_from_a_day(RENAMED), False, id="another name from a day on"),
        pytest.param(FIRST.replace("数\n", "数,领域\n") + ",公益慈善", False, id="a late fact"),
        pytest.param(FIRST, False, id="nothing new"),
    ],
)
def test_what_a_stored_day_has_used_is_corrected_with_a_reason(
    directory: None, bring: Bring, file: str, asks: bool
) -> None:
    bring("organizations", FIRST)
    snapshots.keep([datetime.date(2014, 12, 31)])
    answer = bring("organizations", file)
    assert (answer.code == 1) is ("--reason" in answer.line) is asks and answer.json["committed"] is not asks
    if asks:
        assert not Change.objects.exclude(column="新增").filter(key=A).exists()
        assert bring("organizations", file, "--reason", "  ").code == 1
        assert bring("organizations", file, "--reason", "名册更正").json["committed"] is True
    assert Change.objects.exclude(column="新增").filter(key=A).exists() is (file != FIRST)


def test_before_any_day_is_stored_a_correction_needs_no_reason(directory: None, bring: Bring) -> None:
    bring("organizations", FIRST)
    assert bring("organizations", LATER).sums("updated") == 1


def test_with_a_day_of_effect_the_old_value_holds_before_it(directory: None, bring: Bring) -> None:
    bring("organizations", FIRST)
    head, row = FIRST.replace("市文广局", "SZ-TYJ").split("\n")
    changed = f"{head},变更生效日期\n{row},2014-05-01"
    assert bring("organizations", changed).sums("updated") == 1
    assert spans(OrganizationState, "professional_unit__code") == [
        ("1900-01-01", "2014-05-01", "SZ-WGJ"),
        ("2014-05-01", None, "SZ-TYJ"),
    ]
    assert [(str(s.valid_from), s.unit.code) for s in ResponsibleSpan.objects.all()] == [
        ("1900-01-01", "SZ-WGJ"),
        ("2014-05-01", "SZ-TYJ"),
    ]
    assert bring("organizations", changed).sums("unchanged") == 1


def test_an_empty_cell_leaves_what_is_stored(directory: None, bring: Bring) -> None:
    bring("organizations", FIRST)
    answer = bring(
        "organizations",
        f"统一社会信用代码,名称,类别,业务主管单位,成立日期,从业人员数\n{A},海珠棋协,社会团体,,2012-01-01,",
    )
    assert answer.sums("unchanged") == 1
    state = OrganizationState.objects.get()
    assert (state.professional_unit.code, state.staff) == ("SZ-WGJ", 7)


def test_a_renaming_with_a_day_keeps_the_old_name(directory: None, bring: Bring) -> None:
    bring("organizations", FIRST)
    head, row = FIRST.replace("海珠棋协", "海珠棋类协会").split("\n")
    for outcome in ("updated", "unchanged"):
        assert bring("organizations", f"{head},变更生效日期\n{row},2014-05-01").sums(outcome) == 1
    stored = SocialOrganization.objects.everyone().get()
    assert (stored.name, stored.former_names) == ("海珠棋类协会", "海珠棋协")
    assert "hzqx" in stored.search_text


def test_closing_follows_its_day(directory: None, bring: Bring) -> None:
    bring("organizations", FIRST)
    head, row = FIRST.split("\n")
    bring("organizations", f"{head},登记状态,终止日期\n{row},注销,2014-06-30")
    stored = SocialOrganization.objects.everyone().get()
    assert (stored.closing, str(stored.closed_on)) == ("CANCELLED", "2014-06-30")
    # established after the stored end: refused with a sentence, not by the database
    answer = bring("organizations", FIRST.replace("2012-01-01", "2015-01-01"))
    assert answer.found("IMP-109") == [(2, "成立日期")]


def test_a_unit_moves_and_is_renamed(directory: None, bring: Bring) -> None:
    moved = "单位编码,单位名称,单位类别,上级单位编码,变更生效日期\nSZ-WGJ,深圳市文体旅游局,业务主管单位,NS,2014-05-01"
    assert bring("units", moved).sums("updated") == 1
    states = UnitState.objects.filter(unit__code="SZ-WGJ").order_by("valid_from")
    assert [(s.name, s.parent.code) for s in states] == [("深圳市文化广电局", "SZ"), ("深圳市文体旅游局", "NS")]
    unit = Unit.objects.get(code="SZ-WGJ")
    assert unit.name == "深圳市文体旅游局" and "szswtlyj" in unit.pinyin
    # both names still name it
    rows = FIRST.replace("市文广局", "深圳市文化广电局")
    assert bring("organizations", rows).found("IMP-204") == []


def test_aliases_are_added_and_stay(directory: None, bring: Bring) -> None:
    fewer = UNITS.replace("市民政局；市级民政部门", "民政局")
    assert bring("units", fewer).sums("updated") == 1
    assert set(Unit.objects.get(code="SZ-MZJ").aliases.values_list("name", flat=True)) == {
        "市民政局",
        "市级民政部门",
        "民政局",
    }
    assert bring("units", fewer).sums("updated") == 0


def test_another_start_adds_a_term_and_another_end_corrects_it(stocked: None, bring: Bring) -> None:
    head, row, other = BUNDLE["party_organizations"].split("\n")
    corrected = row.replace("2017-03-01,2018-01-01", "2016-03-01,2018-01-01")
    assert bring("party_organizations", "\n".join([head, corrected, other])).sums("updated") == 1
    term = Term.objects.get(party_organization__code="P-2")
    # the extension counts twelve months past the new end only
    assert (str(term.ends_on), str(term.extended_to), str(term.counts_until)) == (
        "2016-03-01",
        "2018-01-01",
        "2017-03-01",
    )
    added = row.replace("2014-03-01,2017-03-01,2018-01-01", "2018-01-02,2021-01-02,")
    assert bring("party_organizations", "\n".join([head, added])).sums("updated") == 1
    assert Term.objects.filter(party_organization__code="P-2").count() == 2


def test_an_election_is_known_by_party_organization_and_day(stocked: None, bring: Bring) -> None:
    """Another day is another election; the same day with another method corrects it; empty cells leave what stands."""
    head = BUNDLE["elections"].split("\n")[0]
    assert bring("elections", f"{head}\nP-2,2017-02-20,,直接选举,,,,").sums("updated") == 1
    assert bring("elections", f"{head}\nP-2,2020-02-20,换届,委员会选举,,,,").sums("created") == 1
    rows = Election.objects.everyone().filter(party_organization__code="P-2").order_by("held_on")
    assert [(one.occasion, one.method, one.due) for one in rows] == [
        ("FOUNDING", "DIRECT", None),
        ("", "DIRECT", 11),
        ("CHANGE_OF_TERM", "BY_COMMITTEE", None),
    ]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("P-2,2018-01-01,,,,,,", "IMP-101", "方式"),
        ("P-2,,,公推直选,,,,", "IMP-101", "选举日期"),
        ("P-2,2018-01-01,换人,公推直选,,,,", "IMP-102", "事由"),
        ("P-2,2018-01-01,,举手,,,,", "IMP-102", "方式"),
        ("P-2,2018-01-01,,公推直选,几个,,,", "IMP-102", "应到会人数"),
        ("P-9,2018-01-01,,公推直选,,,,", "IMP-104", "党组织编码"),
    ],
)
def test_faults_of_an_election(row: str, code: str, column: str, stocked: None, bring: Bring) -> None:
    answer = bring("elections", f"{BUNDLE['elections'].split(chr(10))[0]}\n{row}")
    assert answer.code == 1 and answer.found(code) == [(2, column)] == answer.found()


def test_an_election_beside_the_rules_is_kept_without_a_finding(stocked: None, bring: Bring) -> None:
    head = BUNDLE["elections"].split("\n")[0]
    answer = bring("elections", f"{head}\nP-2,2019-01-01,换届,公推直选,10,7,5,5")
    assert answer.code == 0 and not answer.codes() and answer.sums("created") == 1


def test_a_party_organization_changes_its_form_on_a_day(stocked: None, bring: Bring) -> None:
    head = "党组织编码,党组织名称,党组织类别,组建形式,主管单位编码,批准日期,变更生效日期"
    text = f"{head}\nP-2,青禾党支部,党支部,联合,SZ,2014-03-01,2016-01-01"
    assert bring("party_organizations", text).sums("updated") == 1
    states = PartyOrganizationState.objects.filter(party_organization__code="P-2").order_by("valid_from")
    assert [(s.form, s.supervising_unit.code) for s in states] == [("OWN", "NS"), ("JOINT", "SZ")]


def test_a_member_moves_converts_and_leaves(stocked: None, bring: Bring) -> None:
    text = "人员编号,姓名,入党日期,转正日期,工作单位,离开日期,离开原因,变更生效日期\n"
    row = f"R-2,林知远,2009-07-01,2010-07-01,{A},2016-01-01,去世,2015-01-01"
    assert bring("members", text + row).sums("updated") == 1
    member = Member.objects.everyone().get(person__number="R-2")
    assert (str(member.converted_on), member.leave_reason) == ("2010-07-01", "去世")
    assert MemberState.objects.filter(member=member).count() == 2
    changes = Change.objects.filter(register="members", key=member.person.opaque_id).exclude(column="新增")
    assert {change.column for change in changes} == {"转正日期", "工作单位", "离开日期", "离开原因"}
    assert changes.get(column="工作单位").after == A


def test_reported_numbers_are_corrected_and_not_known_is_not_nought(stocked: None, bring: Bring) -> None:
    head = BUNDLE["member_reports"].split("\n")[0]
    assert bring("member_reports", f"{head}\n{A},2013-12-31,5,").sums("updated") == 1
    report = MemberReport.objects.everyone().get(organization__credit_code=A)
    assert (report.full, report.source, report.probationary) == (5, "年报", None)
    assert MemberReport.objects.everyone().exclude(pk=report.pk).get().full == 0


def test_secrets_are_stored_encrypted_and_changed_unseen(stocked: None, bring: Bring) -> None:
    head, row = BUNDLE["members"].split("\n")[:2]
    assert bring("members", f"{head}\n{row.replace('13800001234', '13900004321')}").sums("updated") == 1
    person = Person.objects.everyone().get(name="苏叶")
    assert (person.id_number, person.mobile) == (ID_1, "13900004321")
    change = Change.objects.get(column="手机号")
    assert (change.before, change.after) == ("(已加密)", "(已加密)")
