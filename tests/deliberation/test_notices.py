"""Step 5: the notice and its full days."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from core.calendar import SHANGHAI
from core.models import CalendarOverride
from deliberation import policies
from deliberation.choices import NoticeState, State
from deliberation.models import Matter, Notice
from deliberation.rules import CLOSING_GRACE
from deliberation.services import notices
from projects.choices import WindowMode
from projects.models import RuleSet
from tests.core.corpus import picture
from tests.deliberation.council import close, opened, vote
from tests.deliberation.helpers import last_kind, last_row, leaves_nothing_half_way, refused

SECOND = timedelta(seconds=1)


@pytest.fixture
def resolved(walk):
    return walk().to(State.RESOLVED)


def post(done, *, by=None, **words):
    words = {
        "places": "宣传栏", "contact_name": "居委会", "contact_phone": "0755-1",
        "contact_address": "社区居委会",
    } | words  # fmt: skip
    return notices.post_notice(
        matter_id=done.pk, actor=by or done.cast.clerk, now=done.now, **words
    )


def conclude(done, *, at=None, by=None):
    return notices.conclude_notice(
        matter_id=done.pk, actor=by or done.cast.clerk, now=at or done.now
    )


def test_a_notice_says_what_was_resolved_where_it_hangs_and_until_when(resolved):
    notice = post(resolved, photo=SimpleUploadedFile("栏.jpg", picture(), "image/jpeg"))
    matter = resolved.again().matter
    assert (matter.state, notice.state, notice.days) == (State.RESOLVED, NoticeState.OPEN, 5)
    assert notice.number == f"GS-{matter.proposal.number}-1"
    assert notice.photo.purpose == "notice"
    columns = last_row(resolved, 5).columns
    start, end = (timezone.localtime(t) for t in (notice.starts_at, notice.ends_at))
    meeting = matter.agenda_items.get().meeting
    assert columns == {
        "title": resolved.title, "state": "议事会审议通过", "note": "", "notice_no": notice.number,
        "starts_on": start.strftime("%Y-%m-%d"), "ends_on": end.strftime("%Y-%m-%d 00:00"),
        "content": f"{matter.proposal.number} {resolved.title}，申报金额50,000.00元。"
        f"{meeting.number}审议：赞成9、反对1、弃权0，表决通过。",
        "places": "宣传栏", "days": "5", "contact": "居委会 社区居委会",
    }  # fmt: skip
    assert last_kind(resolved) == "notice.posted"


def test_a_notice_is_posted_once_by_the_clerk_with_a_contact(resolved, world):
    for field in ("places", "contact_name", "contact_phone", "contact_address"):
        refused("text_missing", post, resolved, **{field: " "})
    refused("not_your_act", post, resolved, by=world.neighbour.clerk)
    refused("not_your_act", post, resolved, by=resolved.applicant)
    post(resolved)
    refused("notice_open", post, resolved)


def test_a_notice_waits_for_the_minutes(walk):
    done = walk().to(State.REVIEWED)
    refused("wrong_state", post, done)
    meeting = opened(done)
    vote(done, meeting)
    refused("meeting_not_closed", post, done)
    close(done, meeting)
    assert post(done).state == NoticeState.OPEN


# Full days ---------------------------------------------------------------------------------------
# 2017: 国庆 and 中秋 1–8 October, work on Saturday 30 September; 春节 27 January – 2 February, work on
# Sunday 22 January and Saturday 4 February.

WINDOWS = [
    ("calendar", "2017-06-12 00:00", "2017-06-18"),
    ("calendar", "2017-06-12 23:59", "2017-06-18"),
    ("calendar", "2017-09-29 09:00", "2017-10-05"),
    ("calendar", "2017-12-29 17:00", "2018-01-04"),
    ("working", "2017-06-12 09:00", "2017-06-20"),
    ("working", "2017-09-29 09:00", "2017-10-13"),
    ("working", "2017-10-03 09:00", "2017-10-14"),
    ("working", "2017-01-20 17:30", "2017-01-27"),
    ("working", "2017-01-25 09:00", "2017-02-08"),
    ("working", "2017-01-26 20:00", "2017-02-09"),
]


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("mode, posted_at, ends_on", WINDOWS)
def test_a_notice_hangs_its_full_days_and_not_a_second_less(walk, mode, posted_at, ends_on):
    RuleSet.objects.filter(code="2.0").update(notice_mode=mode)
    posted_at, end = local(posted_at), local(ends_on)
    done = walk(now=posted_at - timedelta(days=12)).to(State.RESOLVED)
    done.now = posted_at
    notice = post(done)
    assert (notice.ends_at, notice.mode) == (end, WindowMode(mode))
    assert notice.starts_at == (posted_at + timedelta(days=1)).replace(hour=0, minute=0)
    refused("notice_running", conclude, done, at=end - SECOND)
    for moment in (end + CLOSING_GRACE, end + CLOSING_GRACE + SECOND):
        with transaction.atomic():
            assert conclude(done, at=moment).publicised_at == moment
            transaction.set_rollback(True)


def test_a_day_the_state_council_moves_later_counts_as_the_table_says(walk):
    RuleSet.objects.filter(code="2.0").update(notice_mode=WindowMode.WORKING)
    done = walk().to(State.RESOLVED)
    done.now = local("2017-06-12 09:00")
    CalendarOverride.objects.create(day="2017-06-14", is_working=False, note="临时放假")
    assert post(done).ends_at == local("2017-06-21 00:00")


def test_the_window_is_the_one_of_the_day_of_posting(resolved):
    notice = post(resolved)
    RuleSet.objects.filter(code="2.0").update(notice_days=1)
    refused("notice_running", conclude, resolved, at=notice.ends_at - SECOND)


def test_what_was_sent_in_the_last_second_is_waited_for(resolved):
    notice = post(resolved)
    for after in (timedelta(0), SECOND, CLOSING_GRACE - SECOND):
        refused("notice_just_ended", conclude, resolved, at=notice.ends_at + after)
    conclude(resolved, at=notice.ends_at + CLOSING_GRACE)


def test_a_concluded_notice_says_so_in_the_ledger(resolved, world):
    refused("no_notice", conclude, resolved)
    notice = post(resolved)
    resolved.now = notice.ends_at + CLOSING_GRACE
    refused("not_your_act", conclude, resolved, by=world.home.party)
    conclude(resolved)
    notice.refresh_from_db()
    assert resolved.again().matter.state == State.PUBLICISED
    assert (notice.state, notice.concluded_at, notice.open_key) == (
        NoticeState.CONCLUDED, resolved.now, None,
    )  # fmt: skip
    assert last_row(resolved, 5).columns["conclusion"] == "公示期满，无异议"
    assert last_kind(resolved) == "notice.concluded"
    refused("wrong_state", conclude, resolved)
    refused("wrong_state", post, resolved)


def test_no_notice_ends_while_an_objection_is_open_even_if_the_state_was_tampered_with(resolved):
    notice = post(resolved)
    resolved.object()
    refused("wrong_state", conclude, resolved, at=notice.ends_at + CLOSING_GRACE)
    Matter.objects.filter(pk=resolved.pk).update(state=State.RESOLVED)
    refused("objection_open", conclude, resolved, at=notice.ends_at + CLOSING_GRACE)


def test_after_a_new_vote_a_second_notice_hangs_its_own_days(resolved):
    first = post(resolved)
    notices.decide_objection(
        objection_id=resolved.object().pk, is_upheld=True, inquiry="属实", answer="重新审议",
        send_back="resolved", actor=resolved.cast.clerk, now=resolved.now,
    )  # fmt: skip
    refused("wrong_state", post, resolved)
    resolved.days(1).hold()
    second = post(resolved)
    assert second.number == first.number.removesuffix("1") + "2"
    assert second.ends_at > first.ends_at
    assert Notice.objects.get(pk=first.pk).state == NoticeState.VOID
    refused("notice_running", conclude, resolved, at=first.ends_at + CLOSING_GRACE)
    conclude(resolved, at=second.ends_at + CLOSING_GRACE)
    assert resolved.again().matter.state == State.PUBLICISED


def test_a_resolution_posted_to_its_end_is_not_posted_again(resolved):
    notice = post(resolved)
    conclude(resolved, at=notice.ends_at + CLOSING_GRACE)
    matter = resolved.again().matter
    assert policies.concluded_after_vote(matter)
    Matter.objects.filter(pk=resolved.pk).update(state=State.RESOLVED)
    refused("notice_open", post, resolved)


def test_a_failure_half_way_leaves_nothing(resolved, monkeypatch):
    leaves_nothing_half_way(monkeypatch, post, resolved)
    resolved.now = post(resolved).ends_at + CLOSING_GRACE
    leaves_nothing_half_way(monkeypatch, conclude, resolved)
