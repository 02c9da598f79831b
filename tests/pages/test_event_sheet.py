"""核对表 and the sheet of an event: the list of the kind and day, its answers, the party page of an inspection."""

from __future__ import annotations

import pytest
from django.urls import reverse

from branches.annual_page import age_band
from orgs import checklists
from orgs.models import RegistryEvent
from tests import world
from tests.forms.sheets import change, fields, new, shown
from tests.pages.conftest import text


def sheet(client, event) -> str:
    """The sheet of an event."""
    return text(client.get(reverse("event-sheet", args=[event.code])))


# ── the rule ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "day", "has", "lacks"),
    [
        ("FOUNDING", "2013-10-23", "charter", "commitment"),
        ("FOUNDING", "2016-09-17", "charter", "commitment"),
        ("FOUNDING", "2016-09-18", "commitment", "charter-sentence"),
        ("INSPECTION", "2018-04-27", "charter", "charter-sentence"),
        ("INSPECTION", "2018-04-28", "charter-sentence", "charter"),
        ("CHANGE", "2019-05-19", "charter-sentence", "charter-leadership"),
        ("CHANGE", "2019-05-20", "charter-leadership", "charter-sentence"),
    ],
)
def test_the_list_of_the_day_applies(kind, day, has, lacks):
    items = checklists.checklist(kind, world.day(day)).items
    assert has in items and lacks not in items


def test_every_item_of_every_list_has_its_word_and_every_word_its_list():
    listed = {item for lists in checklists.CHECKLISTS.values() for one in lists for item in one.items}
    assert listed == set(checklists.ITEMS)
    assert len(set(checklists.ITEMS.values())) == len(checklists.ITEMS)


def test_answers_fall_into_three_kinds():
    found = checklists.checked("INSPECTION", world.day("2014-05-31"), {"page": True, "term": False})
    assert (found.held, found.lacking) == (("党建情况表已填报",), ("党组织按期换届",))
    assert len(found.open) == 4 and found.total == 6


def number_of(born: str) -> str:
    """A personal number of somebody born on a day, of the division that nobody has."""
    return f"440399{born.replace('-', '')}1233"


def test_ages_are_full_years_on_the_day():
    bands = ["35 岁及以下", "36–50 岁", "51–60 岁", "60 岁以上"]
    for born, band in {
        "1978-06-01": 0,
        "1978-05-31": 1,
        "1963-06-01": 1,
        "1963-05-31": 2,
        "1953-06-01": 2,
        "1953-05-31": 3,
    }.items():
        assert age_band(number_of(born), world.day("2014-05-31")) == bands[band], born
    assert age_band("", world.day("2014-05-31")) == ""


# ── the form ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_form_asks_for_the_list_once_kind_and_day_are_known(city, browse):
    client, address = browse("nanshan"), new("events")
    assert not [name for name in shown(client, address) if name.startswith("answers.")]
    typed = {**shown(client, address), "event_kind": "年检", "decided_on": "2014-05-31", "ask": "again"}
    asked = fields(text(client.post(address, typed)))
    assert [name for name in asked if name.startswith("answers.")] == [
        f"answers.{item}" for item in checklists.checklist("INSPECTION", world.day("2014-05-31")).items
    ]


def test_a_review_with_its_list_is_kept_shown_and_told_before_saving(city, browse):
    event = world.event(city.organizations["nanshan-missing"], "2014-05-31")
    client, address = browse("nanshan"), change("events", event, end=True)
    said = {"answers.page": "是", "answers.count": "是", "answers.formed": "否", "reviewed_on": "2014-05-30"}
    typed = {**shown(client, address), **said}
    panel = text(client.post(address, {**typed, "ask": "preview"}))
    assert "共 6 项，已落实 2 项；未落实：应建已建，未建的已派驻；未核对：党组织按期换届" in panel
    assert client.post(address, typed).status_code == 302
    event.refresh_from_db()
    assert event.answers == {"page": True, "count": True, "formed": False}
    assert shown(client, address)["answers.formed"] == "否"
    # what was said can be taken back
    assert client.post(address, {**shown(client, address), "answers.formed": ""}).status_code == 302
    event.refresh_from_db()
    assert event.answers == {"page": True, "count": True}
    history = text(client.get(change("events", event).replace("/change/", "/history/")))
    assert "应建已建，未建的已派驻：否" in history


def test_answers_to_another_list_are_refused(city, browse):
    event = world.event(city.organizations["nanshan-missing"], "2014-05-31", answers={"charter": True})
    client, address = browse("nanshan"), change("events", event)
    typed = {**shown(client, address), "decided_on": "2018-05-31"}
    page = text(client.post(address, typed))
    assert "当日的核对表没有“党建工作已写入章程”" in page
    # the form now shows the list of the new day, and saves
    assert client.post(address, {**typed, **fields(page), "answers.charter": ""}).status_code == 302
    assert RegistryEvent.objects.everyone().get().answers == {}


def test_the_party_page_is_asked_of_an_annual_inspection_alone(city, browse):
    event = world.event(city.organizations["nanshan-own"], "2014-05-31")
    client, address = browse("nanshan"), change("events", event)
    typed = {**shown(client, address), "reported.premises": "120", "reported.dues": "3000", "reported.own": "1500"}
    assert client.post(address, typed).status_code == 302
    event.refresh_from_db()
    assert event.reported == {"premises": 120, "dues": 3000, "own": 1500}
    page = sheet(client, event)
    assert "活动场所面积 120 平方米" in page and "党费 3,000 元，上级支持 未填，业务经费 1,500 元" in page
    assert "合计 4,500 元" in page and '<tr class="print-row">' in page.split("本年度活动经费")[1]
    # a change of the registry has no such page
    typed = {**shown(client, address), "event_kind": "变更登记"}
    answer = text(client.post(address, typed))
    assert "年检以外的事项没有“活动场所面积、党费、业务经费”" in answer
    emptied = {name: "" if name.startswith("reported.") else value for name, value in fields(answer).items()}
    assert client.post(address, emptied).status_code == 302
    event.refresh_from_db()
    assert (event.kind, event.reported) == ("CHANGE", {})


# ── the sheet ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_annual_page_is_filled_with_what_is_known_on_the_day(city, browse):
    own, party = city.organizations["nanshan-own"], city.parties["own"]
    far = world.party("FT-0009", by=city.units["futian"])
    young = world.member(own, party, joined="2014-02-01", converted=None, employment="PART_TIME")
    young.id_number = number_of("1978-05-31")
    young.save()
    world.member(own, far, employment="RETIRED")
    world.member(own, None, employment="")
    before = world.event(own, "2014-05-31", "2014-05-30", answers={"page": True, "term": False})
    client = browse("nanshan")
    page = sheet(client, before)
    assert "年检（年报）党建情况表" in page and party.name in page and "未建立党组织原因" not in page
    counts = text(client.get(reverse("event-sheet", args=[before.code])))
    for word in ("兼职 1 名", "离退休 1 名", "不详 1 名", "属地 1 名", "当年入党", "36–50 岁 1 名"):
        assert word in counts, word
    assert page.count("未核对") == 4
    # of the secretary post, age and schooling without a name, to those who may see members
    lin = city.people["lin"]
    lin.id_number = number_of("1970-01-01")
    lin.save()
    assert "，隶属中共南山区委组织部）" in page and "44 岁" in (head := sheet(client, before)) and lin.name not in head
    assert "44 岁" not in (seen := sheet(browse("street"), before)) and "36–50 岁 2 名" in seen
    # before it had a party organization the page gives the reason
    early = world.event(own, "2013-03-31")
    assert "未建立党组织原因" in sheet(client, early)


@pytest.mark.parametrize(
    ("members", "posted", "reason"),
    [(3, False, "应建未建"), (2, False, "不足三名党员"), (0, False, "无党员"), (1, True, "派驻党建指导员")],
)
def test_why_there_is_no_party_organization(city, browse, members, posted, reason):
    own = city.organizations["nanshan-missing"]
    functional = world.party("NS-0077", "FUNCTIONAL", by=city.units["nanshan"], covers=(own,))
    for _ in range(members):
        world.member(own, functional)
    if posted:
        world.posting(own, "2014-01-01")
    page = sheet(browse("nanshan"), world.event(own, "2015-05-31"))
    assert reason in page.split("未建立党组织原因")[1].split("</tr>")[0]


def test_other_kinds_have_no_party_page(city, browse):
    event = world.event(city.organizations["nanshan-missing"], "2017-05-31", kind="FOUNDING", answers={"survey": True})
    page = sheet(browse("nanshan"), event)
    assert "成立登记党建审核表" in page and "党员情况调查表已报送" in page and 'id="party-page"' not in page
    assert browse("futian").get(reverse("event-sheet", args=[event.code])).status_code == 404
