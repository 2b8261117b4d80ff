"""Can this content be declared now? All reasons at once; nothing is written."""

from django.utils.translation import gettext as _

from communities.selectors import standing_faults
from core.refusals import Reason
from projects import rules, selectors
from projects.selectors import content_digest


def declaration_reasons(proposal, *, rule_set, on):
    """Why the content may not be declared under `rule_set` on that day; empty when it may."""
    if rule_set is None:
        return [
            Reason(
                "no_rule_set",
                _("今天没有生效的规则版本，不能申报。"),
                _("申报适用申报当日生效的《操作指引》。"),
                _("请联系区民政局发布规则版本。"),
            )
        ]
    cap = selectors.type_cap(rule_set, proposal.level, proposal.type)
    rule = rule_set.name
    reasons = rules.cap_reasons(
        amount_fen=proposal.amount_fen, cap=cap, type_label=proposal.get_type_display(), rule=rule
    )
    reasons += rules.applicant_reasons(
        type=proposal.type,
        applicant_kind=proposal.applicant_kind,
        cap=cap,
        organisation=proposal.organisation,
        partner=proposal.partner,
        rule=rule,
    )
    reasons += _eligibility_reasons(proposal, rule_set, on)
    reasons += _list_reasons(proposal, rule_set)
    if not proposal.line_items.exists():
        reasons.append(
            Reason(
                "no_budget_lines",
                _("还没有预算明细。"),
                rule,
                _("请至少填写一项预算明细。"),
                field="lines",
            )
        )
    earlier = proposal.based_on
    if earlier is not None and not _differs(proposal, earlier):
        reasons.append(
            Reason(
                "renewal_unchanged",
                _("内容与未通过的“%(title)s”相同。") % {"title": earlier.label},
                _("未通过的项目须作修改后方可重新申报。"),
                _("请按审核或审议意见修改内容，并写明改动。"),
                field="change_note",
            )
        )
    return reasons


def _eligibility_reasons(proposal, rule_set, on):
    """The applying organisation and its partner, each by its age and its faults."""
    bodies = {"organisation": proposal.organisation, "partner": proposal.partner}
    bodies = {field: body for field, body in bodies.items() if body is not None}
    faults = standing_faults([body.pk for body in bodies.values()])
    return [
        reason
        for field, body in bodies.items()
        for reason in rules.eligibility_reasons(
            organisation=body, faults=faults.get(body.pk, ()), on=on, field=field,
            months=rule_set.organisation_months, clean_years=rule_set.clean_years,
            rule=rule_set.name,
        )
    ]  # fmt: skip


def _differs(proposal, earlier):
    """Did anything but the note change against the proposal it renews?"""
    return bool(proposal.change_note.strip()) and content_digest(proposal) != content_digest(
        earlier
    )


def _list_reasons(proposal, rule_set):
    """The positive list and the exclusions."""
    reasons = []
    item = proposal.positive_item
    if item is None or item.rule_set_id != rule_set.pk or item.type != proposal.type:
        reasons.append(
            Reason(
                "not_on_positive_list",
                _("项目没有对应现行正面清单中的同类条目。"),
                _("%(rule)s:以正面清单替代负面清单，清单外不受理。") % {"rule": rule_set.name},
                _("请在正面清单中选择一个条目；找不到时可先登记为居民需求。"),
                field="positive_item",
            )
        )
    if not proposal.exclusions_declared:
        reasons.append(
            Reason(
                "exclusions_not_declared",
                _("尚未声明项目不属于排除事项。"),
                rule_set.name,
                _("请逐条核对排除事项并勾选声明。"),
                field="exclusions_declared",
            )
        )
    return reasons
