"""File a need, put it right or take it back within ten minutes, and say “I need this too”."""

from datetime import datetime, time

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from communities import acts, permissions, rules
from communities.flood import digest
from communities.models import Channel, Need, NeedContact, NeedSupport, Urgency
from communities.roles import Role
from communities.selectors import voices_merged
from communities.services import flood
from communities.services.need_checks import (
    checked_contact,
    checked_paper,
    checked_words,
    kept_apart,
    masked,
    placed,
)
from communities.services.need_photos import attach_photo, drop_draft_photo, erase_photo
from communities.services.need_records import leave_records, locked, locked_pool, touch
from communities.services.need_twins import ask_for_twins
from communities.services.rounds import round_to_key_in
from core import audit
from core.calendar import add_working_days
from core.files import incoming
from core.numbers import take_next
from core.refusals import BadInput, Conflict, NotAllowed, NotFound, Reason, refuse_if

CONSENT_VERSION = "2017-1"


@incoming()
@transaction.atomic
def file_need(
    *,
    community_id,
    channel=Channel.ONLINE,
    category,
    content,
    estate_name="",
    place_text="",
    photo=None,
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
    round_id=None,
    form_token="",
    client=None,
    actor,
    now,
):
    """A need stands in its community's pool, with a number and a query code.

    The same `form_token` again returns the need it made the first time and writes nothing.
    `round_id`: the round of questionnaires whose paper form a clerk keys in.
    `client` (communities.flood.Client) is counted when the public files through a door.
    `estate_name` is matched with the community's estates; `photo` is what `looked_at` returned.
    """
    on = timezone.localdate(now)
    pool = locked_pool(community_id)
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
    where = placed(pool.community, estate_name, words["place_text"])
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
    paper["round"] = round_to_key_in(round_id, pool, on, on_behalf=on_behalf)
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
        reply_due_on=add_working_days(on, rules.reply_days()),
        filed_by=actor,
        **masked(words | where),
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
    if photo is not None:
        attach_photo(need, photo, actor=actor, now=now)
        drop_draft_photo(form_token=form_token)
    leave_records(
        need,
        "filed",
        actor=actor,
        now=now,
        capacity=_capacity(actor, on, pool.community) if on_behalf else "",
    )
    if on_behalf:
        flag_many_entries(need, actor=actor, now=now, chain=pool.community.code)
    ask_for_twins(pool.community.code, last=need.pk, now=now)
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


@incoming()
@transaction.atomic
def correct_need(
    *, need_id, query_code, photo=None, remove_photo=False, actor=None, now, **changes
):
    """The author's words are put right within ten minutes; the earlier words stay in ledger ①.

    A photo that is replaced or removed is erased: what somebody did not want to show is not kept.
    """
    need = _own(need_id, query_code, now)
    words = {
        "category": need.category,
        "content": need.content,
        "place_text": need.place_text,
        "beneficiaries": need.beneficiary_keys,
        "urgency": need.urgency,
    }
    estate_name = changes.pop("estate_name", need.estate.name if need.estate else "")
    unknown = set(changes) - set(words)
    if unknown:
        raise TypeError(f"not words of a need: {sorted(unknown)}")
    words = checked_words(**(words | changes))
    stored = masked(words | placed(need.community, estate_name, words["place_text"]))
    changed = [field for field, value in stored.items() if getattr(need, field) != value]
    changed += _change_photo(need, photo, remove_photo, actor, now)
    if not changed:
        return need
    for field in stored:
        setattr(need, field, stored[field])
    _keep_personal(need, words, None, now)
    touch(need, "corrected", actor=actor, now=now, fields=changed, data={"fields": changed})
    return need


@transaction.atomic
def withdraw_need(*, need_id, query_code, actor=None, now):
    """The author takes the need back within ten minutes; its personal data are erased."""
    need = _own(need_id, query_code, now)
    refuse_if(_holds_others(need))
    need.withdraw()
    NeedContact.objects.filter(need=need).delete()
    if need.photo_id:
        erase_photo(need, actor=actor, now=now, reason="撤回需求")
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
    need.merged_voices = voices_merged(need)
    touch(need, "supported", actor=actor, now=now, fields=["supporter_count", "merged_voices"])
    return need


def _change_photo(need, photo, remove_photo, actor, now):
    """The fields that changed."""
    if not (photo or (remove_photo and need.photo_id)):
        return []
    if need.photo_id:
        erase_photo(need, actor=actor, now=now, reason="更换或移除照片")
    if photo:
        attach_photo(need, photo, actor=actor, now=now)
    return ["photo", "photo_is_public"]


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


def _holds_others(need):
    if need.merged.exists():
        yield Reason(
            "need_holds_others",
            _("已有别的居民的同类需求并入这一条，不能撤回。"),
            rule=_("合并后各人的意见保留。"),
            remedy=_("请联系社区居委会先取消合并。"),
        )


def flag_many_entries(target, *, actor, now, chain, added=1):
    """One clerk who keys in very many needs on one day is not stopped, but it is seen."""
    on = timezone.localdate(now)
    begins = timezone.make_aware(datetime.combine(on, time.min))
    entries = Need.objects.filter(filed_by=actor, on_behalf=True, created_at__gte=begins).count()
    flag = getattr(settings, "ENTRIES_ON_BEHALF_FLAG", rules.ENTRIES_ON_BEHALF_FLAG)
    if entries - added <= flag < entries:
        audit.record(
            "need.entries_flagged",
            target=target,
            actor=actor,
            at=now,
            chain=chain,
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


def _keep_personal(need, words, contact, now):
    """Contact and unmasked words go apart, and only when there is something to keep."""
    if fields := kept_apart(words, need.content, contact):
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
