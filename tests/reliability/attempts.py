"""Every act of the tables, called with words that would do if person and moment were right."""

from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from deliberation.choices import State
from deliberation.services import decisions, declaring, drafting, meetings, notices, reviews, votes
from demo.pictures import lane_after_survey

ATTEMPTS = {}


def attempt(key):
    """Register (situation, actor, now) → the service of one act."""

    def register(function):
        ATTEMPTS[key] = function
        return function

    return register


def png():
    """A small honest picture."""
    data = BytesIO()
    Image.new("RGB", (4, 4), "white").save(data, "PNG")
    return SimpleUploadedFile("图纸.png", data.getvalue(), "image/png")


def _plain(key, service, **words):
    ATTEMPTS[key] = lambda s, actor, now: service(
        matter_id=s.matter_id, actor=actor, now=now, **words
    )


_plain("declare", declaring.declare)
_plain("redeclare", declaring.redeclare)
_plain("return_for_correction", declaring.return_for_correction, reason="预算明细不全")
_plain("withdraw", declaring.withdraw, reason="改期再办")
_plain(
    "summarise_gatekeeping", reviews.summarise_gatekeeping, problems="施工围挡", necessity="有隐患"
)
_plain("sign_review", reviews.sign_review)
_plain(
    "post_notice", notices.post_notice, places="宣传栏", contact_name="居委会",
    contact_phone="0755-25550000", contact_address="社区居委会",
)  # fmt: skip
_plain("conclude_notice", notices.conclude_notice)
_plain("submit_for_decision", decisions.submit)
_plain("establish", decisions.establish, forum="党工委会议")
_plain("return_from_street", decisions.return_from_street, ground="procedure", reason="程序须补正")
_plain("reject_at_street", decisions.reject_at_street, ground="budget", reason="资金不足")


@attempt("edit")
def edit(s, actor, now):
    lines = [{"name": "改后的明细", "quantity": 1, "unit": "项", "unit_price_fen": 1_000_000}]
    return drafting.edit(
        matter_id=s.matter_id, content=s.walk._content(), lines=lines, actor=actor, now=now
    )


@attempt("attach")
def attach(s, actor, now):
    return drafting.attach(
        matter_id=s.matter_id, upload=png(), kind="photo", title="现场", actor=actor, now=now
    )


@attempt("detach")
def detach(s, actor, now):
    return drafting.detach(
        matter_id=s.matter_id, attachment_id=s.attachment_id, actor=actor, now=now
    )


@attempt("file_evidence")
def file_evidence(s, actor, now):
    return drafting.file_evidence(
        matter_id=s.matter_id, need_ids=[s.walk.need.pk], questionnaire_count=60, people_count=100,
        summary="入户问需", actor=actor, now=now,
    )  # fmt: skip


def office_for(s, actor):
    """The actor's own department, else the first of the street."""
    offices = s.walk.cast.street.reviewers
    mine = [office for office, user in offices.items() if user == actor]
    return (mine or list(offices))[0]


@attempt("give_opinion")
def give_opinion(s, actor, now):
    return reviews.give_opinion(
        matter_id=s.matter_id, office_id=office_for(s, actor).pk, feasibility="yes",
        legality="yes", actor=actor, now=now,
    )  # fmt: skip


@attempt("record_survey")
def record_survey(s, actor, now):
    return reviews.record_survey(
        matter_id=s.matter_id, surveyed_on=timezone.localdate(now), people="街道、社区各一人",
        conclusion="现场条件具备", photos=[lane_after_survey()], actor=actor, now=now,
    )  # fmt: skip


@attempt("record_review")
def record_review(s, actor, now):
    cast = s.walk.cast
    return reviews.record_review(
        matter_id=s.matter_id, held_on=timezone.localdate(now),
        attendees=[
            {"person_id": cast.party.person_id, "capacity": "party"},
            {"person_id": cast.signer.person_id, "capacity": "committee"},
        ],
        fit="fits", fit_reason="同类需求多", conclusion="pass", actor=actor, now=now,
    )  # fmt: skip


@attempt("discard_review")
def discard_review(s, actor, now):
    return reviews.discard_review(
        matter_id=s.matter_id, reason="到会人员录错", actor=actor, now=now
    )


@attempt("announce_meeting")
def announce_meeting(s, actor, now):
    after_vote = s.state in (State.RESOLVED, State.PUBLICISED, State.OBJECTED)
    return meetings.announce(
        community_id=s.walk.cast.community.pk, starts_at=now + timedelta(days=4), place="会议室",
        announced_places="宣传栏", actor=actor, now=now,
        items=[{
            "matter_id": s.matter_id, "presenter": "申报人",
            "purpose": "withdraw" if after_vote else "establish",
        }],
    )  # fmt: skip


def present(s, spare=1):
    """Enough members for a quorum, and a bit."""
    return [person.pk for person in s.walk.cast.members][: s.quorum + spare]


@attempt("open_meeting")
def open_meeting(s, actor, now):
    ids = present(s)
    return meetings.open_meeting(
        meeting_id=s.meeting_id, chair_id=ids[0], recorder_id=s.walk.cast.clerk.person_id,
        present_ids=ids, actor=actor, now=now,
    )  # fmt: skip


@attempt("change_chair")
def change_chair(s, actor, now):
    return meetings.change_chair(
        meeting_id=s.meeting_id, chair_id=present(s)[1], actor=actor, now=now
    )


@attempt("adjourn_meeting")
def adjourn(s, actor, now):
    return votes.adjourn(meeting_id=s.meeting_id, present_ids=present(s)[:3], actor=actor, now=now)


@attempt("cancel_meeting")
def cancel(s, actor, now):
    return votes.cancel(meeting_id=s.meeting_id, reason="改期", actor=actor, now=now)


@attempt("close_meeting")
def close(s, actor, now):
    return votes.close(meeting_id=s.meeting_id, minutes="议题逐项表决。", actor=actor, now=now)


@attempt("vote")
def vote(s, actor, now, yes=None):
    count = s.quorum + 1
    ayes = count - 1 if yes is None else yes
    return votes.vote(
        item_id=s.item_id, method="hands", yes=ayes, no=count - ayes, tellers="二人", actor=actor,
        now=now,
    )  # fmt: skip


@attempt("defer")
def defer(s, actor, now):
    return votes.defer_item(item_id=s.item_id, reason="资料待补", actor=actor, now=now)


@attempt("file_objection")
def file_objection(s, actor, now):
    return notices.file_objection(
        notice_id=s.notice_id, content="离住户太近", name="罗某某", phone="13800000000",
        actor=actor, now=now,
    )  # fmt: skip


@attempt("record_objection")
def record_objection(s, actor, now):
    return notices.file_objection(
        notice_id=s.notice_id, content="离住户太近", name="罗某某", phone="13800000000",
        channel="paper", received_at=now, actor=actor, now=now,
    )  # fmt: skip


@attempt("decide_objection")
def decide_objection(s, actor, now, **words):
    words = words or {"is_upheld": False}
    return notices.decide_objection(
        objection_id=s.objection_id, inquiry="现场核查", answer="已调整位置", actor=actor, now=now,
        **words,
    )  # fmt: skip
