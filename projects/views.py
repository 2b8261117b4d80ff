"""Pages of the rules (public) and of the money of communities (staff of the place)."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.permissions import scope_of
from core.refusals import NotFound, Reason
from projects import money_table, selectors
from projects.choices import ApplicantKind
from projects.forms import EnvelopeFilter, PositiveListFilter
from projects.models import RuleSet

PAGE_SIZE = 50


@require_safe
def rules(request):
    """Every rule set with its numbers, documents, caps, steps and exclusions."""
    today = timezone.localdate()
    rule_sets = RuleSet.objects.order_by("-effective_from", "-pk").prefetch_related(
        "documents", "type_caps", "steps", "exclusions"
    )
    in_force = selectors.rule_set_in_force(today)
    context = {
        "rule_sets": [_rules_in_words(one, in_force) for one in rule_sets],
        "trail": [{"label": _("规则")}],
    }
    return render(request, "projects/rules.html", context)


def _rules_in_words(rule_set, in_force):
    """The numbers of a rule set, each marked when it is a reconstruction (推定)."""
    guessed = rule_set.reconstructed_fields
    words = dict(ApplicantKind.choices)
    share = f"{rule_set.quorum_numerator}/{rule_set.quorum_denominator}"
    quorum = _("到会不少于%(share)s") if rule_set.is_quorum_inclusive else _("到会超过%(share)s")
    numbers = [
        ("step_count", _("审议环节"), _("%(n)s 步") % {"n": rule_set.step_count}),
        ("ledger_count", _("台账"), _("%(n)s 个") % {"n": rule_set.ledger_count}),
        ("quorum_numerator", _("会议有效"), quorum % {"share": share}),
        ("announce_days", _("会前公告"), _("%(n)s 天") % {"n": rule_set.announce_days}),
        ("notice_days", _("决议公示"), _("%(n)s 天") % {"n": rule_set.notice_days}),
        ("notice_mode", _("公示计日"), rule_set.get_notice_mode_display()),
        (
            "service_questionnaires",
            _("服务类问需表"),
            _("至少 %(n)s 份") % {"n": rule_set.service_questionnaires},
        ),
        ("max_returns", _("退回补正"), _("最多 %(n)s 次") % {"n": rule_set.max_returns}),
        (
            "objection_answer_days",
            _("异议答复"),
            _("%(n)s 个工作日内") % {"n": rule_set.objection_answer_days},
        ),
        (
            "organisation_months",
            _("申报组织登记"),
            _("满 %(n)s 个月") % {"n": rule_set.organisation_months},
        ),
        ("clean_years", _("申报组织无失信记录"), _("%(n)s 年内") % {"n": rule_set.clean_years}),
    ]
    return {
        "one": rule_set,
        "is_in_force": in_force is not None and rule_set.pk == in_force.pk,
        "numbers": [
            {"label": label, "value": value, "is_guessed": name in guessed}
            for name, label, value in numbers
        ],
        "cap_is_guessed": "community_year_cap_fen" in guessed,
        "caps": [
            {"one": cap, "applicants": [words[key] for key in words if key in cap.applicants]}
            for cap in sorted(rule_set.type_caps.all(), key=lambda cap: (cap.level, cap.pk))
        ],
        "steps": sorted(rule_set.steps.all(), key=lambda step: step.number),
        "exclusions": sorted(rule_set.exclusions.all(), key=lambda one: one.code),
        "documents": list(rule_set.documents.all()),
    }


@require_safe
def positive_list(request):
    """What the money may be spent on: public, searchable."""
    rule_sets = list(RuleSet.objects.order_by("-effective_from", "-pk"))
    form = PositiveListFilter(request.GET, rule_sets=rule_sets)
    form.is_valid()
    words = form.cleaned_data
    code = words.get("rules", "")
    rule_set = None
    if code != "all":
        chosen = [one for one in rule_sets if one.code == code]
        rule_set = chosen[0] if chosen else selectors.rule_set_in_force(timezone.localdate())
    items = selectors.positive_list(
        rule_set=rule_set, type=words.get("type", ""), text=words.get("q", "")
    )
    context = {
        "form": form,
        "rule_set": rule_set,
        "page": Paginator(items, PAGE_SIZE).get_page(request.GET.get("page")),
        "trail": [
            {"label": _("规则"), "href": reverse("projects:rules")},
            {"label": _("正面清单")},
        ],
    }
    return render(request, "projects/positive_list.html", context)


@require_safe
def envelopes(request):
    """The year's money of the communities one works for."""
    today = timezone.localdate()
    scope = scope_of(request.user, today)
    communities = list(money_table.communities_of_scope(scope))
    years = range(today.year, money_table.FIRST_YEAR - 1, -1)
    streets = list({one.street_id: one.street for one in communities}.values())
    form = EnvelopeFilter(request.GET, years=years, streets=streets)
    form.is_valid()
    year = form.cleaned_data.get("year") or today.year
    street = form.cleaned_data.get("street")
    if street:
        communities = [one for one in communities if one.street.code == street]
    rows = money_table.rows_of_year(
        communities, year=year, default_cap=money_table.cap_of_year(today, year)
    )
    context = {
        "form": form,
        "year": year,
        "rows": rows,
        "sums": money_table.sums(rows),
        "trail": [{"label": _("年度额度")}],
    }
    return render(request, "projects/envelopes.html", context)


@require_safe
def envelope(request, code, year):
    """One community's year: the sums and every line of the journal."""
    today = timezone.localdate()
    scope = scope_of(request.user, today)
    community = money_table.communities_of_scope(scope).filter(code=code).first()
    if community is None or not money_table.FIRST_YEAR <= year <= today.year:
        raise NotFound(
            Reason(
                "envelope_unknown",
                _("没有这个社区年度，或不在您的管辖范围内。"),
                remedy=_("请从“年度额度”列表进入。"),
            )
        )
    rows = money_table.rows_of_year(
        [community], year=year, default_cap=money_table.cap_of_year(today, year)
    )
    entries = []
    found = selectors.envelope_of(community, year)
    if found is not None:
        # upwards by name only: the page of a proposal belongs to deliberation
        entries = found.entries.select_related("proposal__matter", "actor__person")
        entries = entries.order_by("-at", "-pk")
    context = {
        "community": community,
        "year": year,
        "row": rows[0] if rows else None,
        "page": Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page")),
        "trail": [
            {"label": _("年度额度"), "href": f"{reverse('projects:envelopes')}?year={year}"},
            {"label": f"{community.name} {year}"},
        ],
    }
    return render(request, "projects/envelope.html", context)
