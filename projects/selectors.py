"""Named questions about rules, money and proposals; read only."""

import json

from django.db.models import Q

from core.chain import canonical, digest_of
from projects.models import Envelope, PositiveItem, RuleSet, TypeCap


def rule_set_in_force(day):
    """The rule set that a declaration on `day` (local date) falls under, or None."""
    return (
        RuleSet.objects.in_force(day)
        .filter(is_history_only=False)
        .order_by("-effective_from", "-pk")
        .first()
    )


def type_cap(rule_set, level, type):
    """The TypeCap row for a type at a level, or None when the rule set does not allow the type."""
    return TypeCap.objects.filter(rule_set=rule_set, level=level, type=type).first()


def positive_list(*, rule_set=None, type="", text=""):
    """Entries of the public positive list, filtered; ordered by rule set and code."""
    items = PositiveItem.objects.select_related("rule_set").order_by(
        "-rule_set__effective_from", "code"
    )
    if rule_set is not None:
        items = items.filter(rule_set=rule_set)
    if type:
        items = items.filter(type=type)
    for word in text.split():
        items = items.filter(
            Q(title__icontains=word) | Q(detail__icontains=word) | Q(code__iexact=word)
        )
    return items


def envelope_of(community, year):
    """The community's envelope of a year, or None while nothing was reserved."""
    return Envelope.objects.filter(community=community, year=year).first()


def differences(older, newer):
    """What changed between two ProposalRevision rows: list of (field, before, after)."""
    before, after = json.loads(older.body), json.loads(newer.body)
    keys = dict.fromkeys([*after, *before])
    return [
        (key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    ]


def snapshot(proposal):
    """The content as a plain dict: what is compared between revisions and digested for the vote."""
    return {
        "title": proposal.title,
        "type": proposal.type,
        "community": proposal.community.code,
        "positive_item": proposal.positive_item.code if proposal.positive_item else "",
        "amount_fen": proposal.amount_fen,
        "summary": proposal.summary,
        "site": proposal.site,
        "beneficiaries": proposal.beneficiaries,
        "applicant_kind": proposal.applicant_kind,
        "office": proposal.office.name if proposal.office else "",
        "organisation": proposal.organisation.name if proposal.organisation else "",
        "partner": proposal.partner.name if proposal.partner else "",
        "exclusion_note": proposal.exclusion_note,
        "lines": [
            [line.name, line.quantity, line.unit, line.unit_price_fen]
            for line in proposal.line_items.order_by("position")
        ],
        "needs": sorted(proposal.cited_needs.values_list("need__number", flat=True)),
        "attachments": sorted(proposal.attachments.values_list("file__digest", flat=True)),
        # Left out where there is none: digests from before there were estates stay what they are.
        **({"estate": proposal.estate.name} if proposal.estate_id else {}),
    }


def content_digest(proposal):
    """Digest of the present content; equal digests mean nothing changed since.

    Offices, organisations and estates count by their keys: one that is renamed is still the same.
    """
    parties = {
        name: getattr(proposal, f"{name}_id") for name in ("office", "organisation", "partner")
    } | ({"estate": proposal.estate_id} if proposal.estate_id else {})
    return digest_of("", canonical(snapshot(proposal) | parties))


# What is not typed on the page of the content: filed by others, on pages of their own.
_ELSEWHERE = ("needs", "attachments")


def typed_digest(proposal):
    """Digest of what an applicant types; two people editing one draft notice each other by it."""
    words = {key: value for key, value in snapshot(proposal).items() if key not in _ELSEWHERE}
    return digest_of("", canonical(words | {"exclusions_declared": proposal.exclusions_declared}))


def text_for_fit(proposal):
    """What the needs of the pool are compared with."""
    item = proposal.positive_item.title if proposal.positive_item else ""
    return "。".join(part for part in (proposal.title, item, proposal.summary) if part)
