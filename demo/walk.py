"""Walk a matter through the six steps by the services, as its people would.

The demo, the replay and the tests all walk; nobody inserts. Each method is one act at the time of
the walk's own clock.
"""

from datetime import timedelta

from django.utils import timezone

from communities.services.needs import file_need
from core.money import FEN_PER_WAN
from deliberation.choices import State
from deliberation.models import Notice
from deliberation.services import decisions, declaring, drafting, meetings, notices, reviews, votes
from projects.choices import ApplicantKind, ProposalType
from projects.models import PositiveItem
from projects.selectors import rule_set_in_force

MEMBERS_FOR_QUORUM_SPARE = 1


class Walk:
    """One proposal on its way. `now` moves forward with `days()`."""

    def __init__(self, cast, *, now, type=ProposalType.SERVICE, wan=5, title=None, **content):
        self.cast, self.now, self.type = cast, now, type
        self.amount_fen = content.pop("amount_fen", None) or int(wan * FEN_PER_WAN)
        self._lines = content.pop("lines", None)
        self.title = title or "社区长者关爱服务"
        self.content = content
        self.matter = None
        self.need = None
        # lines of rounds of questionnaires to cite, asked for when the evidence is filed
        self.cites = list

    def days(self, days, hours=0):
        """Let time pass."""
        self.now += timedelta(days=days, hours=hours)
        return self

    @property
    def applicant(self):
        """Who declares: an organisation's agent for services, the workstation for the rest."""
        is_service = self.type == ProposalType.SERVICE
        return self.cast.agent if is_service else self.cast.station

    def _positive_item(self):
        """The first entry of the list for the type, when the walk was given none."""
        rule_set = rule_set_in_force(timezone.localdate(self.now))
        items = PositiveItem.objects.filter(rule_set=rule_set, type=self.type)
        return items.order_by("pk").values_list("pk", flat=True).first()

    def _content(self):
        is_service = self.type == ProposalType.SERVICE
        if "positive_item_id" not in self.content:
            self.content["positive_item_id"] = self._positive_item()
        return {
            "title": self.title,
            "type": self.type,
            "summary": f"{self.title}：面向本社区居民实施。",
            "site": "社区活动中心",
            "beneficiaries": "all",
            "applicant_kind": (
                ApplicantKind.ORGANISATION if is_service else ApplicantKind.WORKSTATION
            ),
            "organisation_id": self.cast.organisation.pk if is_service else None,
            "exclusions_declared": True,
            **self.content,
        }

    def lines(self):
        """The budget lines given, else one over the whole amount."""
        return self._lines or [
            {"name": self.title, "quantity": 1, "unit": "项", "unit_price_fen": self.amount_fen}
        ]

    def draft(self, **extra):
        """Start the draft."""
        self.matter = drafting.start_draft(
            community_id=self.cast.community.pk, content=self._content() | extra.pop("content", {}),
            lines=self.lines(), actor=self.applicant, now=self.now, **extra,
        )  # fmt: skip
        return self

    @property
    def pk(self):
        return self.matter.pk

    def file_need(self, content=None, category="care", **words):
        """A resident's need that the proposal will cite."""
        self.need = file_need(
            community_id=self.cast.community.pk, category=category,
            content=content or f"希望社区能办：{self.title}", actor=None, now=self.now, **words,
        )  # fmt: skip
        return self.need

    def solicit(
        self, *, questionnaires=None, people=120, need_ids=None, no_need_reason="", tally_ids=None
    ):
        """Step 1; the forms of the rounds cited count, 60 forms where none is."""
        tally_ids = self.cites() if tally_ids is None else tally_ids
        if questionnaires is None:
            questionnaires = 0 if tally_ids else 60
        if need_ids is None:
            need_ids = [(self.need or self.file_need()).pk]
        drafting.file_evidence(
            matter_id=self.pk, need_ids=need_ids, questionnaire_count=questionnaires,
            people_count=people, summary="入户与问需表汇总，居民需求集中。",
            no_need_reason=no_need_reason, tally_ids=tally_ids, actor=self.cast.clerk,
            now=self.now,
        )  # fmt: skip
        return self

    def declare(self):
        """Step 2."""
        declaring.declare(matter_id=self.pk, actor=self.applicant, now=self.now)
        return self

    def opine(self, *, doubtful=(), negative=()):
        """Every department of the list answers; those named by kind doubt or say no."""
        for office in self.cast.street.reviewers:
            word = (
                "doubt" if office.kind in doubtful else "no" if office.kind in negative else "yes"
            )
            self.opine_of(office, word)
        return self

    def opine_of(self, office, word="yes", comment="现场条件待核实"):
        """One department of the list answers."""
        reviews.give_opinion(
            matter_id=self.pk, office_id=office.pk, feasibility=word, legality="yes",
            comment="" if word == "yes" else comment,
            actor=self.cast.street.reviewers[office], now=self.now,
        )  # fmt: skip
        return self

    def summarise(self):
        """Problem list and necessity."""
        reviews.summarise_gatekeeping(
            matter_id=self.pk, problems="施工期间注意围挡与作息。",
            necessity="居民反映集中，存在安全隐患。", actor=self.cast.street.affairs, now=self.now,
        )  # fmt: skip
        return self

    def gatekeep(self):
        """What works need before the joint review; nothing for the other types."""
        if self.type == ProposalType.WORKS:
            self.opine().summarise()
        return self

    def record_review(self, *, conclusion="pass", reason="", **extra):
        """The joint meeting's record, not yet signed."""
        reviews.record_review(
            matter_id=self.pk, held_on=timezone.localdate(self.now),
            attendees=[
                {"person_id": self.cast.party.person_id, "capacity": "party"},
                {"person_id": self.cast.signer.person_id, "capacity": "committee"},
            ],
            fit="fits", fit_reason="需求库中有多条同类需求。", conclusion=conclusion,
            reason=reason, actor=self.cast.clerk, now=self.now, **extra,
        )  # fmt: skip
        return self

    def sign(self):
        """Both capacities sign; the conclusion takes effect."""
        for signer in (self.cast.party, self.cast.signer):
            reviews.sign_review(matter_id=self.pk, actor=signer, now=self.now)
        return self

    def review(self, **extra):
        """Step 3 with everything it needs."""
        return self.gatekeep().record_review(**extra).sign()

    def post(self):
        """Post the notice."""
        notices.post_notice(
            matter_id=self.pk, places="社区宣传栏、罗湖家园网", contact_name="居委会办公室",
            contact_phone="0755-25550000", contact_address="社区居委会", actor=self.cast.clerk,
            now=self.now,
        )  # fmt: skip
        return self

    @property
    def notice(self):
        return Notice.objects.filter(matter_id=self.pk).order_by("-pk").first()

    def object(self, **extra):
        """A resident objects; returns the Objection."""
        return notices.file_objection(
            notice_id=self.notice.pk, content="选址离住户太近。", name="罗某某",
            phone="13800000000", actor=None, now=self.now, **extra,
        )  # fmt: skip

    def conclude(self):
        """End the notice."""
        notices.conclude_notice(matter_id=self.pk, actor=self.cast.clerk, now=self.now)
        return self

    def submit(self):
        """The affairs desk submits."""
        decisions.submit(matter_id=self.pk, actor=self.cast.street.affairs, now=self.now)
        return self

    def establish(self):
        """The street establishes."""
        decisions.establish(
            matter_id=self.pk, forum="街道党工委会议", actor=self.cast.street.approver, now=self.now
        )
        return self

    def announce(self, *, days_ahead=4):
        """Announce a meeting for this matter alone; returns the Meeting."""
        return announce([self], at=self.now + timedelta(days=days_ahead))

    def hold(self, *, yes=None):
        """Step 4 whole: announce, wait, vote, close."""
        meeting = self.announce()
        self.days(4, hours=1)
        hold([self], meeting, now=self.now, yes=yes)
        return self

    def to(self, state):
        """Walk from nothing to a state of the main way."""
        way = [
            (State.DRAFT, self.draft),
            (State.SOLICITED, self.solicit),
            (State.DECLARED, self.declare),
            (State.REVIEWED, lambda: self.days(1).review()),
            (State.RESOLVED, lambda: self.hold()),
            (State.PUBLICISED, lambda: self.post().days(6).conclude()),
            (State.ESTABLISHED, lambda: self.submit().days(1).establish()),
        ]
        for reached, go in way:
            go()
            if reached == state:
                return self.again()
        raise ValueError(f"{state} is not on the main way")

    def again(self):
        """Read the matter anew, so that its state is what the database says."""
        self.matter = type(self.matter).objects.with_places().get(pk=self.pk)
        return self


def announce(walks, *, at, purpose="establish"):
    """Announce one meeting for several walks of one community at `at`; returns the Meeting."""
    first = walks[0]
    return meetings.announce(
        community_id=first.cast.community.pk, starts_at=at, place="社区党群服务中心会议室",
        announced_places="社区宣传栏", actor=first.cast.clerk, now=first.now,
        items=[
            {"matter_id": walk.pk, "purpose": purpose, "presenter": walk.applicant.person.name}
            for walk in walks
        ],
    )  # fmt: skip


def hold(walks, meeting, *, now, yes=None, residents=6, spare=MEMBERS_FOR_QUORUM_SPARE):
    """Open with a quorum and a bit, vote on every item by hands, close with minutes.

    yes: the ayes for every item, or by the matter's key; all present but one by default.
    """
    asked = yes if isinstance(yes, dict) else dict.fromkeys((walk.pk for walk in walks), yes)
    cast = walks[0].cast
    present = cast.members[: min(len(cast.members), meeting.quorum + spare)]
    present_ids = [person.pk for person in present]
    meetings.open_meeting(
        meeting_id=meeting.pk, chair_id=present_ids[0], recorder_id=cast.clerk.person_id,
        present_ids=present_ids, resident_count=residents, deputy_count=1, actor=cast.clerk,
        now=now,
    )  # fmt: skip
    for item in meeting.items.order_by("position"):
        ayes = asked.get(item.matter_id)
        ayes = len(present) - 1 if ayes is None else ayes
        votes.vote(
            item_id=item.pk, method="hands", yes=ayes, no=len(present) - ayes, abstain=0,
            tellers="监票员二人", discussion="成员询问资金安排和受益人数。", actor=cast.clerk, now=now,
        )  # fmt: skip
    votes.close(
        meeting_id=meeting.pk,
        minutes="逐项介绍、提问、表决，结果当场宣布。",
        actor=cast.clerk,
        now=now,
    )
    for walk in walks:
        walk.now = max(walk.now, now)
