"""Audit: one entry per action, in the transaction of the change, and an altered one is noticed."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.core.audit import ChangeOf, intact, record
from portal.core.models import AuditEntry, Change
from tests import world
from tests.world import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> AuditEntry:
    """Somebody corrected two values of one organization."""
    record(
        actor=world.account("wen", name="温以宁"),
        action="更正",
        subject="甲",
        reason="登记有误",
        detail={"file": "名册.xlsx", "rows": 2},
        changes=[
            ChangeOf("organizations", "甲", "成立日期", day("2012-01-01"), day("2012-02-01")),
            ChangeOf("organizations", "甲", "是否新区", None, True),
        ],
    )
    return AuditEntry.objects.get()


def test_one_entry_with_its_changes_in_words(entry):
    assert (entry.actor_name, entry.action, entry.subject, entry.reason) == ("温以宁", "更正", "甲", "登记有误")
    assert list(entry.changes.order_by("id").values_list("column", "before", "after")) == [
        ("成立日期", "2012-01-01", "2012-02-01"),
        ("是否新区", "", "是"),
    ]
    assert intact(entry)


@pytest.mark.parametrize(
    "altered",
    [
        {"action": "查看"},
        {"subject": "乙"},
        {"reason": "登记有误 "},
        {"actor_name": "祁若川"},
        {"actor": None},
        {"at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
        {"detail": {"file": "名册.xlsx", "rows": 3}},
    ],
    ids=lambda altered: next(iter(altered)),
)
def test_altered_entry_is_noticed(entry, altered):
    AuditEntry.objects.update(**altered)
    assert not intact(AuditEntry.objects.get())


@pytest.mark.parametrize("altered", [{"before": "x"}, {"after": "x"}, {"key": "x"}, {"column": "x"}, {"register": "x"}])
def test_altered_change_is_noticed(entry, altered):
    first = entry.changes.order_by("id").first()
    Change.objects.filter(pk=first.pk).update(**altered)
    assert not intact(entry)


def test_removed_and_added_changes_are_noticed(entry):
    added = Change.objects.create(entry=entry, register="organizations", key="甲", column="名称")
    assert not intact(entry)
    added.delete()
    assert intact(entry)
    entry.changes.order_by("id").last().delete()
    assert not intact(entry)


def test_nothing_moves_from_one_field_to_the_next(entry):
    """Fields are told apart, whatever characters they hold."""
    AuditEntry.objects.update(subject="", reason="甲\x1e登记有误")
    assert not intact(AuditEntry.objects.get())


def test_entry_goes_with_its_transaction():
    with transaction.atomic():
        record(actor=None, action="导入")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_command_names_itself():
    assert record(actor=None, action="导入", actor_name="命令行").actor_name == "命令行"
    assert record(actor=None, action="夜间存档").actor_name == "系统"


def test_as_many_statements_for_100_changes_as_for_one():
    def ask(count: int) -> int:
        changes = [ChangeOf("organizations", str(i), "名称", "", "甲") for i in range(count)]
        with CaptureQueriesContext(connection) as captured:
            record(actor=None, action="导入", changes=changes)
        return len(captured)

    assert ask(1) == ask(100)
