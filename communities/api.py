"""The API of needs. Every act calls the service that the page calls."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.lockout import client_ip
from communities import acts, flood, permissions, rules, selectors
from communities import round_selectors as rounds
from communities import serializers as s
from communities.api_places import PublicList
from communities.files import NEED_FORM
from communities.services import needs as services
from core.api import Public, SignedIn
from core.files import take_in
from core.refusals import BadInput, Reason


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
        fields = read_input(s.NeedInput, request)
        now, who = timezone.now(), _actor(request)
        community = _community(fields.pop("community"))
        request_id = fields.pop("request_id", None)
        if number := fields.pop("round", ""):
            # what is not there and what may not be seen are refused by the service alike
            fields["round_id"] = rounds.key_of(number)
        visitor = _client(request)
        if scan := fields.pop("form_scan", None):
            refusal = permissions.may_file_on_behalf(who, timezone.localdate(now), community)
            # before the file is kept: the public has no papers to hand in
            if refusal is None:
                fields["form_scan"] = take_in(scan, actor=who, at=now, purpose=NEED_FORM)
        need = services.file_need(
            community_id=community.pk,
            **words_of_place(fields),
            # bound to the sender: a guessed id of somebody else's request finds nothing
            form_token=flood.digest("request", f"{who and who.pk}:{visitor}:{request_id}")
            if request_id
            else "",
            client=None if fields.get("on_behalf") else visitor,
            actor=who,
            now=now,
        )
        return Response(s.NeedReceiptSerializer(need).data, status=201)


class SimilarNeeds(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="needs_similar",
        tags=["needs"],
        parameters=[s.SimilarQuery],
        responses=s.SimilarNeedSerializer(many=True),
    )
    def get(self, request):
        """At most three needs in hand that come near the text: support one instead of filing."""
        query = s.SimilarQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = selectors.similar_needs(
            query.validated_data["text"],
            _community(query.validated_data["community"]),
            timezone.now(),
            at_least=rules.similar_score(),
        )
        return Response(s.SimilarNeedSerializer(found, many=True).data)


class NeedDetail(APIView):
    permission_classes = [Public]

    @extend_schema(operation_id="need", tags=["needs"], responses=s.NeedDetailSerializer)
    def get(self, request, number):
        return detail_of(request, selectors.public_need(number))


class FollowUp(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="need_follow_up",
        tags=["needs"],
        request=s.NeedCodeInput,
        responses=s.OwnNeedSerializer,
    )
    def post(self, request):
        return _own(_opened(request, read_input(s.NeedCodeInput, request)))


class Correct(APIView):
    permission_classes = [Public]

    @extend_schema(
        operation_id="need_correct",
        tags=["needs"],
        request=s.NeedCorrectionInput,
        responses=s.OwnNeedSerializer,
    )
    def post(self, request):
        words = read_input(s.NeedCorrectionInput, request)
        code = words["query_code"]
        need = _opened(request, {name: words.pop(name) for name in ("number", "query_code")})
        return _own(
            services.correct_need(
                need_id=need.pk, query_code=code, now=timezone.now(), **words_of_place(words)
            )
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
        words = read_input(s.NeedCodeInput, request)
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
            **read_input(s.NeedSupportInput, request),
        )
        return detail_of(request, need)


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
        words = read_input(s.NeedAnswerInput, request)
        return detail_of(request, services.answer_need(**self.of(request, number), **words))


class Close(StaffAct):
    @extend_schema(
        operation_id="need_close",
        tags=["needs"],
        request=s.NeedCloseInput,
        responses=s.NeedDetailSerializer,
    )
    def post(self, request, number):
        words = read_input(s.NeedCloseInput, request)
        return detail_of(request, services.close_need(**self.of(request, number), **words))


class Reopen(StaffAct):
    @extend_schema(
        operation_id="need_reopen",
        tags=["needs"],
        request=s.NeedReopenInput,
        responses=s.NeedDetailSerializer,
    )
    def post(self, request, number):
        words = read_input(s.NeedReopenInput, request)
        return detail_of(request, services.reopen_need(**self.of(request, number), **words))


class Contact(StaffAct):
    @extend_schema(
        operation_id="need_contact",
        tags=["needs"],
        request=s.NeedContactInput,
        responses=s.NeedContactSerializer,
    )
    def post(self, request, number):
        words = read_input(s.NeedContactInput, request)
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


def read_input(serializer_class, request):
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def words_of_place(words):
    """The input's words as the services take them; a photo is decoded before any lock."""
    words = dict(words)
    if "estate" in words:
        words["estate_name"] = words.pop("estate")
    if photo := words.pop("photo", None):
        words["photo"] = services.looked_at(photo)
    return words


def _community(code):
    community = selectors.communities_of().filter(code=code).first()
    if community is None:
        raise BadInput(Reason("community_unknown", _("没有这个社区。"), field="community"))
    return community


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


def detail_of(request, need):
    context = {
        "story": selectors.story_of(need),
        "acts": acts.acts_open_to(request.user, need, timezone.localdate()),
    }
    return Response(s.NeedDetailSerializer(need, context=context).data)
