"""Named questions about places, people and needs. Read only."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from communities.fit.ranking import rank_needs
from communities.models import (
    Appointment,
    Community,
    CouncilTerm,
    Estate,
    GatekeepingDepartment,
    Need,
    NeedImport,
    NeedStatus,
    NeedSupport,
    NeedUptake,
    Office,
    OfficeKind,
    Organisation,
    OrganisationFault,
    Street,
)
from communities.permissions import may_file_on_behalf, may_import_needs, scope_of
from communities.roles import Role
from communities.rules import spelling_of_place
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


def answerers_for(community, on):
    """The offices that may be asked to answer a need of this community, its own first."""
    own = Office.objects.filter(
        community=community,
        kind__in=(OfficeKind.RESIDENTS_COMMITTEE, OfficeKind.WORKSTATION),
    )
    street = Office.objects.filter(street=community.street_id, kind=OfficeKind.AFFAIRS)
    keys = [*own.order_by("pk").values_list("pk", flat=True), *street.values_list("pk", flat=True)]
    keys += list(gatekeepers_of(community.street, on).values_list("pk", flat=True))
    rows = Office.objects.filter(pk__in=keys)
    # the committee and the workstation have the community's own keys
    return rows.order_by(F("community").asc(nulls_last=True), "pk")


def office_of(kind, *, community=None, street=None, district=None):
    return Office.objects.get(kind=kind, community=community, street=street, district=district)


def streets():
    return Street.objects.select_related("district").order_by("code")


def communities_of(street_code=""):
    rows = Community.objects.select_related("street__district").order_by("code")
    return rows.filter(street__code=street_code) if street_code else rows


def estates_of(community_code="", *, only_open=True):
    """Estates by community and name; `only_open`: those a need may still be filed at."""
    rows = Estate.objects.select_related("community").order_by("community__code", "name")
    if community_code:
        rows = rows.filter(community__code=community_code)
    return rows.filter(is_active=True) if only_open else rows


def estates_in(community_id):
    """The open estates of one community, by its key as a form holds it; none for anything else."""
    if not str(community_id or "").isdecimal():
        return Estate.objects.none()
    return estates_of().filter(community=community_id)


def estate_named(community, name):
    """The open estate of the community that is called so, in any spelling; None for anything else."""
    wanted = spelling_of_place(name)
    for estate in estates_of(community.code):
        if spelling_of_place(estate.name) == wanted:
            return estate
    return None


def estates_by_community():
    """{key of a community: its open estates}, for whoever looks at many needs."""
    found = {}
    for estate in estates_of():
        found.setdefault(estate.community_id, []).append(estate)
    return found


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
    return rows.with_places().by_voices()


def needs_for(user, on):
    """The needs of the places this person works for; those taken back as well."""
    scope = scope_of(user, on)
    rows = Need.objects.with_places()
    if scope.all:
        return rows
    return rows.filter(
        Q(pool__community__in=scope.community_ids) | Q(pool__community__street__in=scope.street_ids)
    )


def needs_visible_to(user, on):
    """What anybody may read, and of one's own places those taken back as well."""
    scope = scope_of(user, on)
    if scope.is_empty:
        return Need.objects.public()
    if scope.all:
        return Need.objects.all()
    return Need.objects.filter(
        ~Q(status=NeedStatus.WITHDRAWN)
        | Q(pool__community__in=scope.community_ids)
        | Q(pool__community__street__in=scope.street_ids)
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
        rows = rows.filter(answer="", status=NeedStatus.OPEN)
    if order == "wanted":
        # entries without their paper come last: they are needs, but do not compete
        voices = F("supporter_count") + F("merged_voices")
        return rows.order_by("-is_ranked", voices.desc(), "-pk")
    return rows.order_by("-created_at", "-pk")


def voices_merged(need):
    """People who came with merged needs: their authors, and supporters who are not here as well."""
    merged = list(need.merged.values_list("pk", flat=True))
    if not merged:
        return 0
    own = need.supports.values("supporter_key")
    others = NeedSupport.objects.filter(need__in=merged).exclude(supporter_key__in=own)
    return len(merged) + others.values("supporter_key").distinct().count()


def similar_needs(text, community, now, *, limit=3, at_least=0.0):
    """Needs in hand of this community that come near the text, with the words of the match.

    at_least: the score of the ranking below which a need is no longer worth showing.
    """
    matches = rank_needs(text, [community], limit=limit, now=now)
    matches = [match for match in matches if match.score >= at_least]
    needs = Need.objects.with_places().in_bulk([match.need.id for match in matches])
    return [
        {"need": needs[match.need.id], "because": match.because}
        for match in matches
        if match.need.id in needs
    ]


def needs_held_by(by_no):
    """Keys of the needs that the proposal of this number has taken up and not let go."""
    rows = NeedUptake.objects.filter(by_no=by_no, released_at=None)
    return list(rows.order_by("need").values_list("need", flat=True))


def merged_into(need):
    """The needs that were merged into this one, as anybody may read them."""
    return list(need.merged.public().order_by("pk"))


def story_of(need):
    """The dated changes the public reads; single voices are a number, not news."""
    return need.changes.exclude(kind="supported").order_by("at", "pk")


def communities_to_import(user, on):
    """The communities whose needs this person may import from a table."""
    return [
        community for community in communities_of() if may_import_needs(user, on, community) is None
    ]


def imports_of(user):
    """The imports this person brought, the newest first."""
    rows = NeedImport.objects.filter(uploaded_by=user).select_related("file")
    return rows.defer("findings").order_by("-created_at", "-pk")


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


def standing_faults(organisation_ids):
    """{organisation id: faults on record that were not lifted}; no query for nobody."""
    found = {}
    if organisation_ids:
        rows = OrganisationFault.objects.filter(
            organisation__in=organisation_ids, lifted_at__isnull=True
        )
        for fault in rows.order_by("found_on", "pk"):
            found.setdefault(fault.organisation_id, []).append(fault)
    return found


def faults_of(organisation_id):
    """Every fault ever recorded of an organisation, newest first; NotFound for no organisation."""
    if not Organisation.objects.filter(pk=organisation_id).exists():
        raise NotFound(Reason("organisation_unknown", _("没有这个组织。")))
    return OrganisationFault.objects.filter(organisation=organisation_id).order_by("-found_on")


def organisations(*, kind="", community="", q=""):
    rows = Organisation.objects.select_related("community").order_by("pk")
    where = {"kind": kind, "community__code": community, "name__icontains": q}
    return rows.filter(**{key: value for key, value in where.items() if value})
