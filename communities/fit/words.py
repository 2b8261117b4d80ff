"""From a text to what can be counted: one spelling, and short runs of letters."""

import re
import unicodedata

# Letters that stand in almost every sentence tell nothing about what is wanted.
FILLERS = frozenset(
    "的了是在我你他她它们这那就都也和与及有没不很太要想把被给让能会可以个一之为于等对"
)
_BREAKS = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


def one_spelling(text):
    """NFKC, small letters, one blank for everything that is neither letter nor digit."""
    return _BREAKS.sub(" ", unicodedata.normalize("NFKC", text or "").lower()).strip()


def grams(spelled):
    """The single letters and pairs of a text in one spelling, each once; fillers do not count."""
    found = set()
    for run in spelled.split():
        found.update(letter for letter in run if letter not in FILLERS)
        found.update(
            run[i : i + 2]
            for i in range(len(run) - 1)
            if not (run[i] in FILLERS and run[i + 1] in FILLERS)
        )
    return found
