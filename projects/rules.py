"""Pure rules of money and eligibility: no query, worked sums in the tests."""

from calendar import monthrange

from django.utils.translation import gettext as _

from core.money import format_wan
from core.refusals import Reason
from projects.choices import ApplicantKind, ProposalType

SPLIT_ADVICE = (
    "确属居民需要的较大工程，可按两年规划分年度实施（合计不超过100万元）,"
    "或按“拆开申报、分开审议、合并实施”编组申报。"
)


def line_total(lines):
    """Sum of (quantity, unit price in fen) pairs, in fen; exact, nothing is rounded."""
    return sum(quantity * unit_price_fen for quantity, unit_price_fen in lines)


def cap_reasons(*, amount_fen, cap, type_label, rule):
    """Why an amount is over the cap of its type (fen); empty when it fits.

    `cap` is the projects.TypeCap of the rule set, or None when the type is not allowed.
    Source of the caps: the 2017 操作指引 as reported by the seed (工程 50 万, 服务 20 万).
    """
    if amount_fen <= 0:
        return [Reason("amount_not_positive", _("申报金额必须大于零。"), rule, field="amount")]
    if cap is None:
        return [
            Reason(
                "type_not_allowed",
                _("%(rule)s不受理%(type)s项目。") % {"rule": rule, "type": type_label},
                rule,
                _("请改选可申报的类型，或等新规则生效后再申报。"),
                field="type",
            )
        ]
    if amount_fen > cap.cap_fen:
        advice = (
            SPLIT_ADVICE
            if cap.type == ProposalType.WORKS
            else _("请压缩预算；服务内容确需延续的，可在下一年度另行申报。")
        )
        return [
            Reason(
                "over_type_cap",
                _("%(type)s单个项目最高%(cap)s万元，申报金额%(amount)s万元，超出%(over)s万元。")
                % {
                    "type": type_label,
                    "cap": format_wan(cap.cap_fen),
                    "amount": format_wan(amount_fen),
                    "over": format_wan(amount_fen - cap.cap_fen),
                },
                rule,
                advice,
                field="amount",
            )
        ]
    return []


def applicant_reasons(*, type, applicant_kind, cap, organisation, partner, rule):
    """Why this applicant may not declare this type; empty when it may.

    A service is declared in the name of an organisation; a filed (备案) one needs a registered
    (登记) partner, who is the payee (seed: 服务类项目必须以组织的名义申报; 联合申报制度).
    """
    if cap is not None and applicant_kind not in cap.applicants:
        if type == ProposalType.SERVICE:
            return [
                Reason(
                    "service_needs_organisation",
                    _("服务类项目必须以社区组织或社会组织的名义申报。"),
                    rule,
                    _("请加入或联系一个社区组织，由组织提出申报；也可先登记为居民需求。"),
                    field="applicant_kind",
                )
            ]
        return [
            Reason(
                "applicant_not_allowed",
                _("这一类型的项目不能由“%(kind)s”申报。")
                % {"kind": ApplicantKind(applicant_kind).label},
                rule,
                _("请由规则列明的申报主体提出。"),
                field="applicant_kind",
            )
        ]
    reasons = []
    if organisation is not None:
        if not organisation.is_active:
            reasons.append(
                Reason(
                    "organisation_inactive",
                    _("申报组织“%(name)s”已停用。") % {"name": organisation.name},
                    rule,
                    _("请核对组织登记状态，或由其他组织申报。"),
                    field="organisation",
                )
            )
        if not organisation.is_registered and partner is None:
            reasons.append(
                Reason(
                    "partner_required",
                    _("备案的社区组织不能单独申报，需与一家登记的社会组织联合申报。"),
                    rule,
                    _("请选择联合申报方；项目经费拨付给登记的社会组织。"),
                    field="partner",
                )
            )
    if partner is not None and not (partner.is_registered and partner.is_active):
        reasons.append(
            Reason(
                "partner_not_registered",
                _("联合申报方必须是登记在册、未停用的社会组织。"),
                rule,
                _("请改选一家登记的社会组织。"),
                field="partner",
            )
        )
    return reasons


def number_of(street_abbr, community_abbr, year, serial):
    """Project number 街道—社区—年—序号, e.g. CZ-XC-2017-003 (罗湖 2016 规范指引)."""
    return f"{street_abbr}-{community_abbr}-{year}-{serial:03d}"


def months_after(day, months):
    """The same day that many months later; the last of the month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def eligibility_reasons(*, organisation, faults, months, clean_years, on, rule, field):
    """Why an organisation may not apply on that day: too young, or with a fault on record.

    `faults` are its faults that stand. The age is asked of registered bodies only; a filed one
    (备案) applies with a registered partner. Years and months: 东门 2020 and 桂园 2024 (one year),
    清水河 2025 (no fault within two years).
    """
    reasons = []
    old_enough = months_after(organisation.registered_on, months)
    if organisation.is_registered and on < old_enough:
        reasons.append(
            Reason(
                "organisation_too_young",
                _("“%(name)s”于%(day)s登记，未满%(n)s个月。")
                % {"name": organisation.name, "day": organisation.registered_on, "n": months},
                rule,
                _("请在%(when)s以后申报，或由登记满%(n)s个月的社会组织申报。")
                % {"when": old_enough, "n": months},
                field=field,
            )
        )
    for fault in faults:
        until = months_after(fault.found_on, 12 * clean_years)
        if fault.found_on <= on < until:
            reasons.append(
                Reason(
                    "organisation_has_fault",
                    _("“%(name)s”%(day)s有失信记录：%(kind)s。")
                    % {
                        "name": organisation.name,
                        "day": fault.found_on,
                        "kind": fault.get_kind_display(),
                    },
                    _("%(rule)s：申报组织%(n)s年内无失信记录。") % {"rule": rule, "n": clean_years},
                    _("请在%(when)s以后申报；对记录有异议的，请向记录单位提出，撤销后即可申报。")
                    % {"when": until},
                    field=field,
                )
            )
    return reasons
