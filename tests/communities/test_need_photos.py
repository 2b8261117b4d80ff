"""The photo of a need: without metadata, public after a look, gone when its owner wants it gone."""

from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from communities.models import DraftPhoto, Need
from communities.roles import Role
from communities.services import needs as services
from communities.services.need_photos import forget_expired_photos
from communities.tasks import forget_draft_photos
from core import files, invariants
from core.models import AuditEvent, StoredFile
from core.refusals import BadInput, Conflict, NotAllowed
from core.verify import Finding
from tests.communities.needs import records_of, visitor
from tests.core.corpus import PDF, photo_with_position

pytestmark = pytest.mark.django_db


def photo(name="王小明13800138000.jpg"):
    return SimpleUploadedFile(name, photo_with_position(), "image/jpeg")


def on_disk(tmp_path):
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def looked_into(answer):
    """Status of an answer that carries a picture; the file is read to its end."""
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    return answer.status_code


def filed(a_need, community, **words):
    return a_need(community, photo=services.looked_at(photo()), **words)


def test_a_photo_is_filed_without_position_and_without_the_name_of_its_file(home, a_need):
    need = filed(a_need, home)
    assert (need.photo.purpose, need.photo.kind, need.photo_is_public) == (
        "need-photo", "image", False,
    )  # fmt: skip
    assert need.photo.name == "need-photo.jpg"
    with files.open_file(need.photo) as stored:
        data = stored.read()
    assert b"Exif" not in data and b"GPS" not in data


def test_something_that_is_no_picture_is_refused_at_its_field():
    with pytest.raises(BadInput) as refused:
        services.looked_at(SimpleUploadedFile("表.pdf", PDF))
    assert refused.value.codes == ["photo_not_a_picture"]
    with pytest.raises(BadInput) as refused:
        services.looked_at(SimpleUploadedFile("x.png", b"<script>"))
    assert {reason.field for reason in refused.value.reasons} == {"photo"}


def test_a_need_that_fails_half_way_leaves_no_bytes(home, a_need, tmp_path, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr("communities.services.need_filing.leave_records", broken)
    with pytest.raises(RuntimeError):
        filed(a_need, home)
    assert on_disk(tmp_path) == []
    assert not (StoredFile.objects.exists() or Need.objects.exists() or AuditEvent.objects
                .filter(kind="file.taken_in").exists())  # fmt: skip


def test_without_the_care_the_bytes_would_stay(home, a_need, tmp_path, monkeypatch):
    """Control: the same failure, and nobody who clears up."""
    monkeypatch.setattr(FileSystemStorage, "delete", lambda self, name: None)
    monkeypatch.setattr("communities.services.need_filing.leave_records", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        filed(a_need, home)
    assert len(on_disk(tmp_path)) == 1


def test_the_clerk_publishes_after_a_look_and_hides_with_a_reason(home, a_need, clerk, now):
    need = filed(a_need, home)
    keys = {"need_id": need.pk, "actor": clerk, "now": now + timedelta(minutes=10)}
    # its author may still put another one there, which nobody would have looked at
    with pytest.raises(Conflict) as refused:
        services.publish_photo(**keys, looked=True)
    assert refused.value.codes == ["photo_may_change"]
    keys["now"] += timedelta(seconds=1)
    with pytest.raises(BadInput) as refused:
        services.publish_photo(**keys)
    assert refused.value.codes == ["photo_not_looked_at"]
    need = services.publish_photo(**keys, looked=True)
    assert need.photo_is_public
    assert records_of(need) == ("photo_published", "photo_published", "need.photo_published")
    with pytest.raises(Conflict):
        services.publish_photo(**keys, looked=True)
    with pytest.raises(BadInput):
        services.hide_photo(**keys, reason=" ")
    need = services.hide_photo(**keys, reason="能认出路人")
    assert not need.photo_is_public
    assert records_of(need) == ("photo_hidden", "photo_hidden", "need.photo_hidden")
    assert need.changes.order_by("-pk").first().text == "能认出路人"


def test_nobody_else_publishes(home, far, neighbour, a_need, holder_of, now):
    need = filed(a_need, home)
    strangers = [None, *(holder_of(Role.COMMITTEE_CLERK, place) for place in (far, neighbour)),
                 holder_of(Role.COMMITTEE_SIGNER, home)]  # fmt: skip
    for who in strangers:
        with pytest.raises(NotAllowed):
            services.publish_photo(need_id=need.pk, looked=True, actor=who, now=now)
    with pytest.raises(Conflict):
        other = a_need(home)
        clerk = holder_of(Role.STATION_CLERK, home)
        services.publish_photo(need_id=other.pk, looked=True, actor=clerk, now=now)


def test_who_sees_the_photo_before_and_after(client, home, far, a_need, holder_of, sign_in, now):
    need = filed(a_need, home)
    clerk = holder_of(Role.COMMITTEE_CLERK, home)
    address, public = f"/files/{need.photo_id}/", f"/needs/{need.number}/"
    assert Client().get(address).status_code == 404
    assert address not in Client().get(public).content.decode()
    assert sign_in(holder_of(Role.COMMITTEE_CLERK, far)).get(address).status_code == 404
    desk = sign_in(clerk)
    assert looked_into(desk.get(address)) == 200
    assert address in desk.get(f"/needs/desk/{need.number}/").content.decode()
    page = f"/needs/desk/{need.number}/publish-photo/"
    assert address in desk.get(page).content.decode()
    assert "先看照片" in desk.post(page, {"looked": ""}).content.decode()
    assert desk.post(page, {"looked": "on"}).status_code == 302
    shown = Client().get(address)
    assert looked_into(shown) == 200 and shown["Content-Type"] == "image/jpeg"
    assert "王小明" not in shown["Content-Disposition"]
    assert address in Client().get(public).content.decode()
    assert Client().get(f"/api/v1/needs/{need.number}/").json()["photo"] == address
    hide = f"/needs/desk/{need.number}/hide-photo/"
    assert desk.post(hide, {"reason": "能认出路人"}).status_code == 302
    assert Client().get(address).status_code == 404


def test_the_author_sees_it_replaces_it_and_takes_it_off(client, home, a_need, now):
    need = filed(a_need, home)
    Need.objects.filter(pk=need.pk).update(photo_is_public=True)
    first = need.photo
    client.post("/needs/follow-up/", {"number": need.number, "query_code": need.query_code})
    own = f"/needs/follow-up/{need.number}/photo/"
    assert own in client.get(f"/needs/follow-up/{need.number}/").content.decode()
    assert looked_into(client.get(own)) == 200
    assert Client().get(own).status_code == 404
    keys = {"need_id": need.pk, "query_code": need.query_code, "now": now + timedelta(minutes=5)}
    need = services.correct_need(**keys, photo=services.looked_at(photo()))
    assert need.photo != first and not need.photo_is_public
    assert records_of(need)[0] == "corrected"
    need = services.correct_need(**keys, remove_photo=True)
    assert need.photo is None and not StoredFile.objects.exists()
    assert services.correct_need(**keys, remove_photo=True).changes.count() == 3
    with pytest.raises(Conflict):
        services.correct_need(
            **keys | {"now": now + timedelta(minutes=11)}, photo=services.looked_at(photo())
        )


def test_a_need_taken_back_takes_its_photo_along_and_verify_knows(
    home, a_need, now, django_capture_on_commit_callbacks, tmp_path
):
    need = filed(a_need, home)
    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw_need(need_id=need.pk, query_code=need.query_code, now=now)
    need.refresh_from_db()
    assert need.photo is None and on_disk(tmp_path) == []
    event = AuditEvent.objects.get(kind="file.erased")
    assert event.reason == "撤回需求"
    found = [one for one in invariants.files_are_as_they_came(now) if isinstance(one, Finding)]
    assert found == []
    # Control: a file that went without a word is found.
    kept = filed(a_need, home, content="另外一条需求")
    stored, kept.photo = kept.photo, None
    kept.save()
    default_storage.delete(stored.path)
    StoredFile.objects.all().delete()
    found = [one for one in invariants.files_are_as_they_came(now) if isinstance(one, Finding)]
    assert len(found) == 1


# --- between the screens -------------------------------------------------------------------------


def test_a_draft_photo_is_replaced_sent_and_swept(home, a_need, now):
    for token in ("a" * 32, "a" * 32, "b" * 32):
        services.keep_draft_photo(upload=photo(), form_token=token, client=visitor(), now=now)
    assert DraftPhoto.objects.count() == 2
    assert services.draft_photo("c" * 32, now) is None and services.draft_photo("", now) is None
    kept = services.draft_photo("a" * 32, now)
    need = a_need(home, photo=kept, form_token="a" * 32)
    assert need.photo_id and services.draft_photo("a" * 32, now) is None
    late = now + timedelta(hours=7)
    assert services.draft_photo("b" * 32, late) is None
    assert forget_draft_photos(late) == 1
    assert forget_expired_photos(now=late) == 0
    assert not DraftPhoto.objects.exists()


def test_photos_without_end_are_stopped(now, settings):
    settings.FLOOD_LIMITS = {"photo": (("browser", 600, 1),)}
    services.keep_draft_photo(upload=photo(), form_token="a" * 32, client=visitor(), now=now)
    with pytest.raises(Conflict) as refused:
        services.keep_draft_photo(upload=photo(), form_token="b" * 32, client=visitor(), now=now)
    assert refused.value.codes == ["too_many"]
    assert DraftPhoto.objects.count() == 1


# --- the API -------------------------------------------------------------------------------------


def test_the_api_takes_a_photo_and_its_acts(client, home, a_need, clerk, sign_in):
    words = {"community": home.code, "category": "safety", "content": "台阶松动了很久",
             "photo": photo()}  # fmt: skip
    told = client.post("/api/v1/needs/", words)
    assert told.status_code == 201
    need = Need.objects.get()
    assert need.photo.purpose == "need-photo"
    refused = client.post("/api/v1/needs/", words | {"photo": SimpleUploadedFile("x.exe", b"x")})
    assert refused.status_code == 400 and Need.objects.count() == 1
    desk = sign_in(clerk)
    base = f"/api/v1/needs/{need.number}/"
    soon = desk.post(f"{base}publish_photo/", {"looked": True}, "application/json")
    assert soon.status_code == 409 and soon.json()["reasons"][0]["code"] == "photo_may_change"
    Need.objects.update(created_at=need.created_at - timedelta(minutes=11))
    no = desk.post(f"{base}publish_photo/", {"looked": False}, "application/json")
    assert no.status_code == 400
    yes = desk.post(f"{base}publish_photo/", {"looked": True}, "application/json")
    assert yes.json()["photo"] == f"/files/{need.photo_id}/"
    no = desk.post(f"{base}hide_photo/", {"reason": "能认出路人"}, "application/json")
    assert no.json()["photo"] is None
    assert Client().post(f"{base}publish_photo/", {"looked": True}).status_code in (401, 403)
