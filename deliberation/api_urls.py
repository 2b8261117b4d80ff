"""Addresses under /api/v1/: proposals and their acts, meetings, notices, ledgers."""

from django.urls import path

from deliberation.api import ballots, ledgers, matters, meetings

urlpatterns = [
    path("proposals/", matters.ProposalList.as_view(), name="proposals"),
    path("proposals/<int:pk>/", matters.ProposalDetail.as_view(), name="proposal"),
    path(
        "proposals/<int:pk>/attachments/<int:attachment_id>/",
        matters.AttachmentDetail.as_view(),
        name="attachment",
    ),
    *[
        path(f"proposals/<int:pk>/{key}/", matters.act_view(key), name=key)
        for key in matters.ENDPOINTS
    ],
    path("meetings/", meetings.MeetingList.as_view(), name="meetings"),
    path("meetings/<int:pk>/", meetings.MeetingDetail.as_view(), name="meeting"),
    *[
        path(f"meetings/<int:pk>/{key}/", meetings.meeting_act_view(key), name=key)
        for key in meetings.MEETING_ENDPOINTS
    ],
    *[
        path(f"agenda-items/<int:pk>/{key}/", meetings.item_act_view(key), name=f"item_{key}")
        for key in meetings.ITEM_ENDPOINTS
    ],
    path("ballots/", ballots.MyBallots.as_view(), name="my_ballots"),
    *[
        path(f"agenda-items/<int:pk>/{key}/", ballots.ballot_view(key), name=key)
        for key in ballots.BALLOT_ENDPOINTS
    ],
    path("agenda-items/<int:pk>/enter_tally/", ballots.EnterTally.as_view(), name="enter_tally"),
    path("notices/", meetings.NoticeList.as_view(), name="notices"),
    path("notices/<int:pk>/", meetings.NoticeDetail.as_view(), name="notice"),
    path("notices/<int:pk>/objections/", meetings.FileObjection.as_view(), name="file_objection"),
    path(
        "notices/<int:pk>/paper-objections/",
        meetings.RecordObjection.as_view(),
        name="record_objection",
    ),
    path("objections/follow-up/", meetings.FollowObjection.as_view(), name="follow_objection"),
    path(
        "objections/<int:pk>/decision/", meetings.DecideObjection.as_view(), name="decide_objection"
    ),
    path("history/records/", meetings.ImportHistory.as_view(), name="import_history"),
    path("ledgers/<int:number>/", meetings.LedgerList.as_view(), name="ledger_rows"),
    path("ledger-documents/", ledgers.LedgerDocument.as_view(), name="ledger_document"),
    path("ledger-documents/pdf/", ledgers.LedgerDocumentPdf.as_view(), name="ledger_document_pdf"),
    path(
        "ledger-documents/xlsx/", ledgers.LedgerDocumentXlsx.as_view(), name="ledger_document_xlsx"
    ),
    path("ledger-snapshots/", ledgers.SnapshotList.as_view(), name="ledger_snapshots"),
    path(
        "ledger-snapshots/<str:number>/", ledgers.SnapshotDetail.as_view(), name="ledger_snapshot"
    ),
    path("ledger-checks/<str:number>/", ledgers.SnapshotCheck.as_view(), name="ledger_check"),
    path("proposals/<int:pk>/package/", ledgers.MatterPackage.as_view(), name="package"),
]
