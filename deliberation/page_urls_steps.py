"""Addresses of the pages of steps 4–6.

Pages named after an act's key take the matter's pk, so that its button finds them; where the act
is about a meeting, a notice or an objection they lead on to its own page.
"""

from django.urls import path

from deliberation.views import (
    ballots,
    convening,
    decisions,
    meetings,
    notices,
    objections,
    sittings,
)

urlpatterns = [
    # step 4
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/new/", convening.Announce.as_view(), name="meeting_new"),
    path("meetings/<int:pk>/", meetings.meeting_page, name="meeting"),
    path("meetings/<int:pk>/open/", sittings.OpenMeeting.as_view(), name="open_meeting"),
    path("meetings/<int:pk>/adjourn/", sittings.Adjourn.as_view(), name="adjourn_meeting"),
    path("meetings/<int:pk>/cancel/", sittings.Cancel.as_view(), name="cancel_meeting"),
    path("meetings/<int:pk>/chair/", sittings.ChangeChair.as_view(), name="change_chair"),
    path("meetings/<int:pk>/close/", sittings.Close.as_view(), name="close_meeting"),
    path("meetings/<int:pk>/items/<int:position>/vote/", ballots.Vote.as_view(), name="vote_item"),
    path(
        "meetings/<int:pk>/items/<int:position>/defer/", ballots.Defer.as_view(), name="defer_item"
    ),
    path("proposals/<int:pk>/announce-meeting/", meetings.announce_for, name="announce_meeting"),
    path("proposals/<int:pk>/vote/", meetings.vote_for, name="vote"),
    path("proposals/<int:pk>/defer/", meetings.defer_for, name="defer"),
    # step 5
    path("notices/", notices.notice_list, name="notices"),
    path("notices/<int:pk>/", notices.notice_page, name="notice"),
    path("notices/<int:pk>/object/", objections.FileObjection.as_view(), name="object"),
    path("notices/<int:pk>/paper/", objections.RecordObjection.as_view(), name="paper_objection"),
    path("objections/", objections.ask, name="objections"),
    path("objections/<int:pk>/", objections.followed, name="objection"),
    path("objections/<int:pk>/receipt/", objections.receipt, name="objection_receipt"),
    path("objections/desk/", objections.desk, name="objection_desk"),
    path("objections/desk/<int:pk>/", objections.desk_objection, name="desk_objection"),
    path(
        "objections/desk/<int:pk>/answer/",
        objections.AnswerObjection.as_view(),
        name="answer_objection",
    ),
    path("proposals/<int:pk>/post-notice/", notices.PostNotice.as_view(), name="post_notice"),
    path("proposals/<int:pk>/object/", notices.object_for, name="file_objection"),
    path("proposals/<int:pk>/paper-objection/", notices.paper_for, name="record_objection"),
    path("proposals/<int:pk>/decide-objection/", objections.decide_for, name="decide_objection"),
    path(
        "proposals/<int:pk>/conclude-notice/",
        notices.ConcludeNotice.as_view(),
        name="conclude_notice",
    ),
    # step 6
    path("proposals/<int:pk>/submit/", decisions.Submit.as_view(), name="submit_for_decision"),
    path("proposals/<int:pk>/establish/", decisions.Establish.as_view(), name="establish"),
    path(
        "proposals/<int:pk>/return-from-street/",
        decisions.ReturnFromStreet.as_view(),
        name="return_from_street",
    ),
    path(
        "proposals/<int:pk>/reject-at-street/",
        decisions.RejectAtStreet.as_view(),
        name="reject_at_street",
    ),
]
