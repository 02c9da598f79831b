"""Every error is `{"code","detail","fields"}`, in Chinese."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.core.indicators import CannotAnswer

logger = logging.getLogger(__name__)

#: status → code and sentence; a sentence of the exception itself goes first where it says more
_ANSWERS: dict[int, tuple[str, str]] = {
    400: ("invalid", "请求的参数有误。"),
    401: ("not-signed-in", "请先登录,或在请求头中给出令牌:Authorization: Bearer 令牌。"),
    403: ("forbidden", "您没有这项权限。"),
    404: ("not-found", "没有这项资料,或不在您的范围内。"),
    405: ("method-not-allowed", "接口目前只供读取,只接受 GET 与 HEAD。"),
    406: ("not-acceptable", "接口只返回 JSON。"),
    415: ("unsupported-media-type", "接口只接受 JSON。"),
    500: ("internal", "程序出错,已记入日志,请联系系统管理员。"),
}
#: exceptions whose sentence is written for whoever asked; the others' own sentences are the framework's
_OWN_SENTENCE = (exceptions.AuthenticationFailed, exceptions.PermissionDenied)


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """The response for an exception raised in an endpoint (`EXCEPTION_HANDLER`)."""
    known = _known(error)
    if known is None:
        logger.exception("An endpoint failed", exc_info=error)
    set_rollback()
    _speak_json(context["request"])
    status = known.status_code if known else 500
    code, sentence = _ANSWERS.get(status, _ANSWERS[400])
    fields: dict[str, list[str]] = {}
    if isinstance(known, exceptions.ValidationError):
        fields = _fields(known.detail)
        sentence = next((said for sentences in fields.values() for said in sentences), sentence)
        fields.pop("", None)
    elif isinstance(known, _OWN_SENTENCE):
        sentence = str(known.detail)
    headers = {"WWW-Authenticate": header} if (header := getattr(known, "auth_header", "")) else {}
    return Response({"code": code, "detail": sentence, "fields": fields}, status=status, headers=headers)


def _known(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, CannotAnswer):
        return exceptions.ValidationError({"": [str(error)]})
    if isinstance(error, Http404):
        return exceptions.NotFound()
    return exceptions.PermissionDenied() if isinstance(error, DjangoPermissionDenied) else None


def _fields(detail: Any) -> dict[str, list[str]]:
    """Parameter → sentences; what belongs to no parameter stands under the empty name."""
    if isinstance(detail, Mapping):
        return {name: [str(s) for s in ([said] if isinstance(said, str) else said)] for name, said in detail.items()}
    return {"": [str(said) for said in detail]}


def _speak_json(request: Any) -> None:
    """Errors are JSON also where the endpoint itself speaks YAML or nothing that was asked for."""
    request.accepted_renderer = JSONRenderer()
    request.accepted_media_type = JSONRenderer.media_type
