"""Handing out the archive package of a matter: to staff of the place, and on record."""

from io import BytesIO
from tempfile import TemporaryFile

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.packages import pack
from core.refusals import Conflict, NotAllowed, Reason, refuse_if
from deliberation import permissions, selectors
from deliberation.package_members import PACKED, files_of, ledger_rows_of, members_of

# Twenty uploads at their largest: what one zip may weigh before it is no download any more.
MOST_BYTES = 200 * 1024 * 1024

# A usual package stays in memory; with larger files it goes to the disk.
IN_MEMORY = 8 * 1024 * 1024


def may_reasons(user, matter, on):
    """Why this person may not take the package; empty when they may."""
    if permissions.sees_inside(user, matter, on):
        return []
    return [
        Reason(
            "package_for_staff",
            _("归档包由%(place)s、所属街道和区级工作人员下载。") % {"place": matter.community.name},
            _("归档包含未公开的材料和审计记录。"),
            _("公开的内容见项目页和公示。"),
        )
    ]


def can_reasons(matter):
    """Why there is no package of this matter yet; empty when there is."""
    if not ledger_rows_of(matter):
        return [
            Reason(
                "nothing_to_pack",
                _("项目还没有台账记录。"),
                _("归档包由台账、材料和审计记录组成。"),
                _("请在问需证据归档之后再下载。"),
            )
        ]
    size = sum(stored.size for _title, stored in files_of(matter))
    if size > MOST_BYTES:
        return [
            Reason(
                "package_too_large",
                _("材料共%(size)s MB，归档包最多%(most)s MB。")
                % {"size": size // 1024**2, "most": MOST_BYTES // 1024**2},
                "",
                _("请在项目页逐个下载材料。"),
            )
        ]
    return []


def make_package(*, matter_id, actor, now):
    """(name, open file) of the package; that this person took it, and its manifest, is on record.

    The bytes follow from the record alone: the same matter gives the same package.
    """
    on = timezone.localdate(now)
    matter = selectors.matter_for(actor, matter_id, on)
    refuse_if(may_reasons(actor, matter, on), NotAllowed)
    refuse_if(can_reasons(matter), Conflict)
    size = sum(stored.size for _title, stored in files_of(matter))
    out = BytesIO() if size <= IN_MEMORY else TemporaryFile()  # noqa: SIM115  the answer closes it
    try:
        label = matter.proposal.number or f"draft-{matter.pk}"
        manifest = pack(out, members_of(matter), {"number": label})
        with transaction.atomic():
            audit.record(
                PACKED, target=matter, actor=actor, at=now, chain=matter.community.code,
                data={"manifest": manifest},
            )  # fmt: skip
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return f"{label}.zip", out
