"""What a random walk does and checks: its matters, its acts, the legal steps written by hand."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, Sum

from communities.services.gatekeeping import set_gatekeeping
from core.money import FEN_PER_WAN
from core.refusals import Refused
from core.verify import run
from deliberation.models import AgendaItem, Matter, MatterEvent, Objection
from projects.choices import EntryKind
from projects.models import Envelope, EnvelopeEntry, RuleSet
from tests.reliability.attempts import ATTEMPTS
from tests.reliability.digest import rows_written
from tests.reliability.situations import NOW, build

# The outbox is worked after commit, and what else is not here does not change on these walks.
BOOKS = {"I1", "I2", "I6", "I7", "I8", "I9"}
CHAINS = {"I10", "I11", "P4", "P5"}
CHAINS_EVERY = 10

# Where the matters of a walk begin.
STARTS = (
    "draft", "solicited", "recorded", "reviewed", "announced", "open", "posted", "objected",
    "publicised", "submitted", "established", "returned",
)  # fmt: skip

# Who does it by right; "applicant" is the workstation here.
RIGHTFUL = {
    "edit": "station", "attach": "station", "detach": "station", "file_evidence": "clerk",
    "declare": "station", "redeclare": "station", "return_for_correction": "clerk",
    "give_opinion": "reviewer", "record_survey": "reviewer", "summarise_gatekeeping": "affairs",
    "record_review": "clerk", "discard_review": "clerk", "sign_review": "party", "announce_meeting": "clerk",
    "open_meeting": "clerk", "change_chair": "clerk", "adjourn_meeting": "clerk",
    "cancel_meeting": "clerk", "close_meeting": "clerk", "vote": "clerk", "defer": "clerk",
    "post_notice": "clerk", "file_objection": "nobody", "record_objection": "clerk",
    "decide_objection": "clerk", "conclude_notice": "clerk", "submit_for_decision": "affairs",
    "establish": "approver", "return_from_street": "approver", "reject_at_street": "approver",
    "withdraw": "station", "doubt": "",
}  # fmt: skip
WAITS = [timedelta(hours=hours) for hours in (1, 24, 4 * 24, 6 * 24, 40 * 24)]
ROLES = (
    "nobody", "resident", "agent", "clerk", "party", "signer", "station", "affairs", "approver",
    "reviewer", "double", "founder", "officer", "auditor", "far_clerk", "next_clerk",
)  # fmt: skip

# What usually comes after an act, so that walks get somewhere: (act, who, days to wait first).
NEXT = {
    "edit": ("file_evidence", "clerk", 0), "file_evidence": ("declare", "station", 0),
    "declare": ("give_opinions", "", 0), "redeclare": ("give_opinions", "", 0),
    "record_survey": ("give_opinions", "", 0), "give_opinions": ("summarise_gatekeeping", "affairs", 0),
    "give_opinion": ("give_opinions", "", 0), "doubt": ("record_survey", "reviewer", 0),
    "summarise_gatekeeping": ("record_review", "clerk", 0),
    "record_review": ("sign_review", "party", 0), "discard_review": ("record_review", "clerk", 0),
    "sign_review": ("sign_both", "", 0),
    "sign_both": ("announce_meeting", "clerk", 0), "announce_meeting": ("open_meeting", "clerk", 4),
    "open_meeting": ("vote", "clerk", 0), "defer": ("close_meeting", "clerk", 0),
    "cancel_meeting": ("announce_meeting", "clerk", 0),
    "adjourn_meeting": ("announce_meeting", "clerk", 0), "vote": ("close_meeting", "clerk", 0),
    "close_meeting": ("post_notice", "clerk", 0), "post_notice": ("conclude_notice", "clerk", 6),
    "file_objection": ("decide_objection", "clerk", 0),
    "record_objection": ("uphold", "clerk", 0), "decide_objection": ("conclude_notice", "clerk", 6),
    "uphold": ("announce_meeting", "clerk", 0), "conclude_notice": ("submit_for_decision", "affairs", 0),
    "submit_for_decision": ("establish", "approver", 0), "return_for_correction": ("redeclare", "station", 0),
    "return_from_street": ("redeclare", "station", 0),
}  # fmt: skip
# At each start, the act done last.
LAST = {
    "draft": "edit", "solicited": "file_evidence", "recorded": "record_review",
    "reviewed": "sign_both", "announced": "announce_meeting", "open": "open_meeting",
    "posted": "post_notice", "objected": "record_objection", "publicised": "conclude_notice",
    "submitted": "submit_for_decision", "established": "establish",
    "returned": "return_for_correction",
}  # fmt: skip

# domain.md §8.2, written out: act → its legal (before, after).
REVIEWING = [("declared", "declared")]
VOTED = [("resolved", "resolved"), ("publicised", "publicised"), ("objected", "objected")]
STEPS = {
    "start_draft": [("", "draft")],
    "edit": [(s, s) for s in ("draft", "solicited", "returned")],
    "file_evidence": [("draft", "solicited")],
    "declare": [("solicited", "declared")],
    "redeclare": [("returned", "declared")],
    "return_for_correction": [("declared", "returned")],
    "give_opinion": [
        *REVIEWING, ("surveying", "surveying"), ("declared", "surveying"),
    ],
    "record_survey": [("surveying", "declared")],
    "summarise_gatekeeping": REVIEWING,
    "record_review": REVIEWING,
    "discard_review": REVIEWING,
    "sign_review": [
        *REVIEWING, ("declared", "reviewed"), ("declared", "returned"), ("declared", "rejected"),
    ],
    "announce_meeting": [
        ("reviewed", "reviewed"), ("deferred", "reviewed"), ("resolved", "resolved"),
        ("publicised", "publicised"),
    ],
    "vote": [
        ("reviewed", "resolved"), ("reviewed", "rejected"), ("resolved", "withdrawn"),
        ("publicised", "withdrawn"), ("resolved", "resolved"), ("publicised", "publicised"),
    ],
    "defer": [("reviewed", "deferred"), *VOTED],
    "post_notice": [("resolved", "resolved")],
    "file_objection": [
        ("resolved", "objected"), *VOTED,
    ],
    "record_objection": [
        ("resolved", "objected"), *VOTED,
    ],
    "decide_objection": [
        ("objected", "objected"), ("objected", "resolved"), ("objected", "declared"),
        ("objected", "reviewed"),
    ],
    "conclude_notice": [("resolved", "publicised")],
    "submit_for_decision": [("publicised", "publicised")],
    "establish": [("publicised", "established")],
    "return_from_street": [("publicised", "returned")],
    "reject_at_street": [("publicised", "rejected")],
    "withdraw": [
        (s, "withdrawn") for s in (
            "draft", "solicited", "declared", "returned", "surveying", "reviewed", "deferred",
        )
    ],
}  # fmt: skip
LEGAL = {(act, *pair) for act, pairs in STEPS.items() for pair in pairs}
NO_LEDGER = {"start_draft", "edit"}


@dataclass
class Stage:
    """What all walks share: the people, and one matter at each start."""

    people: dict
    matters: dict
    now: object
    verified: int = 0
    chains: int = 0


def set_stage(world, people):
    """Build the stage: two departments, and a year of 80 万, so that 30 万 fits twice."""
    street = world.home.street
    few = dict(list(street.reviewers.items())[:2])
    set_gatekeeping(
        street=street.street, kinds=[office.kind for office in few], since=date(2017, 5, 1),
        actor=world.founder, now=NOW,
    )  # fmt: skip
    street.reviewers = few
    RuleSet.objects.update(community_year_cap_fen=80 * FEN_PER_WAN)
    matters = {name: build(name, world.home, wan=30) for name in STARTS}
    return Stage(people, matters, now=max(s.now for s in matters.values()))


def give_opinions(s, actor, now):
    """Both departments at once, whatever the actor: a walk has only 25 steps."""
    s.walk.now = now
    s.walk.opine()


def doubt(s, actor, now):
    """The first department doubts."""
    s.walk.now = now
    s.walk.opine_of(next(iter(s.walk.cast.street.reviewers)), "doubt")


def sign_both(s, actor, now):
    """Both signatures, or the one that is missing."""
    for signer in (s.walk.cast.party, s.walk.cast.signer):
        with suppress(Refused), transaction.atomic():
            ATTEMPTS["sign_review"](s, signer, now)


def uphold(s, actor, now):
    back = "reviewed" if now.day % 2 else "resolved"
    return ATTEMPTS["decide_objection"](s, actor, now, is_upheld=True, send_back=back)


ACTS = ATTEMPTS | {
    "give_opinions": give_opinions, "doubt": doubt, "sign_both": sign_both, "uphold": uphold,
}  # fmt: skip


def _announced(s, meeting):
    s.meeting_id, s.quorum = meeting.pk, meeting.quorum
    s.item_id = meeting.items.values_list("pk", flat=True).get()


def _decided(s, _objection):
    s.objection_id = (
        Objection.objects.filter(notice__matter=s.matter_id, state="open")
        .values_list("pk", flat=True)
        .first()
        or s.objection_id
    )


# What the next acts are about, after an act was done: cheaper than reading everything again.
AFTER = {
    "announce_meeting": _announced,
    "post_notice": lambda s, notice: setattr(s, "notice_id", notice.pk),
    "file_objection": lambda s, objection: setattr(s, "objection_id", objection.pk),
    "record_objection": lambda s, objection: setattr(s, "objection_id", objection.pk),
    "decide_objection": _decided,
    "uphold": _decided,
    "attach": lambda s, attachment: setattr(s, "attachment_id", attachment.pk),
}


@dataclass
class Party:
    """The matters of one walk, and what the books said after the step before."""

    stage: Stage
    starts: list
    seen: dict = field(default_factory=dict)
    last: dict = field(default_factory=dict)
    written: int = -1

    def __post_init__(self):
        self.now = self.stage.now
        self.matters = {}
        for name in self.starts:
            mine = replace(self.stage.matters[name])
            self.matters.setdefault(mine.matter_id, mine)
            self.last[mine.matter_id] = LAST[name]
        self.seen = dict.fromkeys(self.matters, (0, ""))

    def step(self, which, how, act, role, turn):
        """One attempt: "done", "refused", or "waited". Any other exception ends the walk.

        how: the usual "next" act, any act by its "right" person or by "any", or "wait".
        """
        if how == "wait":
            self.now += WAITS[turn]
            return "waited"
        matters = list(self.matters.values())
        s = matters[which % len(matters)]
        last = self.last[s.matter_id]
        if how == "next" and last in NEXT:
            act, role, days = NEXT[last]
            self.now += timedelta(days=days)
        elif how != "any":
            role = RIGHTFUL[act]
        try:
            with transaction.atomic():
                result = ACTS[act](s, self.stage.people.get(role), self.now)
        except Refused as refused:
            assert refused.reasons and all(reason.code for reason in refused.reasons)
            return "refused"
        if act in AFTER:
            AFTER[act](s, result)
        self.last[s.matter_id] = act
        return "done"

    def check(self):
        """The books of these matters, the envelope, the ledgers and the votes."""
        written = rows_written()
        if written == self.written:
            return
        self.written = written
        self._check_path()
        self._check_money()
        self._check_votes()

    def _check_path(self):
        # of each matter only what is new
        new = Q(pk__in=[])
        for pk, (seq, _state) in self.seen.items():
            new |= Q(matter_id=pk, seq__gt=seq)
        rows = MatterEvent.objects.filter(new).order_by("matter_id", "seq")
        for pk, seq, act, before, after, row in rows.values_list(
            "matter_id", "seq", "act", "from_state", "to_state", "ledger_row_id"
        ):
            last_seq, last_state = self.seen[pk]
            assert (seq, before) == (last_seq + 1, last_state), f"{act}: not continuous"
            assert (act, before, after) in LEGAL, f"{act} from {before} to {after} is illegal"
            assert (row is None) == (act in NO_LEDGER), f"{act}: ledger row {row}"
            self.seen[pk] = (seq, after)
        for pk, state, count in Matter.objects.filter(pk__in=self.seen).values_list(
            "pk", "state", "event_count"
        ):
            assert self.seen[pk] == (count, state), f"{self.seen[pk]} but {count} {state}"
            self.matters[pk].state = state

    def _check_money(self):
        # a long walk reaches the next year, which has an envelope of its own
        for envelope in Envelope.objects.all():
            entries = EnvelopeEntry.objects.filter(envelope=envelope, kind=EntryKind.RESERVE)
            total = entries.aggregate(n=Sum("amount_fen"))["n"] or 0
            assert envelope.reserved_fen == total <= envelope.cap_fen - envelope.paid_fen

    def _check_votes(self):
        rows = AgendaItem.objects.filter(
            matter_id__in=self.seen, result__in=["carried", "lost"]
        ).values_list("yes", "no", "abstain", "entitled", "result", "meeting__present_count")
        for yes, no, abstain, entitled, result, present in rows:
            assert yes + no + abstain == entitled <= present
            assert (result == "carried") == (2 * yes > entitled)

    def verify(self):
        """The invariants, as `manage.py verify` asks them; the chains every tenth time."""
        codes = BOOKS
        if self.stage.verified % CHAINS_EVERY == 0:
            codes = BOOKS | CHAINS
            self.stage.chains += 1
        self.stage.verified += 1
        findings = run(self.now, only=codes).findings
        assert findings == [], [str(finding) for finding in findings]
