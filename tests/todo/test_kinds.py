"""Each kind: absent at first, there when the state breaks, gone when it is mended, back when it breaks again; its
count is the number of rows behind its link."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from branches.models import InstructorPosting
from orgs.models import RegistryEvent, ResponsibilityAgreement, SocialOrganization
from portal.core.models import Delivery, Letter, Unit
from portal.core.todo import first
from portal.core.validity import today
from tests import world
from tests.todo.conftest import ahead, behind, codes, item
from tests.todo.situations import (
    SITUATIONS,
    Overdue,
    OwnDue,
    Planned,
    Postings,
    Refused,
    Spellings,
    Split,
    Straightening,
    Unresolved,
)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_an_item_comes_with_the_state_ends_with_it_and_comes_back(city, bring, situation):
    here = situation(city, bring)
    assert here.code not in codes(city, here.who)
    here.breaks()
    _waits(city, here)
    here.mends()
    assert here.code not in codes(city, here.who)
    here.again()
    _waits(city, here)


def _waits(city, here):
    found = item(city, here.who, here.code)
    assert found is not None
    assert found.count == behind(city, here.who, found.href) == 1
    assert len(first([found], 5)[0]) == 1


def test_an_agreement_is_spoken_of_three_months_ahead_and_not_of_a_closed_organization(city):
    own = city.organizations["nanshan-own"]
    start, end = world.day("2013-09-01"), world.day("2016-08-31")
    ResponsibilityAgreement.objects.create(organization=own, signed_on=start, valid_from=start, valid_to=end)
    kinds = ("agreement-ending", "agreement-lapsed")
    for day, code in {
        "05-30": None,
        "05-31": kinds[0],
        "08-30": kinds[0],
        "08-31": kinds[1],
        "12-31": kinds[1],
    }.items():
        said = codes(city, "nanshan", world.day(f"2016-{day}")) & set(kinds)
        assert said == ({code} if code else set()), day
    own.closed_on = world.day("2016-12-31")
    own.save()
    assert not codes(city, "nanshan", own.closed_on) & set(kinds)


@pytest.mark.parametrize("situation", [one for one in SITUATIONS if one not in (Spellings, Split)])
def test_futian_has_nothing_of_what_nanshan_has_to_do(city, bring, situation):
    before = codes(city, "futian")
    here = situation(city, bring)
    here.breaks()
    assert codes(city, "futian") == before
    assert item(city, "city", here.code) is not None or here.code == "import-findings"


def test_a_joint_party_organization_is_split_where_the_organization_is_answered_for(city, bring):
    """It is supervised by Futian; the organization with three members is Nanshan's."""
    Split(city, bring).breaks()
    assert item(city, "futian", "split") is None


def test_the_observer_sees_the_same_as_the_clerk(city, bring):
    Overdue(city, bring).breaks()
    assert codes(city, "observer") == codes(city, "nanshan")


def test_who_may_only_look_is_offered_nothing_to_do(city, bring):
    """Also a secretary, where a unit decides."""
    own = city.organizations["nanshan-own"]
    RegistryEvent.objects.create(code="SX-9", organization=own, kind="INSPECTION", decided_on=ahead(days=5))
    Overdue(city, bring).breaks()
    world.posting(own, "2016-02-01", ahead(days=5))
    offered = {
        who: {
            code: one.action for code in ("gate-waiting", "term-overdue", "postings") if (one := item(city, who, code))
        }
        for who in ("nanshan", "observer", "lin")
    }
    assert offered == {
        "nanshan": {"gate-waiting": "去审核", "term-overdue": "看名单", "postings": "看名单"},
        "observer": {"gate-waiting": "看名单", "term-overdue": "看名单", "postings": "看名单"},
        "lin": {"term-overdue": "去办", "postings": "看名单"},
    }


def test_a_street_has_its_own_part_of_what_the_district_has(city):
    """Its unit stands below the district's: what it supervises itself waits for it."""
    held = world.party("NS-YH-1", by=city.units["yuehai"], covers=(city.organizations["nanshan-missing"],))
    world.term(held, "2014-03-01", "2017-02-28")
    world.term(city.parties["own"], "2014-03-01", "2017-02-28")
    mine, all_of_it = item(city, "street", "term-overdue"), item(city, "nanshan", "term-overdue")
    assert mine.count == behind(city, "street", mine.href) == 1
    assert all_of_it.count == behind(city, "nanshan", all_of_it.href) == 2


def test_a_community_opens_its_own_list(city):
    """Lists do not offer every community as a choice; one's own they do."""
    community = world.unit("NS-YH-01", "海珠社区", "COMMUNITY", parent=city.units["yuehai"], level="COMMUNITY")
    city.users["community"] = world.account("shequ", "unit-staff", unit=community)
    held = world.party("NS-SQ", by=community)
    world.term(held, "2014-03-01", "2017-02-28")
    found = item(city, "community", "term-overdue")
    assert found.count == behind(city, "community", found.href) == 1


def test_members_named_elsewhere_are_counted_and_the_list_says_so(city):
    """City figures hold; whoever may not see a name still sees the number."""
    own_due = city.organizations["futian-missing"]
    held = world.party("FT-0009", "FUNCTIONAL", by=city.units["futian"], covers=(own_due,))
    for _ in range(3):
        world.member(own_due, held)
    assert item(city, "city", "own-due").count == item(city, "futian", "own-due").count == 1
    assert item(city, "nanshan", "own-due") is None


def test_training_waits_from_september_on(city):
    year = today().year
    assert item(city, "nanshan", "training", world.day(f"{year}-08-31")) is None
    found = item(city, "nanshan", "training", world.day(f"{year}-09-01"))
    assert found.count == 1 and first([found], 5)[0][0].name == "林知远"
    assert item(city, "nanshan", "training", world.day(f"{year}-12-31")).count == 1
    assert item(city, "nanshan", "training", world.day(f"{year + 1}-01-01")) is None
    assert item(city, "futian", "training", world.day(f"{year}-09-01")) is None
    assert behind(city, "nanshan", f"{found.href}&date={year}-09-01&live=1") == 1


def test_training_ends_with_the_days_and_comes_back_with_their_loss(city, bring):
    day = world.day(f"{today().year}-09-01")
    course = world.attended(city.people["lin"], "2.5", on=f"{today().year}-03-01").course
    assert item(city, "nanshan", "training", day).count == 1
    for days, waits in (("3", False), ("2", True)):
        bring("attendance", f"培训编号,人员编号,参训天数\n{course.code},{city.people['lin'].number},{days}")
        assert (item(city, "nanshan", "training", day) is not None) == waits


def test_a_posting_that_is_followed_by_another_is_not_to_be_renewed(city):
    organization = city.organizations["nanshan-missing"]
    world.posting(organization, "2020-01-01", ahead(days=5))
    follows = world.posting(organization, ahead(days=5))
    assert item(city, "nanshan", "postings") is None
    InstructorPosting.objects.everyone().filter(pk=follows.pk).update(role="LIAISON")
    assert item(city, "nanshan", "postings").count == 1


@pytest.mark.parametrize(
    ("left", "waits", "pressing"), [(31, False, False), (30, True, False), (8, True, False), (7, True, True)]
)
def test_postings_are_spoken_of_thirty_days_ahead_and_press_in_the_last_week(city, left, waits, pressing):
    world.posting(city.organizations["nanshan-missing"], "2020-01-01", ahead(days=left))
    found = item(city, "nanshan", "postings")
    assert (found is not None) == waits
    assert not waits or found.pressing == pressing


def test_one_address_refused_night_after_night_is_one_letter(city):
    """The last refusal stands for those before it; a letter that arrives ends them all."""
    unit = city.units["nanshan"]
    Unit.objects.filter(pk=unit.pk).update(report_emails="a@example.org")
    for night, status in enumerate(("REFUSED", "REFUSED", "WAITING")):
        letter = Letter.objects.create(kind="NIGHT", day=world.day(f"2016-01-0{night + 1}"), unit=unit, subject="甲")
        Delivery.objects.create(letter=letter, recipient="a@example.org", message_id=f"<{night}>", status=status)
    found = item(city, "nanshan", "refused-letters")
    assert found.count == behind(city, "nanshan", found.href) == 1
    Delivery.objects.filter(status="WAITING").update(status="SENT")
    assert item(city, "nanshan", "refused-letters") is None


def test_an_address_within_another_is_another_address(city):
    Unit.objects.filter(code="NS").update(report_emails="aa@example.org")
    letter = Letter.objects.create(kind="NIGHT", day=today(), unit=city.units["nanshan"], subject="甲")
    Delivery.objects.create(letter=letter, recipient="a@example.org", message_id="<1>", status="REFUSED")
    assert item(city, "nanshan", "refused-letters") is None


def test_everything_at_once_counts_as_the_desk_says(city, bring):
    """The desk has its figures already, the page asks for them: both say the same."""
    for situation in (Unresolved, Straightening, OwnDue, Overdue, Postings, Planned, Refused):
        situation(city, bring).breaks()
    client = Client()
    client.force_login(city.users["nanshan"])
    desk, page = client.get("/"), client.get(reverse("todo"))

    def said(answer, groups):
        return {item.kind.code: item.count for group in groups for item in group.items}

    shown = {item.kind.code: item.count for _, items in page.context["groups"] for item, _ in items}
    assert said(desk, desk.context["groups"]) == shown
    assert set(shown) - {"training"} == {
        "unresolved",
        "straightening",
        "own-due",
        "term-overdue",
        "postings",
        "import-findings",
        "refused-letters",
    }
    assert SocialOrganization.objects.everyone().count() == 9
