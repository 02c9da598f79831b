"""A correction of past facts moves the live figures, leaves the stored day, and appears beside it with its reason."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from portal.core import audit, indicators, recounts, snapshots
from portal.core.indicators import CannotAnswer
from portal.core.models import AuditEntry, Change, Figure, KeptPlaces, Recount, RevisedFigure, SubjectState
from tests import world
from tests.night.conftest import NIGHT
from tests.world import day


def told(*words):
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def coverage(*words):
    return json.loads(told("coverage", "--date", str(NIGHT), "--format", "json", *words))


def met(*words):
    return [one["met"] for one in coverage("--indicator", "branch-coverage", *words)]


def everything_stored():
    """All that a stored day consists of."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Figure, SubjectState, KeptPlaces, snapshots.Snapshot)
    ]


def test_a_correction_moves_live_keeps_the_stored_day_and_is_told_beside_it(stored, correct):
    before = everything_stored()
    list_before = told("explain", "--indicator", "branch-coverage", "--date", str(NIGHT), "--format", "json")
    correct("2016-07-01", "批复日期录错")
    assert recounts.needed() and recounts.run() == 1
    assert (met(), met("--live"), met("--revised")) == ([3], [2], [2])
    assert everything_stored() == before
    assert told("explain", "--indicator", "branch-coverage", "--date", str(NIGHT), "--format", "json") == list_before
    table = told("coverage", "--date", str(NIGHT), "--revised")
    assert table.splitlines()[-1].endswith("更正理由：批复日期录错")


def test_the_revised_objects_are_those_of_live_for_every_grouping(stored, correct):
    correct("2016-07-01", "批复日期录错")
    world.district("440399", "新设区", start="2010-01-01")
    recounts.run()
    assert [one["group"] for one in coverage("--by", "district", "--indicator", "work-coverage")] == [
        "440304",
        "440305",
    ]
    for by in indicators.GROUPINGS:
        assert coverage("--by", by, "--revised") == coverage("--by", by, "--live")


def test_a_group_that_is_no_longer_there_leaves_the_series(stored, city):
    city.units["education"].valid_to = day("2015-01-01")
    city.units["education"].save()
    recounts.recount(NIGHT)
    revised = [one["group"] for one in coverage("--by", "unit", "--revised")]
    assert "SZ-JYGW" in [one["group"] for one in coverage("--by", "unit")]
    assert "SZ-JYGW" not in revised
    assert coverage("--by", "unit", "--revised") == coverage("--by", "unit", "--live")


def test_without_a_correction_the_series_is_the_snapshot(stored):
    assert coverage("--revised", "--by", "unit") == coverage("--by", "unit")
    assert told("coverage", "--date", str(NIGHT), "--revised").endswith("没有修订，与存档相同。\n")


def test_a_day_without_a_snapshot_has_no_series(stored):
    with pytest.raises(CannotAnswer, match="2016-07-01 没有存档"):
        snapshots.revised(day("2016-07-01"))


def test_only_what_differs_is_kept_and_a_second_run_keeps_nothing(stored, correct):
    correct("2016-07-01", "批复日期录错")
    recounts.run()
    assert not RevisedFigure.objects.filter(by="district", group="440304").exists()
    assert RevisedFigure.objects.filter(indicator="branch-coverage", by="district", group="440305", met=1).exists()
    count = Recount.objects.count()
    assert recounts.run() == 0 and Recount.objects.count() == count


def test_reasons_add_up_and_a_correction_taken_back_says_so(stored, correct):
    correct("2016-07-01", "批复日期录错")
    recounts.run()
    correct("2014-03-01", "原来没有错；已核对")
    recounts.run()
    assert met("--revised") == met() == [3]
    assert snapshots.reasons(NIGHT) == ["批复日期录错", "原来没有错，已核对"]
    assert not snapshots.last_recount(NIGHT).figures.exists()


def test_a_day_tells_no_reason_of_what_begins_after_it(stored, city, correct):
    later = day("2016-07-31")
    snapshots.keep([later])
    correct("2016-08-01", "批复日期录错")
    change = audit.ChangeOf("exclusions", "x", "起始日期", day("2016-07-10"), day("2016-07-20"))
    audit.record(actor=None, action="修改", changes=[change], reason="七月才不计入")
    assert recounts.run() == 2
    assert snapshots.reasons(NIGHT) == ["批复日期录错"]
    assert snapshots.reasons(later) == ["批复日期录错", "七月才不计入"]


def test_a_fact_that_came_late_needs_no_reason(stored, city):
    link = world.link(city.parties["own"], city.organizations["nanshan-missing"], "2016-06-01")
    change = audit.ChangeOf("covering", str(link.pk), "新增", None, "")
    audit.record(actor=None, action="导入", changes=[change])
    assert recounts.run() == 1
    assert (met(), met("--revised")) == ([3], [4])
    assert "没有更正理由" in told("coverage", "--date", str(NIGHT), "--revised")


def test_a_target_set_for_the_past_is_revised(stored):
    world.target("branch-coverage", 10, "2010-01-01")
    recounts.recount(NIGHT)
    assert [one["target"] for one in coverage("--indicator", "branch-coverage")] == [85]
    assert [one["target"] for one in coverage("--indicator", "branch-coverage", "--revised")] == [10]


def test_nothing_is_evaluated_until_facts_were_written(stored, correct, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert not recounts.needed()
    audit.record(actor=None, action="登录")
    audit.record(actor=None, action="授权", changes=[audit.ChangeOf("grants", "lu", "角色", "", "查看人员")])
    assert not recounts.needed()
    correct("2016-07-01", "批复日期录错")
    assert recounts.needed()
    recounts.run()
    with django_assert_max_num_queries(4):
        assert not recounts.needed()


def test_what_was_being_written_during_a_run_is_read_by_the_next(stored, correct):
    """A transaction takes the number of its entry early and shows it late: the gap is remembered."""
    last = audit.record(actor=None, action="登录").pk
    AuditEntry.objects.create(pk=last + 50, action="登录")
    recounts.run()
    assert not recounts.needed()
    correct("2016-07-01", "")
    late = AuditEntry.objects.create(pk=last + 40, action="修改", reason="批复日期录错")
    Change.objects.create(entry=late, register="covering", key="x", column="起始日期")
    assert recounts.needed()
    recounts.run()
    assert snapshots.reasons(NIGHT) == ["批复日期录错"]


def test_every_run_is_in_the_audit_once(stored, correct):
    correct("2016-07-01", "批复日期录错")
    recounts.run()
    assert [one.detail["revised"] for one in AuditEntry.objects.filter(action=recounts.ACTION)] == [1]


@pytest.mark.parametrize("source", [indicators.live, indicators.stored])
def test_all_groupings_at_once_say_what_each_says_alone(stored, source):
    alone = [rate for by in indicators.GROUPINGS for rate in indicators.rates(NIGHT, by, source=source)]
    assert indicators.every_rate(NIGHT, source=source) == alone
