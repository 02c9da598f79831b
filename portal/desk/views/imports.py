"""The upload page: choose a kind and a file, look at the plan and its findings, write or give up, take it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core import exports
from portal.core.entry import files, undoing
from portal.core.imports import doors, seen
from portal.core.imports.findings import OF_FILES, TITLES
from portal.core.imports.read import PACKED
from portal.core.imports.register import registers
from portal.core.listing import TYPES
from portal.core.models import AuditEntry, ImportBatch, User
from portal.core.pages import choice_in, requires, scope_of_request
from portal.core.sentences import as_page
from portal.desk import import_changes, uploads

FINDINGS_PER_PAGE = 100
_MEGABYTES = PACKED // 1024 // 1024


class UploadForm(forms.Form):
    """种类 and 文件."""

    kind = forms.ChoiceField(
        label="文件种类",
        error_messages={"required": "请选择文件种类。", "invalid_choice": "没有这个种类，请重新选择。"},
    )
    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": "请选择要导入的文件。",
            "max_length": "文件名太长，请改短后再选。",
            "invalid": "没有收到文件，请重新选择。",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = cast(forms.ChoiceField, self.fields["kind"])
        kind.choices = [
            ("", "请选择"),
            ("各单位现有的表", [(one, reader.title) for one, reader in doors.readers().items()]),
            ("登记簿", [(one, register.title) for one, register in registers().items()]),
        ]

    def clean_file(self) -> Any:
        """At most what the engine reads, said before it is read."""
        file = self.cleaned_data["file"]
        if file.size > PACKED:
            raise forms.ValidationError(f"文件超过 {_MEGABYTES} MB。请分成几个文件，或删去图片后再导入。")
        return file


@dataclass(frozen=True)
class Shown:
    """One finding as the page shows it."""

    file: str
    row: int | None
    column: str
    code: str
    value: str
    message: str
    is_error: bool

    @property
    def title(self) -> str:
        """The code in words."""
        return TITLES.get(self.code, self.code)


def findings_of(batch: ImportBatch) -> Iterator[Shown]:
    """All findings of an import: errors before warnings, in the order of the rows."""
    for severity, is_error in (("errors", True), ("warnings", False)):
        for file in batch.result.get("files", []):
            for finding in file[severity]:
                yield Shown(file=file["file"], is_error=is_error, **finding)


def _undone(batch: ImportBatch) -> bool:
    """Whether what was written was taken back."""
    return batch.entry is not None and AuditEntry.objects.filter(undoes=batch.entry).exists()


def _account(request: HttpRequest) -> User:
    return cast(User, request.user)


def _found(request: HttpRequest, key: str) -> ImportBatch:
    batch = seen.find(key, scope_of_request(request), _account(request))
    if batch is None:
        raise Http404
    return batch


def _own_plan(request: HttpRequest, key: str) -> ImportBatch:
    """A plan that this account made and has not written yet."""
    batch = _found(request, key)
    if batch.committed or batch.by != _account(request):
        raise PermissionDenied
    return batch


@require_http_methods(["GET", "HEAD", "POST"])
@requires("import")
def imports(request: HttpRequest) -> HttpResponse:
    """The form; a good file leads on to its plan, a bad one is answered at the field."""
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = uploads.plan(
                kind=form.cleaned_data["kind"],
                file_name=file.name,
                data=file.read(),
                actor=_account(request),
                scope=scope_of_request(request),
            )
            return redirect("import", seen.key_of(batch))
        except uploads.Unreadable as reason:
            form.add_error("file", f"“{file.name}”读不出内容：{as_page(str(reason))}请另选文件。")
    waiting = ImportBatch.objects.filter(by=_account(request), committed=False).first()
    context = {
        "form": form,
        "waiting": waiting,
        "waiting_key": seen.key_of(waiting) if waiting else "",
        "waits": waiting is not None and _writes(_sums(waiting)),
    }
    return render(request, "imports/upload.html", context)


#: how an import is taken back that cannot be undone
_BY_HAND = "请下载变化清单，改回“原值”后另导一份更正，新增的记录逐条撤回。"
_SUMS = ("rows", "created", "updated", "unchanged", "skipped")


def _sums(batch: ImportBatch) -> dict[str, int]:
    """The counts of all files of an import."""
    files = batch.result.get("files", [])
    return {name: sum(file[name] for file in files) for name in _SUMS}


def _writes(sums: dict[str, int]) -> bool:
    """Whether there is anything to write."""
    return bool(sums["created"] or sums["updated"])


def _way_back(batch: ImportBatch, request: HttpRequest) -> tuple[bool, str]:
    """Whether the account may undo what was written, and the sentence why not."""
    entry = batch.entry
    if entry is None or not _writes(_sums(batch)) or _undone(batch):
        return False, ""
    if entry.actor != _account(request):
        return False, "只有写入的人可以撤销这次导入；要改其中的内容，请在记录上更正。"
    if not entry.images.exists():
        return False, f"这次导入涉及的记录超过 {files.MOST:,} 条，不能一次撤销；要收回，{_BY_HAND}"
    try:
        undoing.check(entry, _account(request), scope_of_request(request))
    except undoing.CannotUndo as refusal:
        return False, f"这次导入不能一次撤销：{as_page(str(refusal))}"
    return True, ""


@require_safe
@requires("import")
def result(request: HttpRequest, key: str) -> HttpResponse:
    """The plan of an import, or what it has written: sums by file, changes by row, findings by code."""
    batch = _found(request, key)
    scope = scope_of_request(request)
    found = list(findings_of(batch))
    codes = Counter(one.code for one in found)
    code = choice_in(request, "code", {code: TITLES.get(code, code) for code in codes})
    pages = Paginator([one for one in found if not code or one.code == code], FINDINGS_PER_PAGE)
    show = choice_in(request, "show", {"created": "新增", "changed": "更改"})
    sums = _sums(batch)
    errors = sum(1 for one in found if one.is_error)
    taken_back = _undone(batch)
    may_undo, why_not = _way_back(batch, request)
    context = {
        "batch": batch,
        "key": key,
        "kind": doors.kinds().get(batch.kind, batch.kind),
        "files": batch.result.get("files", []),
        "sums": sums,
        "writes": _writes(sums),
        "errors": errors,
        "warnings": len(found) - errors,
        "refused": any(one.is_error and one.code not in OF_FILES for one in found),
        "show": show,
        "changes": import_changes.shown(batch, scope, show, request.GET.get("at")),
        "ways": import_changes.ways(batch, scope) if batch.committed and not taken_back else [],
        "undone": taken_back,
        "may_undo": may_undo,
        "why_not": why_not,
        "notes": batch.result.get("warnings", []),
        "codes": [(one, TITLES.get(one, one), number) for one, number in sorted(codes.items())],
        "code": code,
        "findings": pages.get_page(request.GET.get("page")),
        "may_write": not batch.committed and batch.by == _account(request),
    }
    return render(request, "imports/result.html", context)


@require_POST
@requires("import")
def write(request: HttpRequest, key: str) -> HttpResponse:
    """Write a plan: all of it, or with `rows=valid` the rows without errors."""
    batch = _own_plan(request, key)
    valid_rows = request.POST.get("rows") == "valid"
    try:
        report = uploads.commit(
            batch,
            actor=_account(request),
            scope=scope_of_request(request),
            valid_rows=valid_rows,
            reason=request.POST.get("reason", "").replace("\x00", "").strip()[:200],
        )
    except uploads.PlanChanged:
        messages.warning(request, "登记簿在此期间有变动，什么都没有写入。下面是按最新情况重新核对的结果，请再看一遍。")
    else:
        if report.committed:
            messages.success(request, "已写入。")
        elif report.needs_reason and (valid_rows or not report.has_errors):
            messages.error(request, "这次导入更正了已经存档用过的内容，请写明更正理由；什么都没有写入。")
        else:
            messages.error(request, "有错误，什么都没有写入。请改正文件后重新导入，或只写入无误的行。")
    return redirect("import", key)


@require_POST
@requires("import")
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Give a plan up: the file is deleted, nothing was written."""
    batch = _own_plan(request, key)
    name = batch.file_name
    batch.delete()
    messages.info(request, f"已放弃“{name}”，什么都没有写入，文件已删除。")
    return redirect("imports")


@require_safe
@requires("import")
def findings(request: HttpRequest, key: str) -> HttpResponse:
    """All findings as a workbook, to hand back to whoever filled the file in."""
    batch = _found(request, key)
    headings = ["文件", "行号", "列", "代码", "问题", "原值", "说明"]
    rows = ([f.file, f.row, f.column, f.code, f.title, f.value, f.message] for f in findings_of(batch))
    return _workbook(exports.write_xlsx(headings, rows), f"{batch.file_name}-核对结果")


@require_safe
@requires("import")
def changes(request: HttpRequest, key: str) -> HttpResponse:
    """All changes as a workbook: of a plan those that it would make, of a commit those that it made."""
    batch = _found(request, key)
    if batch.entry is not None:
        found = import_changes.every(batch.entry)
    else:
        found = iter(uploads.changes(batch, actor=_account(request), scope=scope_of_request(request)))
    titles = {kind: register.title for kind, register in registers().items()}
    rows = ([titles[one.register], one.key, one.column, one.before, one.after] for one in found)
    return _workbook(
        exports.write_xlsx(["登记簿", "记录", "项目", "原值", "新值"], rows), f"{batch.file_name}-变化清单"
    )


@require_safe
@requires("import")
def refused(request: HttpRequest, key: str) -> HttpResponse:
    """The rows with errors as they came in, to be mended in place and imported again."""
    batch = _own_plan(request, key)
    content = uploads.refused_rows(batch, actor=_account(request), scope=scope_of_request(request))
    if content is None:
        raise Http404
    return _workbook(content, f"{batch.file_name}-有错误的行")


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES["xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response
