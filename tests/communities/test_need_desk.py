"""A need is supported, answered, closed, taken up; each step leaves its records."""

import pytest
from django.utils import translation

from communities import selectors
from communities.models import Need, NeedChange
from communities.roles import Role
from communities.services import needs as services
from core.models import AuditEvent, LedgerRow
from core.refusals import BadInput, Conflict, NotAllowed, NotFound
from core.verify import run
from tests.communities.needs import PHONE, counts, records_of, visitor

pytestmark = pytest.mark.django_db

# --- support --------------------------------------------------------------------------------------


def test_each_voice_counts_once(home, a_need, now):
    need = a_need(home)
    services.support_need(need_id=need.pk, client=visitor("甲"), now=now)
    services.support_need(need_id=need.pk, client=visitor("乙"), phone=PHONE, now=now)
    before = counts()
    for client, phone in ((visitor("甲"), ""), (visitor("丙"), "138 0013 8000")):
        with pytest.raises(Conflict) as refusal:
            services.support_need(need_id=need.pk, client=client, phone=phone, now=now)
        assert refusal.value.codes == ["already_supported"]
    need = Need.objects.get()
    assert need.supporter_count == need.supports.count() == 2
    assert counts() == before
    assert records_of(need) == ("supported", "supported", "need.supported")
    assert LedgerRow.objects.order_by("-seq").first().columns["supporters"] == 2
    assert run(now, only=["P2"]).findings == []


def test_a_miscount_is_found(home, a_need, now):
    a_need(home)
    Need.objects.update(supporter_count=7)
    assert [one.code for one in run(now, only=["P2"]).findings] == ["P2"]


def test_a_closed_need_takes_no_more_voices(home, a_need, clerk, now):
    need = a_need(home)
    services.close_need(need_id=need.pk, reason="已修好", actor=clerk, now=now)
    with pytest.raises(Conflict) as refusal:
        services.support_need(need_id=need.pk, client=visitor(), now=now)
    assert refusal.value.codes == ["need_status"]


# --- answer, close, reopen ------------------------------------------------------------------------

ANSWERS = {
    "answer": lambda need, actor, now: services.answer_need(
        need_id=need.pk, text="本月内派人查看", actor=actor, now=now
    ),
    "solve": lambda need, actor, now: services.close_need(
        need_id=need.pk, reason="台阶已修好", actor=actor, now=now
    ),
    "decline": lambda need, actor, now: services.close_need(
        need_id=need.pk, outcome="declined", reason="属物业职责", actor=actor, now=now
    ),
}


@pytest.mark.parametrize("act", ANSWERS)
@pytest.mark.parametrize(
    "role, allowed",
    [
        (Role.COMMITTEE_CLERK, True),
        (Role.STATION_CLERK, False),
        (Role.PARTY_SIGNER, False),
        (Role.AFFAIRS_CLERK, False),
        (Role.DISTRICT_OFFICER, False),
        (Role.RESIDENT, False),
    ],
)
def test_the_committee_answers_its_own_pool(act, role, allowed, holder_of, home, a_need, now):
    place = {Role.AFFAIRS_CLERK: home.street, Role.DISTRICT_OFFICER: home.street.district}
    actor = holder_of(role, place.get(role, home))
    need = a_need(home)
    if allowed:
        ANSWERS[act](need, actor, now)
    else:
        with pytest.raises(NotAllowed):
            ANSWERS[act](need, actor, now)


@pytest.mark.parametrize("act", ANSWERS)
def test_another_community_does_not_answer(act, clerk, neighbour, far, a_need, now):
    for community in (neighbour, far):
        with pytest.raises(NotAllowed):
            ANSWERS[act](a_need(community), clerk, now)


@pytest.mark.parametrize(
    "act, status, kind", [("answer", "open", "answered"), ("solve", "solved", "closed"),
                          ("decline", "declined", "closed")]
)  # fmt: skip
def test_an_answer_leaves_its_records(act, status, kind, clerk, home, a_need, now):
    need = ANSWERS[act](a_need(home), clerk, now)
    assert need.status == status
    assert records_of(need) == (kind, kind, f"need.{kind}")
    row = LedgerRow.objects.order_by("-seq").first()
    assert row.capacity == "居委会经办人"
    assert row.columns["answer"] == need.answer and row.columns["reason"] == need.reason
    assert run(now, only=["P4"]).findings == []


def test_the_ledger_speaks_one_language(clerk, home, a_need, now):
    with translation.override("en"):
        ANSWERS["solve"](a_need(home), clerk, now)
        assert run(now, only=["P4"]).findings == []
    row = LedgerRow.objects.order_by("-seq").first()
    assert (row.columns["status"], row.capacity) == ("已解决", "居委会经办人")


def test_a_closed_need_opens_again_with_its_history(clerk, home, a_need, now):
    need = ANSWERS["decline"](a_need(home), clerk, now)
    with pytest.raises(Conflict):
        ANSWERS["decline"](need, clerk, now)
    need = services.reopen_need(need_id=need.pk, reason="居民补充了材料", actor=clerk, now=now)
    assert (need.status, need.reason) == ("open", "")
    assert [change.kind for change in need.changes.order_by("pk")] == [
        "filed",
        "closed",
        "reopened",
    ]
    with pytest.raises(Conflict):
        services.reopen_need(need_id=need.pk, reason="再来", actor=clerk, now=now)


def test_an_answer_has_words(clerk, home, a_need, now):
    need = a_need(home)
    for act, wrong in (
        (services.answer_need, {"text": " "}),
        (services.close_need, {"reason": ""}),
        (services.close_need, {"reason": "好", "outcome": "merged"}),
        (services.answer_need, {"text": "好" * 1001}),
    ):
        with pytest.raises(BadInput):
            act(need_id=need.pk, actor=clerk, now=now, **wrong)


# --- taken up by proposals ------------------------------------------------------------------------


def test_a_need_is_taken_up_and_let_go(home, a_need, clerk, now):
    need, other = a_need(home), a_need(home)
    ids = [other.pk, need.pk]
    for by_no in ("DM-1", "DM-2", "DM-1"):
        services.mark_taken_up(need_ids=ids, by_no=by_no, actor=clerk, now=now)
    need.refresh_from_db()
    assert need.status == "taken_up"
    assert need.changes.filter(kind="taken_up").count() == 2
    assert records_of(need) == ("taken_up", "taken_up", "need.taken_up")
    services.release_needs(need_ids=ids, by_no="DM-1", actor=clerk, now=now)
    assert Need.objects.filter(status="taken_up").count() == 2
    services.release_needs(need_ids=ids, by_no="DM-2", actor=clerk, now=now)
    services.release_needs(need_ids=ids, by_no="DM-2", actor=clerk, now=now)
    assert Need.objects.filter(status="open").count() == 2
    assert need.changes.filter(kind="released").count() == 2
    services.mark_taken_up(need_ids=ids, by_no="DM-1", actor=clerk, now=now)
    assert run(now, only=["P4", "P5"]).findings == []


def test_a_declined_need_is_no_ground_for_a_proposal(home, a_need, clerk, now):
    good, bad = a_need(home), ANSWERS["decline"](a_need(home), clerk, now)
    before = counts()
    with pytest.raises(Conflict) as refusal:
        services.mark_taken_up(need_ids=[good.pk, bad.pk], by_no="DM-1", actor=clerk, now=now)
    assert bad.number in str(refusal.value)
    assert counts() == before
    with pytest.raises(NotFound):
        services.mark_taken_up(need_ids=[good.pk, 999_999], by_no="DM-1", actor=clerk, now=now)


# --- contact --------------------------------------------------------------------------------------


def test_the_contact_is_read_by_those_who_answer_and_the_look_is_recorded(
    clerk, holder_of, home, a_need, now
):
    need = a_need(home, contact_name="王小明", contact_phone=PHONE, consented=True)
    contact = services.reveal_contact(need_id=need.pk, purpose="回电核实位置", actor=clerk, now=now)
    assert contact.phone == PHONE
    event = AuditEvent.objects.get(kind="need.contact_read")
    assert (event.reason, event.actor_name) == ("回电核实位置", "clerk")
    assert PHONE not in event.body + event.target_label
    with pytest.raises(BadInput):
        services.reveal_contact(need_id=need.pk, purpose=" ", actor=clerk, now=now)


@pytest.mark.parametrize("role", [Role.COMMITTEE_CLERK, Role.AFFAIRS_CLERK, Role.STATION_CLERK])
def test_staff_of_another_street_never_see_a_contact(role, holder_of, home, far, a_need, now):
    need = a_need(home, contact_phone=PHONE, consented=True)
    stranger = holder_of(role, far.street if role == Role.AFFAIRS_CLERK else far)
    with pytest.raises(NotAllowed):
        services.reveal_contact(need_id=need.pk, purpose="好奇", actor=stranger, now=now)
    with pytest.raises(NotFound):
        selectors.need_for(stranger, need.number, now.date())
    assert not AuditEvent.objects.filter(kind="need.contact_read").exists()


def test_not_even_the_auditor_sees_a_contact(holder_of, home, a_need, now):
    need = a_need(home, contact_phone=PHONE, consented=True)
    for role in (Role.AUDITOR, Role.DISTRICT_OFFICER, Role.SYSTEM_ADMIN):
        actor = holder_of(role, home.street.district)
        with pytest.raises(NotAllowed):
            services.reveal_contact(need_id=need.pk, purpose="查看", actor=actor, now=now)


# --- invariants -----------------------------------------------------------------------------------


def test_a_need_changed_behind_the_services_is_found(home, a_need, now):
    a_need(home)
    assert run(now, only=["P1", "P2", "P3", "P4", "P5"]).findings == []
    Need.objects.update(status="solved")
    assert [one.code for one in run(now, only=["P4"]).findings] == ["P4"]
    Need.objects.update(status="taken_up")
    assert [one.code for one in run(now, only=["P5"]).findings] == ["P5"]


def test_the_history_of_a_need_cannot_be_rewritten(home, a_need):
    change = a_need(home).changes.get()
    with pytest.raises(TypeError):
        change.delete()
    with pytest.raises(TypeError):
        NeedChange.objects.update(text="没有这回事")
