"""Care of the pool: the same needs are merged and parted, sorted, handed on, asked after."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import acts, permissions, selectors
from communities.categories import CATEGORIES
from communities.machine import LIVE
from communities.models import Need
from communities.roles import Role
from communities.selectors import voices_merged
from communities.services.need_checks import checked_text
from communities.services.need_records import OWNER, locked, locked_all, touch
from core.refusals import BadInput, Conflict, Reason, refuse_if


@transaction.atomic
def merge_need(*, need_id, into_id, reason, actor, now):
    """The need points to the one that says the same; its words and its supporters stay its own."""
    if need_id == into_id:
        raise BadInput(Reason("merge_itself", _("不能把需求合并到它自己。"), field="into"))
    first, second = locked_all([need_id, into_id])
    need, into = (first, second) if first.pk == need_id else (second, first)
    acts.check("merge", need, actor, timezone.localdate(now))
    words = checked_text(reason, "reason", _("请写明为什么是同一件事。"))
    refuse_if(_against_merging(need, into), Conflict)
    voices = need.people_count
    need.merge(into)
    need.alike_to = None
    touch(
        need, "merged", actor=actor, now=now, fields=["status", "merged_into", "alike_to"],
        capacity=OWNER,
        text=_("并入 %(number)s：%(words)s") % {"number": into.number, "words": words},
        data={"into": into.number, "people": voices},
    )  # fmt: skip
    _count_again(into, "received", need, actor=actor, now=now)
    return need


def _against_merging(need, into):
    if need.pool_id != into.pool_id:
        yield Reason(
            "merge_other_pool", _("只能合并同一个社区需求库里的需求。"),
            _("需求库以居委会为单位建立和维护。"), _("请核对编号。"), "into",
        )  # fmt: skip
    if into.status not in LIVE:
        yield Reason(
            "merge_target_closed",
            _("%(number)s的状态是“%(status)s”，不能并入。")
            % {"number": into.number, "status": into.get_status_display()},
            _("并入的需求跟着保留的那一条继续办理。"),
            _("请选择一条还在办理的需求，或先重新开放它。"), "into",
        )  # fmt: skip
    if need.merged.exists():
        yield Reason(
            "need_holds_others", _("已有别的需求并入这一条，不能再并入别处。"),
            _("合并只有一层，各人才找得到自己的需求。"),
            _("请反过来，把%(number)s并入这一条。") % {"number": into.number}, "into",
        )  # fmt: skip


@transaction.atomic
def unmerge_need(*, need_id, reason, actor, now):
    """It was another matter after all: the need is open again, with everything it had."""
    # looked at without a lock only to know whom to lock, in the order of keys
    into_id = Need.objects.filter(pk=need_id).values_list("merged_into", flat=True).first()
    rows = {row.pk: row for row in locked_all([need_id, into_id or need_id])}
    need, into = rows[need_id], rows.get(into_id)
    acts.check("unmerge", need, actor, timezone.localdate(now))
    if into is None or need.merged_into_id != into.pk:
        raise Conflict(
            Reason(
                "need_changed", _("这条需求刚被别人办理过。"), remedy=_("请刷新页面再看。")
            )
        )  # fmt: skip
    words = checked_text(reason, "reason", _("请写明为什么不是同一件事。"))
    need.unmerge()
    touch(
        need, "unmerged", actor=actor, now=now, fields=["status", "merged_into"], text=words,
        capacity=OWNER, data={"from": into.number},
    )  # fmt: skip
    _count_again(into, "parted", need, actor=actor, now=now)
    return need


def _count_again(into, event, other, *, actor, now):
    into.merged_voices = voices_merged(into)
    touch(
        into, event, actor=actor, now=now, fields=["merged_voices"], text=other.number,
        capacity=OWNER, data={"other": other.number, "people": into.people_count},
    )  # fmt: skip


@transaction.atomic
def assign_need(*, need_id, office_id, reason="", actor, now):
    """Another office answers; the day by which the resident was promised a reply stays."""
    need = locked(need_id)
    on = timezone.localdate(now)
    acts.check("assign", need, actor, on)
    office = selectors.answerers_for(need.community, on).filter(pk=office_id).first()
    if office is None:
        raise BadInput(
            Reason(
                "answerer_unknown", _("不能转交给这个单位。"),
                _("转交限本社区居委会、工作站，所属街道民生事务部和业务把控部门。"),
                _("请从列表中选择。"), "office",
            )
        )  # fmt: skip
    if office.pk == need.answerer_id or (not need.answerer_id and is_owner_office(office)):
        raise Conflict(Reason("answerer_same", _("这条需求已由该单位答复。"), field="office"))
    need.answerer = None if is_owner_office(office) else office
    words = checked_text(reason, "reason", _("请写明转交的理由。"))
    touch(
        need, "assigned", actor=actor, now=now, fields=["answerer"], capacity=_capacity(need, actor, on),
        text=_("转交%(office)s：%(words)s") % {"office": office.name, "words": words},
        data={"office": office.pk},
    )  # fmt: skip
    return need


def is_owner_office(office):
    return office.kind == "residents_committee"


@transaction.atomic
def recategorise_need(*, need_id, category, actor, now):
    """The category is put right; what the resident wrote is not touched."""
    need = locked(need_id)
    on = timezone.localdate(now)
    acts.check("recategorise", need, actor, on)
    if category not in CATEGORIES:
        raise BadInput(Reason("category_unknown", _("请选择类别。"), field="category"))
    if category == need.category:
        raise Conflict(Reason("category_same", _("已经是这个类别。"), field="category"))
    before = need.category_label
    need.category = category
    touch(
        need, "recategorised", actor=actor, now=now, fields=["category"],
        capacity=_capacity(need, actor, on),
        text=f"{before} → {need.category_label}",
    )  # fmt: skip
    return need


@transaction.atomic
def confirm_need(*, need_id, note, actor, now):
    """Somebody asked, and it is still needed: the need is not stale any more."""
    need = locked(need_id)
    on = timezone.localdate(now)
    acts.check("confirm", need, actor, on)
    words = checked_text(note, "note", _("请写明怎样核实的。"))
    touch(need, "confirmed", actor=actor, now=now, text=words, capacity=_capacity(need, actor, on))
    return need


def _capacity(need, actor, on):
    for role in (Role.COMMITTEE_CLERK, Role.STATION_CLERK):
        if permissions.holds(actor, role, community=need.community, on=on):
            return role.label
    return Role.AFFAIRS_CLERK.label
