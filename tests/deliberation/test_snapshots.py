"""Freezing ledgers: what is held fast, who may, what is refused, and that tampering shows."""

import hashlib
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pypdf
import pytest

from communities.permissions import appointments_changed
from communities.roles import Role
from core import verify
from core.models import AuditEvent, LedgerRow, OutboxMessage
from deliberation import ledger_books
from deliberation import snapshots as reading
from deliberation.choices import State
from deliberation.ledger_scope import places_for
from deliberation.models import SnapshotFile
from deliberation.services import snapshots as services
from tests.deliberation.freezing import ALL, content, freeze, printed
from tests.deliberation.helpers import leaves_nothing_half_way, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(walk):
    return walk(title="祎喆社区楼道照明").to(State.ESTABLISHED)


def test_a_snapshot_says_what_was_frozen_and_leaves_its_audit_event(done):
    snapshot = freeze(done)
    code = done.cast.community.code
    assert snapshot.number == f"TZ-{code}-2017-001"
    rows = LedgerRow.objects.filter(community_code=code)
    assert snapshot.row_count == rows.count() > 0
    assert sum(snapshot.counts.values()) == snapshot.row_count
    assert snapshot.office_name and snapshot.capacity == Role.COMMITTEE_CLERK.label
    event = AuditEvent.objects.filter(kind="ledger.frozen").get()
    assert event.chain == code and event.data["digest"] == snapshot.digest
    assert event.data["rows"] == snapshot.row_count and event.actor_id == done.cast.clerk.pk
    assert freeze(done).number.endswith("-002")


def test_every_file_is_printed_once_with_its_digest_on_record(done):
    snapshot = freeze(done)
    state = printed(snapshot, done.now)
    assert state.is_over and state.done == 12
    for file in state.files:
        assert hashlib.sha256(content(file)).hexdigest() == file.file.digest
    services.print_files(snapshot_id=snapshot.pk, now=done.now)
    assert SnapshotFile.objects.count() == 12
    assert verify.run(done.now, only=("I10", "I12", "S1")).findings == []


def test_the_same_snapshot_printed_again_gives_the_same_bytes(done, walk):
    snapshot = freeze(done)
    files = printed(snapshot, done.now).files
    # life goes on: other rows in the same books, on the same days
    walk(title="另一个项目", now=done.now).to(State.DECLARED)
    for file in files:
        again = ledger_books.frozen_file(
            snapshot, file.ledger, file.form, file.volume,
            services.rows_of_ledger(snapshot, file.ledger),
        )  # fmt: skip
        assert again == content(file), (file.ledger, file.form)


def test_what_is_printed_is_what_was_frozen(done):
    snapshot = freeze(done)
    files = {(one.ledger, one.form): one for one in printed(snapshot, done.now).files}
    for number in ALL:
        sheet = openpyxl.load_workbook(BytesIO(content(files[number, "xlsx"]))).active
        rows = LedgerRow.objects.filter(ledger=number)
        assert [line[-1].value for line in sheet.iter_rows(min_row=3)] == [
            row.digest for row in rows.order_by("at", "chain", "seq")
        ]
        reader = pypdf.PdfReader(BytesIO(content(files[number, "pdf"])))
        said = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
        assert snapshot.number in said and snapshot.digest in said
        assert all(row.digest[:16] in said for row in rows)
    assert "祎喆" in said


def test_long_ledgers_come_in_volumes(done, monkeypatch):
    monkeypatch.setattr(ledger_books, "VOLUME", 1)
    snapshot = freeze(done, ledgers=(3,))
    count = snapshot.counts[3]
    volumes = count
    assert volumes > 1
    files = printed(snapshot, done.now).files
    assert [one.volume for one in files if one.form == "pdf"] == list(range(1, volumes + 1))
    said = pypdf.PdfReader(BytesIO(content(files[1]))).pages[0].extract_text().replace(" ", "")
    assert f"第2册，共{volumes}册" in said and "本册第2至" in said


def test_a_long_one_waits_for_the_tick_and_a_short_one_does_not(done, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 1)
    freeze(done)
    assert OutboxMessage.objects.get(topic=services.PRINT).state == "pending"


# who --------------------------------------------------------------------------------------------


def test_keepers_freeze_their_own_place_and_below(done, world):
    street, district = done.cast.street, world.officer
    affairs = street.affairs
    community = done.cast.community
    for actor, place in (
        (done.cast.clerk, community), (affairs, community), (affairs, community.street),
        (district, community), (district, community.street), (district, community.street.district),
    ):  # fmt: skip
        snapshot = freeze(done, actor=actor, place=place)
        assert snapshot.codes.narrowest == place.code and snapshot.row_count


def test_what_is_out_of_scope_does_not_exist(done, world):
    community = done.cast.community
    for actor, place in (
        (done.cast.clerk, community.street), (done.cast.clerk, world.neighbour.community),
        (done.cast.clerk, community.street.district), (world.far.clerk, community),
        (world.far.street.affairs, community), (done.cast.street.affairs, world.far.community),
        (done.cast.street.affairs, community.street.district), (done.cast.resident, community),
        (done.cast.agent, community),
    ):  # fmt: skip
        refused("place_unknown", freeze, done, actor=actor, place=place)


def test_readers_who_keep_no_ledgers_freeze_nothing(done, world):
    for actor in (world.auditor, done.cast.party, done.cast.street.approver):
        refused("not_ledger_keeper", freeze, done, actor=actor)


def test_a_role_that_ended_yesterday_freezes_nothing(done):
    (appointment,) = [
        one for one in done.cast.clerk.person.appointments.all() if one.role == "committee_clerk"
    ]
    type(appointment).objects.filter(pk=appointment.pk).update(
        ends_on=done.now.date() - timedelta(days=1)
    )
    appointments_changed()
    refused("place_unknown", freeze, done)


def test_places_offered_are_those_of_the_scope(done, world):
    on = done.now.date()
    assert [p.code for p in places_for(done.cast.clerk, on)] == [done.cast.community.code]
    assert places_for(world.officer, on)[0].level == "district"
    assert "district" not in {p.level for p in places_for(done.cast.street.affairs, on)}
    assert places_for(done.cast.resident, on) == []


# refusals ---------------------------------------------------------------------------------------


def test_the_future_an_empty_time_and_a_backward_one_are_refused(done):
    today = done.now.date()
    refused("period_in_future", freeze, done, until=today + timedelta(days=1))
    refused("period_backwards", freeze, done, since=today, until=today - timedelta(days=1))
    old = {"since": date(2015, 1, 1), "until": date(2015, 12, 31)}
    refused("nothing_to_freeze", freeze, done, **old)
    refused("no_ledger", freeze, done, ledgers=())
    refused("ledger_unknown", freeze, done, ledgers=(1, 7))


def test_more_rows_than_a_snapshot_takes_are_refused_with_a_way_out(done, monkeypatch):
    monkeypatch.setattr(services, "FREEZE_LIMIT", 2)
    refused("too_many_rows", freeze, done)


def test_a_failure_half_way_leaves_nothing(done, monkeypatch):
    leaves_nothing_half_way(monkeypatch, freeze, done)


def test_a_failure_while_printing_leaves_whole_files_only(done, monkeypatch, tmp_path):
    monkeypatch.setattr(services, "AT_ONCE", 0)
    snapshot = freeze(done)
    honest, seen = services.frozen_file, []

    def fails_at_the_fourth(*args):
        seen.append(args)
        if len(seen) == 4:
            raise RuntimeError("the disk is full")
        return honest(*args)

    monkeypatch.setattr(services, "frozen_file", fails_at_the_fourth)
    with pytest.raises(RuntimeError):
        services.print_files(snapshot_id=snapshot.pk, now=done.now)
    assert reading.printing(snapshot).done == 3
    stored = [path for path in (tmp_path / "media").rglob("*") if path.suffix in (".pdf", ".xlsx")]
    assert len([p for p in stored if p.read_bytes()[:2] in (b"%P", b"PK")]) >= 3
    services.print_files(snapshot_id=snapshot.pk, now=done.now)
    assert reading.printing(snapshot).is_over


def test_a_second_worker_does_no_harm(done, monkeypatch):
    """The lease of the first ended too early: both print the same file, one of them is kept."""
    monkeypatch.setattr(services, "AT_ONCE", 0)
    snapshot = freeze(done, ledgers=(6,))
    data = b"PK bytes of the quicker one"
    services._keep(snapshot, 6, "xlsx", 1, data, done.now)
    services._keep(snapshot, 6, "xlsx", 1, b"PK bytes of the slower one", done.now)
    (kept,) = snapshot.files.all()
    assert content(kept) == data
