"""撤销 through the pages: one's own, while nothing later touched it, as one audit entry, back to where one was."""

from __future__ import annotations

import pytest

from branches.models import InstructorPosting
from members.models import Person
from orgs.models import Exclusion
from portal.core import indicators
from portal.core.models import AuditEntry
from portal.core.validity import today
from tests import world
from tests.records.conftest import posting, text


def figure():
    [rate] = indicators.rates(today(), "city", ["work-coverage"])
    return rate.met


def test_the_figure_goes_back_and_one_entry_says_so(browse, hands, city):
    before = figure()
    entry = hands("nanshan").add("instructors", "派出指导员", **posting(city))
    assert figure() == before + 1
    answer = browse("nanshan").post(f"/undo/{entry.pk}/", {"next": "/instructors/"}, follow=True)
    assert answer.redirect_chain == [("/instructors/", 302)]
    assert "已撤销：派出指导员" in text(answer)
    assert figure() == before
    assert list(AuditEntry.objects.filter(pk__gt=entry.pk).values_list("action", "undoes")) == [
        ("撤销：派出指导员", entry.pk)
    ]


def test_what_was_touched_later_stays_and_a_sentence_says_why(browse, hands, exclusion):
    entry = hands("nanshan").add("exclusions", **exclusion)
    hands("city").change("exclusions", Exclusion.objects.everyone().get(), approver="市委组织部")
    client = browse("nanshan")
    page = text(client.get("/account/"))
    assert f"/undo/{entry.pk}/" not in page and "现在不能撤销" in page and "南山区创客互助服务中心" in page
    answer = client.post(f"/undo/{entry.pk}/", follow=True)
    assert "没有撤销。之后又有新的修改" in text(answer)
    assert Exclusion.objects.everyone().get().approver == "市委组织部"
    assert AuditEntry.objects.count() == 2


def test_what_another_did_is_not_there(browse, hands, exclusion):
    entry = hands("nanshan").add("exclusions", **exclusion)
    for name in ("city", "futian", "lin"):
        assert browse(name).post(f"/undo/{entry.pk}/").status_code == 404
    assert browse("system").post(f"/undo/{entry.pk}/").status_code == 403
    assert browse("nanshan").get(f"/undo/{entry.pk}/").status_code == 405
    assert Exclusion.objects.everyone().exists()


@pytest.mark.parametrize(
    "away", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "x"]
)
def test_nobody_is_sent_away_from_the_portal(browse, hands, exclusion, away):
    entry = hands("nanshan").add("exclusions", **exclusion)
    answer = browse("nanshan").post(f"/undo/{entry.pk}/", {"next": away})
    assert answer.headers["Location"] == "/account/"


class TestSomebodyKnown:
    """A posting of a person who was there before: the person is no part of what was made."""

    def test_the_person_stays_when_the_posting_goes(self, browse, hands, city):
        somebody = world.person("关山月", number="ZD-0900")
        entry = hands("nanshan").add("instructors", **posting(city, number="ZD-0900", name="关山月"))
        browse("nanshan").post(f"/undo/{entry.pk}/")
        assert not InstructorPosting.objects.everyone().filter(person=somebody).exists()
        assert Person.objects.everyone().filter(pk=somebody.pk).exists()

    def test_other_postings_keep_nothing_from_being_undone(self, browse, hands, city):
        entry = hands("city").add("instructors", **posting(city, number="ZD-001", name="封予安"))
        browse("city").post(f"/undo/{entry.pk}/")
        assert InstructorPosting.objects.everyone().get().person.number == "ZD-001"

    def test_a_name_that_was_changed_with_it_is_the_old_one_again(self, browse, hands, city):
        entry = hands("city").add("instructors", **posting(city, number="ZD-001", name="封予宁"))
        assert Person.objects.everyone().get(number="ZD-001").name == "封予宁"
        browse("city").post(f"/undo/{entry.pk}/")
        assert Person.objects.everyone().get(number="ZD-001").name == "封予安"

    def test_another_person_in_a_posting_can_be_undone(self, browse, hands, city):
        other = world.person("关山月", number="ZD-0900")
        row = city.people["instructor"].postings.get()
        entry = hands("city").change("instructors", row, number="ZD-0900", name="关山月")
        browse("city").post(f"/undo/{entry.pk}/")
        row.refresh_from_db()
        assert row.person.number == "ZD-001" and Person.objects.everyone().filter(pk=other.pk).exists()


class TestOwnChanges:
    def test_the_last_ten_with_what_can_be_undone(self, browse, hands, exclusion):
        hand = hands("nanshan")
        first = hand.add("exclusions", "第一次", **exclusion)
        row = Exclusion.objects.everyone().get()
        entries = [hand.change("exclusions", row, action=f"改 {n}", approver=f"第{n}位") for n in range(10)]
        page = text(browse("nanshan").get("/account/"))
        assert "第一次" not in page and "改 0" in page
        assert [e.pk for e in [first, *entries] if f"/undo/{e.pk}/" in page] == [entries[-1].pk]

    def test_what_another_own_row_hangs_on_is_not_offered(self, browse, hands, exclusion):
        fresh = {
            "registration_number": "深民社证字第0801号",
            "name": "深圳市演示新会",
            "organization_kind": "社会团体",
            "registering_unit": "SZ-MZJ",
            "established_on": "2016-01-01",
        }
        hand = hands("city")
        made = hand.add("organizations", **fresh)
        told = hand.add("exclusions", **{**exclusion, "organization": "深民社证字第0801号"})
        client = browse("city")
        page = text(client.get("/account/"))
        assert f"/undo/{told.pk}/" in page and f"/undo/{made.pk}/" not in page
        client.post(f"/undo/{told.pk}/")
        assert f"/undo/{made.pk}/" in text(client.get("/account/"))

    def test_what_somebody_else_hung_on_it_keeps_it_from_being_offered(self, browse, hands, exclusion):
        fresh = {
            "code": "NS-0801",
            "name": "演示党支部",
            "level": "党支部",
            "form": "单独",
            "supervising_unit": "NS",
            "approved_on": "2016-01-01",
        }
        made = hands("nanshan").add("party_organizations", **fresh)
        assert f"/undo/{made.pk}/" in text(browse("nanshan").get("/account/"))
        linked = {
            "party_organization": "NS-0801",
            "organization": exclusion["organization"],
            "valid_from": "2016-02-01",
        }
        hands("city").add("covering", **linked)
        assert f"/undo/{made.pk}/" not in text(browse("nanshan").get("/account/"))

    def test_after_it_was_handed_over_it_is_not_offered(self, browse, hands, city, exclusion):
        entry = hands("nanshan").add("exclusions", **exclusion)
        hands("city").change("organizations", city.organizations["nanshan-missing"], registering_unit="FT-MZJ")
        assert f"/undo/{entry.pk}/" not in text(browse("nanshan").get("/account/"))

    @pytest.mark.parametrize(("new_people", "most"), [(False, 12), (True, 15)])
    def test_takes_few_statements(
        self, browse, hands, city, exclusion, django_assert_max_num_queries, new_people, most
    ):
        """Where people came with their postings, everything that may hang on a person is asked too."""
        hand = hands("nanshan")
        hand.add("exclusions", **exclusion)
        for number in range(1, 10):
            who = {"number": f"ZD-08{number:02d}"} if new_people else {"number": "ZD-001", "name": "封予安"}
            hand.add("instructors", **posting(city, **who, valid_from=f"2016-0{number}-01"))
        client = browse("nanshan")
        client.get("/account/")
        with django_assert_max_num_queries(most):
            page = text(client.get("/account/"))
        assert page.count("/undo/") == 10


class TestNewcomer:
    """A member whose relation is recorded nowhere yet belongs to the workplace, not to nobody."""

    @pytest.fixture
    def entered(self, hands, city):
        own = city.organizations["nanshan-own"].credit_code
        return hands("lin").add(
            "members", "新增党员", number="RY-1", name="段诗远", joined_on="2001-07-01", workplace=own
        )

    def test_who_entered_it_and_who_answers_for_the_workplace_see_it(self, browse, entered):
        seen = {who: "段诗远" in text(browse(who).get("/members/")) for who in ("lin", "nanshan", "city", "futian")}
        assert seen == {"lin": True, "nanshan": True, "city": True, "futian": False}
        assert "段诗远" in text(browse("lin").get("/members/?relation=NONE"))

    def test_it_can_be_taken_back(self, browse, entered):
        answer = browse("lin").post(f"/undo/{entered.pk}/", {"next": "/members/"}, follow=True)
        assert "已撤销：新增党员" in text(answer) and "段诗远" not in text(browse("city").get("/members/"))

    def test_once_held_elsewhere_it_is_of_that_party_organization(self, browse, hands, city, entered):
        hands("city").add("memberships", person="RY-1", party_organization="FT-0001", valid_from="2016-02-01")
        seen = {who: "段诗远" in text(browse(who).get("/members/")) for who in ("lin", "nanshan", "futian")}
        assert seen == {"lin": False, "nanshan": False, "futian": True}
