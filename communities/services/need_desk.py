"""Answer and close needs, and tie them to the proposals that take them up."""

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from communities import acts, permissions
from communities.models import NeedContact, NeedStatus, NeedUptake
from communities.services.need_checks import checked_text
from communities.services.need_records import OWNER, locked, locked_all, touch
from core import audit
from core.refusals import BadInput, NotAllowed, NotFound, Reason, refuse_if

OUTCOMES = {NeedStatus.SOLVED: "solve", NeedStatus.DECLINED: "decline"}


@transaction.atomic
def answer_need(*, need_id, text, actor, now):
    """The public reply of the committee; a later reply replaces it, ledger ① keeps both."""
    need = locked(need_id)
    acts.check("answer", need, actor, timezone.localdate(now))
    need.answer, need.answered_at = checked_text(text, "text", _("请写明答复内容。")), now
    touch(
        need,
        "answered",
        actor=actor,
        now=now,
        fields=["answer", "answered_at"],
        text=need.answer,
        capacity=_capacity(need, actor, timezone.localdate(now)),
    )
    return need


@transaction.atomic
def close_need(*, need_id, outcome=NeedStatus.SOLVED, reason, actor, now):
    """The need is solved, or not taken in; either way with a public reason."""
    if outcome not in OUTCOMES:
        raise BadInput(Reason("outcome_unknown", _("请选择办结结果。"), field="outcome"))
    need = locked(need_id)
    acts.check(OUTCOMES[outcome], need, actor, timezone.localdate(now))
    getattr(need, OUTCOMES[outcome])(checked_text(reason, "reason", _("请写明办结理由。")))
    touch(
        need,
        "closed",
        actor=actor,
        now=now,
        fields=["status", "reason"],
        text=need.reason,
        capacity=OWNER,
    )
    return need


@transaction.atomic
def reopen_need(*, need_id, reason, actor, now):
    """A closed need is open again; what was said before stays in its history."""
    need = locked(need_id)
    acts.check("reopen", need, actor, timezone.localdate(now))
    words = checked_text(reason, "reason", _("请写明重新开放的理由。"))
    need.reopen()
    touch(
        need,
        "reopened",
        actor=actor,
        now=now,
        fields=["status", "reason"],
        text=words,
        capacity=OWNER,
    )
    return need


@transaction.atomic
def mark_taken_up(*, need_ids, by_no, actor, now):
    """The proposal `by_no` cites these needs. Told by deliberation, which has asked who may.

    A need may be cited by several proposals; the same one again changes nothing.
    """
    needs = locked_all(need_ids)
    refuse_if([_not_open(need) for need in needs if not can_proceed(need.take_up)])
    for need in needs:
        uptake, is_new = NeedUptake.objects.get_or_create(
            need=need, by_no=by_no, defaults={"at": now}
        )
        if not is_new and uptake.released_at is None:
            continue
        if not is_new:
            uptake.at, uptake.released_at = now, None
            uptake.save(update_fields=["at", "released_at"])
        need.take_up()
        touch(need, "taken_up", actor=actor, now=now, fields=["status"], text=by_no, by_no=by_no)
    return needs


@transaction.atomic
def release_needs(*, need_ids, by_no, actor, now):
    """The proposal `by_no` lets these needs go; a need nobody cites any more is open again."""
    needs = locked_all(need_ids)
    for need in needs:
        held = need.uptakes.filter(by_no=by_no, released_at=None).update(released_at=now)
        if not held:
            continue
        if need.status == NeedStatus.TAKEN_UP and not need.uptakes.filter(released_at=None):
            need.release()
        touch(need, "released", actor=actor, now=now, fields=["status"], text=by_no, by_no=by_no)
    return needs


@transaction.atomic
def reveal_contact(*, need_id, purpose, actor, now):
    """The full contact, for somebody who says what for; the look is in the audit chain."""
    need = locked(need_id)
    refuse_if(
        [permissions.may_see_contact(actor, timezone.localdate(now), need.community)], NotAllowed
    )
    purpose = checked_text(purpose, "purpose", _("请写明查看联系方式的用途。"))
    contact = NeedContact.objects.filter(need=need).first()
    if contact is None:
        raise NotFound(Reason("no_contact", _("这条需求没有留下联系方式。")))
    audit.record(
        "need.contact_read",
        target=need,
        actor=actor,
        at=now,
        chain=need.community.code,
        reason=purpose,
    )
    return contact


def _capacity(need, actor, on):
    """As whom one answers: the committee, or the office the need was handed to."""
    is_owner = permissions.may_answer_needs(actor, on, need.community) is None
    return OWNER if is_owner else need.answerer.name


def _not_open(need):
    return Reason(
        "need_not_open",
        format_lazy(
            _("需求{number}的状态是“{status}”，不能作为立项依据。"),
            number=need.number,
            status=need.get_status_display(),
        ),
        remedy=_("请先重新开放该需求，或引用其他需求。"),
        field="needs",
    )
