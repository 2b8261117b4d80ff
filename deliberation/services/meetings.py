"""Step 4: announce, hold, vote, defer, close. The meeting row is locked after its matters."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from communities.models import Community
from communities.permissions import holds
from communities.roles import Role
from communities.selectors import roster as council_roster
from core import audit
from core.chain import canonical, digest_of
from core.masking import mask_name
from core.money import format_yuan
from core.refusals import NotAllowed, NotFound, Reason, refuse_if
from deliberation import rules
from deliberation.choices import MeetingState, Purpose, State
from deliberation.models import AgendaItem, Meeting, MeetingMember, Recusal
from deliberation.services.base import bad, begin, blocked, finish, require_text
from projects import selectors as projects_selectors
from projects.choices import ApplicantKind

OVER = (MeetingState.CLOSED, MeetingState.ADJOURNED, MeetingState.CANCELLED)


def lock_meeting(meeting_id):
    """The meeting under its lock. Lock its matters first where both are needed."""
    meeting = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("community__street__district", "chair", "recorder")
        .filter(pk=meeting_id)
        .first()
    )
    if meeting is None:
        raise NotFound(Reason("not_found", _("没有找到这次会议。")))
    return meeting


def check_convener(actor, community, now):
    """Meetings are convened and run by the residents' committee's clerk."""
    refuse_if(convener_reasons(actor, community, timezone.localdate(now)), NotAllowed)


def convener_reasons(actor, community, on):
    """Why the user may not convene meetings of this community; empty when they may."""
    if holds(actor, Role.COMMITTEE_CLERK, community=community, on=on):
        return []
    return [
        Reason(
            "not_convener",
            _("议事会会议由%(place)s居委会经办人召集和登记。") % {"place": community.name},
            _("居委会召集社区居民议事会。"),
            _("请转告该居委会。"),
        )
    ]


def in_state(meeting, *states):
    """Refuse when the meeting is not in one of `states`."""
    if meeting.state not in states:
        raise blocked(
            "meeting_state", _("会议现为“%(state)s”，不能这样办理。")
            % {"state": meeting.get_state_display()},
            _("会议依次公告、核验到会、表决、结束。"), _("请刷新会议页面查看。"),
        )  # fmt: skip


@transaction.atomic
def announce(*, community_id, starts_at, place, announced_places, items, actor, now):
    """Announce a meeting with a frozen agenda and roster. Returns the Meeting.

    items: dicts with matter_id, purpose ("establish" / "withdraw") and presenter, in order.
    """
    community = Community.objects.select_related("street__district").get(pk=community_id)
    check_convener(actor, community, now)
    require_text(place=(place, _("地点")), announced_places=(announced_places, _("公告位置")))
    rule_set = projects_selectors.rule_set_in_force(timezone.localdate(now))
    _check_announcement(rule_set, starts_at, items, now)
    matters = {}
    for pk in sorted({item["matter_id"] for item in items}):
        matters[pk] = begin("announce_meeting", matter_id=pk, actor=actor, now=now)
        if matters[pk].proposal.community_id != community.pk:
            raise bad("matter_elsewhere", _("议程中有其他社区的项目。"), field="items")
    roster = council_roster(community, timezone.localdate(starts_at))
    if not roster:
        raise blocked(
            "no_council", _("会议当天没有在任的议事会成员。"), _("议事会成员须在任期内。"),
            _("请先登记本届议事会成员名单。"),
        )  # fmt: skip
    year = timezone.localdate(starts_at).year
    last = Meeting.objects.filter(community=community, year=year).aggregate(Max("session"))
    meeting = Meeting.objects.create(
        community=community, year=year, session=(last["session__max"] or 0) + 1,
        state=MeetingState.ANNOUNCED, place=place, starts_at=starts_at, announced_at=now,
        announced_places=announced_places, convened_by=actor, member_count=len(roster),
        quorum=rules.quorum_needed(
            len(roster), rule_set.quorum_numerator, rule_set.quorum_denominator,
            rule_set.is_quorum_inclusive,
        ),
    )  # fmt: skip
    MeetingMember.objects.bulk_create(
        MeetingMember(meeting=meeting, person_id=seat.person_id, seat=seat.seat) for seat in roster
    )
    for position, entry in enumerate(items, start=1):
        _add_item(meeting, position, entry, matters[entry["matter_id"]], actor=actor, now=now)
    _close_agenda(meeting, actor, now)
    return meeting


def _check_announcement(rule_set, starts_at, items, now):
    """Enough days ahead, something on the agenda, nothing twice."""
    if rule_set is None:
        raise blocked("no_rule_set", _("今天没有生效的规则版本。"), "", _("请联系区民政局。"))
    ahead = (timezone.localdate(starts_at) - timezone.localdate(now)).days
    if ahead < rule_set.announce_days:
        raise bad(
            "announced_too_late",
            _("会议须提前%(days)s天公告，现只提前%(ahead)s天。")
            % {"days": rule_set.announce_days, "ahead": max(ahead, 0)},
            rule_set.name, _("请把会议改到%(days)s天以后。") % {"days": rule_set.announce_days},
            "starts_at",
        )  # fmt: skip
    if not items:
        raise bad("agenda_empty", _("议程不能为空。"), field="items")
    if len({item["matter_id"] for item in items}) < len(items):
        raise bad("agenda_twice", _("同一项目在议程中出现了两次。"), field="items")


def _add_item(meeting, position, entry, matter, *, actor, now):
    """One agenda item; its amount and digest are what the council will decide on."""
    purpose = entry.get("purpose") or Purpose.ESTABLISH
    wants = (
        (State.REVIEWED, State.DEFERRED)
        if purpose == Purpose.ESTABLISH
        else (State.RESOLVED, State.PUBLICISED)
    )
    if matter.state not in wants:
        raise bad(
            "purpose_mismatch", _("“%(title)s”现处于“%(state)s”，不能列为这一议题。")
            % {"title": matter.proposal.title, "state": matter.get_state_display()},
            _("审议立项针对审核通过的项目；表决后的撤回须经议事会同意。"),
            _("请更换议题。"), "items",
        )  # fmt: skip
    AgendaItem.objects.create(
        meeting=meeting, matter=matter, open_key=matter.pk, purpose=purpose, position=position,
        amount_fen=matter.proposal.amount_fen, presenter=presenter_words(matter.proposal, entry.get("presenter", "")),
        content_digest=projects_selectors.content_digest(matter.proposal),
    )  # fmt: skip
    finish(
        matter, "announce_meeting",
        "put_on_agenda" if purpose == Purpose.ESTABLISH else "ask_withdrawal",
        actor=actor, now=now, note=meeting.number,
        columns={
            **meeting_columns(meeting),
            "purpose": Purpose(purpose).label,
            "amount": format_yuan(matter.proposal.amount_fen),
        },
        data={"meeting": meeting.pk, "purpose": purpose},
    )  # fmt: skip


def presenter_words(proposal, name):
    """The presenter as the record keeps him: a resident who proposes is named only masked.

    Agenda and ledger ④ are public and chained; a chain cannot forget a name (PIPL).
    """
    if proposal.applicant_kind == ApplicantKind.RESIDENT and proposal.applicant.name in name:
        return name.replace(proposal.applicant.name, mask_name(proposal.applicant.name))
    return name


def _close_agenda(meeting, actor, now):
    """Freeze agenda and roster by their digest, kept in the audit chain."""
    meeting.agenda_digest = agenda_digest(meeting)
    meeting.save(update_fields=["agenda_digest"])
    audit.record(
        "meeting.called", target=meeting, actor=actor, at=now, chain=meeting.community.code,
        data={"agenda": meeting.agenda_digest, "starts_at": meeting.starts_at.isoformat(),
              "members": meeting.member_count, "quorum": meeting.quorum},
    )  # fmt: skip


def agenda_digest(meeting):
    """Digest over agenda and roster as they are in the tables now."""
    return digest_of(
        "",
        canonical(
            {
                "items": [
                    list(row)
                    for row in meeting.items.order_by("position").values_list(
                        "position", "matter_id", "purpose", "amount_fen", "content_digest"
                    )
                ],
                "members": sorted(meeting.members.values_list("person_id", flat=True)),
            }
        ),
    )


def meeting_columns(meeting):
    """The columns of ledger ④ that every row about a meeting shares."""
    return {
        "meeting_no": meeting.number,
        "announced_on": timezone.localdate(meeting.announced_at).isoformat(),
        "announced_places": meeting.announced_places,
        "meeting_at": timezone.localtime(meeting.starts_at).strftime("%Y-%m-%d %H:%M"),
        "place": meeting.place,
        "chair": meeting.chair.name if meeting.chair else "",
        "recorder": meeting.recorder.name if meeting.recorder else "",
        "members": str(meeting.member_count),
        "quorum": str(meeting.quorum),
        "present": str(meeting.present_count),
        "residents": str(meeting.resident_count),
        "deputies": str(meeting.deputy_count),
    }


def _set_attendance(meeting, present_person_ids, resident_count, deputy_count):
    roster = set(meeting.members.values_list("person_id", flat=True))
    present = set(present_person_ids)
    if not present <= roster:
        raise bad(
            "not_on_roster", _("到会名单中有不在应到名单的人员。"),
            _("应到名单自公告起固定。"), _("列席人员请计入列席人数。"), "present",
        )  # fmt: skip
    if min(resident_count, deputy_count) < 0:
        raise bad("count_negative", _("列席人数不能为负。"), field="resident_count")
    meeting.members.update(is_present=False)
    meeting.members.filter(person_id__in=present).update(is_present=True)
    meeting.present_count = len(present)
    meeting.resident_count, meeting.deputy_count = resident_count, deputy_count


def _officer(meeting, person_id, label):
    """Chair and recorder: a member on the roster, or the committee's own person for the minutes."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise bad("officer_missing", _("请选择%(label)s。") % {"label": label}, field=label)
    return person


@transaction.atomic
def open_meeting(
    *, meeting_id, chair_id, recorder_id, present_ids, resident_count=0, deputy_count=0,
    actor, now,
):  # fmt: skip
    """Check attendance on the day; only with a quorum is the meeting open."""
    meeting = lock_meeting(meeting_id)
    check_convener(actor, meeting.community, now)
    in_state(meeting, MeetingState.ANNOUNCED)
    _check_day(meeting, now)
    _set_attendance(meeting, present_ids, resident_count, deputy_count)
    if meeting.present_count < meeting.quorum:
        raise blocked(
            "no_quorum",
            _("应到%(all)s人，实到%(present)s人，法定人数%(quorum)s人，不足不得表决。")
            % {"all": meeting.member_count, "present": meeting.present_count,
               "quorum": meeting.quorum},
            _("到会人数超过三分之二，会议议事结果有效。"),
            _("请等成员到齐，或登记流会后另行召集。"), "present",
        )  # fmt: skip
    meeting.chair = _officer(meeting, chair_id, _("主持人"))
    meeting.recorder = _officer(meeting, recorder_id, _("记录人"))
    if chair_id not in set(present_ids):
        raise bad("chair_absent", _("主持人须是到会成员。"), field="chair")
    meeting.state, meeting.opened_at = MeetingState.OPEN, now
    meeting.save()
    audit.record(
        "meeting.opened", target=meeting, actor=actor, at=now, chain=meeting.community.code,
        data={"present": meeting.present_count, "quorum": meeting.quorum},
    )  # fmt: skip
    return meeting


def _check_day(meeting, now):
    if timezone.localdate(now) < timezone.localdate(meeting.starts_at):
        raise blocked(
            "meeting_not_yet", _("会议定于%(when)s，当天才能核验到会。")
            % {"when": timezone.localtime(meeting.starts_at).strftime("%Y-%m-%d %H:%M")},
            _("会议按公告的时间召开。"), _("请在会议当天办理；改期请取消后重新公告。"),
        )  # fmt: skip


@transaction.atomic
def change_chair(*, meeting_id, chair_id, actor, now):
    """Another present member takes the chair, for instance for an item the chair is recused from."""
    meeting = lock_meeting(meeting_id)
    check_convener(actor, meeting.community, now)
    in_state(meeting, MeetingState.OPEN)
    if not meeting.members.filter(person_id=chair_id, is_present=True).exists():
        raise bad("chair_absent", _("主持人须是到会成员。"), field="chair")
    if Recusal.objects.filter(item__box__open_key=meeting.pk, member__person=chair_id).exists():
        raise blocked(
            "chair_recused", _("这位成员须回避正在投票的议题。"),
            _("回避人员不参加也不主持该议题。"), _("请改由其他到会成员主持。"), "chair",
        )  # fmt: skip
    meeting.chair_id = chair_id
    meeting.save(update_fields=["chair"])
    audit.record(
        "meeting.chair_changed", target=meeting, actor=actor, at=now,
        chain=meeting.community.code, data={"person": chair_id},
    )  # fmt: skip
    return meeting
