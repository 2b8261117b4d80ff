"""What every write to a need leaves behind: a dated change, a row of ledger ①, an audit event."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.ledgers import NEEDS_LEDGER
from communities.models import Need, NeedChange
from core import audit, ledgers
from core.refusals import NotFound, Reason


def locked(need_id):
    try:
        return Need.objects.select_for_update(of=("self",)).with_places().get(pk=need_id)
    except Need.DoesNotExist:
        raise NotFound(Reason("need_unknown", _("没有这条需求。"))) from None


def touch(need, event, *, actor, now, fields=(), text="", capacity="", by_no="", data=None):
    """Save the named fields and record the event everywhere it belongs, in this transaction."""
    need.updated_at = now
    need.save(update_fields=[*fields, "updated_at"])
    leave_records(
        need, event, actor=actor, now=now, text=text, capacity=capacity, by_no=by_no, data=data
    )


def leave_records(need, event, *, actor, now, text="", capacity="", by_no="", data=None):
    NeedChange.objects.create(need=need, at=now, actor=actor, kind=event, text=text)
    place = need.community.codes
    # The community's audit chain first: every write takes its heads in this order, so that no two
    # of them wait for each other.
    audit.record(
        f"need.{event}",
        target=need,
        actor=actor,
        at=now,
        chain=place.community,
        data={"status": need.status} | ({"by_no": by_no} if by_no else {}) | (data or {}),
    )
    # The ledger speaks one language, whatever page the act came from.
    with translation.override("zh-hans"):
        ledgers.append(
            NEEDS_LEDGER,
            event=event,
            subject=need,
            subject_no=need.number,
            place=place,
            level="community",
            columns=columns_of(need, by_no=by_no),
            actor=actor,
            capacity=capacity,
            at=now,
        )


def columns_of(need, *, by_no=""):
    return {
        "need_no": need.number,
        "committee": need.committee_name,
        "registered_on": timezone.localdate(need.created_at).isoformat(),
        "channel": str(need.get_channel_display()),
        "proposer_kind": _proposer_kind(need),
        "category": str(need.category_label),
        "beneficiaries": "、".join(str(label) for label in need.beneficiary_labels),
        "place": need.place_text,
        "content": need.content,
        "urgency": str(need.get_urgency_display()),
        "supporters": need.supporter_count,
        "questionnaires": need.questionnaire_count,
        "merged_into": need.merged_into.number if need.merged_into_id else "",
        "status": str(need.get_status_display()),
        "reason": need.reason,
        "updated_on": timezone.localdate(need.updated_at).isoformat(),
        "answer": need.answer,
        "by_no": by_no,
    }


def _proposer_kind(need):
    if need.on_behalf:
        return _("居民（工作人员代为登记）")
    return _("居民（实名账户）") if need.filed_by_id else _("居民")
