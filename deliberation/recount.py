"""Count the votes of agenda items once more, from the rows alone; read by `verify`.

Nothing here is shared with the services that counted first, but the pure rules of deliberation.
"""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from core.chain import canonical, digest_of
from deliberation import rules
from deliberation.choices import BoxState, Choice, ItemResult, RightUse, VoteMethod
from deliberation.models import AgendaItem, Ballot, PaperCount, VotingRight

DECIDED = (ItemResult.CARRIED, ItemResult.LOST)
NOTHING = (0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Recount:
    """One item counted again. `source` is what it was counted from; `faults` are words, none is good."""

    item: AgendaItem
    source: str
    faults: tuple

    def __str__(self):
        item = self.item
        if item.result not in DECIDED:
            told = item.get_result_display()
        else:
            told = _("赞成%(yes)s 反对%(no)s 弃权%(abstain)s %(result)s") % {
                "yes": item.yes, "no": item.no, "abstain": item.abstain,
                "result": item.get_result_display(),
            }  # fmt: skip
        verdict = "；".join(self.faults) or _("一致")
        return _("议题%(n)s %(told)s（%(source)s）：%(verdict)s") % {
            "n": item.position, "told": told, "source": self.source, "verdict": verdict,
        }  # fmt: skip


def items_to_count(rows):
    """The rows of agenda items with everything a recount reads, in a fixed number of queries."""
    return rows.select_related("meeting", "matter__proposal__rule_set", "box").prefetch_related(
        "meeting__members", "recusals", "votes",
        Prefetch("box__rights", queryset=VotingRight.objects.order_by("pk")),
        Prefetch("box__ballots", queryset=Ballot.objects.order_by("slot")),
        Prefetch("box__counts", queryset=PaperCount.objects.order_by("attempt", "place")),
    )  # fmt: skip


def recount(item):
    """Count one item again."""
    box = getattr(item, "box", None)
    source = _("选票和纸质票清点") if box else _("只有计数")
    if item.method == VoteMethod.HANDS_NAMED:
        source = _("逐人记录")
    if item.result not in DECIDED:
        faults = _of_no_result(item, box)
        return Recount(item, _("未表决"), tuple(faults))
    here = {member.pk for member in item.meeting.members.all() if member.is_present}
    out = {one.member_id for one in item.recusals.all()}
    entitled = here - out
    faults = [*_of_numbers(item, len(entitled), len(out))]
    if item.method == VoteMethod.HANDS_NAMED:
        faults += _of_names(item, entitled)
    if box is not None:
        faults += _of_ballots(item, box, entitled)
    return Recount(item, source, tuple(faults))


def _of_no_result(item, box):
    if item.result == ItemResult.VOID and box is not None and box.state != BoxState.VOID:
        yield _("议题未表决，投票却没有作废")


def _of_numbers(item, entitled, recused):
    if item.entitled != entitled or not rules.tally_adds_up(
        item.yes, item.no, item.abstain, entitled
    ):
        yield _("票数之和不等于有表决权的到会人数")
    if (item.result == ItemResult.CARRIED) != rules.is_carried(item.yes, entitled):
        yield _("表决结果与票数不符")
    rule_set = item.matter.proposal.rule_set
    quorum = rules.item_quorum(
        item.meeting.member_count, recused, rule_set.quorum_numerator,
        rule_set.quorum_denominator, rule_set.is_quorum_inclusive,
    )  # fmt: skip
    if entitled < quorum:
        yield _("到会不足法定人数而表决")


def _of_names(item, entitled):
    said = {vote.member_id: vote.choice for vote in item.votes.all()}
    words = list(said.values())
    counted = tuple(words.count(choice) for choice in Choice)
    if set(said) != entitled or counted != (item.yes, item.no, item.abstain):
        yield _("逐人记录与票数不符")


def _of_ballots(item, box, entitled):
    rights, ballots = list(box.rights.all()), list(box.ballots.all())
    if box.state != BoxState.CLOSED:
        yield _("议题已有结果，投票却没有截止")
    if {right.member_id for right in rights} != entitled or box.entitled != len(entitled):
        yield _("表决名单不是有表决权的到会成员")
    used = [right.used for right in rights]
    if len(ballots) != used.count(RightUse.PHONE):
        yield _("手机选票%(n)s张，已投票%(used)s人") % {
            "n": len(ballots), "used": used.count(RightUse.PHONE),
        }  # fmt: skip
    paper, issued = NOTHING, used.count(RightUse.PAPER)
    if issued:
        counts = [one for one in box.counts.all() if one.attempt == box.agreed]
        told = {one.numbers for one in counts}
        if len({one.person_id for one in counts}) != 2 or len(told) != 1:
            yield _("纸质票没有两人一致的清点")
        elif sum(paper := counts[0].numbers) != issued:
            yield _("纸质票清点与发出张数不符")
    choices = [ballot.choice for ballot in ballots]
    yes = choices.count(Choice.YES) + paper[0]
    no = choices.count(Choice.NO) + paper[1]
    if (yes, no, len(entitled) - yes - no) != (item.yes, item.no, item.abstain):
        yield _("选票与票数不符")
    cast = [[ballot.slot, ballot.choice] for ballot in ballots]
    if digest_of("", canonical({"ballots": cast, "paper": list(paper)})) != box.digest:
        yield _("选票与截止时的摘要不符")


def recount_meeting(key, now):
    """The recounts of all items of a meeting, in order; LookupError when there is none."""
    rows = items_to_count(AgendaItem.objects.filter(meeting=int(key)))
    found = [recount(item) for item in rows.order_by("position")]
    if not found:
        raise LookupError(_("没有这次会议，或会议没有议程。"))
    return found
