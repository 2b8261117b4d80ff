"""Write the content of a proposal. When it may change is deliberation's business: it calls here."""

from core.chain import canonical
from core.locks import require_transaction
from core.numbers import take_next
from projects import rules
from projects.models import (
    CitedNeed,
    LineItem,
    Proposal,
    ProposalAttachment,
    ProposalRevision,
)
from projects.selectors import content_digest, snapshot

CONTENT = (
    "title", "type", "community_id", "positive_item_id", "summary", "estate_id", "site", "beneficiaries",
    "applicant_kind", "office_id", "organisation_id", "partner_id", "exclusions_declared",
    "exclusion_note", "change_note",
)  # fmt: skip


def _write_lines(proposal, lines):
    proposal.line_items.all().delete()
    LineItem.objects.bulk_create(
        LineItem(
            proposal=proposal,
            position=position,
            name=line["name"],
            quantity=line["quantity"],
            unit=line.get("unit", ""),
            unit_price_fen=line["unit_price_fen"],
            amount_fen=line["quantity"] * line["unit_price_fen"],
        )
        for position, line in enumerate(lines, start=1)
    )


def create(*, content, lines, applicant, now, based_on=None):
    """A new proposal with its budget lines; the amount is their sum (fen), never typed twice."""
    require_transaction()
    proposal = Proposal(
        **{key: content[key] for key in CONTENT if key in content},
        amount_fen=rules.line_total((line["quantity"], line["unit_price_fen"]) for line in lines),
        applicant=applicant,
        based_on=based_on,
        created_at=now,
    )
    proposal.full_clean(exclude=["rule_set"])
    proposal.save()
    _write_lines(proposal, lines)
    return proposal


def rewrite(proposal, *, content, lines):
    """Replace the content and the budget lines of a proposal that may be edited."""
    require_transaction()
    for key in CONTENT:
        if key in content:
            setattr(proposal, key, content[key])
    proposal.amount_fen = rules.line_total(
        (line["quantity"], line["unit_price_fen"]) for line in lines
    )
    # a draft has no rule set before its first declaration
    proposal.full_clean(exclude=["rule_set"])
    proposal.save()
    _write_lines(proposal, lines)
    return proposal


def cite_needs(proposal, need_ids):
    """Make these needs of the pool the evidence of the proposal, replacing earlier ones."""
    require_transaction()
    proposal.cited_needs.all().delete()
    CitedNeed.objects.bulk_create(
        CitedNeed(proposal=proposal, need_id=need_id) for need_id in sorted(set(need_ids))
    )


def freeze_revision(proposal, *, actor, now):
    """Keep a copy of what is declared now; returns the ProposalRevision."""
    require_transaction()
    return ProposalRevision.objects.create(
        proposal=proposal, number=proposal.revision, body=canonical(snapshot(proposal)),
        digest=content_digest(proposal), at=now, by=actor,
    )  # fmt: skip


def pin(proposal, *, rule_set, year):
    """Pin the rule set and the year, and issue the number at the first declaration."""
    require_transaction()
    proposal.rule_set, proposal.year = rule_set, year
    if proposal.number is None:
        community = proposal.community
        abbrs = (community.street.abbr, community.abbr)
        serial = take_next(f"proposal:{community.code}:{year}")
        proposal.number = rules.number_of(*abbrs, year, serial)
    proposal.save(update_fields=["rule_set", "year", "number"])
    return proposal


def start_next_revision(proposal):
    """The content is about to be declared again: count the revision up."""
    proposal.revision += 1
    proposal.save(update_fields=["revision"])


def attach(proposal, *, file, kind, title, is_public, now):
    """Add a stored file to the proposal."""
    require_transaction()
    return ProposalAttachment.objects.create(
        proposal=proposal, file=file, kind=kind, title=title, is_public=is_public, added_at=now
    )


def detach(attachment):
    """Take an attachment off; the file itself is kept for the revisions that name it."""
    require_transaction()
    attachment.delete()
