"""The pieces every endpoint shares: one envelope for refusals, strict input, closed by default."""

import logging

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, pagination, permissions, serializers
from rest_framework.response import Response
from rest_framework.settings import api_settings

from core import clashes, money
from core.refusals import Reason, Refused

logger = logging.getLogger("core.api")


class DenyAll(permissions.BasePermission):
    """The default: an endpoint that names no permission is open to nobody."""

    def has_permission(self, request, view):
        return False

    def has_object_permission(self, request, view, obj):
        return False


class Public(permissions.AllowAny):
    """Open to everybody, on purpose."""


class SignedIn(permissions.IsAuthenticated):
    """Any active account."""


class PageNumber(pagination.PageNumberPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class CursorPagination(pagination.CursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-id"


@extend_schema_field(
    {"type": "string", "pattern": r"^[0-9]+\.[0-9]{2}$", "example": "500000.00", "maxLength": 20}
)
class YuanField(serializers.Field):
    """Yuan as text with two decimals outside, whole fen inside. Numbers are refused: JSON has
    only one kind and it is a float for most readers.
    """

    default_error_messages = {
        "not_text": '金额请以字符串形式提交，例如 "500000.00"。',
    }

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("not_text")
        try:
            return money.parse_yuan(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="invalid_amount") from error

    def to_representation(self, value):
        return money.format_yuan(value)


class WholeNumberField(serializers.IntegerField):
    """A whole number in plain digits; DRF's own also takes "１００", "5.0" and true."""

    def to_internal_value(self, data):
        plain_text = isinstance(data, str) and data.isascii() and data.lstrip("-").isdigit()
        if isinstance(data, bool) or not (isinstance(data, int) or plain_text):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictInput:
    """Mixin for serializers: a field that may not be written is an error, not silence."""

    def to_internal_value(self, data):
        if hasattr(data, "keys"):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = [key for key in data if key not in writable and key != "csrfmiddlewaretoken"]
            if unknown:
                raise serializers.ValidationError(
                    {key: [_("没有这个可以填写的字段。")] for key in unknown}, code="unknown_field"
                )
        return super().to_internal_value(data)


class StrictSerializer(StrictInput, serializers.Serializer):
    pass


class ReasonSerializer(serializers.Serializer):
    """One reason of a refusal, for the schema."""

    code = serializers.CharField()
    text = serializers.CharField()
    rule = serializers.CharField(allow_blank=True)
    remedy = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)


class EnvelopeSerializer(serializers.Serializer):
    """The one shape of every answer that is not a success, for the schema."""

    code = serializers.CharField()
    message = serializers.CharField()
    reasons = ReasonSerializer(many=True)


def envelope(code, message, reasons=()):
    return {
        "code": code,
        "message": str(message),
        "reasons": [reason.as_dict() for reason in reasons],
    }


def refused_envelope(refused):
    only = refused.reasons[0].text if len(refused.reasons) == 1 else refused.title
    return envelope(refused.code, only, refused.reasons)


def json_refusal(refused):
    """The envelope outside DRF: for middleware and error handlers."""
    return JsonResponse(
        refused_envelope(refused), status=refused.status, json_dumps_params={"ensure_ascii": False}
    )


def exception_handler(error, context):
    """DRF's EXCEPTION_HANDLER. Whatever is not listed stays an error of ours: 500, logged.

    Nothing to roll back here: services are atomic themselves, requests are not (and DRF's helper
    for it sits in a module that reads this one).
    """
    clash = clashes.as_refusal(error)
    if clash is not None:
        logger.warning("write clashed: %s", type(error).__name__, exc_info=error)
        error = clash
    if isinstance(error, Refused):
        return Response(refused_envelope(error), status=error.status)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, DjangoValidationError):
        error = exceptions.ValidationError(serializers.as_serializer_error(error))
    if not isinstance(error, exceptions.APIException):
        return None
    return Response(_api_envelope(error), status=error.status_code, headers=_headers(error))


def _headers(error):
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))
    return headers


def _api_envelope(error):
    if isinstance(error, exceptions.ValidationError):
        return envelope("bad_input", _("填写的内容需要更正"), list(_reasons(error.detail)))
    code = {
        "not_authenticated": "not_signed_in",
        "authentication_failed": "not_signed_in",
        "permission_denied": "not_allowed",
    }.get(error.default_code, error.default_code)
    detail = error.detail
    return envelope(code, detail, [Reason(code=getattr(detail, "code", code), text=str(detail))])


def _reasons(detail, path=""):
    """Flatten nested validation errors; `field` is the path with dots, empty for the whole form."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            whole = key in (api_settings.NON_FIELD_ERRORS_KEY, "detail")
            yield from _reasons(value, path if whole else f"{path}.{key}".lstrip("."))
    elif isinstance(detail, (list, tuple)):
        for index, value in enumerate(detail):
            nested = isinstance(value, (dict, list))
            yield from _reasons(value, f"{path}.{index}".lstrip(".") if nested else path)
    else:
        yield Reason(code=getattr(detail, "code", "invalid"), text=str(detail), field=path)
