"""The file of one election: who stood, what the rules say, its approval and the term that begins with it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from branches.models import Candidate, Election, Term
from portal.core import indicators
from portal.core.entry.records import key_of
from portal.core.imports.register import registers
from portal.core.models import AuditEntry
from portal.core.validity import today
from tests import world
from tests.forms.sheets import shown
from tests.pages.conftest import text


@pytest.fixture
def election(city):
    """An election of Secretary Lin's branch with three candidates for two seats and one for secretary."""
    own, people = city.parties["own"], city.people
    made = world.election(own, "2019-06-03", due=11, present=9, seats=2, candidates=3, ballots=9)
    third = world.member(city.organizations["nanshan-own"], own, name="秦桑")
    world.candidate(made, people["lin"], "SECRETARY", "ORGANIZATION", votes=8, elected=True)
    world.candidate(made, people["lin"], "COMMITTEE_MEMBER", "JOINT", votes=8, elected=True)
    world.candidate(made, people["second"], "COMMITTEE_MEMBER", "SELF", votes=5, elected=True, introduction="ANSWERS")
    world.candidate(made, third, "COMMITTEE_MEMBER", "MASSES", votes=3, elected=False)
    return made


def key(row) -> str:
    return key_of(registers()["elections"], row.pk)


def page_of(client, row, route="election") -> str:
    return text(client.get(reverse(route, args=[key(row)])))


def approve(row) -> str:
    return reverse("record-change", args=["elections", key(row)]) + "?end=1"


APPROVAL = {"approved_on": "2019-06-20", "approval_number": "南组复〔2019〕8号", "approving_unit": "NS"}


# ── its page ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_file_shows_steps_candidates_and_checks_with_their_sources(browse, election):
    page = page_of(browse("lin"), election)
    for part in (
        "党组织推荐 1 名，党员联名推荐 1 名，党员自荐 1 名，群众推荐 1 名",
        "委员候选人 3 名，应选 2 名，差额够",
        "得 5 票：按实到会过半数（5 票），按应到会没有（6 票）。",
        "收回选票 9 张，不多于实到会 9 人",
        "《中国共产党基层组织选举工作暂行条例》",
        "见面答问",
        "待批复",
    ):
        assert part in page, part


def test_names_are_read_by_those_who_may_read_members(browse, city, election):
    for who, reads in {"city": True, "nanshan": True, "observer": True, "lin": True, "street": False}.items():
        for route in ("election", "election-report"):
            page = page_of(browse(who), election, route)
            assert ("秦桑" in page) == reads, (who, route)
            assert "党员联名推荐" in page
    assert browse("futian").get(reverse("election", args=[key(election)])).status_code == 404
    assert browse("lin").get(reverse("election", args=["a" * 26])).status_code == 404


def test_who_may_not_change_it_is_offered_nothing(browse, election):
    for who, offered in {"lin": True, "nanshan": True, "observer": False, "street": False}.items():
        page = page_of(browse(who), election)
        assert (">登记批复<" in page, "登记候选人" in page) == (offered, offered), who


def test_the_result_on_paper(browse, election):
    page = page_of(browse("lin"), election, "election-report")
    for part in ("选举结果报告单", "公推直选", "秦桑", "总监票人", "上级党组织批复（盖章）", "实到会 9 人，达到应到会"):
        assert part in page, part


def test_an_election_without_candidates_says_what_is_missing(browse, city):
    made = world.election(city.parties["own"], "2019-06-03", occasion="BY_ELECTION")
    page = page_of(browse("lin"), made)
    assert "没有登记候选人" in page and "候选人名单没有登记" in page and "新一届" not in page


def test_the_steps_say_whether_it_was_in_time(browse, city, election):
    assert "上届届满" not in page_of(browse("lin"), election)
    world.term(city.parties["own"], "2016-05-01", "2019-05-01")
    late = page_of(browse("lin"), election)
    assert "届满后 33 天才选举" in late and "2018-11-01" in late
    Term.objects.all().delete()
    world.term(city.parties["own"], "2016-05-01", "2019-05-01", "2019-12-31")
    assert "选举不晚于届满，含批准的延期" in page_of(browse("lin"), election)


# ── candidates by hand ──────────────────────────────────────────────────────────────────────────────────────


def stand(**more: str) -> dict[str, str]:
    return {"party_organization": "NS-0001", "held_on": "2019-06-03", "post": "书记", **more}


def test_a_candidate_is_added_from_the_page_of_the_election(browse, city, election):
    client = browse("lin")
    [href] = set(re.findall(r'href="(/records/candidates/new/[^"]*)"', page_of(client, election)))
    form = shown(client, href.replace("&amp;", "&"))
    assert (form["party_organization"], form["held_on"]) == ("NS-0001", "2019-06-03")
    answer = client.post(href.replace("&amp;", "&"), {**form, "person": city.people["second"].number, "post": "书记"})
    assert answer["Location"] == reverse("election", args=[key(election)])
    assert Candidate.objects.everyone().filter(post="SECRETARY").count() == 2


def test_an_election_that_is_not_registered_has_no_candidates(browse, city, election):
    answer = browse("lin").post(
        "/records/candidates/new/", stand(person=city.people["second"].number, held_on="2019-06-04")
    )
    assert "当日没有登记选举" in text(answer)


def test_without_a_quorum_nobody_is_elected(browse, city):
    """Edge case 8: seven of ten are no quorum; who stood may be kept, winners may not."""
    world.election(city.parties["own"], "2019-06-03", due=10, present=7)
    client, who = browse("lin"), city.people["second"].number
    refused = client.post("/records/candidates/new/", stand(person=who, votes="6", elected="是"))
    assert "选举无效，不能登记当选" in text(refused) and not Candidate.objects.everyone().exists()
    assert client.post("/records/candidates/new/", stand(person=who, votes="6", elected="否")).status_code == 302


def test_who_is_held_elsewhere_does_not_stand_here(browse, city, election):
    answer = browse("lin").post("/records/candidates/new/", stand(person=city.people["futian-member"].number))
    assert "已在其他党组织" in text(answer)
    assert AuditEntry.objects.filter(action="查询他处人员").exists()


# ── approval ────────────────────────────────────────────────────────────────────────────────────────────────


def current() -> tuple[int, int]:
    (rate,) = indicators.rates(today(), "city", ["term-current"])
    return rate.met, rate.eligible


def test_the_approval_makes_the_next_term_in_one_step(browse, city):
    recent = today().replace(day=1).isoformat()
    made = world.election(city.parties["own"], recent)
    client, before = browse("nanshan"), current()
    form = {**shown(client, approve(made)), "approval_number": "南组复1号", "approving_unit": "NS"}
    panel = text(client.post(approve(made), {**form, "ask": "preview"}, headers={"X-Requested-With": "fetch"}))
    assert "按期换届率" in panel and "新一届" in panel and not Term.objects.exists()
    answer = client.post(approve(made), form, follow=True)
    [term] = Term.objects.all()
    assert (term.started_on.isoformat(), term.ends_on.year, term.election) == (recent, today().year + 3, made)
    assert current() == (before[0] + 1, before[1] + 1)
    [entry] = AuditEntry.objects.all()
    assert entry.action == "登记批复"
    changed = {(one.register, one.column, one.after) for one in entry.changes.all()}
    assert ("terms", "届起始日期", recent) in changed and ("elections", "批复单位", "NS") in changed
    assert "已批复" in text(answer) and term.ends_on.isoformat() in text(answer)


def test_undoing_the_approval_takes_the_term_away(browse, city, election):
    client = browse("lin")
    client.post(approve(election), {**shown(client, approve(election)), **APPROVAL})
    assert Term.objects.count() == 1
    client.post(reverse("undo", args=[AuditEntry.objects.latest("id").pk]), {"to": "/"})
    election.refresh_from_db()
    assert election.approved_on is None and not Term.objects.exists()
    # and undoing that brings both back
    client.post(reverse("undo", args=[AuditEntry.objects.latest("id").pk]), {"to": "/"})
    election.refresh_from_db()
    assert election.approved_on == world.day("2019-06-20") and Term.objects.get().election == election


def test_withdrawing_the_election_takes_its_term_along(browse, city):
    made = world.election(city.parties["own"], "2019-06-03")
    client = browse("lin")
    client.post(approve(made), {**shown(client, approve(made)), **APPROVAL})
    address = reverse("record-withdraw", args=["elections", key(made)])
    assert client.post(address, {**shown(client, address), "correction_reason": "录重了"}).status_code == 302
    assert not Election.objects.everyone().exists() and not Term.objects.exists()


@pytest.mark.parametrize(
    ("occasion", "level", "on", "years"),
    [
        ("CHANGE_OF_TERM", "BRANCH", "2019-06-03", 3),
        ("", "GENERAL_BRANCH", "2019-06-03", 3),
        ("FOUNDING", "COMMITTEE", "2019-06-03", 5),
        ("CHANGE_OF_TERM", "COMMITTEE", "2018-07-11", 3),
        ("CHANGE_OF_TERM", "COMMITTEE", "2018-07-12", 5),
        ("BY_ELECTION", "BRANCH", "2019-06-03", None),
        ("DELEGATES", "BRANCH", "2019-06-03", None),
    ],
)
def test_how_long_the_next_term_takes(browse, city, occasion, level, on, years):
    own = city.parties["own"]
    own.states.update(level=level)
    made = world.election(own, on, occasion=occasion)
    client = browse("lin")
    typed = {**shown(client, approve(made)), **APPROVAL, "approved_on": "2019-07-01"}
    assert client.post(approve(made), typed).status_code == 302
    terms = [(one.started_on.isoformat(), one.ends_on.year - one.started_on.year) for one in Term.objects.all()]
    assert terms == ([(on, years)] if years else [])


def test_a_term_that_is_recorded_already_stays_as_it_is(browse, city, election):
    world.term(city.parties["own"], "2019-06-03", "2022-06-02")
    client = browse("lin")
    client.post(approve(election), {**shown(client, approve(election)), **APPROVAL})
    assert Term.objects.get().ends_on == world.day("2022-06-02")


def test_an_approval_before_the_election_is_a_slip(browse, election):
    client = browse("lin")
    typed = {**shown(client, approve(election)), **APPROVAL, "approved_on": "2019-06-02"}
    assert "早于" in text(client.post(approve(election), typed))


def test_who_was_elected_and_approved_is_on_to_the_post(browse, city, election):
    client = browse("lin")
    assert "登记任职" not in page_of(client, election)
    client.post(approve(election), {**shown(client, approve(election)), **APPROVAL})
    links = re.findall(r'href="(/records/posts/new/[^"]*)"', page_of(client, election))
    # Secretary Lin holds the post already; the two elected committee members do not
    assert len(links) == 2
    form = shown(client, links[1].replace("&amp;", "&"))
    assert (form["person"], form["role"]) == (city.people["second"].number, "委员")
    assert (form["party_organization"], form["valid_from"]) == ("NS-0001", "2019-06-20")
    assert "/records/posts/new/" not in page_of(browse("observer"), election)


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_candidates_are_listed_by_post_channel_and_outcome(browse, election):
    def names(query: str = "") -> list[str]:
        page = text(browse("lin").get(f"/candidates/{query}"))
        return re.findall(r'data-label="姓名"[^>]*>\s*(?:<input[^>]*>\s*)?([^<\s]+)', page)

    assert len(names()) == 4
    assert names("?channel=MASSES") == ["秦桑"] == names("?elected=no")
    assert len(names("?post=SECRETARY")) == 1 and len(names("?year=2019")) == 4
    assert text(browse("futian").get("/candidates/")).count('data-label="姓名"') == 0


def test_seats_are_counted_by_district_and_kind(browse, city):
    people, districts = city.people, city.districts
    world.office(people["lin"], "2015-01-01", kind="DEPUTY", district=districts["nanshan"])
    world.office(people["second"], "2015-01-01", kind="DEPUTY", district=districts["nanshan"])
    world.office(people["futian-member"], "2015-01-01", kind="CONSULTATIVE", level="CITY")
    world.office(people["second"], "2012-01-01", "2015-01-01", kind="DELEGATE", level="CITY")
    page = text(browse("futian").get("/public-offices/"))
    rows = re.findall(
        r'<td>(.*?)</td>\s*<td class="num" [^>]*>(.*?)</td><td class="num" [^>]*>(.*?)</td>'
        r'<td class="num" [^>]*>(.*?)</td>',
        page,
    )
    assert (
        ("南山区", "0", "2（1）", "0") in rows
        and ("市级", "0", "0", "1") in rows
        and ("合计", "0", "2（1）", "1") in rows
    )
    # names only of one's own
    assert page.count('data-label="姓名"') == 1
    assert "各区、各类人数" not in text(browse("lin").get("/public-offices/"))
