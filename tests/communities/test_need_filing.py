"""A need is filed, in order or not at all; its author may put it right for ten minutes."""

from datetime import date, timedelta

import pytest

from communities import selectors
from communities.ledgers import NEEDS_LEDGER
from communities.models import Need, NeedContact
from communities.roles import Role
from communities.services import need_records
from communities.services import needs as services
from core.models import AuditEvent, LedgerRow
from core.refusals import BadInput, Conflict, NotAllowed, NotFound
from tests.communities.needs import PHONE, counts, records_of, visitor

pytestmark = pytest.mark.django_db

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


def test_very_many_entries_of_one_clerk_are_flagged_once(clerk, home, a_need, settings):
    settings.ENTRIES_ON_BEHALF_FLAG = 2
    for _entry in range(4):
        a_need(home, actor=clerk, **PAPER)
    flag = AuditEvent.objects.get(kind="need.entries_flagged")
    assert flag.data == {"entries": 3, "day": "2017-06-01"}


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
