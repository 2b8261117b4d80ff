from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunitiesConfig(AppConfig):
    name = "communities"
    verbose_name = _("社区、组织与需求")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Registering the ledger at start-up keeps core.ledgers free of any knowledge of needs.
        import_module("communities.ledgers")
        import_module("communities.files")
