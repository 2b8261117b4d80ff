"""The verbs of the need pool, in one place for callers."""

from communities.services.need_desk import (
    answer_need,
    close_need,
    mark_taken_up,
    release_needs,
    reopen_need,
    reveal_contact,
)
from communities.services.need_filing import (
    correct_need,
    file_need,
    need_by_code,
    open_follow_up,
    support_need,
    withdraw_need,
)

__all__ = [
    "answer_need",
    "close_need",
    "correct_need",
    "file_need",
    "mark_taken_up",
    "need_by_code",
    "open_follow_up",
    "release_needs",
    "reopen_need",
    "reveal_contact",
    "support_need",
    "withdraw_need",
]
