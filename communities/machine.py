"""What may follow what in the life of a need."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition


class NeedStatus(models.TextChoices):
    OPEN = "open", _("开放")
    TAKEN_UP = "taken_up", _("已立案")
    SOLVED = "solved", _("已解决")
    DECLINED = "declined", _("不纳入")
    MERGED = "merged", _("已合并")
    WITHDRAWN = "withdrawn", _("已撤回")


LOOKS = {
    NeedStatus.OPEN: "info",
    NeedStatus.TAKEN_UP: "warn",
    NeedStatus.SOLVED: "ok",
    NeedStatus.DECLINED: "stop",
    NeedStatus.MERGED: "neutral",
    NeedStatus.WITHDRAWN: "neutral",
}


class NeedMachine(FSMModelMixin, models.Model):
    """Transitions set fields on self and nothing else; services save and record."""

    status = FSMField(
        _("状态"),
        max_length=12,
        choices=NeedStatus.choices,
        default=NeedStatus.OPEN,
        protected=True,
        editable=False,
    )

    class Meta:
        abstract = True

    @transition(
        field=status, source=[NeedStatus.OPEN, NeedStatus.TAKEN_UP], target=NeedStatus.TAKEN_UP
    )
    def take_up(self):
        """A proposal cites the need; a second proposal may cite it as well."""

    @transition(field=status, source=NeedStatus.TAKEN_UP, target=NeedStatus.OPEN)
    def release(self):
        """No proposal cites the need any more."""

    @transition(
        field=status, source=[NeedStatus.OPEN, NeedStatus.TAKEN_UP], target=NeedStatus.SOLVED
    )
    def solve(self, reason):
        self.reason = reason

    @transition(field=status, source=NeedStatus.OPEN, target=NeedStatus.DECLINED)
    def decline(self, reason):
        self.reason = reason

    @transition(
        field=status, source=[NeedStatus.SOLVED, NeedStatus.DECLINED], target=NeedStatus.OPEN
    )
    def reopen(self):
        self.reason = ""

    @transition(field=status, source=NeedStatus.OPEN, target=NeedStatus.WITHDRAWN)
    def withdraw(self):
        """The author took it back within the time for corrections."""
