"""Addresses of the pages of the six ledgers: books, documents, snapshots, packages."""

from django.urls import path

from deliberation.views import checks, documents, ledgers, packages

urlpatterns = [
    path("ledgers/", ledgers.index, name="ledgers"),
    path("ledgers/<int:number>/", ledgers.table, name="ledger"),
    path("ledgers/<int:number>/print/", ledgers.printed, name="ledger_print"),
    path("ledgers/<int:number>/csv/", ledgers.as_csv, name="ledger_csv"),
    path("ledgers/<int:number>/xlsx/", ledgers.as_xlsx, name="ledger_xlsx"),
    path("ledgers/rows/<int:pk>/", ledgers.row_page, name="ledger_row"),
    path("ledgers/document/", documents.document, name="ledger_document"),
    path("ledgers/document/pdf/", documents.as_pdf, name="ledger_document_pdf"),
    path("ledgers/document/xlsx/", documents.as_xlsx, name="ledger_document_xlsx"),
    path("ledgers/freeze/", documents.Freeze.as_view(), name="ledger_freeze"),
    path("ledgers/snapshots/", documents.snapshot_list, name="ledger_snapshots"),
    path("ledgers/snapshots/<str:number>/", documents.snapshot_page, name="ledger_snapshot"),
    path("ledgers/check/", checks.ask, name="ledger_check"),
    path("ledgers/check/<str:number>/", checks.checked, name="ledger_checked"),
    path("proposals/<int:pk>/package/", packages.Package.as_view(), name="package"),
]
