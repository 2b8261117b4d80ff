"""Step 3 in short words, for the tests of the departments and of the joint meeting."""

from django.utils import timezone

from communities.selectors import office_of
from deliberation.services import reviews
from demo.pictures import lane_after_survey
from projects.choices import ProposalType

WORKS = {"type": ProposalType.WORKS, "wan": 30}


def offices(done):
    return list(done.cast.street.reviewers)


def opine(done, office, *, by=None, **words):
    return reviews.give_opinion(
        matter_id=done.pk, office_id=office.pk, actor=by or done.cast.street.reviewers[office],
        now=done.now, **{"feasibility": "yes", "legality": "yes"} | words,
    )  # fmt: skip


def survey(done, *, by=None, on=None, **words):
    return reviews.record_survey(
        matter_id=done.pk, surveyed_on=on or timezone.localdate(done.now),
        actor=by or done.cast.street.reviewers[offices(done)[0]], now=done.now,
        **{"people": "发展更新部二人、居委会一人", "conclusion": "管线已避让，可以施工",
           "photos": [lane_after_survey()]} | words,
    )  # fmt: skip


def summarise(done, *, by=None, problems="夜间施工扰民", necessity="台阶破损多年"):
    return reviews.summarise_gatekeeping(
        matter_id=done.pk, problems=problems, necessity=necessity,
        actor=by or done.cast.street.affairs, now=done.now,
    )  # fmt: skip


def seats(done, *, party=None, committee=None):
    people = ((party or done.cast.party, "party"), (committee or done.cast.signer, "committee"))
    return [{"person_id": user.person_id, "capacity": capacity} for user, capacity in people]


def record(done, *, by=None, on=None, **words):
    words = {
        "attendees": seats(done), "fit": "fits", "fit_reason": "需求库有同类需求",
        "conclusion": "pass",
    } | words  # fmt: skip
    return reviews.record_review(
        matter_id=done.pk, held_on=on or timezone.localdate(done.now),
        actor=by or done.cast.clerk, now=done.now, **words,
    )  # fmt: skip


def sign(done, *users):
    for user in users or (done.cast.party, done.cast.signer):
        reviews.sign_review(matter_id=done.pk, actor=user, now=done.now)
    return done.again()


def office_here(done, kind):
    return office_of(kind, community=done.cast.community)


def sign_after_record(done, **words):
    record(done, **words)
    return sign(done)
