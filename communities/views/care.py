"""Pages of the care of the pool: merge and part, hand on, sort, ask after."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
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


def _page(form, service, title, button, **page):
    """The page of an act that asks for the fields of one form and nothing else."""

    @get_or_post
    def show(request, number):
        return act_page(
            request, number, form,
            lambda need, fields: _do(service, request, need, **fields), title, button, **page,
        )  # fmt: skip

    return show


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


recategorise = _page(CategoryForm, services.recategorise_need, lazy("调整类别"), lazy("保存类别"))
confirm = _page(ConfirmNeedForm, services.confirm_need, lazy("核实仍然需要"), lazy("记入核实"))
unmerge = _page(
    ReasonForm, services.unmerge_need, lazy("取消合并"), lazy("取消合并"),
    done=lazy("已取消合并，这条需求重新开放。"),
)  # fmt: skip
keep_apart = _page(
    ConfirmNeedForm, services.keep_apart, lazy("不是重复"), lazy("记入核对"),
    done=lazy("已记录，不再提示重复。"),
)  # fmt: skip
publish_photo = _page(
    PublishPhotoForm, services.publish_photo, lazy("公开照片"), lazy("公开照片"),
    done=lazy("照片已公开。"), template="communities/photo.html",
)  # fmt: skip
hide_photo = _page(
    ReasonForm, services.hide_photo, lazy("不再公开照片"), lazy("不再公开"),
    done=lazy("照片不再公开。"), template="communities/photo.html",
)  # fmt: skip
