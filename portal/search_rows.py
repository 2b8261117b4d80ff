"""Which rows a query means and in which order: conditions and scores of the portable ORM only.

Letters typed are always values, never patterns: `contains` and `icontains` escape % and _.

Public pages hide telephone and identity numbers in free text. A search must not tell what a page
hides: words with a digit (or X, the last place of an identity number) are looked for only in
texts that hold nothing like such a number. The guard is part of every condition and every score, also of
"without this word", and holds for staff as well.
"""

from functools import reduce
from operator import add, and_, or_

from django.db.models import Case, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from communities.models import Need
from communities.selectors import needs_visible_to
from deliberation.selectors import matters_visible_to
from portal.search_filters import NEED, NOTHING, PROPOSAL

# Whatever core.masking hides, this finds (and a little more): eleven digits from 1, fifteen digits,
# an area code with a number, numbers spelt out, and what follows “电话”, “QQ” or “微信”. Written so
# that both engines read it alike.
_DIGIT, _GAP = "[0-9０-９]", "[- .·－　–—]{0,2}"
LONG_NUMBER = "|".join(
    (
        f"[1１]({_GAP}{_DIGIT}){{10}}",
        f"[1-9１-９]({_GAP}{_DIGIT}){{14}}",
        f"[0０]?[1-9１-９]{_DIGIT}{{1,2}}[)）]{_GAP}[2-9２-９]({_GAP}{_DIGIT}){{6}}",
        f"[0０][1-9１-９]{_DIGIT}{{1,2}}[- －　]{{0,3}}[2-9２-９]({_GAP}{_DIGIT}){{6}}",
        "[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9}",
        f"(电话|座机|固话|手机|致电|拨打)[^0-9０-９]{{0,6}}[2-9２-９]({_GAP}{_DIGIT}){{6}}",
        f"[QqＱｑ][QqＱｑ][^0-9０-９]{{0,6}}[1-9１-９]{_DIGIT}{{4}}",
        "(微信|薇信|[VvＶｖ]信|[WwＷｗVvＶｖ][XxＸｘ])[^A-Za-z]{0,6}[A-Za-z]",
        "[@＠]",
    )
)
# How many hits are looked at; more are told as "1000+".
LIMIT = 1000

_NUMBER = {NEED: "number", PROPOSAL: "proposal__number"}
_TITLE = {NEED: "content", PROPOSAL: "proposal__title"}
_BODY = {NEED: ("place_text", "estate__name"), PROPOSAL: ("proposal__summary", "proposal__site")}
# pieces are many: they are looked for where most is written
_NEAR_BODY = {NEED: (), PROPOSAL: ("proposal__summary",)}


def found_ids(kind, query, filters, *, user, on):
    """Keys of the rows found, best first; at most LIMIT + 1 of them. One query."""
    rows = _rows(kind, filters, user, on)
    for word in query.words:
        rows = rows.filter(_anywhere(kind, word))
    rows = _without(rows, kind, query)
    ranks = ["-title_hits", "-hits"]
    if rank := _number_rank(kind, query.words):
        rows, ranks = rows.annotate(number_rank=rank), ["-number_rank", *ranks]
    rows = rows.annotate(
        title_hits=_sum(_in_title(kind, word) for word in query.words),
        hits=_sum(
            part for word in query.words for part in (_in_title(kind, word), *_in_body(kind, word))
        ),
    )
    return _first(rows, kind, *ranks)


def near_ids(kind, query, grams, kept, filters, *, user, on):
    """The same when nothing was found whole: rows with at least half as many pieces as the best."""
    rows = _rows(kind, filters, user, on)
    for word in kept:
        rows = rows.filter(_anywhere(kind, word))
    rows = _without(rows, kind, query)
    in_title = [_contains(_TITLE[kind], gram) for gram in grams]
    anywhere = [
        reduce(or_, (_contains(name, gram) for name in _NEAR_BODY[kind]), found)
        for gram, found in zip(grams, in_title, strict=True)
    ]
    rows = rows.annotate(hits=_sum(anywhere), title_hits=_sum(in_title))
    rows = rows.filter(hits__gte=1 if len(grams) <= 3 else 2)
    found = _first(rows, kind, "-hits", "-title_hits", keep="hits")
    return [pk for pk, hits in found if 2 * hits >= found[0][1]]


def _rows(kind, filters, user, on):
    if kind == NEED:
        rows = needs_visible_to(user, on)
    else:
        rows = matters_visible_to(user, on)
    for one in filters:
        rows = rows.filter(one.where(kind))
    return rows


def _without(rows, kind, query):
    for word in query.excluded:
        rows = rows.filter(~_anywhere(kind, word))
    return rows


def _first(rows, kind, *ranks, keep=None):
    """Keys in their order, or pairs of the key and one more column."""
    if kind == NEED:
        # entries keyed in without their paper are needs, but do not compete
        voices = Case(When(is_ranked=True, then=F("supporter_count")), default=Value(0))
        moment = F("created_at")
    else:
        cited = (
            Need.objects.filter(citations__proposal=OuterRef("proposal"))
            .order_by()
            .values("citations__proposal")
            .annotate(all=Sum("supporter_count"))
        )
        voices = Coalesce(Subquery(cited.values("all")), Value(0))
        moment = Coalesce("entered_at", "proposal__created_at")
    rows = rows.annotate(voices=voices, moment=moment)
    rows = rows.order_by(*ranks, "-voices", "-moment", "-pk")
    if keep:
        return list(rows.values_list("pk", keep)[: LIMIT + 1])
    return list(rows.values_list("pk", flat=True)[: LIMIT + 1])


def _contains(name, text):
    """Case is the same for ASCII only; without ASCII letters the cheaper comparison says as much."""
    has_case = any(letter.isascii() and letter.isalpha() for letter in text)
    found = Q(**{f"{name}__{'icontains' if has_case else 'contains'}": text})
    if any(letter.isnumeric() or letter in "xXｘＸ" for letter in text):
        found &= ~Q(**{f"{name}__regex": LONG_NUMBER})
    return found


def _in_text(name, word):
    return reduce(or_, (_contains(name, text) for text in word.spellings))


def _in_title(kind, word):
    return NOTHING if word.is_number else _in_text(_TITLE[kind], word)


def _in_body(kind, word):
    return [] if word.is_number else [_in_text(name, word) for name in _BODY[kind]]


def _anywhere(kind, word):
    found = [_in_title(kind, word), *_in_body(kind, word)]
    if word.number:
        found.append(Q(**{f"{_NUMBER[kind]}__icontains": word.number}))
    return reduce(or_, found)


def _number_rank(kind, words):
    numbers = [word.number for word in words if word.number]
    if not numbers:
        return None
    name = _NUMBER[kind]
    whole = reduce(or_, (Q(**{f"{name}__iexact": number}) for number in numbers))
    part = reduce(and_, (Q(**{f"{name}__icontains": number}) for number in numbers))
    return Case(
        When(whole, then=Value(2)), When(part, then=Value(1)), default=Value(0),
        output_field=IntegerField(),
    )  # fmt: skip


def _sum(conditions):
    """How many of the conditions hold."""
    parts = [
        Case(When(one, then=Value(1)), default=Value(0), output_field=IntegerField())
        for one in conditions
        if one is not NOTHING
    ]
    return reduce(add, parts) if parts else Value(0, output_field=IntegerField())
