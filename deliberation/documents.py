"""docs/state-machine.md and docs/permissions.md, written from the machine and the table of acts."""

from core.docs import document, table
from core.ledgers import LEDGERS
from deliberation.acts import ACTS
from deliberation.choices import State, Step
from deliberation.models import Matter
from deliberation.permissions import WHO


def _edges():
    field = Matter._meta.get_field("state")
    edges = [
        (str(edge.source), str(edge.target or edge.source), edge.name)
        for edge in field.get_all_transitions(Matter)
    ]
    order = {state: n for n, state in enumerate(State)}
    return sorted(edges, key=lambda edge: (order[edge[0]], order[edge[1]], edge[2]))


def _act_of_move():
    return {move: act for act in ACTS.values() for move in act.moves}


@document("docs/state-machine.md")
def state_machine_page():
    """The drawing (Mermaid), the moves and what each act may do from where."""
    edges = _edges()
    drawn = sorted({(a, b) for a, b, _move in edges if a != b})
    acts = _act_of_move()
    lines = [
        "# The state machine of a matter",
        "",
        "Written by `manage.py build_docs` from `deliberation/machine.py` and `deliberation/acts.py`.",
        "One machine serves every level; a state changes only together with its ledger row, its",
        "event and its audit event, in one transaction.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    direction LR",
        *[f"    {state.value}: {state.label}" for state in State],
        "    [*] --> draft",
        *[f"    {a} --> {b}" for a, b in drawn],
        "    established --> [*]",
        "    rejected --> [*]",
        "    withdrawn --> [*]",
        "```",
        "",
        "## States",
        "",
        table(["stored value", "words"], [(state.value, state.label) for state in State]),
        "",
        "## Moves",
        "",
        "A move that leads to the state it starts from is an act that changes no state.",
        "",
        table(
            ["from", "to", "move", "act"],
            [(a, b, move, f"`{acts[move].key}` {acts[move].label}") for a, b, move in edges],
        ),
        "",
        "## What the database cannot stop",
        "",
        "A CHECK keeps unknown states out, and the states after a review, a vote, a notice or an",
        "establishment need their dates. A console with the right to write may still set a known",
        "state and its dates with `update()`; it cannot write the chained event and ledger row that",
        "belong to it, so `manage.py verify` names the matter (I6), the money (I2) or the chain (I11).",
    ]
    return "\n".join(lines)


@document("docs/permissions.md")
def permissions_page():
    """Who may do what: acts × kinds of actors, and the separations by person."""
    rows = []
    for act in ACTS.values():
        ledger = (
            f"{act.ledger} {LEDGERS[act.ledger].name}" if act.ledger else "none (work on a draft)"
        )
        rows.append(
            (
                f"`{act.key}`",
                act.label,
                Step(act.step).label,
                "、".join(str(WHO[key].label) for key in act.who),
                "no" if act.bars_interested else "yes",
                ledger,
                act.audit_kind,
            )
        )
    sources = [
        (
            f"`{act.key}`",
            ", ".join(
                sorted({a for a, _b, move in _edges() if move in act.moves}, key=list(State).index)
            ),
        )
        for act in ACTS.values()
    ]
    lines = [
        "# Who may do what",
        "",
        "Written by `manage.py build_docs` from `deliberation/acts.py` and",
        "`deliberation/permissions.py`. A role is an appointment at a place, from a day to a day; it",
        "ends on its date. Pages, API and services ask the same table.",
        "",
        "## Acts",
        "",
        table(
            [
                "act",
                "words",
                "step",
                "who",
                "open to the applicant's people",
                "ledger",
                "audit kind",
            ],
            rows,
        ),
        "",
        "## From which states",
        "",
        table(["act", "states"], sources),
        "",
        "## Separation by person",
        "",
        "- Who submits to the street is not who decides (`decision_by_another_person`).",
        "- The applicant's person, and agents of the applying organisations, neither review, nor",
        "  sign, nor answer objections, nor decide; as council members they are recused.",
        "- One person may sign for both committees (in 99 % of Luohu's communities the party",
        "  secretary also heads the residents' committee), if neither is the applicant.",
    ]
    return "\n".join(lines)
