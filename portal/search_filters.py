"""The filters of the search: known keys and values, and which rows of each kind they mean.

A value from the address (a code) and a value typed in words (a label) end as the same `Filter`.
"""

import re
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities.categories import CATEGORIES
from communities.models import NeedStatus
from communities.selectors import communities_of
from deliberation.choices import State
from portal.search_grammar import KEY_WORDS, KEYS
from projects.choices import ProposalType

NEED, PROPOSAL = "need", "proposal"
NOTHING = Q(pk__in=())
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
WORD_OF = {key: word for word, key in reversed(KEYS.items()) if word in KEY_WORDS}
SHOWN_VALUES = 14


@dataclass(frozen=True)
class Filter:
    """One condition: rows of any of the values; `label` is what the page calls them."""

    key: str
    values: tuple
    label: str
    is_excluded: bool = False

    def where(self, kind):
        """The condition for rows of a kind; what a kind does not have, it has nowhere."""
        found = WHERE[self.key][kind](self.values)
        return ~found if self.is_excluded else found


@dataclass
class Vocabulary:
    """Every key with its values: [(value, label)]. Places are read once, when first needed."""

    _places: list = field(default_factory=list)

    @property
    def communities(self):
        if not self._places:
            self._places.extend(communities_of())
        return self._places

    def values(self, key):
        if key == "street":
            return list({c.street.code: c.street.name for c in self.communities}.items())
        if key == "community":
            return [(c.code, c.name) for c in self.communities]
        return FIXED.get(key, [])

    def read(self, typed):
        """The Filter that was typed in words, or None when the value is not known."""
        if typed.key == "year":
            year = typed.value.removesuffix("年")
            values = [(int(year), year)] if YEAR.fullmatch(year) else []
        else:
            values = _matching(typed.value, self.values(typed.key))
        if not values:
            return None
        labels = dict.fromkeys(str(label) for _value, label in values)
        return Filter(
            typed.key, tuple(value for value, _label in values), "、".join(labels),
            typed.is_excluded,
        )  # fmt: skip

    def chosen(self, key, value):
        """The Filter of a code that was chosen from a list."""
        label = dict(self.values(key)).get(value, value)
        return Filter(key, (value,), str(label))

    def note(self, typed):
        """What is known instead of what was typed."""
        if not typed.key:
            known = "、".join(f"{word}:" for word in KEY_WORDS)
            return format_lazy(
                _("没有“{word}”这个条件，已略过。可用的条件：{known}。"),
                word=f"{typed.word}:", known=known,
            )  # fmt: skip
        if typed.key == "year":
            return format_lazy(
                _("年份“{value}”看不明白，已略过。请写四位数字，如“年:2017”。"), value=typed.value
            )
        known = list(dict.fromkeys(str(label) for _value, label in self.values(typed.key)))
        near = [label for label in known if set(label) & set(typed.value) - set("街道社区")]
        shown = "、".join((near + [one for one in known if one not in near])[:SHOWN_VALUES])
        more = "等" if len(known) > SHOWN_VALUES else ""
        return format_lazy(
            _("{word}里没有“{value}”，已略过。可以写：{known}{more}。"),
            word=typed.word, value=typed.value, known=shown, more=more,
        )  # fmt: skip


def _bare(label):
    """东门街道 → 东门: the name without the word for what it is."""
    for ending in ("街道", "社区", "类"):
        if len(label) > len(ending) and label.endswith(ending):
            return label.removesuffix(ending)
    return label


def _matching(typed, values):
    """The values of that name; else those whose name holds the typed words, or their code."""
    typed = typed.strip("“”\"'")
    same = [one for one in values if _bare(str(one[1])) == _bare(typed) or str(one[0]) == typed]
    return same or [one for one in values if _bare(typed) and _bare(typed) in str(one[1])]


_STATES = [
    (f"{kind}.{value}", label)
    for kind, choices in ((NEED, NeedStatus.choices), (PROPOSAL, State.choices))
    for value, label in choices
]
_TYPES = [*ProposalType.choices, ("unsure", CATEGORIES["unsure"].label)]
FIXED = {
    "status": _STATES,
    "category": [(category.key, category.label) for category in CATEGORIES.values()],
    "type": _TYPES,
}


def _states_of(kind, values):
    return [value.split(".")[1] for value in values if value.startswith(f"{kind}.")]


def _categories_of_types(values):
    return [category.key for category in CATEGORIES.values() if category.type in values]


def _proposals_of_categories(values):
    """Entries of the positive list have the names of the categories, some with more words."""
    found = NOTHING
    for value in values:
        label = str(CATEGORIES[value].label)
        found |= Q(proposal__positive_item__title__startswith=label)
    return found


def _of_years(values):
    found = NOTHING
    for year in values:
        found |= Q(created_at__year=year)
    return found


# key → kind → condition over the values
WHERE = {
    "street": {
        NEED: lambda values: Q(pool__community__street__code__in=values),
        PROPOSAL: lambda values: Q(proposal__community__street__code__in=values),
    },
    "community": {
        NEED: lambda values: Q(pool__community__code__in=values),
        PROPOSAL: lambda values: Q(proposal__community__code__in=values),
    },
    "status": {
        NEED: lambda values: Q(status__in=_states_of(NEED, values)),
        PROPOSAL: lambda values: Q(state__in=_states_of(PROPOSAL, values)),
    },
    "category": {
        NEED: lambda values: Q(category__in=values),
        PROPOSAL: _proposals_of_categories,
    },
    "type": {
        NEED: lambda values: Q(category__in=_categories_of_types(values)),
        PROPOSAL: lambda values: Q(proposal__type__in=values),
    },
    "year": {
        NEED: _of_years,
        PROPOSAL: lambda values: Q(proposal__year__in=values),
    },
}
