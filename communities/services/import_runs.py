"""An import of needs from upload to result: trial run, confirmation, all or none.

The trial run writes no need. It says what would be written and what is to be mended; only a table
without faults can be confirmed. Both steps are worked by the outbox (communities.tasks). A killed
worker's lease ends and its step begins again; what it had written is gone with its transaction.
"""

import hashlib
import json

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from communities import selectors
from communities.files import NEED_IMPORT
from communities.machine import AT_WORK, ImportState
from communities.models import NeedImport
from core import audit, intake, outbox
from core.files import open_file, take_in
from core.refusals import Conflict, NotAllowed, NotFound, Reason

CHECK, WRITE = "need_import.check", "need_import.write"
# A table of this size is worked in the blink of the request that brings it; a longer one waits
# for the tick, and its page shows how far it is.
AT_ONCE_BYTES = 64 * 1024
MOST_OPEN = 5


def importable(actor, on):
    """The communities whose needs this person may import; refused when there is none."""
    places = selectors.communities_to_import(actor, on)
    if not places:
        raise NotAllowed(
            Reason(
                "not_need_importer",
                _("导入需求由居委会、工作站、街道民生事务部或区级主管人员办理。"),
                remedy=_("请把表格交给该社区或所属街道的经办人。"),
            )
        )
    return places


def upload_needs(*, upload, community_id=None, actor, now):
    """The table is kept and its trial run is promised. `community_id`: for rows that name none."""
    places = importable(actor, timezone.localdate(now))
    default = default_place(places, community_id)
    open_runs = NeedImport.objects.filter(uploaded_by=actor)
    if open_runs.filter(state__in=[*AT_WORK, ImportState.READY]).count() >= MOST_OPEN:
        raise Conflict(
            Reason(
                "too_many_imports",
                format_lazy(_("您已有{n}次导入没有办完。"), n=MOST_OPEN),
                remedy=_("请先确认或放弃它们，再上传新的表格。"),
                field="file",
            )
        )
    file = take_in(upload, actor=actor, at=now, purpose=NEED_IMPORT, inspect=intake.inspect_table)
    with transaction.atomic():
        run = NeedImport(uploaded_by=actor, file=file, community=default, created_at=now)
        run.save()
        _record(run, "uploaded", actor, now, file=file.digest)
        _promise(run, CHECK, now)
    return run


@transaction.atomic
def confirm_import(*, run_id, actor, now):
    """Somebody has read the trial run and wants its rows written; the writing is promised."""
    run = own_run(run_id, actor, for_update=True)
    _check_move(run, "confirm")
    if not run.new_rows:
        raise Conflict(
            Reason(
                "nothing_new",
                _("这张表里的需求此前都已导入，没有新的。"),
                remedy=_("不用再办；可以放弃这次导入。"),
            )
        )
    run.confirm()
    run.confirmed_at, run.done_rows, run.beat_at = now, 0, None
    run.save(update_fields=["state", "confirmed_at", "done_rows", "beat_at"])
    _record(run, "confirmed", actor, now, new=run.new_rows, known=run.known_rows)
    _promise(run, WRITE, now)
    return run


@transaction.atomic
def cancel_import(*, run_id, actor, now):
    """Nothing is written and the table is put aside."""
    run = own_run(run_id, actor, for_update=True)
    _check_move(run, "cancel")
    run.cancel()
    run.ended_at = now
    run.save(update_fields=["state", "ended_at"])
    _record(run, "cancelled", actor, now)
    return run


@transaction.atomic
def take_codes(*, run_id, actor, now):
    """The numbers and query codes of the imported needs, for the people on the paper forms."""
    run = own_run(run_id, actor, for_update=True)
    if run.state != ImportState.DONE:
        raise Conflict(
            Reason("import_not_done", _("还没有导入，没有编号。"), remedy=_("请先确认导入。"))
        )
    _record(run, "codes_taken", actor, now)
    return run.sources.order_by("row").values_list(
        "row", "source_no", "need__number", "need__query_code"
    )


def own_run(run_id, actor, *, for_update=False):
    """Imports are seen by those who made them: the table holds names and phones."""
    rows = NeedImport.objects.filter(uploaded_by=actor).select_related("file", "community")
    if for_update:
        rows = rows.select_for_update(of=("self",))
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise NotFound(Reason("import_unknown", _("没有这次导入，或不是您办理的。")))
    return run


@transaction.atomic
def fail_lost_imports(*, now):
    """Imports whose work was given up by the outbox are over, with nothing written."""
    lost = 0
    for run in NeedImport.objects.select_for_update().filter(state__in=AT_WORK).order_by("pk"):
        topic = CHECK if run.state in (ImportState.WAITING, ImportState.CHECKING) else WRITE
        if outbox.is_dead(key_of(run, topic)):
            fail(run, now, [Reason("work_lost", _("系统多次尝试都没有完成。"), remedy=AGAIN)])
            lost += 1
    return lost


AGAIN = _("没有写入任何需求。请重新上传；再不行，请把时间告诉系统管理员。")


def fail(run, now, reasons):
    """The locked run is over with nothing written, and says why."""
    run.fail()
    run.ended_at = now
    run.findings = json.dumps(
        run.found | {"reasons": [reason.as_dict() for reason in reasons]}, ensure_ascii=False
    )
    run.save(update_fields=["state", "ended_at", "findings"])
    _record(run, "failed", run.uploaded_by, now, codes=[reason.code for reason in reasons])


def key_of(run, topic):
    return f"{topic}:{run.pk}"


def chain_of(run):
    """Imports of one person share an audit chain, apart from the chains of the communities."""
    return f"imports:{run.uploaded_by_id}"


def file_bytes(run):
    """What was uploaded, or a refusal: another file must not be imported in its place."""
    with open_file(run.file) as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != run.file.digest:
        raise Conflict(Reason("file_changed", _("存放的文件与上传时不同。"), remedy=AGAIN))
    return data


def default_place(places, community_id):
    if community_id is None:
        return places[0] if len(places) == 1 else None
    for place in places:
        if place.pk == community_id:
            return place
    raise NotAllowed(
        Reason(
            "not_need_importer",
            _("这个社区不在您的管辖范围内。"),
            remedy=_("请选择您管辖的社区。"),
            field="community",
        )
    )


def _check_move(run, move):
    if not can_proceed(getattr(run, move)):
        raise Conflict(
            Reason(
                "import_state",
                format_lazy(_("这次导入现在的状态是“{state}”。"), state=run.get_state_display()),
                remedy=_("刷新页面，看看现在可以办理什么。"),
            )
        )


def _record(run, event, actor, now, **data):
    audit.record(
        f"need_import.{event}", target=run, actor=actor, at=now, chain=chain_of(run), data=data
    )


def _promise(run, topic, now):
    outbox.enqueue(
        topic,
        key=key_of(run, topic),
        payload={"run": run.pk},
        at=now,
        waits=run.file.size > AT_ONCE_BYTES,
    )
