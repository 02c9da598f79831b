"""`coverage` and `explain`: what they answer, from which source, in which form."""

import csv
import io
import json
import unicodedata

import pytest
from django.core.management import CommandError, call_command

from portal.core import snapshots
from portal.core.validity import today
from tests import world


def ask(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def asked(*words):
    return json.loads(ask(*words, "--format", "json"))


def refused(*words):
    with pytest.raises(CommandError) as caught:
        ask(*words)
    assert caught.value.returncode == 1
    return str(caught.value)


def test_without_options_every_indicator_answers_for_the_city_today(city):
    found = asked("coverage")
    assert [row["indicator"] for row in found] == [
        "branch-coverage",
        "work-coverage",
        "formation-due",
        "city-sites",
        "district-sites",
        "secretary-training",
        "gate-review",
        "term-current",
        "direct-election",
        "legal-communities",
        "legal-schools",
        "plan-tasks",
    ]
    assert {(row["by"], row["group"], row["date"]) for row in found} == {("city", "city", today().isoformat())}


def test_the_object_of_coverage_has_the_keys_of_the_contract(city):
    assert list(asked("coverage")[0].items()) == [
        ("indicator", "branch-coverage"),
        ("date", today().isoformat()),
        ("by", "city"),
        ("group", "city"),
        ("group_name", "全市"),
        ("eligible", 7),
        ("met", 3),
        ("excluded", 0),
        ("adjusted_eligible", 7),
        ("adjusted_met", 3),
        ("target", 85),
        ("meets", False),
        ("shortfall", 3),
        ("rate", "42.85"),
    ]


@pytest.mark.parametrize("by", ["city", "unit", "district", "street", "kind", "field"])
def test_csv_and_json_hold_the_same_figures(city, by):
    rows = asked("coverage", "--by", by)
    lines = list(csv.DictReader(io.StringIO(ask("coverage", "--by", by, "--format", "csv"))))
    assert len(rows) > 1 or by == "city"
    assert lines == [
        {
            key: "" if value is None else value if isinstance(value, str) else json.dumps(value)
            for key, value in row.items()
        }
        for row in rows
    ]


def test_the_table_holds_the_same_figures_and_its_columns_stand_under_each_other(city):
    rows = asked("coverage", "--by", "district")
    head, *lines = ask("coverage", "--by", "district").splitlines()
    assert len(lines) == len(rows)
    for row, line in zip(rows, lines, strict=True):
        assert line.split()[1:] == [
            row["group"],
            row["group_name"],
            str(row["eligible"]),
            str(row["met"]),
            str(row["excluded"]),
            "—" if row["rate"] is None else f"{row['rate']}%",
            f"{row['target']}%",
            "—" if row["meets"] is None else str(row["shortfall"]),
        ]
    assert len({columns(line) for line in [head, *lines]}) == 1


def columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def test_several_indicators_can_be_asked_for_in_their_order(city):
    found = asked("coverage", "--indicator", "work-coverage", "branch-coverage", "--by", "kind")
    assert list(dict.fromkeys(row["indicator"] for row in found)) == ["work-coverage", "branch-coverage"]


def test_a_stored_day_answers_from_its_snapshot_and_live_answers_what_is_known_now(city):
    day = "2015-12-31"
    snapshots.keep([world.day(day)])
    world.party("FT-0009", "OWN", approved="2015-06-01", covers=(city.organizations["futian-missing"],))
    stored = asked("coverage", "--date", day, "--indicator", "branch-coverage")[0]
    now = asked("coverage", "--date", day, "--indicator", "branch-coverage", "--live")[0]
    assert (stored["met"], now["met"]) == (3, 4)
    listed = asked("explain", "--indicator", "branch-coverage", "--date", day, "--status", "met")
    assert len(listed) == 3
    assert len(asked("explain", "--indicator", "branch-coverage", "--date", day, "--status", "met", "--live")) == 4


def test_a_figure_is_the_length_of_its_list(city):
    for row in asked("coverage", "--by", "unit", "--indicator", "branch-coverage"):
        found = asked("explain", "--indicator", "branch-coverage", "--unit", row["group"])
        assert len(found) == row["eligible"]
        assert sum(one["status"] == "met" for one in found) == row["met"]
    for row in asked("coverage", "--by", "district", "--indicator", "work-coverage"):
        assert len(asked("explain", "--indicator", "work-coverage", "--district", row["group"])) == row["eligible"]


def test_explain_lists_what_has_no_district_under_a_dash(city):
    world.organization("无区商会", registering=city.units["civil-affairs"])
    world.settle()
    found = asked("explain", "--indicator", "branch-coverage", "--district", "-")
    assert [one["subject_name"] for one in found] == ["无区商会"]
    assert found[0]["district"] is None


def test_the_object_of_explain_has_the_keys_and_the_evidence_of_the_contract(city):
    found = asked("explain", "--indicator", "branch-coverage", "--unit", "NS", "--status", "met")
    own = next(one for one in found if one["reason"] == "own")
    assert list(own) == ["subject", "subject_name", "status", "reason", "article", "unit", "district", "evidence"]
    assert own["subject"] == city.organizations["nanshan-own"].credit_code
    assert (own["unit"], own["district"], own["article"]) == ("NS-MZJ", "440305", 3)
    assert own["evidence"]["party_organizations"][0]["code"] == "NS-0001"
    line = next(
        line
        for line in csv.DictReader(
            io.StringIO(ask("explain", "--indicator", "branch-coverage", "--unit", "NS", "--format", "csv"))
        )
        if line["subject"] == own["subject"]
    )
    assert json.loads(line["evidence"]) == own["evidence"]


def test_the_table_of_explain_speaks_in_words(city):
    text = ask("explain", "--indicator", "branch-coverage", "--unit", "FT", "--status", "unmet")
    assert "福田区华强电子行业协会" in text and "未覆盖" in text and "福田区民政局" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("coverage", "--revised"), "没有存档"),
        (("coverage", "--indicator", "no-such"), "no-such"),
        (("coverage", "--indicator", "term-current", "--by", "district"), "不能按行政区分组"),
        (("explain", "--indicator", "no-such"), "no-such"),
        (("explain", "--indicator", "branch-coverage", "--unit", "NO"), "没有编码为“NO”的单位"),
        (("explain", "--indicator", "branch-coverage", "--district", "NO"), "没有编码为“NO”的行政区"),
        (("explain", "--indicator", "secretary-training", "--district", "440305"), "不能按行政区分组"),
    ],
)
def test_a_question_without_an_answer_gets_a_sentence(city, words, said):
    assert said in refused(*words)


def test_the_quota_of_the_city_is_a_figure_without_groups(city):
    world.site(city.organizations["nanshan-own"], level="CITY", code="S-1")
    (found,) = asked("coverage", "--indicator", "city-sites")
    assert (found["eligible"], found["met"], found["shortfall"], found["rate"]) == (10, 1, 9, "10.00")
    (one,) = asked("explain", "--indicator", "city-sites")
    assert (one["subject"], one["status"], one["reason"], one["article"]) == ("S-1", "met", "named", 6)
    for by in ("unit", "district", "street", "kind", "field"):
        assert "市级示范点不能按" in refused("coverage", "--by", by, "--indicator", "city-sites")
    assert "不能按党建责任单位" in refused("explain", "--indicator", "district-sites", "--unit", "NS")
