"""Records of rule set 1.0 come in all together or not at all, marked, once, by the district."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.ledgers import first_broken
from core.models import AuditEvent, LedgerRow
from core.refusals import BadInput
from core.verify import run
from deliberation.choices import State
from deliberation.models import Matter, Meeting
from deliberation.services.history import HistoryRow, MeetingRow, import_meetings, import_records
from projects.models import Envelope, EnvelopeEntry, Proposal
from tests.deliberation.helpers import codes, leaves_nothing_half_way, refused

WAN = 1_000_000


def row(world, key="2016-HB-001", **changes):
    plain = HistoryRow(
        key=key, community_code=world.home.community.code, title="楼道照明改造", type="works",
        amount_fen=12 * WAN, entered_on=date(2016, 3, 1), passed_on=date(2016, 4, 10),
        source="2016年台账第1页",
    )  # fmt: skip
    return replace(plain, **changes)


def meeting(world, key="2016-HB-M1", **changes):
    plain = MeetingRow(
        key=key, community_code=world.home.community.code, held_on=date(2016, 4, 10),
        place="社区会议室", member_count=16, present_count=14, resident_count=9,
    )  # fmt: skip
    return replace(plain, **changes)


@pytest.fixture
def take(world, now):
    def take(*rows, by=None, act=import_records, **words):
        return act(rows=rows, actor=by or world.officer, now=now, **words)

    return take


def test_a_record_comes_in_established_marked_and_with_its_money(world, take, now):
    assert take(row(world)) == (1, 0)
    matter = Matter.objects.get()
    proposal = matter.proposal
    assert (matter.state, matter.is_imported, proposal.is_imported) == (
        State.ESTABLISHED, True, True,
    )  # fmt: skip
    assert (proposal.rule_set.code, proposal.year, proposal.import_key) == (
        "1.0", 2016, "2016-HB-001",
    )  # fmt: skip
    street, community = world.home.community.street.abbr, world.home.community.abbr
    assert proposal.number == f"{street}-{community}-2016-001"
    assert timezone.localdate(matter.established_at) == date(2016, 4, 10)
    envelope = Envelope.objects.get()
    assert (envelope.year, envelope.reserved_fen) == (2016, 12 * WAN)
    assert EnvelopeEntry.objects.get().cause == "import:2016-HB-001"
    (line,) = LedgerRow.objects.filter(subject_id=str(proposal.pk))
    assert (line.ledger, line.event, first_broken([line])) == (6, "imported", None)
    assert line.columns == {
        "title": "楼道照明改造", "state": "已立项", "note": "历史导入，未走六步",
        "amount": "120000.00", "year": "2016", "fund": "社区年度额度", "agreement_on": "2016-04-10",
        "envelope_left": "1880000.00", "imported_from": "2016年台账第1页",
    }  # fmt: skip
    event = matter.events.get()
    assert (event.act, event.ledger_row, event.actor) == ("import_record", line, world.officer)
    assert AuditEvent.objects.get(kind="proposal.imported").data["key"] == "2016-HB-001"
    assert [str(one) for one in run(now).findings if one.code != "I12"] == []


def test_a_record_of_an_organisation_names_it(world, take):
    take(row(world, type="service", organisation_name=world.home.organisation.name))
    assert Proposal.objects.get().organisation == world.home.organisation


@pytest.mark.parametrize("role", ["clerk", "street.affairs", "street.approver", "resident"])
def test_only_the_district_officer_imports(world, take, role):
    user = world.home
    for part in role.split("."):
        user = getattr(user, part)
    for other in (user, world.auditor):
        refused("not_your_act", take, row(world), by=other)
        refused("not_your_act", take, meeting(world), by=other, act=import_meetings)


FAULTS = {
    "place_unknown": {"community_code": "440303999999"},
    "text_missing": {"title": " "},
    "text_too_long": {"title": "楼" * 81},
    "type_unknown": {"type": "party"},
    "dates_reversed": {"entered_on": date(2016, 4, 11)},
    "no_history_rules": {"passed_on": date(2017, 1, 1)},
    "over_type_cap": {"amount_fen": 50 * WAN + 1},
    "amount_not_positive": {"amount_fen": 0},
    "type_not_allowed": {"type": "goods"},
    "organisation_unknown": {"organisation_name": "查无此会"},
}


@pytest.mark.parametrize("code", FAULTS)
def test_one_bad_row_and_none_comes_in(world, take, code):
    refused(code, take, row(world), row(world, "bad", **FAULTS[code]))


def test_a_key_too_long_for_the_book_is_a_bad_row(world, take):
    refused("text_too_long", take, row(world, "k" * 75))
    refused("text_too_long", take, meeting(world, "k" * 81), act=import_meetings)
    refused("text_too_long", take, meeting(world, place="室" * 121), act=import_meetings)


def test_every_bad_row_is_reported_at_once(world, take):
    bad = [row(world, f"bad-{n}", **fault) for n, fault in enumerate(FAULTS.values())]
    with pytest.raises(BadInput) as refusal:
        take(row(world), *bad)
    assert set(refusal.value.codes) >= set(FAULTS)
    for number in range(len(bad)):
        assert f"第bad-{number}条" in str(refusal.value)


def test_a_key_stands_for_one_record(world, take):
    refused("key_twice", take, row(world), row(world))
    refused("key_twice", take, meeting(world), meeting(world), act=import_meetings)


def test_a_repeat_changes_nothing_and_new_rows_come_in(world, take):
    take(row(world))
    assert take(row(world, title="另一个名称"), row(world, "2016-HB-002")) == (1, 1)
    assert list(Proposal.objects.order_by("pk").values_list("title", flat=True)) == [
        "楼道照明改造", "楼道照明改造",
    ]  # fmt: skip
    assert Envelope.objects.get().reserved_fen == 24 * WAN


def test_a_year_takes_records_up_to_its_cap_and_names_each_that_does_not_fit(world, take):
    full = [row(world, f"full-{n}", amount_fen=50 * WAN) for n in range(4)]
    over = [row(world, f"over-{n}", amount_fen=1, passed_on=date(2016, 5, 1)) for n in range(2)]
    with pytest.raises(BadInput) as refusal:
        take(*full, *over)
    assert refusal.value.codes == ["year_cap_exceeded"] * 2
    assert "第over-0条" in str(refusal.value) and "第over-1条" in str(refusal.value)
    refused("year_cap_exceeded", take, *full, *over)
    elsewhere = [
        row(world, "2015", amount_fen=1, entered_on=date(2015, 3, 1), passed_on=date(2015, 5, 1)),
        row(world, "next", amount_fen=1, community_code=world.neighbour.community.code),
    ]  # fmt: skip
    assert take(*full, *elsewhere) == (6, 0)
    assert Envelope.objects.count() == 3


def test_numbers_follow_the_dates_whatever_the_order_of_the_sheet(world, take):
    late, early = row(world, "late", passed_on=date(2016, 9, 1)), row(world, "early")
    take(late, early)
    number = {proposal.import_key: proposal.number for proposal in Proposal.objects.all()}
    assert number["early"].endswith("001") and number["late"].endswith("002")


def test_a_trial_looks_at_everything_and_keeps_nothing(world, take):
    assert take(row(world), is_trial=True) == (1, 0)
    assert take(meeting(world), act=import_meetings, is_trial=True) == (1, 0)
    assert not (Proposal.objects.exists() or Meeting.objects.exists() or Envelope.objects.exists())
    assert take(row(world)) == (1, 0)


def test_a_failure_half_way_leaves_nothing(world, take, monkeypatch):
    for place in ("core.ledgers.append", "core.audit.record"):
        leaves_nothing_half_way(monkeypatch, take, row(world), row(world, "two"), at=place)
    leaves_nothing_half_way(
        monkeypatch, take, meeting(world), act=import_meetings, at="core.audit.record"
    )


# Meetings ----------------------------------------------------------------------------------------


def test_meetings_come_in_closed_marked_and_counted_by_year(world, take):
    rows = [
        meeting(world, "c", held_on=date(2016, 11, 1)), meeting(world, "a"),
        meeting(world, "b", held_on=date(2015, 6, 1)),
    ]  # fmt: skip
    assert take(*rows, act=import_meetings) == (3, 0)
    assert take(*rows, act=import_meetings) == (0, 3)
    found = {
        m.import_key: (m.year, m.session, m.state, m.is_imported) for m in Meeting.objects.all()
    }
    assert found == {
        "a": (2016, 1, "closed", True), "b": (2015, 1, "closed", True),
        "c": (2016, 2, "closed", True),
    }  # fmt: skip
    assert AuditEvent.objects.filter(kind="meeting.imported").count() == 3


def test_meetings_announced_later_count_on_from_those_imported(walk, world, take, now):
    take(meeting(world, held_on=date(2017, 3, 1)), act=import_meetings)
    done = walk().to(State.REVIEWED)
    assert done.announce().session == 2


MEETING_FAULTS = {
    "an unknown place": {"community_code": "x"},
    "more present than members": {"present_count": 17},
    "fewer than nobody": {"present_count": -1},
    "fewer residents than none": {"resident_count": -1},
    "more members than a number holds": {"member_count": 40_000},
    "a day to come": {"held_on": None},
}


@pytest.mark.parametrize("name", MEETING_FAULTS)
def test_one_bad_meeting_and_none_comes_in(world, take, now, name):
    fault = MEETING_FAULTS[name] or {}
    if "held_on" in fault:
        fault = {"held_on": timezone.localdate(now) + timedelta(days=1)}
    refused("row_bad", take, meeting(world), meeting(world, "bad", **fault), act=import_meetings)


def test_imported_matters_take_no_more_acts(walk, world, take, now):
    take(row(world))
    done = walk()
    done.matter = Matter.objects.get()
    for act in (done.declare, done.sign, done.post, done.submit, done.establish):
        assert codes(act) & {"wrong_state", "not_your_act"}
