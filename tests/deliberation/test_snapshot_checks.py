"""Whether the rows still say what was frozen: tampering shows, life going on does not."""

import pytest
from django.db import IntegrityError, connection, transaction

from core import append_only, verify
from core.models import LedgerRow
from core.refusals import Refused
from deliberation import snapshots as reading
from deliberation.choices import State
from deliberation.models import LedgerSnapshot, SnapshotFile
from deliberation.services import snapshots as services
from tests.deliberation.freezing import behind_the_back, freeze, printed
from tests.deliberation.helpers import codes

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(walk):
    return walk(title="祎喆社区楼道照明").to(State.ESTABLISHED)


def test_an_untouched_ledger_gives_the_same_digest_also_when_life_goes_on(done, walk):
    snapshot = freeze(done)
    assert reading.verdict(snapshot, now=done.now).same
    walk(title="另一个项目", now=done.now).to(State.DECLARED)
    assert reading.verdict(snapshot, now=done.now).same


def test_rows_that_come_later_on_the_same_day_are_counted_apart(done, walk):
    snapshot = freeze(done)
    other = walk(title="当天的另一个", now=done.now)
    other.to(State.SOLICITED)
    told = reading.verdict(snapshot, now=done.now)
    after = reading.rows_of(
        snapshot.codes, snapshot.numbers, snapshot.since, snapshot.until
    ).count()
    assert told.same and told.later == after - snapshot.row_count


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ('UPDATE core_ledger_row SET body = \'{"title":"x"}\' WHERE id = %s', 1),
        ("UPDATE core_ledger_row SET actor_name = 'x' WHERE id = %s", 1),
        ("UPDATE core_ledger_row SET at = '2017-01-02 00:00:00+00:00' WHERE id = %s", 1),
        ("UPDATE core_ledger_row SET digest = prev_digest WHERE id = %s", 1),
    ],
)
def test_a_row_altered_behind_the_back_is_seen(done, sql, broken):
    snapshot = freeze(done)
    row = LedgerRow.objects.filter(ledger=2).first()
    behind_the_back("core_ledger_row", sql, [row.pk])
    told = reading.verdict(snapshot, now=done.now)
    assert not told.same and told.broken == broken
    assert "S1" in {finding.code for finding in verify.run(done.now, only=("S1",)).findings}


def test_a_row_altered_with_its_digest_is_seen_by_the_snapshot(done):
    """Whoever rewrites a whole chain and its head still contradicts what was frozen."""
    snapshot = freeze(done)
    row = LedgerRow.objects.filter(ledger=6).order_by("seq").last()
    changed = dict(row.__dict__) | {"actor_name": "x"}
    digest = reading.chains.digest_of(row.prev_digest, reading.text_of(changed))
    behind_the_back(
        "core_ledger_row", "UPDATE core_ledger_row SET actor_name = 'x', digest = %s WHERE id = %s",
        [digest, row.pk],
    )  # fmt: skip
    told = reading.verdict(snapshot, now=done.now)
    assert told.broken == 0 and not told.same and told.digest != snapshot.digest


def test_control_without_the_words_a_quiet_change_would_pass(done, monkeypatch):
    """The digests alone do not notice another word in a row: the words are digested anew."""
    snapshot = freeze(done)
    row = LedgerRow.objects.filter(ledger=2).first()
    behind_the_back(
        "core_ledger_row", "UPDATE core_ledger_row SET body = '{}' WHERE id = %s", [row.pk]
    )
    monkeypatch.setattr(reading, "digest_of_words", lambda row, algorithm: row.digest)
    assert reading.verdict(snapshot, now=done.now).same


def test_a_row_removed_is_seen(done):
    snapshot = freeze(done)
    row = LedgerRow.objects.filter(ledger=4, matter_event__isnull=True).first()
    if row is None:
        row = LedgerRow.objects.filter(ledger=1, subject_type="communities.need").last()
    behind_the_back("core_ledger_row", "DELETE FROM core_ledger_row WHERE id = %s", [row.pk])
    assert not reading.verdict(snapshot, now=done.now).same


def test_an_altered_snapshot_contradicts_its_rows(done):
    snapshot = freeze(done)
    behind_the_back(
        "delib_snapshot", "UPDATE delib_snapshot SET since = '2017-02-01' WHERE id = %s",
        [snapshot.pk],
    )  # fmt: skip
    snapshot = LedgerSnapshot.objects.get()
    assert not reading.verdict(snapshot, now=done.now).same


def test_nobody_changes_or_removes_a_snapshot_or_its_files(done):
    snapshot = freeze(done)
    printed(snapshot, done.now)
    with pytest.raises(append_only.AppendOnlyError):
        snapshot.save()
    for model in (LedgerSnapshot, SnapshotFile):
        table = model._meta.db_table
        for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as one:
                one.execute(sql)


def test_rows_of_an_act_that_commits_between_heads_and_rows_are_left_out_whole(done, monkeypatch):
    """PostgreSQL shows a later commit to the second question; the heads of the first decide."""
    honest = services.heads_of

    def then_somebody_acts(codes_of, numbers):
        heads = honest(codes_of, numbers)
        done_later = LedgerRow.objects.filter(ledger=6).order_by("seq").last()
        # as if the last row had come after the heads were read
        heads[done_later.chain] = (done_later.seq - 1, done_later.prev_digest)
        return heads

    monkeypatch.setattr(services, "heads_of", then_somebody_acts)
    snapshot = freeze(done)
    assert snapshot.row_count == LedgerRow.objects.count() - 1
    assert reading.verdict(snapshot, now=done.now).same
    assert reading.verdict(snapshot, now=done.now).later == 1


def test_the_number_is_found_as_people_type_it(done):
    snapshot = freeze(done)
    for typed in (
        snapshot.number.lower(),
        f" {snapshot.number} ",
        snapshot.number.replace("-", "－"),
    ):
        assert reading.frozen(typed) == snapshot
    with pytest.raises(Refused):
        reading.frozen("TZ-0-2017-001")
    assert codes(reading.frozen, "TZ-0-2017-001") == {"snapshot_unknown"}
