"""Three guards around every view: who may open it, how refusals look, what caches may keep."""

import logging

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from core import access, clashes, pages
from core.refusals import NotAllowed, Reason, Refused

logger = logging.getLogger("core.access")


class AuthenticatedNoStore:
    """What a signed-in person sees is kept by no cache, not even the browser's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        # Asking for the user reads the session; a view that did not needs no answer here.
        session = getattr(request, "session", None)
        if session is not None and session.accessed and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class RefusedMiddleware:
    """A refusal becomes a page (or the envelope) with its reasons and the right status."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, Refused):
            return pages.refused(request, error)
        clash = clashes.as_refusal(error)
        if clash is None:
            return None
        logger.warning("write clashed: %s", type(error).__name__, exc_info=error)
        return pages.refused(request, clash)


class AccessMiddleware:
    """Default deny: a view without a rule in the table is opened by nobody."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        name = request.resolver_match.view_name
        rule = access.rule_for(name)
        if rule is None:
            logger.error("view %r has no access rule", name)
        elif access.may_open(request.user, rule):
            return None
        elif not request.user.is_authenticated:
            return _sign_in_first(request)
        return pages.refused(request, NotAllowed(_reason(rule)))


def _reason(rule):
    if rule is None:
        return Reason(
            "no_rule",
            _("这个页面还没有设定谁可以打开。"),
            remedy=_("请告诉系统管理员页面地址。"),
        )
    return Reason(
        "staff_only",
        _("这个页面只对经办的工作人员开放。"),
        remedy=_("请用完成两步验证的工作账户登录；如岗位有变动，请联系系统管理员。"),
    )


def _sign_in_first(request):
    if pages.wants_json(request):
        return pages.json_error(401, "not_signed_in", _("请先登录。"))
    if request.headers.get("HX-Request"):
        # A fragment must not be replaced by the sign-in page: send the whole window there.
        return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
    if request.method == "GET":
        return redirect_to_login(request.get_full_path())
    return redirect(settings.LOGIN_URL)
