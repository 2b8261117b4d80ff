"""The needs beside a proposal: what was cited, what else in the pool comes near, and why."""

from communities.fit.ranking import rank_needs
from communities.models import Need
from core.masking import mask_free_text
from projects.selectors import text_for_fit

SHOWN = 10


def ranked_rows(proposal, now, *, limit=SHOWN):
    """The needs of the pool that come nearest, with the words of the match; people decide."""
    matches = rank_needs(text_for_fit(proposal), [proposal.community], limit=limit, now=now)
    needs = Need.objects.in_bulk([match.need.id for match in matches])
    return [_row(needs[match.need.id], match, now) for match in matches if match.need.id in needs]


def judged_rows(proposal, now, *, also=()):
    """The cited needs first, then what else comes near; `also`: keys that must not be missing."""
    ranked = {row["need"].pk: row for row in ranked_rows(proposal, now)}
    cited = [one.need for one in proposal.cited_needs.select_related("need").order_by("need_id")]
    keys = {need.pk for need in cited}
    rows = [(ranked.get(need.pk) or _row(need, None, now)) | {"is_cited": True} for need in cited]
    rows += [row for key, row in ranked.items() if key not in keys]
    missing = set(also) - keys - set(ranked)
    pool = Need.objects.filter(pool__community=proposal.community_id, pk__in=missing)
    return rows + [_row(need, None, now) for need in pool.order_by("pk")]


def _row(need, match, now):
    return {
        "need": need,
        "content": mask_free_text(need.content),
        "is_cited": False,
        "rank": match.rank if match else None,
        "because": match.because if match else "",
        "age_days": max(0, (now - need.created_at).days),
    }
