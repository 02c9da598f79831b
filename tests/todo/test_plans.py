"""Tasks of plans that wait for their owners, and for the unit of the plan; who asked, and when."""

from __future__ import annotations

from django.core import mail

from portal.core import plan_notices
from portal.core.models import Letter, PlanTask, RoleGrant
from portal.core.scoping import scope_of
from portal.core.todo import first
from portal.core.validity import today
from portal.reports.digest import plan_digests
from tests import world
from tests.todo.conftest import ahead, behind, body_of, item


def ask(city, who="nanshan"):
    """The unit of the plan asks for everything that is late."""
    user = city.users[who]
    return plan_notices.ask(PlanTask.objects.everyone(), actor=user, scope=scope_of(user))


def test_an_owner_is_told_what_comes_and_what_is_late_until_it_is_done(city):
    nanshan, street = city.units["nanshan"], city.units["yuehai"]
    late = world.task(nanshan, ahead(days=-1), by=street)
    world.task(nanshan, ahead(days=30), by=street)
    world.task(nanshan, ahead(days=31), by=street)
    for code in ("plan-overdue", "plan-coming"):
        found = item(city, "street", code)
        assert found.count == behind(city, "street", found.href) == 1, code
        assert item(city, "nanshan", code) is None and item(city, "futian", code) is None
    assert item(city, "street", "plan-overdue").pressing and not item(city, "street", "plan-coming").pressing
    PlanTask.objects.everyone().filter(pk=late.pk).update(done_on=today())
    assert item(city, "street", "plan-overdue") is None


def test_the_unit_of_the_plan_is_told_what_others_owe(city):
    world.task(city.units["nanshan"], ahead(days=-1), by=city.units["yuehai"], name="应建尽建")
    world.task(city.units["nanshan"], ahead(days=-1))
    found = item(city, "nanshan", "plan-to-ask")
    assert found.count == 1 and found.href == "/plan/?unit=NS"
    assert first([found], 5)[0][0].name == "应建尽建（粤海街道）"
    assert item(city, "street", "plan-to-ask") is None


def test_staff_of_two_units_are_told_of_both(city):
    """In one item each, and the list behind it holds both."""
    user = city.users["both"] = world.account("liangbian", "unit-staff", unit=city.units["nanshan"])
    RoleGrant.objects.create(
        user=user, role="unit-staff", unit=city.units["futian"], valid_from=world.day("2013-01-01")
    )
    for unit, below in (("nanshan", "yuehai"), ("futian", "lianhua")):
        world.task(city.units[unit], ahead(days=-1))
        world.task(city.units[unit], ahead(days=-1), by=city.units[below])
    for code in ("plan-overdue", "plan-to-ask"):
        found = item(city, "both", code)
        assert found.count == behind(city, "both", found.href) == 2, code


def test_who_asked_and_when_stands_on_the_desk_the_todo_and_in_the_letter_without_names(city):
    world.task(city.units["nanshan"], ahead(days=-1), by=city.units["yuehai"], name="应建尽建")
    assert item(city, "street", "plan-overdue").remark.startswith("最早")
    assert len(ask(city)) == 1 and not ask(city)
    said = f"中共南山区委组织部 {today().isoformat()} 催办"
    assert item(city, "street", "plan-overdue").remark == said
    assert said in body_of(city, "street", "/")
    assert f"应建尽建（{said}）" in body_of(city, "street", "/todo/")
    user = city.users["street"]
    user.email, user.wants_digest = "yuehai@dangjian.example", True
    user.save()
    assert plan_digests(today()) == 1 and plan_digests(today()) == 0
    letter = Letter.objects.get()
    assert said in letter.text and said in letter.html and "温以宁" not in letter.text + letter.html
    assert not mail.outbox


def test_under_article_19_stands_what_waits_at_a_place(city):
    world.task(city.units["nanshan"], ahead(days=-1), by=city.units["yuehai"])
    page = body_of(city, "city", "/notice/?unit=NS-YH")
    assert "本单位负责的计划任务逾期" in page.split('id="article-19"')[1].split("</section>")[0]
