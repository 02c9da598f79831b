"""The doors beside the registers: schema, pages, health, and the command that makes a token."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from portal.core import snapshots
from portal.core.models import ApiToken, AuditEntry
from portal.core.validity import today


def test_the_schema_has_no_warning_and_describes_every_register(tmp_path):
    target = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    text = target.read_text()
    for register in ("party-organizations", "member-reports", "indicators/{code}/subjects", "me"):
        assert f"/api/v1/{register}/:" in text
    assert "党建责任单位" in text


def test_the_schema_is_for_those_who_are_signed_in(city, ask):
    assert Client().get("/api/schema/").status_code == 401
    answer = ask("stranger").client.get("/api/schema/", {"format": "json"})
    assert answer.json()["info"]["title"] == "社会组织党建工作平台接口"


def test_the_pages_load_nothing_from_outside_and_nothing_inline(city):
    client = Client()
    assert client.get("/api/docs/").status_code == 302
    client.force_login(city.users["nanshan"])
    response = client.get("/api/docs/")
    page = response.content.decode()
    assert 'lang="zh-Hans"' in page
    assert "//" not in page.replace("<!DOCTYPE html>", "")
    assert "<style" not in page
    assert "<script>" not in page
    script = client.get("/api/docs/", {"script": ""})
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert "/api/schema/" in script.content.decode()


def test_health_needs_no_sign_in_and_no_database():
    assert Client().get("/healthz").content == b"ok"


def test_readiness_tells_the_age_of_the_last_snapshot(db):
    assert Client().get("/readyz").json() == {"database": True, "queue": True, "snapshot_age_days": None}
    snapshots.keep([today() - datetime.timedelta(days=2)])
    assert Client().get("/readyz").json() == {"database": True, "queue": True, "snapshot_age_days": 2}


def test_readiness_fails_where_the_database_does_not_answer(db, monkeypatch):
    def fail():
        raise DatabaseError("secret host name")

    monkeypatch.setattr("portal.core.snapshots.latest", fail)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert "secret" not in response.content.decode()


def test_a_token_from_the_command_line_opens_the_api(city):
    out = StringIO()
    call_command("token", "nanshan", "--days", "7", stdout=out)
    token = out.getvalue().strip()
    me = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/me/").json()
    assert me["username"] == "nanshan"
    left = ApiToken.objects.get().expires_at - timezone.now()
    assert datetime.timedelta(days=6) < left <= datetime.timedelta(days=7)
    entry = AuditEntry.objects.get()
    assert entry.subject == "nanshan"
    assert token not in str(entry.detail)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nobody",), "没有用户名为“nobody”的账号"),
        (("nanshan", "--days", "0"), "1 至 365"),
        (("nanshan", "--days", "366"), "1 至 365"),
        (("lu",), "已停用"),
    ],
)
def test_a_token_that_cannot_be_made(city, arguments, word):
    city.users["stranger"].is_active = False
    city.users["stranger"].save()
    with pytest.raises(CommandError, match=word) as refusal:
        call_command("token", *arguments)
    assert refusal.value.returncode == 1
    assert not ApiToken.objects.exists()
