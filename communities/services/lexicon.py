"""Keep the lexicon. Every change is one audit event of its chain, whose head is its version."""

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities import permissions
from communities.categories import CATEGORIES
from communities.fit.lexicon import GAP
from communities.fit.words import one_spelling
from communities.lexicon_file import shipped
from communities.models import ConceptKind, LexiconConcept
from communities.models.lexicon import WORD_FIELDS
from communities.rules import LEXICON_CHAIN
from core import audit
from core.refusals import BadInput, Conflict, NotAllowed, NotFound, Reason, refuse_if

TERM_MAX = 20
TERMS_MAX = 600


@transaction.atomic
def load_lexicon(*, actor, now):
    """The shipped concepts that are not there yet are added; what staff changed stays.

    The console and the demo load with the founder; returns how many were added.
    """
    _check_may(actor, now)
    known = set(LexiconConcept.objects.values_list("key", flat=True))
    fresh = [
        LexiconConcept(
            key=one.key, label=one.label, kind=one.kind, category=one.category,
            **{name: "\n".join(getattr(one, name)) for name in WORD_FIELDS},
        )
        for one in shipped()
        if one.key not in known
    ]  # fmt: skip
    if fresh:
        LexiconConcept.objects.bulk_create(fresh)
        audit.record(
            "lexicon.loaded",
            target=LexiconConcept.objects.order_by("key").first(),
            actor=actor,
            at=now,
            chain=LEXICON_CHAIN,
            data={"concepts": len(fresh)},
        )
    return len(fresh)


@transaction.atomic
def add_concept(*, key, label, kind, category, everyday, official, hints, actor, now):
    """A concept more; needs are found by its words from the next question on."""
    _check_may(actor, now)
    if not LexiconConcept.objects.exists():
        # the first row would hide the shipped words: they become rows together with it
        load_lexicon(actor=actor, now=now)
    words = _checked(label, kind, category, everyday, official, hints)
    if LexiconConcept.objects.filter(key=key).exists():
        raise Conflict(Reason("concept_exists", _("这个代码已经有了。"), field="key"))
    concept = LexiconConcept.objects.create(key=key, **words)
    _record("lexicon.concept_added", concept, actor, now, {})
    return concept


@transaction.atomic
def change_concept(
    *, concept_id, label, kind, category, everyday, official, hints, is_active, actor, now
):
    """The concept has these words; needs are found by them from the next question on."""
    _check_may(actor, now)
    concept = LexiconConcept.objects.select_for_update().filter(pk=concept_id).first()
    if concept is None:
        raise NotFound(Reason("concept_unknown", _("词库里没有这一条。")))
    fresh = _checked(label, kind, category, everyday, official, hints) | {"is_active": is_active}
    changes = {}
    for name, value in fresh.items():
        before = getattr(concept, name)
        if before == value:
            continue
        if name in WORD_FIELDS:
            old, new = set(before.split("\n")) - {""}, set(value.split("\n")) - {""}
            changes[name] = {"added": sorted(new - old), "removed": sorted(old - new)}
        else:
            changes[name] = value
        setattr(concept, name, value)
    if changes:
        concept.save()
        _record("lexicon.concept_changed", concept, actor, now, changes)
    return concept


def _check_may(actor, now):
    refuse_if([permissions.may_edit_lexicon(actor, timezone.localdate(now))], NotAllowed)


def _record(kind, concept, actor, now, changes):
    audit.record(
        kind,
        target=concept,
        actor=actor,
        at=now,
        chain=LEXICON_CHAIN,
        data={"key": concept.key, "changes": changes},
    )


def _checked(label, kind, category, everyday, official, hints):
    reasons = []
    label = (label or "").strip()
    if not label:
        reasons.append(Reason("label_missing", _("请填写名称。"), field="label"))
    if kind not in ConceptKind.values:
        reasons.append(Reason("kind_unknown", _("请选择种类。"), field="kind"))
    if category not in CATEGORIES:
        reasons.append(Reason("category_unknown", _("请选择类别。"), field="category"))
    words, seen = {}, set()
    for name, text in (("everyday", everyday), ("official", official), ("hints", hints)):
        terms = []
        for line in (text or "").replace("、", "\n").split("\n"):
            term = line.strip()
            if not term or term in seen:
                continue
            parts = term.split(GAP)
            if len(term) > TERM_MAX or len(parts) > 2 or not all(map(one_spelling, parts)):
                reasons.append(
                    Reason(
                        "term_unusable",
                        format_lazy(_("“{term}”不能用来查找。"), term=term[:TERM_MAX]),
                        remedy=_("一行写一个词，二十个字以内；“…”两边都要有字。"),
                        field=name,
                    )
                )
                continue
            seen.add(term)
            terms.append(term)
        words[name] = "\n".join(terms)
    if not 1 <= len(seen) <= TERMS_MAX:
        reasons.append(
            Reason(
                "terms_count",
                format_lazy(_("请写1到{most}个词。"), most=TERMS_MAX),
                field="everyday",
            )
        )
    refuse_if(reasons, BadInput)
    return {"label": label, "kind": kind, "category": category, **words}
