"""Credit codes, 9-character organization codes and personal numbers: shape and check digits (rules §7).

The credit code is checked by python-stdnum, its first two characters by the table of GB 32100-2015. Of stdnum's
personal numbers only the check digit is used: its table of places refuses genuine holders.
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from portal.core.imports.findings import Fault
from portal.core.imports.texts import as_code
from portal.core.validity import today

#: registering department → kinds it gives (GB 32100-2015, rules §7a)
_KINDS = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "1239",
}
_ORGANIZATION_CODE = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ADULT = 18


class Code(NamedTuple):
    """A code that was read: the right form, and a Chinese remark where it was repaired or looks odd."""

    value: str
    repaired: str = ""
    odd: str = ""


def credit_code(text: str) -> Code:
    """A unified social credit code (统一社会信用代码). Raises Fault IMP-103."""
    code = as_code(text).upper().replace("-", "")
    if len(code) != 18:
        raise Fault("IMP-103", f"应为 18 位,现为 {len(code)} 位;请对照登记证书")
    try:
        uscc.validate(code)
    except InvalidChecksum:
        raise Fault("IMP-103", "校验码不符,可能有一位写错;请对照登记证书") from None
    except ValidationError:
        raise Fault("IMP-103", "含有不允许的字符(不用 I O S V Z);请对照登记证书") from None
    if code[1] not in _KINDS.get(code[0], ""):
        raise Fault("IMP-103", f"前两位“{code[:2]}”不是有效的登记管理部门与类别;请对照登记证书")
    if not organization_code_confirmed(code[8:17]):
        return Code(code, odd="第 9–17 位(组织机构代码)的校验码不符,不据此与旧记录合并;请核对")
    return Code(code)


def organization_code_confirmed(code: str) -> bool:
    """Whether the ninth character confirms the first eight (GB 11714)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    value = 11 - sum(int(c, 36) * w for c, w in zip(code, weights, strict=False)) % 11
    return code[8:] == {10: "X", 11: "0"}.get(value, str(value))


def organization_code(text: str) -> Code:
    """A 9-character organization code (组织机构代码), its lost zero repaired only if the check digit confirms it.

    Raises Fault IMP-103.
    """
    code = as_code(text).upper().replace("-", "")
    if len(code) < 9 and _ORGANIZATION_CODE.fullmatch(code.zfill(9)) and organization_code_confirmed(code.zfill(9)):
        return Code(code.zfill(9), repaired=f"前面丢失的 0 已补上,校验码相符:{code} → {code.zfill(9)}")
    if not _ORGANIZATION_CODE.fullmatch(code):
        raise Fault("IMP-103", f"应为 9 位数字或字母,现为 {len(code)} 位,补零后校验码也不符;请对照代码证")
    if not organization_code_confirmed(code):
        raise Fault("IMP-103", "校验码不符,可能有一位写错;请对照代码证")
    return Code(code)


def personal_number(text: str) -> Code:
    """A personal number (公民身份号码) of an adult. Raises Fault IMP-103 or IMP-102; messages never repeat it."""
    number = as_code(text).upper().replace("-", "")
    if re.fullmatch(r"\d{15}", number):
        raise Fault("IMP-103", "是 15 位旧号码,请换成 18 位公民身份号码")
    if not re.fullmatch(r"\d{17}[\dX]", number):
        raise Fault("IMP-103", "应为 18 位;若表格把它变成了数字,请把该列设为文本后重填")
    if ric.calc_check_digit(number) != number[-1]:
        raise Fault("IMP-103", "校验码不符,可能有一位写错;请对照身份证")
    try:
        born = born_on(number)
    except ValueError:
        raise Fault("IMP-102", "其中的出生日期不存在;请对照身份证") from None
    latest = today()
    if born.year < 1900 or (latest.year - born.year, (latest.month, latest.day)) < (_ADULT, (born.month, born.day)):
        raise Fault("IMP-102", "其中的出生日期不合理,或未满 18 周岁;请对照身份证")
    return Code(number)


def born_on(number: str) -> datetime.date:
    """The day of birth that a personal number of 18 characters says. Raises ValueError where there is no such day."""
    return datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def masked(text: str) -> str:
    """What a finding may repeat of a personal number: no more than the first four and the last two characters."""
    return f"{text[:4]}****{text[-2:]}" if len(text) > 8 else "****"
