"""Search over needs and proposals: one function for the page and the API.

The grammar is read in search_grammar, filters in search_filters, rows are asked for in search_rows.
Two queries find (one per kind), two more when nothing was found whole, one loads the page shown.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from communities.models import Need, NeedStatus
from core.masking import mask_free_text
from deliberation import present
from deliberation.models import Matter
from portal.navigation import address
from portal.search_filters import NEED, PROPOSAL, Vocabulary
from portal.search_grammar import MAX_LETTERS, MAX_WORDS, Word, grams_of, read
from portal.search_rows import LIMIT, found_ids, near_ids

KINDS = {NEED: _("需求"), PROPOSAL: _("项目")}
KIND_CHOICES = tuple(KINDS.items())
PAGE_SIZE = 20
AROUND = 70  # letters shown of a long text, around the first word found


@dataclass(frozen=True)
class Found:
    """One row of the result; `title` and `text` are what the page shows of it."""

    kind: str
    number: str
    title: str
    text: str
    place: str
    status: str
    look: str
    voices: int | None
    at: datetime
    href: str
    marks: tuple = ()

    @property
    def title_marked(self):
        return marked(self.title, self.marks)

    @property
    def text_marked(self):
        return marked(self.text, self.marks)


@dataclass
class Result:
    """What a search found: keys of every kind, best first, and what to tell about it."""

    query: object
    filters: list
    notes: list
    ids: dict = field(default_factory=dict)
    is_near: bool = False  # found by pieces of the words, not by the words
    marks: tuple = ()

    @property
    def was_asked(self):
        return bool(self.ids)

    @property
    def is_empty(self):
        return not any(self.ids.values())

    def count(self, kind):
        return min(len(self.ids.get(kind, ())), LIMIT)

    def count_label(self, kind):
        return f"{LIMIT}+" if self.has_more(kind) else str(self.count(kind))

    def has_more(self, kind):
        return len(self.ids.get(kind, ())) > LIMIT

    def best_kind(self):
        """The kind to show first: the one that has something; projects when a number is theirs."""
        if self.ids.get(PROPOSAL) and not self.ids.get(NEED):
            return PROPOSAL
        return NEED

    def keys(self, kind):
        """What can be paged through."""
        return self.ids.get(kind, [])[:LIMIT]


def find(text, *, user, on, chosen=None, vocabulary=None):
    """Everything this person may find. `chosen`: {key: code} of filters taken from lists."""
    query, vocabulary = read(text), vocabulary or Vocabulary()
    result = Result(query, [], [])
    for typed in query.filters:
        one = vocabulary.read(typed)
        if one is None:
            result.notes.append(vocabulary.note(typed))
            if typed.is_spaced and typed.value:
                query.words.append(Word(typed.value))
        else:
            result.filters.append(one)
    result.notes += [vocabulary.note(typed) for typed in query.unknown]
    result.filters += [vocabulary.chosen(key, code) for key, code in (chosen or {}).items() if code]
    if query.is_cut:
        result.notes.append(
            _("写得太长了，只用了前{letters}个字、前{words}个词。").format(
                letters=MAX_LETTERS, words=MAX_WORDS
            )
        )
    if query.is_too_short and not result.filters:
        result.notes.append(_("只写一个字，找到的太多。请至少写两个字。"))
    elif query.words or query.excluded or result.filters:
        _look(result, user=user, on=on)
    return result


def _look(result, *, user, on):
    query, filters = result.query, result.filters
    result.ids = {kind: found_ids(kind, query, filters, user=user, on=on) for kind in KINDS}
    result.marks = tuple(text for word in query.words for text in word.spellings)
    grams, kept = grams_of(query.words) if result.is_empty else ([], [])
    if not grams or [word.text for word in query.words] == grams[:1] == grams:
        return  # no pieces, or the one piece is the one word: the same question again
    near = {kind: near_ids(kind, query, grams, kept, filters, user=user, on=on) for kind in KINDS}
    if any(near.values()):
        result.ids, result.is_near = near, True
        result.marks = (*grams, *(text for word in kept for text in word.spellings))


def rows(kind, keys, marks=()):
    """The rows of these keys in their order. One query."""
    if kind == NEED:
        found = Need.objects.with_places().in_bulk(list(keys))
        return [_need_row(found[key], marks) for key in keys if key in found]
    found = Matter.objects.with_places().in_bulk(list(keys))
    return [_proposal_row(found[key], marks) for key in keys if key in found]


def _need_row(need, marks):
    content = mask_free_text(need.content)
    view = "desk_need" if need.status == NeedStatus.WITHDRAWN else "need"
    return Found(
        kind=NEED,
        number=need.number,
        title=excerpt(content, marks),
        text=mask_free_text(need.place),
        place=f"{need.community.street.name} {need.community.name}",
        status=need.get_status_display(),
        look=need.look,
        voices=need.supporter_count,
        at=need.created_at,
        href=address(f"communities:{view}", need.number),
        marks=marks,
    )


def _proposal_row(matter, marks):
    row = present.row(matter)
    return Found(
        kind=PROPOSAL,
        number=row["number"],
        title=row["title"],
        text=excerpt(mask_free_text(matter.proposal.summary), marks),
        place=row["place"],
        status=row["state"],
        look=row["look"],
        voices=None,
        at=row["on"],
        href=row["href"],
        marks=marks,
    )


def _places_of(text, marks):
    """(start, end) of every word in the text, joined where they touch."""
    spans = sorted(
        (match.start(), match.start() + len(word))
        for word in marks
        for match in re.finditer(f"(?={re.escape(word)})", text, re.IGNORECASE)
    )
    joined = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(end, joined[-1][1])
        else:
            joined.append([start, end])
    return joined


def excerpt(text, marks, letters=AROUND):
    """The part of a long text in which the first word stands, on one line."""
    text = " ".join(text.split())
    if len(text) <= letters:
        return text
    places = _places_of(text, marks)
    start = max(0, places[0][0] - letters // 3) if places else 0
    start = min(start, len(text) - letters)
    end = start + letters
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"


def marked(text, marks):
    """The text as HTML with its words in <mark>; everything else is escaped."""
    parts, at = [], 0
    for start, end in _places_of(text, marks):
        parts += [(text[at:start],), (format_html("<mark>{}</mark>", text[start:end]),)]
        at = end
    return format_html_join("", "{}", [*parts, (text[at:],)])
