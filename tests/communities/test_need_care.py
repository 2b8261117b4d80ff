"""The care of the pool: merging loses nobody, an answer has its day, every change is dated."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities import desk, selectors
from communities.models import Need, NeedSupport, OfficeKind
from communities.roles import Role
from communities.services import need_care
from communities.services import needs as services
from core.models import LedgerRow
from core.refusals import Refused
from core.verify import run
from tests.communities.needs import PHONE, counts, records_of, visitor

pytestmark = pytest.mark.django_db

SAME = "也是三栋台阶的事"


def refused(code, act, **words):
    """The act is refused with this code and leaves nothing."""
    before = counts()
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(**words)
    assert code in refusal.value.codes, refusal.value.codes
    assert counts() == before


@pytest.fixture
def pair(home, a_need, now):
    """Two needs that say the same: the first with two voices, the second with two, one of them shared."""
    kept, double = a_need(home), a_need(home, content="台阶坏了没人修，下雨天很滑")
    for need, names in ((kept, "甲乙"), (double, "乙丙")):
        for name in names:
            services.support_need(need_id=need.pk, client=visitor(name), now=now)
    return kept, double


def merge(need, into, actor, now, reason=SAME):
    return services.merge_need(
        need_id=need.pk, into_id=into.pk, reason=reason, actor=actor, now=now
    )


# --- merge and part -------------------------------------------------------------------------------


def test_merging_moves_nobody_and_counts_everybody_once(pair, clerk, now):
    kept, double = pair
    before = list(NeedSupport.objects.order_by("pk").values_list("need", "supporter_key"))
    merge(double, kept, clerk, now)
    kept.refresh_from_db()
    # two own voices; the author of the other need and the one voice that was not here already
    assert (kept.supporter_count, kept.merged_voices, kept.people_count) == (2, 2, 5)
    assert list(NeedSupport.objects.order_by("pk").values_list("need", "supporter_key")) == before
    double = Need.objects.get(pk=double.pk)
    assert (double.status, double.merged_into_id, double.supporter_count) == ("merged", kept.pk, 2)
    assert records_of(double) == ("merged", "merged", "need.merged")
    assert records_of(kept) == ("received", "received", "need.received")
    row = LedgerRow.objects.filter(subject_no=double.number).order_by("-seq").first()
    assert row.columns["merged_into"] == kept.number and row.columns["status"] == "已合并"
    assert run(now, only=["P2", "P4", "P8"]).findings == []


def test_somebody_who_supports_the_kept_need_as_well_is_not_counted_twice(pair, clerk, now):
    kept, double = pair
    merge(double, kept, clerk, now)
    services.support_need(need_id=kept.pk, client=visitor("丙"), now=now)
    kept.refresh_from_db()
    assert (kept.supporter_count, kept.merged_voices, kept.people_count) == (3, 1, 5)
    assert run(now, only=["P2", "P8"]).findings == []


def test_parting_gives_back_everything(pair, clerk, now):
    kept, double = pair
    merge(double, kept, clerk, now)
    services.unmerge_need(need_id=double.pk, reason="是另一栋楼", actor=clerk, now=now)
    kept.refresh_from_db()
    double = Need.objects.get(pk=double.pk)
    assert (double.status, double.merged_into_id, double.supporter_count) == ("open", None, 2)
    assert (kept.merged_voices, kept.people_count) == (0, 3)
    assert records_of(double) == ("unmerged", "unmerged", "need.unmerged")
    assert records_of(kept) == ("parted", "parted", "need.parted")
    story = [change.kind for change in double.changes.order_by("pk")]
    assert story == ["filed", "supported", "supported", "merged", "unmerged"]
    assert run(now, only=["P2", "P4", "P8"]).findings == []


def test_what_cannot_be_merged(pair, clerk, far, neighbour, holder_of, a_need, home, now):
    kept, double = pair
    words = {"actor": clerk, "now": now, "reason": SAME}
    refused("merge_itself", services.merge_need, need_id=kept.pk, into_id=kept.pk, **words)
    refused("need_unknown", services.merge_need, need_id=kept.pk, into_id=10**6, **words)
    elsewhere = a_need(neighbour)
    refused(
        "merge_other_pool", services.merge_need, need_id=double.pk, into_id=elsewhere.pk, **words
    )
    refused("reason_missing", services.merge_need, need_id=double.pk, into_id=kept.pk,
            **words | {"reason": " "})  # fmt: skip
    stranger = holder_of(Role.COMMITTEE_CLERK, far)
    station = holder_of(Role.STATION_CLERK, home)
    for actor in (stranger, station, None):
        refused("not_need_owner", services.merge_need, need_id=double.pk, into_id=kept.pk,
                **words | {"actor": actor})  # fmt: skip
    closed = a_need(home)
    services.close_need(need_id=closed.pk, reason="已修好", actor=clerk, now=now)
    refused(
        "merge_target_closed", services.merge_need, need_id=double.pk, into_id=closed.pk, **words
    )
    merge(double, kept, clerk, now)
    third = a_need(home)
    # one level only, so that everybody finds their own need
    refused("need_holds_others", services.merge_need, need_id=kept.pk, into_id=third.pk, **words)
    refused(
        "merge_target_closed", services.merge_need, need_id=third.pk, into_id=double.pk, **words
    )
    refused("need_status", services.merge_need, need_id=double.pk, into_id=third.pk, **words)
    refused("need_status", services.unmerge_need, need_id=third.pk, **words)
    refused("need_status", services.support_need, need_id=double.pk, client=visitor("丁"), now=now)


def test_a_merged_need_is_cited_by_no_proposal(pair, clerk, now):
    kept, double = pair
    merge(double, kept, clerk, now)
    refused("need_not_open", services.mark_taken_up, need_ids=[double.pk], by_no="DM-1",
            actor=clerk, now=now)  # fmt: skip
    assert [need.pk for need in selectors.open_needs(kept.community)] == [kept.pk]


def test_what_others_were_merged_into_is_not_taken_back(pair, clerk, now):
    kept, double = pair
    merge(double, kept, clerk, now)
    refused("need_holds_others", services.withdraw_need, need_id=kept.pk,
            query_code=kept.query_code, now=now + timedelta(minutes=5))  # fmt: skip


def test_the_database_keeps_a_need_from_being_merged_into_itself(home, a_need):
    need = a_need(home)
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(status="merged", merged_into=need.pk)


def test_wrong_merges_are_found(pair, clerk, far, a_need, now):
    kept, double = pair
    merge(double, kept, clerk, now)
    Need.objects.filter(pk=kept.pk).update(merged_voices=9)
    assert [one.where for one in run(now, only=["P8"]).findings] == [kept.number]
    Need.objects.filter(pk=kept.pk).update(merged_voices=2)
    elsewhere = a_need(far)
    Need.objects.filter(pk=double.pk).update(merged_into=elsewhere)
    named = {one.where for one in run(now, only=["P8"]).findings}
    assert {double.number, kept.number} <= named


def test_a_failure_half_way_leaves_nothing(pair, clerk, now, monkeypatch):
    kept, double = pair
    before = counts()

    def broken(*_args, **_words):
        raise RuntimeError("half way")

    monkeypatch.setattr(need_care, "_count_again", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        merge(double, kept, clerk, now)
    assert Need.objects.get(pk=double.pk).status == "open"
    assert counts() == before


# --- who answers, and by when ---------------------------------------------------------------------


def test_every_need_has_a_day_by_which_it_is_answered(home, a_need, now, settings):
    # ten working days after Thursday 1 June 2017
    assert a_need(home).reply_due_on == date(2017, 6, 15)
    settings.NEED_REPLY_DAYS = 1
    assert a_need(home).reply_due_on == date(2017, 6, 2)


def test_another_office_answers_and_the_day_stays(home, a_need, clerk, holder_of, now):
    need = a_need(home)
    due = need.reply_due_on
    station = selectors.office_of(OfficeKind.WORKSTATION, community=home)
    agent = holder_of(Role.STATION_CLERK, home)
    refused(
        "not_need_owner", services.answer_need, need_id=need.pk, text="去看看", actor=agent, now=now
    )
    services.assign_need(
        need_id=need.pk, office_id=station.pk, reason="属工作站职责", actor=clerk, now=now
    )
    need.refresh_from_db()
    assert (need.answerer, need.reply_due_on) == (station, due)
    assert records_of(need) == ("assigned", "assigned", "need.assigned")
    done = services.answer_need(need_id=need.pk, text="本周派人", actor=agent, now=now)
    row = LedgerRow.objects.filter(subject_no=need.number).order_by("-seq").first()
    assert done.answer == "本周派人" and row.capacity == station.name
    # the committee may still answer, and takes the need back
    services.answer_need(need_id=need.pk, text="居委会补充", actor=clerk, now=now)
    committee = selectors.office_of(OfficeKind.RESIDENTS_COMMITTEE, community=home)
    back = services.assign_need(
        need_id=need.pk, office_id=committee.pk, reason="收回", actor=clerk, now=now
    )
    assert back.answerer is None and back.answerer_name == back.committee_name
    refused("not_need_owner", services.answer_need, need_id=need.pk, text="x", actor=agent, now=now)


def test_a_department_of_the_street_can_be_asked_and_a_stranger_cannot(
    home, far, a_need, clerk, holder_of, now
):
    need = a_need(home)
    safety = selectors.office_of(OfficeKind.SAFETY, street=home.street)
    elsewhere = selectors.office_of(OfficeKind.SAFETY, street=far.street)
    words = {"need_id": need.pk, "reason": "消防问题", "actor": clerk, "now": now}
    for office in (elsewhere, selectors.office_of(OfficeKind.WORKSTATION, community=far)):
        refused("answerer_unknown", services.assign_need, **words, office_id=office.pk)
    services.assign_need(**words, office_id=safety.pk)
    refused("answerer_same", services.assign_need, **words, office_id=safety.pk)
    here, there = (holder_of(Role.DEPARTMENT_REVIEWER, one.street) for one in (home, far))
    refused("not_need_owner", services.answer_need, need_id=need.pk, text="x", actor=there, now=now)
    services.answer_need(need_id=need.pk, text="周五检查", actor=here, now=now)
    refused("not_need_clerk", services.assign_need, **words | {"actor": here}, office_id=safety.pk)


# --- sort, ask after ------------------------------------------------------------------------------


def test_the_category_is_put_right_and_the_words_are_not(home, a_need, holder_of, now):
    need = a_need(home, category="unsure")
    station = holder_of(Role.STATION_CLERK, home)
    words = {"need_id": need.pk, "actor": station, "now": now}
    refused("category_unknown", services.recategorise_need, **words, category="nonsense")
    refused("category_same", services.recategorise_need, **words, category="unsure")
    done = services.recategorise_need(**words, category="safety")
    assert (done.category, done.content) == ("safety", need.content)
    assert records_of(done) == ("recategorised", "recategorised", "need.recategorised")
    assert done.changes.order_by("-pk").first().text == "我说不准 → 消除安全隐患"
    assert run(now, only=["P4"]).findings == []


def test_a_need_nobody_touched_for_long_is_flagged_until_somebody_asks(home, a_need, clerk, now):
    need = a_need(home)
    later = now + timedelta(days=181)
    rows = Need.objects.filter(pool__community=home)
    assert desk.counts_of(rows, now)["stale"] == 0
    assert desk.counts_of(rows, later)["stale"] == 1
    refused(
        "note_missing", services.confirm_need, need_id=need.pk, note=" ", actor=clerk, now=later
    )
    services.confirm_need(need_id=need.pk, note=f"电话{PHONE}核实", actor=clerk, now=later)
    assert desk.counts_of(rows, later)["stale"] == 0
    assert records_of(need) == ("confirmed", "confirmed", "need.confirmed")
    assert PHONE not in need.changes.order_by("-pk").first().text


# --- the desk -------------------------------------------------------------------------------------


def test_the_queues_say_what_waits(home, a_need, clerk, now):
    early = a_need(home, now=now - timedelta(days=30))
    soon = a_need(home, now=now - timedelta(days=15))
    fresh = a_need(home, category="unsure")
    answered = a_need(home, now=now - timedelta(days=40))
    services.answer_need(need_id=answered.pk, text="已派人", actor=clerk, now=now)
    rows = Need.objects.all()
    found = {
        key: [need.pk for need in desk.rows_of(queue, rows, now)]
        for key, queue in desk.QUEUES.items()
    }
    assert found["overdue"] == [early.pk]
    assert found["soon"] == [soon.pk]
    assert found["unanswered"] == [early.pk, soon.pk, fresh.pk]
    assert found["unsorted"] == [fresh.pk]
    assert set(found["wanted"]) == {early.pk, soon.pk, fresh.pk, answered.pk}
    assert {key: len(rows) for key, rows in found.items()} == desk.counts_of(rows, now)


def test_the_desk_shows_the_queues_and_costs_the_same_with_many(
    sign_in, clerk, home, a_need, now, monkeypatch
):
    client = sign_in(clerk)
    monkeypatch.setattr(timezone, "now", lambda: now)
    a_need(home, now=now - timedelta(days=30))
    page = client.get("/needs/desk/", {"queue": "overdue"}).content.decode()
    assert "已逾期未答复" in page and "过了答复期限" in page
    with CaptureQueriesContext(connection) as few:
        client.get("/needs/desk/", {"queue": "overdue"})
    for _n in range(15):
        a_need(home, now=now - timedelta(days=30))
    with CaptureQueriesContext(connection) as many:
        client.get("/needs/desk/", {"queue": "overdue"})
    assert len(many) <= len(few)
    # a word nobody knows shows everything, and nothing breaks
    assert client.get("/needs/desk/", {"queue": "nonsense"}).status_code == 200


def test_the_pages_merge_part_sort_hand_on_and_ask(sign_in, clerk, pair, now):
    kept, double = pair
    client = sign_in(clerk)
    base = f"/needs/desk/{double.number}"
    assert client.get(f"{base}/merge/").status_code == 200
    wrong = client.post(f"{base}/merge/", {"into": "XQ-0", "reason": SAME})
    assert wrong.status_code == 400 and SAME in wrong.content.decode()
    assert client.post(f"{base}/merge/", {"into": kept.number, "reason": SAME}).status_code == 302
    assert kept.number in client.get(f"/needs/{double.number}/").content.decode()
    assert double.number in client.get(f"/needs/{kept.number}/").content.decode()
    assert client.post(f"{base}/unmerge/", {"reason": "另一栋"}).status_code == 302
    assert client.post(f"{base}/category/", {"category": "environment"}).status_code == 302
    assert client.post(f"{base}/confirm/", {"note": "入户核实"}).status_code == 302
    office = selectors.office_of(OfficeKind.WORKSTATION, community=kept.community)
    done = client.post(f"{base}/assign/", {"office_id": office.pk, "reason": "工作站"})
    assert done.status_code == 302
    need = Need.objects.get(pk=double.pk)
    assert (need.status, need.category, need.answerer) == ("open", "environment", office)


def test_the_api_merges_within_ones_own_scope(sign_in, clerk, holder_of, pair, far, a_need, now):
    kept, double = pair
    client = sign_in(clerk)
    base = f"/api/v1/needs/{double.number}/"
    elsewhere = a_need(far)
    body = {"into": elsewhere.number, "reason": SAME}
    told = client.post(base + "merge/", body, content_type="application/json")
    assert told.status_code == 400 and told.json()["reasons"][0]["code"] == "need_unknown"
    done = client.post(
        base + "merge/", {"into": kept.number, "reason": SAME}, content_type="application/json"
    )
    assert done.status_code == 200 and done.json()["merged_into"] == kept.number
    client.post(base + "unmerge/", {"reason": "另一栋"}, content_type="application/json")
    assert Need.objects.get(pk=double.pk).status == "open"
    stranger = sign_in(holder_of(Role.COMMITTEE_CLERK, far))
    told = stranger.post(base + "merge/", body, content_type="application/json")
    assert told.status_code == 404
