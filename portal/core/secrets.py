"""Keys of this installation: from the environment, or in local mode made once and kept under `var/`.

Nothing here may import Django: settings call it while they are being built.
"""

import base64
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def _kept(path: Path, make: str) -> str:
    """Return the text kept at `path`, writing `make` there first (mode 600) if there is none."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(fd, "w") as file:
        file.write(make)
    return make


def mode(given: str) -> str:
    """`local` or `production`. Raises ImproperlyConfigured for another word: a typo must not switch every check off."""
    if given not in ("local", "production"):
        raise ImproperlyConfigured(f"MODE 须为 local 或 production,现为“{given}”。")
    return given


def secret_key(given: str, var: Path, *, production: bool) -> str:
    """The signing key. Raises ImproperlyConfigured in production when none is given."""
    if given:
        return given
    if production:
        raise ImproperlyConfigured("生产环境必须设置 SECRET_KEY。")
    return _kept(var / "secret-key", secrets.token_urlsafe(50))


def field_keys(given: str, var: Path, *, production: bool) -> list[bytes]:
    """Keys for personal numbers and phones, 32 bytes each; the first encrypts, all decrypt."""
    if not given and production:
        raise ImproperlyConfigured("生产环境必须设置 FIELD_KEYS(32 字节密钥的 url-safe base64)。")
    text = given or _kept(var / "field-keys", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    keys = [_decoded(part.strip()) for part in text.split(",")]
    if any(len(key) != 32 for key in keys):
        raise ImproperlyConfigured("FIELD_KEYS 的每个密钥须为 32 字节的 url-safe base64。")
    return keys


def new_opaque_id() -> str:
    """Twelve lower-case letters and digits (base32) that say nothing about whom they name."""
    return base64.b32encode(secrets.token_bytes(8)).decode().lower()[:12]


def _decoded(text: str) -> bytes:
    """The bytes of url-safe base64, padded or not; nothing where it is no base64."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
