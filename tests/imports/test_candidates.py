"""Candidates, approvals and public offices by file: the election they name, the term that an approval makes."""

from __future__ import annotations

import pytest

from branches.models import Candidate, Election, PublicOffice, Term
from tests.imports.conftest import BUNDLE, ID_1, Bring

HEAD = "党组织编码,选举日期,公民身份号码,人员编号,职务,推荐方式,得票数,是否当选"
OFFICES = BUNDLE["public_offices"].split("\n")[0]
ELECTIONS = BUNDLE["elections"].split("\n")[0]


def test_candidates_find_their_election_by_party_organization_and_day(stocked: None) -> None:
    election = Election.objects.everyone().get(held_on="2017-02-20")
    found = Candidate.objects.everyone().filter(election=election).order_by("-votes").select_related("person")
    assert [(c.person.name, c.post, c.channel, c.introduction, c.votes, c.elected) for c in found] == [
        ("苏叶", "SECRETARY", "JOINT", "MEETING", 8, True),
        ("林知远", "SECRETARY", "SELF", "", 1, False),
    ]


def test_a_file_makes_the_term_of_an_approved_election_once(stocked: None, bring: Bring) -> None:
    # the founding has a term in the file of party organizations already
    assert Term.objects.filter(party_organization__code="P-2").get().election is None
    text = f"{ELECTIONS}\nP-2,2017-02-20,,公推直选,,,,,,2017-03-02,南组复〔2017〕3号,NS"
    assert bring("elections", text).sums("updated") == 1
    election = Election.objects.everyone().get(held_on="2017-02-20")
    term = Term.objects.get(started_on="2017-02-20")
    assert (term.election, term.ends_on.isoformat()) == (election, "2020-02-20")
    assert election.approver == "中共南山区委组织部" and election.due == 11
    term.delete()
    assert bring("elections", text).sums("unchanged") == 1
    assert not Term.objects.filter(started_on="2017-02-20").exists()


def test_the_unit_that_approved_is_bound_once_it_is_known(stocked: None, bring: Bring) -> None:
    founding = Election.objects.everyone().filter(held_on="2014-03-01")
    assert (founding.get().approving_unit, founding.get().approver) == (None, "某某党工委")
    bring("units", "单位编码,单位名称,单位类别\nDGW,某某党工委,工委")
    election = founding.get()
    assert election.approving_unit is not None and election.approving_unit.code == "DGW"
    assert election.approver == "某某党工委"


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (f"P-2,2017-02-21,{ID_1},,书记,,,", "IMP-104", "选举日期"),
        (f"P-9,2017-02-20,{ID_1},,书记,,,", "IMP-104", "党组织编码"),
        ("P-2,2017-02-20,,R-77,书记,,,", "IMP-104", "人员编号"),
        (f"P-2,2017-02-20,{ID_1},,主席,,,", "IMP-102", "职务"),
        (f"P-2,2017-02-20,{ID_1},,书记,抽签,,", "IMP-102", "推荐方式"),
        (f"P-2,2017-02-20,{ID_1},,,,,", "IMP-101", "职务"),
    ],
)
def test_faults_of_a_candidate(row: str, code: str, column: str, stocked: None, bring: Bring) -> None:
    answer = bring("candidates", f"{HEAD}\n{row}")
    assert answer.code == 1 and answer.found() == [(2, column)] == answer.found(code)


def test_one_person_stands_for_a_post_once(stocked: None, bring: Bring) -> None:
    row = f"P-2,2017-02-20,{ID_1},,委员,,,"
    assert bring("candidates", f"{HEAD}\n{row}\n{row}").found("IMP-106") == [(3, "党组织编码")]
    assert bring("candidates", f"{HEAD}\n{row}").sums("created") == 1
    assert bring("candidates", f"{HEAD}\n{row.replace(',,,', ',党员自荐,,')}").sums("updated") == 1


def test_who_won_without_a_quorum_is_refused(stocked: None, bring: Bring) -> None:
    assert bring("elections", f"{ELECTIONS}\nP-2,2019-01-01,换届,公推直选,10,7,1,2").code == 0
    answer = bring("candidates", f"{HEAD}\nP-2,2019-01-01,{ID_1},,书记,,6,是")
    assert answer.found() == [(2, "是否当选")] == answer.found("IMP-113")


def test_a_candidate_of_a_faulty_election_gets_no_finding_of_its_own(bring_all: Bring) -> None:
    elections = BUNDLE["elections"].replace("2017-02-20,,公推直选", "2017-02-20,,抽签")
    answer = bring_all(**{**BUNDLE, "elections": elections})
    assert answer.code == 1 and answer.found() == [(3, "方式")]
    assert answer.files["candidates"]["skipped"] == 2


def test_a_seat_of_a_district_names_it(stocked: None, bring: Bring) -> None:
    answer = bring("public_offices", f"{OFFICES}\n{ID_1},党代表,区级,,,,2016-01-01,")
    assert answer.found() == [(2, "行政区编码")] == answer.found("IMP-101")
    assert bring("public_offices", f"{OFFICES}\n{ID_1},党代表,市级,,,,2016-01-01,2016-06-01").sums("created") == 1
    assert PublicOffice.objects.everyone().count() == 2
