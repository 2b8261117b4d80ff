"""Matters at every state, by walking: some states more than once, where acts depend on more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from deliberation.models import AgendaItem, Matter, Meeting, Notice, Objection
from demo.walk import Walk, announce, hold
from tests.reliability import attempts

NOW = datetime(2017, 6, 1, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DEPARTMENTS = 6


@dataclass
class Situation:
    """One matter with what the acts may be about. Ids are 0 where there is nothing."""

    name: str
    walk: Walk
    state: str = ""
    meeting_id: int = 0
    quorum: int = 9
    item_id: int = 0
    notice_id: int = 0
    objection_id: int = 0
    attachment_id: int = 0

    @property
    def matter_id(self):
        return self.walk.pk

    @property
    def now(self):
        return self.walk.now

    def read(self):
        """Look at the database again: the newest meeting, notice and objection of the matter."""
        matter = Matter.objects.get(pk=self.matter_id)
        self.state = matter.state
        item = AgendaItem.objects.filter(matter=matter).order_by("-pk").first()
        if item is not None:
            self.item_id, self.meeting_id = item.pk, item.meeting_id
            self.quorum = Meeting.objects.get(pk=item.meeting_id).quorum
        notice = Notice.objects.filter(matter=matter).order_by("-pk").first()
        self.notice_id = notice.pk if notice else 0
        objections = Objection.objects.filter(notice__matter=matter)
        # an open one first: that is the one to be decided
        objection = objections.order_by("-state", "-pk").filter(state="open").first()
        objection = objection or objections.order_by("-pk").first()
        self.objection_id = objection.pk if objection else 0
        attachment = matter.proposal.attachments.order_by("pk").first()
        self.attachment_id = attachment.pk if attachment else 0
        return self


def _with_file(walk):
    attempts.attach(Situation("", walk), walk.applicant, walk.now)


def _drafted(walk):
    walk.draft()
    walk.file_need()
    _with_file(walk)


def _solicited(walk):
    _drafted(walk)
    walk.solicit()


def _declared(walk):
    _solicited(walk)
    walk.declare()
    walk.days(1)


def _answered(walk):
    _declared(walk)
    walk.opine()


def _gatekept(walk):
    _declared(walk)
    walk.gatekeep()


def _recorded(walk):
    _gatekept(walk)
    walk.record_review()


def _half_signed(walk):
    _recorded(walk)
    attempts.ATTEMPTS["sign_review"](Situation("", walk), walk.cast.party, walk.now)


def _surveying(walk):
    _declared(walk)
    office = list(walk.cast.street.reviewers)[1]
    walk.opine_of(office, "doubt")


def _reviewed(walk):
    _recorded(walk)
    walk.sign()


def _announced_early(walk):
    _reviewed(walk)
    walk.meeting = walk.announce()


def _announced(walk):
    _announced_early(walk)
    walk.days(4, hours=1)


def _open(walk):
    _announced(walk)
    attempts.open_meeting(Situation("", walk).read(), walk.cast.clerk, walk.now)


def _deferred(walk):
    _open(walk)
    attempts.defer(Situation("", walk).read(), walk.cast.clerk, walk.now)


def _voted(walk):
    _open(walk)
    attempts.vote(Situation("", walk).read(), walk.cast.clerk, walk.now)


def _resolved(walk):
    _announced(walk)
    hold([walk], walk.meeting, now=walk.now)


def _posted(walk):
    _resolved(walk)
    walk.post().days(1)


def _run_out(walk):
    _posted(walk)
    walk.days(5)


def _objected(walk):
    _posted(walk)
    walk.object()


def _publicised(walk):
    _run_out(walk)
    walk.conclude()


def _submitted(walk):
    _publicised(walk)
    walk.submit().days(1)


def _established(walk):
    _submitted(walk)
    walk.establish()


def _returned(walk):
    _declared(walk)
    attempts.ATTEMPTS["return_for_correction"](Situation("", walk), walk.cast.clerk, walk.now)


def _rejected(walk):
    _announced(walk)
    hold([walk], walk.meeting, now=walk.now, yes=1)


def _withdrawn(walk):
    _declared(walk)
    attempts.ATTEMPTS["withdraw"](Situation("", walk), walk.applicant, walk.now)


BUILDERS = {
    "draft": _drafted, "solicited": _solicited, "declared": _declared, "answered": _answered,
    "gatekept": _gatekept, "recorded": _recorded, "half_signed": _half_signed,
    "surveying": _surveying, "reviewed": _reviewed, "announced_early": _announced_early,
    "announced": _announced, "open": _open, "deferred": _deferred, "voted": _voted,
    "resolved": _resolved, "posted": _posted, "run_out": _run_out, "objected": _objected,
    "publicised": _publicised, "submitted": _submitted, "established": _established,
    "returned": _returned, "rejected": _rejected, "withdrawn": _withdrawn,
}  # fmt: skip


class OwnWalk(Walk):
    """A resident walks in person."""

    @property
    def applicant(self):
        return self.cast.resident


def build(name, cast, *, now=NOW, **content):
    """Walk a new matter into the situation; works of 30 万 by the workstation unless told else."""
    kind = OwnWalk if content.get("applicant_kind") == "resident" else Walk
    walk = kind(cast, now=now, **({"type": "works", "wan": 30} | content))
    walk.meeting = None
    BUILDERS[name](walk)
    return Situation(name, walk).read()


def crowd(cast, count, until, *, now=NOW, conclusion="pass", **content):
    """That many services on the same way in one transaction, through one meeting; the walks.

    until: "solicited", "half_signed", "open" (the meeting), "posted" or "submitted".
    """
    with transaction.atomic():
        walks = [Walk(cast, now=now, type="service", **content) for _n in range(count)]
        for walk in walks:
            walk.draft().solicit()
        if until == "solicited":
            return walks
        for walk in walks:
            walk.declare().record_review(conclusion=conclusion, reason="见会议记录")
            attempts.ATTEMPTS["sign_review"](Situation("", walk), cast.party, now)
        if until == "half_signed":
            return walks
        for walk in walks:
            attempts.ATTEMPTS["sign_review"](Situation("", walk), cast.signer, now)
        meeting = announce(walks, at=now + timedelta(days=4))
        for walk in walks:
            walk.days(4)
        if until == "open":
            attempts.open_meeting(Situation("", walks[0]).read(), cast.clerk, walks[0].now)
            return walks
        hold(walks, meeting, now=walks[0].now)
        for walk in walks:
            walk.post()
            if until == "submitted":
                walk.days(6).conclude().submit().days(1)
        return walks
