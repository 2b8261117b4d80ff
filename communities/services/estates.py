"""Housing estates of a community: added, renamed, marked as old, closed. Nothing is deleted."""

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities import permissions, rules
from communities.models import Community, Estate
from communities.services.need_checks import cleaned
from core import audit
from core.masking import mask_free_text
from core.refusals import BadInput, NotAllowed, NotFound, Reason, refuse_if


@transaction.atomic
def add_estate(*, community_id, name, is_old=False, old_reason="", actor, now):
    """The community has one more estate; needs can be filed there from now on."""
    # the community is the lock: two of the same name wait for each other here
    community = (
        Community.objects.select_for_update(of=("self",))
        .select_related("street__district")
        .filter(pk=community_id)
        .first()
    )
    if community is None:
        raise NotFound(Reason("community_unknown", _("没有这个社区。"), field="community"))
    refuse_if([permissions.may_manage_estates(actor, _day(now), community)], NotAllowed)
    name, old_reason = _checked(name, is_old, old_reason)
    refuse_if(_taken(community, name))
    estate = Estate.objects.create(
        community=community, name=name, is_old=is_old, old_reason=old_reason
    )
    _record("estate.added", estate, actor, now, {"name": name, "is_old": is_old})
    return estate


@transaction.atomic
def rename_estate(*, estate_id, name, actor, now):
    """The estate has another name; ledger rows keep the one that was written."""
    estate = _locked(estate_id, actor, now)
    name, _reason = _checked(name, estate.is_old, estate.old_reason)
    if name == estate.name:
        return estate
    refuse_if(_taken(estate.community, name, but=estate))
    before, estate.name = estate.name, name
    estate.save(update_fields=["name"])
    _record("estate.renamed", estate, actor, now, {"from": before, "to": name})
    return estate


@transaction.atomic
def mark_estate(*, estate_id, is_old, old_reason="", actor, now):
    """The estate is, or is not, an old one (老旧住宅区): works there count apart in the report.

    The mark and its reason are asked for by the programme's guide on old estates.
    """
    estate = _locked(estate_id, actor, now)
    _name, old_reason = _checked(estate.name, is_old, old_reason)
    if (is_old, old_reason) == (estate.is_old, estate.old_reason):
        return estate
    estate.is_old, estate.old_reason = is_old, old_reason
    estate.save(update_fields=["is_old", "old_reason"])
    _record("estate.marked", estate, actor, now, {"is_old": is_old}, reason=old_reason)
    return estate


@transaction.atomic
def set_estate_active(*, estate_id, is_active, actor, now):
    """Closed: nobody can choose it any more, its needs keep it. Opened again: as before."""
    estate = _locked(estate_id, actor, now)
    if estate.is_active == is_active:
        return estate
    estate.is_active = is_active
    estate.save(update_fields=["is_active"])
    _record("estate.opened" if is_active else "estate.closed", estate, actor, now)
    return estate


def _day(now):
    return timezone.localdate(now)


def _locked(estate_id, actor, now):
    estate = (
        Estate.objects.select_for_update(of=("self",))
        .select_related("community__street__district")
        .filter(pk=estate_id)
        .first()
    )
    if estate is None:
        raise NotFound(Reason("estate_unknown", _("没有这个小区。")))
    refuse_if([permissions.may_manage_estates(actor, _day(now), estate.community)], NotAllowed)
    return estate


def _checked(name, is_old, old_reason):
    name, old_reason = " ".join(cleaned(name).split()), cleaned(old_reason).replace("\n", " ")
    reasons = []
    if not 1 <= len(name) <= rules.ESTATE_MAX:
        text = format_lazy(_("小区名称请写1到{n}个字。"), n=rules.ESTATE_MAX)
        reasons.append(Reason("estate_name_length", text, field="name"))
    if mask_free_text(name + old_reason) != name + old_reason:
        reasons.append(
            Reason(
                "estate_tells_a_number",
                _("小区名称和认定依据是公开的，不能写电话、证件号码等个人信息。"),
                remedy=_("请删去号码。"),
                field="name",
            )
        )
    if is_old and not old_reason:
        reasons.append(
            Reason(
                "estate_old_without_reason",
                _("标为老旧住宅区的，要写明认定依据。"),
                rule=_("工程类资金向老旧住宅区倾斜，比例单独统计。"),
                remedy=_("如“1988年建成，2000年前无物业管理”。"),
                field="old_reason",
            )
        )
    if len(old_reason) > 120:
        text = _("认定依据请写在120个字以内。")
        reasons.append(Reason("estate_reason_too_long", text, field="old_reason"))
    refuse_if(reasons, BadInput)
    return name, old_reason if is_old else ""


def _taken(community, name, but=None):
    wanted = rules.spelling_of_place(name)
    for other in community.estates.all():
        if other != but and rules.spelling_of_place(other.name) == wanted:
            yield Reason(
                "estate_exists",
                format_lazy(_("{place}已有这个小区。"), place=community.name),
                remedy=_("停用的可以重新启用。"),
                field="name",
            )


def _record(kind, estate, actor, now, data=None, reason=""):
    audit.record(
        kind,
        target=estate,
        actor=actor,
        at=now,
        chain=estate.community.code,
        data=data,
        reason=reason,
    )
