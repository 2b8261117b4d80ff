"""A need is filed, put right, supported, answered and closed; each step leaves its records."""

from datetime import date, timedelta

import pytest

from communities import flood, selectors
from communities.ledgers import NEEDS_LEDGER
from communities.models import Need, NeedChange, NeedContact, NeedSupport
from communities.roles import Role
from communities.services import need_records
from communities.services import needs as services
from core.models import AuditEvent, LedgerRow
from core.refusals import BadInput, Conflict, NotAllowed, NotFound
from core.verify import run

pytestmark = pytest.mark.django_db

PHONE = "13800138000"


def records_of(need):
    """What the last act left: change kind, ledger event, audit kind."""
    change = need.changes.order_by("-pk").first()
    row = LedgerRow.objects.filter(subject_no=need.number).order_by("-seq").first()
    event = AuditEvent.objects.filter(target_label=need.number).order_by("-seq").first()
    return change.kind, row.event, event.kind


def counts():
    return [
        model.objects.count() for model in (Need, NeedChange, NeedSupport, LedgerRow, AuditEvent)
    ]


def visitor(name="手机一"):
    return flood.client(address="203.0.113.7", session_key=name)


# --- filing ---------------------------------------------------------------------------------------


def test_anybody_files_a_need_and_gets_a_number_and_a_code(home, a_need, now):
    need = a_need(home, beneficiaries=["children", "elderly"], place_text="三栋")
    assert need.number == f"XQ-DM-{home.abbr}-2017-00001"
    assert len(need.query_code) == 12
    assert (need.status, need.channel, need.filed_by, need.is_ranked) == (
        "open", "online", None, True,
    )  # fmt: skip
    assert need.beneficiary_keys == ("elderly", "children")
    assert records_of(need) == ("filed", "filed", "need.filed")
    assert services.need_by_code(number=need.number.lower(), query_code=need.query_code) == need


def test_the_ledger_row_of_a_need_says_what_the_ledger_asks(home, a_need):
    need = a_need(home, contact_name="王小明", contact_phone=PHONE, consented=True)
    row = LedgerRow.objects.get(subject_no=need.number)
    assert (row.ledger, row.community_code, row.level) == (NEEDS_LEDGER, home.code, "community")
    assert row.columns["category"] == "消除安全隐患"
    assert row.columns["proposer_kind"] == "居民"
    assert row.columns["status"] == "开放"
    assert row.columns["registered_on"] == "2017-06-01"
    assert "王小明" not in row.body and PHONE not in row.body
    assert AuditEvent.objects.get(kind="need.filed").chain == home.code


def test_numbers_run_per_community_and_year(home, neighbour, a_need, now):
    assert a_need(home).number.endswith("2017-00001")
    assert a_need(home).number.endswith("2017-00002")
    assert a_need(neighbour).number.endswith("2017-00001")
    next_year = now.replace(year=2018)
    assert a_need(home, now=next_year).number.endswith("2018-00001")


def test_phones_in_free_text_never_stand_in_the_need_itself(home, a_need):
    need = a_need(
        home,
        content=f"请打{PHONE}找我，路灯不亮",
        place_text=f"王家 {PHONE}",
        contact_phone="+86 138-0013-8000",
        consented=True,
    )
    assert PHONE not in need.content and PHONE not in need.place_text
    assert need.contact.content_as_typed == f"请打{PHONE}找我，路灯不亮"
    assert need.contact.phone == PHONE
    assert need.contact.consent_version
    for row in LedgerRow.objects.all():
        assert PHONE not in row.body
    for event in AuditEvent.objects.all():
        assert PHONE not in event.body + event.target_label + event.reason


def test_a_need_without_personal_data_keeps_none(home, a_need):
    a_need(home)
    assert not NeedContact.objects.exists()


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"category": "gold"}, "category"),
        ({"content": "  灯 "}, "content"),
        ({"content": "灯" * 1001}, "content"),
        ({"content": "\u200b" * 9}, "content"),
        ({"place_text": "远" * 121}, "place_text"),
        ({"beneficiaries": ["cats"]}, "beneficiaries"),
        ({"urgency": "now"}, "urgency"),
        ({"contact_phone": "１３８", "consented": True}, "contact_phone"),
        ({"contact_phone": f"{PHONE}x", "consented": True}, "contact_phone"),
        ({"contact_phone": PHONE}, "consented"),
        ({"contact_name": "王"}, "consented"),
        ({"channel": "visit"}, "channel"),
        ({"channel": "fax"}, "channel"),
        ({"questionnaire_count": 5}, "channel"),
    ],
)
def test_a_need_that_is_not_right_is_refused_at_its_field(wrong, field, home, a_need):
    before = counts()
    with pytest.raises(BadInput) as refusal:
        a_need(home, **wrong)
    assert field in [reason.field for reason in refusal.value.reasons]
    assert counts() == before


def test_all_faults_are_told_at_once(home, a_need):
    with pytest.raises(BadInput) as refusal:
        a_need(home, category="", content="", urgency="")
    assert len(refusal.value.reasons) == 3


def test_an_unknown_community_is_not_found(home, a_need, now):
    with pytest.raises(NotFound):
        services.file_need(
            community_id=999_999, category="safety", content="路灯不亮了", actor=None, now=now
        )


def test_the_same_form_sent_twice_makes_one_need(home, a_need):
    first = a_need(home, form_token="t" * 32)
    before = counts()
    assert a_need(home, form_token="t" * 32) == first
    assert counts() == before


@pytest.mark.parametrize("broken", ["ledgers.append", "audit.record"])
def test_a_failure_half_way_leaves_nothing(broken, home, a_need, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("disk full")

    module, name = broken.split(".")
    before = counts()
    monkeypatch.setattr(getattr(need_records, module), name, fail)
    with pytest.raises(RuntimeError):
        a_need(home)
    assert counts() == before
    monkeypatch.undo()
    assert a_need(home).number.endswith("00001")


# --- on behalf ------------------------------------------------------------------------------------

PAPER = {"on_behalf": True, "channel": "hotline", "scan_missing_reason": "电话反映"}


@pytest.mark.parametrize(
    "role, allowed",
    [
        (Role.COMMITTEE_CLERK, True),
        (Role.STATION_CLERK, True),
        (Role.AFFAIRS_CLERK, True),
        (Role.COMMITTEE_SIGNER, False),
        (Role.AUDITOR, False),
        (Role.RESIDENT, False),
    ],
)
def test_who_files_on_behalf(role, allowed, holder_of, home, a_need):
    place = {Role.AFFAIRS_CLERK: home.street, Role.AUDITOR: home.street.district}.get(role, home)
    actor = holder_of(role, place)
    if allowed:
        need = a_need(home, actor=actor, **PAPER, collector="小李", collected_on=date(2017, 5, 30))
        assert (need.filed_by, need.on_behalf, need.collected_on) == (
            actor, True, date(2017, 5, 30),
        )  # fmt: skip
        row = LedgerRow.objects.get(subject_no=need.number)
        assert row.capacity == str(role.label)
        assert row.columns["proposer_kind"] == "居民（工作人员代为登记）"
    else:
        with pytest.raises(NotAllowed):
            a_need(home, actor=actor, **PAPER)


def test_nobody_files_on_behalf_for_another_community(clerk, neighbour, far, a_need):
    for community in (neighbour, far):
        with pytest.raises(NotAllowed):
            a_need(community, actor=clerk, **PAPER)
    with pytest.raises(NotAllowed):
        a_need(neighbour, actor=None, **PAPER)


def test_an_entry_without_its_paper_is_kept_but_not_ranked(clerk, home, a_need):
    own = a_need(home)
    invented = a_need(home, actor=clerk, **PAPER)
    assert list(Need.objects.ranked()) == [own]
    assert invented in selectors.open_needs(home)


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"scan_missing_reason": " "}, "form_scan"),
        ({"channel": "online"}, "channel"),
        ({"collected_on": date(2017, 6, 2)}, "collected_on"),
        ({"questionnaire_count": -1}, "questionnaire_count"),
    ],
)
def test_paper_must_be_in_order(wrong, field, clerk, home, a_need):
    with pytest.raises(BadInput) as refusal:
        a_need(home, actor=clerk, **(PAPER | wrong))
    assert [reason.field for reason in refusal.value.reasons] == [field]


# --- the author's ten minutes ---------------------------------------------------------------------


@pytest.mark.parametrize("seconds, allowed", [(0, True), (599, True), (600, True), (601, False)])
def test_the_author_corrects_within_ten_minutes(seconds, allowed, home, a_need, now):
    need = a_need(home)
    act = {
        "need_id": need.pk,
        "query_code": need.query_code.lower(),
        "content": "三栋和四栋楼下的台阶都松动",
        "now": now + timedelta(seconds=seconds),
    }
    if allowed:
        assert services.correct_need(**act).content == "三栋和四栋楼下的台阶都松动"
        assert records_of(need) == ("corrected", "corrected", "need.corrected")
        assert Need.objects.count() == 1
    else:
        with pytest.raises(Conflict) as refusal:
            services.correct_need(**act)
        assert refusal.value.codes == ["correction_time_over"]


def test_a_correction_that_changes_nothing_writes_nothing(home, a_need, now):
    need = a_need(home)
    before = counts()
    services.correct_need(
        need_id=need.pk, query_code=need.query_code, content=need.content, now=now
    )
    assert counts() == before


def test_only_the_author_has_the_code(home, a_need, now):
    need = a_need(home)
    for act in (services.correct_need, services.withdraw_need):
        with pytest.raises(NotFound):
            act(need_id=need.pk, query_code="0" * 12, now=now)


def test_a_need_taken_back_is_gone_from_the_public_and_its_contact_erased(home, a_need, now):
    need = a_need(home, contact_phone=PHONE, consented=True)
    services.withdraw_need(need_id=need.pk, query_code=need.query_code, now=now)
    assert records_of(need) == ("withdrawn", "withdrawn", "need.withdrawn")
    assert not NeedContact.objects.exists()
    with pytest.raises(NotFound):
        selectors.public_need(need.number)
    with pytest.raises(Conflict):
        services.correct_need(need_id=need.pk, query_code=need.query_code, content="x" * 9, now=now)


def test_a_wrong_number_and_a_wrong_code_sound_the_same(home, a_need):
    need = a_need(home)
    words = []
    for number, code in ((need.number, "0" * 12), ("XQ-NO-NO-2017-00009", need.query_code)):
        with pytest.raises(NotFound) as refusal:
            services.need_by_code(number=number, query_code=code)
        words.append(refusal.value.reasons)
    assert words[0] == words[1]


def test_guessing_codes_ends_at_the_limit(home, a_need, now, settings):
    settings.FLOOD_LIMITS = {"follow_up": (("address", 600, 3),)}
    need = a_need(home)
    for _try in range(3):
        with pytest.raises(NotFound):
            services.open_follow_up(
                number=need.number, query_code="0" * 12, client=visitor(), now=now
            )
    with pytest.raises(Conflict) as refusal:
        services.open_follow_up(
            number=need.number, query_code=need.query_code, client=visitor(), now=now
        )
    assert refusal.value.codes == ["too_many"]


# --- flood guard ----------------------------------------------------------------------------------


def test_a_flood_is_stopped_at_exactly_the_limit(home, a_need, now):
    accepted = 0
    for attempt in range(12):
        try:
            a_need(home, client=visitor(), now=now + timedelta(seconds=attempt))
            accepted += 1
        except Conflict as refusal:
            assert refusal.codes == ["too_many"]
            assert refusal.status == 429
            assert refusal.reasons[0].remedy
    assert accepted == 5
    a_need(home, client=visitor("手机二"), now=now)
    a_need(home, client=visitor(), now=now + timedelta(minutes=11))


def test_new_browsers_do_not_help_against_the_limit_of_the_network(home, a_need, now, settings):
    settings.FLOOD_LIMITS = {"need": (("address", 86_400, 4), ("browser", 600, 2))}
    accepted = 0
    for attempt in range(9):
        try:
            a_need(home, client=visitor(f"手机{attempt}"))
            accepted += 1
        except Conflict:
            pass
    assert accepted == 4


def test_a_refused_need_is_not_counted(home, a_need, now, settings):
    settings.FLOOD_LIMITS = {"need": (("browser", 600, 1),)}
    for _try in range(3):
        with pytest.raises(BadInput):
            a_need(home, content="", client=visitor())
    a_need(home, client=visitor())


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
