"""The API of the desk: its lists, urging, supervision, messages, channels. As the pages do."""

from django.conf import settings
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import STAFF, may_open
from core.api import EnvelopeSerializer, SignedIn, StrictSerializer, WholeNumberField
from core.refusals import NotAllowed, Reason
from deliberation import selectors
from deliberation.services.base import not_found
from portal import api_desk_out as out
from portal import desk, permissions, services
from portal.choices import EmailMode
from portal.models import Channel
from portal.rules import EMAIL_MAX, REASON_MAX, TEXT_MAX
from portal.services import attention, channels

PAGE_SIZE = 20
REFUSALS = dict.fromkeys((400, 403, 404, 409), EnvelopeSerializer)


class Paged(StrictSerializer):
    page = WholeNumberField(required=False, min_value=1)


class TodoQuery(Paged):
    queue = serializers.ChoiceField(
        [key for key in desk.QUEUE_KEYS if key], required=False, help_text="不写为全部"
    )
    act = serializers.CharField(max_length=32, required=False)
    q = serializers.CharField(max_length=60, required=False)


class DoneQuery(Paged):
    act = serializers.CharField(max_length=32, required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class MessageQuery(Paged):
    copies = serializers.BooleanField(
        required=False, default=None, allow_null=True, help_text="true：抄送；false：轮到本人的"
    )
    unread = serializers.BooleanField(required=False)


class SupervisedQuery(Paged):
    lifted = serializers.BooleanField(required=False)


class UrgeIn(StrictSerializer):
    text = serializers.CharField(max_length=TEXT_MAX)


class SuperviseIn(StrictSerializer):
    due_on = serializers.DateField()
    reason = serializers.CharField(max_length=REASON_MAX)


class LiftIn(StrictSerializer):
    result = serializers.CharField(max_length=REASON_MAX)


class ReadIn(StrictSerializer):
    ids = serializers.ListField(
        child=WholeNumberField(min_value=1), max_length=200, required=False, default=None,
        allow_null=True, help_text="不写为全部",
    )  # fmt: skip
    copies_only = serializers.BooleanField(required=False, default=False)


class ChannelIn(StrictSerializer):
    email = serializers.CharField(max_length=EMAIL_MAX, allow_blank=True)
    email_mode = serializers.ChoiceField(EmailMode.choices)
    sms_overdue = serializers.BooleanField()


class TokenIn(StrictSerializer):
    token = serializers.CharField(max_length=200)


def _asked(query_class, request):
    query = query_class(data=request.query_params)
    query.is_valid(raise_exception=True)
    words = dict(query.validated_data)
    return words.pop("page", 1), words


def _typed(input_class, request):
    given = input_class(data=request.data)
    given.is_valid(raise_exception=True)
    return given.validated_data


def _paged(rows, page, serializer_class, load=list):
    found = Paginator(rows, PAGE_SIZE).get_page(page)
    return Response(
        {
            "count": found.paginator.count,
            "page": found.number,
            "pages": found.paginator.num_pages,
            "results": serializer_class(load(found), many=True).data,
        }
    )


class Door(APIView):
    permission_classes = [SignedIn]


class TodoView(Door):
    @extend_schema(operation_id="desk_todo", tags=["desk"], parameters=[TodoQuery],
                   responses=out.TodoPage)  # fmt: skip
    def get(self, request):
        """待办: what waits for the caller; late supervision first, then by day."""
        page, words = _asked(TodoQuery, request)
        todo = desk.Todo(request.user, timezone.now())
        answer = _paged(todo.narrowed(**words), page, out.TodoOut, desk.with_matters)
        answer.data["queues"] = {queue.key or "all": n for queue, n in todo.counts()}
        return answer


class DoneView(Door):
    @extend_schema(operation_id="desk_done", tags=["desk"], parameters=[DoneQuery],
                   responses=out.DonePage)  # fmt: skip
    def get(self, request):
        """已办: what the caller did, newest first."""
        page, words = _asked(DoneQuery, request)
        return _paged(desk.done_by(request.user, **words), page, out.DoneOut)


class MessagesView(Door):
    @extend_schema(operation_id="messages", tags=["desk"], parameters=[MessageQuery],
                   responses=out.MessagePage)  # fmt: skip
    def get(self, request):
        """The caller's messages; `copies=true`: 抄送."""
        page, words = _asked(MessageQuery, request)
        return _paged(desk.messages_of(request.user, **words), page, out.MessageOut)


class ReadView(Door):
    @extend_schema(operation_id="messages_read", tags=["desk"], request=ReadIn,
                   responses={200: out.ReadOut, **REFUSALS})  # fmt: skip
    def post(self, request):
        """Mark as read: those named, or all."""
        words = _typed(ReadIn, request)
        read = services.mark_read(
            actor=request.user, now=timezone.now(), notification_ids=words["ids"],
            copies_only=words["copies_only"],
        )  # fmt: skip
        return Response({"read": read})


class SupervisedView(Door):
    @extend_schema(operation_id="desk_supervised", tags=["desk"], parameters=[SupervisedQuery],
                   responses={200: out.SupervisedPage, 403: EnvelopeSerializer})  # fmt: skip
    def get(self, request):
        """督办 of the caller's places."""
        page, words = _asked(SupervisedQuery, request)
        if not may_open(request.user, STAFF):
            raise NotAllowed(Reason("staff_only", _("督办清单由工作人员查阅。")))
        rows = desk.supervisions_for(request.user, timezone.now(), **words)
        return _paged(rows, page, out.SupervisionOut)


class AttentionView(Door):
    @extend_schema(operation_id="attention", tags=["desk"],
                   responses={200: out.AttentionOut, 404: EnvelopeSerializer})  # fmt: skip
    def get(self, request, pk):
        """Since when it waits, who urged, supervision: for those inside and the applicant."""
        return _attention(request, pk, timezone.now())


def _attention(request, pk, now):
    on = timezone.localdate(now)
    matter = selectors.matter_for(request.user, pk, on)
    if not permissions.sees_attention(request.user, matter, on):
        raise not_found()
    return Response(out.AttentionOut(desk.attention_of(matter, now)).data)


def act_view(name, input_class, service):
    """The endpoint of one act on the waiting of a matter; answers as AttentionView does."""

    class ActView(Door):
        @extend_schema(operation_id=name, tags=["desk"], request=input_class,
                       responses={200: out.AttentionOut, **REFUSALS})  # fmt: skip
        def post(self, request, pk):
            now = timezone.now()
            service(matter_id=pk, **_typed(input_class, request), actor=request.user, now=now)
            return _attention(request, pk, now)

    ActView.__name__ = name.title().replace("_", "")
    return ActView


UrgeView = act_view("urge", UrgeIn, attention.urge)
SuperviseView = act_view("supervise", SuperviseIn, attention.supervise)
LiftView = act_view("lift_supervision", LiftIn, attention.lift_supervision)


def _channel(request):
    one = Channel.objects.filter(person_id=request.user.person_id).first() or Channel()
    told = {"mail_is_on": settings.MAIL != "none", "sms_is_on": bool(settings.SMS_BACKEND)}
    return Response({**out.ChannelOut(one).data, **told})


class ChannelView(Door):
    @extend_schema(operation_id="channels", tags=["desk"], responses=out.ChannelPage)
    def get(self, request):
        """How the caller is told outside the house."""
        return _channel(request)

    @extend_schema(operation_id="channels_set", tags=["desk"], request=ChannelIn,
                   responses={200: out.ChannelPage, **REFUSALS})  # fmt: skip
    def put(self, request):
        """Change it; a new address gets a letter with a link first."""
        channels.set_channels(**_typed(ChannelIn, request), actor=request.user, now=timezone.now())
        return _channel(request)


class AskAgainView(Door):
    @extend_schema(operation_id="channels_ask_again", tags=["desk"], request=StrictSerializer,
                   responses={200: out.ChannelPage, **REFUSALS})  # fmt: skip
    def post(self, request):
        """Another confirmation letter."""
        _typed(StrictSerializer, request)
        channels.ask_again(actor=request.user, now=timezone.now())
        return _channel(request)


class ConfirmView(Door):
    @extend_schema(operation_id="channels_confirm", tags=["desk"], request=TokenIn,
                   responses={200: out.ChannelPage, **REFUSALS})  # fmt: skip
    def post(self, request):
        """The words of the link confirm the address."""
        channels.confirm_email(**_typed(TokenIn, request), actor=request.user, now=timezone.now())
        return _channel(request)
