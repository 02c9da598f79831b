"""Passwords are kept as the settings say: Argon2id at 19 MiB with two passes. Elsewhere tests use a quick hash."""

import pytest
from django.contrib.auth.hashers import check_password

from portal import settings as written
from tests import world


@pytest.fixture
def as_written(settings):
    """The hashers that the portal runs with."""
    settings.PASSWORD_HASHERS = written.PASSWORD_HASHERS


def test_a_new_password_is_kept_by_argon2id_and_opens_the_door(db, client, as_written):
    user = world.account("shi", "city-staff", unit=world.unit("SZ", kind="CITY_LEAD"))
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert client.post("/sign-in/", {"username": "shi", "password": world.PASSWORD}).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_password_opens_nothing(db, client, as_written):
    world.account("shi", "city-staff", unit=world.unit("SZ", kind="CITY_LEAD"))
    assert client.post("/sign-in/", {"username": "shi", "password": world.PASSWORD + "x"}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_quick_hash_of_the_tests_opens_nothing_where_the_portal_runs(db, settings):
    quick = world.account("shi")
    assert check_password(world.PASSWORD, quick.password)
    settings.PASSWORD_HASHERS = written.PASSWORD_HASHERS
    assert not check_password(world.PASSWORD, quick.password)
