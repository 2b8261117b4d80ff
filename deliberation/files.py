"""Who may open the files of a matter: attachments of the proposal, photos of the survey."""

from django.utils import timezone

from core.files import register_file_rule
from deliberation import permissions
from deliberation.models import Matter, Survey
from projects.models import ProposalAttachment


def may_open_attachment(user, stored_file):
    """Public attachments of public matters for all; the rest for the applicant and the staff."""
    attachment = (
        ProposalAttachment.objects.select_related("proposal").filter(file=stored_file).first()
    )
    if attachment is None:
        return False
    matter = Matter.objects.with_places().filter(proposal=attachment.proposal).first()
    if matter is None:
        return False
    if attachment.is_public and matter.entered_at is not None:
        return True
    on = timezone.localdate()
    return permissions.sees_inside(user, matter, on) or permissions.is_applicant_side(
        user, matter, on
    )


def may_open_survey_photo(user, stored_file):
    """Photos of a survey show homes: for the staff of the place."""
    survey = Survey.objects.filter(photos=stored_file).first()
    if survey is None:
        return False
    matter = Matter.objects.with_places().get(pk=survey.matter_id)
    return permissions.sees_inside(user, matter, timezone.localdate())


register_file_rule("proposal", may_open_attachment)
register_file_rule("survey", may_open_survey_photo)
