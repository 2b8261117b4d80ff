"""Named questions about matters, meetings, notices and ledgers; read only."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Community
from communities.permissions import appointments_of, scope_of
from core.ledgers import LEDGERS
from core.models import LedgerRow
from core.refusals import Reason
from deliberation import permissions
from deliberation.acts import ACTS
from deliberation.choices import FINAL_STATES, MeetingState, NoticeState, State, Step
from deliberation.models import Matter, Meeting, Notice, Objection
from deliberation.services.base import machine_reasons, not_found

STEP_OF_STATE = {
    State.DRAFT: Step.SOLICITED,
    State.SOLICITED: Step.DECLARED,
    State.DECLARED: Step.REVIEWED,
    State.RETURNED: Step.DECLARED,
    State.SURVEYING: Step.REVIEWED,
    State.REVIEWED: Step.RESOLVED,
    State.DEFERRED: Step.RESOLVED,
    State.RESOLVED: Step.PUBLICISED,
    State.OBJECTED: Step.PUBLICISED,
    State.PUBLICISED: Step.ESTABLISHED,
}


@dataclass(frozen=True)
class OpenAct:
    """An act seen by one person now: open, or closed with the reasons."""

    act: object
    reasons: tuple

    @property
    def allowed(self):
        return not self.reasons

    @property
    def key(self):
        return self.act.key

    @property
    def label(self):
        return self.act.label


def matters_visible_to(user, on):
    """Matters this person may know of: all that entered the procedure, and own or local drafts."""
    rows = Matter.objects.with_places()
    if user is None or not user.is_authenticated:
        return rows.public()
    scope = scope_of(user, on)
    if scope.all:
        return rows
    return rows.filter(
        Q(entered_at__isnull=False)
        | Q(proposal__applicant_id=user.person_id)
        | Q(proposal__community_id__in=scope.community_ids)
        | Q(proposal__community__street_id__in=scope.street_ids)
        | Q(proposal__organisation_id__in=scope.organisation_ids)
    )


def matters_in_scope(user, on):
    """Matters of the places this person works for: the desk's list."""
    scope = scope_of(user, on)
    rows = Matter.objects.with_places()
    if scope.all:
        return rows
    return rows.filter(
        Q(proposal__community_id__in=scope.community_ids)
        | Q(proposal__community__street_id__in=scope.street_ids)
        | Q(proposal__organisation_id__in=scope.organisation_ids)
        | Q(proposal__applicant_id=getattr(user, "person_id", None))
    )


def matter_for(user, pk, on):
    """The matter, if this person may know of it; otherwise NotFound, as if it did not exist."""
    matter = matters_visible_to(user, on).filter(pk=pk).first()
    if matter is None:
        raise not_found()
    return matter


def act_reasons(act, user, matter, now):
    """Every reason against the act for this person now: may they, can it."""
    may = permissions.may_reasons(act, user, matter, timezone.localdate(now))
    can = machine_reasons(act, matter)
    return (*may, *(can or act.policy(matter, user, now)))


def acts_open_to(user, matter, now):
    """Every act of the table with its reasons, for this person now, in the table's order."""
    return [OpenAct(act, act_reasons(act, user, matter, now)) for act in ACTS.values()]


def acts_of_state(user, matter, now):
    """The acts that the machine allows in this state: what a page shows, open or with reasons."""
    return [
        OpenAct(act, act_reasons(act, user, matter, now))
        for act in ACTS.values()
        if not machine_reasons(act, matter)
    ]


def who_must_act(matter):
    """The kinds of actors whose act moves the matter on now, in words."""
    seen = []
    for act in ACTS.values():
        if act.key in ("edit", "withdraw", "file_objection", "record_objection"):
            continue
        if machine_reasons(act, matter):
            continue
        for key in act.who:
            label = str(permissions.WHO[key].label)
            if label not in seen:
                seen.append(label)
    return seen


def step_labels(rule_set):
    """Words of the six steps: those of the rule set, else the fallbacks."""
    labels = dict(Step.choices)
    if rule_set is not None:
        labels |= {step.key: step.label for step in rule_set.steps.all()}
    return labels


def steps_of(matter):
    """The stepper: for each of the six steps its label, state (done/now/later/stopped) and date."""
    labels = step_labels(matter.proposal.rule_set)
    current = STEP_OF_STATE.get(matter.state)
    if matter.state == State.REJECTED:
        current = matter.rejected_step
    dates = {
        Step.SOLICITED: matter.solicited_at, Step.DECLARED: matter.declared_at,
        Step.REVIEWED: matter.reviewed_at, Step.RESOLVED: matter.resolved_at,
        Step.PUBLICISED: matter.publicised_at, Step.ESTABLISHED: matter.established_at,
    }  # fmt: skip
    steps, is_past = [], current is not None
    for step in Step:
        if step == current:
            is_past = False
            state = "stopped" if matter.state == State.REJECTED else "now"
        elif current is None:
            state = "done" if dates[step] else "later"
        else:
            state = "done" if is_past else "later"
        on = timezone.localdate(dates[step]) if dates[step] and state == "done" else None
        steps.append({"label": labels[step], "state": state, "on": on, "key": str(step)})
    return steps


def timeline_of(matter):
    """The book of the matter, newest first, with the people behind each act."""
    return matter.events.select_related("actor__person", "ledger_row").order_by("-seq")


def act_label(key):
    """Words of an act's key, also of those that are not in the table."""
    if key in ACTS:
        return ACTS[key].label
    return {"start_draft": _("起草"), "import_record": _("历史导入")}.get(key, key)


def meetings_visible():
    """Every meeting is public (open to residents)."""
    return Meeting.objects.select_related("community__street").order_by("-starts_at", "-pk")


def notices_public():
    """Notices that hang or hung out; void ones stay readable with their mark."""
    return Notice.objects.select_related("matter__proposal__community__street").order_by(
        "-posted_at", "-pk"
    )


def objections_in_scope(user, on):
    """Objections of the places this person works for, open ones first."""
    scope = scope_of(user, on)
    rows = Objection.objects.select_related(
        "contact", "notice__matter__proposal__community__street", "decided_by__person"
    ).order_by("-filed_at", "-pk")
    if scope.all:
        return rows
    return rows.filter(
        Q(notice__matter__proposal__community_id__in=scope.community_ids)
        | Q(notice__matter__proposal__community__street_id__in=scope.street_ids)
    )


def ledger_rows(user, number, on):
    """Rows of one ledger in the places this person works for; oldest first as in a book."""
    if number not in LEDGERS:
        raise not_found()
    scope = scope_of(user, on)
    rows = LedgerRow.objects.filter(ledger=number).order_by("at", "pk")
    if scope.all:
        return rows
    communities = scope_codes(scope)
    return rows.filter(community_code__in=communities)


def scope_codes(scope):
    """A queryset of the codes of the communities in a scope."""
    from_communities = Q(pk__in=scope.community_ids) | Q(street_id__in=scope.street_ids)
    return Community.objects.filter(from_communities).values("code")


LEDGERS_FOR_STAFF = Reason(
    "ledgers_for_staff",
    gettext_lazy("台账由有任职的工作人员查阅。"),
    gettext_lazy("台账含办理细节，公开内容见项目页和公示。"),
    gettext_lazy("请用工作人员账号登录。"),
)


def may_read_ledgers(user, on):
    """Ledgers are read by the staff of a place; nobody else has a scope."""
    return [LEDGERS_FOR_STAFF] if scope_of(user, on).is_empty else []


def open_matters_count_by_state(user, on):
    """How many matters of one's places stand in each open state."""
    rows = matters_in_scope(user, on).exclude(state__in=FINAL_STATES)
    return {
        row["state"]: row["n"] for row in rows.order_by().values("state").annotate(n=Count("pk"))
    }


def roles_of(user, on):
    """The roles a person holds today, as a set."""
    return {appointment.role for appointment in appointments_of(user, on)}


def meetings_to_hold(user, on):
    """Announced or open meetings of the communities this person convenes for."""
    scope = scope_of(user, on)
    return (
        meetings_visible()
        .filter(state__in=[MeetingState.ANNOUNCED, MeetingState.OPEN])
        .filter(
            Q(community_id__in=scope.community_ids) | Q(community__street_id__in=scope.street_ids)
        )
        .order_by("starts_at", "pk")
    )


def notices_running(now):
    """Notices within their window."""
    return notices_public().filter(state=NoticeState.OPEN, ends_at__gt=now)
