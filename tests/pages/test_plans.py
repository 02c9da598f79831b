"""Plans of the units (article 19): where tasks stand, the paper, last year's taken over, notices, who may what."""

from __future__ import annotations

import datetime
import re

import pytest

from portal.core import indicators, plan_notices, plans
from portal.core.imports.engine import run
from portal.core.imports.sheets import Options, Sheet
from portal.core.models import AuditEntry, PlanTask, RoleGrant, TaskNotice
from portal.core.scoping import scope_of
from portal.core.validity import today
from tests import world
from tests.forms.sheets import change, fields, new, shown, withdraw
from tests.pages.conftest import listed, text

YEAR = today().year
DAY = world.day("2016-06-15")


def near(days: int) -> str:
    """A day so far from today, in ISO form."""
    return (today() + datetime.timedelta(days=days)).isoformat()


@pytest.fixture
def late(city):
    """A task of the Nanshan plan that the street owns and is late with."""
    return world.task(city.units["nanshan"], year=YEAR, due=near(-10), by=city.units["yuehai"], name="粤海街道应建尽建")


def stored(task) -> PlanTask:
    """The task as it stands now."""
    return PlanTask.objects.everyone().get(pk=task.pk)


# ── where a task stands ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("due", "done", "state"),
    [
        ("2016-06-15", None, "coming"),
        ("2016-06-14", None, "overdue"),
        ("2016-07-15", None, "coming"),
        ("2016-07-16", None, "open"),
        ("2016-06-15", "2016-06-15", "on-time"),
        ("2016-12-31", "2016-06-15", "on-time"),
        ("2016-06-14", "2016-06-15", "done-late"),
        # not done yet on that day
        ("2016-06-14", "2016-06-16", "overdue"),
        ("2016-06-20", "2016-06-16", "coming"),
    ],
)
def test_the_state_on_a_day_is_one_for_rows_sets_and_the_figure(city, due, done, state):
    task = world.task(city.units["nanshan"], due, done, by=city.units["yuehai"])
    assert plans.state_of(task, DAY) == state
    assert [s for s in plans.STATES if PlanTask.objects.everyone().filter(plans.in_state(s, DAY))] == [state]
    tally = plans.together(plans.by_article(None, DAY).values())
    [rate] = indicators.rates(DAY, "city", [plans.CODE])
    assert (rate.eligible, rate.met) == (tally.due, tally.on_time)
    assert dict(rate.reasons) == ({state: 1} if state in plans.REASONS else {})
    assert tally.total == 1 and tally.waiting == (state in ("overdue", "coming", "open"))


def test_a_task_counts_at_its_owner_and_above_in_its_year_alone(city):
    world.task(city.units["nanshan"], "2016-05-31", "2016-05-30", by=city.units["yuehai"])
    world.task(city.units["nanshan"], "2015-05-31", by=city.units["yuehai"])
    found = {rate.group: (rate.met, rate.eligible) for rate in indicators.rates(DAY, "unit", [plans.CODE])}
    assert found["NS-YH"] == found["NS"] == found["SZ"] == (1, 1) and found["FT"] == (0, 0)


# ── who may what ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_owner_reports_with_evidence_and_changes_nothing_else(browse, late):
    street = browse("street")
    assert street.get(change("plan-tasks", late)).status_code == 403
    assert street.get(withdraw("plan-tasks", late)).status_code == 403
    address = change("plan-tasks", late, end=True)
    assert "/withdraw/" not in text(street.get(address))
    sent = shown(street, address)
    assert "task" not in sent and sent["done_on"] == today().isoformat()
    refused = street.post(address, sent)
    assert refused.status_code == 200 and "报告完成要写明依据" in text(refused)
    assert street.post(address, {**sent, "evidence": "台账 3 号", "task": "改了"}).status_code == 302
    task = stored(late)
    assert (task.done_on, task.evidence, task.task) == (today(), "台账 3 号", late.task)
    undo = re.search(r'action="(/undo/\d+/)"', text(street.get("/plan-tasks/")))
    assert street.post(undo[1]).status_code == 302 and stored(late).done_on is None


def test_a_file_of_the_owner_is_held_to_the_same(late, city):
    user = city.users["street"]
    late = stored(late)

    def bring(**changed):
        row = {
            "任务编号": late.code, "单位编码": "NS", "年度": str(YEAR), "通知条款": "3", "任务": late.task,
            "责任单位编码": "NS-YH", "完成期限": late.due_on.isoformat(), **changed,
        }  # fmt: skip
        options = Options(commit=True, actor=user, scope=scope_of(user))
        return run([Sheet("plan_tasks", "x.csv", list(row), [(2, row)])], options).files[0]

    [fault] = bring(任务="轻一点的").errors
    assert fault.code == "IMP-108" and "任务由制定计划的单位变更" in fault.message
    [fault] = bring(任务编号="新", 单位编码="NS-YH", 责任单位编码="NS").errors
    assert fault.code == "IMP-113"
    assert not bring(完成日期=today().isoformat(), 完成依据="台账").errors
    assert stored(late).done_on == today()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"due_on": f"{YEAR + 1}-01-01"}, "年度内"),
        ({"owner": "FT"}, "不是制定计划的单位或其下级单位"),
        ({"article": "22"}, "无法识"),
        ({"done_on": near(1), "evidence": "台账"}, "还没有到"),
        ({"unit": "NS-YH", "owner": "NS-YH"}, "不是本单位的计划"),
    ],
)
def test_what_a_plan_does_not_take(browse, city, said, sentence):
    nanshan = browse("nanshan")
    typed = {**shown(nanshan, new("plan-tasks")), "article": "3", "task": "组建", "due_on": f"{YEAR}-12-31", **said}
    answer = nanshan.post(new("plan-tasks"), typed)
    assert answer.status_code == 200 and 'role="alert"' in text(answer), text(answer)[:200]
    assert sentence in text(answer) or said.get("article")
    assert not PlanTask.objects.everyone().exists()


def test_an_empty_form_knows_the_unit_the_year_and_the_owner(browse):
    known = shown(browse("nanshan"), new("plan-tasks"))
    assert (known["unit"], known["owner"], known["year"]) == ("NS", "NS", str(YEAR))
    assert known["due_on"] == f"{YEAR}-12-31" and known["code"].startswith(f"NS-RW{YEAR}-")


def test_staff_of_two_units_keep_both_plans(browse, city, late):
    """The street of Nanshan and the district of Futian; of a third it is an observer."""
    user = city.users["both"] = world.account("liangbian", "unit-staff", unit=city.units["yuehai"])
    for unit, role in (("futian", "unit-staff"), ("education", "observer")):
        RoleGrant.objects.create(user=user, role=role, unit=city.units[unit], valid_from=world.day("2013-01-01"))
    client = browse("both")
    other = world.task(city.units["futian"], near(-5), by=city.units["lianhua"], year=YEAR, name="莲花街道应建尽建")
    learn = world.task(city.units["education"], near(-5), year=YEAR, name="办班")
    for unit in ("NS-YH", "FT"):
        page = text(client.get(f"/plan/?unit={unit}"))
        href = re.search(r'href="(/records/plan-tasks/new/[^"]+)"', page)[1].replace("&amp;", "&")
        typed = {**shown(client, href), "article": "3", "task": f"{unit} 的任务"}
        assert (typed["unit"], typed["owner"]) == (unit, unit)
        assert client.post(href, typed).status_code == 302
        assert PlanTask.objects.everyone().get(task=f"{unit} 的任务").unit.code == unit
    assert client.get(change("plan-tasks", other)).status_code == 200
    assert client.get(change("plan-tasks", learn)).status_code == 403
    assert client.post(f"/plan/copy/?unit={city.units['education'].code}&year={YEAR}").status_code == 403
    # the task of the Nanshan plan that the street owns is reported, that of the Futian plan is asked for
    address = change("plan-tasks", late, end=True)
    assert client.post(address, {**shown(client, address), "evidence": "台账"}).status_code == 302
    assert client.post(f"/plan/ask/?unit=FT&year={YEAR}").status_code == 302
    assert [notice.task for notice in TaskNotice.objects.everyone()] == [other]
    row = {"任务编号": "FT-9", "单位编码": "FT", "年度": str(YEAR), "通知条款": "3", "任务": "甲"}
    row |= {"责任单位编码": "FT", "完成期限": f"{YEAR}-12-31"}
    options = Options(commit=True, actor=user, scope=scope_of(user))
    assert not run([Sheet("plan_tasks", "x.csv", list(row), [(2, row)])], options).files[0].errors


# ── the paper ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_paper_names_parts_articles_owners_and_the_number_beside(browse, late, city):
    world.task(city.units["nanshan"], year=YEAR, due=near(0), article=19, name="纳入区委工作要点")
    page = text(browse("nanshan").get("/plan/"))
    assert f"中共南山区委组织部 {YEAR} 年工作计划" in page
    assert page.index("二、扩大组织覆盖") < page.index("应建尽建") < page.index("六、强化组织领导")
    rate = next(r for r in indicators.rates(today(), "unit", ["branch-coverage"]) if r.group == "NS")
    assert f"{rate.rate}%" in page and "目标 85%" in page
    assert "粤海街道" in page and "逾期" in page and "临期" in page
    assert "没有列任务的条款：第 1、2、4、" in page


def test_the_units_below_are_summed_without_what_they_do_not_own(browse, late, city):
    page = text(browse("city").get("/plan/?unit=SZ"))
    below = page.split('id="below"')[1]
    assert "中共南山区委组织部" in below and "中共福田区委组织部" not in below
    assert text(browse("nanshan").get("/plan/?unit=NS-YH")).count('id="below"') == 0


def test_an_owner_finds_its_tasks_of_other_plans_on_its_own_page(browse, late):
    page = text(browse("street").get("/plan/"))
    assert "还没有列任务" in page
    owed = page.split('id="owed"')[1]
    assert late.task in owed and "中共南山区委组织部计划" in owed and "报告完成" in owed and "催办</button>" not in owed
    assert 'id="owed"' not in text(browse("nanshan").get("/plan/"))


def test_the_plan_of_the_citys_lead_is_measured_by_the_city(browse, city):
    world.task(city.units["city"], near(5), year=YEAR, article=6)
    page = text(browse("city").get("/plan/"))
    assert "市级示范点" in page and "不按单位计算" not in page


def test_a_plan_outside_the_scope_is_not_there(browse):
    for name, unit in (("nanshan", "FT"), ("street", "NS"), ("futian", "NS-YH"), ("city", "XX")):
        answer = browse(name).get(f"/plan/?unit={unit}")
        assert answer.status_code == 400 and f"没有编码为“{unit}”的单位" in text(answer), (name, unit)
    assert browse("nanshan").get("/plan/?year=1999").status_code == 400


def test_an_empty_year_says_what_to_do(browse):
    assert "下达任务" in text(browse("nanshan").get("/plan/")) and "导入" in text(browse("nanshan").get("/plan/"))
    seen = text(browse("observer").get("/plan/"))
    assert "还没有列任务" in seen and "下达任务" not in seen


def test_the_paper_goes_out_as_a_file(browse, late):
    answer = browse("nanshan").get("/plan/?as=csv")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[0].split(",")[-1] == "状态" and rows[1].split(",")[-1] == "逾期" and late.code in rows[1]
    assert AuditEntry.objects.filter(action="导出").count() == 1


def test_the_paper_and_the_list_take_few_statements(browse, city, django_assert_max_num_queries):
    for article in range(1, 22):
        world.task(city.units["nanshan"], year=YEAR, due=near(-1), by=city.units["yuehai"], article=article)
    client = browse("nanshan")
    for address in ("/plan/", "/plan-tasks/"):
        client.get(address)
        with django_assert_max_num_queries(15):
            assert client.get(address).status_code == 200


# ── last year's plan ────────────────────────────────────────────────────────────────────────────────────────


def test_last_years_plan_is_previewed_taken_over_once_and_undone(browse, city):
    nanshan, unit = browse("nanshan"), city.units["nanshan"]
    world.task(unit, f"{YEAR - 1}-06-30", f"{YEAR - 1}-06-01", by=city.units["yuehai"], name="应建尽建", measure="包干")
    gone = world.unit("NS-X", "旧街道", "SUBDISTRICT", parent=unit, end=f"{YEAR}-01-01")
    world.task(unit, f"{YEAR - 1}-09-30", by=gone, article=9, name="办班")
    address = f"/plan/copy/?unit=NS&year={YEAR}"
    preview = text(nanshan.post(address))
    assert "将写入 2 项" in preview and "改由本单位负责" in preview
    assert not PlanTask.objects.everyone().filter(year=YEAR).exists()
    assert nanshan.post(address, {"ask": "write"}).status_code == 302
    first, second = PlanTask.objects.everyone().filter(year=YEAR).order_by("article")
    assert (first.due_on, first.done_on, first.evidence) == (world.day(f"{YEAR}-06-30"), None, "")
    assert (first.owner, first.measure) == (city.units["yuehai"], "包干") and second.owner == unit
    assert AuditEntry.objects.get().action == "沿用上年计划"
    undo = re.search(r'action="(/undo/\d+/)"', text(nanshan.get("/plan/")))
    assert "都已列入" in text(nanshan.post(address))
    nanshan.post(address, {"ask": "write"})
    assert PlanTask.objects.everyone().filter(year=YEAR).count() == 2
    assert nanshan.post(undo[1]).status_code == 302
    assert not PlanTask.objects.everyone().filter(year=YEAR).exists()


def test_a_leap_day_comes_again_as_the_last_of_february(browse, city):
    world.task(city.units["nanshan"], "2024-02-29", name="闰日")
    browse("nanshan").post("/plan/copy/?unit=NS&year=2025", {"ask": "write"})
    assert PlanTask.objects.everyone().get(year=2025).due_on == world.day("2025-02-28")


def test_only_whoever_keeps_a_plan_copies_and_asks(browse, late):
    for name, status in (("observer", 403), ("street", 400), ("futian", 400)):
        for address in ("/plan/copy/", "/plan/ask/"):
            assert browse(name).post(f"{address}?unit=NS&year={YEAR}").status_code == status, (name, address)
    assert browse("city").post(f"/plan/ask/?unit=NS&year={YEAR}").status_code == 302
    assert TaskNotice.objects.everyone().get().unit.code == "NS"


# ── notices ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_owner_is_asked_once_a_task_and_day(browse, late, city):
    nanshan = browse("nanshan")
    world.task(city.units["nanshan"], year=YEAR, due=near(-3), name="自己的任务")
    world.task(city.units["nanshan"], year=YEAR, due=near(-3), done=near(-1), by=city.units["yuehai"], name="完成了的")
    assert "催办全部逾期的 1 项" in text(nanshan.get("/plan/"))
    for _ in range(2):
        nanshan.post(f"/plan/ask/?unit=NS&year={YEAR}")
    notice = TaskNotice.objects.everyone().get()
    assert (notice.task, notice.sent_on, notice.sender) == (late, today(), city.users["nanshan"])
    assert AuditEntry.objects.get().action == "催办"
    page = text(nanshan.get("/plan/"))
    assert "催办全部" not in page and "中共南山区委组织部 温以宁 催办" in page
    yesterday = today() - datetime.timedelta(days=1)
    TaskNotice.objects.everyone().update(sent_on=yesterday)
    assert "催办全部逾期的 1 项" in text(nanshan.get("/plan/"))


def test_one_task_that_is_coming_is_asked_for_by_its_key_alone(browse, city):
    task = world.task(city.units["nanshan"], year=YEAR, due=near(5), by=city.units["yuehai"])
    other = world.task(city.units["futian"], year=YEAR, due=near(-5), by=city.units["lianhua"])
    nanshan = browse("nanshan")
    key = re.search(r'name="task" value="(\w+)"', text(nanshan.get("/plan/")))[1]
    far = re.search(r'name="task" value="(\w+)"', text(browse("futian").get("/plan/")))[1]
    assert nanshan.post(f"/plan/ask/?unit=NS&year={YEAR}", {"task": far}).status_code == 404
    nanshan.post(f"/plan/ask/?unit=NS&year={YEAR}", {"task": key})
    assert [notice.task for notice in TaskNotice.objects.everyone()] == [task] and other.notices.count() == 0


def test_a_notice_is_for_those_who_see_its_task_and_goes_with_it(browse, late, city):
    plan_notices.ask(PlanTask.objects.everyone(), actor=city.users["nanshan"], scope=scope_of(city.users["nanshan"]))
    for who, sees in (("street", 1), ("nanshan", 1), ("futian", 0), ("observer", 1), ("lin", 0)):
        assert TaskNotice.objects.within(scope_of(city.users[who])).count() == sees, who
    address = withdraw("plan-tasks", late)
    nanshan = browse("nanshan")
    sent = {**fields(text(nanshan.get(address))), "correction_reason": "重复下达"}
    assert nanshan.post(address, sent).status_code == 302
    assert not TaskNotice.objects.everyone().exists()
    # and comes back with it, as often as it is undone
    for there in (True, False, True):
        assert nanshan.post(f"/undo/{AuditEntry.objects.latest('id').pk}/").status_code == 302
        found = [(one.task_id, one.sent_on, one.sender) for one in TaskNotice.objects.everyone()]
        assert found == ([(late.pk, today(), city.users["nanshan"])] if there else []), there


def test_a_notice_goes_with_the_undone_task_and_comes_back_with_it(browse, city):
    nanshan = browse("nanshan")
    typed = {**shown(nanshan, new("plan-tasks")), "article": "3", "task": "组建", "due_on": f"{YEAR}-01-01"}
    assert nanshan.post(new("plan-tasks"), {**typed, "owner": "NS-YH"}).status_code == 302
    made = AuditEntry.objects.latest("id").pk
    nanshan.post(f"/plan/ask/?unit=NS&year={YEAR}")
    assert TaskNotice.objects.everyone().count() == 1
    assert nanshan.post(f"/undo/{made}/").status_code == 302
    assert not PlanTask.objects.everyone().exists() and not TaskNotice.objects.everyone().exists()
    assert nanshan.post(f"/undo/{AuditEntry.objects.latest('id').pk}/").status_code == 302
    assert TaskNotice.objects.everyone().get().task == PlanTask.objects.everyone().get()


# ── on the page of the notice ───────────────────────────────────────────────────────────────────────────────


def test_article_19_shows_what_is_on_time_open_and_late_and_others_lead_to_their_tasks(browse, late, city):
    world.task(city.units["nanshan"], year=YEAR, due=near(-1), done=near(-2), name="按期的")
    page = text(browse("nanshan").get("/notice/"))
    own = page.split('id="article-19"')[1].split("</section>")[0]
    assert "计划任务按期完成率" in own and "50.00%" in own and "1 / 2" in own
    assert re.search(r"未完成 <a [^>]+><b>1</b>", own) and re.search(r"其中逾期 <a [^>]+><b>1</b>", own)
    third = page.split('id="article-3"')[1].split("</section>")[0]
    href = re.search(r'href="(/plan-tasks/[^"]+article=3)"', third)[1].replace("&amp;", "&")
    assert len(listed(browse("nanshan"), href)) == 2
    assert 'href="/plan-tasks/?' not in text(browse("nanshan").get("/notice/?unit=FT"))
    assert listed(browse("nanshan"), f"/plan-tasks/?year={YEAR}&unit=NS&state=waiting") == ["粤海街道应建尽建"]
