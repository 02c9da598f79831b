"""Which database the settings name. Nothing here may need settings: they call it while they are being built."""

from __future__ import annotations

import warnings
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_ENGINES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")


def database(given: str, embedded: str) -> dict[str, Any]:
    """What Django asks about the database at the address `given`; empty is not known, and means the `embedded` one.

    Raises ImproperlyConfigured for an address that names neither PostgreSQL nor SQLite.
    """
    try:
        with warnings.catch_warnings():
            # the library warns of a scheme it does not know; the sentence below says more
            warnings.simplefilter("ignore")
            found: dict[str, Any] = environ.Env.db_url_config(given or embedded)
    except ValueError:
        found = {}
    if found.get("ENGINE") not in _ENGINES:
        raise ImproperlyConfigured(
            "DATABASE_URL 无法识别，须写成 postgres://用户:密码@主机:端口/库名 或 sqlite:////绝对路径。"
        )
    return found
