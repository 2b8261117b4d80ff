"""Rounds of questionnaires: open, tally, close, correct, cancel, and cite as evidence."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities import permissions, round_acts, rules
from communities.models import RoundState, RoundTally, SolicitationRound
from communities.round_selectors import figures_of
from communities.services.need_checks import checked_text
from communities.services.need_records import locked_pool
from communities.services.round_checks import checked_figures, checked_opening
from communities.services.round_records import leave_round_records, locked_rounds
from core.numbers import take_next
from core.refusals import BadInput, Conflict, NotAllowed, Reason, refuse_if


@transaction.atomic
def open_round(
    *, community_id, title, method, opened_on, handed_out_where, handed_out_by="", handed_out=0,
    actor, now,
):  # fmt: skip
    """A round of the community's pool is open, with a number; forms are being handed out.

    handed_out: forms so far. Raises NotFound, NotAllowed, BadInput; Conflict when the same round
    (title and day) is open or closed already, as after a second press of the button.
    """
    on = timezone.localdate(now)
    pool = locked_pool(community_id)
    refuse_if([permissions.may_keep_rounds(actor, on, pool.community)], NotAllowed)
    words = checked_opening(
        title=title, method=method, opened_on=opened_on, where=handed_out_where,
        by_whom=handed_out_by, handed_out=handed_out, today=on,
    )  # fmt: skip
    twins = pool.rounds.filter(title=words["title"], opened_on=opened_on)
    if twin := twins.exclude(state=RoundState.CANCELLED).first():
        raise Conflict(
            Reason(
                "round_open_already",
                _("同一天开始的同名轮次已经登记过：%(number)s。") % {"number": twin.number},
                remedy=_("请到该轮次继续办理；确是另一轮的，请换一个名称。"),
                field="title",
            )
        )
    one = SolicitationRound(
        pool=pool,
        number=rules.round_number(
            pool.community, on.year, take_next(f"round:{pool.community.code}:{on.year}")
        ),
        opened_by=actor,
        created_at=now,
        updated_at=now,
        version=1,
        **words,
    )
    one.save()
    leave_round_records(one, "opened", actor=actor, now=now)
    return one


def _begin(key, round_id, seen, *, actor, now):
    """The round under its lock, when this person may do this now."""
    one = locked_rounds([round_id])[0]
    round_acts.check(key, one, actor, timezone.localdate(now))
    if seen is not None and seen != one.version:
        raise Conflict(
            Reason(
                "changed_meanwhile",
                _("您打开之后，别人已经改过这一轮的数据，现在保存会盖掉那次修改。"),
                rule=_("后保存的不能在不知情时覆盖先保存的。"),
                remedy=_("您填写的仍在本页。请在新窗口打开该轮次核对，确认以您的为准再保存一次。"),
            )
        )
    return one


def _finish(one, event, *, actor, now, text=""):
    one.version += 1
    one.updated_at = now
    one.save()
    leave_round_records(one, event, actor=actor, now=now, text=text)
    return one


def _write_figures(one, counts, lines):
    for name, count in counts.items():
        setattr(one, name, count)
    one.tallies.all().delete()
    RoundTally.objects.bulk_create([RoundTally(round=one, **line) for line in lines])


@transaction.atomic
def enter_tally(*, round_id, handed_out, returned, valid, tallies, seen=None, actor, now):
    """The figures of an open round are these; they may be entered again until it is closed.

    tallies: dicts with label, category and count (valid forms naming it). seen: the version the
    editor began with; None overwrites. Raises NotFound, NotAllowed, Conflict, BadInput.
    """
    one = _begin("tally", round_id, seen, actor=actor, now=now)
    counts, lines = checked_figures(
        handed_out=handed_out, returned=returned, valid=valid, tallies=tallies
    )
    one.tally()
    _write_figures(one, counts, lines)
    return _finish(one, "tallied", actor=actor, now=now)


@transaction.atomic
def close_round(*, round_id, closed_on, summary_sheet=None, seen=None, actor, now):
    """The figures are fixed and public, and proposals may cite them.

    Fewer valid forms than rules.round_min_valid are told on its pages, not refused here.
    """
    one = _begin("close", round_id, seen, actor=actor, now=now)
    reasons = []
    if not one.opened_on <= closed_on <= timezone.localdate(now):
        reasons.append(
            Reason("closed_out_of_order", _("结束日期要在开始日期之后，并且不晚于今天。"),
                   remedy=_("请核对日期。"), field="closed_on")
        )  # fmt: skip
    refuse_if(reasons, BadInput)
    if not one.valid or not one.tallies.exists():
        raise Conflict(
            Reason(
                "round_without_tally",
                _("还没有录入有效份数和汇总数据，不能结束。"),
                rule=_("一轮问需要有问需汇总表。"),
                remedy=_("请先录入汇总数据；一份有效的也没有收到时，请取消这一轮并写明理由。"),
            )
        )
    one.close(closed_on, now)
    one.summary_sheet = summary_sheet
    return _finish(one, "closed", actor=actor, now=now)


@transaction.atomic
def correct_round(
    *, round_id, reason, handed_out, returned, valid, tallies, summary_sheet=None, seen=None,
    actor, now,
):  # fmt: skip
    """The figures of a closed round are these now; the earlier ones and the reason stay on record.

    What proposals cited stays as it was cited. summary_sheet: another scan; None keeps the old one.
    """
    one = _begin("correct", round_id, seen, actor=actor, now=now)
    words = checked_text(reason, "reason", _("请写明更正的理由。"))
    counts, lines = checked_figures(
        handed_out=handed_out, returned=returned, valid=valid, tallies=tallies
    )
    if not valid or not lines:
        raise BadInput(
            Reason(
                "round_without_tally", _("已汇总的轮次要有有效份数和汇总数据。"), field="tallies"
            )
        )
    before = figures_of(one), sorted(one.tallies.values_list("label", "category"))
    one.correct()
    _write_figures(one, counts, lines)
    after = figures_of(one), sorted(one.tallies.values_list("label", "category"))
    if before == after and summary_sheet is None:
        raise Conflict(Reason("nothing_changed", _("数据没有变化，不需要更正。")))
    one.summary_sheet = summary_sheet or one.summary_sheet
    return _finish(one, "corrected", actor=actor, now=now, text=words)


@transaction.atomic
def cancel_round(*, round_id, reason, actor, now):
    """The round does not count; its number stays taken. Refused when anything rests on it."""
    one = _begin("cancel", round_id, None, actor=actor, now=now)
    words = checked_text(reason, "reason", _("请写明取消的理由。"))
    if len(words) > 300:
        raise BadInput(Reason("reason_too_long", _("请写在300个字以内。"), field="reason"))
    one.cancel(words)
    return _finish(one, "cancelled", actor=actor, now=now, text=words)


def round_to_key_in(round_id, pool, on, *, on_behalf):
    """The round, locked, if a paper form of it may be keyed in as a need of this pool that day.

    None for no round. The caller holds the pool. Raises BadInput.
    """
    if round_id is None:
        return None
    if not on_behalf:
        raise BadInput(
            Reason("not_on_behalf", _("问需表由工作人员代为登记。"),
                   remedy=_("工作人员请从“代为登记”页面办理。"), field="round")
        )  # fmt: skip
    rows = SolicitationRound.objects.select_for_update(of=("self",))
    one = rows.filter(pk=round_id, pool=pool).first()
    if one is None:
        raise BadInput(
            Reason("round_not_here", _("这一轮问需不属于所选社区。"),
                   rule=_("问需表录入发放它的社区的需求库。"), remedy=_("请核对社区和轮次。"), field="round")
        )  # fmt: skip
    if one.state == RoundState.CANCELLED or (
        one.closed_on and (on - one.closed_on).days > rules.round_key_in_days()
    ):
        raise BadInput(
            Reason(
                "round_over",
                _("这一轮问需已取消或结束已久，不能再录入。"),
                rule=_("问需表在收表结束后%(days)s天内录入。")
                % {"days": rules.round_key_in_days()},
                remedy=_("请不选轮次登记，并在“没有扫描件的原因”中写明来源。"),
                field="round",
            )
        )
    return one


def cite(*, tally_ids, community_id):
    """Proposals rest on these lines of the summaries: [(line, the change that fixed its figures)].

    One line a round; closed rounds of the community only. A round that is cited cannot be
    cancelled any more. Called by a service that records the citation. Raises BadInput.
    """
    chosen = RoundTally.objects.filter(pk__in=tally_ids)
    rounds = {one.pk: one for one in locked_rounds(chosen.values_list("round", flat=True))}
    # read again under the lock: a correction writes new lines
    lines = list(
        RoundTally.objects.filter(pk__in=tally_ids).select_related("round").order_by("round", "pk")
    )
    reasons = []
    if len(lines) != len(set(tally_ids)):
        reasons.append(
            Reason("tally_unknown", _("所选的问需汇总数据不存在，或刚被更正过。"),
                   remedy=_("请重新打开本页，核对后再选。"), field="rounds")
        )  # fmt: skip
    for one in rounds.values():
        if one.pool.community_id != community_id:
            reasons.append(
                Reason("round_not_here", _("%(n)s不是本社区的问需轮次。") % {"n": one.number},
                       rule=_("申报项目引用本社区的问需结果。"), remedy=_("请从列表中选择。"), field="rounds")
            )  # fmt: skip
        elif one.state != RoundState.CLOSED:
            reasons.append(
                Reason("round_not_closed", _("%(n)s的数据还没有固定，不能引用。") % {"n": one.number},
                       rule=_("引用的问需数据以汇总结束时为准。"), remedy=_("请先结束收表。"), field="rounds")
            )  # fmt: skip
    if len({line.round_id for line in lines}) != len(lines):
        reasons.append(
            Reason("round_cited_twice", _("每一轮问需只引用一项汇总数据。"),
                   remedy=_("请选最能说明本项目的一项。"), field="rounds")
        )  # fmt: skip
    refuse_if(reasons, BadInput)
    for one in rounds.values():
        one.citation_count += 1
        one.save(update_fields=["citation_count"])
    return [(line, _fixed_by(rounds[line.round_id])) for line in lines]


def _fixed_by(one):
    return one.changes.filter(kind__in=("closed", "corrected")).order_by("-pk").first()
