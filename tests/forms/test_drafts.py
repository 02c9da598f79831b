"""Drafts: kept while it is typed, for its account alone, without what must not lie about."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.core.entry import drafts, records
from portal.core.imports.register import registers
from portal.core.models import AuditEntry, Draft
from tests.doors import DOORS, UNAUDITED

FORM = "/records/exclusions/new/"
TYPED = {"organization": "5244030012345678XX", "reason": "正在筹备党支部", "valid_from": "2016-04-01"}


@pytest.fixture
def clerk(client, city):
    """The Nanshan clerk at a form."""
    client.force_login(city.users["nanshan"])
    return client


def keep(client, form=FORM, fields=None, **more):
    return client.post("/drafts/", {"form": form, "version": "", "fields": json.dumps(fields or TYPED), **more})


def kept(city, who="nanshan", form=FORM):
    """What a form finds again."""
    found = drafts.of(city.users[who], form)
    return drafts.texts_of(found) if found else None


class TestKept:
    def test_what_was_typed_is_found_again_with_its_time(self, clerk, city):
        answer = keep(clerk, version="abc").json()
        assert re.fullmatch(r"\d\d:\d\d", answer["saved_at"])
        assert answer["saved_at"] == timezone.localtime(Draft.objects.get().saved_at).strftime("%H:%M")
        assert kept(city) == TYPED and drafts.of(city.users["nanshan"], FORM).version == "abc"

    def test_the_last_one_stands(self, clerk, city):
        keep(clerk)
        keep(clerk, fields={"reason": "改过"})
        assert kept(city) == {"reason": "改过"} and Draft.objects.count() == 1

    def test_each_form_has_its_own(self, clerk, city):
        prefilled = f"{FORM}?organization=NS%2F1"
        keep(clerk)
        keep(clerk, form=prefilled, fields={"reason": "另一份"})
        assert kept(city) == TYPED and kept(city, form=prefilled) == {"reason": "另一份"}

    def test_a_form_of_a_stored_row_has_one_too(self, clerk, city):
        key = records.key_of(registers()["organizations"], city.organizations["nanshan-own"].pk)
        for route in ("record-change", "record-withdraw"):
            form = reverse(route, args=["organizations", key])
            assert keep(clerk, form=form, fields={"name": "甲"}).status_code == 200
            assert kept(city, form=form) == {"name": "甲"}

    def test_it_is_encrypted(self, clerk, city):
        keep(clerk)
        with connection.cursor() as cursor:
            cursor.execute("select content from core_draft")
            [(stored,)] = cursor.fetchall()
        assert "筹备" not in stored and "\\u" not in stored and "reason" not in stored

    def test_dropped_it_is_gone(self, clerk, city):
        keep(clerk)
        answer = clerk.post("/drafts/", {"form": FORM, "drop": "1"}, headers={"Accept": "application/json"})
        assert answer.json() == {"saved_at": ""} and kept(city) is None

    def test_dropped_without_a_script_one_goes_on_to_the_form(self, clerk, city):
        keep(clerk)
        answer = clerk.post("/drafts/", {"form": FORM, "drop": "1"}, headers={"Accept": "text/html,*/*"})
        assert answer.status_code == 302 and answer.headers["Location"] == FORM and kept(city) is None

    def test_old_ones_go(self, clerk, city):
        keep(clerk)
        Draft.objects.update(saved_at=timezone.now() - drafts.KEPT - datetime.timedelta(minutes=1))
        assert kept(city) is None
        keep(clerk, form=f"{FORM}?a=b")
        assert [draft.form for draft in Draft.objects.all()] == [f"{FORM}?a=b"]


class TestWhose:
    def test_nobody_finds_or_drops_anothers(self, clerk, city, client):
        keep(clerk)
        assert kept(city, "futian") is None
        client.force_login(city.users["futian"])
        keep(client, fields={"reason": "福田的"})
        client.post("/drafts/", {"form": FORM, "drop": "1"})
        assert kept(city) == TYPED and kept(city, "futian") is None

    def test_without_a_sign_in_one_is_sent_there(self, client, db):
        answer = keep(client)
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/")
        assert not Draft.objects.exists()

    def test_a_form_of_another_site_keeps_nothing(self, city):
        client = Client(enforce_csrf_checks=True)
        client.force_login(city.users["nanshan"])
        assert keep(client).status_code == 403
        assert not Draft.objects.exists()

    def test_an_account_without_registers_has_no_drafts(self, client, city):
        for who in ("stranger", "system", "former"):
            client.force_login(city.users[who])
            assert keep(client).status_code == 403


class TestWhatDoesNotLieAbout:
    def test_personal_numbers_and_private_phones(self, clerk, city):
        form = "/records/members/new/"
        fields = {
            "name": "严以正",
            "id_number": "440399199001010012",
            "mobile": "13800138000",
            "joined_on": "2012-07-01",
        }
        keep(clerk, form=form, fields=fields)
        assert kept(city, form=form) == {"name": "严以正", "joined_on": "2012-07-01"}

    def test_nor_where_a_field_takes_a_staff_number_too(self, clerk, city):
        form = "/records/posts/new/"
        keep(clerk, form=form, fields={"person": "440399199001010012", "party_organization": "NS-0001"})
        assert kept(city, form=form) == {"party_organization": "NS-0001"}
        keep(clerk, form=form, fields={"person": "ZD-0801"})
        assert kept(city, form=form) == {"person": "ZD-0801"}

    def test_nor_the_machinery_of_the_page(self, clerk, city):
        keep(clerk, fields={**TYPED, "csrfmiddlewaretoken": "x", "ask": "preview"})
        assert kept(city) == TYPED


class TestRefused:
    @pytest.mark.parametrize(
        "form",
        [
            "",
            "/",
            "/organizations/",
            "/records/nothing/new/",
            "/records/party_organizations/new",
            "https://example.org/records/exclusions/new/",
            "//example.org/records/exclusions/new/",
            "http://[/records/exclusions/new/",
            "records/exclusions/new/",
            "/records/exclusions/new/\x00",
            "/records/exclusions/new/?" + "a" * 200,
        ],
    )
    def test_what_is_none_of_our_forms(self, clerk, form):
        for more in ({}, {"drop": "1"}):
            answer = keep(clerk, form=form, **more)
            assert answer.status_code == 400
            assert re.search("[一-鿿]", answer.json()["detail"])
        assert not Draft.objects.exists()

    @pytest.mark.parametrize(
        "fields",
        ["", "{", "[]", "null", "1", '{"a": 1}', '{"a": null}', '{"a": "\\u0000"}', '{"a": "\\ud800"}', "[" * 100_000],
    )
    def test_what_is_no_content(self, clerk, fields):
        answer = clerk.post("/drafts/", {"form": FORM, "version": "", "fields": fields})
        assert answer.status_code == 400 and answer.json()["detail"]
        assert not Draft.objects.exists()

    def test_more_than_a_draft_holds_and_the_earlier_one_stays(self, clerk, city):
        keep(clerk)
        answer = keep(clerk, fields={"reason": "长" * (drafts.MOST + 1)})
        assert answer.status_code == 400 and "请缩短" in answer.json()["detail"]
        assert keep(clerk, fields={str(n): "x" for n in range(1000)}).status_code == 400
        assert keep(clerk, version="v" * 65).status_code == 400
        assert kept(city) == TYPED

    def test_the_longest_one_is_found_again_whole(self, clerk, city):
        keep(clerk, fields={"reason": "长" * (drafts.MOST - len("reason"))})
        assert len(kept(city)["reason"]) == drafts.MOST - len("reason")


def test_a_draft_leaves_no_audit_entry(clerk, city):
    assert all("POST" in DOORS[route].takes for route in UNAUDITED)
    keep(clerk)
    clerk.post("/drafts/", {"form": FORM, "drop": "1"})
    assert not AuditEntry.objects.exists()
