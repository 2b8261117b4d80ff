"""Objections: anybody's form without an account, the receipt, the follow-up, the staff's desk."""

import secrets

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from communities.views.shared import client_of, page_of
from core.forms import add_refusal
from core.refusals import Conflict, NotAllowed, NotFound, Reason, Refused
from deliberation import browse, permissions, policies, selectors
from deliberation.acts import ACTS
from deliberation.choices import ObjectionChannel, ObjectionState
from deliberation.forms.notices import (
    AnswerForm,
    ObjectionFilter,
    ObjectionForm,
    PaperObjectionForm,
    ReceiptForm,
)
from deliberation.services import notices as services
from deliberation.views.base import ServicePage
from deliberation.views.notices import OBJECTION_LOOKS

# session key → numbers (pk) of objections this browser filed or gave the code of
OWN = "own_objections"
KEPT = 20


def token_of(request, nonce):
    """The natural key of one filled-in form: a copied page in another browser has another key."""
    browser = request.META.get("CSRF_COOKIE", "")
    return salted_hmac(
        "deliberation.objection", f"{browser}:{nonce}", algorithm="sha256"
    ).hexdigest()[:40]


class NoticeForm(ServicePage):
    """A form about one notice, with the nonce that makes a second press harmless."""

    key = ""

    def load(self, pk):
        self.notice = browse.notice(pk)
        self.matter = self.notice.matter

    def initial(self):
        return {"nonce": secrets.token_urlsafe(24)}

    def can_refusal(self):
        reasons = selectors.act_reasons(ACTS[self.key], self.actor, self.matter, self.now)
        if not reasons and self.notice.state == "void":
            reasons = [
                Reason(
                    "notice_void", _("这份公示已作废。"), _("异议针对有效的公示。"),
                    _("请查看该项目最新的公示。"),
                )
            ]  # fmt: skip
        return Conflict(*reasons) if reasons else None

    def back_url(self):
        return reverse("deliberation:notice", args=[self.notice.pk])

    def trail(self):
        return [
            {"label": _("公示"), "href": reverse("deliberation:notices")},
            {"label": self.notice.number, "href": self.back_url()},
            {"label": self.title},
        ]

    def words(self):
        return super().words() | {
            "notice": self.notice, "matter": self.matter,
            "is_late": self.notice.state != "open" or self.now >= self.notice.ends_at,
        }  # fmt: skip


@method_decorator(never_cache, name="dispatch")
class FileObjection(NoticeForm):
    key = "file_objection"
    template_name = "deliberation/objection_new.html"
    form_class = ObjectionForm
    title = gettext_lazy("提出异议")
    label = gettext_lazy("提交异议")
    done = gettext_lazy("已收到您的异议，请保存回执。")

    def perform(self, fields):
        nonce = fields.pop("nonce")
        return services.file_objection(
            notice_id=self.notice.pk, **fields, form_token=token_of(self.request, nonce),
            client=client_of(self.request), actor=self.actor, now=self.now,
        )  # fmt: skip

    def done_url(self, result):
        _remember(self.request, result)
        return reverse("deliberation:objection_receipt", args=[result.pk])


class RecordObjection(NoticeForm):
    """The committee's clerk keys in a slip of paper."""

    key = "record_objection"
    form_class = PaperObjectionForm
    title = gettext_lazy("登记书面异议")
    label = gettext_lazy("登记")

    def may_refusal(self):
        act = ACTS[self.key]
        reasons = permissions.may_reasons(act, self.user, self.matter, self.today)
        return NotAllowed(*reasons) if reasons else None

    def perform(self, fields):
        nonce = fields.pop("nonce")
        objection = services.file_objection(
            notice_id=self.notice.pk, **fields, form_token=token_of(self.request, nonce),
            channel=ObjectionChannel.PAPER, actor=self.actor, now=self.now,
        )  # fmt: skip
        self.done = _("已登记 %(number)s（%(state)s），查询码 %(code)s，请抄给居民。") % {
            "number": objection.number, "state": objection.get_state_display(),
            "code": spaced(objection.receipt_code),
        }  # fmt: skip
        return objection

    def done_url(self, result):
        return reverse("deliberation:desk_objection", args=[result.pk])


# The author's pages -------------------------------------------------------------------------------


def spaced(code):
    """A receipt code in groups that are easy to read out: 4-4-5."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def _remember(request, objection):
    own = [pk for pk in request.session.get(OWN, []) if pk != objection.pk]
    # the newest twenty: a shared tablet must not collect everybody's receipts
    request.session[OWN] = [*own, objection.pk][-KEPT:]


def _own(request, pk):
    objection = browse.own_objection(pk) if pk in request.session.get(OWN, []) else None
    if objection is None:
        raise NotFound(
            Reason(
                "not_own_objection", _("请先填写回执上的查询码。"), "",
                _("查询码在提交后的回执上；书面递交的，可向居委会询问。"),
            )
        )  # fmt: skip
    objection.look = OBJECTION_LOOKS.get(objection.state, "neutral")
    return objection


@never_cache
@require_safe
def receipt(request, pk):
    objection = _own(request, pk)
    context = {"objection": objection, "code": spaced(objection.receipt_code)}
    return render(request, "deliberation/objection_receipt.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request):
    """The receipt's code opens the state and the answer; it never stands in an address."""
    form = ReceiptForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                objection = services.open_receipt(
                    code=form.cleaned_data["code"], client=client_of(request), now=timezone.now()
                )
            except Refused as refused:
                add_refusal(form, refused)
                status = refused.status
            else:
                _remember(request, objection)
                return redirect("deliberation:objection", objection.pk)
    return render(request, "deliberation/objection_ask.html", {"form": form}, status=status)


@never_cache
@require_safe
def followed(request, pk):
    objection = _own(request, pk)
    return render(request, "deliberation/objection_page.html", {"objection": objection})


# The desk -----------------------------------------------------------------------------------------


@require_safe
def desk(request):
    today = timezone.localdate()
    form = ObjectionFilter(request.GET, communities=browse.places_in_scope(request.user, today))
    page = page_of(request, browse.objections(request.user, today, **form.chosen()))
    for objection in page:
        _mark(objection, today)
    context = {"form": form, "page": page, "is_filtered": bool(request.GET)}
    return render(request, "deliberation/objection_desk.html", context)


def _mark(objection, today):
    objection.look = OBJECTION_LOOKS.get(objection.state, "neutral")
    objection.is_overdue = (
        objection.state == ObjectionState.OPEN and objection.answer_due_on < today
    )
    return objection


@require_safe
def desk_objection(request, pk):
    now = timezone.now()
    today = timezone.localdate(now)
    objection = _mark(browse.objection_in_scope(request.user, pk, today), today)
    reasons = ()
    if objection.state == ObjectionState.OPEN:
        matter = objection.notice.matter
        reasons = selectors.act_reasons(ACTS["decide_objection"], request.user, matter, now)
    context = {
        "objection": objection,
        "reasons": reasons,
        "may_answer": not reasons,
        "act": ACTS["decide_objection"],
        "code": spaced(objection.receipt_code),
        "trail": [
            {"label": _("异议处理"), "href": reverse("deliberation:objection_desk")},
            {"label": objection.number},
        ],
    }
    return render(request, "deliberation/objection_desk_page.html", context)


@require_safe
def decide_for(request, pk):
    """The act's button on a proposal leads to the objection that has waited longest."""
    now = timezone.now()
    matter = selectors.matter_for(request.user, pk, timezone.localdate(now))
    first = policies.open_objections(matter).first()
    if first is None:
        raise Conflict(*policies.decide_objection_reasons(matter, request.user, now))
    return redirect("deliberation:answer_objection", first.pk)


class AnswerObjection(ServicePage):
    """Inquiry, answer and conclusion of one objection; found within one's scope only."""

    template_name = "deliberation/objection_answer.html"
    form_class = AnswerForm
    title = gettext_lazy("答复异议")
    label = gettext_lazy("提交答复")
    done = gettext_lazy("已答复，并记入台账。")
    is_grave = True

    def load(self, pk):
        self.objection = _mark(browse.objection_in_scope(self.user, pk, self.today), self.today)
        self.matter = self.objection.notice.matter
        self.help = ACTS["decide_objection"].help

    def may_refusal(self):
        act = ACTS["decide_objection"]
        reasons = permissions.may_reasons(act, self.user, self.matter, self.today)
        return NotAllowed(*reasons) if reasons else None

    def can_refusal(self):
        if self.objection.state != ObjectionState.OPEN:
            return Conflict(
                Reason(
                    "objection_decided",
                    _("该异议已处理：%(state)s。")
                    % {"state": self.objection.get_state_display()},
                    _("每件异议答复一次。"), _("无需再办。"),
                )
            )  # fmt: skip
        act = ACTS["decide_objection"]
        reasons = selectors.act_reasons(act, self.user, self.matter, self.now)
        return Conflict(*reasons) if reasons else None

    def perform(self, fields):
        is_upheld = fields.pop("is_upheld") == "yes"
        return services.decide_objection(
            objection_id=self.objection.pk, is_upheld=is_upheld, **fields, actor=self.actor,
            now=self.now,
        )  # fmt: skip

    def summary(self, form):
        return [row for row in super().summary(form) if row[1] != _("否")]

    def back_url(self):
        return reverse("deliberation:desk_objection", args=[self.objection.pk])

    def trail(self):
        return [
            {"label": _("异议处理"), "href": reverse("deliberation:objection_desk")},
            {"label": self.objection.number, "href": self.back_url()},
            {"label": self.title},
        ]

    def words(self):
        return super().words() | {"objection": self.objection, "matter": self.matter}
