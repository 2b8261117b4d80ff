"""Put rule sets into force. A rule set in use is never edited: a change is a new version."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.money import FEN_PER_WAN
from core.refusals import Conflict, Reason
from projects.models import (
    Exclusion,
    PositiveItem,
    RuleSet,
    RuleSetDocument,
    RuleStep,
    TypeCap,
)
from projects.rulebook import RULE_BOOK

CHAIN = "rules"
PLAIN = (
    "code", "name", "source", "effective_from", "effective_to", "is_history_only", "step_count",
    "ledger_count", "community_year_cap_fen", "announce_days", "notice_days", "notice_mode",
    "service_questionnaires", "district_level_from", "reconstructed", "note",
)  # fmt: skip


@transaction.atomic
def load_rule_book(*, actor, now, book=RULE_BOOK):
    """Add the rule sets of `book` that are not there yet; those present stay as they are."""
    loaded = []
    for entry in book:
        if RuleSet.objects.filter(code=entry["code"]).exists():
            continue
        rule_set = RuleSet.objects.create(**{key: entry[key] for key in PLAIN if key in entry})
        for title, number, issuer, issued_on, body in entry["documents"]:
            RuleSetDocument.objects.create(
                rule_set=rule_set, title=title, number=number, issued_by=issuer,
                issued_on=issued_on, body=body,
            )  # fmt: skip
        for level, kind, wan, applicants in entry["caps"]:
            TypeCap.objects.create(
                rule_set=rule_set, level=level, type=kind, cap_fen=wan * FEN_PER_WAN,
                applicant_kinds=",".join(applicants),
            )  # fmt: skip
        for code, kind, title, detail, source in entry["positive"]:
            PositiveItem.objects.create(
                rule_set=rule_set, code=code, type=kind, title=title, detail=detail, source=source
            )
        for code, text, source in entry["exclusions"]:
            Exclusion.objects.create(rule_set=rule_set, code=code, text=text, source=source)
        for number, (key, label) in enumerate(entry["steps"], start=1):
            RuleStep.objects.create(rule_set=rule_set, number=number, key=key, label=label)
        audit.record(
            "rule_set.loaded", target=rule_set, actor=actor, at=now, chain=CHAIN,
            data={"code": rule_set.code, "effective_from": rule_set.effective_from.isoformat()},
        )  # fmt: skip
        loaded.append(rule_set)
    return loaded


def is_in_use(rule_set):
    """Has any proposal pinned this rule set? Then it may not change any more."""
    return rule_set.pk is not None and rule_set.proposals.exists()


def check_may_change(rule_set):
    """Refuse a change to a rule set that proposals rest on (design §3.5, M5)."""
    if is_in_use(rule_set):
        raise Conflict(
            Reason(
                "rule_set_in_use",
                _("“%(name)s”已有项目适用，不能再改。") % {"name": rule_set.name},
                _("规则版本一经适用即固定；调整程序应发布新版本。"),
                _("请复制为新版本，另定生效日期；旧版本到期自动失效。"),
            )
        )


@transaction.atomic
def save_part(part, *, actor, now):
    """Save a rule set, or a part of one (cap, list item, step, document), if not yet in use."""
    rule_set = part if isinstance(part, RuleSet) else part.rule_set
    if rule_set.pk is not None:
        RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    check_may_change(rule_set)
    if part is not rule_set and part.pk is not None:
        # A part that is moved changes the rule set it leaves as well.
        check_may_change(type(part).objects.select_related("rule_set").get(pk=part.pk).rule_set)
    part.full_clean()
    part.save()
    audit.record(
        "rule_set.edited", target=rule_set, actor=actor, at=now, chain=CHAIN,
        data={"part": part._meta.model_name, "part_id": part.pk},
    )  # fmt: skip
    return part


@transaction.atomic
def relabel_step(*, step_id, label, actor, now):
    """Change the words of a step; allowed at any time, for the names are reconstructed."""
    step = RuleStep.objects.select_for_update().get(pk=step_id)
    before, step.label = step.label, label
    step.full_clean()
    step.save(update_fields=["label"])
    audit.record(
        "rule_set.step_relabelled", target=step.rule_set, actor=actor, at=now, chain=CHAIN,
        data={"step": step.key, "before": before, "after": label},
    )  # fmt: skip
    return step


@transaction.atomic
def start_new_version(*, from_code, code, name, effective_from, source, actor, now):
    """Copy a rule set as a new version from a date; the old one ends the day before.

    Raises Conflict when the date is not after today (rules never change backwards, M5).
    """
    old = RuleSet.objects.select_for_update().get(code=from_code)
    if effective_from <= timezone.localdate(now) or effective_from <= old.effective_from:
        raise Conflict(
            Reason(
                "rule_set_not_ahead",
                _("新版本的生效日期必须晚于今天，也必须晚于旧版本的生效日期。"),
                _("规则不溯及既往。"),
                _("请填写今后的日期。"),
                field="effective_from",
            )
        )
    if old.effective_to is not None and effective_from > old.effective_to:
        raise Conflict(
            Reason(
                "rule_set_ended",
                _("“%(name)s”到%(day)s失效，不能从失效之后延续。")
                % {"name": old.name, "day": old.effective_to},
                _("新版本接续生效中的版本。"),
                _("请从当时生效的版本复制。"),
                field="effective_from",
            )
        )
    fields = {key: getattr(old, key) for key in PLAIN}
    fields |= {"quorum_numerator": old.quorum_numerator, "max_returns": old.max_returns,
               "quorum_denominator": old.quorum_denominator,
               "is_quorum_inclusive": old.is_quorum_inclusive,
               "objection_answer_days": old.objection_answer_days,
               "organisation_months": old.organisation_months, "clean_years": old.clean_years}  # fmt: skip
    fields |= {"code": code, "name": name, "effective_from": effective_from, "source": source}
    new = RuleSet(**fields)
    new.full_clean()
    new.save()
    for model in (TypeCap, PositiveItem, Exclusion, RuleStep):
        for part in model.objects.filter(rule_set=old).order_by("pk"):
            part.pk, part.rule_set = None, new
            part._state.adding = True
            part.save()
    old.effective_to = effective_from - timedelta(days=1)
    old.save(update_fields=["effective_to"])
    audit.record(
        "rule_set.version_started", target=new, actor=actor, at=now, chain=CHAIN,
        data={"from": from_code, "effective_from": effective_from.isoformat()},
    )  # fmt: skip
    return new
