"""Every door says of every indicator what the plain rules say: of a night as it was kept, and of the same day as it is
known now, a fact behind each figure having come to light since.

Doors are the commands, the API, the pages, the night and its letters. The plain rules are evaluated before the night
and again after the corrections; a door that reads the wrong day, group, list or source is wrong by a number.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from portal.core import indicators, recounts, snapshots
from portal.core.models import Figure, Letter, SubjectState
from portal.core.validity import today
from tests import commitments, world
from tests.all_figures import DAY, Told, correct, furnish, told
from tests.cast import City, build
from tests.letters.test_content import sheets
from tests.notice.test_page import section, words

CODES = [ind.code for ind in indicators.all_indicators()]
COUNTS = ("eligible", "met", "excluded", "adjusted_eligible", "adjusted_met", "target")
FIGURE = (*COUNTS, "meets", "shortfall", "rate")
SOURCES = ("stored", "live")
LAST_YEAR = world.day("2015-12-31")
YEARLY = {"secretary-training", "gate-review", "legal-schools", "plan-tasks"}
#: whose figures a page or a letter tells: the unit, its territory, the units that answer there
PLACES = {
    "SZ": (("city", "city"), "全市"),
    "NS": (("district", "440305"), "辖区"),
    "FT": (("district", "440304"), "辖区"),
    "SZ-MZJ": (None, ""),
}
BELOW = {"NS": {"NS", "NS-MZJ", "NS-YH"}, "FT": {"FT", "FT-MZJ", "FT-LH"}, "SZ-MZJ": {"SZ-MZJ"}}


@dataclass(frozen=True)
class Kept:
    """The city after its night and its corrections, and what is true of the day by each source."""

    city: City
    client: Client
    true: dict[str, dict[str, Told]]

    def get(self, path: str, source: str, **asked: str) -> str:
        """A page about the day."""
        live = {"live": "1"} if source == "live" else {}
        answer = self.client.get(path, {"date": DAY.isoformat(), **live, **asked})
        assert answer.status_code == 200, answer.content.decode()
        return answer.content.decode("utf-8-sig")

    def rows(self, path: str, source: str, **asked: str) -> list[dict[str, str]]:
        """The same as a file."""
        return list(csv.DictReader(io.StringIO(self.get(path, source, **asked, **{"as": "csv"}))))


@pytest.fixture(scope="module")
def night(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Kept]:
    """One night for all doors."""
    folder = override_settings(VAR_DIR=tmp_path_factory.mktemp("doors"), EMAIL_URL="")
    with folder, django_db_blocker.unblock(), transaction.atomic():
        city = build()
        furnish(city)
        stored = told()
        last_year = told(LAST_YEAR)
        call_command("nightly", "--date", DAY.isoformat(), stdout=io.StringIO())
        snapshots.keep([LAST_YEAR])
        correct(city)
        recounts.recount(DAY, ["登记有误"])
        client = Client()
        client.force_login(city.users["city"])
        live = told()
        yield Kept(city, client, {"stored": stored, "live": live, "revised": live, "last year": last_year})
        transaction.set_rollback(True)


@pytest.fixture
def kept(night: Kept, db: None) -> Kept:
    """What a door writes is gone with it."""
    return night


def printed(*words: str, source: str = "stored", form: str = "json") -> str:
    """What a command prints of the day."""
    out = io.StringIO()
    way = [] if source == "stored" else [f"--{source}"]
    call_command(*words, "--date", DAY.isoformat(), "--format", form, *way, stdout=out)
    return out.getvalue()


def as_text(value: object) -> str:
    """A value as a csv file has it."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def test_the_city_leaves_no_indicator_out(kept):
    """Met beside unmet, in several groups, and every figure of the city was corrected."""
    for code in CODES:
        stored, live = kept.true["stored"][code], kept.true["live"][code]
        of_stored, of_live = stored.figures["city", "city"], live.figures["city", "city"]
        assert of_stored["met"] and (of_stored["met"], of_stored["eligible"]) != (of_live["met"], of_live["eligible"])
        assert {one["met"] < one["eligible"] for one in (of_stored, of_live)} >= {True}, code
        assert stored.subjects != live.subjects and len({one[2] for one in stored.subjects}) > (code != "city-sites")


@pytest.mark.parametrize("source", [*SOURCES, "revised"])
def test_coverage(kept, source):
    for by in indicators.GROUPINGS:
        expected = [
            {"indicator": code, "date": DAY.isoformat(), "by": by, "group": group}
            | {name: figure[name] for name in FIGURE}
            for code in CODES
            for (one, group), figure in kept.true[source][code].figures.items()
            if one == by
        ]
        found = json.loads(printed("coverage", "--by", by, source=source))
        names = [one.pop("group_name") for one in found]
        assert all(names) and in_order(found) == in_order(expected)
        table = list(csv.DictReader(io.StringIO(printed("coverage", "--by", by, source=source, form="csv"))))
        assert [one.pop("group_name") for one in table] == names
        assert table == [{name: as_text(value) for name, value in one.items()} for one in found]


@pytest.mark.parametrize("source", SOURCES)
def test_explain(kept, source):
    for code in CODES:
        true = kept.true[source][code]
        for part, listed in [([], true.subjects), *((["--status", s], true.listed(s)) for s in indicators.STATUSES)]:
            found = json.loads(printed("explain", "--indicator", code, *part, source=source))
            assert [as_subject(one) for one in found] == listed, (code, part)
        table = csv.DictReader(io.StringIO(printed("explain", "--indicator", code, source=source, form="csv")))
        assert [as_subject(one) for one in table] == [tuple(map(as_text, one)) for one in true.subjects]
        for by in {"unit", "district"} & set(indicators.indicator(code).groupings):
            for (one, group), figure in true.figures.items():
                if one == by and figure["eligible"]:
                    part = f"--{by}={group}"
                    found = json.loads(printed("explain", "--indicator", code, part, source=source))
                    assert len(found) == figure["eligible"], (code, part)
                    assert [one["status"] for one in found].count("excluded") == figure["excluded"]


def in_order(objects: list[dict]) -> list[dict]:
    """Groups by their code, within the order of indicators."""
    return sorted(objects, key=lambda one: (CODES.index(one["indicator"]), one["group"]))


def as_subject(one: dict) -> tuple:
    """A subject as the plain rules tell it."""
    return tuple(one[name] for name in ("subject", "status", "reason", "unit", "district"))


@pytest.mark.parametrize("source", SOURCES)
def test_the_api(kept, source):
    live = {"live": "true"} if source == "live" else {}
    for code in CODES:
        true = kept.true[source][code]
        for by in indicators.indicator(code).groupings:
            asked = {"date": DAY.isoformat(), "by": by, **live}
            found = kept.client.get(f"/api/v1/indicators/{code}/rates/", asked).json()["results"]
            assert {(by, one["group"]): [one[name] for name in FIGURE] for one in found} == {
                group: [figure[name] for name in FIGURE] for group, figure in true.figures.items() if group[0] == by
            }
        for status in ("", *indicators.STATUSES):
            asked = {"date": DAY.isoformat(), "status": status, **live}
            found = kept.client.get(f"/api/v1/indicators/{code}/subjects/", asked).json()["results"]
            assert [as_subject(one) for one in found] == true.listed(status), (code, status)
        for place in {("unit", "NS"), ("district", "440305")} & set(true.figures):
            asked = {"date": DAY.isoformat(), place[0]: place[1], **live}
            found = kept.client.get(f"/api/v1/indicators/{code}/subjects/", asked).json()["results"]
            assert len(found) == true.figures[place]["eligible"], (code, place)


def test_the_night_keeps_figures_and_states(kept):
    figures = {
        (row.indicator, row.by, row.group): tuple(getattr(row, name) for name in COUNTS)
        for row in Figure.objects.filter(snapshot__day=DAY)
    }
    assert figures == {
        (code, *group): tuple(figure[name] for name in COUNTS)
        for code, one in kept.true["stored"].items()
        for group, figure in one.figures.items()
    }
    for code in CODES:
        states = SubjectState.objects.filter(indicator=code, from_day=DAY, to_day=None).order_by("subject_id")
        assert [(one.subject, one.reason) for one in states] == [
            (one[0], one[2]) for one in kept.true["stored"][code].subjects
        ]


@pytest.mark.parametrize("source", SOURCES)
def test_pages_of_indicators_and_the_lists_behind_them(kept, source):
    for code in CODES:
        true, ind = kept.true[source][code], indicators.indicator(code)
        for by in [one for one in ind.groupings if one != "city"] or ["city"]:
            path, asked = f"/indicators/{code}/", {} if by == "city" else {"by": by}
            here = {group: figure for (one, group), figure in true.figures.items() if one == by}
            rows = kept.rows(path, source, **asked)
            assert {row["编码"].removeprefix("'"): figure_of_row(row) for row in rows} == {
                group: [as_text(figure[name]) for name in (*COUNTS, "shortfall", "rate")]
                for group, figure in here.items()
            }, (code, by)
            shown = words(kept.get(path, source, **asked))
            for figure in here.values():
                if figure["eligible"]:
                    assert f" {figure['rate']}% " in shown and f" {figure['met']} / {figure['eligible']} " in shown
        for status in ("", *(one for one in indicators.STATUSES if true.listed(one))):
            listed = true.listed(status)
            path = f"/coverage/{code}/"
            shown = kept.get(path, source, status=status)
            assert f"共 {len(listed)} {ind.measure}" in shown and (not status or listed), (code, status)
            rows = kept.rows(path, source, status=status)
            assert [as_subject_of_row(row) for row in rows] == [tuple(map(as_text, one)) for one in listed]
            if not ind.names_people:
                assert all(one[0] in shown for one in listed)


def test_lists_of_groups(kept):
    """Of each grouping the group that misses most, and what is in none."""
    for code, true in kept.true["stored"].items():
        unmet = "strict-unmet" if code in ("branch-coverage", "work-coverage") else "unmet"
        for by in [one for one in indicators.indicator(code).groupings if one != "city"]:
            short = {g: figure["eligible"] - figure["met"] for (one, g), figure in true.figures.items() if one == by}
            for group in {max(short, key=short.__getitem__), *({"-"} & set(short))}:
                asked = {"by": by, "group": group, "status": unmet}
                assert f"共 {short[group]} " in kept.get(f"/coverage/{code}/", "stored", **asked), (code, by, group)


def figure_of_row(row: dict[str, str]) -> list[str]:
    """A figure as a file of groups has it."""
    return [
        row[name] for name in ("应达标", "已达标", "不计入", "剔除后应达标", "剔除后已达标", "目标", "还差", "达标率")
    ]


def as_subject_of_row(row: dict[str, str]) -> tuple[str, ...]:
    """A subject as a file of names has it."""
    return tuple(row[name] for name in ("代码", "状态", "原因", "责任单位编码", "行政区编码"))


@pytest.mark.parametrize("source", SOURCES)
def test_the_coverage_page(kept, source):
    for by in ("unit", "district", "street", "kind", "field"):
        rows = kept.rows("/coverage/", source, by=by)
        for code in ("branch-coverage", "work-coverage"):
            true = kept.true[source][code].figures
            figures = {
                row["编码"].removeprefix("'"): [
                    row[n] for n in ("应覆盖", "已覆盖", "不计入", "目标", "还差", "覆盖率")
                ]
                for row in rows
                if row["指标代码"] == code
            }
            names = ("eligible", "met", "excluded", "target", "shortfall", "rate")
            assert figures == {g: [as_text(f[n]) for n in names] for (one, g), f in true.items() if one == by}
            shown = words(kept.get("/coverage/", source, by=by, indicator=code))
            city = true["city", "city"]
            assert f"已覆盖 {city['met']} / {city['eligible']} 家" in shown
            for (one, _), figure in true.items():
                if one == by and figure["eligible"]:
                    assert f"{figure['rate']}% " in shown and f" {figure['met']} / {figure['eligible']} " in shown


def group_of(code: str, unit: str = "NS") -> tuple[str, str]:
    """The grouping and group in which an indicator counts a unit, or its territory."""
    return ("unit", unit) if "unit" in indicators.indicator(code).groupings else PLACES[unit][0]


def figures_at(true: dict[str, Told], unit: str) -> dict[str, tuple[dict, str]]:
    """The figures of a unit by their indicator, those that are counted by territories alone as those of its own; with
    the word for it."""
    around, word = PLACES[unit]
    found = {}
    for code, one in true.items():
        if ("unit", unit) in one.figures:
            found[code] = one.figures["unit", unit], ""
        elif around in one.figures:
            found[code] = one.figures[around], word
    return found


def test_letters(kept):
    """Of units that have lists, two leads of districts and the city's: text, page and workbook."""
    letters = {letter.unit.code: letter for letter in Letter.objects.filter(day=DAY).select_related("unit")}
    assert set(letters) == set(PLACES)
    for unit, letter in letters.items():
        page = re.sub(r"(&nbsp; )+", "", words(letter.html))
        for code, (figure, word) in figures_at(kept.true["stored"], unit).items():
            ind = indicators.indicator(code)
            name = f"{ind.name}（{word}）" if word else ind.name
            if not figure["eligible"]:
                assert name not in letter.text and name not in page
                continue
            of, rate = f"{figure['met']} / {figure['eligible']} {ind.measure}", f"{figure['rate']}%"
            if code in ("branch-coverage", "work-coverage"):
                assert f"{name} {rate}\n已覆盖 {of}{standing(figure, ind.measure)}\n" in letter.text
                assert f"{name} {figure['rate']} % 已覆盖 {of}{standing(figure, ind.measure)} " in page
            else:
                assert f"\n{name} {rate}（{of}）{standing(figure, ind.measure)}\n" in letter.text
                assert f" {name} {of}{standing(figure, ind.measure)} {rate} " in page
        for code, title in (("branch-coverage", "党组织未覆盖"), ("work-coverage", "党的工作未覆盖")):
            missing = kept.true["stored"][code].listed("unmet")
            inside = [one for one in missing if one[3] and (unit == "SZ" or one[3] in BELOW[unit])]
            assert [(row[0], row[3]) for row in sheets(letter)[title][1:]] == [(one[0], one[3]) for one in inside]


def standing(figure: dict, measure: str) -> str:
    """How a figure stands to its target, in the words of a letter."""
    short, due = figure["shortfall"], figure["due_on"]
    stands = f"，还差 {short} {measure}到 {figure['target']}%" if short else f"，已达 {figure['target']}%"
    ended = due is not None and due < DAY
    return f"{stands}（目标已于 {due.year}年{due.month}月{due.day}日到期）" if ended else stands


#: word, address of its list, count and measure of a number that is no rate
FACT = re.compile(r'<li>\s*(\w+) (?:<a class="figure" href="([^"]+)">)?<b>([\d,]+)</b> (\w+)')
#: the numbers of articles that are no rates, as registered now, counted by hand in `tests.all_figures` and the cast
FACTS = {
    "city": {
        1: {"责任单位待明确": "2 家", "待理顺": "1 家"},
        3: {"计划任务": "4 项"},
        9: {"计划任务": "2 项"},
        11: {
            "在有效期内的章程党建条款": "2 条",
            "在有效期内的共同责任书": "1 份",
            "当年参与重大决策": "2 次",
            "当年购买服务党建评分": "2 次",
        },
        19: {"全部计划任务": "6 项", "未完成": "2 项", "其中逾期": "1 项"},
    },
    "NS": {
        1: {"责任单位待明确": "1 家", "待理顺": "0 家"},
        3: {"计划任务": "4 项"},
        9: {"计划任务": "1 项"},
        11: {
            "在有效期内的章程党建条款": "1 条",
            "在有效期内的共同责任书": "1 份",
            "当年参与重大决策": "2 次",
            "当年购买服务党建评分": "1 次",
        },
        19: {"全部计划任务": "5 项", "未完成": "2 项", "其中逾期": "1 项"},
    },
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("unit", ["city", "NS"])
def test_the_page_of_the_notice(kept, source, unit):
    """Every number of every article: its figures, the lists that they lead to, and what the registers count."""
    true = kept.true[source]
    shown = kept.get("/notice/", source, unit=unit)
    figures = {code: (one.figures["city", "city"], "") for code, one in true.items()}
    figures = figures if unit == "city" else figures_at(true, unit)
    told = {}
    for number in range(1, 22):
        here = section(shown, number)
        rows = [row for row in re.findall(r"<tr.*?</tr>", here, re.DOTALL) if "<td" in row]
        told |= {one.name: row for one, row in zip(of_article(number), rows, strict=True)}
        facts = {word: f"{count} {measure}" for word, _, count, measure in FACT.findall(here)}
        assert facts == FACTS[unit].get(number, {}), number
    for code, (figure, word) in figures.items():
        ind = indicators.indicator(code)
        cells = dict(re.findall(r'<td class="[^"]*"\s*data-label="([^"]+)">(.*?)</td>', told[ind.name], re.DOTALL))
        now, of, target, short = (words(cells[name]).strip() for name in ("现在", "达标 / 应达标", "目标", "还差"))
        assert now.startswith(f"{figure['rate']}%") and of == f"{figure['met']} / {figure['eligible']} {ind.measure}"
        assert target.startswith(f"{figure['target']}%") and (str(figure["due_on"]) in target or not figure["due_on"])
        before = kept.true["last year"][code].figures.get(("city", "city") if unit == "city" else group_of(code))
        assert ("2015 年全年" in now) == (code in YEARLY and before is not None), code
        if code in YEARLY and before:
            share = f"{before['rate']}%（{before['met']} / {before['eligible']}）" if before["eligible"] else "—"
            assert now.endswith(f"2015 年全年 {share}")
        assert short == (f"{figure['shortfall']} {ind.measure}" if figure["shortfall"] else "0")
        assert ("辖区" in words(told[ind.name])) == (word == "辖区")
        quota = ind.quota is not None
        for link, length in (
            (cells["达标 / 应达标"], None if quota else figure["eligible"]),
            (cells["还差"], None if quota else figure["eligible"] - figure["met"]),
        ):
            for href in re.findall(r'href="([^"]+)"', link) if length is not None else ():
                answer = kept.client.get(href.replace("&amp;", "&")).content.decode()
                assert f"共 {length} {ind.measure}" in answer, (code, href)
    table = {row["指标代码"]: row for row in kept.rows("/indicators/", source, unit=unit)}
    for code, (figure, _) in figures.items():
        columns = ("应达标", "已达标", "目标", "还差", "达标率")
        of_figure = [as_text(figure[name]) for name in ("eligible", "met", "target", "shortfall", "rate")]
        assert [table[code][name] for name in columns] == of_figure
    counted = [figure for figure, _ in figures.values() if figure["eligible"]]
    assert f"{len(counted)} 项指标有数，达标 {sum(bool(one['meets']) for one in counted)} 项" in words(shown)


@pytest.mark.parametrize("unit", ["city", "NS"])
def test_what_the_registers_count_is_what_their_lists_hold(kept, unit):
    """Today, when the numbers of the notice that are no rates lead to the rows that they count."""
    orgs, units, first = kept.city.organizations, kept.city.units, f"{today().year}-01-01"
    for key in ("nanshan-own", "futian-joint", "closed"):
        commitments.decision(kept.city.parties["own"], orgs[key], first)
        commitments.score(orgs[key], first)
    for owner, due, done in (
        ("nanshan", first, None),
        ("yuehai", first, first),
        ("futian", f"{first[:4]}-12-31", None),
    ):
        world.task(units["city"], due, done, by=units[owner])
    shown = kept.client.get("/notice/", {"unit": unit}).content.decode()
    led = {(word, href): int(count) for word, href, count, _ in FACT.findall(shown) if href}
    assert len(led) >= 10
    for (word, href), count in led.items():
        page = kept.client.get(href.replace("&amp;", "&")).content.decode()
        assert len(re.findall("<tr[ >]", "".join(re.findall("<tbody>.*?</tbody>", page, re.DOTALL)))) == count, word


def of_article(number: int) -> list[indicators.Indicator]:
    """The indicators of an article."""
    return [ind for ind in indicators.all_indicators() if ind.article == number]
