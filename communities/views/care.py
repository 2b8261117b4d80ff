"""Pages of the care of the pool: merge and part, hand on, sort, ask after."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities import rules, selectors
from communities.forms import (
    AssignForm,
    CategoryForm,
    ConfirmNeedForm,
    MergeForm,
    PublishPhotoForm,
    ReasonForm,
)
from communities.services import needs as services
from communities.views.shared import act_page
from core.refusals import BadInput, Reason

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _do(service, request, need, **fields):
    service(need_id=need.pk, **fields, actor=request.user, now=timezone.now())


@get_or_post
def assign(request, number):
    need = selectors.need_for(request.user, number, timezone.localdate())
    offices = selectors.answerers_for(need.community, timezone.localdate())
    return act_page(
        request, number, AssignForm,
        lambda need, fields: _do(services.assign_need, request, need, **fields),
        _("转交答复"), _("转交"), offices=offices,
    )  # fmt: skip


@get_or_post
def recategorise(request, number):
    return act_page(
        request, number, CategoryForm,
        lambda need, fields: _do(services.recategorise_need, request, need, **fields),
        _("调整类别"), _("保存类别"),
    )  # fmt: skip


@get_or_post
def confirm(request, number):
    return act_page(
        request, number, ConfirmNeedForm,
        lambda need, fields: _do(services.confirm_need, request, need, **fields),
        _("核实仍然需要"), _("记入核实"),
    )  # fmt: skip


@get_or_post
def merge(request, number):
    def act(need, fields):
        into = selectors.needs_for(request.user, timezone.localdate()).filter(
            number=rules.read_number(fields["into"])
        ).first()  # fmt: skip
        if into is None:
            raise BadInput(
                Reason(
                    "need_unknown", _("没有这条需求，或不在您的管辖范围内。"),
                    remedy=_("请核对编号。"), field="into",
                )
            )  # fmt: skip
        _do(services.merge_need, request, need, into_id=into.pk, reason=fields["reason"])

    need = selectors.need_for(request.user, number, timezone.localdate())
    similar = [
        one
        for one in selectors.similar_needs(need.content, need.community, timezone.now(), limit=6)
        if one["need"].pk != need.pk
    ]
    done = _("已合并。原需求的内容和附议都保留，随时可以取消合并。")
    return act_page(
        request, number, MergeForm, act, _("合并到同类需求"), _("合并"), done=done,
        template="communities/merge.html", context={"similar": similar},
        initial={"into": request.GET.get("into", "")[:60]},
    )  # fmt: skip


@get_or_post
def unmerge(request, number):
    return act_page(
        request, number, ReasonForm,
        lambda need, fields: _do(services.unmerge_need, request, need, **fields),
        _("取消合并"), _("取消合并"), done=_("已取消合并，这条需求重新开放。"),
    )  # fmt: skip


@get_or_post
def keep_apart(request, number):
    return act_page(
        request, number, ConfirmNeedForm,
        lambda need, fields: _do(services.keep_apart, request, need, **fields),
        _("不是重复"), _("记入核对"), done=_("已记录，不再提示重复。"),
    )  # fmt: skip


@get_or_post
def publish_photo(request, number):
    return act_page(
        request, number, PublishPhotoForm,
        lambda need, fields: _do(services.publish_photo, request, need, **fields),
        _("公开照片"), _("公开照片"), done=_("照片已公开。"), template="communities/photo.html",
    )  # fmt: skip


@get_or_post
def hide_photo(request, number):
    return act_page(
        request, number, ReasonForm,
        lambda need, fields: _do(services.hide_photo, request, need, **fields),
        _("不再公开照片"), _("不再公开"), done=_("照片不再公开。"),
        template="communities/photo.html",
    )  # fmt: skip
