"""What an archive package of a matter holds, member by member. Read only, the same rows the same.

Names of objectors and scans of their papers stay out: a package leaves the house.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, ledgers
from core.exports import book_bytes
from core.files import open_file
from core.ledgers import LEDGERS
from core.models import AuditEvent, ChainHead, LedgerRow
from core.packages import chained, readable
from core.pdf import pdf_of
from core.refusals import Conflict, Reason
from deliberation.ledger_books import VOLUME, register_of, rows_by_ledger, sheets_of, volumes
from deliberation.models import Matter, Meeting, Notice, Objection, StreetDecision, Survey
from projects.models import Proposal
from projects.selectors import snapshot

# Who took a package home is on record, but is no part of what happened to the project.
PACKED = "matter.packed"


def ledger_rows_of(matter):
    """The rows about the proposal itself, its cited needs and the cited rounds."""
    about = Q(subject_type="projects.proposal", subject_id=str(matter.proposal_id))
    needs = matter.proposal.cited_needs.values_list("need_id", flat=True)
    about |= Q(subject_type="communities.need", subject_id__in=[str(pk) for pk in needs])
    rounds = matter.cited_rounds.values_list("round_id", flat=True)
    about |= Q(
        subject_type="communities.solicitationround", subject_id__in=[str(pk) for pk in rounds]
    )
    return list(LedgerRow.objects.filter(about).order_by("ledger", "at", "chain", "seq"))


def audit_events_of(matter, files):
    """The events about the matter and everything that hangs on it."""
    notices = Notice.objects.filter(matter=matter)
    found = {
        Matter: [matter.pk],
        Proposal: [matter.proposal_id],
        Notice: notices.values_list("pk", flat=True),
        Objection: Objection.objects.filter(notice__in=notices).values_list("pk", flat=True),
        StreetDecision: StreetDecision.objects.filter(matter=matter).values_list("pk", flat=True),
        Meeting: matter.agenda_items.values_list("meeting_id", flat=True),
    }
    about = Q(target_type="core.storedfile", target_id__in=[str(one.pk) for _t, one in files])
    for model, keys in found.items():
        about |= Q(target_type=model._meta.label_lower, target_id__in=[str(key) for key in keys])
    rows = AuditEvent.objects.filter(about).exclude(kind=PACKED)
    return list(rows.order_by("chain", "seq"))


def files_of(matter):
    """(words, stored file) of everything that was handed in and is no personal paper."""
    attachments = matter.proposal.attachments.select_related("file").order_by("pk")
    files = [(one.title, one.file) for one in attachments]
    for survey in Survey.objects.filter(matter=matter).order_by("pk"):
        files += [(_("勘查照片"), photo) for photo in survey.photos.order_by("pk")]
    for notice in Notice.objects.filter(matter=matter, photo__isnull=False).order_by("pk"):
        files.append((_("张贴照片"), notice.photo))
    return files


def withheld_of(matter):
    """Digests of scans that are not in the package, so that their absence is told."""
    rows = Objection.objects.filter(notice__matter=matter, scan__isnull=False).order_by("pk")
    return list(rows.values_list("number", "scan__digest"))


def member_name(stored):
    extension = stored.path.rpartition(".")[2]
    return f"attachments/{stored.pk:06d}-{stored.digest[:12]}.{extension}"


def members_of(matter):
    """(name, bytes or open file) of every member, in the order of the package."""
    rows, files = ledger_rows_of(matter), files_of(matter)
    yield "README.txt", readme(matter).encode()
    yield "matter.json", readable(_facts(matter, files))
    yield "ledgers.json", chained(rows, ledgers.COLUMNS, _algorithms(rows))
    events = audit_events_of(matter, files)
    yield "audit.json", chained(events, audit.COLUMNS, _algorithms(events))
    yield from _books(matter, rows)
    for stored in dict.fromkeys(stored for _title, stored in files):
        with _opened(stored) as content:
            yield member_name(stored), content


def _algorithms(rows):
    heads = ChainHead.objects.filter(name__in={row.chain for row in rows})
    return dict(heads.values_list("name", "algorithm"))


def _books(matter, rows):
    """The six ledgers, each as a spreadsheet and on paper; what is printed carries no clock."""
    by_ledger = rows_by_ledger(rows)
    about = matter.proposal.label
    at = max(row.at for row in rows)
    for number, ledger in sorted(LEDGERS.items()):
        found = by_ledger.get(number, [])
        name = f"ledgers/{number}-{ledger.key}"
        yield f"{name}.xlsx", book_bytes(sheets_of([ledger], {number: found}, about), at=at)
        lines = [_("项目：%(label)s") % {"label": about}, _("共%(n)s条") % {"n": len(found)}]
        mark = _("本项目及所引用需求、问需轮次的记录，摘自社区台账。")
        registers = [
            register_of(ledger, part, lines, first=begin + 1, mark=mark)
            for begin, part in _parts(found)
        ]
        yield f"{name}.pdf", pdf_of(registers, foot=about)


def _parts(rows, size=VOLUME):
    for volume in range(volumes(len(rows))):
        yield volume * size, rows[volume * size : (volume + 1) * size]


def _facts(matter, files):
    """The proposal as it is, where it stands and its book: words and numbers, no names."""
    return {
        "number": matter.proposal.number or "",
        "content": snapshot(matter.proposal),
        "state": matter.state,
        "rule_set": matter.proposal.rule_set.code if matter.proposal.rule_set else "",
        "events": [
            {"seq": one.seq, "act": one.act, "from": one.from_state, "to": one.to_state,
             "at": one.at}
            for one in matter.events.order_by("seq")
        ],
        "attachments": [
            {"title": str(title), "member": member_name(stored), "name": stored.name,
             "sha256": stored.digest}
            for title, stored in files
        ],
        "withheld": [
            {"objection": number, "sha256": digest} for number, digest in withheld_of(matter)
        ],
    }  # fmt: skip


def readme(matter):
    return "\r\n".join(
        [
            _("民生微实事项目归档包：%(label)s") % {"label": matter.proposal.label},
            "",
            _("ledgers/       六个台账中与本项目有关的记录，XLSX 和 PDF"),
            _("ledgers.json   上述记录的原文和链上摘要"),
            _("audit.json     审计记录摘录：原文和链上摘要"),
            _("matter.json    项目内容、状态、办理经过、材料清单"),
            _("attachments/   申报材料、勘查照片、张贴照片，与存档时逐字节相同"),
            _("manifest.json  清单：每个文件的大小和 SHA-256"),
            "",
            _("书面异议的扫描件含个人信息，不随包提供，摘要见 matter.json 的 withheld。"),
            _("核验：manage.py check_package 文件名。不需要数据库；哪个文件被改动，逐个列出。"),
            "",
        ]
    )


def _opened(stored):
    """The stored bytes; a package never stands for a file that is not there."""
    try:
        return open_file(stored)
    except FileNotFoundError as error:
        raise Conflict(
            Reason(
                "file_lost",
                _("存档的文件找不到：%(name)s。") % {"name": stored.name},
                _("归档包须含全部材料。"),
                _("请联系系统管理员查明（verify 的 I10）。"),
            )
        ) from error
