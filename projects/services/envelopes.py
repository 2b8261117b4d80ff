"""Money of a community's year: lock the one row, look, write the journal.

The order of locks in the whole project is matter → envelopes (by pk) → chain heads.
"""

from django.db.models import F
from django.utils.translation import gettext as _

from core.locks import require_transaction
from core.money import format_yuan_grouped
from core.refusals import Conflict, Reason
from projects.choices import EntryKind
from projects.models import Envelope, EnvelopeEntry


def lock_envelope(*, community, year, cap_fen):
    """The community's envelope of `year`, made with `cap_fen` if new, locked for this transaction."""
    require_transaction()
    Envelope.objects.get_or_create(community=community, year=year, defaults={"cap_fen": cap_fen})
    return Envelope.objects.select_for_update().get(community=community, year=year)


def _add_reserved(envelope, amount_fen):
    """Add to the reserved sum only while the row stays within its cap; False when it would not."""
    return bool(
        Envelope.objects.filter(
            pk=envelope.pk, cap_fen__gte=F("reserved_fen") + F("paid_fen") + amount_fen
        ).update(reserved_fen=F("reserved_fen") + amount_fen)
    )


def over_cap_reason(envelope, amount_fen):
    """The refusal for an amount (fen) that no longer fits the community's year."""
    return Reason(
        "year_cap_exceeded",
        _(
            "%(place)s%(year)s年额度%(cap)s元，已占用%(used)s元，余%(free)s元，不足本项目%(amount)s元。"
        )
        % {
            "place": envelope.community.name,
            "year": envelope.year,
            "cap": format_yuan_grouped(envelope.cap_fen),
            "used": format_yuan_grouped(envelope.reserved_fen + envelope.paid_fen),
            "free": format_yuan_grouped(envelope.free_fen),
            "amount": format_yuan_grouped(amount_fen),
        },
        _("每年每个社区封顶200万元（以规则版本所定为准）。"),
        _("请压缩预算退回补正，或留待下一年度再报。"),
    )


def reserve(*, community, year, cap_fen, amount_fen, proposal, cause, actor, at):
    """Reserve `amount_fen` of the community's year for a proposal; one journal line.

    Raises Conflict("year_cap_exceeded") when it does not fit. `cause` is the natural key: the
    database refuses a second reservation for the same cause.
    """
    envelope = lock_envelope(community=community, year=year, cap_fen=cap_fen)
    if not _add_reserved(envelope, amount_fen):
        raise Conflict(over_cap_reason(envelope, amount_fen))
    EnvelopeEntry.objects.create(
        envelope=envelope, kind=EntryKind.RESERVE, amount_fen=amount_fen, proposal=proposal,
        cause=cause, at=at, actor=actor,
    )  # fmt: skip
    envelope.refresh_from_db()
    return envelope
