"""The shape every act shares: open it under lock, close it with its records."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from core import audit, ledgers, outbox
from core.locks import require_transaction
from core.refusals import BadInput, Conflict, NotAllowed, NotFound, Reason, refuse_if
from deliberation import permissions
from deliberation.acts import ACTS
from deliberation.choices import BoxState, ItemResult
from deliberation.models import BallotBox, Matter, MatterEvent
from projects.choices import Level


def lock_matter(matter_id):
    """The matter, read under its lock; NotFound when there is none."""
    require_transaction()
    rows = Matter.objects.with_places().select_for_update(of=("self",))
    try:
        # not first(): ordering ten joined tables by key costs as much as reading them
        return rows.get(pk=matter_id)
    except Matter.DoesNotExist:
        raise not_found() from None


def not_found():
    """One answer for what does not exist and for what one may not see."""
    return NotFound(
        Reason("not_found", _("没有找到这个项目。"), "", _("请核对编号，或从项目列表进入。"))
    )


def machine_reasons(act, matter):
    """The machine's no, in words; empty when one of the act's moves is open."""
    if any(can_proceed(getattr(matter, move)) for move in act.moves):
        return []
    return [
        Reason(
            "wrong_state",
            _("项目现处于“%(state)s”，不能办理“%(act)s”。")
            % {"state": matter.get_state_display(), "act": act.label},
            _("审议六步须依次办理，不得跳过、倒序。"),
            _("请在项目页查看当前环节和可办事项。"),
        )
    ]


def begin(act_key, *, matter_id, actor, now):
    """Lock the matter, then ask: may they, can it. Returns the matter or raises the refusal."""
    act, matter = ACTS[act_key], lock_matter(matter_id)
    on = timezone.localdate(now)
    if not permissions.sees_matter(actor, matter, on):
        raise not_found()
    refuse_if(permissions.may_reasons(act, actor, matter, on), NotAllowed)
    refuse_if(machine_reasons(act, matter), Conflict)
    refuse_if(act.policy(matter, actor, now), Conflict)
    return matter


def void_open_items(matter, now):
    """Nobody votes any more on what was overtaken: its open items, and ballots that still run."""
    rows = matter.agenda_items.filter(open_key__isnull=False)
    boxes = BallotBox.objects.filter(item__in=list(rows.values_list("pk", flat=True)))
    boxes.filter(state=BoxState.OPEN).update(state=BoxState.VOID, open_key=None, closed_at=now)
    rows.update(open_key=None, result=ItemResult.VOID)


def finish(
    matter, act_key, move, *, actor, now, columns=None, note="", data=None, capacity="", **fields
):
    """Take the move and leave its ledger row, event and audit row; wake the notices.

    `fields` go to the machine's method (`at=`…). Returns the MatterEvent.
    """
    act, before = ACTS[act_key], matter.state
    getattr(matter, move)(**fields)
    matter.event_count += 1
    matter.save()
    return write_event(
        matter, act, move, before, actor=actor, now=now, columns=columns, note=note, data=data,
        capacity=capacity,
    )  # fmt: skip


def write_event(
    matter, act, move, before, *, actor, now, columns=None, note="", data=None, capacity=""
):
    """The records of one act; the matter has its new state and count already."""
    seq = matter.event_count
    # The community's audit chain before the ledger's: every write takes heads in this order.
    audit.record(
        act.audit_kind, target=matter, actor=actor, at=now, chain=matter.community.code,
        data={"from": before, "to": matter.state, "seq": seq, **(data or {})}, reason=note,
    )  # fmt: skip
    row = None
    if act.ledger:
        row = _ledger_row(
            matter, act, actor=actor, now=now, columns=columns or {}, note=note, capacity=capacity
        )
    event = MatterEvent.objects.create(
        matter=matter, seq=seq, act=act.key, move=move, from_state=before,
        to_state=matter.state, at=now, actor=actor, note=note[:500], ledger_row=row,
    )  # fmt: skip
    outbox.enqueue(
        "matter.event", key=f"matter:{matter.pk}:{seq}",
        payload={"event": event.pk, "matter": matter.pk}, at=now,
    )  # fmt: skip
    return event


def _ledger_row(matter, act, *, actor, now, columns, note, capacity):
    """The act's row in its ledger; step 1 writes into the ledger of needs, under its columns."""
    proposal = matter.proposal
    words = {"title": proposal.title, "state": matter.get_state_display(), "note": note}
    if act.ledger == 1:
        words = {"by_no": proposal.number or proposal.title, "reason": note}
    return ledgers.append(
        act.ledger,
        event=act.key,
        subject=proposal,
        subject_no=proposal.number or f"草案-{proposal.pk}",
        place=matter.community.codes,
        level=Level(proposal.level),
        columns={**words, **columns},
        actor=actor,
        capacity=capacity,
        at=now,
    )


def require_text(**texts):
    """Refuse blank texts: name → (value, words of the field)."""
    refuse_if(
        [
            Reason(
                "text_missing", _("“%(label)s”不能为空。") % {"label": label}, "",
                _("请填写后再提交。"), field=name,
            )
            for name, (value, label) in texts.items()
            if not (value or "").strip()
        ],
        BadInput,
    )  # fmt: skip


def bad(code, text, rule="", remedy="", field=""):
    """A BadInput with one reason."""
    return BadInput(Reason(code, text, rule, remedy, field))


def blocked(code, text, rule="", remedy="", field=""):
    """A Conflict with one reason."""
    return Conflict(Reason(code, text, rule, remedy, field))
