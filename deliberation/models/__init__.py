"""Tables: matters and their events, reviews, meetings, notices, decisions."""

from deliberation.models.matters import CitedRound, Matter, MatterEvent, Solicitation
from deliberation.models.meetings import AgendaItem, Meeting, MeetingMember, MemberVote, Recusal
from deliberation.models.notices import Notice, Objection, ObjectionContact, StreetDecision
from deliberation.models.reviews import (
    DepartmentOpinion,
    GatekeepingSummary,
    JointReview,
    JudgedNeed,
    ReviewAttendee,
    Survey,
)

__all__ = [
    "AgendaItem",
    "CitedRound",
    "DepartmentOpinion",
    "GatekeepingSummary",
    "JointReview",
    "JudgedNeed",
    "Matter",
    "MatterEvent",
    "Meeting",
    "MeetingMember",
    "MemberVote",
    "Notice",
    "Objection",
    "ObjectionContact",
    "Recusal",
    "ReviewAttendee",
    "Solicitation",
    "StreetDecision",
    "Survey",
]
