"""`grant`: accounts and roles from the command line."""

import io
import re
import sys

import pytest
from django.core.management import CommandError, call_command

from portal.core.models import AuditEntry, Change, RoleGrant, User
from portal.core.scoping import scope_of
from portal.core.validity import today

GOOD = "zhi-yuan-2026"


def grant(*words, password=None, monkeypatch=None):
    if password is not None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
        words = (*words, "--password-stdin")
    out = io.StringIO()
    call_command("grant", *words, stdout=out)
    return out.getvalue()


def refused(*words, **more):
    accounts, grants = User.objects.count(), RoleGrant.objects.count()
    with pytest.raises(CommandError) as caught:
        grant(*words, **more)
    assert caught.value.returncode == 1
    assert (User.objects.count(), RoleGrant.objects.count()) == (accounts, grants)
    return str(caught.value)


@pytest.mark.parametrize(
    ("role", "binding", "reached"),
    [
        ("unit-staff", ("--unit", "NS"), "nanshan-missing"),
        ("observer", ("--unit", "FT"), "futian-missing"),
        ("secretary", ("--party-organization", "NS-0001"), "nanshan-own"),
        ("instructor", ("--instructor", "ZD-001"), "futian-posted"),
        ("city-staff", ("--unit", "SZ"), "school"),
    ],
)
def test_a_role_reaches_what_it_is_bound_to(city, role, binding, reached):
    grant("xin", "--role", role, *binding)
    scope = scope_of(User.objects.get(username="xin"))
    assert type(city.organizations[reached]).objects.within(scope).filter(pk=city.organizations[reached].pk).exists()


def test_a_new_account_gets_a_link_by_which_it_sets_its_password_once(city, client, settings):
    settings.PUBLIC_URL = "https://dangjian.example.gov.cn"
    text = grant("xin", "--role", "unit-staff", "--unit", "NS", "--email", "xin@example.gov.cn")
    user = User.objects.get(username="xin")
    assert user.email == "xin@example.gov.cn"
    assert not user.has_usable_password()
    link = next(word for word in text.split(":", 2)[-1].split() if "/set-password/" in word)
    path = link.partition("dangjian.example.gov.cn")[2]
    page = client.get(path, follow=True)
    posted = client.post(page.redirect_chain[-1][0], {"new_password1": GOOD, "new_password2": GOOD})
    assert posted.status_code == 302
    user.refresh_from_db()
    assert user.check_password(GOOD)
    assert client.get(path, follow=True).context.get("validlink") is not True


def test_a_password_from_standard_input_is_checked_and_used(city, monkeypatch):
    text = grant("xin", "--role", "unit-staff", "--unit", "NS", password=GOOD, monkeypatch=monkeypatch)
    assert "set-password" not in text and GOOD not in text
    assert User.objects.get(username="xin").check_password(GOOD)
    said = refused("lao", "--role", "unit-staff", "--unit", "NS", password="123", monkeypatch=monkeypatch)
    assert said.startswith("密码不合要求") and not re.search("[A-Za-z]", said)
    assert refused("lao", "--role", "unit-staff", "--unit", "NS", password="", monkeypatch=monkeypatch)


def test_a_grant_begins_today_and_stands_in_the_audit(city):
    grant("xin", "--role", "unit-staff", "--unit", "NS")
    assert RoleGrant.objects.get(user__username="xin").valid_from == today()
    assert set(AuditEntry.objects.filter(subject="xin").values_list("action", flat=True)) == {"建立账号", "授权"}
    assert Change.objects.get(key="xin").after == "单位工作人员 中共南山区委组织部"


def test_the_same_grant_again_writes_nothing(city):
    grant("xin", "--role", "unit-staff", "--unit", "NS")
    entries = AuditEntry.objects.count()
    assert "已有此授权" in grant("xin", "--role", "unit-staff", "--unit", "NS")
    assert RoleGrant.objects.filter(user__username="xin").count() == 1
    assert AuditEntry.objects.count() == entries


def test_one_person_holds_at_most_one_administrator_role(city):
    grant("xin", "--role", "system-admin")
    assert "三个管理员角色每人至多一个" in refused("xin", "--role", "audit-admin")
    assert "已有此授权" in grant("xin", "--role", "system-admin")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--role", "unit-staff"), "须用 --unit"),
        (("--role", "secretary", "--unit", "NS"), "须用 --party-organization"),
        (("--role", "instructor"), "须用 --instructor"),
        (("--role", "system-admin", "--unit", "NS"), "不绑定"),
        (("--role", "unit-staff", "--unit", "NO"), "没有编码为“NO”的单位"),
        (("--role", "city-staff", "--unit", "NS"), "只能属于市级牵头单位"),
        (("--role", "secretary", "--party-organization", "NO"), "没有编码为“NO”的党组织"),
        (("--role", "instructor", "--instructor", "NO"), "“NO”"),
        (("--role", "unit-staff", "--unit", "NS", "--email", "no mail"), "不是邮箱地址"),
    ],
)
def test_what_cannot_be_granted_is_refused_with_a_sentence(city, words, said):
    assert said in refused("xin", *words)


@pytest.mark.parametrize("username", ["", "有 空格", "x" * 65])
def test_an_odd_username_is_refused(city, username):
    assert "用户名" in refused(username, "--role", "system-admin")
