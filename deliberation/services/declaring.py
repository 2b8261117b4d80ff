"""Step 2: declaration, correction, withdrawal."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.selectors import gatekeepers_of, needs_held_by
from communities.services import need_desk
from core.money import format_yuan
from deliberation.choices import State
from deliberation.models import DepartmentOpinion
from deliberation.services.base import (
    begin,
    blocked,
    finish,
    lock_matter,
    require_text,
    void_open_items,
)
from deliberation.services.drafting import rounds_in_words
from projects import selectors as projects_selectors
from projects.services import proposals


def _declaration_columns(matter, rule_set):
    """The columns of ledger ② for the present content."""
    proposal = matter.proposal
    cap = projects_selectors.type_cap(rule_set, proposal.level, proposal.type)
    applicant = proposal.organisation or proposal.office
    return {
        "type": proposal.get_type_display(),
        "positive_item": str(proposal.positive_item),
        "applicant_kind": proposal.get_applicant_kind_display(),
        "applicant": applicant.name if applicant else _("居民提案人"),
        "partner": proposal.partner.name if proposal.partner else "",
        "payee": proposal.payee.name if proposal.payee else "",
        "received_by": _("%(place)s居委会") % {"place": matter.community.name},
        "received_on": timezone.localdate(matter.declared_at).isoformat(),
        "amount": format_yuan(proposal.amount_fen),
        "cap": format_yuan(cap.cap_fen),
        "needs": "、".join(
            proposal.cited_needs.order_by("need_id").values_list("need__number", flat=True)
        ),
        "questionnaires": str(matter.solicitation.questionnaire_count),
        "exclusions": _("已逐条声明") + (f"：{proposal.exclusion_note}" if proposal.exclusion_note else ""),
        "routing": _("单一社区项目，由居委会受理"),
        "returns": str(matter.return_count),
        "revision": str(proposal.revision),
        "rule_set": rule_set.name,
        "rounds": rounds_in_words(matter.cited_rounds.select_related("round").order_by("pk")),
    }  # fmt: skip


def _declare(act_key, move, *, matter_id, actor, now):
    matter = begin(act_key, matter_id=matter_id, actor=actor, now=now)
    day = timezone.localdate(now)
    proposal = matter.proposal
    rule_set = proposal.rule_set or projects_selectors.rule_set_in_force(day)
    proposals.pin(proposal, rule_set=rule_set, year=proposal.year or day.year)
    revision = proposals.freeze_revision(proposal, actor=actor, now=now)
    # The needs before the matter's own records: rows before heads of chains, everywhere.
    cited = set(proposal.cited_needs.values_list("need_id", flat=True))
    # what the version before cited and this one does not is free again
    if gone := set(needs_held_by(proposal.number)) - cited:
        need_desk.release_needs(need_ids=gone, by_no=proposal.number, actor=actor, now=now)
    need_desk.mark_taken_up(need_ids=cited, by_no=proposal.number, actor=actor, now=now)
    matter.declared_at = now
    finish(
        matter, act_key, move, actor=actor, now=now, at=now,
        columns=_declaration_columns(matter, rule_set),
        data={
            "number": proposal.number, "revision": proposal.revision,
            "content": revision.digest, "amount_fen": proposal.amount_fen,
            "rule_set": rule_set.code,
        },
    )  # fmt: skip
    if matter.is_works:
        ask_departments(matter, now)
    return matter


def ask_departments(matter, now):
    """One task for each department on the street's list of today (业务把控)."""
    street = matter.community.street
    offices = gatekeepers_of(street, timezone.localdate(now))
    if not offices:
        raise blocked(
            "no_gatekeepers", _("%(street)s还没有业务把控部门名单。") % {"street": street.name},
            _("工程类项目须经业务把控部门前置审核。"), _("请街道或区民政局先维护名单。"),
        )  # fmt: skip
    DepartmentOpinion.objects.bulk_create(
        DepartmentOpinion(matter=matter, round=matter.round, office=office, asked_at=now)
        for office in offices
    )


@transaction.atomic
def declare(*, matter_id, actor, now):
    """Step 2: pin the rule set in force today, issue the number, freeze the revision."""
    return _declare("declare", "declare", matter_id=matter_id, actor=actor, now=now)


@transaction.atomic
def redeclare(*, matter_id, actor, now):
    """Declare again after correction: a new revision; step 3 starts afresh."""
    matter = lock_matter(matter_id)
    if matter.state == State.RETURNED:
        proposals.start_next_revision(matter.proposal)
    return _declare("redeclare", "redeclare", matter_id=matter_id, actor=actor, now=now)


@transaction.atomic
def return_for_correction(*, matter_id, reason, actor, now):
    """Send a declaration back to the applicant, with the reason."""
    matter = begin("return_for_correction", matter_id=matter_id, actor=actor, now=now)
    require_text(reason=(reason, _("退回理由")))
    if matter.reviews.waiting().exists():
        raise blocked(
            "review_open", _("联席会议记录待签署，不能再退回。"), _("一次审核一份记录。"),
            _("请由签署人完成签署。"),
        )  # fmt: skip
    finish(
        matter, "return_for_correction", "return_for_correction", actor=actor, now=now,
        note=reason, columns={"returns": str(matter.return_count + 1)},
    )  # fmt: skip
    return matter


@transaction.atomic
def withdraw(*, matter_id, reason, actor, now):
    """Take a proposal back before the vote; afterwards only the council can agree to it."""
    matter = begin("withdraw", matter_id=matter_id, actor=actor, now=now)
    require_text(reason=(reason, _("撤回理由")))
    # An agenda is frozen, but what was taken back is not voted on.
    void_open_items(matter, now)
    matter.reviews.waiting().update(settled_at=now)
    free_needs(matter, actor=actor, now=now)
    finish(matter, "withdraw", "withdraw", actor=actor, now=now, at=now, note=reason)
    return matter


def free_needs(matter, *, actor, now):
    """Give its needs back to the pool when the matter ends without being established."""
    number = matter.proposal.number
    if number:
        need_desk.release_needs(need_ids=needs_held_by(number), by_no=number, actor=actor, now=now)
