"""Compute the vectors of needs in the background, a few at a time."""

from communities.fit import semantic
from communities.fit.pools import CITABLE, PLACE
from communities.models import Need, NeedEmbedding

AT_ONCE = 200


def embed_needs(*, now, limit=AT_ONCE):
    """Up to `limit` needs that have no vector of their present text get one; returns how many.

    Safe at any time and twice: a vector belongs to a text and is computed from nothing else.
    """
    if not semantic.wanted():
        return 0
    model = semantic.model()
    due = _due(limit)
    if not due:
        return 0
    vectors = model.passages([text for _pk, text, _digest in due])
    for (pk, _text, digest), vector in zip(due, vectors, strict=True):
        NeedEmbedding.objects.update_or_create(
            need_id=pk,
            defaults={
                "model": semantic.MODEL,
                "text_digest": digest,
                "vector": semantic.packed(vector),
                "computed_at": now,
            },
        )
    return len(due)


def _due(limit):
    rows = Need.objects.filter(status__in=CITABLE).order_by("-pk")
    due = []
    fields = ("pk", "content", PLACE, "embedding__model", "embedding__text_digest")
    for pk, content, place, model, digest in rows.values_list(*fields).iterator():
        text = f"{content} {place}"
        fresh = semantic.digest_of(text)
        if (model, digest) != (semantic.MODEL, fresh):
            due.append((pk, text, fresh))
            if len(due) == limit:
                break
    return due
