"""What every write to a round leaves behind: a dated change, a row of ledger ①, an audit event."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.ledgers import NEEDS_LEDGER
from communities.models import RoundChange, RoundState, SolicitationRound
from communities.permissions import capacity_of_filer
from communities.round_selectors import figures_of
from communities.services.need_records import LANGUAGE
from core import audit, ledgers
from core.chain import canonical
from core.locks import require_transaction
from core.refusals import NotFound, Reason


def locked_rounds(round_ids):
    """The rounds, locked by key, so that two acts never wait for each other in a circle."""
    require_transaction()
    wanted = sorted(set(round_ids))
    rows = SolicitationRound.objects.select_for_update(of=("self",)).with_places()
    found = list(rows.filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise NotFound(Reason("round_unknown", _("没有这一轮问需。"), field="round"))
    return found


def leave_round_records(one, event, *, actor, now, text=""):
    """The records of one act; the round and its tallies are saved already. Returns the change."""
    figures, place = figures_of(one), one.community.codes
    change = RoundChange.objects.create(
        round=one, at=now, actor=actor, kind=event, text=text, figures=canonical(figures)
    )
    # The audit head before the ledger's: every write takes heads in this order.
    audit.record(
        f"round.{event}",
        target=one,
        actor=actor,
        at=now,
        chain=place.community,
        data={"state": one.state, "version": one.version, **figures},
        reason=text,
    )
    with translation.override(LANGUAGE):
        ledgers.append(
            NEEDS_LEDGER,
            event=f"round_{event}",
            subject=one,
            subject_no=one.number,
            place=place,
            level="community",
            columns=_columns_of(one, figures, text),
            actor=actor,
            capacity=str(capacity_of_filer(actor, timezone.localdate(now), one.community)),
            at=now,
            public=one.state != RoundState.OPEN,
        )
    return change


def _columns_of(one, figures, text):
    """The columns of ledger ① that a round has; who handed the forms out is not among them."""
    told = "、".join(f"{label} {count}" for label, count in figures["tallies"].items())
    return {
        "committee": f"{one.community.name.removesuffix('社区')}居委会",
        "registered_on": timezone.localdate(one.created_at).isoformat(),
        "channel": one.get_method_display(),
        "place": one.handed_out_where,
        "content": _("%(title)s：发放 %(out)s 份，收回 %(returned)s 份，有效 %(valid)s 份。%(told)s")
        % {"title": one.title, "out": one.handed_out, "returned": one.returned,
           "valid": one.valid, "told": told},
        "questionnaires": one.valid,
        "status": one.get_state_display(),
        "reason": text,
        "updated_on": timezone.localdate(one.updated_at).isoformat(),
        "round": one.number,
    }  # fmt: skip
