"""Which endpoint an act is posted to: act key → name of the URL. None: it addresses another thing.

`vote` and `defer` are posted to an agenda item, `file_objection` and `record_objection` to a
notice, `decide_objection` to an objection; `announce_meeting` to the list of meetings.
"""

from deliberation.acts import ACTS

_ELSEWHERE = {
    "announce_meeting": "meetings",
    "vote": None,
    "defer": None,
    "file_objection": None,
    "record_objection": None,
    "decide_objection": None,
}

ACT_PATHS = {key: _ELSEWHERE.get(key, key) for key in ACTS}
