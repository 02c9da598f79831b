"""The `demo` command: labelled, with sign-ins, with stored days; never over anything that is there."""

import datetime
import io
import stat

import pytest
from django.core.management import CommandError, call_command

from portal.core.models import ImportBatch, Letter, RoleGrant, Snapshot, Unit, User
from portal.core.roles import Role
from tests import world


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def command(*words):
    out = io.StringIO()
    call_command("demo", "--orgs", "100", *words, stdout=out)
    return out.getvalue()


def test_the_command_labels_the_city_and_prints_a_sign_in_for_every_role(db, var):
    text = command("--no-snapshots")
    assert ImportBatch.objects.get(kind="demo").result["orgs"] == 100
    assert set(RoleGrant.objects.values_list("role", flat=True)) == set(Role.values)
    kept = var / "demo-signins.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text(encoding="utf-8") in text
    for line in text.splitlines():
        if line.startswith("nanshan "):
            assert User.objects.get(username="nanshan").check_password(line.split()[1])
            break
    else:
        pytest.fail("no sign-in of Nanshan was printed")


@pytest.mark.long
def test_the_command_keeps_the_month_ends_and_the_last_nights(db, var):
    text = command("--from", "2025-09-01", "--to", "2025-12-31")
    days = list(Snapshot.objects.order_by("day").values_list("day", flat=True))
    assert days[0] == datetime.date(2025, 9, 30)
    assert days[-1] == datetime.date(2025, 12, 31)
    assert len(days) == 62
    assert "已存档 62 天" in text
    # the letters of the last night wait to be sent
    assert set(Letter.objects.values_list("day", flat=True)) == {days[-1]}


def test_a_database_that_holds_anything_is_refused_and_left_as_it_is(db, var):
    world.unit("SZ")
    with pytest.raises(CommandError, match="数据库里已有数据") as caught:
        command()
    assert caught.value.returncode == 1
    assert Unit.objects.count() == 1
    assert not (var / "demo-signins.txt").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--orgs", "5"), "--orgs"),
        (("--to", "2999-01-01"), "--to"),
        (("--from", "2020-01-01", "--to", "2019-01-01"), "--from"),
    ],
)
def test_a_city_that_cannot_be_built_is_refused_with_a_sentence(db, var, words, said):
    with pytest.raises(CommandError, match=said):
        command(*words)
    assert not Unit.objects.exists()
