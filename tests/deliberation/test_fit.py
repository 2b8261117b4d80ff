"""契合度: each cited need is judged by the two committees, and the pool hears of it."""

import pytest

from communities.models import Need, NeedStatus
from communities.selectors import needs_held_by
from communities.services.needs import close_need, file_need, merge_need
from deliberation.choices import State
from deliberation.services import declaring
from tests.deliberation.helpers import last_row, leaves_nothing_half_way, refused
from tests.deliberation.step3 import record, sign

LAMPS = "老小区路灯坏了，晚上黑灯瞎火"


@pytest.fixture
def lamps(walk):
    """A service matter for the elderly beside a pool of three needs, declared."""
    return walk().to(State.DECLARED).days(1)


def file(done, content="想有人教老人用手机", **words):
    place = words.pop("community", done.cast.community)
    return file_need(
        community_id=place.pk, category="care", content=content, actor=None, now=done.now, **words
    )


def say(need, is_confirmed=True, note=""):
    return {"need_id": need.pk, "is_confirmed": is_confirmed, "note": note}


def test_without_a_word_every_cited_need_is_confirmed(lamps):
    review = record(lamps)
    row = review.judged_needs.get()
    assert (row.need_id, row.is_cited, row.is_confirmed) == (lamps.need.pk, True, True)
    assert row.people_count == 1


def test_the_place_in_the_ranking_and_the_words_are_kept(lamps):
    near, far = file(lamps, "希望教长者用手机，夕阳红学堂"), file(lamps, LAMPS)
    review = record(lamps, needs=[say(lamps.need), say(near)])
    rows = {row.need_id: row for row in review.judged_needs.all()}
    assert set(rows) == {lamps.need.pk, near.pk}
    assert rows[near.pk].rank and rows[near.pk].because
    assert not rows[near.pk].is_cited and rows[near.pk].is_confirmed
    words = last_row(lamps, 3).columns["needs"]
    assert words.startswith("确认2条、2人") and near.number in words and far.number not in words


def test_every_cited_need_is_judged_and_striking_wants_a_reason(lamps, world):
    other = file(lamps)
    refused("need_not_judged", record, lamps, needs=[say(other)])
    refused("strike_without_reason", record, lamps, needs=[say(lamps.need, False, " ")])
    elsewhere = file(lamps, community=world.far.community)
    refused("need_not_in_pool", record, lamps, needs=[say(lamps.need), say(elsewhere)])
    close_need(need_id=other.pk, reason="已解决", actor=lamps.cast.clerk, now=lamps.now)
    refused("need_not_open", record, lamps, needs=[say(lamps.need), say(other)])
    # nothing confirmed: a pass wants the written reason
    struck = [say(lamps.need, False, "不是同一群人")]
    refused("fit_without_needs", record, lamps, needs=struck)
    assert record(lamps, needs=struck, no_need_reason="上级统一部署").pk


def test_a_pass_frees_what_was_struck_and_takes_up_what_was_added(lamps):
    other = file(lamps)
    number = lamps.matter.proposal.number
    record(lamps, needs=[say(lamps.need, False, "不是同一群人"), say(other)])
    assert needs_held_by(number) == [lamps.need.pk]  # not before the signatures
    sign(lamps)
    assert needs_held_by(number) == [other.pk]
    assert Need.objects.get(pk=lamps.need.pk).status == NeedStatus.OPEN
    assert Need.objects.get(pk=other.pk).status == NeedStatus.TAKEN_UP
    story = [change.kind for change in other.changes.order_by("pk")]
    assert story == ["filed", "taken_up"]


def test_what_was_added_is_given_back_when_the_matter_ends(lamps):
    other = file(lamps)
    record(lamps, needs=[say(lamps.need), say(other)])
    sign(lamps)
    declaring.withdraw(matter_id=lamps.pk, reason="不做了", actor=lamps.applicant, now=lamps.now)
    assert needs_held_by(lamps.matter.proposal.number) == []
    assert set(Need.objects.values_list("status", flat=True)) == {NeedStatus.OPEN}


def test_an_added_need_that_was_merged_meanwhile_stops_the_signature(lamps):
    other, kept = file(lamps), file(lamps)
    record(lamps, needs=[say(lamps.need), say(other)])
    merge_need(
        need_id=other.pk, into_id=kept.pk, reason="同一件事", actor=lamps.cast.clerk, now=lamps.now
    )
    sign(lamps, lamps.cast.party)
    refused("need_not_open", sign, lamps, lamps.cast.signer)


def test_a_corrected_declaration_lets_go_what_it_no_longer_cites(lamps):
    other = file(lamps)
    number = lamps.matter.proposal.number
    words = {"matter_id": lamps.pk, "now": lamps.now}
    declaring.return_for_correction(**words, reason="换一条需求", actor=lamps.cast.clerk)
    # content and citations go together with the next version
    lamps.matter.proposal.cited_needs.update(need=other)
    declaring.redeclare(**words, actor=lamps.applicant)
    assert needs_held_by(number) == [other.pk]
    assert Need.objects.get(pk=lamps.need.pk).status == NeedStatus.OPEN


def test_a_record_that_cannot_be_kept_leaves_nothing(lamps, monkeypatch):
    leaves_nothing_half_way(monkeypatch, record, lamps, at="core.audit.record")
    record(lamps)
    sign(lamps, lamps.cast.party)
    leaves_nothing_half_way(
        monkeypatch, sign, lamps, lamps.cast.signer,
        at="deliberation.services.fit.tell_the_pool",
    )  # fmt: skip
