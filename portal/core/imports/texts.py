"""Cells to text, numbers and days: what offices write and what it means.

Names keep their Chinese punctuation as written; codes, dates and numbers are folded to half width.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from portal.core.imports.findings import Fault

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BLANKS = re.compile(r"\s+")
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?)(?:[ T]\d{1,2}:\d{2}(:\d{2})?)?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
#: years outside are slips of the pen, not facts of this register
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_DATE_FORMS = "可写 2013-10-23、2013/10/23、2013年10月23日 或 20131023"


def as_text(cell: object) -> str:
    """A cell as text: whole floats without “.0”, days in ISO form, blanks and full-width letters and digits folded.

    Full-width Chinese punctuation （），；： stays as written.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return _fold_words(str(cell))


def _fold_words(text: str) -> str:
    """Full-width letters, digits and blanks to half width; zero-width characters away; runs of blanks to one."""
    text = _CONTROLS.sub("", text)
    if text.isascii():
        return _BLANKS.sub(" ", text).strip()
    folded = [
        unicodedata.normalize("NFKC", c) if "０" <= c <= "９" or "Ａ" <= c <= "Ｚ" or "ａ" <= c <= "ｚ" else c
        for c in text
        if unicodedata.category(c) not in ("Cf", "Cs")
    ]
    return _BLANKS.sub(" ", "".join(folded)).strip()


def as_code(text: str) -> str:
    """A code, number or date as it is compared: half width, no blanks inside."""
    return text if text.isascii() and " " not in text else _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def read_day(text: str) -> datetime.date:
    """A day in any form of the public contract. Raises Fault IMP-102 for anything else."""
    folded = _BLANKS.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    match = _DAY.fullmatch(folded.replace("年 ", "年").replace("月 ", "月").replace(" 年", "年").replace(" 月", "月"))
    packed = _PACKED.fullmatch(folded)
    if match:
        year, month, day = match[1], match[2] or match[4], match[3] or match[5]
    elif packed:
        year, month, day = packed[1], packed[2], packed[3]
    else:
        raise Fault("IMP-102", f"不是日期;{_DATE_FORMS}")
    try:
        found = datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise Fault("IMP-102", "没有这一天,请核对年月日") from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Fault("IMP-102", f"年份应在 {_FIRST_YEAR}–{_LAST_YEAR} 之间")
    return found


def read_whole(text: str, most: int = 2_147_483_647) -> int:
    """A whole number from 0 on, thousands marks allowed. Raises Fault IMP-102."""
    folded = as_code(text)
    if re.fullmatch(r"\d{1,3}(,\d{3})+", folded):
        folded = folded.replace(",", "")
    if not re.fullmatch(r"\d{1,10}(\.0+)?", folded):
        raise Fault("IMP-102", "不是数字;请填 0 或正整数,不知道请留空")
    number = int(folded.split(".")[0])
    if number > most:
        raise Fault("IMP-102", f"数字过大,最多 {most}")
    return number


def read_days(text: str) -> Decimal:
    """Days of training with at most two decimals, 0 to 999. Raises Fault IMP-102."""
    folded = as_code(text).removesuffix("天")
    try:
        days = Decimal(folded)
    except InvalidOperation:
        raise Fault("IMP-102", "不是天数;请填数字,如 3 或 0.5") from None
    if not days.is_finite() or not 0 <= days <= 999 or days != days.quantize(Decimal("0.01")):
        raise Fault("IMP-102", "天数应在 0 至 999 之间,最多两位小数")
    return days


def read_yuan(text: str) -> Decimal:
    """An amount in yuan, more than 0, with at most two decimals, thousands marks allowed. Raises Fault IMP-102."""
    folded = as_code(text).removeprefix("¥").removesuffix("元").replace(",", "")
    try:
        amount = Decimal(folded)
    except InvalidOperation:
        raise Fault("IMP-102", "不是金额;请填以元为单位的数字,如 20000 或 1500.50") from None
    if not amount.is_finite() or not 0 < amount < 10**10 or amount != amount.quantize(Decimal("0.01")):
        raise Fault("IMP-102", "金额以元为单位,应大于 0、小于 100 亿,最多两位小数")
    return amount.quantize(Decimal("0.01"))
