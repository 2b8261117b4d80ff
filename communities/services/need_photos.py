"""The photo of a need: kept between the screens, filed with it, public once somebody has looked."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities import acts, permissions, rules
from communities.files import NEED_PHOTO
from communities.flood import digest
from communities.models import DraftPhoto, Need
from communities.services import flood
from communities.services.need_checks import checked_text
from communities.services.need_records import locked, touch
from core import files, intake
from core.refusals import BadInput, Reason, refuse_if

# The name a browser sends may name a resident; this one stands in the header of the answer.
NAME = "need-photo"


def looked_at(upload):
    """The picture as it may be kept (core.intake.Checked), without metadata; or BadInput.

    Called before the transaction that keeps it: decoding a picture takes its time.
    """
    try:
        checked = intake.inspect(upload)
    except BadInput as refused:
        raise BadInput(*(replace(one, field="photo") for one in refused.reasons)) from refused
    if checked.kind != intake.Kind.IMAGE:
        raise BadInput(
            Reason(
                "photo_not_a_picture",
                _("这里只收照片。"),
                remedy=_("请选 JPG、PNG 或 WEBP 图片，也可以不传。"),
                field="photo",
            )
        )
    return replace(checked, name=f"{NAME}.{checked.extension}")


def keep_draft_photo(*, upload, form_token, client, now):
    """The photo waits for its form to be sent; a second one takes its place."""
    photo = looked_at(upload)
    with transaction.atomic():
        flood.count("photo", client=client, now=now)
        DraftPhoto.objects.update_or_create(
            key=_key(form_token),
            defaults={
                "data": photo.data,
                "extension": photo.extension,
                "expires_at": now + rules.DRAFT_PHOTO_LIFE,
            },
        )


def draft_photo(form_token, now):
    """The photo that waits for this form, as `file_need` takes it; None when there is none."""
    row = DraftPhoto.objects.filter(key=_key(form_token), expires_at__gt=now).first()
    if not form_token or row is None:
        return None
    name = f"{NAME}.{row.extension}"
    return intake.Checked(bytes(row.data), name, row.extension, intake.Kind.IMAGE)


@transaction.atomic
def drop_draft_photo(*, form_token):
    """The photo is gone: it was sent, taken off, or the form was given up."""
    DraftPhoto.objects.filter(key=_key(form_token)).delete()


@transaction.atomic
def forget_expired_photos(*, now):
    """Photos of forms that were never sent; called by the tick. Returns how many."""
    return DraftPhoto.objects.filter(expires_at__lte=now).delete()[0]


def attach_photo(need, photo, *, actor, now):
    """Keep a photo that was looked at as the need's; public only later. In the caller's transaction."""
    need.photo = files.take_in(
        photo, actor=actor, at=now, purpose=NEED_PHOTO, inspect=lambda already: already
    )
    need.photo_is_public = False
    need.save(update_fields=["photo", "photo_is_public"])


def erase_photo(need, *, actor, now, reason):
    """The need has no photo any more, and nobody has. In the caller's transaction."""
    stored, need.photo, need.photo_is_public = need.photo, None, False
    Need.objects.filter(pk=need.pk).update(photo=None, photo_is_public=False)
    files.erase(stored, actor=actor, at=now, reason=reason)


@transaction.atomic
def publish_photo(*, need_id, looked=False, actor, now):
    """Everybody may see the photo: somebody of the place has looked at it."""
    need = locked(need_id)
    on = timezone.localdate(now)
    acts.check("publish_photo", need, actor, on)
    refuse_if(_may_still_change(need, now))
    if not looked:
        raise BadInput(
            Reason(
                "photo_not_looked_at",
                _("请先看照片，再勾选确认。"),
                rule=_("照片公开前，由经办人核看：没有能认出的人脸、车牌、门牌和证件。"),
                remedy=_("有的，请不要公开；可以请居民换一张。"),
                field="looked",
            )
        )
    need.photo_is_public = True
    _touch(need, "photo_published", actor, now, "")
    return need


@transaction.atomic
def hide_photo(*, need_id, reason, actor, now):
    """The photo is for the desk and its author again; the reason is public."""
    need = locked(need_id)
    acts.check("hide_photo", need, actor, timezone.localdate(now))
    words = checked_text(reason, "reason", _("请写明不再公开的理由。"))
    need.photo_is_public = False
    _touch(need, "photo_hidden", actor, now, words)
    return need


def _may_still_change(need, now):
    """Whoever looks must look at the photo that will be shown."""
    if rules.may_still_correct(need.created_at, now):
        yield Reason(
            "photo_may_change",
            _("提出人现在还可以更换照片，请稍后再公开。"),
            rule=_("提交后十分钟内可以更正或撤回。"),
            remedy=_("请十分钟后重新看过照片，再公开。"),
        )


def _touch(need, event, actor, now, text):
    capacity = permissions.capacity_of_importer(actor, timezone.localdate(now), need.community)
    touch(
        need, event, actor=actor, now=now, fields=["photo_is_public"], text=text,
        capacity=capacity, data={"photo": need.photo.digest},
    )  # fmt: skip


def _key(form_token):
    return digest("draft", form_token)
