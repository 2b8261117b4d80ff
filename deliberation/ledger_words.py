"""Ledger rows in words: what a page, a spreadsheet and a paper say about a row. Read only."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities.categories import CHANGES
from communities.models.rounds import ROUND_CHANGES
from core.masking import mask_free_text
from deliberation import browse, selectors
from deliberation.acts import ACTS

OWN_COLUMNS = (
    _("序号"),
    _("时间"),
    _("事由"),
    _("编号"),
    _("社区"),
    _("经办账号"),
    _("经办身份"),
)
EXPORT_COLUMNS = (*OWN_COLUMNS, _("链"), _("摘要"))

# what round_records writes → words
ROUND_EVENTS = {
    f"round_{key}": format_lazy(_("问需轮次：{label}"), label=label)
    for key, label in ROUND_CHANGES.items()
}


def event_choices(number):
    """The events a ledger can hold: (key, words)."""
    keys = {act.key: str(act.label) for act in ACTS.values() if act.ledger == number}
    if number == 1:
        needs = {key: str(label) for key, label in CHANGES.items()}
        keys = needs | {key: str(label) for key, label in ROUND_EVENTS.items()} | keys
    return list(keys.items())


def event_label(row):
    """The event of a row in words; the stored key where nobody knows it any more."""
    if row.subject_type == "communities.need":
        return str(CHANGES.get(row.event, row.event))
    if row.subject_type == "communities.solicitationround":
        return str(ROUND_EVENTS.get(row.event, row.event))
    return str(selectors.act_label(row.event))


def in_words(rows):
    """The rows with their words: place, event, and every column masked of numbers of people."""
    rows = list(rows)
    names = browse.place_names(row.community_code for row in rows)
    for row in rows:
        row.place_name = names.get(row.community_code, row.community_code)
        row.event_label = event_label(row)
        row.said = {key: shown(value) for key, value in row.columns.items()}
        row.headline = row.said.get("title") or row.said.get("content") or ""
        row.outcome = row.said.get("state") or row.said.get("status") or ""
    return rows


def shown(value):
    """A value as it is shown and exported: telephone and identity numbers are hidden."""
    return mask_free_text(value) if isinstance(value, str) else value


def sheet_header(ledger):
    """The header of an export: a row's own columns, those of the ledger, its place in the chain."""
    header = [str(label) for label in OWN_COLUMNS]
    header += [str(label) for _key, label in ledger.columns]
    return header + [str(label) for label in EXPORT_COLUMNS[len(OWN_COLUMNS) :]]


def sheet_rows(ledger, rows):
    """The rows (in words) of an export, cell by cell as the header says."""
    return [
        [
            row.seq, row.at, row.event_label, row.subject_no, row.place_name, row.actor_name,
            row.capacity, *(row.said.get(key, "") for key in ledger.column_keys), row.chain,
            row.digest,
        ]
        for row in rows
    ]  # fmt: skip
