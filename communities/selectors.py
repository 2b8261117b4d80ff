"""Named questions about places, people and needs. Read only."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from communities.models import (
    Appointment,
    Community,
    CouncilTerm,
    GatekeepingDepartment,
    Need,
    Office,
    Organisation,
    Street,
)
from communities.permissions import may_file_on_behalf, scope_of
from communities.roles import Role
from core.refusals import NotFound, Reason


def appointments_with(
    role, *, office=None, organisation=None, community=None, street=None, district=None, on
):
    """Appointments in force of the role, exactly at the places named."""
    rows = Appointment.objects.filter(role=role).in_force(on).with_places().order_by("pk")
    if office is not None:
        rows = rows.filter(office=office)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if community is not None:
        rows = rows.filter(Q(office__community=community) | Q(community=community))
    if street is not None:
        rows = rows.filter(office__street=street)
    if district is not None:
        rows = rows.filter(office__district=district)
    return rows


def people_with(role, **where):
    """The people who hold the role there on that day (`on=`), each once."""
    keys = appointments_with(role, **where).order_by().values("person")
    return Person.objects.filter(pk__in=keys).order_by("pk")


def council_term_on(community, on):
    return CouncilTerm.objects.filter(
        community=community, starts_on__lte=on, ends_on__gte=on
    ).first()


def roster(community, on):
    """The seats of the council on that day."""
    return appointments_with(Role.COUNCIL_MEMBER, community=community, on=on)


def gatekeepers_of(street, on):
    """The departments that must give their opinion on works of this street on that day."""
    rows = GatekeepingDepartment.objects.filter(street=street, since__lte=on).filter(
        Q(until=None) | Q(until__gte=on)
    )
    return Office.objects.filter(pk__in=rows.values("office")).order_by("pk")


def office_of(kind, *, community=None, street=None, district=None):
    return Office.objects.get(kind=kind, community=community, street=street, district=district)


def streets():
    return Street.objects.select_related("district").order_by("code")


def communities_of(street_code=""):
    rows = Community.objects.select_related("street__district").order_by("code")
    return rows.filter(street__code=street_code) if street_code else rows


def public_needs():
    return Need.objects.public().with_places()


def public_need(number):
    """The need anybody may read, or NotFound as if it had never been."""
    need = public_needs().filter(number=number).first()
    if need is None:
        raise NotFound(
            Reason(
                "need_unknown", _("没有这条需求，或已由本人撤回。"), remedy=_("请核对需求编号。")
            )
        )
    return need


def open_needs(community):
    """What a new proposal of this community may cite, most wanted first."""
    rows = Need.objects.filter(pool__community=community, status__in=("open", "taken_up"))
    return rows.with_places().order_by("-supporter_count", "-pk")


def needs_for(user, on):
    """The needs of the places this person works for; those taken back as well."""
    scope = scope_of(user, on)
    rows = Need.objects.with_places()
    if scope.all:
        return rows
    return rows.filter(
        Q(pool__community__in=scope.community_ids) | Q(pool__community__street__in=scope.street_ids)
    )


def need_for(user, number, on):
    need = needs_for(user, on).filter(number=number).first()
    if need is None:
        raise NotFound(Reason("need_unknown", _("没有这条需求，或不在您的管辖范围内。")))
    return need


def filtered_needs(
    rows,
    *,
    q="",
    street="",
    community="",
    category="",
    status="",
    channel="",
    urgency="",
    unanswered=False,
    order="",
):
    """The rows of a list, by codes and keys only: no lookup ever comes from an address."""
    places = {"pool__community__street__code": street, "pool__community__code": community}
    words = {"category": category, "status": status, "channel": channel, "urgency": urgency}
    rows = rows.filter(**{key: value for key, value in (places | words).items() if value})
    if q:
        rows = rows.filter(Q(number__icontains=q) | Q(content__icontains=q))
    if unanswered:
        rows = rows.filter(answer="", status__in=("open", "taken_up"))
    if order == "wanted":
        # entries without their paper come last: they are needs, but do not compete
        return rows.order_by("-is_ranked", "-supporter_count", "-pk")
    return rows.order_by("-created_at", "-pk")


def story_of(need):
    """The dated changes the public reads; single voices are a number, not news."""
    return need.changes.exclude(kind="supported").order_by("at", "pk")


def communities_for(user, on):
    """The communities whose needs this person may file for somebody else."""
    return [
        community
        for community in communities_of()
        if may_file_on_behalf(user, on, community) is None
    ]


def offices(*, kind="", community="", street="", district=""):
    rows = Office.objects.select_related("community", "street", "district").order_by("pk")
    where = {
        "kind": kind,
        "community__code": community,
        "street__code": street,
        "district__code": district,
    }
    return rows.filter(**{key: value for key, value in where.items() if value})


def organisations(*, kind="", community="", q=""):
    rows = Organisation.objects.select_related("community").order_by("pk")
    where = {"kind": kind, "community__code": community, "name__icontains": q}
    return rows.filter(**{key: value for key, value in where.items() if value})
