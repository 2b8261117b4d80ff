"""Can a matter be urged or supervised now? Reasons; empty when it can."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.refusals import Reason
from deliberation.choices import FINAL_STATES
from portal import rules, turns
from portal.models import Supervision, Urge


def _is_over(matter):
    if matter.state not in FINAL_STATES and not matter.is_imported:
        return []
    return [
        Reason(
            "matter_is_over",
            _("项目已经办结，没有在等谁办理。"),
            _("催办和督办针对正在办理的项目。"),
            _("请在项目页查看结果。"),
        )
    ]


def urge_reasons(matter, user, now):
    """Nothing to urge, one's own turn, or urged too lately."""
    over = _is_over(matter)
    if over:
        return over
    on = timezone.localdate(now)
    waits = turns.waiting_of(matter, now)
    people = turns.people_of_turn(matter, waits.turn, on)
    reasons = []
    if not people:
        reasons.append(
            Reason(
                "nobody_to_urge",
                _("现在没有在等某个人办理：会议或公示按日期进行，或这一步还没有经办人。"),
                _("催办通知轮到办理的人。"),
                _("请看项目页的下一步；缺经办人的，请联系所属街道。"),
            )
        )
    elif user.person_id in people:
        reasons.append(
            Reason(
                "own_turn",
                _("这一步正轮到您办理，不用催办自己。"),
                "",
                _("请在工作台直接办理。"),
            )
        )
    last = Urge.objects.filter(matter=matter, person=user.person_id).order_by("-on").first()
    again = last and last.on + timedelta(days=rules.urge_every_days())
    if again and on < again:
        reasons.append(
            Reason(
                "urged_lately",
                _("您在 %(on)s 已经催办过这个项目。") % {"on": last.on.isoformat()},
                _("同一人对同一项目每 %(n)d 天催办一次（推定）。") % {"n": rules.urge_every_days()},
                _("%(on)s 起可以再次催办。") % {"on": again.isoformat()},
            )
        )
    return reasons


def supervise_reasons(matter, user, now):
    over = _is_over(matter)
    if over:
        return over
    one = Supervision.objects.filter(open_key=matter.pk).first()
    if one is None:
        return []
    return [
        Reason(
            "supervised_already",
            _("这个项目正在督办，期限 %(on)s。") % {"on": one.due_on.isoformat()},
            _("一个项目同时只有一项督办。"),
            _("请先写明结果解除，再重新督办。"),
        )
    ]


def lift_reasons(supervision):
    if supervision is not None:
        return []
    return [
        Reason(
            "not_supervised",
            _("这个项目现在没有督办。"),
            "",
            _("请刷新项目页，看看是否已经解除。"),
        )
    ]
