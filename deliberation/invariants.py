"""What must hold of the six steps, whatever happened: checked by `manage.py verify`."""

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from communities.models import SolicitationRound
from core.models import AuditEvent, LedgerRow
from core.verify import Checked, Finding, invariant, recounted
from deliberation.acts import ACTS
from deliberation.choices import (
    Decision,
    ItemResult,
    NoticeState,
    ObjectionState,
    State,
)
from deliberation.models import (
    AgendaItem,
    CitedRound,
    LedgerSnapshot,
    Matter,
    MatterEvent,
    Notice,
    Objection,
    StreetDecision,
)
from deliberation.recount import items_to_count, recount, recount_meeting
from deliberation.snapshots import verdict
from projects.choices import EntryKind
from projects.models import EnvelopeEntry, Proposal, ProposalRevision

CHUNK = 2_000
BEGINNINGS = {"start_draft": State.DRAFT, "import_record": State.ESTABLISHED}


def legal_edges():
    """(move, from, to) of the machine; moves that stay lead back to where they start."""
    field = Matter._meta.get_field("state")
    return {
        (edge.name, str(edge.source), str(edge.target or edge.source))
        for edge in field.get_all_transitions(Matter)
    }


@invariant("I6")
def every_matter_walked_its_path(now):
    """Events run 1…n, link state to state over legal edges, and end where the matter stands."""
    edges = legal_edges()
    matters = {
        pk: (state, count, imported)
        for pk, state, count, imported in Matter.objects.values_list(
            "pk", "state", "event_count", "is_imported"
        )
    }
    at, seen = {}, 0
    rows = MatterEvent.objects.order_by("matter_id", "seq").values_list(
        "pk", "matter_id", "seq", "act", "move", "from_state", "to_state", "ledger_row_id"
    )
    for pk, matter_id, seq, act, move, before, after, row_id in rows.iterator(CHUNK):
        seen += 1
        where = f"delib_event #{pk} matter {matter_id}"
        last_seq, last_state = at.get(matter_id, (0, ""))
        if seq != last_seq + 1 or before != last_state:
            yield Finding("I6", where, _("办理记录不连续"))
        if seq == 1:
            if BEGINNINGS.get(act) != after:
                yield Finding("I6", where, _("第一条记录不是起草或历史导入"))
        elif (move, before, after) not in edges or move not in _moves_of(act):
            yield Finding("I6", where, _("状态转移不在规定的路径上"))
        if row_id is None and _owes_ledger(act):
            yield Finding("I6", where, _("办理事项没有台账行"))
        at[matter_id] = (seq, after)
    for pk, (state, count, _imported) in matters.items():
        if at.get(pk, (0, "")) != (count, state):
            yield Finding("I6", f"delib_matter #{pk}", _("当前状态与办理记录不符"))
    yield Checked(seen)


def _moves_of(act):
    return ACTS[act].moves if act in ACTS else ()


def _owes_ledger(act):
    return act == "import_record" or (act in ACTS and ACTS[act].ledger is not None)


@invariant("I6")
def ledger_rows_belong_to_events(now):
    """Every row of a proposal in the ledgers is the row of exactly one event."""
    label = Proposal._meta.label_lower
    orphans = LedgerRow.objects.filter(subject_type=label, matter_event__isnull=True)
    for row in orphans.order_by("pk"):
        yield Finding("I6", f"ledger {row.ledger} #{row.pk}", _("台账行没有对应的办理记录"))
    yield Checked(LedgerRow.objects.filter(subject_type=label).count())


@invariant("I6")
def established_matters_have_six_ledgers(now):
    """A walked, established matter has a row in each of the ledgers ①–⑥."""
    label = Proposal._meta.label_lower
    have = {}
    for subject_id, number in (
        LedgerRow.objects.filter(subject_type=label)
        .order_by()
        .values_list("subject_id", "ledger")
        .distinct()
    ):
        have.setdefault(subject_id, set()).add(number)
    established = Matter.objects.filter(state=State.ESTABLISHED, is_imported=False)
    for pk, proposal_id in established.order_by("pk").values_list("pk", "proposal_id"):
        if not have.get(str(proposal_id), set()) >= set(range(1, 7)):
            yield Finding("I6", f"delib_matter #{pk}", _("已立项但六个台账不齐"))
    yield Checked(established.count())


@invariant("I6")
def imported_matters_stay_in_history(now):
    """Imported matters rest on a rule set for history only, and only they do."""
    wrong = Matter.objects.filter(
        Q(is_imported=True) & ~Q(proposal__rule_set__is_history_only=True)
        | Q(is_imported=False, proposal__rule_set__is_history_only=True)
        | ~Q(is_imported=F("proposal__is_imported"))
    )
    for pk in wrong.order_by("pk").values_list("pk", flat=True):
        yield Finding("I6", f"delib_matter #{pk}", _("历史导入标记与规则版本不符"))
    yield Checked(Matter.objects.filter(is_imported=True).count())


@invariant("I7")
def votes_add_up(now):
    """Tallies equal those present and entitled, results follow, and a recount says the same."""
    decided = Q(result__in=[ItemResult.CARRIED, ItemResult.LOST]) | Q(box__isnull=False)
    rows = items_to_count(AgendaItem.objects.filter(decided, meeting__is_imported=False))
    count = 0
    for item in rows.order_by("pk").iterator(CHUNK):
        count += 1
        for fault in recount(item).faults:
            yield Finding("I7", f"delib_agenda_item #{item.pk}", fault)
    yield Checked(count)


@recounted("meeting")
def meeting_recounts(key, now):
    """Each item of a meeting counted again: (line, agrees)."""
    for one in recount_meeting(key, now):
        yield str(one), not one.faults


@invariant("I8")
def notices_ran_their_days(now):
    """No notice concluded before its end; nothing passed step 5 with an open objection."""
    early = Notice.objects.filter(state=NoticeState.CONCLUDED, concluded_at__lt=F("ends_at"))
    for number in early.order_by("pk").values_list("number", flat=True):
        yield Finding("I8", number, _("公示提前结束"))
    left = Objection.objects.filter(state=ObjectionState.OPEN, notice__state=NoticeState.CONCLUDED)
    for number in left.order_by("pk").values_list("number", flat=True):
        yield Finding("I8", number, _("公示结束时异议未处理"))
    past = Matter.objects.filter(
        state__in=[State.PUBLICISED, State.ESTABLISHED], is_imported=False
    ).annotate(done=Count("notices", filter=Q(notices__state=NoticeState.CONCLUDED)))
    for pk in past.filter(done=0).order_by("pk").values_list("pk", flat=True):
        yield Finding("I8", f"delib_matter #{pk}", _("没有公示期满的记录"))
    yield Checked(Notice.objects.count())


@invariant("I9")
def other_people_decided(now):
    """Submitter ≠ decider, and neither decider nor objection judge is the applicant."""
    same = StreetDecision.objects.filter(
        Q(decider=F("submitter")) | Q(decider=F("matter__proposal__applicant"))
    ).exclude(decision=Decision.PENDING)
    for pk in same.order_by("pk").values_list("pk", flat=True):
        yield Finding("I9", f"delib_decision #{pk}", _("审定人与送审人或申报人是同一人"))
    judged = Objection.objects.filter(decided_by__person=F("notice__matter__proposal__applicant"))
    for number in judged.order_by("pk").values_list("number", flat=True):
        yield Finding("I9", number, _("异议由申报人处理"))
    yield Checked(StreetDecision.objects.count() + Objection.objects.count())


@invariant("I2")
def established_money_is_reserved(now):
    """Each established matter reserved exactly its amount, once; nobody else reserved any."""
    reserved = dict(
        EnvelopeEntry.objects.filter(kind=EntryKind.RESERVE).values_list(
            "proposal_id", "amount_fen"
        )
    )
    established = Matter.objects.filter(state=State.ESTABLISHED).values_list(
        "proposal_id", "proposal__amount_fen"
    )
    count = 0
    for proposal_id, amount_fen in established.iterator(CHUNK):
        count += 1
        if reserved.pop(proposal_id, None) != amount_fen:
            yield Finding("I2", f"proj_proposal #{proposal_id}", _("立项金额与额度占用不符"))
    for proposal_id in sorted(reserved):
        yield Finding("I2", f"proj_proposal #{proposal_id}", _("未立项却占用了额度"))
    yield Checked(count)


@invariant("I6")
def declared_content_is_frozen(now):
    """What was declared last is, by its digest, what was put to the vote and decided."""
    revisions = dict(
        ProposalRevision.objects.order_by("proposal_id", "number").values_list(
            "proposal_id", "digest"
        )
    )
    rows = Matter.objects.filter(state=State.ESTABLISHED, is_imported=False).values_list(
        "pk", "proposal_id"
    )
    decided = dict(
        StreetDecision.objects.filter(decision=Decision.ESTABLISH).values_list(
            "matter_id", "content_digest"
        )
    )
    count = 0
    for pk, proposal_id in rows.order_by("pk").iterator(CHUNK):
        count += 1
        if revisions.get(proposal_id) != decided.get(pk):
            yield Finding("I6", f"delib_matter #{pk}", _("立项内容与申报内容不一致"))
    yield Checked(count)


@invariant("P11")
def cited_rounds_said_what_was_cited(now):
    """A cited round lies in the proposal's community and said these counts on record."""
    rows = CitedRound.objects.select_related("round__pool", "as_of", "matter__proposal").order_by(
        "pk"
    )
    count, citations = 0, {}
    for one in rows.iterator(CHUNK):
        count += 1
        citations[one.round_id] = citations.get(one.round_id, 0) + 1
        where = f"delib_cited_round #{one.pk}"
        if one.round.pool.community_id != one.matter.proposal.community_id:
            yield Finding("P11", where, _("引用了别的社区的问需轮次"))
        told = one.as_of.told
        if (
            one.as_of.round_id != one.round_id
            or told["valid"] != one.valid
            or told["tallies"].get(one.label) != one.count
        ):
            yield Finding("P11", where, _("引用的份数与该轮当时的记录不一致"))
    counted = SolicitationRound.objects.filter(Q(citation_count__gt=0) | Q(pk__in=citations))
    for pk, number, stored in counted.values_list("pk", "number", "citation_count"):
        if stored != citations.get(pk, 0):
            yield Finding("P11", number, _("被引用次数与引用记录不一致"))
    yield Checked(count)


@invariant("S1")
def frozen_ledgers_still_say_so(now):
    """Rows give the digest that a snapshot froze, and that is the digest the audit chain knows."""
    known = {
        event.target_id: event.data["digest"]
        for event in AuditEvent.objects.filter(kind="ledger.frozen").order_by("pk")
    }
    count = 0
    for snapshot in LedgerSnapshot.objects.order_by("pk").iterator(CHUNK):
        count += 1
        told = verdict(snapshot, now=now)
        if not told.same:
            text = _("记录与冻结时不同：今天算出%(digest)s，%(n)s条记录与自己的摘要不符")
            text %= {"digest": told.digest[:16], "n": told.broken}
            yield Finding("S1", snapshot.number, text)
        if known.get(str(snapshot.pk)) != snapshot.digest:
            yield Finding("S1", snapshot.number, _("快照的摘要与审计记录不同"))
    yield Checked(count)
