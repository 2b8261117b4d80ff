"""Set up the map: districts, streets, communities, with the offices and the pool of each."""

from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities import permissions
from communities.models import (
    COMMUNITY_OFFICES,
    DISTRICT_OFFICES,
    GATEKEEPING_OFFICES,
    STREET_OFFICES,
    Community,
    District,
    GatekeepingDepartment,
    NeedPool,
    Office,
    Street,
)
from core import audit
from core.locks import require_transaction
from core.refusals import BadInput, Conflict, NotAllowed, Reason, refuse_if

LUOHU = ("440303", "罗湖区")
# The programme began in 2015: imported records of that time need their departments too.
PROGRAMME_BEGAN_ON = date(2015, 1, 1)
COLUMNS = ("code", "community", "abbr", "street_code", "street", "street_abbr")


@transaction.atomic
def load_places(*, rows, actor, now, district=LUOHU, gatekeeping_since=PROGRAMME_BEGAN_ON):
    """The places of the table exist, complete with pools and offices; a second run does nothing.

    A row may name its own district (district_code, district), else `district` is meant.
    Returns how many rows were made, per kind.
    """
    refuse_if([permissions.may_manage_places(actor, timezone.localdate(now))], NotAllowed)
    rows = list(rows)
    refuse_if(_faults(rows), BadInput)
    made = {"districts": 0, "streets": 0, "communities": 0}
    districts, streets = {}, {}
    for row in rows:
        code, name = row.get("district_code") or district[0], row.get("district") or district[1]
        if code not in districts:
            districts[code], is_new = _district(code=code, name=name)
            made["districts"] += is_new
        if row["street_code"] not in streets:
            streets[row["street_code"]], is_new = _street(
                district=districts[code],
                code=row["street_code"],
                name=row["street"],
                abbr=row["street_abbr"],
                since=gatekeeping_since,
            )
            made["streets"] += is_new
        _community_row, is_new = _community(
            street=streets[row["street_code"]],
            code=row["code"],
            name=row["community"],
            abbr=row["abbr"],
            now=now,
        )
        made["communities"] += is_new
    if any(made.values()):
        for place in districts.values():
            audit.record(
                "places.loaded", target=place, actor=actor, at=now, chain=place.code, data=made
            )
    return made


@transaction.atomic
def open_district(*, code, name, actor, now):
    return _opened(_district, actor, now, code=code, name=name)


@transaction.atomic
def open_street(*, district, code, name, abbr, actor, now, gatekeeping_since=PROGRAMME_BEGAN_ON):
    """A street with its offices and the default list of six gatekeeping departments."""
    return _opened(
        _street,
        actor,
        now,
        district=district,
        code=code,
        name=name,
        abbr=abbr,
        since=gatekeeping_since,
    )


@transaction.atomic
def open_community(*, street, code, name, abbr, actor, now):
    """A community with its three offices and its one need pool."""
    return _opened(
        partial(_community, now=now), actor, now, street=street, code=code, name=name, abbr=abbr
    )


@transaction.atomic
def rename_place(*, place, name, actor, now):
    """The place has another name; codes and abbreviations stay, numbers were printed with them."""
    refuse_if([permissions.may_manage_places(actor, timezone.localdate(now))], NotAllowed)
    place = type(place).objects.select_for_update().get(pk=place.pk)
    name = (name or "").strip()
    refuse_if([None if name else Reason("name_missing", _("请填写名称。"), field="name")], BadInput)
    if place.name == name:
        return place
    before, place.name = place.name, name
    place.save(update_fields=["name"])
    audit.record(
        "place.renamed",
        target=place,
        actor=actor,
        at=now,
        chain=place.codes.narrowest,
        data={"from": before, "to": name},
    )
    return place


@transaction.atomic
def rename_office(*, office, name, actor, now):
    refuse_if([permissions.may_manage_places(actor, timezone.localdate(now))], NotAllowed)
    office = Office.objects.select_for_update().get(pk=office.pk)
    name = (name or "").strip()
    refuse_if([None if name else Reason("name_missing", _("请填写名称。"), field="name")], BadInput)
    before, office.name = office.name, name
    office.save(update_fields=["name"])
    audit.record(
        "office.renamed",
        target=office,
        actor=actor,
        at=now,
        chain=office.codes.narrowest,
        data={"from": before, "to": name},
    )
    return office


def _opened(make, actor, now, **fields):
    refuse_if([permissions.may_manage_places(actor, timezone.localdate(now))], NotAllowed)
    missing = [name for name in ("code", "name") if not str(fields[name]).strip()]
    refuse_if(
        [Reason("place_incomplete", _("代码和名称都要填写。"), field=name) for name in missing],
        BadInput,
    )
    place, is_new = make(**fields)
    if not is_new:
        raise Conflict(
            Reason("place_exists", _("这个代码已经登记。"), remedy=_("请在已有的行上修改。"))
        )
    audit.record("place.opened", target=place, actor=actor, at=now, chain=place.codes.narrowest)
    return place


def _district(*, code, name):
    district, is_new = District.objects.get_or_create(code=code, defaults={"name": name})
    for kind in DISTRICT_OFFICES:
        Office.objects.get_or_create(
            kind=kind, district=district, defaults={"name": str(kind.label)}
        )
    return district, is_new


def _street(*, district, code, name, abbr, since):
    street, is_new = Street.objects.get_or_create(
        code=code, defaults={"name": name, "abbr": abbr, "district": district}
    )
    if is_new:
        short = name.removesuffix("街道")
        Office.objects.bulk_create(
            Office(kind=kind, street=street, name=f"{short}街道{_short(kind)}")
            for kind in STREET_OFFICES
        )
        GatekeepingDepartment.objects.bulk_create(
            GatekeepingDepartment(street=street, office=office, since=since)
            for office in Office.objects.filter(street=street, kind__in=GATEKEEPING_OFFICES)
        )
    return street, is_new


def _community(*, street, code, name, abbr, now):
    require_transaction()
    community, is_new = Community.objects.get_or_create(
        code=code, defaults={"name": name, "abbr": abbr, "street": street}
    )
    if is_new:
        short = name.removesuffix("社区")
        Office.objects.bulk_create(
            Office(kind=kind, community=community, name=f"{short}{kind.label}")
            for kind in COMMUNITY_OFFICES
        )
        NeedPool.objects.create(community=community, created_at=now)
    return community, is_new


def _short(kind):
    return str(kind.label).removeprefix("街道")


def _faults(rows):
    reasons = []
    for line, row in enumerate(rows, start=2):
        missing = [column for column in COLUMNS if not (row.get(column) or "").strip()]
        if missing:
            reasons.append(
                Reason(
                    "place_row_incomplete",
                    _("第%(line)d行缺少：%(columns)s。")
                    % {"line": line, "columns": "、".join(missing)},
                    remedy=_("请补齐后重新导入，已导入的行不会重复。"),
                )
            )
    return reasons
