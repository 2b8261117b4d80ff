"""The two steps of an import that take time: the trial run and the writing.

Called by the outbox outside any transaction, perhaps twice. The first look at the run, behind its
row lock, says whether there is anything left to do.
"""

import json
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from communities import need_sheets
from communities.files import NEED_IMPORT
from communities.models import NeedImport
from communities.services import import_runs
from communities.services.import_checks import Judge, examined
from communities.services.import_trial import Trial
from communities.services.import_writing import Writing
from communities.services.need_filing import flag_many_entries
from core import aside, audit, files, intake
from core.models import StoredFile
from core.refusals import Conflict, Reason, Refused


def check(*, run_id, now):
    """The trial run: every row is looked at, every fault is kept, no need is written."""
    run = _taken(run_id, "begin_check")
    if run is None:
        return
    try:
        trial = Trial(partial(_table, run), _judge(run, now), partial(_beat, run))
    except Refused as refused:
        found, report = {"reasons": [reason.as_dict() for reason in refused.reasons]}, None
        counts = {}
    else:
        found, counts = trial.found(), trial.counts()
        report = _kept(trial.report(), run, now) if trial.faults else None
    with transaction.atomic():
        run = _locked(run_id)
        move = run.find_faults if report or found["reasons"] else run.pass_check
        if not can_proceed(move):
            return
        move()
        for name, value in counts.items():
            setattr(run, name, value)
        run.findings = json.dumps(found, ensure_ascii=False)
        run.report, run.checked_at = report, now
        run.save()


def write(*, run_id, now):
    """The rows that were announced become needs, or none of them."""
    run = _taken(run_id, "begin_writing")
    if run is None:
        return
    try:
        rows = _rows_again(run, now)
        with aside.speaker() as say, transaction.atomic():
            writing = Writing(run, run.uploaded_by, now, _teller(run, say))
            made = writing.write(rows)
            _finish(run_id, made, now)
    except _Superseded:
        return
    except Refused as refused:
        with transaction.atomic():
            run = _locked(run_id)
            if can_proceed(run.fail):
                import_runs.fail(run, now, refused.reasons)


class _Superseded(Exception):
    """Another worker has finished this run while we waited for its locks."""


def _finish(run_id, made, now):
    run = _locked(run_id)
    if not can_proceed(run.finish):
        raise _Superseded
    run.finish()
    run.made_rows, run.done_rows, run.ended_at = made, made, now
    run.known_rows = run.total_rows - made
    run.save()
    actor, chain = run.uploaded_by, import_runs.chain_of(run)
    data = {"made": made, "known": run.known_rows, "file": run.file.digest}
    audit.record("need_import.done", target=run, actor=actor, at=now, chain=chain, data=data)
    flag_many_entries(run, actor=actor, now=now, chain=chain, added=made)


def _rows_again(run, now):
    """The rows that the trial run found new. The file is the same; the world may have changed."""
    rows, faults, read = [], [], 0
    for chunk in examined(_table(run), _judge(run, now)):
        rows += chunk.fresh
        faults += chunk.faults[:20]
        read += chunk.read
        # reading is the first half of the way, writing the second: the bar never goes back
        _beat(run, read // 2)
    if faults or read != run.total_rows:
        told = [Reason(fault.code, fault.in_words) for fault in faults[:20]]
        words = _("检查之后情况有变，有的行现在不能导入。")
        raise Conflict(Reason("changed_since_check", words, remedy=import_runs.AGAIN), *told)
    return rows


def _judge(run, now):
    return Judge(actor=run.uploaded_by, on=timezone.localdate(now), default=run.community)


def _table(run):
    extension = run.file.name.rpartition(".")[2]
    data = import_runs.file_bytes(run)
    return need_sheets.open_table(data, extension, has_default=run.community_id is not None)


def _kept(data, run, now):
    """The table with its faults, as a file; our own writing needs no suspicion."""
    checked = intake.Checked(
        data=data, name=_("更正表.xlsx"), extension="xlsx", kind=StoredFile.Kind.SHEET
    )
    return files.take_in(
        None,
        actor=run.uploaded_by,
        at=now,
        purpose=NEED_IMPORT,
        inspect=lambda _upload: checked,
    )


def _taken(run_id, move):
    """The run with its step begun, or None when there is nothing left to do."""
    with transaction.atomic():
        run = _locked(run_id)
        begin = getattr(run, move)
        if not can_proceed(begin):
            return None
        begin()
        run.done_rows, run.beat_at = 0, timezone.now()
        run.save(update_fields=["state", "done_rows", "beat_at"])
    return run


def _locked(run_id):
    rows = NeedImport.objects.select_for_update(of=("self",))
    return rows.select_related("file", "uploaded_by", "community").get(pk=run_id)


def _beat(run, done):
    """How far the step is. The clock is read here: a handler's own moment may be long past."""
    NeedImport.objects.filter(pk=run.pk).update(done_rows=done, beat_at=timezone.now())


def _teller(run, say):
    """Reports from inside the writing transaction go over a second connection, where there is one."""
    sql = "UPDATE comm_need_import SET done_rows = %s, beat_at = %s WHERE id = %s"

    def tell(done):
        if say is not None:
            say(sql, [(run.total_rows + done) // 2, timezone.now(), run.pk])

    return tell
