"""登记年检: who enters what, what the form says before saving, the list and its filters, the organization's page."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import RegistryEvent
from portal.core import indicators
from portal.core.models import AuditEntry
from portal.core.validity import today
from tests import world
from tests.forms.sheets import change, new, shown
from tests.pages.conftest import text

TODAY = today()
YEAR = TODAY.year
JANUARY = datetime.date(YEAR, 1, 1)


def ahead(days: int) -> str:
    """A day so far from today, in ISO form."""
    return (TODAY + datetime.timedelta(days=days)).isoformat()


def listed(client: Client, **asked: str) -> list[str]:
    """The codes of the events that the list shows."""
    return re.findall(r">\s*(SX-\w+)", text(client.get(reverse("events"), asked)).split("<tbody>")[-1])


@pytest.fixture
def school(city):
    """Registered by Nanshan's civil-affairs office, answered for by the education committee."""
    made = world.organization(
        "南山明德小学",
        registering=city.units["nanshan-civil"],
        professional=city.units["education"],
        district=city.districts["futian"],
    )
    world.settle()
    city.users["registrar"] = world.account("mzj", "unit-staff", unit=city.units["nanshan-civil"])
    return made


def filled(organization, **more: str) -> dict[str, str]:
    """What somebody types of a new event."""
    return {
        "organization": organization.key,
        "event_kind": "变更登记",
        "code": "SX-NEW",
        "decided_on": TODAY.isoformat(),
        **more,
    }


# ── who enters ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["registrar", "education", "city"])
def test_who_registers_and_who_answers_enter_events_and_reviews(school, city, browse, who):
    client = browse(who)
    address = new("events")
    assert client.post(address, {**shown(client, address), **filled(school)}).status_code == 302
    event = RegistryEvent.objects.everyone().get()
    ending = change("events", event, end=True)
    typed = {**shown(client, ending), "reviewed_on": TODAY.isoformat(), "reviewing_unit": "NS-MZJ", "opinion": "同意"}
    assert client.post(ending, typed).status_code == 302
    event.refresh_from_db()
    assert (event.reviewed_on, event.reviewing_unit, event.opinion) == (TODAY, city.units["nanshan-civil"], "同意")
    assert AuditEntry.objects.count() == 2


def test_nobody_else_enters_anything(school, city, browse):
    event = world.event(school, f"{YEAR}-01-01")
    client = browse("futian")
    address = new("events")
    # in whose territory it lies sees it, and does not keep it
    assert client.get(change("events", event)).status_code == 403
    assert "不在本单位负责或登记的范围" in text(client.post(address, {**shown(client, address), **filled(school)}))
    assert browse("street").get(change("events", event)).status_code == 404
    assert browse("lin").get(address).status_code == 403
    assert RegistryEvent.objects.everyone().count() == 1


def test_an_event_of_others_is_not_taken_over_by_naming_ones_own_organization(city, browse):
    """The code is the key: somebody who uses it for an own organization would move the event."""
    far = world.event(city.organizations["futian-missing"], f"{YEAR}-01-01", code="SX-FAR")
    client, address = browse("nanshan"), new("events")
    mine = city.organizations["nanshan-missing"]
    answer = client.post(address, {**shown(client, address), **filled(mine, code="SX-FAR")})
    assert answer.status_code == 200
    far.refresh_from_db()
    assert far.organization == city.organizations["futian-missing"]


# ── what the form says ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("decided", "reviewed", "said"),
    [
        (0, "", "已决定，没有审核记录，不达标"),
        (0, 0, "审核不晚于决定日期，达标"),
        (-3, -1, "审核晚于决定 2 天，不达标"),
        (9, "", "审核须不晚于决定日期"),
    ],
)
def test_the_consequence_of_a_review_is_said_before_saving(city, browse, decided, reviewed, said):
    client, address = browse("nanshan"), new("events")
    typed = filled(
        city.organizations["nanshan-missing"],
        decided_on=ahead(decided),
        reviewed_on="" if reviewed == "" else ahead(reviewed),
    )
    panel = text(client.post(address, {**shown(client, address), **typed, "ask": "preview"}))
    assert said in panel
    assert not RegistryEvent.objects.everyone().exists()
    # what is still to be decided moves no figure of today
    assert ("登记年检党建审核率（全市）" in panel) == (decided <= 0)


def test_a_unit_that_nobody_knows_is_kept_as_written_and_told_in_the_history(city, browse):
    event = world.event(city.organizations["nanshan-missing"], f"{YEAR}-01-01")
    client = browse("nanshan")
    for written in ("区社会组织联席会", "区社会组织总会"):
        address = change("events", event)
        assert client.post(address, {**shown(client, address), "reviewing_unit": written}).status_code == 302
        event.refresh_from_db()
        assert (event.reviewing_unit, event.reviewing_unit_written) == (None, written)
    history = text(client.get(change("events", event).replace("/change/", "/history/")))
    assert "区社会组织联席会" in history and "区社会组织总会" in history


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def events(city):
    """One of each state, and one of a year long past."""
    org, far = city.organizations["nanshan-missing"], city.organizations["futian-missing"]
    day = JANUARY.isoformat()
    world.event(org, day, day, code="SX-INTIME", by=city.units["nanshan"])
    world.event(org, day, ahead(0) if TODAY > JANUARY else None, code="SX-LATE", kind="CHANGE")
    world.event(org, day, code="SX-MISSING", kind="FOUNDING")
    world.event(org, ahead(5), code="SX-WAITING")
    world.event(org, "2014-05-31", code="SX-OLD")
    world.event(far, day, code="SX-FAR")
    return org


def test_the_list_is_narrowed_by_state_year_kind_and_unit(events, school, city, browse):
    client = browse("nanshan")
    assert set(listed(client)) == {"SX-INTIME", "SX-LATE", "SX-MISSING", "SX-WAITING", "SX-OLD"}
    assert listed(client, review="waiting") == ["SX-WAITING"]
    assert listed(client, review="late") == ["SX-LATE"]
    assert set(listed(client, review="missing")) == {"SX-MISSING", "SX-OLD"}
    assert listed(client, review="missing", year=str(YEAR)) == ["SX-MISSING"]
    assert listed(client, kind="CHANGE") == ["SX-LATE"]
    assert listed(client, q="SX-OLD") == ["SX-OLD"]
    world.event(school, JANUARY.isoformat(), code="SX-SCHOOL")
    # who registers is asked for as well as who answers
    assert listed(browse("city"), unit="SZ-JYGW") == listed(browse("city"), q="SX-SCHOOL") == ["SX-SCHOOL"]
    assert "SX-SCHOOL" in listed(browse("city"), unit="NS-MZJ")
    assert client.get(reverse("events"), {"year": "1999"}).status_code == 400


def test_the_page_of_the_organization_shows_its_events(events, city, browse):
    address = reverse("organization", args=[events.path_key])
    page = text(browse("nanshan").get(address)).split('id="registry"')[1].split("</section>")[0]
    for word in ("已按时审核", "决定后才审核", "未审核", "待审核", "新增登记事项", "登记党建审核"):
        assert word in page
    seen = text(browse("observer").get(address)).split('id="registry"')[1].split("</section>")[0]
    assert "未审核" in seen and "新增登记事项" not in seen and "登记党建审核" not in seen
    past = text(browse("nanshan").get(address, {"date": "2015-01-01"})).split('id="registry"')[1].split("</section>")[0]
    assert "2014-05-31" in past and "待审核" not in past and "已按时审核" not in past


def test_names_behind_the_figure_are_the_events_of_the_scope(events, browse):
    page = text(browse("nanshan").get(reverse("coverage-subjects", args=["gate-review"]), {"status": "unmet"}))
    assert "SX-MISSING" in page and "SX-LATE" in page and "SX-FAR" not in page
    assert indicators.rates(TODAY, "city", ["gate-review"])[0].eligible == 4
