"""After the vote only the council takes a proposal back: carried, lost, put off, overtaken."""

import pytest

from communities.models import Need, NeedStatus
from deliberation.choices import BoxState, ItemResult, MeetingState, NoticeState, State
from deliberation.models import Meeting
from deliberation.services import decisions, notices
from tests.deliberation.council import (
    adjourn,
    announce,
    cancel,
    close,
    defer,
    item_of,
    items_of,
    open_meeting,
    vote,
)
from tests.deliberation.helpers import last_row, refused
from tests.deliberation.secret import again, cast, open_ballot, voters


@pytest.fixture
def posted(walk):
    return walk().to(State.RESOLVED).post()


def ask(done):
    """A meeting on taking it back."""
    return announce(done, items=items_of(done, purpose="withdraw"))


def asked(done):
    """…that is open, four days later."""
    meeting = ask(done)
    done.days(4)
    return open_meeting(done, meeting)


def answer(done, objection, *, is_upheld=False, send_back=""):
    notices.decide_objection(
        objection_id=objection.pk, is_upheld=is_upheld, send_back=send_back, inquiry="已核查",
        answer="已答复", actor=done.cast.clerk, now=done.now,
    )  # fmt: skip
    return done.again()


def test_a_carried_withdrawal_ends_matter_and_notice_and_frees_the_needs(posted):
    meeting = asked(posted)
    vote(posted, meeting, 9, 2, 0)
    matter = posted.again().matter
    assert (matter.state, matter.closed_at) == (State.WITHDRAWN, posted.now)
    assert (posted.notice.state, posted.notice.open_key) == (NoticeState.VOID, None)
    assert Need.objects.get(pk=posted.need.pk).status == NeedStatus.OPEN
    columns = last_row(posted, 4).columns
    assert (columns["purpose"], columns["result"], columns["state"]) == (
        "同意撤回",
        "通过",
        "已撤回",
    )


def test_a_lost_withdrawal_changes_nothing_and_the_notice_runs_on(posted):
    meeting = asked(posted)
    vote(posted, meeting, 5, 6, 0)
    close(posted, meeting)
    assert posted.again().matter.state == State.RESOLVED
    assert posted.notice.state == NoticeState.OPEN
    posted.days(2).conclude()
    assert posted.again().matter.state == State.PUBLICISED


@pytest.mark.parametrize("put_off", [defer, adjourn, cancel])
def test_a_withdrawal_put_off_leaves_the_matter_where_it_stands(posted, put_off):
    meeting = ask(posted)
    posted.days(4)
    if put_off is defer:
        open_meeting(posted, meeting)
    put_off(posted, meeting)
    assert posted.again().matter.state == State.RESOLVED
    assert item_of(posted, meeting).result == ItemResult.VOID
    ask(posted)


def test_while_the_council_is_asked_nothing_is_submitted_and_the_other_way_round(posted):
    posted.days(6)
    meeting = ask(posted)
    posted.conclude()
    submit = {"matter_id": posted.pk, "actor": posted.cast.street.affairs, "now": posted.now}
    refused("withdrawal_pending", decisions.submit, **submit)
    refused("already_on_agenda", ask, posted)
    cancel(posted, meeting)
    decisions.submit(**submit)
    refused("already_submitted", ask, posted)


def test_an_objection_meanwhile_is_answered_before_the_vote(posted):
    meeting = ask(posted)
    objection = posted.object()
    posted.days(4)
    open_meeting(posted, meeting)
    refused("objection_open", vote, posted, meeting)
    answer(posted, objection)
    vote(posted, meeting)
    assert posted.again().matter.state == State.WITHDRAWN


def test_a_withdrawal_may_be_put_off_while_an_objection_is_open(posted):
    meeting = ask(posted)
    posted.object()
    posted.days(4)
    open_meeting(posted, meeting)
    defer(posted, meeting)
    assert posted.again().matter.state == State.OBJECTED


@pytest.mark.parametrize(
    "send_back, state", [("reviewed", State.DECLARED), ("resolved", State.REVIEWED)]
)
@pytest.mark.parametrize("end", ["adjourned", "cancelled", "held"])
def test_an_upheld_objection_overtakes_the_question_of_withdrawal(posted, send_back, state, end):
    meeting = ask(posted)
    answer(posted, posted.object(), is_upheld=True, send_back=send_back)
    assert posted.matter.state == state
    item = item_of(posted, meeting)
    assert (item.result, item.open_key) == (ItemResult.VOID, None)
    if end == "cancelled":
        cancel(posted, meeting)
    posted.days(4)
    if end == "adjourned":
        adjourn(posted, meeting)
    if end == "held":
        open_meeting(posted, meeting)
        close(posted, meeting)
    assert Meeting.objects.get(pk=meeting.pk).state in (
        MeetingState.ADJOURNED, MeetingState.CANCELLED, MeetingState.CLOSED,
    )  # fmt: skip
    assert posted.again().matter.state == state
    if state == State.REVIEWED:
        announce(posted)


def test_an_upheld_objection_ends_the_ballot_that_runs_on_the_withdrawal(posted):
    """…so that the meeting can go on to its next ballot."""
    meeting = asked(posted)
    box = open_ballot(posted, meeting)
    answer(posted, posted.object(), is_upheld=True, send_back="resolved")
    box = again(box)
    assert (box.state, box.open_key, box.closed_at) == (BoxState.VOID, None, posted.now)
    assert item_of(posted, meeting).result == ItemResult.VOID
    refused("ballot_over", cast, posted, box, voters(posted, 1)[0])
