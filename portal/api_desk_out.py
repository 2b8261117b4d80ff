"""What the API of the desk answers."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.masking import mask_free_text
from deliberation.selectors import act_label


class DueOut(serializers.Serializer):
    on = serializers.DateField()
    left = serializers.IntegerField(help_text="工作日；负数为超期")
    words = serializers.CharField()


class WaitingOut(serializers.Serializer):
    act = serializers.CharField(source="turn")
    act_label = serializers.CharField(source="act")
    since = serializers.DateTimeField(source="began_at")
    due = DueOut(allow_null=True)
    supervised = DueOut(allow_null=True)


class MatterBits(serializers.Serializer):
    """A matter in a list of the desk."""

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField(source="proposal.number", allow_null=True)
    title = serializers.SerializerMethodField()
    community = serializers.CharField(source="community.code")
    state = serializers.CharField()

    @extend_schema_field(serializers.CharField())
    def get_title(self, matter):
        return mask_free_text(matter.proposal.title)


class TodoOut(serializers.Serializer):
    """Of (Waiting, Matter)."""

    matter = serializers.SerializerMethodField()
    waiting = serializers.SerializerMethodField()

    @extend_schema_field(MatterBits())
    def get_matter(self, pair):
        return MatterBits(pair[1]).data

    @extend_schema_field(WaitingOut())
    def get_waiting(self, pair):
        return WaitingOut(pair[0]).data


class DoneOut(serializers.Serializer):
    act = serializers.CharField()
    act_label = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    to_state = serializers.CharField()
    matter = MatterBits()

    @extend_schema_field(serializers.CharField())
    def get_act_label(self, event):
        return str(act_label(event.act))


class MessageOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    matter_id = serializers.IntegerField()
    asks_act = serializers.BooleanField()
    text = serializers.CharField()
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class SupervisionBits(serializers.Serializer):
    level = serializers.CharField()
    reason = serializers.CharField()
    opened_on = serializers.DateField()
    due_on = serializers.DateField()
    is_open = serializers.BooleanField()
    result = serializers.CharField()
    lifted_at = serializers.DateTimeField(allow_null=True)


class SupervisionOut(SupervisionBits):
    matter = MatterBits()


class UrgeOut(serializers.Serializer):
    text = serializers.CharField()
    side = serializers.CharField()
    act = serializers.CharField(source="turn")
    at = serializers.DateTimeField()


class AttentionOut(serializers.Serializer):
    waiting = WaitingOut(allow_null=True)
    urges = UrgeOut(many=True)
    supervisions = SupervisionBits(many=True)


class ReadOut(serializers.Serializer):
    read = serializers.IntegerField()


class ChannelOut(serializers.Serializer):
    email = serializers.CharField()
    email_mode = serializers.CharField()
    is_confirmed = serializers.BooleanField()
    sms_overdue = serializers.BooleanField()


class ChannelPage(ChannelOut):
    mail_is_on = serializers.BooleanField()
    sms_is_on = serializers.BooleanField()


class _Page(serializers.Serializer):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()


class TodoPage(_Page):
    results = TodoOut(many=True)
    queues = serializers.DictField(child=serializers.IntegerField())


class DonePage(_Page):
    results = DoneOut(many=True)


class MessagePage(_Page):
    results = MessageOut(many=True)


class SupervisedPage(_Page):
    results = SupervisionOut(many=True)
