"""Who holds which role at which place today, and whose non-public rows a person may read.

Everything is answered from appointments: they begin and end on their dates, so a right that ended
yesterday is gone today without anybody having to take it away.
"""

from dataclasses import dataclass, field

from communities.models import Appointment, Street
from communities.roles import ROLES, Level

# Bumped at each write of an appointment in this process, so that a user object kept in memory
# (a test, a command, the replay) never answers from what was true before.
_generation = [0]


def appointments_changed():
    _generation[0] += 1


def appointments_of(user, on):
    """The appointments in force on that day; one query per user object and day."""
    if user is None or not user.is_authenticated or not user.is_active:
        return []
    cache = user.__dict__.setdefault("_appointments_by_day", {})
    key = (_generation[0], on)
    if key not in cache:
        rows = Appointment.objects.filter(person_id=user.person_id).in_force(on).with_places()
        cache.clear()
        cache[key] = list(rows.order_by("pk"))
    return cache[key]


def holds(
    user, role, *, office=None, community=None, street=None, district=None, organisation=None, on
):
    """Whether the user holds the role exactly at each place named; with none named, anywhere."""
    return any(
        appointment.role == role
        and (office is None or appointment.office_id == office.pk)
        and (organisation is None or appointment.organisation_id == organisation.pk)
        and (community is None or appointment.community_here == community)
        and (street is None or appointment.street_here == street)
        and (district is None or appointment.district_here == district)
        for appointment in appointments_of(user, on)
    )


@dataclass(frozen=True)
class Scope:
    """Whose non-public rows may be read."""

    all: bool = False
    street_ids: frozenset = field(default_factory=frozenset)
    community_ids: frozenset = field(default_factory=frozenset)
    organisation_ids: frozenset = field(default_factory=frozenset)

    @property
    def is_empty(self):
        return not (self.all or self.street_ids or self.community_ids or self.organisation_ids)

    def covers(self, community):
        return (
            self.all or community.pk in self.community_ids or community.street_id in self.street_ids
        )

    def covers_street(self, street):
        return self.all or street.pk in self.street_ids


def scope_of(user, on):
    if user is None or not user.is_authenticated or not user.is_active:
        return Scope()
    if user.is_superuser:
        return Scope(all=True)
    streets, communities, organisations, districts = set(), set(), set(), set()
    for appointment in appointments_of(user, on):
        role = ROLES[appointment.role]
        if appointment.organisation_id:
            organisations.add(appointment.organisation_id)
        if not role.reads_non_public:
            continue
        if role.level == Level.COMMUNITY:
            communities.add(appointment.community_here.pk)
        elif role.level == Level.STREET:
            streets.add(appointment.office.street_id)
        else:
            districts.add(appointment.office.district_id)
    if districts:
        streets.update(Street.objects.filter(district__in=districts).values_list("pk", flat=True))
    return Scope(
        street_ids=frozenset(streets),
        community_ids=frozenset(communities),
        organisation_ids=frozenset(organisations),
    )
