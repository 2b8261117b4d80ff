"""Who holds which role, where, and from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from communities.models.offices import Office, Organisation
from communities.models.places import Community
from communities.roles import Role


class SeatKind(models.TextChoices):
    """Seats of a residents' council, as in the third-term council of 新南社区 (2021)."""

    PARTY = "party", _("社区党委议事员")
    COMMITTEE = "committee", _("居委会议事员")
    DEPUTY = "deputy", _("人大代表议事员")
    ENTERPRISE = "enterprise", _("企事业单位议事员")
    RESIDENT = "resident", _("社区居民议事员")


class CouncilTerm(models.Model):
    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, related_name="council_terms", verbose_name=_("社区")
    )
    number = models.PositiveSmallIntegerField(_("届次"))
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("截止日期"))

    class Meta:
        db_table = "comm_council_term"
        verbose_name = verbose_name_plural = _("议事会届次")
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="council_term_number"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="council_term_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.community} {self.number}"


class AppointmentQuerySet(models.QuerySet):
    def in_force(self, on):
        return self.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def overlapping(self, starts_on, ends_on):
        rows = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        return rows if ends_on is None else rows.filter(starts_on__lte=ends_on)

    def with_places(self):
        return self.select_related(
            "person",
            "office__community__street__district",
            "office__street__district",
            "office__district",
            "organisation",
            "community__street__district",
            "term",
        )


class Appointment(models.Model):
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("人员")
    )
    role = models.CharField(_("角色"), max_length=24, choices=Role.choices)
    office = models.ForeignKey(
        Office,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
        verbose_name=_("机构"),
    )
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
        verbose_name=_("组织"),
    )
    community = models.ForeignKey(
        Community,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
        verbose_name=_("社区"),
    )
    term = models.ForeignKey(
        CouncilTerm,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="seats",
        verbose_name=_("议事会届次"),
    )
    seat = models.CharField(_("席位类别"), max_length=12, choices=SeatKind.choices, blank=True)
    starts_on = models.DateField(_("起始日期"))
    # The last day on which the role still holds; empty means until it is ended.
    ends_on = models.DateField(_("截止日期"), null=True, blank=True)
    appointed_at = models.DateTimeField(_("任命时间"))
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("任命人"),
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        db_table = "comm_appointment"
        verbose_name = verbose_name_plural = _("任职")
        indexes = [
            models.Index(fields=["person", "starts_on"], name="appointment_person_idx"),
            models.Index(fields=["role", "starts_on"], name="appointment_role_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(office__isnull=False, organisation__isnull=True, community__isnull=True)
                | Q(office__isnull=True, organisation__isnull=False, community__isnull=True)
                | Q(office__isnull=True, organisation__isnull=True, community__isnull=False),
                name="appointment_hangs_on_one",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="appointment_role_is_known"
            ),
            models.CheckConstraint(
                condition=(Q(role="council_member", term__isnull=False) & ~Q(seat=""))
                | (~Q(role="council_member") & Q(term__isnull=True, seat="")),
                name="appointment_seat_has_term",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_start",
            ),
        ]

    def __str__(self):
        # why no name: this text goes into the audit chain, which cannot forget
        return f"{self.get_role_display()} {self.holder}"

    @property
    def holder(self):
        """The office, organisation or community the appointment hangs on."""
        return self.office or self.organisation or self.community

    @property
    def community_here(self):
        """The community when the role is held at community level, else None."""
        return self.office.community if self.office_id else self.community

    @property
    def street_here(self):
        """The street when the role is held at street level, else None."""
        return self.office.street if self.office_id else None

    @property
    def district_here(self):
        """The district when the role is held at district level, else None."""
        return self.office.district if self.office_id else None
