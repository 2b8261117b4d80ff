"""Refusals and errors as pages, or as the envelope where the caller is a program.

Named as handlers in the address table, so that wrong addresses look like refusals do.
"""

import logging

from django.http import HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from core.api import envelope, json_refusal
from core.refusals import BadInput, NotAllowed, NotFound, Reason

logger = logging.getLogger("core.pages")


def wants_json(request):
    return request.path.startswith("/api/")


def json_error(status, code, text):
    reasons = [Reason(code=code, text=text)]
    return JsonResponse(
        envelope(code, text, reasons), status=status, json_dumps_params={"ensure_ascii": False}
    )


def refused(request, refusal):
    """The answer to a Refused: status, reasons, rule and remedy."""
    if wants_json(request):
        return json_refusal(refusal)
    names = [f"errors/{refusal.status}.html", "errors/refused.html"]
    return _page(request, names, refusal.status, refusal.title, refusal.reasons)


def bad_request(request, exception=None):
    return refused(
        request,
        BadInput(
            Reason("bad_request", _("浏览器发来的内容不完整或有误。"), remedy=_("请返回重填一次。"))
        ),
    )


def permission_denied(request, exception=None):
    return refused(
        request,
        NotAllowed(
            Reason(
                "not_allowed",
                _("您没有打开这个页面的权限。"),
                remedy=_("如确需办理，请联系所在单位的系统管理员。"),
            )
        ),
    )


def csrf_failure(request, reason=""):
    return refused(
        request,
        NotAllowed(
            Reason(
                "form_expired",
                _("页面已过期，或浏览器禁用了 Cookie，表单没有提交。"),
                remedy=_("请返回上一页，刷新后重新提交。"),
            )
        ),
    )


def page_not_found(request, exception=None):
    return refused(
        request,
        NotFound(
            Reason(
                "not_found",
                _("没有这个页面，或您不能查看它。"),
                remedy=_("请核对地址，或从首页重新查找。"),
            )
        ),
    )


def server_error(request):
    text = _("系统出错了，这次操作没有完成。")
    if wants_json(request):
        return json_error(500, "server_error", text)
    reason = Reason(
        "server_error", text, remedy=_("请稍后再试；如一直如此，请告诉系统管理员出错的时间。")
    )
    return _page(request, ["errors/500.html"], 500, _("系统出错了"), [reason])


def _page(request, template_names, status, title, reasons):
    context = {"title": title, "reasons": reasons, "status": status}
    try:
        html = render_to_string(template_names, context, request=request)
    except TemplateDoesNotExist:
        html = _plain(title, reasons)
    except Exception:
        # The frame of the page needs the database and the session; this page must not.
        logger.exception("error page failed")
        html = _plain(title, reasons)
    return HttpResponse(html, status=status)


def _plain(title, reasons):
    lines = format_html_join(
        "", "<p>{} {}</p>", ((reason.text, reason.remedy) for reason in reasons)
    )
    return format_html(
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>{}</title><main><h1>{}</h1>{}<p><a href="/">{}</a></p></main></html>',
        title,
        title,
        lines,
        _("回到首页"),
    )
