"""Pure rules of deliberation: quorum, majority, what a works review needs. No query."""

from datetime import timedelta

from django.conf import settings

from deliberation.choices import Capacity, Choice

# How many minutes a ballot is announced for (reconstructed; setting BALLOT_MINUTES overrides), and
# the most that may be typed.
BALLOT_MINUTES = 10
LONGEST_BALLOT = 240

# An objection sent in the last second of a notice may still be on its way when the window is over.
# Nobody concludes the notice before every request of that second must have ended.
CLOSING_GRACE = timedelta(minutes=5)


def quorum_needed(member_count, numerator=2, denominator=3, is_inclusive=False):
    """How many members must be present for a valid meeting.

    Strict by default: "到会人数超过三分之二" (莲塘社区 2016-08-04): of 15 members 11, of 16 also 11.
    Inclusive: of 15 members 10.
    """
    whole, rest = divmod(member_count * numerator, denominator)
    if is_inclusive:
        return whole + (1 if rest else 0)
    return whole + 1


def item_quorum(member_count, recused, numerator=2, denominator=3, is_inclusive=False):
    """How many must be present for one item: the recused count neither as members nor as present."""
    return quorum_needed(member_count - recused, numerator, denominator, is_inclusive)


def is_carried(yes, entitled):
    """More than half of those present and entitled said yes (default, 居委会组织法)."""
    return 2 * yes > entitled


def tally_adds_up(yes, no, abstain, entitled):
    """Every member present and entitled is counted once, nobody else is."""
    return min(yes, no, abstain) >= 0 and yes + no + abstain == entitled


def ballot_tally(choices, paper, entitled):
    """(yes, no, abstain) of a secret ballot; together they are exactly those entitled.

    choices: the votes cast on phones. paper: yes, no, abstain, spoiled, missing of the paper count.
    Whoever did not vote, spoilt the paper or did not hand it back abstains (reconstructed: ADR 26).
    """
    yes = sum(choice == Choice.YES for choice in choices) + paper[0]
    no = sum(choice == Choice.NO for choice in choices) + paper[1]
    return yes, no, entitled - yes - no


def ballot_minutes():
    """How long a ballot is announced to last unless the clerk says otherwise; reconstructed."""
    return getattr(settings, "BALLOT_MINUTES", BALLOT_MINUTES)


def missing_capacities(signed):
    """The capacities that have not signed the joint review yet."""
    return [capacity for capacity in Capacity if capacity not in signed]
