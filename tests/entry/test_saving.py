"""Registers kept by hand: what a form asks of the engine, asked through `portal.core.entry`."""

from __future__ import annotations

import datetime

import pytest

from branches.models import CoveringLink, InstructorPosting
from members.models import Person
from orgs.models import Exclusion, ResponsibleSpan, SocialOrganization
from portal.core import indicators, snapshots
from portal.core.entry import images, records, saving, undoing
from portal.core.entry.saving import Line, Wish
from portal.core.imports.register import registers
from portal.core.models import AuditEntry
from portal.core.scoping import scope_of
from portal.core.validity import today
from tests import world

YESTERDAY = today() - datetime.timedelta(days=1)


@pytest.fixture
def clerk(city):
    return city.users["nanshan"]


@pytest.fixture
def organization(city):
    return city.organizations["nanshan-missing"]


def wish(kind, clerk, texts, *, about=None, action="录入", **more):
    return Wish(registers()[kind], [Line(texts, about)], action, clerk, scope_of(clerk), **more)


def posting(organization, **changes):
    return {
        "number": "ZD-0801",
        "name": "段诗远",
        "role": "指导员",
        "sending_unit": "NS",
        "organization": organization.credit_code,
        "valid_from": YESTERDAY.isoformat(),
        "valid_to": "",
        **changes,
    }


def changed(kind, row, **changes):
    """What a form sends: the record as it stands with some columns changed, and which those are."""
    record = records.read(registers()[kind], row)
    return {**record.texts, **changes}, frozenset(changes) - {"effective"}, record.version


class TestAdding:
    def test_preview_says_what_moves_and_writes_nothing(self, clerk, organization):
        outcome = saving.preview(wish("instructors", clerk, posting(organization)))
        assert outcome.is_good and outcome.keys
        moved = {(e.name, e.after.by): (e.before.met, e.after.met) for e in outcome.effects}
        assert moved[("党的工作覆盖率", "unit")] == (
            moved[("党的工作覆盖率", "unit")][0],
            moved[("党的工作覆盖率", "unit")][0] + 1,
        )
        assert ("党组织覆盖率", "unit") not in moved
        assert not InstructorPosting.objects.everyone().filter(organization=organization).exists()
        assert not AuditEntry.objects.exists()

    def test_saving_leaves_one_entry_and_moves_the_figure(self, clerk, organization):
        work = indicators.indicator("work-coverage")
        [before] = indicators.rates(today(), "city", [work.code])
        outcome = saving.save(wish("instructors", clerk, posting(organization), action="派出指导员"))
        [after] = indicators.rates(today(), "city", [work.code])
        assert after.met == before.met + 1
        assert [e.action for e in AuditEntry.objects.all()] == ["派出指导员"] and outcome.entry is not None

    def test_faults_stand_at_their_fields_all_at_once(self, clerk, organization):
        texts = posting(organization, role="顾问", valid_from="昨天", sending_unit="")
        outcome = saving.save(wish("instructors", clerk, texts))
        assert {name for _, name in outcome.faults} == {"role", "valid_from", "sending_unit"}
        assert all(text.endswith("。") and "第 1 行" not in text for text in outcome.faults.values())
        assert not InstructorPosting.objects.everyone().filter(organization=organization).exists()

    def test_a_kind_that_the_credit_code_does_not_say_is_a_remark(self, city, organization):
        texts, _, version = changed("organizations", organization, organization_kind="基金会")
        outcome = saving.preview(
            wish("organizations", city.users["city"], texts, about=organization.pk, version=version)
        )
        assert outcome.is_good
        assert [remark for remark in outcome.remarks if remark.startswith("类别:与信用代码前两位")]

    def test_nobody_is_put_above_itself(self, city):
        below, above = city.units["nanshan-civil"], city.units["nanshan"]
        texts, _, version = changed("units", above, parent=below.code)
        outcome = saving.preview(wish("units", city.users["city"], texts, about=above.pk, version=version))
        assert list(outcome.faults) == [(0, "parent")]

    def test_what_another_unit_answers_for_is_refused(self, clerk, city):
        outcome = saving.save(wish("instructors", clerk, posting(city.organizations["futian-missing"])))
        assert "范围" in outcome.faults[0, "number"]

    def test_a_late_fact_asks_for_no_reason(self, clerk, organization):
        snapshots.keep([YESTERDAY])
        outcome = saving.save(wish("instructors", clerk, posting(organization, valid_from="2015-03-01")))
        assert outcome.is_good and not outcome.needs_reason


class TestCorrecting:
    def test_replacing_what_a_stored_day_used_asks_for_its_reason(self, clerk, organization):
        saving.save(wish("exclusions", clerk, _exclusion(organization)))
        snapshots.keep([YESTERDAY])
        row = Exclusion.objects.everyone().get()
        texts, only, version = changed("exclusions", row, valid_from="2015-06-01")
        asked = wish("exclusions", clerk, texts, about=row.pk, only=only, version=version)
        assert list(saving.save(asked).faults) == [(0, saving.REASON)]
        outcome = saving.save(
            wish("exclusions", clerk, texts, about=row.pk, only=only, version=version, reason="起始日期抄错")
        )
        assert outcome.is_good and Exclusion.objects.everyone().get().valid_from == world.day("2015-06-01")

    def test_a_fact_from_a_day_on_leaves_the_days_before(self, city, organization):
        staff = city.users["city"]
        texts, only, version = changed(
            "organizations", organization, professional_unit="SZ-JYGW", effective=YESTERDAY.isoformat()
        )
        outcome = saving.save(wish("organizations", staff, texts, about=organization.pk, only=only, version=version))
        assert outcome.is_good, outcome.faults
        spans = ResponsibleSpan.objects.filter(organization=organization).order_by("valid_from")
        assert [span.unit.code for span in spans] == ["NS-MZJ", "SZ-JYGW"]
        assert spans[1].valid_from == YESTERDAY

    def test_a_new_name_from_a_day_on_keeps_the_old_one_and_asks_for_no_reason(self, city, organization):
        """The form shows the former names as they stand, and sends them back."""
        snapshots.keep([YESTERDAY])
        old = organization.name
        texts, only, version = changed(
            "organizations", organization, name="南山区创客促进中心", effective=today().isoformat()
        )
        outcome = saving.save(
            wish("organizations", city.users["city"], texts, about=organization.pk, only=only, version=version)
        )
        assert outcome.is_good and not outcome.needs_reason, outcome.faults
        organization.refresh_from_db()
        assert (organization.name, organization.former_names) == ("南山区创客促进中心", old)

    def test_only_what_was_changed_is_laid_over_other_days(self, city, organization):
        """The form shows the street of today; a change of the field since 2015 leaves the streets as they were."""
        staff = city.users["city"]
        moved, only, version = changed("organizations", organization, subdistrict="", effective=YESTERDAY.isoformat())
        assert saving.save(
            wish("organizations", staff, moved, about=organization.pk, only=only, version=version)
        ).is_good
        organization.refresh_from_db()
        texts, only, version = changed("organizations", organization, field="其他", effective="2015-01-01")
        assert saving.save(
            wish("organizations", staff, texts, about=organization.pk, only=only, version=version)
        ).is_good
        streets = {state.subdistrict and state.subdistrict.code for state in organization.states.filter(field="OTHER")}
        assert streets == {"NS-YH", None}

    def test_an_emptied_field_is_emptied(self, city, organization):
        staff = city.users["city"]
        texts, only, version = changed("organizations", organization, subdistrict="")
        assert saving.save(
            wish("organizations", staff, texts, about=organization.pk, only=only, version=version)
        ).is_good
        assert [state.subdistrict for state in organization.states.all()] == [None]

    def test_the_key_itself_can_be_corrected_but_not_to_one_that_is_taken(self, clerk, organization):
        for start in ("2015-01-01", "2016-01-01"):
            assert saving.save(wish("exclusions", clerk, _exclusion(organization, valid_from=start))).is_good
        row = Exclusion.objects.everyone().get(valid_from="2016-01-01")
        texts, only, _ = changed("exclusions", row, valid_from="2015-01-01")
        assert saving.save(wish("exclusions", clerk, texts, about=row.pk, only=only)).faults
        texts, only, _ = changed("exclusions", row, valid_from="2017-01-01")
        assert saving.save(wish("exclusions", clerk, texts, about=row.pk, only=only)).is_good
        assert Exclusion.objects.everyone().filter(valid_from="2017-01-01").count() == 1

    def test_nothing_changed_leaves_no_entry(self, clerk, organization):
        saving.save(wish("exclusions", clerk, _exclusion(organization)))
        row = Exclusion.objects.everyone().get()
        texts, only, version = changed("exclusions", row)
        before = AuditEntry.objects.count()
        assert saving.save(wish("exclusions", clerk, texts, about=row.pk, only=only, version=version)).is_good
        assert AuditEntry.objects.count() == before


def _exclusion(organization, **changes):
    return {
        "organization": organization.key,
        "valid_from": "2016-01-01",
        "valid_to": "",
        "reason": "长期停业",
        "evidence": "工商查询",
        "approver": "核准人",
        **changes,
    }


class TestTwoAtOnce:
    def test_the_second_saves_nothing_and_is_told(self, clerk, organization):
        saving.save(wish("exclusions", clerk, _exclusion(organization)))
        row = Exclusion.objects.everyone().get()
        texts, only, version = changed("exclusions", row, reason="停业三年")
        assert saving.save(wish("exclusions", clerk, texts, about=row.pk, only=only, version=version)).is_good
        late = saving.save(
            wish("exclusions", clerk, {**texts, "reason": "停业两年"}, about=row.pk, only=only, version=version)
        )
        assert late.stale and not late.is_good
        assert Exclusion.objects.everyone().get().reason == "停业三年"


class TestUndo:
    def test_an_added_posting_goes_and_can_come_back(self, clerk, organization):
        scope = scope_of(clerk)
        entry = saving.save(wish("instructors", clerk, posting(organization), action="派出指导员")).entry
        assert undoing.last(clerk) == entry
        undone = undoing.undo(entry, clerk, scope)
        assert not InstructorPosting.objects.everyone().filter(organization=organization).exists()
        assert not Person.objects.everyone().filter(number="ZD-0801").exists()
        undoing.undo(undone, clerk, scope)
        assert InstructorPosting.objects.everyone().get(organization=organization).person.number == "ZD-0801"

    def test_a_removed_link_gives_the_old_answer_back(self, clerk, city, organization):
        """Who answers is computed anew from what stands again."""
        link = CoveringLink.objects.everyone().get(organization=city.organizations["nanshan-own"])
        before = list(ResponsibleSpan.objects.filter(organization=link.organization).values_list("unit__code", "basis"))
        register = registers()["covering"]
        asked = Wish(register, [Line({}, link.pk)], "撤回覆盖关系", clerk, scope_of(clerk), reason="重复录入")
        entry = saving.withdraw(asked).entry
        assert not CoveringLink.objects.everyone().filter(pk=link.pk).exists()
        undoing.undo(entry, clerk, scope_of(clerk))
        assert CoveringLink.objects.everyone().filter(pk=link.pk).exists()
        after = list(ResponsibleSpan.objects.filter(organization=link.organization).values_list("unit__code", "basis"))
        assert after == before

    def test_not_after_a_later_change_not_another_person_s_not_twice(self, clerk, city, organization):
        entry = saving.save(wish("exclusions", clerk, _exclusion(organization))).entry
        with pytest.raises(undoing.CannotUndo, match="自己"):
            undoing.undo(entry, city.users["city"], scope_of(city.users["city"]))
        row = Exclusion.objects.everyone().get()
        texts, only, _ = changed("exclusions", row, reason="停业三年")
        later = saving.save(wish("exclusions", clerk, texts, about=row.pk, only=only)).entry
        with pytest.raises(undoing.CannotUndo, match="新的修改"):
            undoing.undo(entry, clerk, scope_of(clerk))
        undoing.undo(later, clerk, scope_of(clerk))
        with pytest.raises(undoing.CannotUndo, match="已经撤销"):
            undoing.undo(later, clerk, scope_of(clerk))
        undoing.undo(entry, clerk, scope_of(clerk))
        assert not Exclusion.objects.everyone().exists()

    def test_not_while_something_new_hangs_on_it(self, city):
        staff = city.users["city"]
        fresh = {
            "registration_number": "深民社证字第0801号",
            "name": "深圳市演示新会",
            "organization_kind": "社会团体",
            "registering_unit": "SZ-MZJ",
            "established_on": "2016-01-01",
        }
        entry = saving.save(wish("organizations", staff, fresh)).entry
        made = SocialOrganization.objects.everyone().get(registration_number="深民社证字第0801号")
        assert saving.save(wish("exclusions", staff, _exclusion(made))).is_good
        with pytest.raises(undoing.CannotUndo, match="不计入"):
            undoing.undo(entry, staff, scope_of(staff))

    def test_secrets_are_sealed_in_what_is_kept(self, city):
        staff = city.users["city"]
        texts = {"number": "RY-0801", "name": "段诗远", "joined_on": "2001-07-01", "mobile": "13800138000"}
        entry = saving.save(wish("members", staff, texts)).entry
        stored = str(list(entry.images.values_list("before", "after")))
        assert "13800138000" not in stored
        assert any(i.after and i.after.get("mobile") == "13800138000" for i in images.kept(entry))


class TestWithdrawing:
    def test_asks_for_its_reason_and_for_nothing_hanging_on_it(self, city):
        staff, party = city.users["city"], city.parties["own"]
        register = registers()["party_organizations"]
        asked = Wish(register, [Line({}, party.pk)], "撤回党组织", staff, scope_of(staff))
        assert list(saving.withdraw(asked).faults) == [(0, saving.REASON)]
        told = saving.withdraw(
            Wish(register, [Line({}, party.pk)], "撤回党组织", staff, scope_of(staff), reason="录重")
        )
        assert "覆盖" in told.faults[0, ""] and not AuditEntry.objects.exists()
