"""The archive package of a matter: what it will hold, and the zip. Staff of the place."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.exports import ZIP, file_stream
from core.refusals import Conflict, NotAllowed
from deliberation import selectors
from deliberation.package_members import files_of, ledger_rows_of, withheld_of
from deliberation.services import packages as services
from deliberation.views.base import ServicePage


class Package(ServicePage):
    template_name = "deliberation/package.html"
    title = _("项目归档包")
    label = _("生成并下载")
    help = _(
        "一个 ZIP：六个台账中本项目的记录、申报材料原件、审计记录摘录和清单。下载会记入审计记录。"
    )

    def load(self, pk):
        self.matter = selectors.matter_for(self.user, pk, self.today)

    def may_refusal(self):
        reasons = services.may_reasons(self.user, self.matter, self.today)
        return NotAllowed(*reasons) if reasons else None

    def can_refusal(self):
        reasons = services.can_reasons(self.matter)
        return Conflict(*reasons) if reasons else None

    def post(self, request, *args, **kwargs):
        name, content = services.make_package(
            matter_id=self.matter.pk, actor=self.actor, now=self.now
        )
        return file_stream(name, content, ZIP)

    def extra(self):
        files = files_of(self.matter)
        return {
            "row_count": len(ledger_rows_of(self.matter)),
            "files": files,
            "size": sum(stored.size for _title, stored in files),
            "withheld": len(withheld_of(self.matter)),
        }

    def back_url(self):
        return reverse("deliberation:proposal", args=[self.matter.pk])

    def trail(self):
        return [
            {"label": _("项目"), "href": reverse("deliberation:proposals")},
            {"label": self.matter.proposal.label, "href": self.back_url()},
            {"label": self.title},
        ]

    def words(self):
        return super().words() | {"matter": self.matter}
