"""Lists as files: what a page shows, as a spreadsheet or as text; every export is audited."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from portal.core import audit, exports
from portal.core.pages import address, choice_in, scope_of_request

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def offered(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(word, what it is good for, address) of each format, for those who may export."""
    if not scope_of_request(request).can("export"):
        return []
    return [(word, exports.HINTS[kind], address(request, **{"as": kind})) for kind, word in exports.FORMATS.items()]


def as_file(
    request: HttpRequest,
    name: str,
    day: datetime.date,
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    detail: dict[str, Any],
) -> HttpResponse:
    """The rows in the format that the address names. Raises PermissionDenied and WrongAddress."""
    if not scope_of_request(request).can("export"):
        raise PermissionDenied
    kind = choice_in(request, "as", exports.FORMATS)
    write = exports.write_xlsx if kind == "xlsx" else exports.write_csv
    content = write(headings, rows)
    audit.record(actor=request.user, action="导出", subject=name, detail=detail)  # type: ignore[arg-type]
    response = HttpResponse(content, content_type=_TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}-{day.isoformat()}.{kind}")
    return response
