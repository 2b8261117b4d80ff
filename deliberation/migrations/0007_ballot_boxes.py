import deliberation.models.ballots
import django.db.models.deletion
from django.db import migrations, models

from core.append_only import GuardOperation


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('core', '0001_initial'),
        ('deliberation', '0010_ledger_snapshots'),
    ]

    operations = [
        migrations.CreateModel(
            name='BallotBox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('open_key', models.BigIntegerField(null=True, unique=True)),
                ('state', models.CharField(choices=[('open', '投票中'), ('closed', '已截止'), ('void', '已作废')], default='open', max_length=8, verbose_name='状态')),
                ('entitled', models.PositiveSmallIntegerField(verbose_name='有表决权的到会人数')),
                ('opened_at', models.DateTimeField(verbose_name='开始投票')),
                ('ends_at', models.DateTimeField(verbose_name='宣布的截止时间')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='截止投票')),
                ('is_cut_off', models.BooleanField(default=False, verbose_name='主持人宣布截止')),
                ('attempt', models.PositiveSmallIntegerField(default=1, verbose_name='第几次清点纸质票')),
                ('agreed', models.PositiveSmallIntegerField(null=True, verbose_name='两人一致的清点')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='选票摘要')),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='box', to='deliberation.agendaitem')),
            ],
            options={
                'verbose_name': '无记名投票',
                'verbose_name_plural': '无记名投票',
                'db_table': 'delib_ballot_box',
            },
        ),
        migrations.CreateModel(
            name='Ballot',
            fields=[
                ('id', models.BigAutoField(default=deliberation.models.ballots.random_key, primary_key=True, serialize=False)),
                ('slot', models.PositiveSmallIntegerField(verbose_name='票位')),
                ('seats', models.PositiveSmallIntegerField(verbose_name='票数上限')),
                ('choice', models.CharField(choices=[('yes', '赞成'), ('no', '反对'), ('abstain', '弃权')], max_length=8, verbose_name='意见')),
                ('box', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='deliberation.ballotbox')),
            ],
            options={
                'verbose_name': '选票',
                'verbose_name_plural': '选票',
                'db_table': 'delib_ballot',
            },
        ),
        migrations.CreateModel(
            name='PaperCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.PositiveSmallIntegerField(verbose_name='第几次清点')),
                ('place', models.PositiveSmallIntegerField(verbose_name='第几位录入')),
                ('at', models.DateTimeField(verbose_name='录入时间')),
                ('yes', models.PositiveSmallIntegerField(verbose_name='赞成')),
                ('no', models.PositiveSmallIntegerField(verbose_name='反对')),
                ('abstain', models.PositiveSmallIntegerField(verbose_name='弃权')),
                ('spoiled', models.PositiveSmallIntegerField(verbose_name='废票')),
                ('missing', models.PositiveSmallIntegerField(verbose_name='未交回')),
                ('box', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counts', to='deliberation.ballotbox')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('scan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'verbose_name': '纸质票清点',
                'verbose_name_plural': '纸质票清点',
                'db_table': 'delib_paper_count',
            },
        ),
        migrations.CreateModel(
            name='VotingRight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('used', models.CharField(blank=True, choices=[('', '未投'), ('phone', '手机投票'), ('paper', '纸质票')], default='', max_length=8, verbose_name='投票方式')),
                ('box', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rights', to='deliberation.ballotbox')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deliberation.meetingmember')),
            ],
            options={
                'verbose_name': '表决权',
                'verbose_name_plural': '表决权',
                'db_table': 'delib_voting_right',
            },
        ),
        migrations.AddConstraint(
            model_name='ballotbox',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'closed', 'void'])), name='box_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='ballotbox',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('open_key__isnull', False), ('state', 'open')), models.Q(('closed_at__isnull', False), ('open_key__isnull', True), models.Q(('state', 'open'), _negated=True)), _connector='OR'), name='box_open_or_over'),
        ),
        migrations.AddConstraint(
            model_name='ballotbox',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('digest', ''), _negated=True), _connector='OR'), name='box_closed_has_digest'),
        ),
        migrations.AddConstraint(
            model_name='ballotbox',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('opened_at'))), name='box_ends_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='ballotbox',
            constraint=models.CheckConstraint(condition=models.Q(('agreed__isnull', True), ('agreed', models.F('attempt')), _connector='OR'), name='box_agrees_on_last_count'),
        ),
        migrations.AddConstraint(
            model_name='ballotbox',
            constraint=models.CheckConstraint(condition=models.Q(('entitled__gt', 0)), name='box_has_voters'),
        ),
        migrations.AddConstraint(
            model_name='ballot',
            constraint=models.UniqueConstraint(fields=('box', 'slot'), name='ballot_slot_once'),
        ),
        migrations.AddConstraint(
            model_name='ballot',
            constraint=models.CheckConstraint(condition=models.Q(('slot__gte', 1), ('slot__lte', models.F('seats'))), name='ballot_slot_within_seats'),
        ),
        migrations.AddConstraint(
            model_name='ballot',
            constraint=models.CheckConstraint(condition=models.Q(('choice__in', ['yes', 'no', 'abstain'])), name='ballot_choice_is_known'),
        ),
        migrations.AddConstraint(
            model_name='papercount',
            constraint=models.UniqueConstraint(fields=('box', 'attempt', 'place'), name='paper_count_place_once'),
        ),
        migrations.AddConstraint(
            model_name='papercount',
            constraint=models.UniqueConstraint(fields=('box', 'attempt', 'person'), name='paper_count_two_people'),
        ),
        migrations.AddConstraint(
            model_name='papercount',
            constraint=models.CheckConstraint(condition=models.Q(('place__in', [1, 2])), name='paper_count_by_two'),
        ),
        migrations.AddConstraint(
            model_name='votingright',
            constraint=models.UniqueConstraint(fields=('box', 'member'), name='right_once_a_member'),
        ),
        migrations.AddConstraint(
            model_name='votingright',
            constraint=models.CheckConstraint(condition=models.Q(('used__in', ['', 'phone', 'paper'])), name='right_use_known'),
        ),
        GuardOperation("delib_ballot"),
        GuardOperation("delib_paper_count"),
    ]
