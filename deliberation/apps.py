from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliberationConfig(AppConfig):
    name = "deliberation"
    verbose_name = _("审议")

    def ready(self):
        # Registers the definitions of the ledgers ②–⑥.
        import_module("deliberation.ledgers")
        # Says who may open attachments and photos.
        import_module("deliberation.files")
        import_module("deliberation.notice_files")
        import_module("deliberation.snapshot_files")
        import_module("deliberation.ballot_files")
