"""Who may open which file of a matter."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.files import may_read
from deliberation.choices import State
from deliberation.services import drafting, notices, reviews
from tests.deliberation.helpers import refused


def picture(name="photo.png"):
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


@pytest.mark.parametrize("is_public", [True, False])
def test_an_attachment_is_public_only_when_marked_and_declared(walk, world, is_public):
    done = walk().draft()
    attachment = drafting.attach(
        matter_id=done.pk, upload=picture(), kind="photo", title="现场", is_public=is_public,
        actor=world.home.agent, now=done.now,
    )  # fmt: skip
    assert not may_read(None, attachment.file)
    assert may_read(world.home.agent, attachment.file)
    assert may_read(world.home.clerk, attachment.file)
    assert not may_read(world.far.clerk, attachment.file)
    done.solicit().declare()
    assert may_read(None, attachment.file) is is_public


def test_attachments_come_off_while_the_proposal_may_be_edited_and_stay_after(walk, world):
    done = walk().draft()
    attachment = drafting.attach(
        matter_id=done.pk, upload=picture(), kind="photo", title="现场", actor=world.home.agent,
        now=done.now,
    )  # fmt: skip
    other = walk().draft()
    off = drafting.detach
    refused(
        "attachment_unknown", off, matter_id=other.pk, attachment_id=attachment.pk,
        actor=world.home.agent, now=done.now,
    )  # fmt: skip
    done.solicit().declare()
    refused(
        "wrong_state", off, matter_id=done.pk, attachment_id=attachment.pk,
        actor=world.home.agent, now=done.now,
    )  # fmt: skip


def test_photos_of_a_survey_are_for_the_staff_of_the_place(walk, world):
    done = walk(type="works", wan=30).to(State.DECLARED).opine(doubtful={"development"})
    reviewer = next(iter(world.home.street.reviewers.values()))
    survey = reviews.record_survey(
        matter_id=done.pk, surveyed_on=done.now.date(), people="二人", conclusion="可行",
        photos=[picture()], actor=reviewer, now=done.now,
    )  # fmt: skip
    photo = survey.photos.get()
    assert may_read(world.home.clerk, photo) and may_read(reviewer, photo)
    assert not may_read(None, photo) and not may_read(world.far.clerk, photo)
    assert not may_read(world.home.resident, photo)


def test_a_scan_of_an_objection_is_for_the_staff_and_the_photo_of_a_notice_for_all(walk, world):
    done = walk().to(State.RESOLVED)
    notice = notices.post_notice(
        matter_id=done.pk, places="宣传栏", contact_name="居委会", contact_phone="0755-1",
        contact_address="居委会", photo=picture(), actor=world.home.clerk, now=done.now,
    )  # fmt: skip
    objection = notices.file_objection(
        notice_id=notice.pk, content="噪声", name="丁某", phone="13900000000", channel="paper",
        scan=picture(), received_at=done.now, actor=world.home.clerk, now=done.now,
    )  # fmt: skip
    assert may_read(None, notice.photo)
    assert may_read(world.home.clerk, objection.scan)
    assert not may_read(None, objection.scan)
    assert not may_read(world.home.agent, objection.scan)
    assert not may_read(world.far.clerk, objection.scan)
