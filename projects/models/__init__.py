"""Tables: rule sets, envelopes, proposals."""

from projects.models.envelopes import Envelope, EnvelopeEntry
from projects.models.proposals import (
    CitedNeed,
    LineItem,
    Proposal,
    ProposalAttachment,
    ProposalRevision,
)
from projects.models.rulesets import (
    Exclusion,
    PositiveItem,
    RuleSet,
    RuleSetDocument,
    RuleStep,
    TypeCap,
)

__all__ = [
    "CitedNeed",
    "Envelope",
    "EnvelopeEntry",
    "Exclusion",
    "LineItem",
    "PositiveItem",
    "Proposal",
    "ProposalAttachment",
    "ProposalRevision",
    "RuleSet",
    "RuleSetDocument",
    "RuleStep",
    "TypeCap",
]
