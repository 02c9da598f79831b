"""The door: signing in and out, a locked account, a set-password link, one's own page, pages of errors."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tests.pages.conftest import text
from tests.world import PASSWORD


def sign_in(client, username, password):
    return client.post("/sign-in/", {"username": username, "password": password})


def test_every_page_asks_for_sign_in_first(city):
    answer = Client().get("/organizations/")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/organizations/"


def test_who_signs_in_goes_on_where_they_wanted(city):
    answer = Client().post("/sign-in/?next=/units/", {"username": "nanshan", "password": PASSWORD, "next": "/units/"})
    assert answer["Location"] == "/units/"


def test_no_address_of_another_site_is_followed_after_sign_in(city):
    answer = Client().post("/sign-in/", {"username": "nanshan", "password": PASSWORD, "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_a_wrong_password_is_said_clearly_and_keeps_the_name(city):
    page = text(sign_in(Client(), "nanshan", "falsch"))
    assert "用户名或密码不对" in page
    assert 'value="nanshan"' in page


def test_an_unknown_name_is_answered_like_a_wrong_password(city):
    known = text(sign_in(Client(), "nanshan", "x")).replace("nanshan", "")
    unknown = text(sign_in(Client(), "nobody", "x")).replace("nobody", "")
    assert known.count("用户名或密码不对") == unknown.count("用户名或密码不对") == 1


def test_five_failures_lock_the_account_even_for_the_right_password(city):
    client = Client()
    for _ in range(5):
        answer = sign_in(client, "nanshan", "x")
    assert answer.status_code == 429
    assert "账号暂时锁定" in text(answer)
    assert sign_in(client, "nanshan", PASSWORD).status_code == 429


def test_signing_out_needs_a_button_not_a_link(browse):
    client = browse("nanshan")
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/units/").status_code == 302


def test_a_set_password_link_works_once(city):
    user = city.users["nanshan"]
    link = reverse(
        "set-password",
        args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)],
    )
    client = Client()
    form = client.get(link, follow=True)
    assert "设置密码" in text(form)
    password = "xin-de-chang-mi-ma"
    done = client.post(form.request["PATH_INFO"], {"new_password1": password, "new_password2": password})
    assert done["Location"] == "/sign-in/"
    assert sign_in(Client(), "nanshan", password).status_code == 302
    assert "已经用过或者过期" in text(Client().get(link, follow=True))


def test_a_short_password_is_refused_with_its_reason(city):
    user = city.users["nanshan"]
    link = reverse(
        "set-password",
        args=[urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)],
    )
    client = Client()
    form = client.get(link, follow=True)
    page = text(client.post(form.request["PATH_INFO"], {"new_password1": "kurz", "new_password2": "kurz"}))
    assert "至少" in page


@pytest.mark.parametrize(
    ("name", "role", "where"),
    [
        ("nanshan", "单位工作人员", "中共南山区委组织部"),
        ("lin", "党组织书记", "海珠社会工作服务中心党支部"),
        ("instructor", "党建指导员", "人员编号 ZD-001"),
        ("audit", "审计管理员", "不含登记簿"),
    ],
)
def test_my_page_says_roles_and_scope_in_words(browse, name, role, where):
    page = text(browse(name).get("/account/"))
    assert role in page
    assert where in page


@pytest.mark.parametrize(
    ("name", "place", "searched"),
    [
        ("nanshan", "中共南山区委组织部", "社会组织、党组织、党员"),
        ("lin", "海珠社会工作服务中心党支部", "社会组织、党组织、党员"),
        ("instructor", "党建指导员", "社会组织"),
    ],
)
def test_the_frame_says_whose_place_it_is_and_what_the_search_finds(browse, name, place, searched):
    page = browse(name).get("/").content.decode()
    assert f"{place} · " in page
    assert f'placeholder="搜{searched}：' in page


@pytest.mark.parametrize("name", ["stranger", "former"])
def test_an_account_without_a_role_is_told_whom_to_ask(browse, name):
    client = browse(name)
    answer = client.get("/organizations/")
    assert answer.status_code == 403
    assert "还没有任何角色" in text(answer)
    assert "还没有任何角色" in text(client.get("/account/"))


def test_what_is_not_there_is_answered_in_chinese(browse):
    answer = browse("nanshan").get("/keine/seite/")
    assert answer.status_code == 404
    assert "没有找到" in text(answer)


def test_a_missing_page_leads_on_to_what_the_account_has(browse):
    for name, leads in (("nanshan", ["/search/", "/"]), ("system", ["/account/"])):
        page = text(browse(name).get("/keine/seite/"))
        body = page.split("<main")[1].split("</main>")[0]
        assert re.findall(r'<a class="btn" href="([^"]+)"', body) == leads
        assert ("请用搜索" in body) == (name == "nanshan")


def test_a_stale_form_is_answered_in_chinese(city):
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client, "nanshan", PASSWORD)
    assert answer.status_code == 403
    assert "页面已过期" in text(answer)


def test_a_fault_of_ours_is_answered_without_a_trace(browse, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("geheim")

    monkeypatch.setattr("portal.desk.views.places.Places", broken)
    client = browse("nanshan")
    client.raise_request_exception = False
    answer = client.get("/units/NS/")
    assert answer.status_code == 500
    assert "平台出错" in text(answer)
    assert "geheim" not in text(answer)


def test_pages_allow_no_inline_script_and_load_nothing_foreign(browse):
    answer = browse("nanshan").get("/organizations/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy
    page = text(answer)
    assert " style=" not in page
    assert "onclick" not in page
    assert "https://" not in page


def test_the_bottom_bar_of_a_phone_leads_to_places_of_the_account(browse):
    for name, addresses in (
        ("nanshan", ["/", "/coverage/", "/organizations/", "/todo/", "/account/"]),
        ("lin", ["/", "/party-organizations/NS-0001/", "/todo/", "/account/"]),
        ("system", ["/jobs/", "/account/"]),
        ("audit", ["/account/"]),
    ):
        bar = text(browse(name).get("/account/")).split('<nav class="bottom"')[1]
        assert re.findall(r'<a href="([^"]+)"', bar) == addresses
        assert bar.count("aria-current") == 1
