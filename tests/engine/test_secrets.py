"""Secrets: what the database holds of personal numbers and phones, and keys of the installation."""

from __future__ import annotations

import base64
import stat

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from members.models import Person
from portal.core import crypto
from portal.core.secrets import field_keys, mode, secret_key
from tests import world

NUMBER = "440399199001011233"
OLD, NEW = b"o" * 32, b"n" * 32


@given(st.text(min_size=1))
def test_what_goes_in_comes_out(text):
    assert crypto.decrypt(crypto.encrypt(text)) == text


def test_equal_texts_look_different_and_are_found_by_index():
    assert crypto.encrypt(NUMBER) != crypto.encrypt(NUMBER)
    assert crypto.blind_index(NUMBER) == crypto.blind_index(f" {NUMBER} ")
    assert crypto.blind_index("44039919900101123x") == crypto.blind_index("44039919900101123X")
    assert crypto.blind_index(NUMBER) != crypto.blind_index("440399199001011234")


def test_altered_text_is_refused():
    raw = bytearray(base64.b64decode(crypto.encrypt(NUMBER)))
    raw[-1] ^= 1
    with pytest.raises(InvalidTag):
        crypto.decrypt(base64.b64encode(bytes(raw)).decode())


def test_after_a_rotation_the_old_text_is_still_read(settings):
    settings.FIELD_KEYS = [OLD]
    stored, index = crypto.encrypt(NUMBER), crypto.blind_index(NUMBER)
    settings.FIELD_KEYS = [NEW, OLD]
    assert crypto.decrypt(stored) == NUMBER
    assert crypto.blind_index(NUMBER) != index
    fresh = crypto.encrypt(NUMBER)
    settings.FIELD_KEYS = [NEW]
    assert crypto.decrypt(fresh) == NUMBER
    with pytest.raises(InvalidTag):
        crypto.decrypt(stored)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (NUMBER, "4403**********1233"),
        ("440399900101123", "4403*******1123"),
        ("13800005678", "138****5678"),
        ("26981234", "********"),
        ("", ""),
    ],
)
def test_masks(text, shown):
    assert crypto.mask(text) == shown


def test_database_holds_no_number_and_no_phone(db):
    somebody = world.person()
    somebody.id_number, somebody.mobile = NUMBER, "13800005678"
    somebody.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, mobile FROM members_person")
        row = cursor.fetchone()
    assert NUMBER not in row[0] and "13800005678" not in row[1]
    again = Person.objects.everyone().get()
    assert (again.id_number, again.mobile) == (NUMBER, "13800005678")


def test_empty_text_stays_empty(db):
    world.person()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, mobile FROM members_person")
        assert cursor.fetchone() == ("", "")


def test_another_word_for_production_does_not_start_without_its_checks():
    assert [mode(word) for word in ("local", "production")] == ["local", "production"]
    for typo in ("prod", "Production", ""):
        with pytest.raises(ImproperlyConfigured, match="MODE 须为 local 或 production"):
            mode(typo)


def test_production_without_secrets_does_not_start(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="生产环境必须设置 SECRET_KEY"):
        secret_key("", tmp_path, production=True)
    with pytest.raises(ImproperlyConfigured, match="生产环境必须设置 FIELD_KEYS"):
        field_keys("", tmp_path, production=True)
    assert list(tmp_path.iterdir()) == []


def test_locally_keys_are_made_once_and_are_nobody_elses(tmp_path):
    key, fields = secret_key("", tmp_path, production=False), field_keys("", tmp_path, production=False)
    assert (secret_key("", tmp_path, production=False), field_keys("", tmp_path, production=False)) == (key, fields)
    assert len(key) >= 50 and [len(k) for k in fields] == [32]
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}


def test_several_keys_are_read_in_order(tmp_path):
    given_keys = ",".join(base64.urlsafe_b64encode(key).decode().rstrip("=") for key in (NEW, OLD))
    assert field_keys(given_keys, tmp_path, production=True) == [NEW, OLD]


@pytest.mark.parametrize("text", [base64.urlsafe_b64encode(b"short").decode(), "不是密钥", "a"])
def test_unusable_keys_are_a_sentence(tmp_path, text):
    with pytest.raises(ImproperlyConfigured, match="32 字节"):
        field_keys(text, tmp_path, production=True)
