"""The residents' council of a community: its terms and who sits in them."""

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities import permissions
from communities.models import Appointment, Community, CouncilTerm, SeatKind
from communities.roles import Role
from communities.services.appointments import place_in_role
from core import audit
from core.refusals import BadInput, Conflict, NotAllowed, Reason, refuse_if

COMMITTEE_ROLES = (Role.COMMITTEE_CLERK, Role.COMMITTEE_SIGNER)


@transaction.atomic
def open_term(*, community, number, starts_on, ends_on, actor, now):
    """The council has a term of these days; terms of one community do not overlap."""
    today = timezone.localdate(now)
    refuse_if([permissions.may_appoint(actor, today, community.street.district)], NotAllowed)
    if starts_on is None or ends_on is None or ends_on < starts_on:
        raise BadInput(
            Reason("dates_reversed", _("请填写届期的起止日期，截止不能早于起始。"), field="ends_on")
        )
    community = Community.objects.select_for_update().get(pk=community.pk)
    terms = CouncilTerm.objects.filter(community=community)
    reasons = []
    if terms.filter(number=number).exists():
        reasons.append(
            Reason("term_exists", format_lazy(_("第{n}届已经建立。"), n=number), field="number")
        )
    if terms.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        reasons.append(Reason("term_overlaps", _("届期与另一届重叠。"), field="starts_on"))
    refuse_if(reasons)
    term = CouncilTerm.objects.create(
        community=community, number=number, starts_on=starts_on, ends_on=ends_on
    )
    audit.record(
        "council.term_opened",
        target=term,
        actor=actor,
        at=now,
        chain=community.code,
        data={
            "number": number,
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
        },
    )
    return term


@transaction.atomic
def seat_member(*, term, person, seat, starts_on=None, ends_on=None, actor, now):
    """The person sits in the council for the term, or from and until the days given."""
    term = CouncilTerm.objects.select_related("community__street__district").get(pk=term.pk)
    starts_on, ends_on = starts_on or term.starts_on, ends_on or term.ends_on
    reasons = []
    if seat not in SeatKind.values:
        reasons.append(Reason("seat_unknown", _("请选择席位类别。"), field="seat"))
    if not term.starts_on <= starts_on <= ends_on <= term.ends_on:
        reasons.append(Reason("outside_term", _("就席日期必须在届期之内。"), field="starts_on"))
    refuse_if(reasons, BadInput)
    if seat == SeatKind.RESIDENT and _serves_committee(person, term.community, starts_on, ends_on):
        raise Conflict(
            Reason(
                "committee_in_resident_seat",
                _("居委会成员和工作人员不能占居民议事员的席位。"),
                rule=_("居委会成员及工作人员只能以居委会议事员身份进入议事会。"),
                remedy=_("请改选“居委会议事员”席位，或另选一位居民。"),
                field="seat",
            )
        )
    return place_in_role(
        person=person,
        role=Role.COUNCIL_MEMBER,
        community=term.community,
        term=term,
        seat=seat,
        starts_on=starts_on,
        ends_on=ends_on,
        actor=actor,
        now=now,
    )


def _serves_committee(person, community, starts_on, ends_on):
    rows = Appointment.objects.filter(
        person=person, role__in=COMMITTEE_ROLES, office__community=community
    )
    return rows.overlapping(starts_on, ends_on).exists()
