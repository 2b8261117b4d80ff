"""Take over records of a former rule set (1.0): the door a street uses for its own history.

Imported records never walked the six steps and say so: they are marked, carry one row in ledger ⑥
with their source, reserve their money in the envelope of their year, and can be made only under a
rule set that is for history only. All rows are checked first; one bad row and none is written.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.models import Community, Organisation
from communities.permissions import holds
from communities.roles import Role
from core import audit, ledgers
from core.money import format_yuan
from core.refusals import BadInput, NotAllowed, Reason, Refused
from deliberation.choices import MeetingState, State
from deliberation.models import Matter, MatterEvent, Meeting
from projects import rules
from projects import selectors as projects_selectors
from projects.choices import ApplicantKind, Level, ProposalType
from projects.models import Proposal, RuleSet
from projects.services import envelopes, proposals


@dataclass(frozen=True)
class HistoryRow:
    """One record to take over. `key` is the street's own identifier: a repeat changes nothing."""

    key: str
    community_code: str
    title: str
    type: str
    amount_fen: int
    passed_on: date
    entered_on: date
    source: str
    organisation_name: str = ""
    summary: str = ""


@dataclass(frozen=True)
class MeetingRow:
    """One council meeting of the past: where, when, how many came."""

    key: str
    community_code: str
    held_on: date
    place: str
    member_count: int
    present_count: int
    resident_count: int = 0


# What the columns hold; the key also stands behind "import:" in the journal of the money.
LONGEST_KEY, LONGEST_TITLE, LONGEST_PLACE, MOST_PEOPLE = 73, 80, 120, 10_000


def noon(day):
    """Noon of a day in local time: records of the past know the day only."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def check_importer(actor, now):
    """History is taken over by the district's officers."""
    on = timezone.localdate(now)
    if actor is not None and holds(actor, Role.DISTRICT_OFFICER, on=on):
        return
    raise NotAllowed(
        Reason(
            "not_your_act", _("历史数据由区级主管人员导入。"), _("导入不经审议环节，须由主管部门负责。"),
            _("请把数据表交区民政局导入。"),
        )
    )  # fmt: skip


def _row_reasons(row, places, rule_sets, caps, organisations):
    """Why one row cannot be taken over; empty when it can."""
    reasons = []

    def say(code, text, field):
        reasons.append(Reason(code, _("第%(key)s条：%(text)s") % {"key": row.key, "text": text},
                              field=field))  # fmt: skip

    if row.community_code not in places:
        say(
            "place_unknown", _("没有社区代码%(code)s。") % {"code": row.community_code}, "community"
        )
    if not row.title.strip():
        say("text_missing", _("没有项目名称。"), "title")
    if len(row.key) > LONGEST_KEY or len(row.title) > LONGEST_TITLE:
        say(
            "text_too_long",
            _("记录编号最多%(key)s字，项目名称最多%(title)s字。")
            % {"key": LONGEST_KEY, "title": LONGEST_TITLE},
            "title",
        )
    if row.type not in ProposalType.values:
        say("type_unknown", _("类型不明。"), "type")
        return reasons
    if row.entered_on > row.passed_on:
        say("dates_reversed", _("通过日期早于进入程序日期。"), "passed_on")
    rule_set = rule_set_of(row.passed_on, rule_sets)
    if rule_set is None:
        say(
            "no_history_rules",
            _("%(day)s没有可供导入的规则版本。") % {"day": row.passed_on},
            "passed_on",
        )
        return reasons
    for reason in rules.cap_reasons(
        amount_fen=row.amount_fen, cap=caps.get((rule_set.pk, row.type)),
        type_label=ProposalType(row.type).label, rule=rule_set.name,
    ):  # fmt: skip
        say(reason.code, reason.text, "amount")
    if row.organisation_name and row.organisation_name not in organisations:
        say("organisation_unknown", _("没有登记组织“%(n)s”。") % {"n": row.organisation_name},
            "organisation")  # fmt: skip
    return reasons


def _meeting_reasons(row, places, today):
    """Why one meeting cannot be taken over; empty when it can."""
    reasons = []
    if (
        row.community_code not in places
        or not 0 <= row.present_count <= row.member_count <= MOST_PEOPLE
        or not 0 <= row.resident_count <= MOST_PEOPLE
        or row.held_on > today
    ):
        reasons.append(
            Reason("row_bad", _("第%(key)s条：社区代码不明、人数或日期有误。") % {"key": row.key})
        )
    if len(row.key) > LONGEST_KEY or len(row.place) > LONGEST_PLACE:
        reasons.append(
            Reason(
                "text_too_long",
                _("第%(key)s条：记录编号最多%(longest)s字，地点最多%(place)s字。")
                % {"key": row.key, "longest": LONGEST_KEY, "place": LONGEST_PLACE},
            )
        )
    return reasons


def _same_key_twice(rows):
    if len({row.key for row in rows}) == len(rows):
        return []
    return [Reason("key_twice", _("导入表中有重复的记录编号。"))]


def rule_set_of(day, rule_sets):
    """The history-only rule set whose period holds `day`, or None."""
    for rule_set in rule_sets:
        if rule_set.effective_from <= day and (
            rule_set.effective_to is None or day <= rule_set.effective_to
        ):
            return rule_set
    return None


@transaction.atomic
def import_records(*, rows, actor, now, is_trial=False, progress=lambda done: None):
    """Take over all rows, or none: every bad row is reported in one refusal.

    Returns (imported, already_there). Rows whose key is known are left as they are. A trial goes
    the whole way, money included, and takes everything back.
    """
    check_importer(actor, now)
    rows = list(rows)
    places = {c.code: c for c in Community.objects.select_related("street__district")}
    rule_sets = list(RuleSet.objects.filter(is_history_only=True).order_by("effective_from"))
    caps = {
        (rule_set.pk, kind): projects_selectors.type_cap(rule_set, Level.COMMUNITY, kind)
        for rule_set in rule_sets
        for kind in ProposalType.values
    }
    organisations = {
        o.name: o
        for o in Organisation.objects.filter(
            name__in={row.organisation_name for row in rows if row.organisation_name}
        )
    }
    reasons = _same_key_twice(rows)
    for row in rows:
        reasons += _row_reasons(row, places, rule_sets, caps, organisations)
    if reasons:
        raise BadInput(*reasons)
    known = set(
        Proposal.objects.filter(import_key__isnull=False).values_list("import_key", flat=True)
    )
    fresh = [row for row in rows if row.key not in known]
    failed = []
    for done, row in enumerate(sorted(fresh, key=lambda r: (r.passed_on, r.key)), start=1):
        try:
            _take_over(
                row, places[row.community_code], rule_set_of(row.passed_on, rule_sets),
                organisations.get(row.organisation_name), actor=actor, now=now,
            )  # fmt: skip
        except Refused as refusal:
            failed += [
                Reason(
                    r.code, _("第%(key)s条：%(text)s") % {"key": row.key, "text": r.text}, r.rule
                )
                for r in refusal.reasons
            ]
        progress(done)
    if failed:
        raise BadInput(*failed)
    if is_trial:
        transaction.set_rollback(True)
    return len(fresh), len(rows) - len(fresh)


def _take_over(row, community, rule_set, organisation, *, actor, now):
    """One record: proposal, matter, ledger row, envelope, event, audit."""
    year = row.passed_on.year
    office = community.offices.filter(kind="residents_committee").first()
    proposal = Proposal(
        title=row.title, type=row.type, community=community, year=year,
        amount_fen=row.amount_fen, summary=row.summary or row.title,
        applicant_kind=(
            ApplicantKind.ORGANISATION if organisation else ApplicantKind.RESIDENTS_COMMITTEE
        ),
        applicant=actor.person, office=None if organisation else office,
        organisation=organisation, is_imported=True, import_key=row.key,
        created_at=noon(row.entered_on),
    )  # fmt: skip
    proposal.save()
    proposals.pin(proposal, rule_set=rule_set, year=year)
    passed_at = noon(row.passed_on)
    matter = Matter(
        proposal=proposal, state=State.ESTABLISHED, is_imported=True, event_count=1,
        entered_at=noon(row.entered_on), declared_at=noon(row.entered_on),
        resolved_at=passed_at, established_at=passed_at, closed_at=passed_at,
    )  # fmt: skip
    matter.save()
    envelope = envelopes.reserve(
        community=community, year=year, cap_fen=rule_set.community_year_cap_fen,
        amount_fen=row.amount_fen, proposal=proposal, cause=f"import:{row.key}", actor=actor,
        at=now,
    )  # fmt: skip
    ledger_row = ledgers.append(
        6, event="imported", subject=proposal, subject_no=proposal.number,
        place=community.codes, level=Level.COMMUNITY, actor=actor, at=now,
        columns={
            "title": proposal.title, "state": matter.get_state_display(),
            "note": _("历史导入，未走六步"), "amount": format_yuan(row.amount_fen),
            "year": str(year), "fund": _("社区年度额度"),
            "agreement_on": row.passed_on.isoformat(),
            "envelope_left": format_yuan(envelope.free_fen), "imported_from": row.source,
        },
    )  # fmt: skip
    MatterEvent.objects.create(
        matter=matter, seq=1, act="import_record", move="", from_state="",
        to_state=State.ESTABLISHED, at=now, actor=actor, note=row.source[:500],
        ledger_row=ledger_row,
    )  # fmt: skip
    audit.record(
        "proposal.imported", target=matter, actor=actor, at=now, chain=community.code,
        data={"key": row.key, "amount_fen": row.amount_fen, "passed_on": row.passed_on.isoformat(),
              "rule_set": rule_set.code},
    )  # fmt: skip
    return matter


@transaction.atomic
def import_meetings(*, rows, actor, now, is_trial=False):
    """Take over council meetings of the past; all or none. Returns (imported, already_there)."""
    check_importer(actor, now)
    rows = sorted(rows, key=lambda r: (r.held_on, r.key))
    places = {c.code: c for c in Community.objects.all()}
    reasons = _same_key_twice(rows)
    for row in rows:
        reasons += _meeting_reasons(row, places, timezone.localdate(now))
    if reasons:
        raise BadInput(*reasons)
    known = set(
        Meeting.objects.filter(import_key__isnull=False).values_list("import_key", flat=True)
    )
    sessions = {
        (r["community"], r["year"]): r["last"]
        for r in Meeting.objects.values("community", "year").annotate(last=Max("session"))
    }
    fresh = [row for row in rows if row.key not in known]
    for row in fresh:
        community = places[row.community_code]
        slot = (community.pk, row.held_on.year)
        sessions[slot] = sessions.get(slot, 0) + 1
        meeting = Meeting.objects.create(
            community=community, year=row.held_on.year, session=sessions[slot],
            state=MeetingState.CLOSED, place=row.place, starts_at=noon(row.held_on),
            closed_at=noon(row.held_on), member_count=row.member_count,
            present_count=row.present_count, resident_count=row.resident_count,
            minutes=_("历史导入"), is_imported=True, import_key=row.key,
        )  # fmt: skip
        audit.record(
            "meeting.imported", target=meeting, actor=actor, at=now, chain=community.code,
            data={"key": row.key, "held_on": row.held_on.isoformat()},
        )  # fmt: skip
    if is_trial:
        transaction.set_rollback(True)
    return len(fresh), len(rows) - len(fresh)
