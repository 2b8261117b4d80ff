"""Full mode: `celery -A minsheng worker`, `celery -A minsheng beat`.

Beat knows one task. It does what `manage.py tick` does, because it is `manage.py tick`.
"""

import os

from celery import Celery
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minsheng.settings")

app = Celery("minsheng")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.task(name="minsheng.tick")
def tick() -> None:
    call_command("tick")
