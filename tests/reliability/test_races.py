"""Two people press at once: one of them is first, the other is told, and nothing is lost.

The controls take the row locks away. They run on PostgreSQL only: SQLite has one writer at a time
(transaction_mode IMMEDIATE), so there the lock is not what protects.
"""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import QuerySet

from core.verify import run
from deliberation import rules
from deliberation.choices import FINAL_STATES, ObjectionState, State
from deliberation.models import AgendaItem, Matter, MatterEvent, MemberVote, Objection
from deliberation.services import decisions, declaring, notices, reviews, votes
from projects.models import EnvelopeEntry
from tests.reliability.racing import race, words
from tests.reliability.situations import crowd
from tests.world import build_world

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CLEAN = {"I1", "I2", "I6", "I7", "I8", "I9", "I11"}
# 500 where CI runs
ROUNDS = int(os.environ.get("TEST_ROUNDS", "100"))
TOLD = {"wrong_state", "not_submitted", "no_review_to_sign", "nothing_to_sign"}


@pytest.fixture
def home(settings):
    settings.OUTBOX_INLINE = False
    with transaction.atomic():
        return build_world().home


def findings(now):
    return list(run(now, only=CLEAN).findings)


def events_after(seq, matter_id):
    return MatterEvent.objects.filter(matter_id=matter_id, seq__gt=seq).count()


def one_wins(walks, acts_of):
    """Race the acts on each matter; exactly one is done, and it leaves exactly one event."""
    won = []
    for walk in walks:
        before = walk.again().matter.event_count
        outcomes = race(acts_of(walk))
        done = [n for n, outcome in enumerate(outcomes) if outcome.word == "done"]
        told = {outcome.word for outcome in outcomes} - {"done"}
        assert len(done) == 1 and told <= TOLD, words(outcomes)
        assert events_after(before, walk.pk) == 1
        won += done
    return won


def test_approve_reject_and_return_at_once_one_wins(home, figure):
    def acts_of(walk):
        street = {"matter_id": walk.pk, "actor": walk.cast.street.approver, "now": walk.now}
        refused = {"ground": "budget", "reason": "资金不足"}
        return [
            lambda: decisions.establish(forum="党工委会议", **street),
            lambda: decisions.reject_at_street(**refused, **street),
            lambda: decisions.return_from_street(**refused, **street),
        ]

    walks = crowd(home, 20, "submitted", wan=1)
    won = one_wins(walks, acts_of)
    assert EnvelopeEntry.objects.count() == won.count(0)
    assert findings(walks[0].now) == []
    figure(f"rounds=20 established={won.count(0)} rejected={won.count(1)} returned={won.count(2)}")


def test_the_last_signature_and_the_withdrawal_at_once_one_wins(home, figure):
    def acts_of(walk):
        me = {"matter_id": walk.pk, "now": walk.now}
        return [
            lambda: reviews.sign_review(actor=home.signer, **me),
            lambda: declaring.withdraw(reason="不办了", actor=home.agent, **me),
        ]

    # a passed review may still be withdrawn: the conclusion here is a final one
    walks = crowd(home, 20, "half_signed", wan=1, conclusion="reject")
    won = one_wins(walks, acts_of)
    states = set(Matter.objects.values_list("state", flat=True))
    assert states <= set(FINAL_STATES)
    assert findings(walks[0].now) == []
    figure(f"rounds=20 signed={won.count(0)} withdrawn={won.count(1)}")


# --- step 5: the last second ---------------------------------------------------------------------


def close_and_object(walk, *, closing_at):
    """The clerk concludes the notice while a resident's objection of half a second before its end
    is on its way.
    """
    notice = walk.notice
    return race([
        lambda: notices.conclude_notice(
            matter_id=walk.pk, actor=walk.cast.clerk, now=closing_at
        ),
        lambda: notices.file_objection(
            notice_id=notice.pk, content="离住户太近", name="罗某某", phone="13800000000",
            actor=None, now=just_in_time(notice),
        ),
    ])  # fmt: skip


def just_in_time(notice):
    return notice.ends_at - timedelta(milliseconds=500)


def test_an_objection_in_the_last_second_is_never_lost_against_a_concurrent_close(home, figure):
    """The clerk presses as soon as the window is over; what is filed is always taken in, in time.
    It is answered at once, so that the next round finds the notice hanging again.
    """
    walk = crowd(home, 1, "posted", wan=1)[0]
    notice, told = walk.notice, set()
    for number in range(1, ROUNDS + 1):
        closing, objecting = close_and_object(walk, closing_at=notice.ends_at)
        told.add(closing.word)
        assert objecting.word == "done"
        objection = Objection.objects.get(pk=objecting.value.pk)
        assert objection.state == ObjectionState.OPEN, f"lost in round {number}"
        assert walk.again().matter.state == State.OBJECTED
        notices.decide_objection(
            objection_id=objection.pk, is_upheld=False, inquiry="已核实", answer="按原方案实施。",
            actor=walk.cast.clerk, now=just_in_time(notice),
        )  # fmt: skip
    assert told <= {"notice_just_ended", "wrong_state"}
    assert notice.objections.count() == ROUNDS
    notices.conclude_notice(
        matter_id=walk.pk, actor=walk.cast.clerk, now=notice.ends_at + rules.CLOSING_GRACE
    )
    assert findings(notice.ends_at) == []
    figure(f"rounds={ROUNDS} in_time={ROUNDS} lost=0 clerk_told={sorted(told)}")


def test_control_without_the_grace_an_objection_of_the_last_second_comes_too_late(
    home, monkeypatch, figure
):
    monkeypatch.setattr(rules, "CLOSING_GRACE", timedelta(0))
    for number, walk in enumerate(crowd(home, 30, "posted", wan=1), start=1):
        closing, objecting = close_and_object(walk, closing_at=walk.notice.ends_at)
        if (closing.word, objecting.word) == ("done", "done"):
            assert objecting.value.state == ObjectionState.LATE
            figure(f"lost in round {number}")
            break
    else:
        pytest.fail("nothing was lost without the grace: the test above would prove nothing")


def test_a_request_that_hangs_longer_than_the_grace_is_in_time_or_late_never_both(home, figure):
    walks = crowd(home, 30, "posted", wan=1)
    in_time = 0
    for walk in walks:
        concluded, objected = close_and_object(
            walk, closing_at=walk.notice.ends_at + rules.CLOSING_GRACE
        )
        assert objected.word == "done", objected.word
        objection = Objection.objects.get(pk=objected.value.pk)
        state = walk.again().matter.state
        if objection.state == ObjectionState.OPEN:
            in_time += 1
            assert (concluded.word, state) == ("wrong_state", State.OBJECTED)
        else:
            assert (objection.state, concluded.word, state) == (
                ObjectionState.LATE, "done", State.PUBLICISED,
            )  # fmt: skip
    assert Objection.objects.count() == 30
    assert findings(walks[0].notice.ends_at) == []
    figure(f"rounds=30 in_time={in_time} late={30 - in_time}")


@pytest.mark.postgres
def test_control_without_row_locks_an_objection_is_lost(
    home, needs_postgresql, monkeypatch, figure
):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)
    for number, walk in enumerate(crowd(home, 30, "posted", wan=1), start=1):
        concluded, objected = close_and_object(
            walk, closing_at=walk.notice.ends_at + rules.CLOSING_GRACE
        )
        state = walk.again().matter.state
        kept = objected.word == "done"
        passed_over = kept and objected.value.state == "open" and state == State.PUBLICISED
        if not kept or passed_over:
            figure(f"round {number}: conclude {concluded.word}, object {objected.word}")
            break
    else:
        pytest.fail("nothing was lost without locks: the test above would prove nothing")


# --- the same thing twice ------------------------------------------------------------------------


def test_declarations_at_once_get_numbers_without_gap_or_double(home, figure):
    walks = crowd(home, 8, "solicited", wan=1)
    outcomes = race([
        lambda walk=walk: declaring.declare(matter_id=walk.pk, actor=home.agent, now=walk.now)
        for walk in walks
    ])  # fmt: skip
    assert words(outcomes) == {"done": 8}
    numbers = sorted(walk.again().matter.proposal.number for walk in walks)
    assert [int(number[-3:]) for number in numbers] == list(range(1, 9))
    assert findings(walks[0].now) == []
    figure(f"declared=8 numbers={numbers[0]}…{numbers[-1]}")


def test_one_form_pressed_twice_at_once_becomes_one_objection_with_one_receipt(home):
    for number, walk in enumerate(crowd(home, 10, "posted", wan=1)):
        notice = walk.notice
        outcomes = race([
            lambda notice=notice, number=number: notices.file_objection(
                notice_id=notice.pk, content="离住户太近", name="罗某某", phone="13800000000",
                form_token=f"form-{number}", actor=None, now=notice.starts_at,
            )
        ] * 3)  # fmt: skip
        assert words(outcomes) == {"done": 3}
        assert len({outcome.value.receipt_code for outcome in outcomes}) == 1
        assert notice.objections.count() == 1


def test_two_clerks_record_one_vote_differently_and_one_result_stands(home, figure):
    walks = crowd(home, 10, "open", wan=1)
    carried = 0
    for walk in walks:
        item = AgendaItem.objects.get(matter_id=walk.pk)
        present = [m.pk for m in item.meeting.members.filter(is_present=True)]

        def record(choice, item=item, present=present, walk=walk):
            return votes.vote(
                item_id=item.pk, method="named", actor=walk.cast.clerk, now=walk.now,
                votes=[{"member_id": pk, "choice": choice} for pk in present],
            )  # fmt: skip

        outcomes = race([lambda: record("yes"), lambda: record("no")])
        item.refresh_from_db()
        told = "no_open_meeting" if item.result == "carried" else "wrong_state"
        assert words(outcomes) == {"done": 1, told: 1}
        assert item.result == ("carried" if outcomes[0].word == "done" else "lost")
        assert MemberVote.objects.filter(item=item).count() == len(present) == item.entitled
        carried += item.result == "carried"
    assert findings(walks[0].now) == []
    figure(f"items=10 carried={carried} lost={10 - carried}, one ballot a member")
