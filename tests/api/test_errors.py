"""Wrong requests: one shape, one language."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from portal.core.models import ApiToken

ADDRESS = "/api/v1/organizations/"


def with_token(token):
    return Client(headers={"Authorization": token})


def refused(response, status, code):
    """The error object, after its shape was looked at."""
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == "application/json"
    answer = response.json()
    assert set(answer) == {"code", "detail", "fields"}
    assert answer["code"] == code
    assert any("一" <= letter <= "鿿" for letter in answer["detail"])
    return answer


def test_without_sign_in(db):
    response = Client().get(ADDRESS)
    refused(response, 401, "not-signed-in")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer wrong", "Bearer \xff", "Basic YTpi", "x"])
def test_with_a_header_that_names_nobody(db, header):
    refused(with_token(header).get(ADDRESS), 401, "not-signed-in")


def test_a_token_ends_with_its_day_and_with_its_account(city):
    token = ApiToken.issue(city.users["nanshan"], 1)
    program = with_token(f"Bearer {token}")
    assert program.get(ADDRESS).status_code == 200
    ApiToken.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    refused(program.get(ADDRESS), 401, "not-signed-in")
    other = with_token(f"Bearer {ApiToken.issue(city.users['futian'], 1)}")
    city.users["futian"].is_active = False
    city.users["futian"].save()
    refused(other.get(ADDRESS), 401, "not-signed-in")


def test_only_the_digest_of_a_token_is_kept(city):
    token = ApiToken.issue(city.users["nanshan"], 1)
    assert token not in str(ApiToken.objects.values())


def test_a_role_that_may_not(city, ask):
    refused(ask("audit").get("organizations/"), 403, "forbidden")
    refused(ask("instructor").get("members/"), 403, "forbidden")


def test_what_does_not_exist(city, ask):
    refused(ask("nanshan").get("organizations/nobody/"), 404, "not-found")
    refused(ask("nanshan").get("nothing/"), 404, "not-found")
    refused(ask("nanshan").client.get("/api/v9/organizations/"), 404, "not-found")
    assert ask("nanshan").client.get("/api/v1/organizations").status_code == 301


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_the_api_only_reads(city, ask, method):
    clerk, key = ask("nanshan"), city.organizations["nanshan-own"].credit_code
    for path in ("organizations/", f"organizations/{key}/", "me/", "indicators/"):
        answer = refused(getattr(clerk.client, method)(f"/api/v1/{path}"), 405, "method-not-allowed")
        assert "GET" in answer["detail"]


def test_the_session_of_the_pages_serves_too(city):
    client = Client()
    client.force_login(city.users["nanshan"])
    assert len(client.get(ADDRESS).json()["results"]) == 3


def test_a_write_by_session_needs_the_pages_own_mark(city):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.users["nanshan"])
    assert "CSRF" in refused(client.post(ADDRESS), 403, "forbidden")["detail"]


def test_wrong_parameters_are_named(city, ask):
    clerk = ask("nanshan")
    for query, field in (
        ({"date": "2014-02-30"}, "date"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "501"}, "page_size"),
        ({"page_size": "-1"}, "page_size"),
        ({"cursor": "aaaaaaaaaaaaaaaaaaaaaaaaaa"}, "cursor"),
        ({"kind": "星球"}, "kind"),
        ({"unit": "NOWHERE"}, "unit"),
        ({"q": "长" * 101}, "q"),
    ):
        answer = refused(clerk.get("organizations/", **query), 400, "invalid")
        assert field in answer["fields"], query


def test_a_fault_of_the_program_is_an_answer_too(city, ask, monkeypatch, caplog):
    monkeypatch.setattr("portal.api.orgs.Organizations.rows", lambda self: 1 / 0)
    answer = refused(ask("nanshan").get("organizations/"), 500, "internal")
    assert "division" not in answer["detail"]
    assert "ZeroDivisionError" in caplog.text
