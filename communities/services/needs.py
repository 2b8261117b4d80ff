"""The verbs of the need pool, in one place for callers."""

from communities.services.need_care import (
    assign_need,
    confirm_need,
    merge_need,
    recategorise_need,
    unmerge_need,
)
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
from communities.services.need_photos import (
    draft_photo,
    drop_draft_photo,
    hide_photo,
    keep_draft_photo,
    looked_at,
    publish_photo,
)
from communities.services.need_twins import keep_apart

__all__ = [
    "answer_need",
    "assign_need",
    "close_need",
    "confirm_need",
    "correct_need",
    "draft_photo",
    "drop_draft_photo",
    "file_need",
    "hide_photo",
    "keep_apart",
    "keep_draft_photo",
    "looked_at",
    "mark_taken_up",
    "merge_need",
    "need_by_code",
    "open_follow_up",
    "publish_photo",
    "recategorise_need",
    "release_needs",
    "reopen_need",
    "reveal_contact",
    "support_need",
    "unmerge_need",
    "withdraw_need",
]
