"""Step 5: the notice, objections and their answers. Matter is locked before its notice."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.services import flood
from core.calendar import add_working_days, window
from core.chain import canonical, digest_of
from core.files import take_in
from core.money import format_yuan_grouped
from core.refusals import NotFound, Reason
from deliberation import policies
from deliberation.choices import (
    NoticeState,
    ObjectionChannel,
    ObjectionState,
    SendBack,
    State,
)
from deliberation.models import Notice, Objection, ObjectionContact
from deliberation.services.base import bad, begin, blocked, finish, require_text, void_open_items
from deliberation.services.declaring import ask_departments

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 13  # 32 letters to the 13th: 65 bits, beyond guessing


def _local(moment, form="%Y-%m-%d %H:%M"):
    return timezone.localtime(moment).strftime(form)


@transaction.atomic
def post_notice(
    *, matter_id, places, contact_name, contact_phone, contact_address, photo=None, actor, now
):
    """Post the resolution; the window of full days runs from the day after posting."""
    matter = begin("post_notice", matter_id=matter_id, actor=actor, now=now)
    require_text(
        places=(places, _("张贴位置")), contact_name=(contact_name, _("联系人")),
        contact_phone=(contact_phone, _("联系电话")),
        contact_address=(contact_address, _("受理地址")),
    )  # fmt: skip
    item = policies.carried_item(matter)
    rule_set = matter.proposal.rule_set
    starts_at, ends_at = window(now, rule_set.notice_days, rule_set.notice_mode)
    content = _(
        "%(number)s %(title)s，申报金额%(amount)s元。%(meeting)s审议：赞成%(yes)s、反对%(no)s、"
        "弃权%(abstain)s，表决通过。"
    ) % {
        "number": matter.proposal.number, "title": matter.proposal.title,
        "amount": format_yuan_grouped(item.amount_fen), "meeting": item.meeting.number,
        "yes": item.yes, "no": item.no, "abstain": item.abstain,
    }  # fmt: skip
    serial = matter.notices.count() + 1
    notice = Notice.objects.create(
        matter=matter, open_key=matter.pk, number=f"GS-{matter.proposal.number}-{serial}",
        state=NoticeState.OPEN, content=content,
        content_digest=digest_of("", canonical({"content": content})), places=places,
        photo=take_in(photo, actor=actor, at=now, purpose="notice") if photo else None,
        contact_name=contact_name, contact_phone=contact_phone, contact_address=contact_address,
        posted_at=now, posted_by=actor, days=rule_set.notice_days, mode=rule_set.notice_mode,
        starts_at=starts_at, ends_at=ends_at,
    )  # fmt: skip
    finish(
        matter, "post_notice", "post_notice", actor=actor, now=now,
        columns={
            **_notice_columns(notice), "content": content, "places": places,
            "days": str(notice.days), "contact": f"{contact_name} {contact_address}",
        },
        data={"notice": notice.number, "ends_at": ends_at.isoformat(),
              "content": notice.content_digest},
    )  # fmt: skip
    return notice


def _notice_columns(notice):
    return {
        "notice_no": notice.number,
        "starts_on": _local(notice.starts_at, "%Y-%m-%d"),
        "ends_on": _local(notice.ends_at),
    }


def _filed_with(form_token):
    """The objection this form already became, or None."""
    return Objection.objects.filter(form_token=form_token).first() if form_token else None


@transaction.atomic
def file_objection(
    *, notice_id, content, name, phone, form_token=None, channel=ObjectionChannel.FORM,
    scan=None, received_at=None, client=None, actor, now,
):  # fmt: skip
    """Take in an objection in writing; the same form token twice gives the first receipt again.

    channel "form": anybody, now. channel "paper": the committee's clerk keys in a slip;
    `received_at` is when the slip was handed in, and decides whether it was in time.
    """
    # communities.flood.Client: the public's door counts its visitors, exactly.
    known = _filed_with(form_token)
    if known is not None:
        return known
    matter_id = Notice.objects.filter(pk=notice_id).values_list("matter_id", flat=True).first()
    if matter_id is None:
        raise NotFound(Reason("not_found", _("没有找到这份公示。")))
    is_paper = channel == ObjectionChannel.PAPER
    act_key = "record_objection" if is_paper else "file_objection"
    matter = begin(act_key, matter_id=matter_id, actor=actor, now=now)
    # Again, now under the lock: the same form may have come in twice at once.
    known = _filed_with(form_token)
    if known is not None:
        return known
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    require_text(
        content=(content, _("异议事由")), name=(name, _("姓名")), phone=(phone, _("联系电话"))
    )
    filed_at = received_at if is_paper and received_at is not None else now
    if filed_at > now or filed_at < notice.posted_at:
        raise bad(
            "received_impossible", _("收到时间应在公示发布之后、现在之前。"), "", _("请核对时间。"),
            "received_at",
        )  # fmt: skip
    in_time = notice.state == NoticeState.OPEN and filed_at < notice.ends_at
    if notice.state == NoticeState.VOID:
        raise blocked(
            "notice_void", _("这份公示已作废。"), _("异议针对有效的公示。"),
            _("请查看该项目最新的公示。"),
        )  # fmt: skip
    if client is not None:
        flood.count("objection", client=client, now=now)
    objection = Objection.objects.create(
        notice=notice, number=f"YY-{notice.number}-{notice.objections.count() + 1:02d}",
        receipt_code=_receipt_code(), form_token=form_token or None, channel=channel,
        content=content, filed_at=filed_at, recorded_by=actor if is_paper else None,
        scan=take_in(scan, actor=actor, at=now, purpose="objection") if scan else None,
        state=ObjectionState.OPEN if in_time else ObjectionState.LATE,
        answer_due_on=add_working_days(
            timezone.localdate(now), matter.proposal.rule_set.objection_answer_days
        ),
    )  # fmt: skip
    ObjectionContact.objects.create(objection=objection, name=name, phone=phone)
    finish(
        matter, act_key, "object" if in_time else "note_late_objection",
        actor=actor if is_paper else None, now=now, note=objection.get_state_display(),
        columns={
            **_notice_columns(notice), "objection_no": objection.number,
            "filed_at": _local(filed_at), "channel": objection.get_channel_display(),
        },
        data={"objection": objection.number, "in_time": in_time},
    )  # fmt: skip
    return objection


def _receipt_code():
    return "".join(secrets.choice(CODE_LETTERS) for _unused in range(CODE_LENGTH))


def open_receipt(*, code, client, now):
    """The objection of a receipt's code. Each try counts, hit or miss: guessing ends at the limit."""
    with transaction.atomic():
        flood.count("follow_up", client=client, now=now)
    objection = Objection.objects.filter(receipt_code=code.strip().upper()).first()
    if objection is None:
        raise NotFound(
            Reason(
                "receipt_unknown", _("没有找到这个查询码。"), "",
                _("请核对回执上的字母和数字；回执遗失的，请到居委会查询。"), field="code",
            )
        )  # fmt: skip
    return objection


def _check_names_nobody(objection, name_checked, **texts):
    """Inquiry and answer go into a ledger and are read by all: the objector stays unnamed."""
    contact = ObjectionContact.objects.filter(objection=objection).first()
    if contact is None:
        return
    for field, text in texts.items():
        if contact.phone and contact.phone in text:
            raise bad(
                "answer_gives_phone", _("文中有异议人的电话。"), _("异议人的身份只有工作人员可见。"),
                _("请删去电话。"), field,
            )  # fmt: skip
        if not name_checked and len(contact.name) > 1 and contact.name in text:
            raise bad(
                "answer_names_objector", _("文中有与异议人姓名相同的字。"),
                _("异议人的身份只有工作人员可见，答复公开并记入台账。"),
                _("请改写为“异议人”；如果不是指姓名，请勾选“已核对”。"), field,
            )  # fmt: skip


@transaction.atomic
def decide_objection(
    *, objection_id, is_upheld, inquiry, answer, send_back="", name_checked=False, actor, now
):
    """Answer one objection; when the last is answered the matter goes on or goes back.

    Upheld objections send it back to the two committees or to the council, whichever is earlier.
    name_checked: the clerk says that a word equal to the objector's name does not mean the name.
    """
    matter_id = (
        Objection.objects.filter(pk=objection_id)
        .values_list("notice__matter_id", flat=True)
        .first()
    )
    if matter_id is None:
        raise NotFound(Reason("not_found", _("没有找到这件异议。")))
    matter = begin("decide_objection", matter_id=matter_id, actor=actor, now=now)
    objection = Objection.objects.select_for_update().select_related("notice").get(pk=objection_id)
    if objection.state != ObjectionState.OPEN:
        raise blocked(
            "objection_decided", _("该异议已处理：%(state)s。")
            % {"state": objection.get_state_display()},
            _("每件异议答复一次。"), _("无需再办。"),
        )  # fmt: skip
    require_text(inquiry=(inquiry, _("核查情况")), answer=(answer, _("答复")))
    _check_names_nobody(objection, name_checked, inquiry=inquiry, answer=answer)
    if is_upheld and send_back not in SendBack.values:
        raise bad(
            "send_back_missing", _("异议成立时，请选择退回到哪一环节。"),
            _("异议成立的，退回“两委”审核或议事会重新审议。"), field="send_back",
        )  # fmt: skip
    objection.state = ObjectionState.UPHELD if is_upheld else ObjectionState.DISMISSED
    objection.inquiry, objection.answer = inquiry, answer
    objection.send_back = send_back if is_upheld else ""
    objection.decided_by, objection.decided_at = actor, now
    objection.save()
    move, upheld = _after_decision(matter, objection.notice)
    finish(
        matter, "decide_objection", move, actor=actor, now=now, note=objection.number,
        columns={
            **_notice_columns(objection.notice), "objection_no": objection.number,
            "inquiry": inquiry, "answer": answer, "answered_on": _local(now, "%Y-%m-%d"),
            "upheld": objection.get_state_display(),
            "send_back": objection.get_send_back_display(),
        },
        data={"objection": objection.number, "upheld": is_upheld},
    )  # fmt: skip
    if upheld:
        notice = objection.notice
        notice.state, notice.open_key = NoticeState.VOID, None
        notice.save(update_fields=["state", "open_key"])
        # A withdrawal on an agenda is overtaken: there is no resolution left to take back.
        void_open_items(matter, now)
        if matter.state == State.DECLARED and matter.is_works:
            ask_departments(matter, now)
    return objection


def _after_decision(matter, notice):
    """The machine's move after an answer, and whether the notice falls."""
    if policies.open_objections(matter).exists():
        return "decide_objection", False
    upheld = set(
        notice.objections.filter(state=ObjectionState.UPHELD).values_list("send_back", flat=True)
    )
    if SendBack.REVIEW in upheld:
        return "uphold_to_review", True
    if SendBack.COUNCIL in upheld:
        return "uphold_to_council", True
    return "dismiss_objections", False


@transaction.atomic
def conclude_notice(*, matter_id, actor, now):
    """End the notice after its full days, when every objection is answered."""
    matter = begin("conclude_notice", matter_id=matter_id, actor=actor, now=now)
    notice = Notice.objects.select_for_update().get(pk=policies.open_notice(matter).pk)
    notice.state, notice.open_key, notice.concluded_at = NoticeState.CONCLUDED, None, now
    notice.save(update_fields=["state", "open_key", "concluded_at"])
    count = notice.objections.count()
    finish(
        matter, "conclude_notice", "conclude_notice", actor=actor, now=now, at=now,
        columns={
            **_notice_columns(notice),
            "conclusion": _("公示期满，无异议") if not count else _("公示期满，%(n)s件异议已处理") % {"n": count},
        },
        data={"notice": notice.number, "objections": count},
    )  # fmt: skip
    return matter
