"""What a form page does with people: proposals, odd input, two at once, withdrawn meanwhile, drafts, roles."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from branches.models import CoveringLink, InstructorPosting
from members.models import Member, Person
from orgs.models import Exclusion, ResponsibleSpan, SocialOrganization
from portal.core import snapshots
from portal.core.entry import drafts
from portal.core.entry.records import key_of
from portal.core.imports import codes
from portal.core.imports.findings import Fault
from portal.core.imports.register import registers
from portal.core.models import AuditEntry
from portal.core.scoping import scope_of
from portal.core.validity import today
from portal.desk.forms.declared import FORMS
from tests import world
from tests.doors import KEPT, record_key
from tests.forms.sheets import TODAY, change, fields, new, sheets, shown, withdraw
from tests.pages.conftest import text

YESTERDAY = today() - datetime.timedelta(days=1)


@pytest.fixture
def missing(city):
    return city.organizations["nanshan-missing"]


@pytest.fixture
def posting(city, missing):
    """A posting as the form has made it."""
    return world.posting(missing, "2016-02-01", who=world.person("庄以诚", number="ZD-002"), by=city.units["nanshan"])


def send(client, address, **typed):
    """Open a form, type, and send it."""
    return client.post(address, {**shown(client, address), **typed})


def faults(answer) -> dict[str, str]:
    """The sentences at the fields."""
    return dict(re.findall(r'<p class="wrong" id="id_(\w+)_wrong">([^<]*)', text(answer)))


def test_every_register_and_every_column_has_its_place():
    assert FORMS.keys() == registers().keys()
    assert {form.slug for form in FORMS.values()} == KEPT.keys()
    for kind, form in FORMS.items():
        placed = [name for _, names in form.groups for name in names]
        columns = {column.name for column in registers()[kind].columns if not column.lenient_only}
        assert sorted(placed) == sorted(columns - {"effective"}), kind
        assert set(form.ends) | form.helps.keys() | form.options.keys() <= set(placed), kind


class TestWhatIsKnown:
    def test_a_posting_from_the_page_of_an_organization_needs_a_name_alone(self, browse, missing):
        client, address = browse("nanshan"), f"{new('instructors')}?organization={missing.key}"
        page = text(client.get(address))
        assert missing.name in page and "通知第 3 条" in page
        answer = client.post(address, {**fields(page), "name": "段诗远"})
        assert answer["Location"] == f"/organizations/{missing.path_key}/"
        made = InstructorPosting.objects.everyone().get(organization=missing)
        assert (made.sending_unit.code, made.valid_from, made.role) == ("NS", today(), "INSTRUCTOR")
        assert "已保存：派出指导员 南山区创客互助服务中心。" in text(client.get(answer["Location"]))

    def test_the_next_code_of_a_party_organization(self, browse):
        assert shown(browse("nanshan"), new("party-organizations"))["code"] == "NS-0002"
        assert shown(browse("city"), new("party-organizations"))["code"] == "SZ-0001"

    def test_a_term_ends_after_three_years(self, browse):
        typed = shown(browse("nanshan"), new("terms"))
        start, end = (datetime.date.fromisoformat(typed[name]) for name in ("started_on", "ends_on"))
        assert start == today() and end.year - start.year == 3

    def test_a_secretary_is_at_home(self, browse, city):
        client = browse("lin")
        assert shown(client, new("posts"))["party_organization"] == "NS-0001"
        assert shown(client, new("members"))["workplace"] == city.organizations["nanshan-own"].key

    def test_a_district_registers_at_its_civil_affairs_bureau(self, browse):
        typed = shown(browse("nanshan"), new("organizations"))
        assert (typed["registering_unit"], typed["district"]) == ("NS-MZJ", "南山区")

    def test_the_end_is_today_unless_another_day_is_said(self, browse, posting):
        client = browse("nanshan")
        typed = shown(client, change("instructors", posting, end=True))
        assert typed["valid_to"] == TODAY and "role" not in typed
        send(client, change("instructors", posting, end=True))
        posting.refresh_from_db()
        assert posting.valid_to == today() and [e.action for e in AuditEntry.objects.all()] == ["结束派驻"]

    def test_a_new_member_goes_on_to_where_the_relation_is_held(self, browse, city):
        client = browse("lin")
        answer = send(client, new("members"), number="RY-0901", name="段诗远", joined_on="2001-07-01")
        assert answer["Location"].startswith(new("memberships"))
        typed = shown(client, answer["Location"])
        assert Person.objects.everyone().get(opaque_id=typed["person"]).number == "RY-0901"
        assert client.post(answer["Location"], typed).status_code == 302
        assert Member.objects.within(scope_of(city.users["lin"])).filter(person__number="RY-0901").exists()

    def test_somebody_known_becomes_a_member(self, browse, city):
        answer = send(browse("city"), new("members"), number="ZD-001", name="封予安", joined_on="2001-07-01")
        assert answer.status_code == 302
        assert Member.objects.everyone().filter(person=city.people["instructor"]).exists()
        assert AuditEntry.objects.count() == 1


class TestOddInput:
    def test_everything_typed_is_kept_and_the_summary_leads_to_the_fields(self, browse, missing):
        typed = {
            "organization": missing.key, "name": "段诗远", "number": "ZD-0901", "role": "顾问", "sending_unit": "",
            "valid_from": "昨天", "valid_to": "", "work_phone": "2651",
        }  # fmt: skip
        answer = browse("nanshan").post(new("instructors"), typed)
        assert faults(answer).keys() == {"role", "sending_unit", "valid_from"}
        page = text(answer)
        assert all(f'<a href="#id_{name}">' in page for name in faults(answer))
        assert 'role="alert"' in page and "autofocus" in page
        assert {name: value for name, value in fields(page).items() if name in typed} == typed
        assert not AuditEntry.objects.exists()

    def test_a_choice_that_was_not_made_is_asked_for_with_everything_else(self, browse):
        typed = shown(browse("nanshan"), new("party-organizations"))
        assert "level" not in typed
        answer = browse("nanshan").post(new("party-organizations"), typed)
        assert faults(answer).keys() == {"name", "level", "form"} and "重新导入" not in text(answer)

    @pytest.mark.parametrize(
        ("name", "value", "told"),
        [
            ("valid_from", "2014-02-30", "没有这一天"),
            ("valid_from", "9999-99-99", "没有这一天"),
            ("valid_from", "0001-01-01", "年"),
            ("valid_from", "99999-01-01", "不是日期"),
            ("organization", "52440300MX0002268X", "校验"),
            ("organization", "没有这家", "没有这个社会组织"),
            ("name", "长" * 3000, "过长"),
            ("name", "\x00", "必填"),
            ("name", "\u202e\u200b　", "必填"),
            ("valid_to", "1999-01-01", "早于"),
            ("number", "<script>alert(1)</script>" * 9, "过长"),
        ],
    )
    def test_what_cannot_be_taken_is_told_at_its_field(self, browse, missing, name, value, told):
        client = browse("nanshan")
        typed = {**shown(client, f"{new('instructors')}?organization={missing.key}"), "name": "段诗远", name: value}
        answer = client.post(new("instructors"), typed)
        assert answer.status_code == 200 and told in faults(answer)[name]
        assert "<script>alert" not in text(answer)
        assert not InstructorPosting.objects.everyone().filter(organization=missing).exists()

    def test_full_width_digits_and_office_dates_are_understood(self, browse, missing):
        client = browse("nanshan")
        typed = shown(client, new("instructors"))
        organization = missing.key.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
        more = {
            "organization": organization,
            "name": "段诗远",
            "valid_from": "２０１５年３月１日",
            "valid_to": "20260301",
        }
        assert client.post(new("instructors"), {**typed, **more}).status_code == 302
        made = InstructorPosting.objects.everyone().get(organization=missing)
        assert made.valid_from == world.day("2015-03-01") and made.valid_to == world.day("2026-03-01")

    def test_a_day_to_come_says_from_when(self, browse, missing):
        client, address = browse("nanshan"), f"{new('instructors')}?organization={missing.key}"
        start = (today() + datetime.timedelta(days=40)).isoformat()
        panel = text(send(client, address, name="段诗远", valid_from=start, ask="preview"))
        assert f"今天的数字不变，从 {start} 起生效" in panel

    def test_a_number_of_another_register_a_method_or_a_kind_that_is_not_there(self, browse, city, posting):
        client = browse("nanshan")
        key = record_key("instructors", posting)
        assert client.get(reverse("record-change", args=["covering", key])).status_code == 404
        assert client.get(reverse("record-new", args=["nothing"])).status_code == 404
        assert client.get(reverse("record-new", args=["party_organizations"])).status_code == 404
        assert client.put(new("instructors")).status_code == 405

    def test_a_broken_version_or_memory_saves_nothing_unseen(self, browse, posting):
        client = browse("nanshan")
        answer = send(client, change("instructors", posting), version="x", was="gibberish", work_phone="1")
        assert answer.status_code == 409 and not AuditEntry.objects.exists()
        assert client.post(change("instructors", posting), {}).status_code == 409


class TestSecrets:
    def test_a_number_is_never_shown_and_stays_unless_another_is_typed(self, browse, city):
        lin = city.people["lin"]
        Person.objects.everyone().filter(pk=lin.pk).update(mobile="13800138000")
        client = browse("lin")
        page = text(client.get(change("members", lin)))
        assert "13800138000" not in page and page.count("已登记，留空不变") >= 1
        assert send(client, change("members", lin), education="本科").status_code == 302
        lin.refresh_from_db()
        assert lin.mobile == "13800138000"
        assert send(client, change("members", lin), mobile="13900139000").status_code == 302
        lin.refresh_from_db()
        assert lin.mobile == "13900139000"
        assert "139001" not in str(list(AuditEntry.objects.values_list("changes__before", "changes__after")))

    def test_who_is_held_elsewhere_is_told_no_more_and_noted(self, browse, city):
        other = city.people["futian-member"]
        page = text(send(browse("lin"), new("memberships"), person=other.opaque_id))
        assert "已在其他党组织，请发起转接。" in page and other.name not in page and "景田" not in page
        [entry] = AuditEntry.objects.all()
        assert entry.action == "查询他处人员" and entry.subject == other.opaque_id

    def test_a_wrong_check_digit_of_a_personal_number(self, browse):
        number = "440399190001010011"
        with pytest.raises(Fault):
            codes.personal_number(number)
        answer = send(browse("lin"), new("members"), name="段诗远", joined_on="2001-07-01", id_number=number)
        assert "校验" in faults(answer)["id_number"] and number not in faults(answer)["id_number"]


class TestFromADayOnOrCorrected:
    def test_from_a_day_on_the_days_before_stay(self, browse, city, missing):
        client, address = browse("city"), change("organizations", missing)
        panel = text(send(client, address, professional_unit="SZ-JYGW", effective="2016-03-01", ask="preview"))
        assert "中共深圳市委教育工作委员会" in panel and "原为 南山区民政局（登记管理机关）" in panel
        assert "业务主管单位：（空） → <b>中共深圳市委教育工作委员会（SZ-JYGW）</b>" in panel
        assert send(client, address, professional_unit="SZ-JYGW", effective="2016-03-01").status_code == 302
        spans = ResponsibleSpan.objects.filter(organization=missing).order_by("valid_from")
        assert [(span.unit.code, span.valid_from.year) for span in spans][-1] == ("SZ-JYGW", 2016)
        assert [e.action for e in AuditEntry.objects.all()] == ["变更社会组织"]

    def test_a_correction_holds_always(self, browse, missing):
        client, address = browse("city"), change("organizations", missing)
        snapshots.keep([YESTERDAY])
        typed = {"field": "其他", "way": "correct"}
        panel = text(send(client, address, **typed, ask="preview"))
        assert "理由" in panel
        assert faults(send(client, address, **typed)).keys() == {"correction_reason"}
        assert send(client, address, **typed, correction_reason="登记表抄错").status_code == 302
        assert {state.field for state in missing.states.all()} == {"OTHER"}
        assert [(e.action, e.reason) for e in AuditEntry.objects.all()] == [("更正社会组织", "登记表抄错")]

    def test_from_no_day_is_asked_for(self, browse, missing):
        answer = send(browse("city"), change("organizations", missing), field="其他", effective="")
        assert faults(answer).keys() == {"effective"}
        answer = send(browse("city"), change("organizations", missing), field="其他", effective="明天")
        assert "不是日期" in faults(answer)["effective"] and 'value="明天"' in text(answer)

    def test_a_district_gives_nothing_away(self, browse, missing):
        answer = send(browse("nanshan"), change("organizations", missing), registering_unit="FT-MZJ", district="福田区")
        assert answer.status_code == 200 and "不由本单位负责" in text(answer)


class TestTwoAtOnce:
    def second(self, browse, posting, first, **typed):
        """The first has saved while the second had the form open; the second's answer."""
        other, client, address = browse("city"), browse("nanshan"), change("instructors", posting)
        opened = shown(client, address)
        assert send(other, address, **first).status_code == 302
        return client, address, {**opened, **typed}

    def test_the_second_sees_both_versions_and_loses_nothing(self, browse, posting):
        client, address, typed = self.second(
            browse, posting, {"work_phone": "26510001", "origin": "指定"}, work_phone="26510002", role="联络员"
        )
        assert "有人刚改过" in text(client.post(address, {**typed, "ask": "preview"}))
        answer = client.post(address, typed)
        page = text(answer)
        assert answer.status_code == 409 and "穆知行" in page
        assert all(word in page for word in ("26510001", "26510002", "指定", "联络员"))
        posting.refresh_from_db()
        assert posting.work_phone == "26510001" and posting.role == "INSTRUCTOR"
        # what the second has touched is proposed as typed, what only the first has touched as it stands
        proposed = fields(page)
        assert (proposed["work_phone"], proposed["role"], proposed["origin"]) == ("26510002", "联络员", "指定")
        assert client.post(address, proposed).status_code == 302
        posting.refresh_from_db()
        assert (posting.work_phone, posting.role, posting.origin) == ("26510002", "LIAISON", "NAMED")
        assert AuditEntry.objects.count() == 2

    def test_a_third_time_is_told_again(self, browse, posting):
        client, address, typed = self.second(browse, posting, {"work_phone": "1"}, work_phone="2")
        proposed = fields(text(client.post(address, typed)))
        assert send(browse("city"), address, work_phone="3").status_code == 302
        assert client.post(address, proposed).status_code == 409
        posting.refresh_from_db()
        assert posting.work_phone == "3"

    def test_what_was_withdrawn_meanwhile_is_still_there_to_be_copied(self, browse, posting):
        client, address = browse("nanshan"), change("instructors", posting)
        typed = {**shown(client, address), "work_phone": "26510002"}
        assert send(browse("city"), withdraw("instructors", posting), correction_reason="录重").status_code == 302
        assert client.get(address).status_code == 404
        answer = client.post(address, typed)
        assert answer.status_code == 409 and "已被撤回" in text(answer) and "26510002" in text(answer)
        again = client.post(new("instructors"), {**fields(text(answer)), "ask": "again"})
        assert fields(text(again))["work_phone"] == "26510002"
        assert client.post(new("instructors"), fields(text(again))).status_code == 302
        assert InstructorPosting.objects.everyone().get(work_phone="26510002").person.number == "ZD-002"

    def test_nobody_else_learns_that_it_was_there(self, browse, posting):
        address = change("instructors", posting)
        typed = shown(browse("nanshan"), address)
        posting.delete()
        assert browse("futian").post(address, typed).status_code == 404

    def test_withdrawing_what_somebody_has_changed_asks_again(self, browse, posting):
        client, address = browse("nanshan"), withdraw("instructors", posting)
        typed = {**shown(client, address), "correction_reason": "录重"}
        assert send(browse("city"), change("instructors", posting), work_phone="1").status_code == 302
        answer = client.post(address, typed)
        assert answer.status_code == 409 and "有人刚改过" in text(answer)
        assert InstructorPosting.objects.everyone().filter(pk=posting.pk).exists()
        assert client.post(address, fields(text(answer))).status_code == 302


class TestSeenBeforeSaving:
    def test_without_a_script_the_whole_page_says_it(self, browse, missing):
        client, address = browse("nanshan"), f"{new('instructors')}?organization={missing.key}"
        typed = {**shown(client, address), "name": "段诗远", "ask": "preview"}
        page = text(client.post(address, typed, headers={"Accept": "text/html,*/*"}))
        assert "<html" in page and "党的工作覆盖率（全市）" in page and "还差" in page
        assert "南山区民政局" in page and "登记管理机关" in page
        assert fields(page)["name"] == "段诗远" and not AuditEntry.objects.exists()

    def test_what_withdrawing_does(self, browse, city):
        link = CoveringLink.objects.everyone().get(organization=city.organizations["nanshan-own"])
        panel = text(send(browse("nanshan"), withdraw("covering", link), ask="preview"))
        assert "党组织覆盖率（全市）" in panel and "42.85% → 28.57%" in panel
        assert CoveringLink.objects.everyone().filter(pk=link.pk).exists() and not AuditEntry.objects.exists()

    def test_an_exclusion_moves_no_figure_of_the_strict_definition(self, browse, city):
        sheet = sheets_of(city, "exclusions")
        panel = text(send(browse("nanshan"), new("exclusions"), **sheet.new, ask="preview"))
        assert "今天的数字不变" in panel and "只影响剔除后口径" in FORMS["exclusions"].rule


def sheets_of(city, kind):
    world.attended(city.people["lin"], "1")
    return sheets(city)[kind]


class TestDrafts:
    def test_a_draft_is_offered_continued_and_gone_once_saved(self, browse, city, missing):
        client, address, clerk = browse("nanshan"), new("exclusions"), city.users["nanshan"]
        drafts.keep(clerk, address, {"organization": missing.key, "reason": "停业三年"}, "")
        page = text(client.get(address))
        assert "有未保存的草稿" in page and "停业三年" not in page
        typed = shown(client, f"{address}?draft=1")
        assert (typed["organization"], typed["reason"]) == (missing.key, "停业三年")
        more = {"evidence": "查询", "approver": "批准人", "valid_from": "2016-01-01"}
        assert client.post(address, {**typed, **more}).status_code == 302
        assert drafts.of(clerk, address) is None and Exclusion.objects.everyone().get().reason == "停业三年"

    def test_a_draft_of_an_older_version_meets_the_newer_one(self, browse, city, posting):
        client, address = browse("nanshan"), change("instructors", posting)
        opened = shown(client, address)
        drafts.keep(city.users["nanshan"], address, {**opened, "work_phone": "26510002"}, opened["version"])
        assert send(browse("city"), address, work_phone="26510001").status_code == 302
        typed = shown(client, f"{address}?draft=1")
        assert typed["work_phone"] == "26510002"
        answer = client.post(address, typed)
        assert answer.status_code == 409 and "26510001" in text(answer)

    def test_each_form_has_its_own(self, browse, city, missing):
        address = f"{new('exclusions')}?organization={missing.key}"
        drafts.keep(city.users["nanshan"], address, {"reason": "停业三年"}, "")
        assert "草稿" not in text(browse("nanshan").get(new("exclusions"))).split("<main")[1].split("<form")[0]
        assert "有未保存的草稿" in text(browse("nanshan").get(address))


class TestUndo:
    def test_the_message_offers_the_way_back(self, browse, missing):
        client, address = browse("nanshan"), f"{new('instructors')}?organization={missing.key}"
        page = text(client.get(send(client, address, name="段诗远")["Location"]))
        undo = re.search(r'action="(/undo/\d+/)"', page)[1]
        back = re.search(r'name="next" value="([^"]*)"', page)[1]
        answer = client.post(undo, {"next": back})
        assert answer["Location"] == f"/organizations/{missing.path_key}/"
        assert not InstructorPosting.objects.everyone().filter(organization=missing).exists()
        assert AuditEntry.objects.count() == 2

    def test_after_a_new_organization_is_undone_one_is_at_the_list(self, browse, city):
        client = browse("nanshan")
        page = text(client.get(send(client, new("organizations"), **sheets_of(city, "organizations").new)["Location"]))
        undo, back = (re.search(one, page)[1] for one in (r'action="(/undo/\d+/)"', r'name="next" value="([^"]*)"'))
        assert client.get(client.post(undo, {"next": back})["Location"]).status_code == 200
        assert not SocialOrganization.objects.everyone().filter(name="南山区晨光义工联合会").exists()


class TestRoles:
    def test_a_street_sees_but_does_not_change(self, browse, city):
        own = city.organizations["nanshan-own"]
        assert browse("street").get(change("organizations", own)).status_code == 403
        assert browse("futian").get(change("organizations", own)).status_code == 404
        assert browse("observer").get(change("organizations", own)).status_code == 403

    def test_another_district_s_organization_is_refused_at_its_field(self, browse, city):
        answer = send(
            browse("nanshan"), new("instructors"), name="段诗远", organization=city.organizations["futian-missing"].key
        )
        assert answer.status_code == 200 and "范围" in text(answer)
        assert "福田区华强电子行业协会" not in text(answer)

    def test_a_right_that_ended_while_the_form_was_open(self, browse, city, posting):
        client, address = browse("nanshan"), change("instructors", posting)
        typed = {**shown(client, address), "work_phone": "1"}
        city.users["nanshan"].grants.update(valid_to=YESTERDAY)
        assert client.post(address, typed).status_code == 403
        posting.refresh_from_db()
        assert posting.work_phone == ""

    def test_forms_are_guarded_against_foreign_pages(self, city, missing):
        client = Client(enforce_csrf_checks=True)
        client.force_login(city.users["nanshan"])
        assert client.post(new("exclusions"), {"organization": missing.key}).status_code == 403

    def test_a_wish_is_carried_out_as_it_was_seen(self, browse, city, posting):
        """What another register's code names cannot be slipped in: only the columns of the form are read."""
        answer = send(browse("nanshan"), change("instructors", posting), person_id="1", id="1", work_phone="2")
        assert answer.status_code == 302
        before = posting.person_id
        posting.refresh_from_db()
        assert posting.person_id == before and posting.work_phone == "2"


def test_every_unsafe_form_route_leaves_exactly_one_entry(browse, city, pairs):
    """Whatever the kind: the walk saves, ends and withdraws, and counts."""
    walked = 0
    for kind, sheet in sheets(city).items():
        client = browse(sheet.by)
        before = AuditEntry.objects.count()
        assert send(client, new(kind), **sheet.new).status_code == 302, kind
        entry = AuditEntry.objects.order_by("-id").first()
        assert AuditEntry.objects.count() == before + 1, kind
        assert entry.changes.exists() and entry.detail["register"] == kind.replace("-", "_"), kind
        walked += 1
        register = registers()[entry.detail["register"]]
        made = entry.images.get(table=register.model._meta.label_lower, before__isnull=True)
        address = reverse("record-withdraw", args=[kind, key_of(register, made.row)])
        assert send(browse("city"), address, correction_reason="走查").status_code == 302, kind
        assert AuditEntry.objects.count() == before + 2, kind
    assert walked == len(KEPT)
