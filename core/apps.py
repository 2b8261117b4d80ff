from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("基础")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Registries (outbox handlers, periodic jobs, invariants, documents) fill themselves when
        # these modules are imported; nothing else has to know who registered what.
        autodiscover_modules("tasks", "invariants", "documents")
