"""Sample data of the gallery page: one example of every component, no row of the database."""

from datetime import datetime

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.refusals import Reason

AT = datetime(2017, 11, 30, 9, 0, tzinfo=timezone.get_default_timezone())

CONTRACTS = (
    ("field.html", "field, label?, help?, limit?"),
    ("form_errors.html", "form"),
    ("pager.html", "page, query?"),
    ("empty.html", "title, text?, action?, action_href?"),
    ("stepper.html", "steps[{label, state: done|now|later|stopped, on?, note?}], compact?, label?"),
    ("badge.html", "text, state?: neutral|info|ok|warn|stop"),
    ("money.html", "fen, unit?: yuan|wan"),
    ("timeline.html", "items[{at, what, who?, note?, href?, state?}], label?"),
    ("reasons.html", "reasons[Reason], title?"),
    ("act_button.html", "label, href, allowed, reasons?, kind?: primary|secondary|danger"),
    ("breadcrumbs.html", "trail[{label, href}]"),
    ("table_filter.html", "form, action, count?, label?"),
    ("confirm.html", "title, label, cancel_href, csrf_token, text?, effects?, form?, danger?"),
    ("qr.html", "path, label?"),
    ("stat.html", "value, label, unit?, note?, href?"),
)


class SampleForm(forms.Form):
    content = forms.CharField(
        label=_("您需要什么"),
        help_text=_("写清楚在哪里、哪里不方便。请不要写身份证号和电话。"),
        widget=forms.Textarea(attrs={"rows": 4}),
        min_length=5,
    )
    place = forms.CharField(label=_("地点"), required=False)
    amount = forms.CharField(label=_("申报金额（元）"), help_text=_("最多两位小数"))
    category = forms.ChoiceField(
        label=_("类别"),
        choices=[("", _("请选择")), ("works", _("工程类")), ("service", _("服务类"))],
    )
    urgency = forms.ChoiceField(
        label=_("紧急程度"),
        widget=forms.RadioSelect,
        choices=[("normal", _("一般")), ("urgent", _("急事")), ("hard", _("难事"))],
        initial="normal",
    )
    groups = forms.MultipleChoiceField(
        label=_("受益人群"),
        required=False,
        help_text=_("可多选"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("elderly", _("老人")), ("children", _("儿童")), ("all", _("全体居民"))],
    )
    held_on = forms.DateField(
        label=_("日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    scan = forms.FileField(label=_("纸质表扫描件"), required=False)
    agree = forms.BooleanField(label=_("我已核对以上内容"))


class SampleFilter(forms.Form):
    q = forms.CharField(label=_("关键词"), required=False)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), ("open", _("开放"))]
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), help_text=_("将记入台账"))


REASONS = (
    Reason(
        "cap_exceeded",
        _("申报金额 50.01 万元，超过社区级工程类项目上限 50 万元。"),
        rule=_("《操作指引》2.0 第三条"),
        remedy=_("调减金额；或按两年实施拆成两个子项目，分别申报、分别审议。"),
    ),
    Reason(
        "no_need_cited",
        _("没有引用本社区需求库中的需求。"),
        rule=_("《操作指引》2.0 第六条"),
        remedy=_("引用至少一条需求，或书面说明为什么没有对应的需求。"),
    ),
)

STEPS = (
    {"label": _("动态问需"), "state": "done", "on": AT.date()},
    {"label": _("项目申报"), "state": "done", "on": AT.date()},
    {"label": _("“两委”审核"), "state": "now", "on": None, "note": _("等待业务把控部门答复")},
    {"label": _("居民议事会审议"), "state": "later"},
    {"label": _("决议公示"), "state": "later"},
    {"label": _("街道审定立项"), "state": "later"},
)
STOPPED = tuple(
    {"label": s["label"], "state": "stopped" if i == 4 else "done" if i < 4 else "later"}
    for i, s in enumerate(STEPS)
)

TIMELINE = (
    {"at": AT, "what": _("居委会登记需求"), "who": _("张**")},
    {
        "at": AT,
        "what": _("两委联席会议审核通过"),
        "who": _("党委书记、居委会主任"),
        "note": _("六个业务把控部门均答复可行、合法。"),
        "state": "ok",
    },
    {"at": AT, "what": _("议事会流会"), "note": _("到会 11 人，未过半数。"), "state": "warn"},
)

ROWS = (
    {"no": "东门-2017-031", "title": _("老围二坊台阶维修"), "fen": 32_500_000, "state": "warn"},
    {"no": "翠竹-2017-008", "title": _("“美食美刻”邻里节"), "fen": 4_980_050, "state": "ok"},
)


def context(request) -> dict:
    return {
        "contracts": CONTRACTS,
        "form": SampleForm(),
        "wrong": SampleForm({"w-content": "灯坏", "w-place": "二坊 5 栋"}, prefix="w"),
        "filter": SampleFilter(request.GET or None),
        "reason_form": ReasonForm(),
        "reasons": REASONS,
        "steps": STEPS,
        "stopped": STOPPED,
        "timeline": TIMELINE,
        "rows": ROWS,
        "effects": (_("项目从审议中消失，引用的需求重新开放。"), _("撤回记入项目申报台账。")),
        "page": Paginator(range(1, 3524), 20).get_page(request.GET.get("page", 7)),
        "trail": ({"label": _("需求"), "href": "/needs/"}, {"label": _("界面组件")}),
        "badges": (
            ("neutral", _("草稿")),
            ("info", _("公示中")),
            ("ok", _("已立项")),
            ("warn", _("补正")),
            ("stop", _("不予立项")),
        ),
    }
