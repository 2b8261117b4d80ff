"""District, street, community: the three levels every other row hangs on; and housing estates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ledgers import PlaceCodes


class District(models.Model):
    code = models.CharField(_("代码"), max_length=6, unique=True)
    name = models.CharField(_("名称"), max_length=40)

    class Meta:
        db_table = "comm_district"
        verbose_name = verbose_name_plural = _("区")

    def __str__(self):
        return self.name

    @property
    def codes(self):
        return PlaceCodes(district=self.code, street="", community="")


class Street(models.Model):
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="streets", verbose_name=_("区")
    )
    code = models.CharField(_("代码"), max_length=9, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    abbr = models.CharField(_("编号简称"), max_length=12)

    class Meta:
        db_table = "comm_street"
        verbose_name = verbose_name_plural = _("街道")
        constraints = [
            # Numbers of proposals and needs begin with this: two streets must not share it.
            models.UniqueConstraint(fields=["district", "abbr"], name="street_abbr_in_district"),
            models.UniqueConstraint(fields=["district", "name"], name="street_name_in_district"),
        ]

    def __str__(self):
        return self.name

    @property
    def codes(self):
        return PlaceCodes(district=self.district.code, street=self.code, community="")


class Community(models.Model):
    """A residents' committee area (居委会), the unit of need pools and yearly envelopes."""

    street = models.ForeignKey(
        Street, on_delete=models.PROTECT, related_name="communities", verbose_name=_("街道")
    )
    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    abbr = models.CharField(_("编号简称"), max_length=12)

    class Meta:
        db_table = "comm_community"
        verbose_name = verbose_name_plural = _("社区")
        constraints = [
            models.UniqueConstraint(fields=["street", "abbr"], name="community_abbr_in_street"),
            models.UniqueConstraint(fields=["street", "name"], name="community_name_in_street"),
        ]

    def __str__(self):
        return self.name

    @property
    def codes(self):
        return PlaceCodes(
            district=self.street.district.code, street=self.street.code, community=self.code
        )


class Estate(models.Model):
    """A housing estate (小区) of a community. Old ones are marked, with what the mark rests on."""

    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, related_name="estates", verbose_name=_("社区")
    )
    name = models.CharField(_("名称"), max_length=60)
    is_old = models.BooleanField(_("老旧住宅区"), default=False)
    old_reason = models.CharField(_("认定依据"), max_length=120, blank=True)
    # A closed one keeps its needs; nobody can choose it any more.
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        db_table = "comm_estate"
        verbose_name = verbose_name_plural = _("小区")
        constraints = [
            models.UniqueConstraint(fields=["community", "name"], name="estate_name_in_community"),
            models.CheckConstraint(condition=~models.Q(name=""), name="estate_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(is_old=False) | ~models.Q(old_reason=""),
                name="estate_old_says_why",
            ),
        ]

    def __str__(self):
        return self.name
