"""The notice as a page and its indicators: numbers of the engine, things to do, ways that open."""

import csv
import datetime
import io
import json
import re

import pytest
from django.core.management import call_command

from portal.core import indicators, snapshots, todo
from portal.core.articles import ARTICLES
from portal.core.imports.register import registers
from portal.core.scoping import scope_of
from portal.core.validity import today
from portal.desk.lists import list_of
from tests import world
from tests.access.crawler import Page
from tests.cast import build
from tests.overview.test_desk import page, text
from tests.standing import standing

YESTERDAY = today() - datetime.timedelta(days=1)
#: registers of the house itself, which no article asks for
OF_NO_ARTICLE = {"districts", "targets", "terms", "memberships"}


def section(shown, number):
    """What the page says under one article."""
    return re.search(rf'<section class="article"\s+id="article-{number}".*?</section>', shown, re.DOTALL)[0]


def words(html):
    """The text of a piece of a page, blanks folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def coverage(**asked):
    """What the command says: rates by (indicator, group)."""
    out = io.StringIO()
    call_command("coverage", *(f"--{name}={value}" for name, value in asked.items()), "--format=json", stdout=out)
    return {(one["indicator"], one["group"]): one for one in json.loads(out.getvalue())}


@pytest.fixture(scope="module")
def standing_city(django_db_setup, django_db_blocker):
    """A city in which something waits, with a stored night that is no longer how things are."""
    with standing(django_db_blocker):
        city = build()
        fill(city)
        yield city


def fill(city):
    world.term(city.parties["own"], "2014-03-01", "2017-03-01")
    world.term(city.parties["joint"], f"{today().year}-01-01", f"{today().year + 3}-01-01")
    world.attended(city.people["lin"], "3", on=f"{YESTERDAY.year}-01-01")
    for name in ("一", "二", "三"):
        world.member(city.organizations["nanshan-missing"], city.parties["joint"], name=f"员{name}")
    world.link(city.parties["joint"], city.organizations["nanshan-missing"], "2016-01-01")
    world.organization("深圳市无主协会", district=city.districts["nanshan"])
    world.settle()
    snapshots.keep([YESTERDAY.replace(day=1) - datetime.timedelta(days=1), YESTERDAY])
    world.posting(city.organizations["futian-missing"], YESTERDAY.isoformat())


@pytest.fixture
def busy(standing_city, db):
    return standing_city


@pytest.mark.parametrize("day", [today(), YESTERDAY, YESTERDAY - datetime.timedelta(days=9)])
@pytest.mark.parametrize("unit", ["city", "NS", "SZ-JYGW"])
def test_numbers_are_those_of_coverage(client, busy, unit, day):
    """On a stored day, today, and a past day without a snapshot."""
    by = "city" if unit == "city" else "unit"
    told = coverage(by=by, date=day)
    answered = [ind for ind in indicators.all_indicators() if indicators.offered(ind, by)]
    assert answered
    asked = f"unit={unit}" + ("" if day == today() else f"&date={day}")
    shown = text(page(client, busy.users["city"], f"/notice/?{asked}"))
    table = text(page(client, busy.users["city"], f"/indicators/?{asked}"))
    exported = page(client, busy.users["city"], f"/indicators/?{asked}&as=csv").content.decode("utf-8-sig")
    rows = {row["指标代码"]: row for row in csv.DictReader(io.StringIO(exported))}
    for ind in answered:
        rate = told[ind.code, unit]
        here = section(shown, ind.article)
        figure = f"{rate['met']:,} / {rate['eligible']:,}</a> {ind.measure}"
        one = next(row for row in re.findall(r"<tr.*?</tr>", here, re.DOTALL) if f">{ind.name}</a>" in row)
        for place in (one, table):
            assert figure in place
            assert (f"{rate['rate']}%" if rate["rate"] else "—") in place
        assert f"{rate['target']}%" in one
        if rate["shortfall"]:
            assert f">{rate['shortfall']:,} {ind.measure}</a>" in one
        assert [rows[ind.code][name] for name in ("应达标", "已达标", "目标", "还差", "达标率")] == [
            str(rate["eligible"]), str(rate["met"]), str(rate["target"]), str(rate["shortfall"]), rate["rate"] or ""
        ]  # fmt: skip


def test_a_stored_day_stays_what_it_was(client, busy):
    then = text(page(client, busy.users["city"], f"/notice/?date={YESTERDAY}"))
    now = text(page(client, busy.users["city"], f"/notice/?date={YESTERDAY}&live=1"))
    assert "不再改变" in then and "按现有数据计算" in now
    kept, live = coverage(date=YESTERDAY), indicators.rates(YESTERDAY)
    work = next(rate for rate in live if rate.indicator == "work-coverage")
    assert kept["work-coverage", "city"]["met"] == work.met - 1
    assert f"{work.met - 1} / {work.eligible}</a>" in then and f"{work.met} / {work.eligible}</a>" in now


@pytest.mark.parametrize(("who", "unit"), [("city", "city"), ("nanshan", "NS"), ("education", "SZ-JYGW")])
def test_what_waits_is_what_the_to_do_says(client, busy, who, unit):
    user = busy.users[who]
    expected = [
        item for group in todo.groups(scope_of(user), today(), user) for item in group.items if item.kind.article
    ]
    shown = text(page(client, user, f"/notice/?unit={unit}"))
    for item in expected:
        assert f"{item.kind.name} <b>{item.count:,}</b> {item.kind.measure}" in section(shown, item.kind.article)
    assert shown.count('class="chip chip-warn"') >= len(expected)
    assert sum(len(re.findall(">待办</span>", section(shown, n))) for n in ARTICLES) == len(expected)
    if who != "education":
        assert {item.kind.code for item in expected} >= {"split", "term-overdue"}


def test_city_staff_see_of_a_unit_what_its_own_staff_see(client, busy):
    own = text(page(client, busy.users["nanshan"], "/notice/"))
    above = text(page(client, busy.users["city"], "/notice/?unit=NS"))
    for number in ARTICLES:
        assert section(own, number) == section(above, number)


def test_what_waits_elsewhere_is_not_told(client, busy):
    shown = text(page(client, busy.users["futian"], "/notice/?unit=NS"))
    assert "待办只向负责这一范围的单位列出" in shown
    assert not [n for n in ARTICLES if ">待办</span>" in section(shown, n)]
    assert "待理顺" in section(shown, 1)


def test_article_1_counts_what_nobody_answers_for(client, busy):
    for address in ("/notice/?unit=city", "/notice/?unit=NS"):
        assert re.search(r"责任单位待明确 1 家", words(section(text(page(client, busy.users["city"], address)), 1)))
    assert re.search(
        r"责任单位待明确 0 家", words(section(text(page(client, busy.users["city"], "/notice/?unit=FT")), 1))
    )
    street = section(text(page(client, busy.users["city"], "/notice/?unit=NS-YH")), 1)
    assert not re.search(r"责任单位待明确 \d", words(street)) and re.search(r"待理顺 \d+ 家", words(street))


def test_every_article_is_there_and_says_whether_it_has_a_register(client, busy):
    shown = text(page(client, busy.users["city"], "/notice/"))
    assert [int(n) for n in re.findall(r'id="article-(\d+)"', shown)] == list(range(1, 22))
    for number, article in ARTICLES.items():
        here = section(shown, number)
        assert article.title in here and article.asks in here
        built = [kind for kind in article.registers if kind in registers()]
        assert ("登记簿尚未建立" in here) is not bool(built)
        for kind in built:
            assert f'href="/{kind.replace("_", "-")}/"' in here or list_of(kind.replace("_", "-")) is None


def test_every_register_stands_under_an_article():
    named = {kind for article in ARTICLES.values() for kind in article.registers}
    assert set(registers()) - named <= OF_NO_ARTICLE


@pytest.mark.long
@pytest.mark.parametrize("who", ["nanshan", "street"])
@pytest.mark.parametrize("path", ["/notice/", f"/notice/?date={YESTERDAY}", "/indicators/"])
def test_every_link_opens(client, busy, who, path):
    client.force_login(busy.users[who])
    links = {link.partition("#")[0] for link in Page(path, text(client.get(path))).links}
    wrong = {link: client.get(link).status_code for link in links if link}
    assert {link: status for link, status in wrong.items() if status != 200} == {}


def test_a_target_that_ended_is_grey_without_red(client, busy):
    here = section(text(page(client, busy.users["city"], "/notice/")), 3)
    assert today() > datetime.date(2016, 10, 23)
    row = next(row for row in re.findall(r"<tr.*?</tr>", here, re.DOTALL) if "党组织覆盖率" in row)
    assert row.startswith('<tr class="ended"') and "目标已到期" in row and "chip-bad" not in row
    world.target("branch-coverage", 90, "2017-01-01")
    here = section(text(page(client, busy.users["city"], "/notice/")), 3)
    row = next(row for row in re.findall(r"<tr.*?</tr>", here, re.DOTALL) if "党组织覆盖率" in row)
    assert "ended" not in row and "90%" in row and "chip-bad" in row


def test_the_trend_shows_month_ends(client, busy):
    shown = text(page(client, busy.users["city"], "/indicators/branch-coverage/?unit=city"))
    month_end = YESTERDAY.replace(day=1) - datetime.timedelta(days=1)
    assert month_end.isoformat() in shown and 'class="spark"' in shown
    kept = coverage(date=month_end)["branch-coverage", "city"]
    assert f"{kept['met']} / {kept['eligible']}</td>" in shown


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_files_are_audited(client, busy, kind):
    from portal.core.models import AuditEntry

    before = AuditEntry.objects.count()
    for path in ("/indicators/", "/indicators/term-current/", "/indicators/term-current/?by=unit"):
        joint = "&" if "?" in path else "?"
        assert page(client, busy.users["nanshan"], f"{path}{joint}as={kind}").status_code == 200
    assert AuditEntry.objects.count() == before + 3


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/notice/?date=gestern", "不是日期"),
        ("/notice/?unit=NOWHERE", "没有编码为“NOWHERE”的单位"),
        ("/indicators/?unit=NOWHERE", "没有编码为“NOWHERE”的单位"),
        ("/indicators/unknown/", "没有代码为“unknown”的指标"),
        ("/indicators/term-current/?by=district", "没有“district”这个选项"),
        ("/indicators/term-current/?as=pdf", "没有“pdf”这个选项"),
    ],
)
def test_an_address_that_makes_no_sense_gets_a_sentence(client, busy, path, sentence):
    answer = page(client, busy.users["nanshan"], path)
    assert answer.status_code == 400 and sentence in answer.content.decode()


@pytest.mark.parametrize("who", ["city", "nanshan", "street"])
@pytest.mark.parametrize(
    "path",
    [
        "/notice/?x=1",
        "/notice/?unit=NS",
        "/indicators/?unit=NS",
        "/indicators/branch-coverage/",
        "/indicators/term-current/",
    ],
)
@pytest.mark.parametrize("day", ["", f"&date={YESTERDAY}", f"&date={YESTERDAY}&live=1", "&date=2015-06-30"])
def test_pages_take_few_statements(client, busy, who, path, day, django_assert_max_num_queries):
    client.force_login(busy.users[who])
    with django_assert_max_num_queries(15):
        client.get(f"{path}{day}" if "?" in path else f"{path}?{day[1:]}")


def test_articles_elsewhere_lead_here_for_those_who_may_read(client, busy):
    organization = f"/organizations/{busy.organizations['nanshan-own'].path_key}/"
    assert 'href="/notice/#article-1"' in text(page(client, busy.users["nanshan"], organization))
    assert 'href="/notice/' not in text(page(client, busy.users["lin"], organization))
