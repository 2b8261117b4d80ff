"""Step 6: the street's submission and decision; establishing reserves the money."""

from collections import Counter

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import ledgers as core_ledgers
from core.models import LedgerRow
from core.money import format_yuan
from core.numbers import take_next
from core.refusals import Conflict
from deliberation import policies
from deliberation.choices import Decision, Ground
from deliberation.ledgers import DECISIONS
from deliberation.models import StreetDecision
from deliberation.services.base import bad, begin, blocked, finish, require_text
from deliberation.services.declaring import free_needs
from projects import policies as content_policies
from projects import selectors as projects_selectors
from projects.choices import ProposalType
from projects.services import envelopes

BEFORE_DECISION = range(1, DECISIONS.number)


def check_ledgers(matter):
    """Each of the ledgers ①–⑤ has a row for this proposal, and each row's digest is right.

    Returns the words for ledger ⑥; raises Conflict naming what is missing or broken.
    """
    proposal = matter.proposal
    rows = list(
        LedgerRow.objects.filter(
            subject_type=proposal._meta.label_lower, subject_id=str(proposal.pk)
        ).order_by("ledger", "seq")
    )
    broken = core_ledgers.first_broken(rows)
    if broken is not None:
        raise blocked(
            "ledger_broken",
            _("台账“%(name)s”第%(seq)s行校验不符。")
            % {"name": core_ledgers.LEDGERS[broken.ledger].name, "seq": broken.seq},
            _("前五个台账须核验一致。"),
            _("请立即报告区民政局和审计人员。"),
        )
    seen = Counter(row.ledger for row in rows)
    missing = [n for n in BEFORE_DECISION if n not in seen]
    if missing:
        names = "、".join(str(core_ledgers.LEDGERS[n].name) for n in missing)
        raise blocked(
            "ledger_missing", _("缺少台账：%(names)s。") % {"names": names},
            _("立项前，前五个环节各须留下一个台账。"), _("请补办缺少的环节。"),
        )  # fmt: skip
    return "；".join(f"{core_ledgers.LEDGERS[n].name} {seen[n]}" for n in BEFORE_DECISION)


def implementer_of(proposal):
    """Who carries it out: works by the street, never by a community (收回街道实施)."""
    if proposal.type == ProposalType.WORKS:
        return proposal.community.street.name
    if proposal.payee is not None:
        return proposal.payee.name
    return _("%(place)s居委会") % {"place": proposal.community.name}


@transaction.atomic
def submit(*, matter_id, note="", actor, now):
    """The affairs desk checks the five ledgers and submits to the street."""
    matter = begin("submit_for_decision", matter_id=matter_id, actor=actor, now=now)
    words = check_ledgers(matter)
    digest = _same_as_voted(matter)
    decision = StreetDecision.objects.create(
        matter=matter, open_key=matter.pk, submitted_by=actor, submitter=actor.person,
        submitted_at=now, note=note, content_digest=digest, decision=Decision.PENDING,
    )  # fmt: skip
    finish(
        matter, "submit_for_decision", "submit_for_decision", actor=actor, now=now, note=note,
        columns={
            "submitted_on": timezone.localdate(now).isoformat(), "ledger_check": words,
            "amount": format_yuan(matter.proposal.amount_fen),
        },
    )  # fmt: skip
    return decision


def _same_as_voted(matter):
    """The content must be, to the letter, what the council carried."""
    digest = projects_selectors.content_digest(matter.proposal)
    if policies.carried_item(matter).content_digest != digest:
        raise blocked(
            "content_changed", _("项目内容与议事会表决的不一致。"),
            _("立项的内容须与决议一致。"), _("请退回补正，重新审议。"),
        )  # fmt: skip
    return digest


def _decide(act_key, *, matter_id, actor, now):
    matter = begin(act_key, matter_id=matter_id, actor=actor, now=now)
    decision = StreetDecision.objects.select_for_update().get(
        pk=policies.pending_decision(matter).pk
    )
    return matter, decision


@transaction.atomic
def establish(*, matter_id, forum, document_number="", agreement_on=None, actor, now):
    """Establish: reserve the community's money of this year and issue the agreement number.

    agreement_on: the day the agreement is signed (获批时间以签订立项协议为准); today if not given.
    Raises Conflict("year_cap_exceeded") when the year's envelope does not hold the amount.
    """
    matter, decision = _decide("establish", matter_id=matter_id, actor=actor, now=now)
    require_text(forum=(forum, _("审定会议或签批")))
    today = timezone.localdate(now)
    agreement_on = agreement_on or today
    if not timezone.localdate(matter.publicised_at) <= agreement_on <= today:
        raise bad(
            "agreement_date_impossible", _("协议签订日应在公示期满之后、今天之前。"),
            _("获批时间以签订立项协议为准。"), _("请核对日期。"), "agreement_on",
        )  # fmt: skip
    proposal = matter.proposal
    reasons = content_policies.declaration_reasons(proposal, rule_set=proposal.rule_set, on=today)
    if reasons:
        raise Conflict(*reasons)
    words = check_ledgers(matter)
    _same_as_voted(matter)
    envelope = envelopes.reserve(
        community=matter.community, year=today.year,
        cap_fen=proposal.rule_set.community_year_cap_fen, amount_fen=proposal.amount_fen,
        proposal=proposal, cause=f"establish:{proposal.pk}", actor=actor, at=now,
    )  # fmt: skip
    street = matter.community.street
    serial = take_next(f"agreement:{street.code}:{today.year}")
    decision.decision, decision.open_key = Decision.ESTABLISH, None
    decision.decided_by, decision.decider, decision.decided_at = actor, actor.person, now
    decision.forum, decision.document_number = forum, document_number
    decision.agreement_number = f"XY-{street.abbr}-{today.year}-{serial:04d}"
    decision.agreement_on, decision.year = agreement_on, today.year
    decision.amount_fen, decision.implementer = proposal.amount_fen, implementer_of(proposal)
    decision.save()
    finish(
        matter, "establish", "establish", actor=actor, now=now, at=now,
        columns={
            "submitted_on": timezone.localdate(decision.submitted_at).isoformat(),
            "ledger_check": words, "forum": forum, "document_no": document_number,
            "amount": format_yuan(proposal.amount_fen), "year": str(today.year),
            "fund": _("社区年度额度"),
            "envelope_used": format_yuan(envelope.reserved_fen + envelope.paid_fen),
            "envelope_left": format_yuan(envelope.free_fen),
            "implementer": decision.implementer,
            "agreement_no": decision.agreement_number,
            "agreement_on": agreement_on.isoformat(),
            "conclusion": decision.get_decision_display(),
        },
        data={"agreement": decision.agreement_number, "amount_fen": proposal.amount_fen,
              "year": today.year},
    )  # fmt: skip
    return decision


def _refuse(act_key, move, decision_value, *, matter_id, ground, reason, actor, now):
    """Return or reject: on legal, budget or procedural grounds only, in writing."""
    matter, decision = _decide(act_key, matter_id=matter_id, actor=actor, now=now)
    if ground not in Ground.values:
        raise bad(
            "ground_unknown", _("请选择事由：不合法、资金不足或程序不合规。"),
            _("街道不能以其他理由推翻居民的选择。"), _("对项目本身有不同意见的，请向议事会反映。"),
            "ground",
        )  # fmt: skip
    require_text(reason=(reason, _("理由")))
    if decision_value == Decision.RETURN:
        over = policies.return_reasons(matter, actor, now)
        if over:
            raise Conflict(*over)
    decision.decision, decision.open_key = decision_value, None
    decision.ground, decision.reason = ground, reason
    decision.decided_by, decision.decider, decision.decided_at = actor, actor.person, now
    decision.save()
    if decision_value == Decision.REJECT:
        free_needs(matter, actor=actor, now=now)
    dated = {"at": now} if decision_value == Decision.REJECT else {}
    finish(
        matter, act_key, move, actor=actor, now=now, note=reason, **dated,
        columns={
            "submitted_on": timezone.localdate(decision.submitted_at).isoformat(),
            "conclusion": decision.get_decision_display(),
            "ground": decision.get_ground_display(), "reason": reason,
        },
        data={"ground": ground},
    )  # fmt: skip
    return decision


@transaction.atomic
def return_from_street(*, matter_id, ground, reason, actor, now):
    """Send it back for correction; every later step is to be done again."""
    return _refuse(
        "return_from_street", "return_at_street", Decision.RETURN,
        matter_id=matter_id, ground=ground, reason=reason, actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def reject_at_street(*, matter_id, ground, reason, actor, now):
    """Refuse to establish; the needs go back to the pool."""
    return _refuse(
        "reject_at_street", "reject_at_street", Decision.REJECT,
        matter_id=matter_id, ground=ground, reason=reason, actor=actor, now=now,
    )  # fmt: skip
