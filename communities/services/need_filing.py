"""File a need, put it right or take it back within ten minutes, and say “I need this too”."""

from datetime import datetime, time

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from communities import acts, permissions, rules
from communities.flood import digest
from communities.models import Channel, Need, NeedContact, NeedPool, NeedSupport, Urgency
from communities.roles import Role
from communities.services import flood
from communities.services.need_checks import checked_contact, checked_paper, checked_words
from communities.services.need_records import leave_records, locked, touch
from core import audit
from core.masking import mask_free_text
from core.numbers import take_next
from core.refusals import BadInput, Conflict, NotAllowed, NotFound, Reason, refuse_if

CONSENT_VERSION = "2017-1"


@transaction.atomic
def file_need(
    *,
    community_id,
    channel=Channel.ONLINE,
    category,
    content,
    place_text="",
    beneficiaries=(),
    urgency=Urgency.NORMAL,
    contact_name="",
    contact_phone="",
    consented=False,
    on_behalf=False,
    form_scan=None,
    scan_missing_reason="",
    collector="",
    collected_on=None,
    questionnaire_count=0,
    form_token="",
    client=None,
    actor,
    now,
):
    """A need stands in its community's pool, with a number and a query code.

    The same `form_token` again returns the need it made the first time and writes nothing.
    `client` (communities.flood.Client) is counted when the public files through a door.
    """
    on = timezone.localdate(now)
    # The pool's row is the lock: the number series and a doubled form wait for each other here.
    pool = (
        NeedPool.objects.select_for_update(of=("self",))
        .select_related("community__street__district")
        .filter(community_id=community_id)
        .first()
    )
    if pool is None:
        raise NotFound(Reason("community_unknown", _("没有这个社区。"), field="community"))
    if form_token and (twin := Need.objects.filter(form_token=form_token).first()):
        return twin
    if on_behalf:
        refuse_if([permissions.may_file_on_behalf(actor, on, pool.community)], NotAllowed)
    words = checked_words(
        category=category,
        content=content,
        place_text=place_text,
        beneficiaries=beneficiaries,
        urgency=urgency,
    )
    contact = checked_contact(name=contact_name, phone=contact_phone, consented=consented)
    paper = checked_paper(
        on_behalf=on_behalf,
        channel=channel,
        form_scan=form_scan,
        scan_missing_reason=scan_missing_reason,
        collector=collector,
        collected_on=collected_on,
        questionnaire_count=questionnaire_count,
        today=on,
    )
    if client is not None:
        flood.count("need", client=client, now=now)
    need = Need(
        pool=pool,
        number=rules.need_number(
            pool.community, on.year, take_next(f"need:{pool.community.code}:{on.year}")
        ),
        query_code=rules.new_query_code(),
        form_token=form_token or None,
        created_at=now,
        updated_at=now,
        filed_by=actor,
        **_masked(words),
        **paper,
    )
    try:
        with transaction.atomic():
            need.save()
    except IntegrityError:
        # the same form sent for another pool at the same moment
        if form_token and (twin := Need.objects.filter(form_token=form_token).first()):
            return twin
        raise
    _keep_personal(need, words, contact, now)
    leave_records(
        need,
        "filed",
        actor=actor,
        now=now,
        capacity=_capacity(actor, on, pool.community) if on_behalf else "",
    )
    if on_behalf:
        _flag_many_entries(need, actor, on, now)
    return need


def need_by_code(*, number, query_code):
    """The need of this number and code; the same refusal whichever of the two is wrong."""
    need = Need.objects.with_places().filter(number=rules.read_number(number)).first()
    if need is None or not _same(need, query_code):
        raise NotFound(
            Reason(
                "need_or_code_wrong",
                _("需求编号或查询码不对。"),
                remedy=_("请对照回执重新填写；回执丢失时，可到社区居委会凭登记电话查询。"),
            )
        )
    return need


def open_follow_up(*, number, query_code, client, now):
    """Count the try first, whether it hits or not, then look: guessing ends at the limit."""
    with transaction.atomic():
        flood.count("follow_up", client=client, now=now)
    return need_by_code(number=number, query_code=query_code)


@transaction.atomic
def correct_need(*, need_id, query_code, actor=None, now, **changes):
    """The author's words are put right within ten minutes; the earlier words stay in ledger ①."""
    need = _own(need_id, query_code, now)
    words = {
        "category": need.category,
        "content": need.content,
        "place_text": need.place_text,
        "beneficiaries": need.beneficiary_keys,
        "urgency": need.urgency,
    }
    unknown = set(changes) - set(words)
    if unknown:
        raise TypeError(f"not words of a need: {sorted(unknown)}")
    words = checked_words(**(words | changes))
    masked = _masked(words)
    changed = [field for field, value in masked.items() if getattr(need, field) != value]
    if not changed:
        return need
    for field in changed:
        setattr(need, field, masked[field])
    _keep_personal(need, words, None, now)
    touch(need, "corrected", actor=actor, now=now, fields=changed, data={"fields": changed})
    return need


@transaction.atomic
def withdraw_need(*, need_id, query_code, actor=None, now):
    """The author takes the need back within ten minutes; its personal data are erased."""
    need = _own(need_id, query_code, now)
    need.withdraw()
    NeedContact.objects.filter(need=need).delete()
    touch(need, "withdrawn", actor=actor, now=now, fields=["status"])
    return need


@transaction.atomic
def support_need(*, need_id, client, phone="", actor=None, now):
    """One more voice for the need: one per account or browser, and one per phone when given."""
    need = locked(need_id)
    acts.check("support", need, actor, timezone.localdate(now))
    try:
        phone = rules.read_phone(phone)
    except ValueError as error:
        raise BadInput(Reason("phone_wrong", _("电话号码不对。"), field="phone")) from error
    key = digest("account", str(actor.pk)) if actor else client.browser or client.address
    phone_key = digest("phone", phone) if phone else None
    refuse_if(_already(need, key, phone_key), Conflict)
    flood.count("support", client=client, now=now)
    NeedSupport.objects.create(need=need, supporter_key=key, phone_key=phone_key, at=now)
    need.supporter_count = need.supports.count()
    touch(need, "supported", actor=actor, now=now, fields=["supporter_count"])
    return need


def _already(need, key, phone_key):
    supports = need.supports
    if supports.filter(supporter_key=key).exists() or (
        phone_key and supports.filter(phone_key=phone_key).exists()
    ):
        yield Reason(
            "already_supported",
            _("您已经为这条需求附议过了，每人一次。"),
            remedy=_("可以把这条需求转给邻居，请他们也来附议。"),
        )


def _flag_many_entries(need, actor, on, now):
    """One clerk who keys in very many needs on one day is not stopped, but it is seen."""
    begins = timezone.make_aware(datetime.combine(on, time.min))
    entries = Need.objects.filter(filed_by=actor, on_behalf=True, created_at__gte=begins).count()
    if entries == getattr(settings, "ENTRIES_ON_BEHALF_FLAG", rules.ENTRIES_ON_BEHALF_FLAG) + 1:
        audit.record(
            "need.entries_flagged",
            target=need,
            actor=actor,
            at=now,
            chain=need.community.code,
            data={"entries": entries, "day": on.isoformat()},
        )


def _same(need, query_code):
    # the time of the answer must not tell how much of a guess was right
    return constant_time_compare(need.query_code, rules.read_query_code(query_code))


def _own(need_id, query_code, now):
    need = locked(need_id)
    if not _same(need, query_code):
        raise NotFound(Reason("need_or_code_wrong", _("需求编号或查询码不对。")))
    reasons = []
    if not rules.may_still_correct(need.created_at, now):
        reasons.append(
            Reason(
                "correction_time_over",
                _("登记超过十分钟，不能自行更正或撤回。"),
                rule=_("提交后十分钟内可以更正或撤回。"),
                remedy=_("请联系社区居委会说明情况，由经办人在答复中注明。"),
            )
        )
    if need.status != "open":
        reasons.append(Reason("need_status", _("这条需求已经在办理，不能再更正或撤回。")))
    refuse_if(reasons)
    return need


def _masked(words):
    return words | {
        "content": mask_free_text(words["content"]),
        "place_text": mask_free_text(words["place_text"]),
        "beneficiaries": ",".join(words["beneficiaries"]),
    }


def _keep_personal(need, words, contact, now):
    """Contact and unmasked words go apart, and only when there is something to keep."""
    as_typed = words["content"] if words["content"] != need.content else ""
    fields = dict(contact or {})
    if as_typed:
        fields["content_as_typed"] = as_typed
    if fields:
        NeedContact.objects.update_or_create(
            need=need,
            defaults=fields,
            create_defaults=fields | {"consent_version": CONSENT_VERSION, "consented_at": now},
        )


def _capacity(actor, on, community):
    for role in (Role.COMMITTEE_CLERK, Role.STATION_CLERK):
        if permissions.holds(actor, role, community=community, on=on):
            return role.label
    return Role.AFFAIRS_CLERK.label
