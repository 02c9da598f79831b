"""Opaque ids: how a row without a public code is named in an address without showing its row number.

A row number is enciphered as one AES block together with a digest of what it is the number of, so an id is
stable, says nothing about how many rows there are, and an id of another register or an invented one is refused.
The key comes from `SECRET_KEY`: another installation gives the same row another id.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

_LENGTH = 26


def _cipher() -> Cipher[modes.ECB]:
    key = hashlib.sha256(b"opaque" + settings.SECRET_KEY.encode()).digest()
    # one block per id, so the plain block mode is the whole permutation that is wanted
    return Cipher(algorithms.AES(key), modes.ECB())


def _mark(label: str) -> bytes:
    return hashlib.sha256(label.encode()).digest()[:8]


def opaque(label: str, row: int) -> str:
    """The id of row number `row` of what `label` names; 26 lower-case letters and digits."""
    encryptor = _cipher().encryptor()
    block = encryptor.update(_mark(label) + row.to_bytes(8, "big")) + encryptor.finalize()
    return base64.b32encode(block).decode().rstrip("=").lower()


def row_of(label: str, text: str) -> int | None:
    """The row number behind an id, or None where `text` is no id of what `label` names."""
    if len(text) != _LENGTH or not text.isascii():
        return None
    try:
        block = base64.b32decode(text.upper() + "=" * 6)
    except binascii.Error:
        return None
    decryptor = _cipher().decryptor()
    plain = decryptor.update(block) + decryptor.finalize()
    return int.from_bytes(plain[8:], "big") if plain[:8] == _mark(label) else None
