"""What the database itself refuses of the six steps, whoever writes."""

from copy import deepcopy
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import F

from core.calendar import SHANGHAI
from deliberation.services import notices, snapshots
from demo.walk import Walk
from tests.communities.rounds import closed
from tests.constraints import again, assert_holds, change, constraints_of, then
from tests.deliberation.council import close, member, named, opened, vote
from tests.deliberation.secret import cast_all, close_ballot, open_ballot, paper
from tests.deliberation.secret import count as count_paper

MODELS = constraints_of("deliberation")
DATES = ("entered", "solicited", "reviewed", "resolved", "publicised", "established")
SECOND = timedelta(seconds=1)
CASES = {
    "Matter.proposal": [again()],
    "matter_state_known": [change(state="lost")],
    "matter_rejected_names_step": [
        change(state="rejected"), change(state="rejected", rejected_step="voting"),
        change(rejected_step="reviewed"),
    ],
    "matter_reviewed_has_date": [
        change(state=state, reviewed_at=None) for state in ("reviewed", "deferred")
    ],
    "matter_resolved_has_dates": [
        change(state=state, **{date: None})
        for state in ("resolved", "objected", "publicised")
        for date in ("reviewed_at", "resolved_at")
    ],
    "matter_established_has_all": [change(**{f"{date}_at": None}) for date in DATES],
    "MatterEvent.ledger_row": [then(lambda row: again(seq=999, ledger_row=last_ledger(row))(row))],
    "event_seq_once": [again(ledger_row=None)],
    "event_state_is_known": [again(seq=999, ledger_row=None, to_state="lost")],
    "Solicitation.matter": [again()],
    "cited_round_once": [again()],
    "cited_round_count_in_valid": [change(count=0), change(count=F("valid") + 1)],
    "Meeting.import_key": [then(change(import_key="k"), again(session=9, import_key="k"))],
    "meeting_session_once": [again()],
    "meeting_state_is_known": [change(state="over")],
    "meeting_present_in_roster": [change(present_count=F("member_count") + 1)],
    "meeting_open_has_quorum": [
        change(present_count=F("quorum") - 1), change(state="open", quorum=0),
    ],
    "member_once_a_meeting": [again()],
    "AgendaItem.open_key": [
        then(change(open_key=7), lambda row: again(open_key=7, position=9, matter=other(row))(row))
    ],
    "item_matter_once": [again(position=9)],
    "item_position_once": [lambda row: again(matter=other(row))(row)],
    "item_tally_adds_up": [
        change(yes=F("yes") + 1), change(entitled=F("entitled") - 1),
        change(result="lost", yes=0, no=0, abstain=0, entitled=0),
    ],
    "item_carried_by_majority": [
        change(yes=5, no=6, abstain=0, entitled=11), change(yes=5, no=0, abstain=5, entitled=10),
    ],
    "item_result_is_known": [change(result="won")],
    "recusal_once_an_item": [again()],
    "vote_once_an_item": [again()],
    "vote_choice_is_known": [lambda row: again(member=absent(row), choice="perhaps")(row)],
    "BallotBox.item": [again()],
    "BallotBox.open_key": [lambda row: again(open_key=running(row), state="open", closed_at=None,
                                             item=unboxed(row))(row)],
    "box_state_is_known": [change(state="lost")],
    "box_open_or_over": [
        change(state="open"), change(open_key=7), change(closed_at=None),
        change(state="open", open_key=7),
    ],
    "box_closed_has_digest": [change(digest="")],
    "box_ends_after_it_opens": [change(ends_at=F("opened_at"))],
    "box_agrees_on_last_count": [change(agreed=F("attempt") + 1)],
    "box_has_voters": [change(entitled=0)],
    "right_once_a_member": [again()],
    "right_use_known": [change(used="hand")],
    "ballot_slot_once": [again()],
    "ballot_slot_within_seats": [
        lambda row: again(slot=row.seats + 1)(row), again(slot=0),
    ],
    "ballot_choice_is_known": [lambda row: again(slot=row.seats, choice="perhaps")(row)],
    "paper_count_place_once": [lambda row: again(person=absent_person(row))(row)],
    "paper_count_two_people": [again(place=2)],
    "paper_count_by_two": [lambda row: again(place=3, person=absent_person(row))(row)],
    "Notice.open_key": [then(change(open_key=7), again(open_key=7, number="n"))],
    "Notice.number": [again()],
    "notice_state_is_known": [change(state="torn")],
    "notice_runs_forward": [change(ends_at=F("starts_at")), change(posted_at=F("starts_at"))],
    "notice_never_ends_early": [
        lambda row: change(concluded_at=row.ends_at - SECOND)(row), change(concluded_at=None),
    ],
    "Objection.number": [again(receipt_code="r")],
    "Objection.receipt_code": [again(number="n")],
    "Objection.form_token": [
        then(change(form_token="t"), again(form_token="t", number="n", receipt_code="r"))
    ],
    "objection_state_known": [change(state="lost")],
    "objection_decided_is_answered": [
        change(answer=""), change(decided_by=None), change(decided_at=None),
    ],
    "objection_upheld_goes_back": [change(state="upheld")],
    "ObjectionContact.objection": [again()],
    "StreetDecision.open_key": [
        then(change(open_key=7), again(open_key=7, agreement_number="other"))
    ],
    "StreetDecision.agreement_number": [again()],
    "decision_is_known": [change(decision="maybe")],
    "decision_by_another_person": [change(decider=F("submitter"))],
    "decision_says_who_and_when": [
        change(decided_at=None), change(decider=None), change(decision="pending"),
    ],
    "decision_agreed_is_complete": [
        change(agreement_number=None), change(agreement_on=None), change(year=None),
        change(amount_fen=0), change(amount_fen=None),
    ],
    "decision_refusal_has_ground": [
        change(decision="reject"), change(decision="return", ground="legal"),
        change(decision="return", reason="x"),
    ],
    "opinion_once_a_round": [again()],
    "opinion_answers_both": [
        change(feasibility=""), change(legality="perhaps"), change(answered_by=None),
        change(answered_at=None),
    ],
    "gate_summary_once": [again()],
    "review_number_once": [again()],
    "review_conclusion_known": [change(conclusion="maybe", reason="x")],
    "review_refusal_has_reason": [change(conclusion="return"), change(conclusion="reject")],
    "review_void_says_why": [change(discard_reason="只有理由")],
    "need_judged_once": [again()],
    "judged_strikes_only_cited": [change(is_cited=False, is_confirmed=False)],
    "attendee_capacity_once": [again()],
    "attendee_recused_not_signed": [change(is_recused=True)],
    "LedgerSnapshot.number": [again()],
    "snapshot_not_empty": [again(number="n", row_count=0)],
    "snapshot_period_runs_forward": [again(number="n", until=date(2016, 12, 31))],
    "snapshot_names_ledgers": [again(number="n", ledgers="")],
    "snapshot_place_is_whole": [again(number="n", street_code="")],
    "SnapshotFile.file": [again(volume=2)],
    "snapshot_file_once": [lambda row: again(file=another(row.file))(row)],
    "snapshot_file_form_known": [again(form="docx")],
    "snapshot_file_is_of_a_ledger": [again(ledger=7), again(ledger=0), again(volume=0)],
}  # fmt: skip


def last_ledger(event):
    return event.matter.events.filter(ledger_row__isnull=False).last().ledger_row


def other(item):
    return type(item.matter).objects.exclude(pk=item.matter_id).first()


def absent(named_vote):
    return named_vote.item.meeting.members.filter(is_present=False).first()


def another(stored):
    """A row of a file beside this one, without bytes of its own."""
    again(path="elsewhere")(stored)
    return type(stored).objects.get(path="elsewhere")


def running(box):
    return type(box).objects.get(state="open").open_key


def unboxed(box):
    return type(box.item).objects.filter(box__isnull=True).first()


def absent_person(count):
    return count.box.item.meeting.members.filter(is_present=False).first().person


@pytest.fixture(scope="module")
def established(shared_world, django_db_blocker):
    """A walk that leaves a row in every table, and a second draft; each test rolls back to here."""
    now = datetime(2017, 6, 1, 10, tzinfo=SHANGHAI)
    home = deepcopy(shared_world).home
    with django_db_blocker.unblock(), transaction.atomic():
        done = Walk(home, now=now, type="works", wan=30).draft()
        one = closed(home.community, home.clerk, now)
        done.solicit(tally_ids=[one.tallies.first().pk]).declare()
        done.days(1).review().again()
        meeting = opened(done)
        away = {"member_id": member(meeting, home.members[10]).pk, "reason": "亲属"}
        by_name = named(meeting, "y" * 11)[:10]
        vote(done, meeting, method="named", votes=by_name, recusals=[away])
        close(done, meeting)
        notices.decide_objection(
            objection_id=done.post().object().pk, is_upheld=False, inquiry="已核查",
            answer="不影响采光", actor=home.clerk, now=done.now,
        )  # fmt: skip
        done.days(6).conclude().submit().days(1).establish()
        over, going = (Walk(home, now=done.now).to("reviewed") for _n in range(2))
        box = open_ballot(over, opened(over))
        cast_all(over, box, "yyy")
        over.now = box.ends_at
        close_ballot(over, box, is_cut_off=True)
        box = paper(going, open_ballot(going, opened(going)), home.members[:2])
        count_paper(going, box, home.clerk, 2)
        Walk(home, now=now).draft()
        snapshot = snapshots.freeze(
            place_code=home.community.code, ledgers=(6,), since=date(2017, 1, 1),
            until=done.now.date(), actor=home.clerk, now=done.now,
        )  # fmt: skip
        snapshots.print_files(snapshot_id=snapshot.pk, now=done.now)
        yield done
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses_it_by_name(established, db, name):
    row = MODELS[name]._base_manager.order_by("pk").first()
    assert_holds(row, name, CASES[name])


def test_every_constraint_has_a_case():
    assert set(MODELS) - set(CASES) == set()
