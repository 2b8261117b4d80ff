"""Tell people of events, and mark what they read."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import selectors as places
from communities.roles import Role
from core.locks import require_transaction
from deliberation import desk, selectors
from deliberation.acts import ACTS
from deliberation.models import Matter, MatterEvent
from deliberation.services.base import machine_reasons
from portal import turns
from portal.choices import Kind
from portal.models import Notification
from projects.choices import ApplicantKind

# What is older is history, not news: a replay or an import tells nobody.
NEWS_FOR = timedelta(days=30)
# Acts that need no message of their own: the desk shows what waits.
SILENT = frozenset({"start_draft", "edit", "import_record"})

_BESIDE = ("edit", "withdraw", "file_objection", "record_objection")
AUDIENCE = {
    "committee_clerk": (Role.COMMITTEE_CLERK, "community"),
    "affairs_clerk": (Role.AFFAIRS_CLERK, "street"),
    "street_approver": (Role.STREET_APPROVER, "street"),
    "department": (Role.DEPARTMENT_REVIEWER, "street"),
}
_TWO_COMMITTEES = (Role.PARTY_SIGNER, Role.COMMITTEE_SIGNER)


def _next_actors(matter, on):
    """People whose act may come next, by the table of acts."""
    people, kinds = set(), set()
    for act in ACTS.values():
        if act.key in _BESIDE:
            continue
        if not machine_reasons(act, matter):
            kinds.update(act.who)
    for kind in kinds & set(AUDIENCE):
        role, level = AUDIENCE[kind]
        place = matter.community if level == "community" else matter.community.street
        people.update(
            places.people_with(role, **{level: place}, on=on).values_list("pk", flat=True)
        )
    if "two_committees" in kinds:
        for role in _TWO_COMMITTEES:
            people.update(
                places.people_with(role, community=matter.community, on=on).values_list(
                    "pk", flat=True
                )
            )
    return people


def _applicant_people(matter, on):
    """The people of the applicant's side."""
    proposal = matter.proposal
    people = {proposal.applicant_id}
    if proposal.applicant_kind == ApplicantKind.ORGANISATION:
        agents = places.people_with(
            Role.ORGANISATION_AGENT, organisation=proposal.organisation, on=on
        )
        people.update(agents.values_list("pk", flat=True))
    return people


@transaction.atomic
def tell(*, event_id, now):
    """Write a message for everybody concerned by an event; twice does nothing."""
    event = MatterEvent.objects.select_related("actor").filter(pk=event_id).first()
    if event is None or event.act in SILENT or event.at < now - NEWS_FOR:
        return 0
    on = timezone.localdate(now)
    matter = Matter.objects.with_places().get(pk=event.matter_id)
    asked = turns.people_of_turn(matter, desk.turn_of(matter, now), on)
    people = _applicant_people(matter, on) | _next_actors(matter, on) | asked
    if event.actor_id:
        people.discard(event.actor.person_id)
    text = _("%(title)s：%(act)s，现为“%(state)s”。") % {
        "title": matter.proposal.title,
        "act": selectors.act_label(event.act),
        "state": event.get_to_state_display(),
    }
    return tell_people(
        people, key=f"event:{event.pk}", kind=Kind.EVENT, matter=matter, text=text, at=event.at,
        asked=asked, event=event,
    )  # fmt: skip


def tell_people(people, *, key, kind, matter, text, at, asked=(), event=None):
    """Each person gets the message once, however often it is told; returns how many are told.

    key names what is told; asked: those of them whose act is next.
    """
    require_transaction()
    Notification.objects.bulk_create(
        [
            Notification(
                person_id=person_id, key=key, kind=kind, matter=matter, event=event,
                text=text[:300], at=at, asks_act=person_id in asked,
            )
            for person_id in sorted(people)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return len(people)


@transaction.atomic
def mark_read(*, actor, now, notification_ids=None, copies_only=False):
    """Mark some messages, or all of this person's, as read; returns how many were unread.

    copies_only leaves alone what asked for an act of this person.
    """
    rows = Notification.objects.filter(person_id=actor.person_id, read_at__isnull=True)
    if notification_ids is not None:
        rows = rows.filter(pk__in=notification_ids)
    if copies_only:
        rows = rows.filter(asks_act=False)
    return rows.update(read_at=now)
