"""Rates and the names behind them: the same objects as the commands, names within scope only."""

import json

import pytest
from django.core.management import call_command

from portal.core import snapshots
from tests import world


def printed(capsys, *arguments):
    """What a command prints as JSON."""
    call_command(*arguments, "--format", "json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("by", ["city", "unit", "district", "street", "kind", "field"])
def test_rates_are_what_the_command_prints(city, ask, capsys, by):
    told = ask("nanshan").rows("indicators/branch-coverage/rates/", by=by, date="2016-01-01")
    assert told == printed(capsys, "coverage", "--indicator", "branch-coverage", "--by", by, "--date", "2016-01-01")
    assert told


def test_subjects_are_what_the_command_prints(city, ask, capsys):
    told = ask("city").rows("indicators/work-coverage/subjects/", unit="NS", status="unmet")
    assert told == printed(capsys, "explain", "--indicator", "work-coverage", "--unit", "NS", "--status", "unmet")
    assert [one["subject_name"] for one in told] == ["南山区创客互助服务中心"]
    by_district = ask("city").rows("indicators/work-coverage/subjects/", district="440304")
    assert by_district == printed(capsys, "explain", "--indicator", "work-coverage", "--district", "440304")


def test_a_stored_day_answers_as_it_was_known_then(city, ask):
    day = world.day("2016-01-01")
    snapshots.keep([day])
    world.link(city.parties["own"], city.organizations["nanshan-missing"], "2015-06-01")
    clerk, rates, subjects = (
        ask("nanshan"),
        "indicators/branch-coverage/rates/",
        "indicators/branch-coverage/subjects/",
    )
    (stored,) = clerk.rows(rates, date="2016-01-01")
    (live,) = clerk.rows(rates, date="2016-01-01", live="true")
    assert (stored["met"], live["met"]) == (3, 4)
    stored_unmet = clerk.rows(subjects, date="2016-01-01", status="unmet")
    assert [one["subject_name"] for one in stored_unmet] == ["南山区创客互助服务中心"]
    assert clerk.rows(subjects, date="2016-01-01", status="unmet", live="true") == []


def test_counts_of_the_city_names_of_ones_own(city, ask):
    clerk = ask("nanshan")
    rates = clerk.rows("indicators/branch-coverage/rates/", by="district")
    assert {rate["group_name"]: rate["eligible"] for rate in rates} == {"南山区": 3, "福田区": 4}
    names = {one["subject_name"] for one in clerk.rows("indicators/branch-coverage/subjects/")}
    assert len(names) == 3
    assert all("南山" in name for name in names)
    assert clerk.rows("indicators/branch-coverage/subjects/", district="440304") == []


def test_pages_of_subjects_give_everyone_once(city, ask):
    clerk, seen = ask("city"), []
    response = clerk.get("indicators/branch-coverage/subjects/", page_size=2)
    while True:
        seen += [one["subject"] for one in response.json()["results"]]
        if response.json()["next"] is None:
            break
        response = clerk.client.get(response.json()["next"])
    assert seen == [one["subject"] for one in clerk.rows("indicators/branch-coverage/subjects/")]
    assert len(set(seen)) == 7


def test_a_secretary_sees_the_names_but_not_the_citys_counts(city, ask):
    lin = ask("lin")
    assert lin.get("indicators/branch-coverage/rates/").status_code == 403
    (own,) = lin.rows("indicators/branch-coverage/subjects/")
    assert own["subject_name"] == "南山区海珠社会工作服务中心"


def test_names_of_people_are_for_those_who_may_see_members(city, ask):
    people = ask("nanshan").rows("indicators/secretary-training/subjects/")
    assert [one["subject_name"] for one in people] == ["林知远"]
    assert people[0]["subject"] == city.people["lin"].opaque_id
    assert ask("futian").rows("indicators/secretary-training/subjects/") == []
    assert ask("instructor").get("indicators/secretary-training/subjects/").status_code == 403


def test_the_list_of_indicators(city, ask):
    told = {one["code"]: one for one in ask("lin").rows("indicators/")}
    assert told["branch-coverage"]["target"] == 85
    assert told["branch-coverage"]["due_on"] == "2016-10-23"
    assert told["branch-coverage"]["reasons"]["own"] == "单独组建"
    assert told["term-current"]["groupings"] == ["city", "unit"]
    assert ask("lin").one("indicators/term-current/") == told["term-current"]
    assert ask("nanshan").get("indicators/nothing/").status_code == 404


def test_a_question_without_an_answer_is_refused_with_a_sentence(city, ask):
    clerk = ask("city")
    for path, query, word in (
        ("rates", {"by": "planet"}, "不能按"),
        ("rates", {"live": "perhaps"}, "true"),
        ("subjects", {"unit": "NOWHERE"}, "没有编码为“NOWHERE”的单位"),
        ("subjects", {"district": "999999"}, "行政区"),
        ("subjects", {"status": "lost"}, "lost"),
        ("subjects", {"date": "2014-02-30"}, "日期"),
        ("subjects", {"date": "0000-00-00"}, "日期"),
        ("rates", {"date": "9999-12-31"}, "年"),
        ("subjects", {"cursor": "abc"}, "游标"),
        ("subjects", {"page_size": "501"}, "500"),
    ):
        response = clerk.get(f"indicators/term-current/{path}/", **query)
        assert response.status_code == 400, (path, query)
        answer = response.json()
        assert answer["code"] == "invalid"
        assert word in answer["detail"] or word in str(answer["fields"]) or "分组" in answer["detail"]
