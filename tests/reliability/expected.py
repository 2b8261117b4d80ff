"""Who may do what when, written by hand from domain.md §8.2 and the duties of 2017.

Reviewed by reading, not derived from deliberation.acts: this is the other opinion. What is not
listed is refused. "double" wears many hats; where the organisation's own matter is judged, the
hats do not help. "anyone" means every name, strangers and "nobody" included.
"""

CLERK = "clerk double"
DEPARTMENTS = "reviewer reviewer2 double"
APPLICANT = "station"
WRITING = {"edit": APPLICANT, "attach": APPLICANT, "detach": APPLICANT, "withdraw": APPLICANT}
OBJECTING = {"file_objection": "anyone", "record_objection": CLERK}

# works, declared by the workstation
WORKS = {
    "draft": WRITING | {"file_evidence": CLERK},
    "solicited": WRITING | {"declare": APPLICANT},
    "declared": {
        "return_for_correction": CLERK, "give_opinion": DEPARTMENTS, "withdraw": APPLICANT,
    },
    "answered": {
        "return_for_correction": CLERK, "summarise_gatekeeping": "affairs", "withdraw": APPLICANT,
    },
    "gatekept": {"return_for_correction": CLERK, "record_review": CLERK, "withdraw": APPLICANT},
    "recorded": {
        "sign_review": "party signer", "discard_review": CLERK, "withdraw": APPLICANT,
    },
    "half_signed": {
        "sign_review": "signer", "discard_review": CLERK, "withdraw": APPLICANT,
    },
    "surveying": {
        # the second department asked for the survey and has answered
        "give_opinion": "reviewer double", "record_survey": DEPARTMENTS, "withdraw": APPLICANT,
    },
    "reviewed": {"announce_meeting": CLERK, "withdraw": APPLICANT},
    "announced_early": {"cancel_meeting": CLERK, "withdraw": APPLICANT},
    "announced": {
        "open_meeting": CLERK, "adjourn_meeting": CLERK, "cancel_meeting": CLERK,
        "withdraw": APPLICANT,
    },
    "open": {"vote": CLERK, "defer": CLERK, "change_chair": CLERK, "withdraw": APPLICANT},
    "deferred": {
        # the item was put off, the meeting itself goes on
        "announce_meeting": CLERK, "change_chair": CLERK, "close_meeting": CLERK,
        "withdraw": APPLICANT,
    },
    "voted": {
        # withdrawal after the vote is a question to the council
        "announce_meeting": CLERK, "change_chair": CLERK, "close_meeting": CLERK,
    },
    "resolved": {"post_notice": CLERK, "announce_meeting": CLERK},
    "posted": OBJECTING | {"announce_meeting": CLERK},
    # late objections are kept on record
    "run_out": OBJECTING | {"conclude_notice": CLERK, "announce_meeting": CLERK},
    "objected": OBJECTING | {"decide_objection": CLERK},
    "publicised": OBJECTING | {"submit_for_decision": "affairs", "announce_meeting": CLERK},
    "submitted": OBJECTING | {
        "establish": "approver double", "return_from_street": "approver double",
        "reject_at_street": "approver double",
    },
    "established": {},
    "returned": WRITING | {"redeclare": APPLICANT},
    "rejected": {},
    "withdrawn": {},
}  # fmt: skip

# a service, declared by the organisation: its other agent is "double"
AGENTS = "agent double"
AGENTS_WRITE = {"edit": AGENTS, "attach": AGENTS, "detach": AGENTS, "withdraw": AGENTS}
SERVICE = {
    "draft": AGENTS_WRITE | {"file_evidence": CLERK},
    "solicited": AGENTS_WRITE | {"declare": AGENTS},
    "declared": {"return_for_correction": CLERK, "record_review": CLERK, "withdraw": AGENTS},
    "recorded": {
        "sign_review": "party signer", "discard_review": CLERK, "withdraw": AGENTS,
    },
    "objected": OBJECTING | {"decide_objection": "clerk"},
    "submitted": OBJECTING | {
        "establish": "approver", "return_from_street": "approver", "reject_at_street": "approver",
    },
    "returned": AGENTS_WRITE | {"redeclare": AGENTS},
}  # fmt: skip

# works, proposed by a resident in person
RESIDENTS_OWN = {
    "draft": {"edit": "resident", "attach": "resident", "detach": "resident",
              "withdraw": "resident", "file_evidence": CLERK},
    "solicited": {"edit": "resident", "attach": "resident", "detach": "resident",
                  "withdraw": "resident", "declare": "resident"},
}  # fmt: skip

TABLES = {"works": WORKS, "service": SERVICE, "resident": RESIDENTS_OWN}


def allowed(table, situation, act, people):
    """Names that may do the act there."""
    names = TABLES[table][situation].get(act, "")
    return set(people) if names == "anyone" else set(names.split())
