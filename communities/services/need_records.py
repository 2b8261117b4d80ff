"""What every write to a need leaves behind: a dated change, a row of ledger ①, an audit event."""

from functools import cache

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.categories import BENEFICIARIES, CATEGORIES
from communities.ledgers import NEEDS_LEDGER
from communities.models import Channel, Need, NeedChange, NeedPool, NeedStatus, Urgency
from communities.roles import Role
from core import audit, bulk, ledgers
from core.locks import require_transaction
from core.refusals import NotFound, Reason

# in which capacity the pool's owner signs
OWNER = Role.COMMITTEE_CLERK.label
LANGUAGE = "zh-hans"


def locked(need_id):
    try:
        return Need.objects.select_for_update(of=("self",)).with_places().get(pk=need_id)
    except Need.DoesNotExist:
        raise NotFound(Reason("need_unknown", _("没有这条需求。"))) from None


def locked_pool(community_id):
    """The community's pool, whose row is the lock: number series and doubled forms wait here."""
    rows = NeedPool.objects.select_for_update(of=("self",))
    rows = rows.select_related("community__street__district")
    pool = rows.filter(community_id=community_id).first()
    if pool is None:
        raise NotFound(Reason("community_unknown", _("没有这个社区。"), field="community"))
    return pool


def locked_all(need_ids):
    """The needs, locked by key: two acts that share needs never wait for each other in a circle."""
    require_transaction()
    wanted = sorted(set(need_ids))
    rows = Need.objects.select_for_update(of=("self",)).with_places().order_by("pk")
    needs = list(rows.filter(pk__in=wanted))
    if len(needs) != len(wanted):
        raise NotFound(Reason("need_unknown", _("引用的需求中有的不存在。"), field="needs"))
    return needs


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
    with translation.override(LANGUAGE):
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


def leave_filed(needs, *, place, capacity, actor, now, data):
    """As `leave_records` of a filing, for many new needs of one community, in this order.

    The caller holds the heads of both chains (`chains_of`).
    """
    text = {"at": now, "actor_id": actor.pk, "kind": "filed", "text": ""}
    bulk.insert(NeedChange, [text | {"need_id": need.pk} for need in needs])
    audit.record_many(
        "need.filed",
        targets=needs,
        actor=actor,
        at=now,
        chain=place.community,
        data={"status": NeedStatus.OPEN.value} | data,
    )
    with translation.override(LANGUAGE):
        ledgers.append_many(
            NEEDS_LEDGER,
            event="filed",
            subjects=[(need, need.number, columns_of(need)) for need in needs],
            place=place,
            level="community",
            actor=actor,
            capacity=capacity,
            at=now,
        )


def chains_of(place):
    """The audit chain and the ledger chain that needs of this place are written to."""
    return place.community, ledgers.chain_name(NEEDS_LEDGER, place)


def columns_of(need, *, by_no=""):
    return {
        "need_no": need.number,
        "committee": need.committee_name,
        "registered_on": timezone.localdate(need.created_at).isoformat(),
        "channel": _words("channel")[need.channel],
        "proposer_kind": _proposer_kind(need),
        "category": _words("category")[need.category],
        "beneficiaries": "、".join(_words("beneficiaries")[key] for key in need.beneficiary_keys),
        "place": need.place,
        "content": need.content,
        "urgency": _words("urgency")[need.urgency],
        "supporters": need.supporter_count,
        "questionnaires": need.questionnaire_count,
        "merged_into": need.merged_into.number if need.merged_into_id else "",
        "status": _words("status")[need.status],
        "reason": need.reason,
        "updated_on": timezone.localdate(need.updated_at).isoformat(),
        "answer": need.answer,
        "by_no": by_no,
        "round": need.round.number if need.round_id else "",
    }


def _proposer_kind(need):
    if need.on_behalf:
        return _words("proposer_kind")["on_behalf"]
    return _words("proposer_kind")["account" if need.filed_by_id else "nobody"]


@cache
def _words(column):
    """The words of a column's values in the language of the ledger: looked up once, not per row."""
    with translation.override(LANGUAGE):
        return {
            "channel": {key: str(label) for key, label in Channel.choices},
            "urgency": {key: str(label) for key, label in Urgency.choices},
            "status": {key: str(label) for key, label in NeedStatus.choices},
            "category": {key: str(category.label) for key, category in CATEGORIES.items()},
            "beneficiaries": {key: str(label) for key, label in BENEFICIARIES.items()},
            "proposer_kind": {
                "on_behalf": _("居民（工作人员代为登记）"),
                "account": _("居民（实名账户）"),
                "nobody": _("居民"),
            },
        }[column]
