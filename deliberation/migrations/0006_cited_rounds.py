import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0006_rounds'),
        ('deliberation', '0005_judged_needs'),
    ]

    operations = [
        migrations.CreateModel(
            name='CitedRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=60, verbose_name='选项')),
                ('count', models.PositiveIntegerField(verbose_name='份数')),
                ('valid', models.PositiveIntegerField(verbose_name='有效份数')),
                ('as_of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.roundchange')),
                ('matter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cited_rounds', to='deliberation.matter')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='communities.solicitationround', verbose_name='问需轮次')),
            ],
            options={
                'verbose_name': '引用的问需轮次',
                'verbose_name_plural': '引用的问需轮次',
                'db_table': 'delib_cited_round',
                'constraints': [models.UniqueConstraint(fields=('matter', 'round'), name='cited_round_once'), models.CheckConstraint(condition=models.Q(('count__gt', 0), ('count__lte', models.F('valid'))), name='cited_round_count_in_valid')],
            },
        ),
    ]
