"""Sensitive text in the database: encrypted with SM4-GCM, found by an HMAC-SM3 blind index, masked on screen.

Cipher and index keys are derived from `FIELD_KEYS` by HKDF (SM4 takes 16 bytes). The first key encrypts, all
decrypt; the blind index always uses the first, so a rotation re-encrypts and re-indexes in one transaction.
"""

from __future__ import annotations

import base64
import functools
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


@functools.lru_cache(maxsize=16)
def _derived(key: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose).derive(key)


def encrypt(text: str) -> str:
    """Encrypted text, base64 of nonce + tag + cipher; equal inputs give different outputs."""
    nonce = os.urandom(12)
    key = _derived(settings.FIELD_KEYS[0], b"cipher", 16)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    data = encryptor.update(text.encode()) + encryptor.finalize()
    return base64.b64encode(nonce + encryptor.tag + data).decode()


def decrypt(stored: str) -> str:
    """The text behind `stored`. Raises InvalidTag when no key of `FIELD_KEYS` fits or the text was altered."""
    raw = base64.b64decode(stored)
    nonce, tag, data = raw[:12], raw[12:28], raw[28:]
    for key in settings.FIELD_KEYS:
        cipher = Cipher(algorithms.SM4(_derived(key, b"cipher", 16)), modes.GCM(nonce, tag)).decryptor()
        try:
            return (cipher.update(data) + cipher.finalize()).decode()
        except InvalidTag:
            continue
    raise InvalidTag


def blind_index(text: str) -> str:
    """A keyed digest by which equal texts are found without being read; 64 hexadecimal characters."""
    mac = hmac.HMAC(_derived(settings.FIELD_KEYS[0], b"index", 32), hashes.SM3())
    mac.update(text.strip().upper().encode())
    return mac.finalize().hex()


def mask(text: str) -> str:
    """What a screen shows of a personal number (4403**********1233) or a phone (138****5678)."""
    if len(text) >= 15:
        return f"{text[:4]}{'*' * (len(text) - 8)}{text[-4:]}"
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "*" * len(text)


class EncryptedField(models.TextField):
    """Text that the database holds only encrypted; empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way to the database."""
        return encrypt(value) if value else ""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypt on the way from the database."""
        return decrypt(value) if value else ""
