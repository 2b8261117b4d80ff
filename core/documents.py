"""docs/ledgers.md: the six ledgers and their columns."""

from core.docs import document, table
from core.ledgers import LEDGERS

_CHAINED = (
    ("chain, seq", "Which chain the row belongs to (`ledger:number:place`) and its place in it"),
    ("event", "What the row tells about"),
    ("subject_type, subject_id, subject_no", "The object, and the number people know it by"),
    ("district_code, street_code, community_code, level", "Where, as official codes"),
    ("body", "The columns below, as canonical JSON"),
    ("actor_id, person_id, actor_name, capacity", "Who did it, and in which capacity"),
    ("at", "When"),
    ("is_public", "Whether the public list shows it"),
    ("prev_digest, digest", "Link to the row before, and digest of this row"),
)


@document("docs/ledgers.md")
def ledgers_page():
    parts = [
        "# Ledgers",
        "Written by `manage.py build_docs` from the registry in `core/ledgers.py`. Do not edit.",
        "Every act adds its row in its own transaction. Rows are never changed or removed: a"
        " correction is another row. `manage.py verify` recomputes every digest.",
        "## What every row carries",
        table(("Column", "Holds"), [(f"`{name}`", text) for name, text in _CHAINED]),
    ]
    for number, definition in sorted(LEDGERS.items()):
        parts.append(f"## {number} · {definition.name} (`{definition.key}`)")
        columns = [(f"`{key}`", label) for key, label in definition.columns]
        parts.append(table(("Key", "Column"), columns))
    return "\n\n".join(parts)
