"""What the pages of needs share: who is asking, and which needs this browser filed itself."""

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from accounts.forms import show_reasons
from accounts.lockout import client_ip
from communities import flood, rules, selectors
from communities.services import needs as services
from communities.services.flood import TooMany
from core.refusals import NotFound, Reason, Refused

PAGE_SIZE = 20
EXPORTS, EXPORT_SECONDS = 20, 600
# session key → {need number: query code}
OWN = "own_needs"


def client_of(request):
    """The visitor for the flood guard; a browser gets its session here, before it is counted."""
    if not request.session.session_key:
        request.session.create()
    return flood.client(address=client_ip(request) or "", session_key=request.session.session_key)


def count_export(request):
    """A table of everything costs what a hundred pages cost: so many in ten minutes per address.

    Counted in the cache, because reading writes no rows; a lost count lets one more through.
    """
    key = f"need-export:{flood.digest('export', client_ip(request) or '')}"
    cache.add(key, 0, EXPORT_SECONDS)
    try:
        taken = cache.incr(key)
    except ValueError:  # ended between the two
        return
    if taken > EXPORTS:
        raise TooMany(
            Reason(
                "too_many",
                format_lazy(_("同一网络{n}分钟内最多导出{most}次，现在已满。"),
                            n=EXPORT_SECONDS // 60, most=EXPORTS),
                remedy=_("请稍后再试；也可以在页面上查询。"),
            )
        )  # fmt: skip


def page_of(request, rows):
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def remember_own(request, need):
    own = dict(request.session.get(OWN, {}))
    own[need.number] = need.query_code
    # the newest twenty: a shared tablet must not collect everybody's codes
    request.session[OWN] = dict(list(own.items())[-20:])


def own_need(request, number):
    """The need of this number, if this browser filed it or has given its code."""
    number = rules.read_number(number)
    code = request.session.get(OWN, {}).get(number)
    if code is None:
        raise NotFound(
            Reason(
                "not_own_need",
                _("请先填写需求编号和查询码。"),
                remedy=_("编号和查询码在提交后的回执上。"),
            )
        )
    return services.need_by_code(number=number, query_code=code)


def picture(photo):
    """The answer that carries a picture we encoded ourselves (core.intake.Checked)."""
    answer = HttpResponse(photo.data, content_type=photo.mime)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def timeline(changes):
    return [{"at": change.at, "what": change.kind_label, "note": change.text} for change in changes]


def act_page(
    request, number, form_class, act, title, label, danger=False, done=None,
    template="communities/act.html", context=None, **form_kwargs,
):  # fmt: skip
    """One act of the desk on one need: ask, do, say so, and back to the need."""
    need = selectors.need_for(request.user, number, timezone.localdate())
    form = form_class(request.POST or None, **form_kwargs)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            act(need, form.cleaned_data)
        except Refused as refused:
            show_reasons(form, refused)
            status = refused.status
        else:
            messages.success(request, done or _("已办理，并记入社区需求台账。"))
            return redirect("communities:desk_need", need.number)
    words = {
        "need": need,
        "form": form,
        "title": title,
        "label": label,
        "danger": danger,
        "back": reverse("communities:desk_need", args=[need.number]),
    }
    return render(request, template, words | (context or {}), status=status)
