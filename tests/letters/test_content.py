"""What a letter says: the figures of `coverage`, the lists of `explain`, the same as text and HTML, nobody's name."""

from __future__ import annotations

import datetime
import io
import json
import re
import zipfile
from html.parser import HTMLParser

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from orgs.models import SocialOrganization
from portal.core import snapshots
from portal.core.indicators import CannotAnswer
from portal.core.models import AuditEntry, Delivery, Letter, Unit, UnitState
from portal.core.scoping import everything, scope_of
from portal.reports import letters
from portal.reports.letters import content, writing
from portal.reports.letters.reading import Reading
from tests import world
from tests.letters.conftest import FIRST, SECOND, change, letter_of, write_to

pytestmark = pytest.mark.django_db
BOTH = {"branch-coverage": "党组织覆盖率", "work-coverage": "党的工作覆盖率"}
FULL = r"{name} (?P<rate>[\d.]+)%\n已覆盖 (?P<met>[\d,]+) / (?P<eligible>[\d,]+) 家，(?P<stand>.*)"
SHORT = r"{name} (?P<rate>[\d.]+)%（(?P<met>[\d,]+) / (?P<eligible>[\d,]+) 家），(?P<stand>[^；。（]*)"


def asked(command, *options):
    """The JSON that a command prints."""
    out = io.StringIO()
    call_command(command, *options, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def figures(letter):
    """(rate, met, eligible, stand) of both rates as the text says them."""
    found = {}
    for code, name in BOTH.items():
        said = re.search(FULL.format(name=name), letter.text) or re.search(SHORT.format(name=name), letter.text)
        assert said, letter.text
        found[code] = (said["rate"], int(said["met"]), int(said["eligible"]), re.sub("（.*", "", said["stand"]))
    return found


def stand(rate):
    if rate["meets"]:
        return f"已达 {rate['target']}%"
    return f"还差 {rate['shortfall']} 家到 {rate['target']}%"


@pytest.mark.parametrize("day", [FIRST, SECOND])
def test_figures_are_those_of_coverage(changed, day):
    rates = {}
    for rate in asked("coverage", "--date", day.isoformat(), "--by", "unit", "--indicator", *BOTH):
        rates[rate["group"], rate["indicator"]] = rate
    found = Letter.objects.filter(day=day)
    assert found.count() >= 6
    for letter in found:
        for code, said in figures(letter).items():
            rate = rates[letter.unit.code, code]
            assert said == (rate["rate"], rate["met"], rate["eligible"], stand(rate)), letter.text
        assert letter.subject.startswith(f"{letter.unit.name} {rates[letter.unit.code, 'branch-coverage']['rate']}%")


class _Words(HTMLParser):
    """The text of a page, without its title."""

    def __init__(self, html):
        super().__init__()
        self.words, self.inside = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.inside = tag

    def handle_data(self, data):
        if self.inside != "title":
            self.words.append(data)


def numbers(text):
    """Every figure of a text as often as it stands there."""
    return sorted(re.findall(r"\d[\d,.]*", text))


@pytest.mark.parametrize("day", [FIRST, SECOND])
def test_text_and_html_have_the_same_figures(changed, day):
    for letter in Letter.objects.filter(day=day):
        shown = "".join(_Words(letter.html).words)
        assert numbers(letter.text) == numbers(shown), letter.subject
        assert len(numbers(shown)) > 5


def sheets(letter):
    """The sheets of the workbook: title → rows."""
    if not letter.workbook:
        return {}
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes(letter.workbook)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("day", [FIRST, SECOND])
def test_workbook_is_explain_unmet(changed, day):
    world.exclude(changed.organizations["futian-missing"], "2015-01-01")
    listed = 0
    for letter in Letter.objects.filter(day=day):
        found = sheets(letter)
        for code, title in (("branch-coverage", "党组织未覆盖"), ("work-coverage", "党的工作未覆盖")):
            unit = letter.unit.code
            wanted = asked(
                "explain", "--indicator", code, "--date", day.isoformat(), "--unit", unit, "--status", "unmet"
            )
            rows = found[title][1:] if found else []
            assert [(r[0], r[1], r[3]) for r in rows] == [(w["subject"], w["subject_name"], w["unit"]) for w in wanted]
            assert all(isinstance(cell, str) for row in rows for cell in row)
            listed += len(rows)
        if found:
            counts = re.search(r"党组织 (\d+) 家，党的工作 (\d+) 家", letter.text)
            assert [int(one) for one in counts.groups()] == [len(rows) - 1 for rows in found.values()]
    assert listed > 10


def test_what_is_excluded_is_counted_and_not_listed(offices):
    world.exclude(offices.organizations["futian-missing"], "2015-01-01")
    world.exclude(offices.organizations["futian-posted"], "2015-01-01")
    world.exclude(offices.organizations["school"], "2015-01-01")
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    futian = letter_of(offices.units["futian"], FIRST)
    assert figures(futian)["branch-coverage"][1:3] == (1, 3)
    assert futian.workbook == b""
    assert "未覆盖的 2 家都经批准不计入，没有名单。" in futian.text


def moved(letter):
    return re.findall(r"^([！▲＋－]) (.*)$", letter.text, re.MULTILINE)


def test_what_moved_is_told_by_name_with_the_reason_loss_first(changed):
    assert moved(letter_of(changed.units["nanshan"])) == [
        ("▲", "南山区创客互助服务中心：新增党的工作覆盖，由未覆盖变为派驻指导员"),
        ("＋", "南山区新苗助学中心：新计入，未覆盖"),
        ("－", "南山区青禾公益促进会：转由福田区民政局负责"),
    ]
    assert moved(letter_of(changed.units["futian"])) == [
        ("！", "福田区莲花棋类协会：失去党的工作覆盖，由派驻指导员变为未覆盖"),
        ("＋", "南山区青禾公益促进会：由南山区民政局转入，联合组建"),
    ]
    city = letter_of(changed.units["city"])
    assert "4月12日以来动了 3 家：新增覆盖 1，失去覆盖 1，进入 1。" in city.text
    assert [sign for sign, _ in moved(city)] == ["！", "▲", "＋"]


def test_movements_are_what_the_figures_moved_by(changed):
    rates = {
        (day, rate["group"]): rate["eligible"]
        for day in (FIRST, SECOND)
        for rate in asked("coverage", "--date", day.isoformat(), "--by", "unit", "--indicator", "work-coverage")
    }
    for letter in Letter.objects.filter(day=SECOND):
        signs = [sign for sign, _ in moved(letter)]
        here = letter.unit.code
        assert signs.count("＋") - signs.count("－") == rates[SECOND, here] - rates[FIRST, here], here


def test_who_is_not_named_is_told_on_the_page_that_the_letter_leads_to(offices, monkeypatch, browse):
    monkeypatch.setattr(content, "NAMED_MOVES", 1)
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    change(offices)
    snapshots.keep([SECOND])
    letters.plan(SECOND)
    letter = letter_of(offices.units["nanshan"])
    [link] = re.findall(r"^另有 2 家，逐家见平台：(\S+)$", letter.text, re.MULTILINE)
    assert link == (
        "https://dangjian.example/coverage/branch-coverage/why/?from=2016-04-12&to=2016-04-13&by=unit&group=NS"
    )
    assert f'href="{link.replace("&", "&amp;")}"' in letter.html
    page = browse("nanshan").get(link.removeprefix("https://dangjian.example"))
    assert page.status_code == 200
    assert all(name in page.content.decode() for name in ("南山区新苗助学中心", "南山区青禾公益促进会"))


def test_a_unit_that_moves_takes_its_organizations_along(offices):
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    civil = offices.units["nanshan-civil"]
    UnitState.objects.filter(unit=civil).update(valid_to=SECOND)
    UnitState.objects.create(
        unit=civil,
        name=civil.name,
        kind="REGISTRY",
        parent=offices.units["futian"],
        level="DISTRICT",
        valid_from=SECOND,
    )
    snapshots.keep([SECOND])
    letters.plan(SECOND)
    assert [sign for sign, _ in moved(letter_of(offices.units["futian"]))] == ["＋"] * 3
    assert moved(letter_of(offices.units["city"])) == []
    assert letter_of(civil).text.startswith("4月12日以来没有变化")


def test_three_lines_when_nothing_moved(offices):
    snapshots.keep([FIRST, SECOND])
    letters.plan(FIRST)
    letters.plan(SECOND)
    for letter in Letter.objects.filter(day=SECOND):
        lines = letter.text.splitlines()
        assert len(lines) == 3 and all(lines)
        assert lines[0] == "4月12日以来没有变化（全口径，截至 2016年4月13日 24 时）。"
        assert "4月12日以来没有变化" in letter.subject
        assert letter.html.count("<p ") == 3
        assert "https://dangjian.example/" in lines[2] and "https://dangjian.example/" in letter.html


def test_a_new_target_is_news(offices):
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    world.target("branch-coverage", 30, "2016-04-13", unit=offices.units["futian"])
    snapshots.keep([SECOND])
    letters.plan(SECOND)
    assert len(letter_of(offices.units["futian"]).text.splitlines()) > 3
    assert "已达 30%" in letter_of(offices.units["futian"]).subject
    assert len(letter_of(offices.units["nanshan"]).text.splitlines()) == 3


def test_another_indicator_that_moved_is_news_to_whom_it_concerns(offices):
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    world.attended(offices.people["lin"], "3", on="2016-04-13")
    snapshots.keep([SECOND])
    letters.plan(SECOND)
    told = "书记与党务工作者培训达标率 100.00%（1 / 1 人），已达 100%，较4月12日 ▲ 100.00 个百分点"
    assert told in letter_of(offices.units["nanshan"]).text
    assert len(letter_of(offices.units["futian"]).text.splitlines()) == 3


def test_compared_with_the_units_own_last_letter(offices):
    """A unit that got its last letter long ago is told what moved since then."""
    early = world.day("2016-03-31")
    snapshots.keep([early, FIRST])
    write_to()
    Unit.objects.exclude(pk=offices.units["nanshan"].pk).update(report_emails="")
    letters.plan(early)
    write_to(offices.units["futian"])
    change(offices)
    snapshots.keep([SECOND])
    letters.plan(SECOND)
    assert "3月31日以来动了" in letter_of(offices.units["nanshan"]).text
    assert "4月12日以来动了" in letter_of(offices.units["futian"]).text


def test_groups_below_add_up_to_the_unit(changed):
    text = letter_of(changed.units["city"]).text
    lines = re.findall(r"^(.+)：(?:还差 \d+ 家，)?[\d.]+%（(\d+) / (\d+)）$", text, re.MULTILINE)
    *parts, (word, met, eligible) = lines
    assert word == "合计"
    assert sum(int(one[1]) for one in parts) == int(met)
    assert sum(int(one[2]) for one in parts) == int(eligible)
    assert "中共南山区委组织部" in [one[0] for one in parts]
    short = [int(one) for one in re.findall(r"^(?!合计).+：还差 (\d+) 家，[\d.]+%（", text, re.MULTILINE)]
    assert short == sorted(short, reverse=True)


def test_no_letter_names_a_person(offices):
    names = {}
    for number, (key, person) in enumerate(sorted(offices.people.items())):
        person.name = f"无名氏{number:04d}"
        person.save()
        names[key] = person.name
    for user in offices.users.values():
        user.name = f"账号人{user.pk:05d}"
        user.save()
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    change(offices)
    world.exclude(offices.organizations["nanshan-missing"], "2016-04-13")
    snapshots.keep([SECOND])
    letters.plan(SECOND)
    words = [*names.values(), *(user.name for user in offices.users.values()), "ZD-001", "指导员甲", "市委组织部批准"]
    for letter in Letter.objects.all():
        whole = letter.subject + letter.text + letter.html
        if letter.workbook:
            with zipfile.ZipFile(io.BytesIO(bytes(letter.workbook))) as book:
                whole += "".join(book.read(name).decode() for name in book.namelist())
        assert not [word for word in words if word in whole]


def test_a_letter_names_only_what_its_unit_answered_for(changed):
    every = set(SocialOrganization.objects.everyone().values_list("name", flat=True))
    for letter in Letter.objects.filter(day=SECOND):
        whole = letter.text + letter.html + "".join(str(rows) for rows in sheets(letter).values())
        mine = set()
        for day in (FIRST, SECOND):
            found = asked(
                "explain", "--indicator", "work-coverage", "--date", day.isoformat(), "--unit", letter.unit.code
            )
            mine |= {one["subject_name"] for one in found}
        assert not [name for name in every - mine if name in whole], letter.unit.code


# ── planning ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_letter_per_unit_and_day_whoever_asks(offices):
    snapshots.keep([FIRST])
    planned = letters.plan(FIRST)
    assert planned == Letter.objects.count() == Delivery.objects.count() > 5
    ids = set(Delivery.objects.values_list("message_id", flat=True))
    assert letters.plan(FIRST) == 0
    assert set(Delivery.objects.values_list("message_id", flat=True)) == ids
    [entry] = AuditEntry.objects.filter(action="写信")
    assert (entry.subject, entry.detail["letters"]) == ("2016-04-12", planned)


def test_the_same_letter_would_have_the_same_message_id(offices):
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    ids = set(Delivery.objects.values_list("message_id", flat=True))
    Letter.objects.all().delete()
    letters.plan(FIRST)
    assert set(Delivery.objects.values_list("message_id", flat=True)) == ids
    assert all(re.fullmatch(r"<[\x21-\x7e]+@dangjian\.example>", one) for one in ids)


def test_only_active_units_with_addresses_and_something_to_count(offices):
    Unit.objects.filter(code="NS").update(valid_to=FIRST)
    Unit.objects.filter(code="FT").update(report_emails=" ； ")
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    got = set(Letter.objects.values_list("unit__code", flat=True))
    assert not got & {"NS", "FT"}
    # a street answers for nobody here
    assert "NS-YH" not in got
    assert "SZ" in got


def test_several_addresses_each_once(offices):
    Unit.objects.filter(code="NS").update(report_emails="a@office.example；b@office.example; A@OFFICE.example，坏地址")
    snapshots.keep([FIRST])
    letters.plan(FIRST)
    found = Delivery.objects.filter(letter__unit__code="NS").order_by("id")
    assert [(one.recipient, one.status) for one in found] == [
        ("a@office.example", "WAITING"),
        ("b@office.example", "WAITING"),
        ("坏地址", "REFUSED"),
    ]
    assert "写法不对" in found[2].error


def test_a_day_that_is_not_stored_is_a_sentence(offices):
    with pytest.raises(CannotAnswer, match="没有存档"):
        letters.plan(FIRST)


def test_a_letter_made_up_later_says_so(offices, monkeypatch):
    snapshots.keep([FIRST, SECOND])
    monkeypatch.setattr(content, "today", lambda: FIRST + datetime.timedelta(days=1))
    letters.plan(FIRST)
    monkeypatch.setattr(content, "today", lambda: SECOND + datetime.timedelta(days=2))
    letters.plan(SECOND)
    in_time, late = (letter_of(offices.units["city"], day) for day in (FIRST, SECOND))
    assert (in_time.late, late.late) == (False, True)
    assert "补发" not in in_time.subject + in_time.text
    assert "补发" in late.subject and "补发" in late.text and "补发" in late.html


def test_as_many_statements_for_one_unit_as_for_all(offices):
    snapshots.keep([FIRST, SECOND])

    def statements(day):
        with CaptureQueriesContext(
            connection,
        ) as found:
            letters.plan(day)
        return len(found)

    every = statements(FIRST)
    assert Letter.objects.filter(day=FIRST).count() > 5
    Unit.objects.exclude(code="NS").update(report_emails="")
    Letter.objects.all().delete()
    assert statements(FIRST) >= every - 2
    assert every < 80


def test_what_moved_is_read_for_all_units_at_once(changed):
    """Whatever the number of units: a statement for each of both rates, and what the letter says besides."""

    def statements(*units):
        with CaptureQueriesContext(connection) as found:
            reading = Reading.of([SECOND, FIRST], [unit.pk for unit in units])
        return len(found), reading

    one, _ = statements(changed.units["nanshan"])
    every, reading = statements(*changed.units.values())
    assert every == one <= 9
    assert sum(bool(moves) for moves in reading.before[FIRST].moves.values()) > 3


# ── preview ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_preview_is_the_letter_and_stores_nothing(offices):
    snapshots.keep([FIRST])
    nanshan = offices.units["nanshan"]
    shown = writing.letter_of(letters.preview(nanshan.pk, [FIRST], everything()))
    assert not Letter.objects.exists()
    letters.plan(FIRST)
    sent = letter_of(nanshan, FIRST)
    assert (shown.subject, shown.text, shown.html) == (sent.subject, sent.text, sent.html)


def test_preview_within_the_scope_only(offices):
    snapshots.keep([FIRST])
    scope = scope_of(offices.users["nanshan"])
    assert letters.preview(offices.units["nanshan"].pk, [FIRST], scope)
    assert letters.preview(offices.units["nanshan-civil"].pk, [FIRST], scope)
    assert letters.preview(offices.units["futian"].pk, [FIRST], scope) is None
    assert letters.preview(offices.units["city"].pk, [FIRST], scope) is None
