"""The words by which needs and proposals find each other, and what was computed from their texts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.categories import CATEGORIES
from communities.fit.lexicon import Concept
from communities.models.needs import Need


class ConceptKind(models.TextChoices):
    TOPIC = "topic", _("事项")
    PEOPLE = "people", _("人群")
    PLACE = "place", _("地点")


class LexiconConcept(models.Model):
    """One thing people want, with everything it is called. One word a line."""

    key = models.SlugField(_("代码"), max_length=40, unique=True)
    label = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("种类"), max_length=8, choices=ConceptKind, default="topic")
    category = models.CharField(
        _("需求类别"), max_length=24, choices=[(c.key, c.label) for c in CATEGORIES.values()]
    )
    everyday = models.TextField(
        _("居民的说法"),
        blank=True,
        help_text=_("一行一个。“灯…坏”表示两个词之间可以隔几个字。"),
    )
    official = models.TextField(_("公文的说法"), blank=True, help_text=_("一行一个。"))
    hints = models.TextField(
        _("沾边的词"), blank=True, help_text=_("只说明有可能是这件事的词，一行一个。")
    )
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        db_table = "comm_lexicon_concept"
        verbose_name = verbose_name_plural = _("词库")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ConceptKind.values), name="concept_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~(Q(everyday="") & Q(official="") & Q(hints="")),
                name="concept_has_words",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def term_count(self):
        return sum(
            len(getattr(self, name).split("\n")) for name in WORD_FIELDS if getattr(self, name)
        )

    def for_matching(self):
        return Concept(
            key=self.key,
            label=self.label,
            kind=self.kind,
            category=self.category,
            words=tuple(_lines(self.everyday) + _lines(self.official)),
            hints=tuple(_lines(self.hints)),
        )


WORD_FIELDS = ("everyday", "official", "hints")


def _lines(text):
    return [line for line in text.split("\n") if line]


class NeedEmbedding(models.Model):
    """The meaning of a need's text as a vector; there only with the optional semantic backend."""

    need = models.OneToOneField(Need, on_delete=models.PROTECT, related_name="embedding")
    model = models.CharField(max_length=40)
    # of the text it was computed from: a corrected need has no valid vector until the next tick
    text_digest = models.CharField(max_length=64)
    vector = models.BinaryField()
    computed_at = models.DateTimeField()

    class Meta:
        db_table = "comm_need_embedding"
        verbose_name = verbose_name_plural = _("需求语义向量")
        indexes = [models.Index(fields=["model"], name="need_embedding_model_idx")]

    def __str__(self):
        return f"{self.need_id} {self.model}"
