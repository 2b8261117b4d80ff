"""What must hold of places, appointments and needs, whatever happened."""

from django.db.models import Count, F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from communities.ledgers import NEEDS_LEDGER
from communities.models import (
    Appointment,
    Community,
    Need,
    NeedImport,
    NeedPool,
    NeedStatus,
    NeedUptake,
    RoundState,
    SolicitationRound,
)
from communities.roles import ROLES
from communities.round_selectors import figures_of
from communities.selectors import voices_merged
from core.models import LedgerRow
from core.verify import Checked, Finding, invariant

CHUNK = 2_000


@invariant("P1")
def every_community_has_its_pool(now):
    """Exactly one pool per community; the pool's unique column forbids a shared one."""
    rows = Community.objects.annotate(pools=Count("pool")).order_by("pk")
    for community in rows.exclude(pools=1):
        yield Finding("P1", community.code, _("社区没有自己的需求库"))
    shared = NeedPool.objects.values("community").annotate(n=Count("pk")).filter(n__gt=1)
    for row in shared:
        yield Finding("P1", f"community {row['community']}", _("需求库不止一个"))
    yield Checked(rows.count())


@invariant("P2")
def supporters_are_counted(now):
    wrong = Need.objects.annotate(voices=Count("supports")).exclude(supporter_count=F("voices"))
    for need in wrong.order_by("pk"):
        yield Finding("P2", need.number, _("附议人数与附议记录不一致"))
    yield Checked(Need.objects.count())


@invariant("P8")
def merged_needs_can_be_found(now):
    """A need points to a living one of its own pool, one step away, and its people are counted."""
    merged = Need.objects.filter(status=NeedStatus.MERGED).select_related("merged_into")
    count = 0
    for need in merged.order_by("pk").iterator(CHUNK):
        count += 1
        into = need.merged_into
        if into.pool_id != need.pool_id:
            yield Finding("P8", need.number, _("需求并入了别的社区的需求库"))
        if into.status in (NeedStatus.MERGED, NeedStatus.WITHDRAWN):
            yield Finding("P8", need.number, _("需求并入的那一条已不在需求库中"))
    holders = Need.objects.filter(Q(merged_voices__gt=0) | Q(merged__isnull=False)).distinct()
    for need in holders.order_by("pk").iterator(CHUNK):
        count += 1
        if need.merged_voices != voices_merged(need):
            yield Finding("P8", need.number, _("并入的人数与附议记录不一致"))
    yield Checked(count)


@invariant("P3")
def nobody_holds_a_role_twice(now):
    """Two appointments of one person in one role at one place do not share a day."""
    rows = Appointment.objects.order_by(
        "person_id", "role", "office_id", "organisation_id", "community_id", "starts_on", "pk"
    ).values_list(
        "pk",
        "person_id",
        "role",
        "office_id",
        "organisation_id",
        "community_id",
        "starts_on",
        "ends_on",
    )
    before, open_until, count = None, None, 0
    for pk, *place, starts_on, ends_on in rows.iterator(CHUNK):
        count += 1
        if place == before and (open_until is None or starts_on <= open_until):
            yield Finding("P3", f"communities.Appointment {pk}", _("同一人同一职务的任期重叠"))
        if place != before:
            open_until = ends_on
        elif open_until is not None:
            open_until = None if ends_on is None else max(ends_on, open_until)
        before = place
    yield Checked(count)


@invariant("P3")
def roles_sit_in_their_offices(now):
    for key, role in ROLES.items():
        if role.office_kinds:
            wrong = Appointment.objects.filter(role=key).exclude(office__kind__in=role.office_kinds)
            for appointment in wrong.order_by("pk"):
                yield Finding(
                    "P3", f"communities.Appointment {appointment.pk}", _("角色不在应设的机构")
                )


@invariant("P4")
def every_need_is_in_its_ledger(now):
    """Ledger ① begins with the filing of each need and ends with the state it has now."""
    count = 0
    for chunk in _chunks(Need.objects.order_by("pk").with_places()):
        count += len(chunk)
        last, filed = {}, set()
        rows = LedgerRow.objects.filter(
            ledger=NEEDS_LEDGER,
            subject_type=Need._meta.label_lower,
            subject_id__in=[str(need.pk) for need in chunk],
        )
        for row in rows.order_by("seq"):
            last[row.subject_id] = row
            if row.event == "filed":
                filed.add(row.subject_id)
        for need in chunk:
            key = str(need.pk)
            if key not in filed:
                yield Finding("P4", need.number, _("需求没有登记台账记录"))
            elif last[key].columns["status"] != _status_words(need):
                yield Finding("P4", need.number, _("需求状态与台账①最后一行不一致"))
            elif last[key].columns["content"] != need.content:
                yield Finding("P4", need.number, _("需求内容与台账①最后一行不一致"))
    yield Checked(count)


@invariant("P5")
def taken_up_needs_have_a_proposal(now):
    held = Count("uptakes", filter=Q(uptakes__released_at=None))
    needs = Need.objects.annotate(held=held).order_by("pk")
    for need in needs.filter(status=NeedStatus.TAKEN_UP, held=0):
        yield Finding("P5", need.number, _("已立案的需求没有引用它的项目"))
    for need in needs.filter(status=NeedStatus.OPEN, held__gt=0):
        yield Finding("P5", need.number, _("开放的需求仍被项目引用"))
    yield Checked(NeedUptake.objects.count())


@invariant("P6")
def imports_made_what_they_say(now):
    """All or none: a finished import made as many needs as it tells, any other none."""
    runs = NeedImport.objects.annotate(needs=Count("sources")).order_by("pk")
    for run in runs.exclude(made_rows=F("needs")).defer("findings"):
        yield Finding("P6", f"communities.NeedImport {run.pk}", _("导入的条数与需求不一致"))
    yield Checked(runs.count())


@invariant("P9")
def needs_lie_in_their_community(now):
    """The estate of a need belongs to the community whose pool holds it."""
    placed = Need.objects.exclude(estate=None).order_by("pk")
    for number in placed.exclude(estate__community=F("pool__community")).values_list(
        "number", flat=True
    ):
        yield Finding("P9", number, _("需求的小区不在它的社区"))
    yield Checked(placed.count())


@invariant("P10")
def rounds_say_what_was_fixed(now):
    """valid ≤ returned ≤ handed out, no line above valid; fixed figures change only on record."""
    rows = SolicitationRound.objects.order_by("pk").prefetch_related("tallies", "changes")
    count = 0
    for one in rows.iterator(CHUNK):
        count += 1
        if not 0 <= one.valid <= one.returned <= one.handed_out:
            yield Finding("P10", one.number, _("有效、收回、发放份数不一致"))
        if any(line.count > one.valid for line in one.tallies.all()):
            yield Finding("P10", one.number, _("汇总份数多于有效份数"))
        last = max(one.changes.all(), key=lambda change: change.pk, default=None)
        if last is None or last.told != figures_of(one):
            yield Finding("P10", one.number, _("数据与最后一次记录不一致"))
    yield Checked(count)


@invariant("P10")
def needs_of_a_round_lie_in_its_community(now):
    keyed = Need.objects.exclude(round=None)
    for need in keyed.exclude(pool=F("round__pool")).order_by("pk"):
        yield Finding("P10", need.number, _("从别的社区的问需轮次录入"))
    for need in keyed.filter(round__state=RoundState.CANCELLED).order_by("pk"):
        yield Finding("P10", need.number, _("录入来源的问需轮次已取消"))
    yield Checked(keyed.count())


def _status_words(need):
    with translation.override("zh-hans"):
        return str(need.get_status_display())


def _chunks(queryset):
    """Pages by key: one query each, whatever the table's size."""
    after = 0
    while chunk := list(queryset.filter(pk__gt=after)[:CHUNK]):
        yield chunk
        after = chunk[-1].pk
