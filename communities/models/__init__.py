"""Tables of the app, one module per subject."""

from communities.models.appointments import Appointment, CouncilTerm, SeatKind
from communities.models.needs import (
    Channel,
    FloodCounter,
    Need,
    NeedChange,
    NeedContact,
    NeedPool,
    NeedStatus,
    NeedSupport,
    NeedUptake,
    Urgency,
)
from communities.models.offices import (
    GatekeepingDepartment,
    Office,
    Organisation,
    OrganisationKind,
)
from communities.models.places import Community, District, Street
from communities.office_kinds import (
    COMMUNITY_OFFICES,
    DISTRICT_OFFICES,
    GATEKEEPING_OFFICES,
    STREET_OFFICES,
    OfficeKind,
)

__all__ = [
    "COMMUNITY_OFFICES",
    "DISTRICT_OFFICES",
    "GATEKEEPING_OFFICES",
    "STREET_OFFICES",
    "Appointment",
    "Channel",
    "Community",
    "CouncilTerm",
    "District",
    "FloodCounter",
    "GatekeepingDepartment",
    "Need",
    "NeedChange",
    "NeedContact",
    "NeedPool",
    "NeedStatus",
    "NeedSupport",
    "NeedUptake",
    "Office",
    "OfficeKind",
    "Organisation",
    "OrganisationKind",
    "SeatKind",
    "Street",
    "Urgency",
]
