"""What the pages of needs share: who is asking, and which needs this browser filed itself."""

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from accounts.lockout import client_ip
from communities import flood, rules
from communities.services import needs as services
from core.refusals import NotFound, Reason

PAGE_SIZE = 20
# session key → {need number: query code}
OWN = "own_needs"


def client_of(request):
    """The visitor for the flood guard; a browser gets its session here, before it is counted."""
    if not request.session.session_key:
        request.session.create()
    return flood.client(address=client_ip(request) or "", session_key=request.session.session_key)


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


def timeline(changes):
    return [{"at": change.at, "what": change.kind_label, "note": change.text} for change in changes]
