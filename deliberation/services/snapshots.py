"""Freezing ledgers: the digest at once, in one transaction; the files afterwards, one by one."""

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.permissions import appointments_of
from communities.roles import Role
from core import audit, outbox
from core import chain as chains
from core.files import incoming, take_in
from core.intake import Checked
from core.ledgers import LEDGERS
from core.models import StoredFile
from core.numbers import take_next
from core.refusals import BadInput, Conflict, NotAllowed, Reason, refuse_if
from deliberation.ledger_books import FREEZE_LIMIT, frozen_file, wanted_files
from deliberation.ledger_scope import Asked, place_for, rows_of
from deliberation.ledger_words import in_words
from deliberation.models import LedgerSnapshot, SnapshotFile
from deliberation.snapshots import heads_of, print_key, text_to_freeze, up_to
from projects.choices import Level

PRINT = "ledger.print"
PURPOSE = "ledger-snapshot"
# More rows than these are printed by the tick: the request that freezes them answers at once.
AT_ONCE = 100
KINDS = {"xlsx": StoredFile.Kind.SHEET, "pdf": StoredFile.Kind.PDF}


def keeper_of(user, place, on):
    """The appointment by which this person keeps the ledgers of a place, the nearest, or None."""
    wanted = [
        (Role.COMMITTEE_CLERK, "community_here", place.community),
        (Role.AFFAIRS_CLERK, "street_here", place.street),
        (Role.DISTRICT_OFFICER, "district_here", place.district),
    ]
    for role, where, one in wanted:
        for appointment in appointments_of(user, on):
            if one is not None and appointment.role == role and getattr(appointment, where) == one:
                return appointment
    return None


def may_freeze(user, place, on):
    """None, or why this person may not freeze the ledgers of this place."""
    if keeper_of(user, place, on) is not None:
        return None
    who = {
        Level.COMMUNITY: _("本社区居委会经办人、所属街道民生事务部或区级主管人员"),
        Level.STREET: _("本街道民生事务部或区级主管人员"),
        Level.DISTRICT: _("区级主管人员"),
    }[place.level]
    return Reason(
        "not_ledger_keeper",
        _("%(place)s的台账由%(who)s冻结。") % {"place": place.name, "who": who},
        _("台账快照盖章存档，由建立和保管台账的单位冻结；审计人员只查阅、核验。"),
        _("请联系上述人员；您仍可查看、导出和核验。"),
    )


def freeze(*, place_code, ledgers, since, until, site="", actor, now):
    """The rows there are now are held fast by one digest, and their files are promised.

    `ledgers` are numbers 1–6, `since` and `until` whole local days, `site` the address ("https://…")
    that the QR code on paper leads to. Raises NotFound, NotAllowed, BadInput, Conflict.
    """
    on = timezone.localdate(now)
    place = place_for(actor, place_code, on)
    refuse_if([may_freeze(actor, place, on)], NotAllowed)
    numbers = tuple(sorted(set(ledgers)))
    refuse_if(_faults(numbers, since, until, on), BadInput)
    keeper = keeper_of(actor, place, on)
    asked = Asked(place, numbers, since, until)
    with transaction.atomic():
        rows, heads = _rows_and_heads(asked)
        snapshot = _snapshot(asked, rows, heads, keeper=keeper, site=site, actor=actor, now=now)
        audit.record(
            "ledger.frozen", target=snapshot, actor=actor, at=now, chain=place.code,
            data={"digest": snapshot.digest, "rows": snapshot.row_count, "since": since,
                  "until": until, "ledgers": snapshot.ledgers},
        )  # fmt: skip
        outbox.enqueue(
            PRINT, key=print_key(snapshot), payload={"snapshot": snapshot.pk}, at=now,
            waits=len(rows) > AT_ONCE,
        )  # fmt: skip
    return snapshot


def _faults(numbers, since, until, on):
    if not numbers:
        yield Reason(
            "no_ledger", _("没有选择台账。"), "", _("请至少选择一本台账。"), field="ledgers"
        )
    if set(numbers) - set(LEDGERS):
        yield Reason(
            "ledger_unknown",
            _("没有这个台账。"),
            "",
            _("台账编号为 1 至 6。"),
            field="ledgers",
        )
    if since > until:
        yield Reason(
            "period_backwards", _("起始日晚于截止日。"), "", _("请核对起止日期。"), field="until"
        )
    elif until > on:
        yield Reason(
            "period_in_future",
            _("截止日%(until)s还没有到。") % {"until": until.isoformat()},
            _("快照冻结已经发生的办理，不能预先冻结。"),
            _("请把截止日改为今天或更早。"),
            field="until",
        )


def _rows_and_heads(asked):
    """The rows to freeze and the heads up to which they count.

    Heads before rows, and without a lock: an act that commits in between has a row beyond the head
    read here, so it is left out whole. Nobody who works waits for a freeze.
    """
    count = asked.rows().count()
    if count > FREEZE_LIMIT:
        raise BadInput(
            Reason(
                "too_many_rows",
                _("选中%(count)s条，一份快照最多%(limit)s条。")
                % {"count": count, "limit": FREEZE_LIMIT},
                "",
                _("请按季度或按街道、社区分开冻结。"),
                field="until",
            )
        )
    heads = heads_of(asked.place.codes, asked.numbers)
    rows = up_to(asked.rows(), heads)
    if not rows:
        raise Conflict(
            Reason(
                "nothing_to_freeze",
                _("%(place)s在这段时间里没有所选台账的记录。") % {"place": asked.place.name},
                _("空的台账没有可以冻结的内容。"),
                _("请核对范围、台账和起止日期。"),
                field="since",
            )
        )
    return rows, heads


def _snapshot(asked, rows, heads, *, keeper, site, actor, now):
    codes = asked.place.codes
    counts = {number: sum(row.ledger == number for row in rows) for number in asked.numbers}
    text = text_to_freeze(
        codes=codes, since=asked.since, until=asked.until, numbers=asked.numbers, as_of=now,
        counts=counts, heads=heads, digests=[row.digest for row in rows],
    )  # fmt: skip
    year = timezone.localdate(now).year
    algorithm = settings.CHAIN_HASH
    serial = take_next(f"snapshot:{codes.narrowest}:{year}")
    snapshot = LedgerSnapshot(
        number=f"TZ-{codes.narrowest}-{year}-{serial:03d}".upper(),
        district_code=codes.district,
        street_code=codes.street,
        community_code=codes.community,
        place_name=asked.place.name,
        since=asked.since,
        until=asked.until,
        ledgers=",".join(map(str, asked.numbers)),
        as_of=now,
        row_count=len(rows),
        body=chains.canonical(
            {
                "counts": {str(number): n for number, n in counts.items()},
                "heads": [[name, *head] for name, head in sorted(heads.items())],
            }
        ),
        algorithm=algorithm,
        digest=chains.digest_of("", text, algorithm),
        made_by=actor,
        office_name=keeper.office.name,
        capacity=str(Role(keeper.role).label),
        site=site[:200],
    )
    snapshot.save()
    return snapshot


def print_files(*, snapshot_id, now):
    """Every file of the snapshot is there; those that are already are left alone. Outbox only.

    One transaction a file, so that its page can show how far it is and a killed worker loses one.
    """
    snapshot = LedgerSnapshot.objects.select_related("made_by").get(pk=snapshot_id)
    there = set(snapshot.files.values_list("ledger", "form", "volume"))
    rows = None
    for number, form, volume in wanted_files(snapshot):
        if (number, form, volume) in there:
            continue
        if rows is None or rows[0] != number:
            rows = number, rows_of_ledger(snapshot, number)
        data = frozen_file(snapshot, number, form, volume, rows[1])
        _keep(snapshot, number, form, volume, data, now)


def rows_of_ledger(snapshot, number):
    """The frozen rows of one ledger, in words."""
    rows = rows_of(snapshot.codes, (number,), snapshot.since, snapshot.until)
    return in_words(up_to(rows, snapshot.heads))


def _keep(snapshot, number, form, volume, data, now):
    name = f"{snapshot.number}-{number}-{volume:02d}.{form}"
    made = Checked(data=data, name=name, extension=form, kind=KINDS[form])
    try:
        with incoming(), transaction.atomic():
            stored = take_in(
                ContentFile(data, name=name), actor=snapshot.made_by, at=now, purpose=PURPOSE,
                # ours, and larger than what visitors may bring: nothing to suspect
                inspect=lambda upload: made,
            )  # fmt: skip
            SnapshotFile(
                snapshot=snapshot, ledger=number, form=form, volume=volume, file=stored
            ).save()
    except IntegrityError:
        # Another worker, after a lease that ended too early, was quicker. Its file counts.
        if not snapshot.files.filter(ledger=number, form=form, volume=volume).exists():
            raise
