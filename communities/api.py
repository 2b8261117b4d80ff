"""The API of places and needs. Every act calls the service that the page calls."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.lockout import client_ip
from communities import acts, flood, permissions, selectors
from communities import serializers as s
from communities.files import NEED_FORM
from communities.services import needs as services
from core.api import PageNumber, Public, SignedIn
from core.files import take_in
from core.refusals import BadInput, Reason

PAGING = ("page", "page_size")


class PublicList(generics.ListAPIView):
    """A list whose filters are exactly those of its query serializer; any other word is 400."""

    permission_classes = [Public]
    pagination_class = PageNumber
    filter_backends = []
    query_class = None

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.rows()
        given = {k: v for k, v in self.request.query_params.items() if k not in PAGING}
        query = self.query_class(data=given)
        query.is_valid(raise_exception=True)
        return self.rows(**query.validated_data)


@extend_schema_view(
    get=extend_schema(operation_id="streets", tags=["places"], parameters=[s.StreetQuery])
)
class StreetList(PublicList):
    serializer_class = s.StreetSerializer
    query_class = s.StreetQuery

    def rows(self, district=""):
        rows = selectors.streets()
        return rows.filter(district__code=district) if district else rows


@extend_schema_view(
    get=extend_schema(operation_id="communities", tags=["places"], parameters=[s.CommunityQuery])
)
class CommunityList(PublicList):
    serializer_class = s.CommunitySerializer
    query_class = s.CommunityQuery

    def rows(self, street=""):
        return selectors.communities_of(street)


@extend_schema_view(
    get=extend_schema(operation_id="offices", tags=["places"], parameters=[s.OfficeQuery])
)
class OfficeList(PublicList):
    serializer_class = s.OfficeSerializer
    query_class = s.OfficeQuery

    def rows(self, **where):
        return selectors.offices(**where)


@extend_schema_view(
    get=extend_schema(
        operation_id="organisations", tags=["places"], parameters=[s.OrganisationQuery]
    )
)
class OrganisationList(PublicList):
    serializer_class = s.OrganisationSerializer
    query_class = s.OrganisationQuery

    def rows(self, **where):
        return selectors.organisations(**where)


class NeedList(PublicList):
    serializer_class = s.NeedSerializer
    query_class = s.NeedQuery

    def rows(self, **words):
        return selectors.filtered_needs(selectors.public_needs(), **words)

    @extend_schema(operation_id="needs", tags=["needs"], parameters=[s.NeedQuery])
    def get(self, request):
        return self.list(request)

    @extend_schema(
        operation_id="need_file",
        tags=["needs"],
        request=s.NeedInput,
        responses={201: s.NeedReceiptSerializer},
    )
    def post(self, request):
        """Anybody files a need; `on_behalf` is for the clerks of the place."""
        fields = _read(s.NeedInput, request)
        now, who = timezone.now(), _actor(request)
        community = selectors.communities_of().filter(code=fields.pop("community")).first()
        if community is None:
            raise BadInput(Reason("community_unknown", _("没有这个社区。"), field="community"))
        request_id = fields.pop("request_id", None)
        visitor = _client(request)
        if scan := fields.pop("form_scan", None):
            refusal = permissions.may_file_on_behalf(who, timezone.localdate(now), community)
            # before the file is kept: the public has no papers to hand in
            if refusal is None:
                fields["form_scan"] = take_in(scan, actor=who, at=now, purpose=NEED_FORM)
        need = services.file_need(
            community_id=community.pk,
            **fields,
            # bound to the sender: a guessed id of somebody else's request finds nothing
            form_token=flood.digest("request", f"{who and who.pk}:{visitor}:{request_id}")
            if request_id
            else "",
            client=None if fields.get("on_behalf") else visitor,
            actor=who,
            now=now,
        )
        return Response(s.NeedReceiptSerializer(need).data, status=201)


class NeedDetail(APIView):
    permission_classes = [Public]

    @extend_schema(operation_id="need", tags=["needs"], responses=s.NeedDetailSerializer)
    def get(self, request, number):
        return _detail(request, selectors.public_need(number))


class FollowUp(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="need_follow_up",
        tags=["needs"],
        request=s.NeedCodeInput,
        responses=s.OwnNeedSerializer,
    )
    def post(self, request):
        return _own(_opened(request, _read(s.NeedCodeInput, request)))


class Correct(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="need_correct",
        tags=["needs"],
        request=s.NeedCorrectionInput,
        responses=s.OwnNeedSerializer,
    )
    def post(self, request):
        words = _read(s.NeedCorrectionInput, request)
        code = words["query_code"]
        need = _opened(request, {name: words.pop(name) for name in ("number", "query_code")})
        return _own(
            services.correct_need(need_id=need.pk, query_code=code, now=timezone.now(), **words)
        )


class Withdraw(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="need_withdraw",
        tags=["needs"],
        request=s.NeedCodeInput,
        responses=s.OwnNeedSerializer,
    )
    def post(self, request):
        words = _read(s.NeedCodeInput, request)
        need = _opened(request, words)
        return _own(
            services.withdraw_need(
                need_id=need.pk, query_code=words["query_code"], now=timezone.now()
            )
        )


class Support(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="need_support",
        tags=["needs"],
        request=s.NeedSupportInput,
        responses=s.NeedDetailSerializer,
    )
    def post(self, request, number):
        need = services.support_need(
            need_id=selectors.public_need(number).pk,
            client=_client(request),
            actor=_actor(request),
            now=timezone.now(),
            **_read(s.NeedSupportInput, request),
        )
        return _detail(request, need)


class StaffAct(APIView):
    """An act of those in whose scope the need lies; to all others the need does not exist."""

    permission_classes = [SignedIn]

    def of(self, request, number):
        need = selectors.need_for(request.user, number, timezone.localdate())
        return {"need_id": need.pk, "actor": request.user, "now": timezone.now()}


class Answer(StaffAct):
    @extend_schema(
        operation_id="need_answer",
        tags=["needs"],
        request=s.NeedAnswerInput,
        responses=s.NeedDetailSerializer,
    )
    def post(self, request, number):
        words = _read(s.NeedAnswerInput, request)
        return _detail(request, services.answer_need(**self.of(request, number), **words))


class Close(StaffAct):
    @extend_schema(
        operation_id="need_close",
        tags=["needs"],
        request=s.NeedCloseInput,
        responses=s.NeedDetailSerializer,
    )
    def post(self, request, number):
        words = _read(s.NeedCloseInput, request)
        return _detail(request, services.close_need(**self.of(request, number), **words))


class Reopen(StaffAct):
    @extend_schema(
        operation_id="need_reopen",
        tags=["needs"],
        request=s.NeedReopenInput,
        responses=s.NeedDetailSerializer,
    )
    def post(self, request, number):
        words = _read(s.NeedReopenInput, request)
        return _detail(request, services.reopen_need(**self.of(request, number), **words))


class Contact(StaffAct):
    @extend_schema(
        operation_id="need_contact",
        tags=["needs"],
        request=s.NeedContactInput,
        responses=s.NeedContactSerializer,
    )
    def post(self, request, number):
        words = _read(s.NeedContactInput, request)
        contact = services.reveal_contact(**self.of(request, number), **words)
        return Response(s.NeedContactSerializer(contact).data)


class MyAppointments(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="my_appointments",
        tags=["accounts"],
        responses=s.AppointmentSerializer(many=True),
    )
    def get(self, request):
        rows = permissions.appointments_of(request.user, timezone.localdate())
        return Response(s.AppointmentSerializer(rows, many=True).data)


def _read(serializer_class, request):
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _actor(request):
    return request.user if request.user.is_authenticated else None


def _client(request):
    return flood.client(
        address=client_ip(request) or "", session_key=request.session.session_key or ""
    )


def _opened(request, words):
    return services.open_follow_up(**words, client=_client(request), now=timezone.now())


def _own(need):
    context = {"story": selectors.story_of(need)}
    return Response(s.OwnNeedSerializer(need, context=context).data)


def _detail(request, need):
    context = {
        "story": selectors.story_of(need),
        "acts": acts.acts_open_to(request.user, need, timezone.localdate()),
    }
    return Response(s.NeedDetailSerializer(need, context=context).data)
