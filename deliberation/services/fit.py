"""契合度: what the two committees say of each need, kept with their record and told to the pool."""

from django.utils.translation import gettext as _

from communities.fit.ranking import rank_needs
from communities.models import Need, NeedStatus
from communities.selectors import needs_held_by
from communities.services import need_desk
from core.refusals import BadInput, Reason, refuse_if
from deliberation.models import JudgedNeed, Matter
from deliberation.services.base import bad
from projects.selectors import text_for_fit

RANKED = 50
CITABLE = (NeedStatus.OPEN, NeedStatus.TAKEN_UP)


def ranked_for(matter_id, *, now):
    """Key of a need → its place among those that come near. Asked before the transaction: what is
    read inside one is not remembered, and nobody should wait for an index behind a lock.
    """
    matter = Matter.objects.with_places().filter(pk=matter_id).first()
    if matter is None:
        return {}
    text = text_for_fit(matter.proposal)
    matches = rank_needs(text, [matter.community], limit=RANKED, now=now)
    return {match.need.id: match for match in matches}


def judge_needs(review, verdicts, *, matter, matches):
    """Write one row per need: confirmed, struck, or added by the committees.

    verdicts: dicts with need_id, is_confirmed and note; None confirms every cited need. matches: see
    ranked_for. Each cited need must be judged; only needs of the same pool that are in hand can be added.
    """
    proposal = matter.proposal
    cited = set(proposal.cited_needs.values_list("need_id", flat=True))
    if verdicts is None:
        verdicts = [{"need_id": key, "is_confirmed": True} for key in sorted(cited)]
    said = {verdict["need_id"]: verdict for verdict in verdicts}
    needs = Need.objects.filter(pk__in=said).select_related("pool").in_bulk()
    refuse_if(_against(said, needs, cited, matter), BadInput)
    for key, verdict in said.items():
        match = matches.get(key)
        JudgedNeed.objects.create(
            review=review, need=needs[key], is_cited=key in cited,
            is_confirmed=verdict["is_confirmed"], note=(verdict.get("note") or "").strip()[:200],
            rank=match.rank if match else None, because=match.because[:300] if match else "",
            people_count=needs[key].people_count,
        )  # fmt: skip


def _against(said, needs, cited, matter):
    missing = cited - set(said)
    if missing:
        yield Reason(
            "need_not_judged",
            _("还有%(n)s条引用的需求没有判断是否契合。") % {"n": len(missing)},
            _("需求库是“两委”审核项目与居民需求契合度的主要依据。"),
            _("请逐条选择“确认”或“不契合”。"), "needs",
        )  # fmt: skip
    for key, verdict in said.items():
        need = needs.get(key)
        if need is None or need.pool.community_id != matter.proposal.community_id:
            raise bad(
                "need_not_in_pool", _("所选需求不在本社区需求库中。"),
                _("申报项目引用本社区需求库的需求。"), _("请核对需求编号。"), "needs",
            )  # fmt: skip
        if key in cited and not verdict["is_confirmed"] and not (verdict.get("note") or "").strip():
            yield Reason(
                "strike_without_reason",
                _("需求%(number)s判为不契合，没有写明理由。") % {"number": need.number},
                _("契合度由人判断，判断要有理由。"), _("请写明理由。"), "needs",
            )  # fmt: skip
        if key not in cited and need.status not in CITABLE:
            yield Reason(
                "need_not_open",
                _("需求%(number)s已不在办理，不能补充引用。") % {"number": need.number},
                "", _("请选择开放的需求。"), "needs",
            )  # fmt: skip


def tell_the_pool(review, *, matter, actor, now):
    """The review passed: what was struck is free again, what was added is taken up."""
    number = matter.proposal.number
    held = set(needs_held_by(number))
    rows = list(review.judged_needs.values_list("need_id", "is_confirmed"))
    struck = [key for key, is_confirmed in rows if not is_confirmed and key in held]
    added = [key for key, is_confirmed in rows if is_confirmed and key not in held]
    if struck:
        need_desk.release_needs(need_ids=struck, by_no=number, actor=actor, now=now)
    if added:
        need_desk.mark_taken_up(need_ids=added, by_no=number, actor=actor, now=now)


def words_of(review):
    """One line for ledger ③: how many needs, how many people, which, at which place."""
    rows = list(review.judged_needs.select_related("need").order_by("pk"))
    good = [row for row in rows if row.is_confirmed]
    if not good:
        return ""
    people = sum(row.people_count for row in good)
    each = "、".join(
        row.need.number + (f"（排名第{row.rank}）" if row.rank else "") for row in good
    )
    struck = "、".join(row.need.number for row in rows if not row.is_confirmed)
    tail = _("；不契合：%(numbers)s") % {"numbers": struck} if struck else ""
    return _("确认%(n)s条、%(people)s人：%(each)s") % {
        "n": len(good), "people": people, "each": each,
    } + tail  # fmt: skip
