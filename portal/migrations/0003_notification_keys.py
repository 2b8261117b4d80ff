"""Say of the messages that exist what they tell of: their event, and through it the matter."""

from django.db import migrations
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat


def name_what_is_told(apps, schema_editor):
    rows = apps.get_model("portal", "Notification").objects
    events = apps.get_model("deliberation", "MatterEvent").objects.filter(pk=OuterRef("event"))
    rows.update(
        key=Concat(Value("event:"), Cast("event_id", CharField(max_length=20))),
        matter=Subquery(events.values("matter")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_desk_urging_letters")]
    operations = [migrations.RunPython(name_what_is_told, migrations.RunPython.noop)]
