"""A small address table whose views refuse, clash and break, for tests/core/test_doors.py."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError
from django.http import Http404, HttpResponse
from django.urls import include, path
from django_fsm import ConcurrentTransition, TransitionNotAllowed
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import DenyAll, Public, SignedIn, StrictSerializer, WholeNumberField, YuanField
from core.refusals import BadInput, Conflict, NotAllowed, NotFound, Reason

RULES = {
    "ok": "public",
    "mine": "signed_in",
    "desk": "staff",
    "office:*": "admin",
    "raise": "public",
    "form": "public",
    "accounts:*": "public",
    "portal:*": "public",
    "api:*": "public",
}
OVER = Reason("over_cap", "超过上限", rule="操作指引 2.0", remedy="请拆分", field="amount")


class Busy(Exception):
    pgcode = "55P03"


def _busy(cause):
    error = OperationalError("canceling statement")
    error.__cause__ = cause
    return error


ERRORS = {
    "conflict": Conflict(OVER, Reason("late", "已过期")),
    "forbidden": NotAllowed(OVER),
    "missing": NotFound(OVER),
    "bad": BadInput(OVER),
    "fsm": TransitionNotAllowed("no"),
    "stale": ConcurrentTransition("no"),
    "protected": ProtectedError("no", set()),
    "integrity": IntegrityError("UNIQUE"),
    "locked": OperationalError("database is locked"),
    "busy": _busy(Busy()),
    "gone": OperationalError("server closed the connection"),
    "http404": Http404(),
    "denied": PermissionDenied(),
    "odd": SuspiciousOperation(),
    "bug": ZeroDivisionError(),
    "django": ValidationError({"amount": ["坏"]}),
    "throttled": exceptions.Throttled(wait=3.2),
    "anonymous": exceptions.NotAuthenticated(),
}


def ok(request, **kwargs):
    return HttpResponse("ok")


def plain(request):
    """Does not look at the session."""
    return HttpResponse("plain")


def raising(request, what):
    raise ERRORS[what]


class Line(StrictSerializer):
    amount = YuanField(source="amount_fen")


class Input(StrictSerializer):
    amount = YuanField(source="amount_fen")
    count = WholeNumberField(min_value=0, required=False)
    note = serializers.CharField(required=False)
    state = serializers.CharField(read_only=True)
    lines = Line(many=True, required=False)


class Open(APIView):
    permission_classes = [Public]

    def get(self, request, what):
        raise ERRORS[what]

    def post(self, request, what):
        serializer = Input(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.validated_data)


class Closed(APIView):
    def get(self, request):
        return Response("secret")


class Members(APIView):
    permission_classes = [SignedIn]

    def get(self, request):
        return Response(Input({"amount_fen": 50_000_000, "state": "draft"}).data)


assert Closed.permission_classes == [DenyAll]

api = [
    path("open/<str:what>/", Open.as_view(), name="open"),
    path("closed/", Closed.as_view(), name="closed"),
    path("members/", Members.as_view(), name="members"),
]
office = [path("", ok, name="index"), path("unnamed/", ok)]

urlpatterns = [
    path("ok/", ok, name="ok"),
    path("mine/", ok, name="mine"),
    path("desk/", ok, name="desk"),
    path("forgotten/", ok, name="forgotten"),
    path("office/", include((office, "office"))),
    path("raise/<str:what>/", raising, name="raise"),
    path("form/", ok, name="form"),
    path("api/v1/", include((api, "api"))),
    path("", include("accounts.urls")),
    path("", include("portal.urls")),
]

handler400 = "core.pages.bad_request"
handler403 = "core.pages.permission_denied"
handler404 = "core.pages.page_not_found"
handler500 = "core.pages.server_error"
