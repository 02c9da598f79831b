"""How a sentence of a command reads on a page.

In prose. Commands print half-width punctuation, as the public contract gives it; pages use full-width. A mark becomes
full-width where Chinese stands beside it: so digits (1,000), times (12:30), codes and addresses stay as they are, and
so does whatever is quoted (“…”), since that is how somebody wrote it. Brackets change in pairs.
"""

from __future__ import annotations

import re

_WIDE = {";": "；", ",": "，", ":": "：", "(": "（", ")": "）"}
#: Chinese characters, Chinese punctuation, quotation marks; full-width forms
_CHINESE = r"[\u3400-\u9fff\u3000-\u303f\u2018-\u201d\uff01-\uff60]"
_QUOTED = re.compile(r"(“[^”]*”)")
_PAIR = re.compile(rf"(?<={_CHINESE})\(([^()]*)\)|\(([^()]*)\)(?={_CHINESE})|\((?={_CHINESE})([^()]*)\)")
_MARK = re.compile(rf"(?<={_CHINESE})[;,:](?!//)|[;,:](?={_CHINESE})")


def as_page(text: str) -> str:
    """The sentence with the punctuation of pages."""
    parts = _QUOTED.split(text)
    # quoted words count as Chinese for the marks beside them, and are put back untouched
    open_text = "“”".join(parts[::2])
    widened = _MARK.sub(lambda found: _WIDE[found[0]], _widen_pairs(open_text))
    pieces = iter(parts[1::2])
    return re.sub("“”", lambda _: next(pieces), widened)


def _widen_pairs(text: str) -> str:
    """Brackets next to Chinese, or around it, as a pair; from the innermost out."""
    while (widened := _PAIR.sub(lambda found: f"（{found[1] or found[2] or found[3] or ''}）", text)) != text:
        text = widened
    return text
