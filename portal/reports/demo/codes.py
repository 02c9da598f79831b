"""Synthetic codes with right check digits. They begin with letters, or lie in an unassigned division, so that
none of them can be a real organization's or person's."""

from __future__ import annotations

import datetime

from stdnum.cn import ric, uscc

#: division 440399 is not assigned: nobody's personal number begins with it
UNASSIGNED_DIVISION = "440399"


def organization_code(number: int) -> str:
    """A 9-character organization code, MX and six digits and the check character (GB 11714)."""
    body = f"MX{number:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    value = 11 - sum(int(c, 36) * w for c, w in zip(body, weights, strict=True)) % 11
    return body + {10: "X", 11: "0"}.get(value, str(value))


def credit_code(number: int, prefix: str = "52", division: str = "440300") -> str:
    """A credit code: what registers it and its kind (`prefix`), a division, and the organization code."""
    body = prefix + division + organization_code(number)
    return body + uscc.calc_check_digit(body)


def personal_number(born: datetime.date, sequence: int) -> str:
    """A personal number of the unassigned division; `sequence` 0–999, odd for men."""
    body = f"{UNASSIGNED_DIVISION}{born:%Y%m%d}{sequence:03d}"
    return body + ric.calc_check_digit(body + "0")
