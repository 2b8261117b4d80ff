import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models

from core.append_only import GuardOperation


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0005_estates_and_photos"),
        ("core", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SolicitationRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("open", "收表中"), ("closed", "已汇总"), ("cancelled", "已取消")],
                        default="open",
                        editable=False,
                        max_length=12,
                        protected=True,
                        verbose_name="状态",
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="轮次编号")),
                ("title", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("paper", "纸质问需表"),
                            ("online", "线上问卷"),
                            ("visits", "入户走访填表"),
                        ],
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="开始日期")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("handed_out_where", models.CharField(max_length=120, verbose_name="发放地点")),
                (
                    "handed_out_by",
                    models.CharField(blank=True, max_length=80, verbose_name="发放人或单位"),
                ),
                ("handed_out", models.PositiveIntegerField(default=0, verbose_name="发放份数")),
                ("returned", models.PositiveIntegerField(default=0, verbose_name="收回份数")),
                ("valid", models.PositiveIntegerField(default=0, verbose_name="有效份数")),
                (
                    "cancel_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="取消理由"),
                ),
                (
                    "citation_count",
                    models.PositiveIntegerField(default=0, verbose_name="被引用次数"),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                ("updated_at", models.DateTimeField(verbose_name="更新时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="汇总时间")),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="communities.needpool",
                        verbose_name="需求库",
                    ),
                ),
                (
                    "summary_sheet",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="问需汇总表扫描件",
                    ),
                ),
            ],
            options={
                "verbose_name": "问需轮次",
                "verbose_name_plural": "问需轮次",
                "db_table": "comm_round",
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="RoundTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="选项")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("safety", "消除安全隐患"),
                            ("environment", "社区环境整治"),
                            ("culture_sports", "文化体育娱乐设施"),
                            ("living_care", "居民生活关爱设施"),
                            ("development", "社区发展"),
                            ("care", "社区服务"),
                            ("education", "社区宣教"),
                            ("safety_goods", "安全、消防器材及设备"),
                            ("sports_goods", "公共服务文体器材"),
                            ("unsure", "我说不准"),
                        ],
                        max_length=24,
                        verbose_name="类别",
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="份数")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tallies",
                        to="communities.solicitationround",
                    ),
                ),
            ],
            options={
                "verbose_name": "问需汇总",
                "verbose_name_plural": "问需汇总",
                "db_table": "comm_round_tally",
                "ordering": ["-count", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RoundChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("kind", models.CharField(max_length=24, verbose_name="变更")),
                ("text", models.TextField(blank=True, verbose_name="说明")),
                ("figures", models.TextField(default="{}", verbose_name="数据")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="communities.solicitationround",
                    ),
                ),
            ],
            options={
                "verbose_name": "问需轮次变更",
                "verbose_name_plural": "问需轮次变更",
                "db_table": "comm_round_change",
            },
        ),
        migrations.AddField(
            model_name="need",
            name="round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="needs",
                to="communities.solicitationround",
                verbose_name="问需轮次",
            ),
        ),
        migrations.AddIndex(
            model_name="solicitationround",
            index=models.Index(fields=["pool", "state"], name="round_pool_state_idx"),
        ),
        migrations.AddIndex(
            model_name="solicitationround",
            index=models.Index(fields=["state", "closed_on"], name="round_state_closed_idx"),
        ),
        migrations.AddConstraint(
            model_name="solicitationround",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "closed", "cancelled"])),
                name="round_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="solicitationround",
            constraint=models.CheckConstraint(
                condition=models.Q(("method__in", ["paper", "online", "visits"])),
                name="round_method_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="solicitationround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("returned__lte", models.F("handed_out")),
                    ("valid__gte", 0),
                    ("valid__lte", models.F("returned")),
                ),
                name="round_figures_agree",
            ),
        ),
        migrations.AddConstraint(
            model_name="solicitationround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on__isnull", True),
                    ("closed_on__gte", models.F("opened_on")),
                    _connector="OR",
                ),
                name="round_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="solicitationround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        models.Q(("closed_at__isnull", True), ("closed_on__isnull", True)),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        models.Q(("closed_at__isnull", False), ("closed_on__isnull", False)),
                        _connector="OR",
                    ),
                ),
                name="round_closed_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="solicitationround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cancelled"), _negated=True),
                    models.Q(("cancel_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="round_cancelled_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="solicitationround",
            constraint=models.CheckConstraint(
                condition=models.Q(("citation_count", 0), ("state", "closed"), _connector="OR"),
                name="round_cited_stays_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundtally",
            constraint=models.UniqueConstraint(fields=("round", "label"), name="tally_label_once"),
        ),
        migrations.AddConstraint(
            model_name="roundtally",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gt", 0)), name="tally_count_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="roundchange",
            index=models.Index(fields=["round", "at"], name="round_change_at_idx"),
        ),
        GuardOperation("comm_round_change"),
    ]
