"""The draft of a meeting's minutes, from what is registered; the clerk corrects it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.money import format_yuan_grouped
from deliberation.choices import ItemResult


def draft_minutes(meeting, items):
    """Plain text: announcement, presence, each item with its vote. `items` in their order."""
    lines = [
        _("%(number)s会议纪要") % {"number": meeting.number},
        _("时间：%(at)s；地点：%(place)s") % {"at": _local(meeting.starts_at), "place": meeting.place},
        _("公告：%(at)s，%(places)s")
        % {"at": _local(meeting.announced_at), "places": meeting.announced_places},
        _("主持人：%(chair)s；记录人：%(recorder)s")
        % {"chair": meeting.chair or "", "recorder": meeting.recorder or ""},
        _(
            "应到%(all)s人，法定人数%(quorum)s人，实到%(present)s人，会议有效；"
            "列席居民%(residents)s人、人大代表%(deputies)s人。"
        )
        % {
            "all": meeting.member_count, "quorum": meeting.quorum,
            "present": meeting.present_count, "residents": meeting.resident_count,
            "deputies": meeting.deputy_count,
        },
    ]  # fmt: skip
    for item in items:
        lines += ["", *_item_lines(item)]
    return "\n".join(lines)


def _item_lines(item):
    proposal = item.matter.proposal
    yield _("议题%(n)s（%(purpose)s）：%(label)s，%(amount)s元。") % {
        "n": item.position, "purpose": item.get_purpose_display(), "label": proposal.label,
        "amount": format_yuan_grouped(item.amount_fen),
    }  # fmt: skip
    if item.result == ItemResult.VOID:
        yield _("本议题缓议，未表决。")
        return
    yield _("由%(who)s介绍。") % {"who": item.presenter}
    if item.discussion:
        yield _("发言摘要：%(text)s") % {"text": item.discussion}
    recused = len(item.recusals.all())
    if recused:
        yield _("回避%(n)s人。") % {"n": recused}
    if item.result == ItemResult.OPEN:
        return
    yield _(
        "%(method)s，有表决权的到会成员%(all)s人：赞成%(yes)s、反对%(no)s、弃权%(abstain)s，%(result)s。"
    ) % {
        "method": item.get_method_display(), "all": item.entitled, "yes": item.yes, "no": item.no,
        "abstain": item.abstain, "result": item.get_result_display(),
    }  # fmt: skip


def _local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
