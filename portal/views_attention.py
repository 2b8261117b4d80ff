"""催办 and 督办: the pages of the three acts, and the list of what is supervised."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.refusals import Conflict, NotAllowed
from deliberation import present, selectors
from deliberation.views.base import ServicePage
from portal import desk, permissions, policies
from portal.forms import LiftForm, SuperviseForm, UrgeForm
from portal.models import Supervision
from portal.services import attention

PAGE_SIZE = 20


class AttentionPage(ServicePage):
    """An act about the waiting of one matter. Subclasses name form, questions and service."""

    def load(self, pk):
        self.matter = selectors.matter_for(self.user, pk, self.today)

    def may_refusal(self):
        reason = self.may()
        return NotAllowed(reason) if reason else None

    def can_refusal(self):
        reasons = self.can()
        return Conflict(*reasons) if reasons else None

    def may(self):
        raise NotImplementedError

    def can(self):
        raise NotImplementedError

    def act(self):
        """Keywords that every service of these pages takes."""
        return {"matter_id": self.matter.pk, "actor": self.user, "now": self.now}

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


class Urge(AttentionPage):
    form_class, title = UrgeForm, _("催办")
    help = _("通知轮到办理的人。催办有记录，申报主体和工作人员都看得到。")
    done = _("已催办，轮到办理的人会收到通知。")

    def may(self):
        return permissions.may_urge(self.user, self.matter, self.today)

    def can(self):
        return policies.urge_reasons(self.matter, self.user, self.now)

    def perform(self, fields):
        return attention.urge(**fields, **self.act())


class Supervise(AttentionPage):
    form_class, title = SuperviseForm, _("督办")
    help = _("给这个项目定一个办结期限。督办中的项目排在办理人工作台的最前面，到期未办的标红。")
    done = _("已列入督办。")

    def may(self):
        return permissions.may_supervise(self.user, self.matter, self.today)

    def can(self):
        return policies.supervise_reasons(self.matter, self.user, self.now)

    def perform(self, fields):
        return attention.supervise(**fields, **self.act())


class Lift(AttentionPage):
    form_class, title = LiftForm, _("解除督办")
    help = _("写明结果后解除，记录保留备查。")
    done = _("已解除督办。")

    def load(self, pk):
        super().load(pk)
        self.one = Supervision.objects.filter(open_key=self.matter.pk).first()

    def may(self):
        if self.one is None:
            return permissions.may_supervise(self.user, self.matter, self.today)
        return permissions.may_lift(self.user, self.one, self.matter, self.today)

    def can(self):
        return policies.lift_reasons(self.one)

    def perform(self, fields):
        return attention.lift_supervision(**fields, **self.act())


@require_safe
def supervised(request):
    """What is supervised in the places one works for; `?lifted=1`: what was."""
    now, lifted = timezone.now(), request.GET.get("lifted") == "1"
    rows = desk.supervisions_for(request.user, now, lifted=lifted)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate(now)
    context = {
        "page": page,
        "lifted": lifted,
        "rows": [
            {
                "matter": present.row(one.matter),
                "one": one,
                "due": due,
                "may_lift": one.is_open
                and not permissions.may_lift(request.user, one, one.matter, today),
            }
            for one, due in desk.dues_of(page, now)
        ],
    }
    return render(request, "portal/desk_supervised.html", context)
