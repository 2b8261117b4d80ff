"""No text that anybody typed becomes a formula, in whatever is handed out as a table.

Nothing is listed by hand but what no person types: columns are read from the models, exports are
found by asking every address of the site. In each of thirty rounds every free text of every row
carries a payload, and every table is fetched and read again.
"""

import csv
import io
import json
import zipfile

import openpyxl
import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import IntegrityError, connection, models, transaction

from communities.services import import_runs, import_work
from core import append_only, exports
from core.files import open_file
from core.ledgers import LEDGERS
from core.models import LedgerRow
from deliberation.services import snapshots
from tests.communities.sheets import LABELS, as_csv, fresh, line
from tests.core.test_exports import PAYLOADS
from tests.house.source import LAYERS
from tests.reliability.furnished import frozen
from tests.reliability.people import everybody, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]

# Written by the machine and compared by it: with another word in it a row is not found at all.
MACHINE = {
    "act", "algorithm", "applicant_kinds", "by_no", "chain", "code", "community_code",
    "consent_version", "content_digest", "digest", "district_code", "event", "extension",
    "figures", "findings", "from_state", "key", "kind", "ledgers", "level", "mime", "mode", "model",
    "move", "password", "path", "payload", "phone_key", "prev_digest", "purpose", "seat",
    "street_code", "subject_id", "subject_type", "supporter_key", "target_id", "target_type",
    "text_digest", "token_key", "topic", "agenda_digest", "Need.beneficiaries",
    "AuditEvent.body", "LedgerRow.body", "ProposalRevision.body", "LedgerSnapshot.body",
}  # fmt: skip
# a CHECK wants it only where a record was discarded, and no table has it
ELSEWHERE = ["JointReview.discard_reason"]
SHEETS = {"csv": "text/csv", "xlsx": exports.XLSX, "zip": exports.ZIP}


def free_texts():
    """(model, field) of every column that may hold what somebody typed."""
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in LAYERS:
            continue
        for field in model._meta.local_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            names = {field.name, f"{model.__name__}.{field.name}"}
            if is_text and not (field.choices or field.unique or names & MACHINE):
                yield model, field


def plant(payload):
    """Every free text of every row begins with the payload; how many columns took it."""
    taken, refused = 0, []
    tables = append_only.guarded_tables()
    for table in tables:
        append_only.remove_guards(connection, table)
    for model, field in free_texts():
        table, column, key = model._meta.db_table, field.column, model._meta.pk.column
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # the key behind it, because some are unique in their place
                cursor.execute(f"UPDATE {table} SET {column} = %s || {key}", [payload])
                taken += 1
        except IntegrityError:
            refused.append(f"{model.__name__}.{field.name}")
    plant_in_ledgers(payload)
    for table in tables:
        append_only.install_guards(connection, table)
    return taken, refused


def plant_in_ledgers(payload):
    """Every column of every ledger, as its definition names them."""
    with connection.cursor() as cursor:
        for pk, number in LedgerRow.objects.values_list("pk", "ledger"):
            body = dict.fromkeys(LEDGERS[number].column_keys, payload)
            cursor.execute(
                "UPDATE core_ledger_row SET body = %s WHERE id = %s",
                [json.dumps(body, ensure_ascii=False), pk],
            )


def table_of(answer):
    """(kind, bytes) of an answer that is a table, else None."""
    said = answer.headers.get("Content-Type", "")
    # read to the end also what is no table: its file is closed by that
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for kind, mime in SHEETS.items():
        if answer.status_code == 200 and said.startswith(mime):
            return kind, raw
    return None


def fetched(name, fetch):
    answer = fetch()
    table = table_of(answer)
    assert table, (name, answer.status_code, answer.content[:500].decode())
    return table


def formulas_in(kind, data):
    """Cells that a spreadsheet would run."""
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.endswith(".xlsx"):
                    yield from formulas_in("xlsx", archive.read(name))
    elif kind == "csv":
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            for cell in row:
                bare = cell.replace("\x00", "").lstrip(" \u00a0\u3000\ufeff")
                if bare.startswith(tuple("=+-@|%\t\r\n＝＋－＠｜％")):
                    yield cell
    else:
        book = openpyxl.load_workbook(io.BytesIO(data))
        for sheet in book:
            for cell in (cell for row in sheet.iter_rows() for cell in row):
                if cell.data_type == "f" or cell.hyperlink is not None:
                    yield cell.value


def fetchers(world, place, part=""):
    """{name: function that fetches one table}: found by asking every address, in two ways.

    `part` is what the names of the addresses have in common, where not all are wanted.
    """
    asked = {
        "ledgers": ["1", "2", "3", "4", "5", "6"], "place": place.need.community.code,
        "since": "2015-01-01", "until": place.walk.now.date().isoformat(),
    }  # fmt: skip
    by_word = asked | {"ledgers": "1,2,3,4,5,6"}
    found, people = {}, everybody(world)
    for role in ("clerk", "officer"):
        client = signed_in(people[role])
        addresses = [one for one in place.addresses() if part in one[0]]
        for name, address in addresses:
            for query in ({}, asked, by_word):
                if name not in found and table_of(client.get(address, query)):
                    found[name] = lambda c=client, a=address, q=query: c.get(a, q)
        for name, address in addresses:
            for form in ("csv", "xlsx"):
                if "export" in name:
                    post = lambda c=client, a=address, f=form: c.post(a, {"form": f})  # noqa: E731  kept with its values
                    if table_of(post()):
                        found[f"{name} {form}"] = post
            if name.endswith("deliberation:package") and name not in found:
                post = lambda c=client, a=address: c.post(a)  # noqa: E731  kept with its values
                if table_of(post()):
                    found[name] = post
    return found


def test_thirty_payloads_in_every_free_text_become_no_formula_anywhere(world, place, figure):
    tables = fetchers(world, place)
    wanted = {
        "communities:needs_csv", "communities:needs_xlsx", "communities:desk_export csv",
        "communities:desk_export xlsx", "deliberation:ledger_csv", "deliberation:ledger_xlsx",
        "deliberation:ledger_document_xlsx", "api:deliberation:ledger_document_xlsx",
        "portal:coverage_csv", "portal:coverage_xlsx", "deliberation:package",
        "api:deliberation:package",
    }  # fmt: skip
    assert wanted <= set(tables), wanted - set(tables)
    assert len(PAYLOADS) >= 30
    cells = 0
    for payload in PAYLOADS:
        taken, refused = plant(payload)
        cache.clear()  # the same visitor fetches thirty times: downloads are counted there
        assert taken > 80 and refused == ELSEWHERE
        for name, fetch in tables.items():
            kind, data = fetched(name, fetch)
            assert list(formulas_in(kind, data)) == [], (name, payload)
            cells += payload_cells(kind, data, payload)
    assert cells > len(PAYLOADS) * 100
    figure(f"{len(PAYLOADS)} payloads, {taken} columns, {len(tables)} tables, {cells} cells")


def payload_cells(kind, data, payload):
    """How many cells carry the payload: a test without any would say nothing."""
    core = payload.strip("\x00\t\r\n \u00a0\u3000\ufeff")
    if kind == "csv":
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        return sum(core in cell for row in rows for cell in row)
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if name.endswith(".xlsx")]
            return sum(payload_cells("xlsx", archive.read(name), payload) for name in names)
    book = openpyxl.load_workbook(io.BytesIO(data))
    return sum(
        core in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row
    )


def test_frozen_ledgers_carry_payloads_as_texts(world, place):
    for payload in PAYLOADS[::3]:
        plant(payload)
        snapshot = frozen(place.walk, ledgers=(1, 2, 3, 4, 5, 6))
        snapshots.print_files(snapshot_id=snapshot.pk, now=place.walk.now)
        for file in snapshot.files.filter(form="xlsx"):
            with open_file(file.file) as stored:
                assert list(formulas_in("xlsx", stored.read())) == [], payload


def test_the_table_to_mend_carries_what_was_typed_as_texts(world, place):
    """Every column of an import, every payload: all of them come back in the report of faults."""
    lines = [
        dict.fromkeys(LABELS.values(), payload) | {LABELS["source_no"]: f"{payload}{n}"}
        for n, payload in enumerate(PAYLOADS)
        if "\x00" not in payload
    ]
    cast = place.walk.cast
    good = line(cast.community, "Z1")
    run = import_runs.upload_needs(
        upload=as_csv(good, *lines), actor=cast.clerk, now=place.walk.now
    )
    import_work.check(run_id=run.pk, now=place.walk.now)
    report = fresh(run).report
    with open_file(report) as stored:
        data = stored.read()
    assert list(formulas_in("xlsx", data)) == []
    assert payload_cells("xlsx", data, "=1+1") > 10


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_control_without_the_guard_the_payloads_are_found(world, place, monkeypatch, kind):
    tables = fetchers(world, place, kind)
    plant("=1+1")
    monkeypatch.setattr(exports, "guarded", str)
    monkeypatch.setattr(exports, "_write_cell", lambda sheet, row, column, value, styles: (
        sheet.write(row, column, str(value))
    ))  # fmt: skip
    monkeypatch.setattr(exports, "WRITING", {})
    caught = set()
    for name, fetch in tables.items():
        found, data = fetched(name, fetch)
        if found == kind and list(formulas_in(found, data)):
            caught.add(name)
    assert len(caught) >= 3, caught


def test_columns_that_no_person_types_exist():
    known = {field.name for model in apps.get_models() for field in model._meta.local_fields}
    known |= {f"{m.__name__}.{f.name}" for m in apps.get_models() for f in m._meta.local_fields}
    assert MACHINE - known == set()
