"""What may follow what in the life of a need, of an import of needs, of a round of questionnaires."""

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


# somebody still waits for it
LIVE = (NeedStatus.OPEN, NeedStatus.TAKEN_UP)


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

    @transition(field=status, source=NeedStatus.OPEN, target=NeedStatus.MERGED)
    def merge(self, into):
        """The same need stands in the pool already; what was said stays with this row."""
        self.merged_into = into

    @transition(field=status, source=NeedStatus.MERGED, target=NeedStatus.OPEN)
    def unmerge(self):
        """It was not the same after all."""
        self.merged_into = None

    @transition(field=status, source=NeedStatus.OPEN, target=NeedStatus.WITHDRAWN)
    def withdraw(self):
        """The author took it back within the time for corrections."""


class ImportState(models.TextChoices):
    WAITING = "waiting", _("等待检查")
    CHECKING = "checking", _("正在检查")
    FAULTY = "faulty", _("有错误，需更正")
    READY = "ready", _("检查通过，待确认")
    CONFIRMED = "confirmed", _("已确认，等待导入")
    WRITING = "writing", _("正在导入")
    DONE = "done", _("已导入")
    FAILED = "failed", _("没有导入")
    CANCELLED = "cancelled", _("已放弃")


IMPORT_LOOKS = {
    ImportState.FAULTY: "warn",
    ImportState.READY: "info",
    ImportState.DONE: "ok",
    ImportState.FAILED: "stop",
}
# What a worker has in its hands; everything else waits for a person or is over.
AT_WORK = (
    ImportState.WAITING,
    ImportState.CHECKING,
    ImportState.CONFIRMED,
    ImportState.WRITING,
)


class NeedImportMachine(FSMModelMixin, models.Model):
    """A killed worker's step begins again, so checking and writing may follow themselves."""

    state = FSMField(
        _("状态"),
        max_length=12,
        choices=ImportState.choices,
        default=ImportState.WAITING,
        protected=True,
        editable=False,
    )

    class Meta:
        abstract = True

    @transition(
        field=state,
        source=[ImportState.WAITING, ImportState.CHECKING],
        target=ImportState.CHECKING,
    )
    def begin_check(self):
        """The trial run: every row is looked at, nothing is written."""

    @transition(field=state, source=ImportState.CHECKING, target=ImportState.FAULTY)
    def find_faults(self):
        """Rows are to be mended in the sheet; then it is uploaded again."""

    @transition(field=state, source=ImportState.CHECKING, target=ImportState.READY)
    def pass_check(self):
        """Every row can be imported."""

    @transition(field=state, source=ImportState.READY, target=ImportState.CONFIRMED)
    def confirm(self):
        """Somebody has read what would be written and wants it."""

    @transition(
        field=state,
        source=[ImportState.CONFIRMED, ImportState.WRITING],
        target=ImportState.WRITING,
    )
    def begin_writing(self):
        """The rows are written in one transaction: all or none."""

    @transition(field=state, source=ImportState.WRITING, target=ImportState.DONE)
    def finish(self):
        """All announced rows are needs now."""

    @transition(field=state, source=[*AT_WORK], target=ImportState.FAILED)
    def fail(self):
        """Nothing was written, and the reason is kept."""

    @transition(
        field=state,
        source=[ImportState.WAITING, ImportState.READY],
        target=ImportState.CANCELLED,
    )
    def cancel(self):
        """Somebody does not want it any more; nothing was written."""


class RoundState(models.TextChoices):
    OPEN = "open", _("收表中")
    CLOSED = "closed", _("已汇总")
    CANCELLED = "cancelled", _("已取消")


ROUND_LOOKS = {
    RoundState.OPEN: "info",
    RoundState.CLOSED: "ok",
    RoundState.CANCELLED: "neutral",
}


class RoundMachine(FSMModelMixin, models.Model):
    """A round of questionnaires: forms come in, then the figures are fixed."""

    state = FSMField(
        _("状态"),
        max_length=12,
        choices=RoundState.choices,
        default=RoundState.OPEN,
        protected=True,
        editable=False,
    )

    class Meta:
        abstract = True

    @transition(field=state, source=RoundState.OPEN, target=None)
    def tally(self):
        """What the forms say so far is entered; it may be entered again."""

    @transition(field=state, source=RoundState.OPEN, target=RoundState.CLOSED)
    def close(self, on, at):
        """The last form is in: from here on the figures are fixed."""
        self.closed_on, self.closed_at = on, at

    @transition(field=state, source=RoundState.CLOSED, target=None)
    def correct(self):
        """A figure was wrong; the earlier one stays on record."""

    @transition(
        field=state,
        source=[RoundState.OPEN, RoundState.CLOSED],
        target=RoundState.CANCELLED,
    )
    def cancel(self, reason):
        """The round does not count; nothing rests on it."""
        self.cancel_reason = reason
