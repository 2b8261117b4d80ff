"""A secret ballot: opened for those entitled, cast once by each, closed into a result.

Lock order: matter, meeting, item, box. Casting takes the box alone, so that voters queue for it and
nobody else does. Nothing here leaves a trace that links a voter and a choice (ADR 26): no audit
event, no message and no time for a single vote, and all rights are written anew with each.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from core import audit
from core.chain import canonical, digest_of
from core.refusals import NotAllowed, NotFound, Reason
from deliberation import rules
from deliberation.choices import BoxState, Choice, RightUse, VoteMethod
from deliberation.models import Ballot, BallotBox, PaperCount, VotingRight
from deliberation.services.base import bad, blocked, require_text
from deliberation.services.items import (
    box_of,
    check_unchanged,
    decide,
    item_and_matter,
    may_vote_on,
)
from deliberation.services.meetings import check_convener, presenter_words

NO_PAPER = (0, 0, 0, 0, 0)


def lock_box(item_id):
    """The ballot box of an item under its lock, with its meeting."""
    box = (
        BallotBox.objects.select_for_update(of=("self",))
        .select_related("item__meeting__community__street", "item__matter__proposal")
        .filter(item=item_id)
        .first()
    )
    if box is None:
        raise NotFound(Reason("not_found", _("没有找到这次无记名投票。")))
    return box


def in_progress(box):
    """Refuse when the ballot is over."""
    if box.state != BoxState.OPEN:
        raise blocked(
            "ballot_over", _("这次投票%(state)s，不能再办理。") % {"state": box.get_state_display()},
            _("投票截止后不得补投、重投，也不得重新开启。"), _("请查看会议页面公布的结果。"),
        )  # fmt: skip


@transaction.atomic
def open_ballot(
    *, item_id, minutes=None, recusals=(), presenter="", discussion="", tellers="", actor, now
):
    """Open the secret ballot on one item: who may vote is fixed from here. Returns the BallotBox.

    minutes: until the announced end, 1 to 240. recusals as for `votes.vote`.
    """
    item, matter, meeting = item_and_matter(item_id, "vote", actor=actor, now=now)
    minutes = rules.ballot_minutes() if minutes is None else minutes
    require_text(
        presenter=(presenter or item.presenter, _("介绍人")), tellers=(tellers, _("计票人、监票人"))
    )
    if not 1 <= minutes <= rules.LONGEST_BALLOT:
        raise bad(
            "ballot_minutes", _("投票时长须在1至%(most)s分钟之间。") % {"most": rules.LONGEST_BALLOT},
            "", _("请改正投票时长。"), "minutes",
        )  # fmt: skip
    if BallotBox.objects.filter(item=item).exists():
        raise blocked(
            "ballot_once", _("本议题已经开启过无记名投票。"), _("每个议题表决一次，不得重投。"),
            _("请在会议页面查看这次投票。"),
        )  # fmt: skip
    _check_one_at_a_time(meeting)
    entitled = sorted(may_vote_on(item, recusals, now))
    item.method, item.tellers, item.discussion = VoteMethod.SECRET, tellers, discussion
    item.presenter = presenter_words(matter.proposal, presenter) or item.presenter
    item.save(update_fields=["method", "tellers", "discussion", "presenter"])
    box = BallotBox.objects.create(
        item=item, open_key=meeting.pk, entitled=len(entitled), opened_at=now,
        ends_at=now + timedelta(minutes=minutes),
    )  # fmt: skip
    VotingRight.objects.bulk_create(VotingRight(box=box, member_id=pk) for pk in entitled)
    audit.record(
        "ballot.opened", target=box, actor=actor, at=now, chain=meeting.community.code,
        data={"item": item.pk, "entitled": len(entitled), "ends_at": box.ends_at.isoformat()},
    )  # fmt: skip
    return box


def _check_one_at_a_time(meeting):
    running = BallotBox.objects.filter(open_key=meeting.pk).select_related("item").first()
    if running is not None:
        raise blocked(
            "other_ballot_open",
            _("议题%(n)s正在投票。") % {"n": running.item.position},
            _("会议逐项审议、逐项表决。"), _("请先截止那一项的投票。"),
        )  # fmt: skip


@transaction.atomic
def cast_ballot(*, item_id, choice, actor, now):
    """Cast the one vote of the acting member; nothing is kept that tells it from the others."""
    box = lock_box(item_id)
    right = box.rights.filter(member__person=getattr(actor, "person_id", None)).first()
    if right is None:
        raise NotAllowed(*not_entitled())
    in_progress(box)
    if choice not in Choice.values:
        raise bad("choice_unknown", _("请选择赞成、反对或弃权。"), field="choice")
    use_rights(box, {right.pk}, RightUse.PHONE)
    slot, seats = _free_slot(box)
    Ballot.objects.create(box=box, slot=slot, seats=seats, choice=choice)
    return box


def not_entitled():
    """Why somebody without a right in this ballot does not vote."""
    return [
        Reason(
            "not_entitled", _("您不在本议题的表决名单中。"),
            _("到会且无须回避的议事会成员在本议题有表决权，名单在开启投票时固定。"),
            _("如有疑问，请当场向主持人提出。"),
        )
    ]  # fmt: skip


def use_rights(box, keys, use):
    """Use the rights `keys` of a locked box; each right is used once.

    Every right of the box is written anew: on PostgreSQL a row carries its transaction (xmin), and
    the one youngest row would point to the ballot of the same transaction.
    """
    if box.rights.filter(pk__in=keys).exclude(used=RightUse.UNUSED).exists():
        raise blocked(
            "already_voted", _("该成员已经投票或已领纸质票。"),
            _("一人一票：用手机投票的不再领纸质票，领了纸质票的不再用手机投票。"),
            _("已投的票不能更改。"),
        )  # fmt: skip
    box.rights.update(used=Case(When(pk__in=keys, then=Value(use)), default=F("used")))


def _free_slot(box):
    """(a random free place, number of places): more votes than members find no place."""
    free = set(range(1, box.entitled + 1)) - set(box.ballots.values_list("slot", flat=True))
    if not free:
        raise blocked(
            "ballots_used_up", _("选票已满。"), _("一人一票。"), _("请联系会议工作人员。")
        )
    return secrets.choice(sorted(free)), box.entitled


@transaction.atomic
def mark_paper(*, item_id, member_ids, actor, now):
    """Hand these members a ballot on paper; they no longer vote on the phone."""
    box = lock_box(item_id)
    check_convener(actor, box.item.meeting.community, now)
    in_progress(box)
    if not member_ids:
        raise bad("nobody_chosen", _("请勾选领取纸质票的成员。"), field="members")
    rights = dict(box.rights.filter(member__in=member_ids).values_list("member_id", "pk"))
    if set(rights) != set(member_ids):
        raise bad(
            "not_on_list", _("有人不在本议题的表决名单中。"),
            _("只有到会且无须回避的成员有表决权。"), _("请核对名单。"), "members",
        )  # fmt: skip
    if box.counts.exists():
        raise blocked(
            "counting_begun", _("纸质票已开始清点，不能再发。"), _("先发票，后清点。"),
            _("请未投票的成员用手机投票。"),
        )  # fmt: skip
    use_rights(box, set(rights.values()), RightUse.PAPER)
    audit.record(
        "ballot.paper_issued", target=box, actor=actor, at=now,
        chain=box.item.meeting.community.code, data={"item": box.item_id, "count": len(rights)},
    )  # fmt: skip
    return box


@transaction.atomic
def close_ballot(*, item_id, is_cut_off=False, actor, now):
    """Close the ballot and take its result. Returns the AgendaItem.

    is_cut_off: the chair declared the end although somebody has not voted; only after the announced
    end. Whoever has not voted abstains.
    """
    item, matter, meeting = item_and_matter(item_id, "vote", actor=actor, now=now)
    box = box_of(item)
    if box is None:
        raise NotFound(Reason("not_found", _("没有找到这次无记名投票。")))
    in_progress(box)
    check_unchanged(item, matter)
    waiting = box.rights.filter(used=RightUse.UNUSED).count()
    _check_may_end(box, waiting, is_cut_off, now)
    paper = _agreed_paper(box)
    cast = list(box.ballots.order_by("slot").values_list("slot", "choice"))
    tally = rules.ballot_tally([choice for _slot, choice in cast], paper, box.entitled)
    box.state, box.open_key, box.closed_at = BoxState.CLOSED, None, now
    box.is_cut_off = bool(waiting)
    box.digest = ballots_digest(cast, paper)
    box.save()
    audit.record(
        "ballot.closed", target=box, actor=actor, at=now, chain=meeting.community.code,
        data={"item": item.pk, "phone": len(cast), "paper": sum(paper), "not_cast": waiting,
              "cut_off": box.is_cut_off, "ballots": box.digest},
    )  # fmt: skip
    decide(item, *tally, box.entitled, actor=actor, now=now)
    return item


def ballots_digest(cast, paper):
    """Digest over the ballots, (slot, choice) in order of their random slots, and the paper count."""
    return digest_of("", canonical({"ballots": [list(one) for one in cast], "paper": list(paper)}))


def _check_may_end(box, waiting, is_cut_off, now):
    """All have voted, or the announced end is over and the chair says so."""
    if not waiting:
        return
    words = {"n": waiting}
    rule = _("全部投完，或过了宣布的截止时间由主持人宣布截止；未投票的计为弃权。")
    if now < box.ends_at:
        raise blocked(
            "ballot_running", _("还有%(n)s人没有投票，宣布的截止时间未到。") % words, rule,
            _("请等投完，或等到截止时间。"),
        )  # fmt: skip
    if not is_cut_off:
        raise bad(
            "cut_off_not_declared", _("还有%(n)s人没有投票。") % words, rule,
            _("主持人已当场宣布截止的，请勾选后再办理。"), "is_cut_off",
        )  # fmt: skip


def _agreed_paper(box):
    """The five numbers of the agreed paper count; zeros where no paper was handed out."""
    if not box.rights.filter(used=RightUse.PAPER).exists():
        return NO_PAPER
    if box.agreed is None:
        raise blocked(
            "paper_not_counted", _("纸质票还没有两人一致的清点结果。"),
            _("纸质票由两人分别清点、分别录入，一致才计票。"), _("请先完成纸质票清点。"),
        )  # fmt: skip
    return PaperCount.objects.filter(box=box, attempt=box.agreed).first().numbers
