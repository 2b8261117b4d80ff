"""What goes out. Public fields only, except where a serializer says it is for staff in scope."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import ReasonSerializer, YuanField
from core.masking import mask_free_text, mask_name
from core.models import LedgerRow
from deliberation import ballot_browse, permissions, selectors
from deliberation.api.table import ACT_PATHS
from deliberation.models import AgendaItem, Meeting, Notice, Objection
from deliberation.present import cited_rounds
from projects.choices import ApplicantKind
from projects.selectors import typed_digest


class PlaceOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    street_code = serializers.CharField(source="street.code")
    street = serializers.CharField(source="street.name")


class MatterOut(serializers.Serializer):
    """A proposal and where it stands, for lists."""

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField(source="proposal.number", allow_null=True)
    title = serializers.SerializerMethodField()
    type = serializers.CharField(source="proposal.type")
    community = PlaceOut(source="proposal.community")
    year = serializers.IntegerField(source="proposal.year", allow_null=True)
    amount = YuanField(source="proposal.amount_fen", read_only=True)
    state = serializers.CharField()
    state_label = serializers.CharField(source="get_state_display")
    applicant = serializers.SerializerMethodField()
    is_imported = serializers.BooleanField()
    entered_at = serializers.DateTimeField(allow_null=True)
    established_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(str)
    def get_title(self, matter):
        return mask_free_text(matter.proposal.title)

    @extend_schema_field(str)
    def get_applicant(self, matter):
        """The organisation or office; a resident's name only masked."""
        proposal = matter.proposal
        if proposal.applicant_kind == ApplicantKind.RESIDENT:
            return mask_name(proposal.applicant.name)
        return (proposal.organisation or proposal.office).name


class NextActOut(serializers.Serializer):
    """One act now, for the caller: open, or closed with the reasons."""

    key = serializers.CharField()
    label = serializers.CharField()
    allowed = serializers.BooleanField()
    reasons = ReasonSerializer(many=True)
    href = serializers.SerializerMethodField()

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_href(self, open_act):
        """Where to POST the act, or None for those that address a meeting or an objection."""
        path = ACT_PATHS.get(open_act.key)
        if path is None:
            return None
        name, pk = path, self.context["matter"].pk
        try:
            return reverse(f"api:deliberation:{name}", args=[pk])
        except NoReverseMatch:
            return reverse(f"api:deliberation:{name}")


class LineOut(serializers.Serializer):
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit = serializers.CharField()
    unit_price = YuanField(source="unit_price_fen", read_only=True)
    amount = YuanField(source="amount_fen", read_only=True)


class EventOut(serializers.Serializer):
    seq = serializers.IntegerField()
    act = serializers.CharField()
    label = serializers.SerializerMethodField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()
    at = serializers.DateTimeField()
    ledger = serializers.IntegerField(source="ledger_row.ledger", default=None, allow_null=True)

    @extend_schema_field(str)
    def get_label(self, event):
        return str(selectors.act_label(event.act))


class StepOut(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    state = serializers.CharField()
    on = serializers.DateField(allow_null=True)


class OpinionOut(serializers.Serializer):
    office = serializers.CharField(source="office.name")
    office_id = serializers.IntegerField()
    round = serializers.IntegerField()
    feasibility = serializers.CharField()
    legality = serializers.CharField()
    comment = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)


class CitedRoundOut(serializers.Serializer):
    """A line of a round's summary, with its figures when it was cited."""

    round = serializers.CharField(source="round.number")
    title = serializers.CharField(source="round.title")
    label = serializers.CharField()
    count = serializers.IntegerField(help_text=_("选了这一项的有效份数"))
    valid = serializers.IntegerField(help_text=_("该轮有效份数"))


class MatterDetailOut(MatterOut):
    """The whole of a proposal. `opinions` is filled for staff in scope only."""

    summary = serializers.SerializerMethodField()
    estate = serializers.CharField(source="proposal.estate.name", default=None, allow_null=True)
    site = serializers.CharField(source="proposal.site")
    rule_set = serializers.CharField(source="proposal.rule_set.code", default=None, allow_null=True)
    positive_item = serializers.CharField(
        source="proposal.positive_item.code", default=None, allow_null=True
    )
    content_version = serializers.SerializerMethodField(
        help_text=_("填入 edit 的 seen，可以避免覆盖别人的修改。")
    )
    lines = LineOut(source="proposal.line_items", many=True)
    needs = serializers.SerializerMethodField()
    rounds = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    who_must_act = serializers.SerializerMethodField()
    events = serializers.SerializerMethodField()
    opinions = serializers.SerializerMethodField()
    next_acts = serializers.SerializerMethodField()

    @extend_schema_field(str)
    def get_content_version(self, matter):
        return typed_digest(matter.proposal)

    @extend_schema_field(str)
    def get_summary(self, matter):
        return mask_free_text(matter.proposal.summary)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_needs(self, matter):
        return list(
            matter.proposal.cited_needs.order_by("need_id").values_list("need__number", flat=True)
        )

    @extend_schema_field(CitedRoundOut(many=True))
    def get_rounds(self, matter):
        return CitedRoundOut(cited_rounds(matter), many=True).data

    @extend_schema_field(StepOut(many=True))
    def get_steps(self, matter):
        return StepOut(selectors.steps_of(matter), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_who_must_act(self, matter):
        return selectors.who_must_act(matter)

    @extend_schema_field(EventOut(many=True))
    def get_events(self, matter):
        return EventOut(selectors.timeline_of(matter), many=True).data

    @extend_schema_field(OpinionOut(many=True))
    def get_opinions(self, matter):
        if not permissions.sees_inside(self.context["user"], matter, self.context["on"]):
            return []
        rows = matter.opinions.select_related("office").order_by("round", "pk")
        return OpinionOut(rows, many=True).data

    @extend_schema_field(NextActOut(many=True))
    def get_next_acts(self, matter):
        acts = selectors.acts_open_to(self.context["user"], matter, self.context["now"])
        return NextActOut(acts, many=True, context={"matter": matter}).data


class BallotOut(serializers.Serializer):
    """A secret ballot: how many, never what."""

    state = serializers.CharField()
    entitled = serializers.IntegerField()
    used = serializers.IntegerField(help_text=_("已投票和已领纸质票的人数"))
    paper = serializers.IntegerField()
    ends_at = serializers.DateTimeField()


class AgendaItemOut(serializers.ModelSerializer):
    matter = serializers.IntegerField(source="matter_id")
    number = serializers.CharField(source="matter.proposal.number")
    title = serializers.CharField(source="matter.proposal.title")
    amount = YuanField(source="amount_fen", read_only=True)
    ballot = BallotOut(allow_null=True, read_only=True)

    class Meta:
        model = AgendaItem
        fields = [
            "id", "position", "matter", "number", "title", "purpose", "amount", "presenter",
            "method", "entitled", "yes", "no", "abstain", "result", "voted_at",
            "ballot",
        ]  # fmt: skip


class MeetingOut(serializers.ModelSerializer):
    number = serializers.CharField(read_only=True)
    community = PlaceOut()
    state_label = serializers.CharField(source="get_state_display")

    class Meta:
        model = Meeting
        fields = [
            "id", "number", "community", "year", "session", "state", "state_label", "place",
            "starts_at", "announced_at", "announced_places", "member_count", "quorum",
            "present_count", "resident_count", "deputy_count", "is_imported",
        ]  # fmt: skip


class MemberOut(serializers.Serializer):
    """A seat on the frozen roster. `person` and `id` are what the acts of the meeting take."""

    id = serializers.IntegerField()
    person = serializers.IntegerField(source="person_id")
    name = serializers.CharField(source="person.name")
    seat = serializers.CharField()
    is_present = serializers.BooleanField()


class MeetingDetailOut(MeetingOut):
    """`members` is filled for staff in scope only."""

    items = serializers.SerializerMethodField()
    members = serializers.SerializerMethodField()
    minutes = serializers.CharField()

    class Meta(MeetingOut.Meta):
        fields = [*MeetingOut.Meta.fields, "minutes", "items", "members"]

    @extend_schema_field(AgendaItemOut(many=True))
    def get_items(self, meeting):
        rows = meeting.items.select_related("matter__proposal", "box").order_by("position")
        return AgendaItemOut(ballot_browse.with_counts(list(rows)), many=True).data

    @extend_schema_field(MemberOut(many=True))
    def get_members(self, meeting):
        if not self.context["sees_inside"]:
            return []
        rows = meeting.members.select_related("person").order_by("pk")
        return MemberOut(rows, many=True).data


class NoticeOut(serializers.ModelSerializer):
    matter = serializers.IntegerField(source="matter_id")
    objection_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Notice
        fields = [
            "id", "number", "matter", "state", "content", "places", "contact_name",
            "contact_phone", "contact_address", "posted_at", "days", "mode", "starts_at",
            "ends_at", "concluded_at", "objection_count",
        ]  # fmt: skip


class ObjectionOut(serializers.ModelSerializer):
    """An objection without its author: what the author sees by receipt code, and the public."""

    notice = serializers.CharField(source="notice.number")
    state_label = serializers.CharField(source="get_state_display")

    class Meta:
        model = Objection
        fields = [
            "id", "number", "notice", "channel", "content", "filed_at", "state", "state_label",
            "answer_due_on", "answer", "send_back", "decided_at",
        ]  # fmt: skip


class ReceiptOut(ObjectionOut):
    """The answer to filing: the code is shown this once."""

    class Meta(ObjectionOut.Meta):
        fields = [*ObjectionOut.Meta.fields, "receipt_code"]


class LedgerRowOut(serializers.ModelSerializer):
    columns = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = LedgerRow
        fields = [
            "id", "ledger", "chain", "seq", "event", "subject_no", "street_code",
            "community_code", "level", "columns", "actor_name", "capacity", "at", "prev_digest",
            "digest",
        ]  # fmt: skip
