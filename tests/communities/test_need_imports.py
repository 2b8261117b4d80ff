"""Needs from a table: announced first, then all of them or none, each with the records of one filed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.machine import ImportState
from communities.models import Need, NeedChange, NeedContact, NeedImport, NeedSource
from communities.roles import Role
from communities.services import import_runs, import_work, import_writing
from communities.services.need_records import columns_of
from communities.services.needs import file_need, need_by_code
from core import files, verify
from core.models import AuditEvent, LedgerRow, StoredFile
from core.refusals import Refused
from tests.communities.needs import PHONE
from tests.communities.sheets import (
    REASON,
    as_csv,
    faults_of,
    fresh,
    imported,
    line,
    tried,
    xlsx,
)

pytestmark = pytest.mark.django_db


def nothing_written():
    return not (Need.objects.exists() or NeedSource.objects.exists() or LedgerRow.objects.exists())


def refused(code, act, *args, **kwargs):
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(*args, **kwargs)
    assert code in refusal.value.codes
    return refusal.value


# Who may -----------------------------------------------------------------------------------------


def test_a_clerk_imports_for_the_own_community(clerk, home, now):
    run = imported(xlsx(line(home, "A1"), line(home, "A2")), clerk, now)
    assert (run.state, run.made_rows, Need.objects.count()) == (ImportState.DONE, 2, 2)


@pytest.mark.parametrize(
    ("role", "level", "rows"),
    [
        (Role.STATION_CLERK, "community", 1),
        (Role.AFFAIRS_CLERK, "street", 2),
        (Role.DISTRICT_OFFICER, "district", 3),
    ],
)
def test_each_level_imports_for_its_places(role, level, rows, holder_of, home, neighbour, far, now):
    place = {"community": home, "street": home.street, "district": home.street.district}[level]
    actor = holder_of(role, place)
    lines = [line(one, f"N{at}") for at, one in enumerate((home, neighbour, far))]
    run = imported(xlsx(*lines[:rows]), actor, now)
    assert run.made_rows == rows
    row = LedgerRow.objects.order_by("-pk").first()
    assert row.capacity == Role(role).label
    if rows < 3:
        run = tried(xlsx(*lines), actor, now)
        assert {code for _row, _column, code in faults_of(run)} == {"community_not_yours"}


@pytest.mark.parametrize("role", [Role.COMMITTEE_SIGNER, Role.RESIDENT, Role.AUDITOR])
def test_other_roles_may_not_bring_a_table(role, holder_of, home, now):
    place = home.street.district if role == Role.AUDITOR else home
    act = import_runs.upload_needs
    refused(
        "not_need_importer", act, upload=xlsx(line(home)), actor=holder_of(role, place), now=now
    )
    assert not StoredFile.objects.exists() and not NeedImport.objects.exists()


def test_a_foreign_community_is_refused_row_by_row(clerk, home, neighbour, now):
    run = tried(xlsx(line(home, "A1"), line(neighbour, "A2")), clerk, now)
    assert run.state == ImportState.FAULTY
    assert faults_of(run) == [(3, "社区", "community_not_yours")]
    refused("import_state", import_runs.confirm_import, run_id=run.pk, actor=clerk, now=now)
    assert nothing_written()


def test_a_default_community_must_be_ones_own(clerk, far, home, now):
    act = import_runs.upload_needs
    refused("not_need_importer", act, upload=xlsx(line(home)), community_id=far.pk, actor=clerk,
            now=now)  # fmt: skip


def test_the_import_of_another_clerk_does_not_exist(clerk, holder_of, home, now):
    run = tried(xlsx(line(home)), clerk, now)
    other = holder_of(Role.STATION_CLERK, home)
    for act in (import_runs.confirm_import, import_runs.cancel_import, import_runs.take_codes):
        refused("import_unknown", act, run_id=run.pk, actor=other, now=now)
    assert not files.may_read(other, run.file)
    assert files.may_read(clerk, run.file)


def test_who_lost_the_role_meanwhile_writes_nothing(holder_of, home, now):
    on = timezone.localdate(now)
    leaving = holder_of(Role.COMMITTEE_CLERK, home, "leaving", ends_on=on)
    run = tried(xlsx(line(home)), leaving, now)
    import_runs.confirm_import(run_id=run.pk, actor=leaving, now=now)
    import_work.write(run_id=run.pk, now=now + timedelta(days=1))
    run = fresh(run)
    assert run.state == ImportState.FAILED and run.ended_at
    assert "community_not_yours" in [reason["code"] for reason in run.found["reasons"]]
    assert nothing_written()
    assert not files.may_read(leaving, run.file)


# What an imported need is ------------------------------------------------------------------------


def test_an_imported_need_is_what_a_single_filing_makes(clerk, home, now):
    imported(xlsx(line(home, "A1", contact_name="陈女士", contact_phone=PHONE, consented="是")),
             clerk, now)  # fmt: skip
    twin = file_need(
        community_id=home.pk, channel="questionnaire", category="safety",
        content="楼下台阶松动（A1）", place_text="三栋楼下", beneficiaries=["elderly", "children"],
        urgency="urgent", contact_name="陈女士", contact_phone=PHONE, consented=True, on_behalf=True,
        scan_missing_reason=REASON, collector="王敏", collected_on=timezone.datetime(2017, 5, 20).date(),
        questionnaire_count=3, actor=clerk, now=now,
    )  # fmt: skip
    made = Need.objects.exclude(pk=twin.pk).get()
    apart = {"id", "number", "query_code", "_state"}
    assert {k: v for k, v in made.__dict__.items() if k not in apart} == {
        k: v for k, v in Need.objects.get(pk=twin.pk).__dict__.items() if k not in apart
    }
    assert made.number[:-1] == twin.number[:-1] and made.number < twin.number
    rows = {row.subject_no: row for row in LedgerRow.objects.all()}
    of_made, of_twin = rows[made.number], rows[twin.number]
    assert of_made.columns | {"need_no": ""} == of_twin.columns | {"need_no": ""}
    assert of_made.columns == columns_of(made)
    for name in ("event", "level", "capacity", "actor_name", "person_id", "is_public", "chain"):
        assert getattr(of_made, name) == getattr(of_twin, name)
    events = AuditEvent.objects.filter(kind="need.filed").order_by("seq")
    assert [event.target_id for event in events] == [str(made.pk), str(twin.pk)]
    assert events[0].data == {"status": "open", "import": NeedImport.objects.get().pk}
    assert NeedChange.objects.get(need=made).kind == "filed"
    contact, other = NeedContact.objects.get(need=made), NeedContact.objects.get(need=twin)
    assert (contact.name, contact.phone, contact.consent_version) == (
        other.name, other.phone, other.consent_version,
    )  # fmt: skip
    assert need_by_code(number=made.number, query_code=made.query_code) == made


def test_the_chains_hold_and_every_invariant(clerk, home, now, a_need):
    a_need(home)
    imported(xlsx(*[line(home, f"A{n}") for n in range(40)]), clerk, now)
    a_need(home)
    numbers = [int(need.number[-5:]) for need in Need.objects.order_by("pk")]
    assert numbers == list(range(1, 43))
    assert verify.run(now=now).findings == []


def test_the_import_itself_is_on_record(clerk, home, now):
    run = imported(xlsx(line(home)), clerk, now)
    import_runs.take_codes(run_id=run.pk, actor=clerk, now=now)
    chain = AuditEvent.objects.filter(chain=f"imports:{clerk.pk}").order_by("seq")
    kinds = [event.kind.partition(".")[2] for event in chain]
    assert kinds == ["uploaded", "confirmed", "done", "codes_taken"]
    assert chain[2].data["made"] == 1 and chain[2].data["file"] == run.file.digest


def test_phones_in_words_are_masked_and_kept_apart(clerk, home, now):
    words = line(home, "A1", content=f"请打我电话{PHONE}说台阶的事", place_text=f"找{PHONE}",
                 source_no=f"表{PHONE}")  # fmt: skip
    imported(as_csv(words), clerk, now)
    need = Need.objects.get()
    public = [need.content, need.place_text, need.source.source_no]
    public += list(LedgerRow.objects.values_list("body", flat=True))
    public += list(AuditEvent.objects.values_list("body", flat=True))
    public += [NeedImport.objects.get().findings]
    assert not [text for text in public if PHONE in text]
    assert PHONE in need.contact.content_as_typed


def test_many_entries_are_flagged_as_with_single_ones(clerk, home, now, settings, a_need):
    settings.ENTRIES_ON_BEHALF_FLAG = 3
    imported(xlsx(*[line(home, f"A{n}") for n in range(5)]), clerk, now)
    event = AuditEvent.objects.get(kind="need.entries_flagged")
    assert event.data["entries"] == 5
    imported(xlsx(line(home, "B")), clerk, now)
    assert AuditEvent.objects.filter(kind="need.entries_flagged").count() == 1


def test_a_clerk_of_one_community_may_leave_the_column_out(clerk, home, now):
    cells = line(home)
    del cells["社区"]
    run = imported(xlsx(cells, header=list(cells)), clerk, now)
    assert Need.objects.get().community == home and run.community == home


# All or none, and again --------------------------------------------------------------------------


def test_a_trial_writes_no_need_and_says_how_many_per_community(holder_of, home, neighbour, now):
    actor = holder_of(Role.AFFAIRS_CLERK, home.street)
    lines = [line(home, "A1"), line(home, "A2"), line(neighbour, "A1")]
    run = tried(xlsx(*lines), actor, now)
    assert (run.state, run.new_rows, run.total_rows) == (ImportState.READY, 3, 3)
    assert {(one["code"], one["new"]) for one in run.found["places"]} == {
        (home.code, 2), (neighbour.code, 1),
    }  # fmt: skip
    assert nothing_written()


def test_one_bad_row_and_none_can_be_written(clerk, home, now):
    run = tried(xlsx(line(home, "A1"), line(home, "A2", category="桥梁")), clerk, now)
    assert (run.state, run.new_rows, run.faulty_rows) == (ImportState.FAULTY, 1, 1)
    import_work.write(run_id=run.pk, now=now)
    assert nothing_written() and fresh(run).state == ImportState.FAULTY


@pytest.mark.parametrize("step", ["leave_filed", "_insert"])
def test_a_failure_half_way_leaves_nothing(step, clerk, home, now, monkeypatch):
    monkeypatch.setattr(import_writing, "CHUNK", 2)
    run = tried(xlsx(*[line(home, f"A{n}") for n in range(5)]), clerk, now)
    import_runs.confirm_import(run_id=run.pk, actor=clerk, now=now)
    plain, calls = getattr(import_writing, step), []

    def broken(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise ConnectionError("away")
        return plain(*args, **kwargs)

    monkeypatch.setattr(import_writing, step, broken)
    before = AuditEvent.objects.count()
    with pytest.raises(ConnectionError):
        import_work.write(run_id=run.pk, now=now)
    assert nothing_written() and AuditEvent.objects.count() == before
    assert fresh(run).state == ImportState.WRITING
    monkeypatch.setattr(import_writing, step, plain)
    import_work.write(run_id=run.pk, now=now)
    assert fresh(run).made_rows == Need.objects.count() == 5
    assert verify.run(now=now).findings == []


def test_working_a_step_twice_changes_nothing(clerk, home, now):
    run = imported(xlsx(line(home)), clerk, now)
    before = AuditEvent.objects.count()
    import_work.write(run_id=run.pk, now=now)
    import_work.check(run_id=run.pk, now=now)
    assert (Need.objects.count(), AuditEvent.objects.count()) == (1, before)


def test_the_same_table_again_is_known_and_skipped(clerk, home, now):
    lines = [line(home, "A1"), line(home, ""), line(home, "A3")]
    imported(xlsx(*lines), clerk, now)
    run = tried(as_csv(*lines), clerk, now)
    assert (run.state, run.new_rows, run.known_rows) == (ImportState.READY, 0, 3)
    refused("nothing_new", import_runs.confirm_import, run_id=run.pk, actor=clerk, now=now)
    run = imported(xlsx(*lines, line(home, "A4")), clerk, now + timedelta(days=1))
    assert (run.made_rows, run.known_rows, Need.objects.count()) == (1, 3, 4)


def test_other_words_under_a_known_number_are_told_and_not_taken(clerk, home, now):
    imported(xlsx(line(home, "A1")), clerk, now)
    run = tried(xlsx(line(home, "Ａ 1", content="改过的内容，请修台阶")), clerk, now)
    assert (run.known_rows, run.found["differs"]) == (1, [2])


def test_without_a_number_the_words_and_the_day_are_the_key(clerk, home, now):
    imported(xlsx(line(home, "")), clerk, now)
    run = tried(xlsx(line(home, ""), line(home, "", collected_on="2017-05-21")), clerk, now)
    assert (run.known_rows, run.new_rows) == (1, 1)


def test_the_database_refuses_the_same_row_twice(clerk, home, now, a_need):
    imported(xlsx(line(home)), clerk, now)
    source = NeedSource.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedSource.objects.create(need=a_need(home), run=source.run, row=9, key=source.key)


def test_a_changed_file_is_not_imported(clerk, home, now):
    run = tried(xlsx(line(home)), clerk, now)
    import_runs.confirm_import(run_id=run.pk, actor=clerk, now=now)
    other = import_runs.upload_needs(upload=xlsx(line(home, "B")), actor=clerk, now=now)
    StoredFile.objects.filter(pk=run.file_id).update(path=f"{other.file.path}x")
    StoredFile.objects.filter(pk=other.file_id).update(path="elsewhere")
    StoredFile.objects.filter(pk=run.file_id).update(path=other.file.path)
    import_work.write(run_id=run.pk, now=now)
    assert fresh(run).found["reasons"][0]["code"] == "file_changed"
    assert nothing_written()


def test_a_cancelled_import_is_over(clerk, home, now):
    run = tried(xlsx(line(home)), clerk, now)
    import_runs.cancel_import(run_id=run.pk, actor=clerk, now=now)
    refused("import_state", import_runs.confirm_import, run_id=run.pk, actor=clerk, now=now)
    refused("import_not_done", import_runs.take_codes, run_id=run.pk, actor=clerk, now=now)
    assert nothing_written()


def test_nobody_piles_up_imports(clerk, home, now):
    for number in range(import_runs.MOST_OPEN):
        tried(xlsx(line(home, f"A{number}")), clerk, now)
    act = import_runs.upload_needs
    refused("too_many_imports", act, upload=xlsx(line(home)), actor=clerk, now=now)
