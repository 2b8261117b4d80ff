import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.append_only import GuardOperation


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('deliberation', '0006_cited_rounds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='快照编号')),
                ('district_code', models.CharField(max_length=20, verbose_name='区代码')),
                ('street_code', models.CharField(blank=True, max_length=20, verbose_name='街道代码')),
                ('community_code', models.CharField(blank=True, max_length=20, verbose_name='社区代码')),
                ('place_name', models.CharField(max_length=120, verbose_name='范围')),
                ('since', models.DateField(verbose_name='从')),
                ('until', models.DateField(verbose_name='到')),
                ('ledgers', models.CharField(max_length=11, verbose_name='台账')),
                ('as_of', models.DateTimeField(verbose_name='冻结时间')),
                ('row_count', models.PositiveIntegerField(verbose_name='记录数')),
                ('body', models.TextField(verbose_name='行数与链头')),
                ('algorithm', models.CharField(max_length=10, verbose_name='摘要算法')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('office_name', models.CharField(max_length=80, verbose_name='冻结单位')),
                ('capacity', models.CharField(max_length=120, verbose_name='经办身份')),
                ('site', models.CharField(blank=True, max_length=200, verbose_name='核验网站')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '台账快照',
                'verbose_name_plural': '台账快照',
                'db_table': 'delib_snapshot',
            },
        ),
        migrations.CreateModel(
            name='SnapshotFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ledger', models.PositiveSmallIntegerField(verbose_name='台账')),
                ('form', models.CharField(choices=[('xlsx', 'XLSX'), ('pdf', 'PDF')], max_length=4, verbose_name='格式')),
                ('volume', models.PositiveSmallIntegerField(default=1, verbose_name='册')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='deliberation.ledgersnapshot')),
            ],
            options={
                'verbose_name': '快照文件',
                'verbose_name_plural': '快照文件',
                'db_table': 'delib_snapshot_file',
            },
        ),
        migrations.AddIndex(
            model_name='ledgersnapshot',
            index=models.Index(fields=['district_code', 'as_of'], name='snapshot_district'),
        ),
        migrations.AddIndex(
            model_name='ledgersnapshot',
            index=models.Index(fields=['street_code', 'as_of'], name='snapshot_street'),
        ),
        migrations.AddIndex(
            model_name='ledgersnapshot',
            index=models.Index(fields=['community_code', 'as_of'], name='snapshot_community'),
        ),
        migrations.AddConstraint(
            model_name='ledgersnapshot',
            constraint=models.CheckConstraint(condition=models.Q(('row_count__gt', 0)), name='snapshot_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='ledgersnapshot',
            constraint=models.CheckConstraint(condition=models.Q(('since__lte', models.F('until'))), name='snapshot_period_runs_forward'),
        ),
        migrations.AddConstraint(
            model_name='ledgersnapshot',
            constraint=models.CheckConstraint(condition=models.Q(('ledgers', ''), _negated=True), name='snapshot_names_ledgers'),
        ),
        migrations.AddConstraint(
            model_name='ledgersnapshot',
            constraint=models.CheckConstraint(condition=models.Q(('community_code', ''), models.Q(('street_code', ''), _negated=True), _connector='OR'), name='snapshot_place_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='snapshotfile',
            constraint=models.UniqueConstraint(fields=('snapshot', 'ledger', 'form', 'volume'), name='snapshot_file_once'),
        ),
        migrations.AddConstraint(
            model_name='snapshotfile',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['xlsx', 'pdf'])), name='snapshot_file_form_known'),
        ),
        migrations.AddConstraint(
            model_name='snapshotfile',
            constraint=models.CheckConstraint(condition=models.Q(('ledger__in', [1, 2, 3, 4, 5, 6]), ('volume__gt', 0)), name='snapshot_file_is_of_a_ledger'),
        ),
        GuardOperation("delib_snapshot"),
        GuardOperation("delib_snapshot_file"),
    ]
