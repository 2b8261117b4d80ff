import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0003_notification_keys'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notification',
            name='notification_told_once',
        ),
        migrations.AlterField(
            model_name='notification',
            name='matter',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notifications', to='deliberation.matter'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('person', 'key'), name='notification_told_once'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['event', 'urge', 'supervision', 'overdue'])), name='notification_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'event'), _negated=True), ('event__isnull', False), _connector='OR'), name='notification_has_its_event'),
        ),
    ]
