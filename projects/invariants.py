"""What must hold of the money and the rules, whatever happened."""

from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from core.verify import Checked, Finding, invariant
from projects.choices import EntryKind
from projects.models import Envelope, EnvelopeEntry, Proposal


@invariant("I1")
def journal_lines_are_whole(now):
    """Every line of the journal is a positive number of fen of a known kind."""
    wrong = EnvelopeEntry.objects.filter(Q(amount_fen__lte=0) | ~Q(kind__in=EntryKind.values))
    for pk in wrong.order_by("pk").values_list("pk", flat=True):
        yield Finding("I1", f"proj_envelope_entry #{pk}", _("金额不为正，或种类不明"))
    yield Checked(EnvelopeEntry.objects.count())


@invariant("I2")
def envelopes_hold(now):
    """reserved + paid ≤ cap, and both columns are the sums of the journal."""
    sums = {}
    for row in (
        EnvelopeEntry.objects.order_by().values("envelope_id", "kind").annotate(n=Sum("amount_fen"))
    ):
        sums.setdefault(row["envelope_id"], {})[row["kind"]] = row["n"]
    count = 0
    for envelope in Envelope.objects.select_related("community").order_by("pk").iterator():
        count += 1
        of = sums.get(envelope.pk, {})
        paid = of.get(EntryKind.PAY, 0)
        reserved = of.get(EntryKind.RESERVE, 0) - of.get(EntryKind.RELEASE, 0) - paid
        where = f"proj_envelope #{envelope.pk} {envelope}"
        if envelope.reserved_fen + envelope.paid_fen > envelope.cap_fen:
            yield Finding("I2", where, _("占用与支付之和超过封顶"))
        if (envelope.reserved_fen, envelope.paid_fen) != (reserved, paid):
            yield Finding("I2", where, _("占用、支付与流水合计不符"))
    yield Checked(count)


@invariant("I2")
def proposals_cost_what_their_lines_say(now):
    """The amount of a proposal is the sum of its budget lines; imported ones have none."""
    wrong = (
        Proposal.objects.filter(is_imported=False)
        .annotate(total=Sum("line_items__amount_fen"))
        .exclude(total=F("amount_fen"))
    )
    for proposal in wrong.order_by("pk"):
        yield Finding("I2", f"proj_proposal #{proposal.pk}", _("申报金额与预算明细合计不符"))
    yield Checked(Proposal.objects.count())


@invariant("P9")
def proposals_lie_in_their_community(now):
    """The estate of a proposal belongs to its community."""
    placed = Proposal.objects.exclude(estate=None).order_by("pk")
    for pk in placed.exclude(estate__community=F("community")).values_list("pk", flat=True):
        yield Finding("P9", f"proj_proposal #{pk}", _("项目的小区不在它的社区"))
    yield Checked(placed.count())
