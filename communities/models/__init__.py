"""Tables of the app, one module per subject."""

from communities.models.appointments import Appointment, CouncilTerm, SeatKind
from communities.models.imports import NeedImport, NeedSource
from communities.models.lexicon import ConceptKind, LexiconConcept, NeedEmbedding
from communities.models.needs import (
    Channel,
    Need,
    NeedChange,
    NeedContact,
    NeedPool,
    NeedStatus,
    Urgency,
)
from communities.models.offices import (
    FaultKind,
    GatekeepingDepartment,
    Office,
    Organisation,
    OrganisationFault,
    OrganisationKind,
)
from communities.models.places import Community, District, Estate, Street
from communities.models.rounds import (
    RoundChange,
    RoundMethod,
    RoundState,
    RoundTally,
    SolicitationRound,
)
from communities.models.visitors import DraftPhoto, FloodCounter
from communities.models.voices import NeedSupport, NeedUptake
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
    "ConceptKind",
    "CouncilTerm",
    "District",
    "DraftPhoto",
    "Estate",
    "FaultKind",
    "FloodCounter",
    "GatekeepingDepartment",
    "LexiconConcept",
    "Need",
    "NeedChange",
    "NeedContact",
    "NeedEmbedding",
    "NeedImport",
    "NeedPool",
    "NeedSource",
    "NeedStatus",
    "NeedSupport",
    "NeedUptake",
    "Office",
    "OfficeKind",
    "Organisation",
    "OrganisationFault",
    "OrganisationKind",
    "RoundChange",
    "RoundMethod",
    "RoundState",
    "RoundTally",
    "SeatKind",
    "SolicitationRound",
    "Street",
    "Urgency",
]
