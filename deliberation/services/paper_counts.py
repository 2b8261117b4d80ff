"""Ballots on paper, counted and keyed in by two people apart from each other."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.permissions import holds
from communities.roles import Role
from core import audit
from core.files import incoming, take_in
from core.refusals import NotAllowed, Reason, refuse_if
from deliberation.choices import RightUse
from deliberation.models import PaperCount
from deliberation.models.ballots import COUNTS
from deliberation.permissions import interested_people
from deliberation.services.ballots import in_progress, lock_box
from deliberation.services.base import bad, blocked

TELLERS = (Role.COMMITTEE_CLERK, Role.COMMITTEE_SIGNER, Role.PARTY_SIGNER, Role.STATION_CLERK)


def teller_reasons(actor, item, on):
    """Why this person may not count paper ballots of the item; empty when they may.

    Tellers are the community's office people and members who are present and not recused.
    """
    community, person = item.meeting.community, getattr(actor, "person_id", None)
    is_office = any(holds(actor, role, community=community, on=on) for role in TELLERS)
    is_member = item.meeting.members.filter(is_present=True, person=person).exists()
    if not (is_office or is_member):
        return [
            Reason(
                "not_teller", _("纸质票由本社区“两委”、工作站人员或到会的议事会成员清点。"),
                _("计票人、监票人在会上推定。"), _("请由计票人、监票人本人登录录入。"),
            )
        ]  # fmt: skip
    out = item.recusals.filter(member__person=person).exists()
    if out or person in interested_people(item.matter.proposal, on):
        return [
            Reason(
                "teller_recused", _("您须回避本议题，不能清点选票。"),
                _("回避人员不参加本议题的表决和计票。"), _("请由其他人员清点。"),
            )
        ]  # fmt: skip
    return []


@incoming()
@transaction.atomic
def enter_tally(*, item_id, yes, no, abstain, spoiled, missing, scan=None, actor, now):
    """Key in what one person counted of the paper. Returns (box, agrees).

    agrees: None after the first of the two entries, then whether both say the same. When they do
    not, both count again (a new attempt); nobody is told what the other one keyed in. One of the
    two attaches the scan of the tally sheet.
    """
    box = lock_box(item_id)
    item = box.item
    refuse_if(teller_reasons(actor, item, timezone.localdate(now)), NotAllowed)
    in_progress(box)
    numbers = dict(zip(COUNTS, (yes, no, abstain, spoiled, missing), strict=True))
    _check_numbers(box, numbers)
    entries = list(box.counts.filter(attempt=box.attempt))
    if any(one.person_id == actor.person_id for one in entries):
        raise blocked(
            "same_person", _("这一次清点您已录入。"), _("两次录入由两个人分别办理，互不知晓。"),
            _("请由另一位计票人登录录入。"),
        )  # fmt: skip
    if entries and scan is None and entries[0].scan_id is None:
        raise bad(
            "scan_missing", _("还没有计票单的扫描件或照片。"), _("纸质票的计票单须存档。"),
            _("请附上计票单。"), "scan",
        )  # fmt: skip
    entry = PaperCount.objects.create(
        box=box, attempt=box.attempt, place=len(entries) + 1, person_id=actor.person_id, at=now,
        scan=take_in(scan, actor=actor, at=now, purpose="tally") if scan else None, **numbers,
    )  # fmt: skip
    agrees = entries[0].numbers == entry.numbers if entries else None
    if agrees:
        box.agreed = box.attempt
    elif entries:
        box.attempt += 1
    box.save(update_fields=["agreed", "attempt"])
    # no numbers: auditors read along while others still vote
    audit.record(
        "ballot.paper_counted", target=box, actor=actor, at=now,
        chain=item.meeting.community.code,
        data={"item": item.pk, "attempt": entry.attempt, "place": entry.place, "agrees": agrees},
    )  # fmt: skip
    return box, agrees


def _check_numbers(box, numbers):
    issued = box.rights.filter(used=RightUse.PAPER).count()
    if not issued:
        raise blocked(
            "no_paper", _("本议题没有发出纸质票。"), _("先登记领取纸质票的成员，再清点。"),
            _("请会议工作人员先登记发票。"),
        )  # fmt: skip
    if box.agreed is not None:
        raise blocked(
            "paper_agreed", _("两人的清点已经一致，不再录入。"), _("清点一致后不得更改。"),
            _("请截止投票。"),
        )  # fmt: skip
    if min(numbers.values()) < 0 or sum(numbers.values()) != issued:
        raise bad(
            "paper_sum_wrong", _("各项合计须等于发出的纸质票%(n)s张。") % {"n": issued},
            _("赞成、反对、弃权、废票、未交回之和等于发出张数。"), _("请重新清点。"), "yes",
        )  # fmt: skip
