"""Tables: matters and their events, reviews, meetings, notices, decisions, snapshots of ledgers."""

from deliberation.models.ballots import Ballot, BallotBox, PaperCount, VotingRight
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
from deliberation.models.snapshots import LedgerSnapshot, SnapshotFile

__all__ = [
    "AgendaItem",
    "Ballot",
    "BallotBox",
    "CitedRound",
    "DepartmentOpinion",
    "GatekeepingSummary",
    "JointReview",
    "JudgedNeed",
    "LedgerSnapshot",
    "Matter",
    "MatterEvent",
    "Meeting",
    "MeetingMember",
    "MemberVote",
    "Notice",
    "Objection",
    "ObjectionContact",
    "PaperCount",
    "Recusal",
    "ReviewAttendee",
    "SnapshotFile",
    "Solicitation",
    "StreetDecision",
    "Survey",
    "VotingRight",
]
