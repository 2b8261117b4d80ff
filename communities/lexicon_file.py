"""The lexicon as it is shipped: `communities/data/lexicon.csv`, one concept a line."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from communities.fit.lexicon import Concept

PATH = Path(__file__).parent / "data/lexicon.csv"
BETWEEN = "、"


@dataclass(frozen=True)
class ShippedConcept:
    key: str
    label: str
    kind: str
    category: str
    everyday: tuple
    official: tuple
    hints: tuple

    def for_matching(self):
        return Concept(
            self.key, self.label, self.kind, self.category, self.everyday + self.official,
            self.hints,
        )  # fmt: skip


@cache
def shipped():
    with PATH.open(encoding="utf-8", newline="") as file:
        return tuple(
            ShippedConcept(
                **{name: row[name] for name in ("key", "label", "kind", "category")},
                **{name: _words(row[name]) for name in ("everyday", "official", "hints")},
            )
            for row in csv.DictReader(file)
        )


def _words(cell):
    return tuple(word for word in cell.split(BETWEEN) if word)
