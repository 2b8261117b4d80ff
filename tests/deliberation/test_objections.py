"""Step 5: objections in time and late, on paper and on line, their answers, and who stays unnamed."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from communities.flood import Client
from communities.selectors import office_of
from communities.services.flood import TooMany
from core.calendar import add_working_days
from core.refusals import NotFound
from deliberation.choices import NoticeState, State
from deliberation.models import Matter, Objection
from deliberation.rules import CLOSING_GRACE
from deliberation.services import notices
from projects.choices import ApplicantKind
from tests.core.corpus import picture
from tests.deliberation.council import close, opened, vote
from tests.deliberation.helpers import last_kind, last_row, leaves_nothing_half_way, refused

SECOND = timedelta(seconds=1)
NAME, PHONE = "欧阳不具名", "13912345678"


@pytest.fixture
def posted(walk):
    return walk().to(State.RESOLVED).post()


def file(done, *, at=None, by=None, notice=None, **words):
    words = {"content": "选址离住户太近", "name": NAME, "phone": PHONE} | words
    return notices.file_objection(
        notice_id=(notice or done.notice).pk, actor=by, now=at or done.now, **words
    )


def file_paper(done, *, by=None, **words):
    return file(done, by=by or done.cast.clerk, channel="paper", **words)


def decide(done, objection, *, is_upheld=False, by=None, **words):
    words = {"inquiry": "现场核查距离合规", "answer": "距离符合要求，不影响采光"} | words
    notices.decide_objection(
        objection_id=objection.pk, is_upheld=is_upheld, actor=by or done.cast.clerk, now=done.now,
        **words,
    )  # fmt: skip
    return done.again()


def state_of(done):
    return done.again().matter.state


# Filed -------------------------------------------------------------------------------------------


def test_anybody_objects_in_time_and_the_matter_stops(posted):
    objection = file(posted)
    assert state_of(posted) == State.OBJECTED
    assert objection.number == f"YY-{posted.notice.number}-01"
    today = timezone.localdate(posted.now)
    assert objection.answer_due_on == add_working_days(today, 5)
    row = last_row(posted, 5)
    assert row.actor_id is None
    assert row.columns["objection_no"] == objection.number
    assert (row.columns["channel"], row.columns["note"]) == ("网上填写", "处理中")
    assert last_kind(posted) == "notice.objected"


@pytest.mark.parametrize("late_by, state", [(-SECOND, "open"), (timedelta(0), "late")])
def test_the_last_second_of_the_notice_decides_what_is_late(posted, late_by, state):
    objection = file(posted, at=posted.notice.ends_at + late_by)
    assert objection.state == state
    assert state_of(posted) == (State.RESOLVED if state == "late" else State.OBJECTED)


def test_a_late_objection_is_on_record_and_stops_nothing(posted):
    end = posted.notice.ends_at
    file(posted, at=end)
    assert last_row(posted, 5).columns["note"] == "逾期提出"
    posted.now = end + CLOSING_GRACE
    posted.conclude()
    assert last_row(posted, 5).columns["conclusion"] == "公示期满，1件异议已处理"
    file(posted)
    assert state_of(posted) == State.PUBLICISED
    posted.submit().establish()
    refused("wrong_state", file, posted)


def test_an_objection_needs_words_a_name_a_phone_and_a_notice(posted, walk):
    for field in ("content", "name", "phone"):
        refused("text_missing", file, posted, **{field: " "})
    bare = walk().to(State.RESOLVED)
    refused("not_found", notices.file_objection, notice_id=0, content="x", name="y", phone="1",
            actor=None, now=bare.now)  # fmt: skip


def test_the_same_form_sent_twice_is_one_objection(posted):
    first = file(posted, form_token="t-1")
    assert file(posted, form_token="t-1") == first
    assert file(posted, form_token="t-2") != first
    assert Objection.objects.count() == 2


def test_a_paper_slip_counts_from_the_moment_it_was_handed_in(posted):
    end = posted.notice.ends_at
    posted.now = end + timedelta(hours=9)
    photo = SimpleUploadedFile("异议.jpg", picture(), "image/jpeg")
    objection = file_paper(posted, received_at=end - SECOND, scan=photo)
    assert (objection.state, objection.filed_at) == ("open", end - SECOND)
    assert objection.recorded_by == posted.cast.clerk
    assert objection.scan.purpose == "objection"
    assert state_of(posted) == State.OBJECTED
    assert last_row(posted, 5).columns["channel"] == "书面递交"
    assert file_paper(posted, received_at=end).state == "late"


def test_a_paper_slip_keyed_in_after_the_conclusion_is_late(posted):
    end = posted.notice.ends_at
    posted.now = end + CLOSING_GRACE
    posted.conclude()
    assert file_paper(posted, received_at=end - SECOND).state == "late"
    assert state_of(posted) == State.PUBLICISED


def test_a_paper_slip_is_keyed_in_by_the_clerk_and_dated_within_the_notice(posted, world):
    for other in (world.neighbour.clerk, world.home.party, posted.applicant, world.officer):
        refused("not_your_act", file_paper, posted, by=other)
    refused("not_your_act", file, posted, channel="paper")
    before = posted.notice.posted_at - SECOND
    refused("received_impossible", file_paper, posted, received_at=before)
    refused("received_impossible", file_paper, posted, received_at=posted.now + SECOND)


def test_the_public_form_cannot_claim_an_earlier_moment(posted):
    end = posted.notice.ends_at
    assert file(posted, at=end, received_at=end - timedelta(days=1)).state == "late"


def test_a_notice_that_fell_takes_no_objections(posted):
    fallen = posted.notice
    decide(posted, file(posted), is_upheld=True, send_back="resolved")
    refused("wrong_state", file, posted, notice=fallen)
    posted.days(1)
    meeting = opened(posted)
    vote(posted, meeting)
    refused("no_notice", file, posted, notice=fallen)
    close(posted, meeting)
    posted.post()
    refused("notice_void", file, posted, notice=fallen)


# Answered ----------------------------------------------------------------------------------------


def test_a_dismissed_objection_lets_the_notice_go_on(posted):
    objection = file(posted)
    decide(posted, objection)
    assert posted.matter.state == State.RESOLVED
    columns = last_row(posted, 5).columns
    assert (columns["upheld"], columns["send_back"]) == ("不成立", "")
    assert (columns["inquiry"], columns["note"]) == ("现场核查距离合规", objection.number)
    assert last_kind(posted) == "notice.objection_decided"
    posted.days(6).conclude()


@pytest.mark.parametrize(
    "send_back, state", [("reviewed", State.DECLARED), ("resolved", State.REVIEWED)]
)
def test_an_upheld_objection_sends_the_matter_back_and_the_notice_falls(posted, send_back, state):
    decide(posted, file(posted), is_upheld=True, send_back=send_back)
    assert posted.matter.state == state
    assert (posted.notice.state, posted.notice.open_key) == (NoticeState.VOID, None)
    assert posted.matter.resolved_at is None
    assert last_row(posted, 5).columns["upheld"] == "成立"
    assert posted.matter.round == (2 if state == State.DECLARED else 1)


def test_works_sent_back_to_the_committees_ask_the_departments_again(walk):
    works = walk(type="works", wan=30).to(State.RESOLVED).post()
    decide(works, file(works), is_upheld=True, send_back="reviewed")
    assert works.matter.opinions.filter(round=2, answered_at=None).count() == 6
    works.days(1).review().hold().post().days(6).conclude()
    assert state_of(works) == State.PUBLICISED


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["upheld first", "upheld last"])
def test_of_several_objections_one_upheld_is_enough(posted, order):
    pair = [(file(posted), True), (file(posted), False)]
    first, last = (pair[place] for place in order)
    decide(posted, first[0], is_upheld=first[1], send_back="resolved")
    assert posted.matter.state == State.OBJECTED
    assert posted.notice.state == NoticeState.OPEN
    decide(posted, last[0], is_upheld=last[1], send_back="resolved")
    assert posted.matter.state == State.REVIEWED


def test_of_two_upheld_the_earlier_step_wins(posted):
    first, second = file(posted), file(posted)
    decide(posted, first, is_upheld=True, send_back="reviewed")
    decide(posted, second, is_upheld=True, send_back="resolved")
    assert posted.matter.state == State.DECLARED


def test_an_answer_is_given_once_with_inquiry_and_way_back(posted, world):
    objection, other = file(posted), file(posted)
    refused("not_found", decide, posted, Objection(pk=0))
    refused("not_your_act", decide, posted, objection, by=world.neighbour.clerk)
    refused("not_your_act", decide, posted, objection, by=posted.applicant)
    refused("text_missing", decide, posted, objection, inquiry=" ")
    refused("text_missing", decide, posted, objection, answer="")
    refused("send_back_missing", decide, posted, objection, is_upheld=True)
    refused("send_back_missing", decide, posted, objection, is_upheld=True, send_back="drafts")
    decide(posted, objection)
    refused("objection_decided", decide, posted, objection)
    decide(posted, other)
    refused("wrong_state", decide, posted, other)
    Matter.objects.filter(pk=posted.pk).update(state=State.OBJECTED)
    refused("no_open_objection", decide, posted, other)


def test_the_applicants_own_person_answers_no_objection(walk, world):
    mine = walk(applicant_kind=ApplicantKind.RESIDENTS_COMMITTEE, type="works", wan=30)
    mine.cast.station = mine.cast.clerk
    mine.to(State.RESOLVED).post()
    objection = file(mine)
    refused("interested_person", decide, mine, objection)
    colleague = world.troupe.user("second_clerk")
    committee = office_of("residents_committee", community=world.home.community)
    world.troupe.give(colleague, "committee_clerk", office=committee)
    assert decide(mine, objection, by=colleague).matter.state == State.RESOLVED


def test_the_receipts_code_opens_the_objection_and_guessing_does_not(posted):
    objection = file(posted)
    visitor = {"client": Client("203.0.113.7", "browser"), "now": posted.now}
    assert notices.open_receipt(code=f" {objection.receipt_code.lower()} ", **visitor) == objection
    with pytest.raises(NotFound, match="没有找到这个查询码"):
        notices.open_receipt(code="AAAAAAAAAAAAA", **visitor)
    with pytest.raises(TooMany):
        for _try in range(1_000):
            with suppress(NotFound):
                notices.open_receipt(code="AAAAAAAAAAAAA", **visitor)


# Unnamed -----------------------------------------------------------------------------------------


def test_an_answer_does_not_give_the_objector_away(posted):
    objection = file(posted)
    refused("answer_gives_phone", decide, posted, objection, inquiry=f"已致电{PHONE}")
    refused("answer_names_objector", decide, posted, objection, answer=f"{NAME}您好")
    refused("answer_gives_phone", decide, posted, objection, answer=PHONE, name_checked=True)
    decide(posted, objection, answer=f"与居民{NAME}同名的是设计师", name_checked=True)
    assert posted.matter.state == State.RESOLVED


def tables_that_say(*words):
    """Tables in whose rows one of the words stands."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            text = repr(cursor.fetchall())
            if any(word in text for word in words):
                found.add(model._meta.db_table)
    return found


def test_the_objectors_name_stands_in_one_table_and_in_no_chain(posted):
    file_paper(posted)
    decide(posted, file(posted), is_upheld=False)
    decide(posted, posted.notice.objections.get(state="open"), is_upheld=True, send_back="resolved")
    assert tables_that_say(NAME, PHONE) == {"delib_objector"}


def test_a_failure_half_way_leaves_nothing(posted, monkeypatch):
    leaves_nothing_half_way(monkeypatch, file, posted)
    objection = file(posted)
    upheld = {"is_upheld": True, "send_back": "reviewed"}
    leaves_nothing_half_way(monkeypatch, decide, posted, objection, **upheld)
