"""The page through which a district takes over its records of rule set 1.0."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exports import xlsx_response
from core.refusals import Refused
from deliberation.forms.history import HistoryForm
from deliberation.history_sheets import EXAMPLES, read_meetings, read_records
from deliberation.services import history
from deliberation.views.base import ServicePage

READERS = {
    "records": (read_records, history.import_records),
    "meetings": (read_meetings, history.import_meetings),
}


class ImportPage(ServicePage):
    """Upload, check, import. Every bad row is listed; nothing is written unless all are good."""

    template_name = "deliberation/history_import.html"
    form_class = HistoryForm
    title = gettext_lazy("导入历史数据")
    label = gettext_lazy("开始")
    help = gettext_lazy(
        "供区级主管人员导入规则 1.0 时期（2015、2016 年）已通过的项目和历次议事会会议。"
        "导入的项目标注“历史导入”，占用当年额度，不经六步。"
    )

    def may_refusal(self):
        try:
            history.check_importer(self.actor, self.now)
        except Refused as refused:
            return refused
        return None

    def perform(self, fields):
        read, take_over = READERS[fields["kind"]]
        rows = read(fields["file"])
        made, known = take_over(
            rows=rows, actor=self.actor, now=self.now, is_trial=fields["is_trial"]
        )
        words = _("检查通过：可导入%(made)s条") if fields["is_trial"] else _("已导入%(made)s条")
        self.done = words % {"made": made} + (
            _("，另有%(known)s条此前已导入。") % {"known": known} if known else "。"
        )

    def back_url(self):
        return reverse("deliberation:history_import")

    def trail(self):
        return [{"label": self.title}]

    def extra(self):
        return {"kinds": [(kind, example[0]) for kind, example in EXAMPLES.items()]}


def template(request, kind):
    """The sheet to fill in, with one example line."""
    if kind not in EXAMPLES:
        raise Http404
    header, example = EXAMPLES[kind]
    return xlsx_response(f"history-{kind}", _("历史数据导入模板"), header, [example])
