"""Meetings, votes, notices, objections, ledgers and the import of history."""

from django.db.models import Count
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.lockout import client_ip
from communities import flood
from communities.api_places import PublicList
from communities.permissions import scope_of
from core.api import EnvelopeSerializer, Public, SignedIn
from core.models import LedgerRow
from core.refusals import NotAllowed, refuse_if
from deliberation import selectors
from deliberation.api import inputs as i
from deliberation.api import outputs as o
from deliberation.api.matters import REFUSALS, community_by_code, detail, read
from deliberation.choices import ObjectionChannel
from deliberation.models import AgendaItem, Objection
from deliberation.services import history, meetings, notices, votes
from deliberation.services.base import not_found

PLACES = {"street": "community__street__code", "community": "community__code", "year": "year"}
NOTICE_PLACES = {
    "street": "matter__proposal__community__street__code",
    "community": "matter__proposal__community__code",
    "year": "posted_at__year",
}


def meeting_detail(request, pk, status=200):
    """A meeting as the caller may see it; the roster is for staff in scope."""
    meeting = selectors.meetings_visible().filter(pk=pk).first()
    if meeting is None:
        raise not_found()
    scope = scope_of(request.user, timezone.localdate(timezone.now()))
    context = {"sees_inside": scope.covers(meeting.community)}
    return Response(o.MeetingDetailOut(meeting, context=context).data, status=status)


class MeetingList(PublicList):
    serializer_class = o.MeetingOut
    query_class = i.PlaceQuery

    def rows(self, **words):
        return selectors.meetings_visible().filter(
            **{PLACES[key]: value for key, value in words.items()}
        )

    @extend_schema(operation_id="meetings", tags=["meetings"], parameters=[i.PlaceQuery])
    def get(self, request):
        return self.list(request)

    @extend_schema(
        operation_id="announce_meeting", tags=["meetings"], request=i.AnnounceInput,
        responses={201: o.MeetingDetailOut, **REFUSALS},
    )  # fmt: skip
    def post(self, request):
        """Announce a meeting; agenda and roster are frozen from here."""
        if not request.user.is_authenticated:
            self.permission_denied(request)
        fields = read(i.AnnounceInput, request)
        community = community_by_code(fields.pop("community"))
        meeting = meetings.announce(
            community_id=community.pk, actor=request.user, now=timezone.now(), **fields
        )
        return meeting_detail(request, meeting.pk, status=201)


class MeetingDetail(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="meeting", tags=["meetings"],
        responses={200: o.MeetingDetailOut, 404: EnvelopeSerializer},
    )  # fmt: skip
    def get(self, request, pk):
        return meeting_detail(request, pk)


MEETING_ENDPOINTS = {
    "open_meeting": (i.OpenMeetingInput, meetings.open_meeting),
    "change_chair": (i.ChairInput, meetings.change_chair),
    "adjourn_meeting": (i.AttendanceInput, votes.adjourn),
    "cancel_meeting": (i.WrittenReasonInput, votes.cancel),
    "close_meeting": (i.MinutesInput, votes.close),
}
ITEM_ENDPOINTS = {
    "vote": (i.VoteInput, votes.vote),
    "defer": (i.WrittenReasonInput, votes.defer_item),
}


def meeting_view(key, input_class, call, tags=("meetings",)):
    """An endpoint that calls `call(request, pk, fields, now)` and shows the meeting."""

    class MeetingActView(APIView):
        permission_classes = [SignedIn]

        @extend_schema(
            operation_id=key, tags=list(tags), request=input_class,
            responses={200: o.MeetingDetailOut, **REFUSALS},
        )  # fmt: skip
        def post(self, request, pk):
            meeting_id = call(request, pk, read(input_class, request), timezone.now())
            return meeting_detail(request, meeting_id)

    MeetingActView.__name__ = f"{key.title().replace('_', '')}View"
    return MeetingActView.as_view()


def meeting_act_view(key):
    """The endpoint of one act on a meeting."""
    input_class, service = MEETING_ENDPOINTS[key]

    def call(request, pk, fields, now):
        service(meeting_id=pk, actor=request.user, now=now, **fields)
        return pk

    return meeting_view(key, input_class, call)


def item_act_view(key):
    """The endpoint of one act on an agenda item."""
    input_class, service = ITEM_ENDPOINTS[key]

    def call(request, pk, fields, now):
        service(item_id=pk, actor=request.user, now=now, **fields)
        return AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=pk)

    return meeting_view(key, input_class, call)


class NoticeList(PublicList):
    serializer_class = o.NoticeOut
    query_class = i.PlaceQuery

    def rows(self, **words):
        return (
            selectors.notices_public()
            .filter(**{NOTICE_PLACES[key]: value for key, value in words.items()})
            .annotate(objection_count=Count("objections"))
        )

    @extend_schema(operation_id="notices", tags=["notices"], parameters=[i.PlaceQuery])
    def get(self, request):
        return self.list(request)


class NoticeDetail(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="notice", tags=["notices"],
        responses={200: o.NoticeOut, 404: EnvelopeSerializer},
    )  # fmt: skip
    def get(self, request, pk):
        rows = selectors.notices_public().annotate(objection_count=Count("objections"))
        notice = rows.filter(pk=pk).first()
        if notice is None:
            raise not_found()
        return Response(o.NoticeOut(notice).data)


def _visitor(request):
    """Who a public caller is to the counters of floods."""
    return flood.client(
        address=client_ip(request) or "", session_key=request.session.session_key or ""
    )


class FileObjection(APIView):
    """Anybody objects; the name stays with the staff of the place."""

    permission_classes = [Public]

    @extend_schema(
        operation_id="file_objection", tags=["notices"], request=i.ObjectionInput,
        responses={201: o.ReceiptOut, **REFUSALS},
    )  # fmt: skip
    def post(self, request, pk):
        fields, now = read(i.ObjectionInput, request), timezone.now()
        visitor = _visitor(request)
        request_id = fields.pop("request_id")
        token = (
            flood.digest("objection", f"{visitor}:{pk}:{request_id}")[:40] if request_id else None
        )
        objection = notices.file_objection(
            notice_id=pk, form_token=token, client=visitor, actor=None, now=now, **fields
        )
        return Response(o.ReceiptOut(objection).data, status=201)


class RecordObjection(APIView):
    permission_classes = [SignedIn]
    parser_classes = [JSONParser, MultiPartParser, FormParser]

    @extend_schema(
        operation_id="record_objection", tags=["notices"], request=i.PaperObjectionInput,
        responses={201: o.ReceiptOut, **REFUSALS},
    )  # fmt: skip
    def post(self, request, pk):
        fields = read(i.PaperObjectionInput, request)
        objection = notices.file_objection(
            notice_id=pk, channel=ObjectionChannel.PAPER, actor=request.user, now=timezone.now(),
            **fields,
        )  # fmt: skip
        return Response(o.ReceiptOut(objection).data, status=201)


class DecideObjection(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="decide_objection", tags=["notices"], request=i.DecideObjectionInput,
        responses={200: o.MatterDetailOut, **REFUSALS},
    )  # fmt: skip
    def post(self, request, pk):
        now = timezone.now()
        notices.decide_objection(
            objection_id=pk, actor=request.user, now=now, **read(i.DecideObjectionInput, request)
        )
        matter_id = Objection.objects.values_list("notice__matter_id", flat=True).get(pk=pk)
        return detail(request, matter_id, now)


class FollowObjection(APIView):
    """The author looks up the answer; the code travels in the body, never in an address."""

    permission_classes = [Public]

    @extend_schema(
        operation_id="follow_objection", tags=["notices"], request=i.ReceiptInput,
        responses={200: o.ObjectionOut, 400: EnvelopeSerializer, 404: EnvelopeSerializer},
    )  # fmt: skip
    def post(self, request):
        code = read(i.ReceiptInput, request)["code"]
        objection = notices.open_receipt(code=code, client=_visitor(request), now=timezone.now())
        return Response(o.ObjectionOut(objection).data)


class LedgerList(PublicList):
    """Rows of one ledger in the caller's places."""

    permission_classes = [SignedIn]
    serializer_class = o.LedgerRowOut
    query_class = i.LedgerQuery

    def rows(self, **words):
        if getattr(self, "swagger_fake_view", False):
            return LedgerRow.objects.none()
        user, on = self.request.user, timezone.localdate(timezone.now())
        refuse_if(selectors.may_read_ledgers(user, on), NotAllowed)
        lookups = {"community": "community_code", "street": "street_code", "event": "event"}
        return selectors.ledger_rows(user, self.kwargs["number"], on).filter(
            **{lookups[key]: value for key, value in words.items()}
        )

    @extend_schema(
        operation_id="ledger_rows", tags=["ledgers"],
        parameters=[
            i.LedgerQuery,
            OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH),
        ],
    )  # fmt: skip
    def get(self, request, number):
        return self.list(request)


class ImportHistory(APIView):
    """Take over records of rule set 1.0: all rows or none, every bad row reported."""

    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="import_history", tags=["history"], request=i.HistoryInput,
        responses={200: i.HistoryOut, **REFUSALS},
    )  # fmt: skip
    def post(self, request):
        fields = read(i.HistoryInput, request)
        made, known = history.import_records(
            rows=[history.HistoryRow(**row) for row in fields["records"]],
            is_trial=fields["is_trial"], actor=request.user, now=timezone.now(),
        )  # fmt: skip
        answer = {"imported": made, "already_there": known, "is_trial": fields["is_trial"]}
        return Response(i.HistoryOut(answer).data)
