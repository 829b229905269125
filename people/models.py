import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken
from tree_queries.models import TreeNode

from evidence.history import History
from people.states import WEEKDAYS, Authority, Outcome, Scope


class Site(TreeNode):
    """A place with its own people and records. A tree: authority at a site holds below it."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Berlin")
    country = models.CharField(
        _("country"), max_length=2, blank=True, db_default="", help_text=_("Two letters, for its public holidays.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    history = History()

    class Meta:
        ordering = ("code",)
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **facts: object) -> "User":
        user = self.model(username=username, **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **facts: object) -> "User":
        return self.create_user(username, password, is_superuser=True, is_staff=True, **facts)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or an account of another system. Never deleted: deactivated."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    badge = models.CharField(_("badge"), max_length=40, unique=True, null=True, blank=True)
    site = models.ForeignKey(
        Site, verbose_name=_("home site"), null=True, on_delete=models.PROTECT, related_name="people"
    )
    shift = models.CharField(_("shift"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    theme = models.CharField(_("theme"), max_length=8, default="auto")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    is_system = models.BooleanField(_("not a person"), default=False)

    secret_columns = ("password",)

    objects = UserManager()
    history = History()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ("full_name",)
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]


class Process(models.Model):
    """A process of the quality management system, with its owner (ISO 9001, 4.4)."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="processes")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(User, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="owned_processes")
    is_active = models.BooleanField(_("active"), default=True)

    history = History()

    class Meta:
        ordering = ("code",)
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="one_process_a_code")]

    def __str__(self) -> str:
        return self.name


class JobRole(models.Model):
    """What somebody does at a site, such as "ring grinder operator"; training is required by it."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="job_roles")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    process = models.ForeignKey(
        Process,
        verbose_name=_("process"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="job_roles",
    )
    is_active = models.BooleanField(_("active"), default=True)

    history = History()

    class Meta:
        ordering = ("code",)
        verbose_name = _("job role")
        verbose_name_plural = _("job roles")
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="one_job_role_a_code")]

    def __str__(self) -> str:
        return self.name


class Station(models.Model):
    """A place of work with its tablet and its standards: a machine, a bench, a cell."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="stations")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    process = models.ForeignKey(
        Process, verbose_name=_("process"), null=True, blank=True, on_delete=models.PROTECT, related_name="stations"
    )
    is_active = models.BooleanField(_("active"), default=True)

    history = History()

    class Meta:
        ordering = ("code",)
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="one_station_a_code")]

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """When a shift of a site works. People are on the shift whose name stands on them.

    One that ends before it starts goes on until the next morning; its day is the one on which it starts.
    """

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="shifts")
    name = models.CharField(_("name"), max_length=20)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))
    weekdays = ArrayField(models.PositiveSmallIntegerField(choices=WEEKDAYS), verbose_name=_("days"), size=7)

    history = History()

    class Meta:
        ordering = ("starts",)
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="one_shift_a_name"),
            models.CheckConstraint(condition=~Q(weekdays=[]), name="shift_works_some_day"),
            models.CheckConstraint(condition=Q(weekdays__contained_by=[0, 1, 2, 3, 4, 5, 6]), name="shift_on_weekdays"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def days(self) -> str:
        """Its days in words: Mon, Tue, Wed."""
        return ", ".join(str(WEEKDAYS[day][1])[:3] for day in sorted(self.weekdays))


class Holding(models.Model):
    """A person holds a job role, from `since` until the day before `until`."""

    person = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="holdings")
    job_role = models.ForeignKey(JobRole, verbose_name=_("job role"), on_delete=models.PROTECT, related_name="holdings")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    history = History()

    class Meta:
        ordering = ("-since",)
        verbose_name = _("holding of a job role")
        verbose_name_plural = _("holdings of job roles")
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="holding_in_order"),
            models.UniqueConstraint(
                fields=["person", "job_role"], condition=Q(until__isnull=True), name="one_open_holding"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.job_role}"


class Appointment(models.Model):
    """A person's authority at a site and all sites below it."""

    person = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="appointments")
    authority = models.CharField(_("authority"), max_length=20, choices=Authority.choices)
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="appointments")

    history = History()

    class Meta:
        ordering = ("authority",)
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(fields=["person", "authority", "site"], name="one_appointment"),
            models.CheckConstraint(condition=Q(authority__in=Authority.values), name="known_authority"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_authority_display()}"


class Delegation(models.Model):
    """While somebody is away another signs for them, from one day to another, both included.

    It gives no authority of its own: the deputy answers in the other's name what the other was asked.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="delegations")
    deputy = models.ForeignKey(User, verbose_name=_("deputy"), on_delete=models.PROTECT, related_name="deputised")
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(User, verbose_name=_("set by"), on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    history = History()

    class Meta:
        ordering = ("-until", "-id")
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="delegation_in_order"),
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="deputy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.person}, {self.since} to {self.until}"


class LoginAttempt(models.Model):
    """A try to come in, written before the password is looked at, so that what follows cannot lose it.

    The name is kept as a digest: people type passwords into that field.
    """

    at = models.DateTimeField(_("at"), db_index=True)
    name = models.CharField(max_length=64)
    address = models.GenericIPAddressField(_("address"))
    device = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.FAILED)

    bookkeeping = "tries; events tell who came in and who did not"

    class Meta:
        ordering = ("-at", "-id")
        verbose_name = _("login attempt")
        verbose_name_plural = _("login attempts")
        indexes = [
            models.Index(fields=["name", "at"], name="attempt_by_name"),
            models.Index(fields=["address", "at"], name="attempt_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.address}: {self.outcome}"


class ApiToken(AbstractAuthToken):
    """What another system shows at the API. Only its digest is kept; it can do what its scopes say, at its sites."""

    name = models.CharField(_("name"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices), verbose_name=_("may"))
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), related_name="+")
    created_by = models.ForeignKey(User, verbose_name=_("given by"), on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    bookkeeping = "a digest and when it was last used; events tell who made and ended it"

    class Meta:
        ordering = ("-created",)
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key}…)"


class Pin(models.Model):
    """A person's secret at shared tablets, kept as a hash like a password.

    The first one, which somebody else gave, lets the person choose another and signs nothing.
    """

    person = models.OneToOneField(User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="pin")
    secret = models.CharField(max_length=128)
    is_first = models.BooleanField(_("given by somebody else"), default=False)
    set_at = models.DateTimeField(_("set"))

    controlled = True
    secret_columns = ("secret",)

    class Meta:
        verbose_name = _("PIN")
        verbose_name_plural = _("PINs")

    def __str__(self) -> str:
        return f"PIN {self.person_id}"


class Kiosk(models.Model):
    """A shared tablet at a station. Its browser holds a long random secret, of which only the digest is here."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    station = models.ForeignKey(
        "people.Station", verbose_name=_("station"), on_delete=models.PROTECT, related_name="kiosks"
    )
    name = models.CharField(_("name"), max_length=60)
    secret_digest = models.CharField(max_length=64, unique=True)
    enrolled_by = models.ForeignKey(User, verbose_name=_("enrolled by"), on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField(_("enrolled"))
    last_seen_at = models.DateTimeField(_("last seen"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    bookkeeping = "a digest and when it was last seen; events tell who enrolled and who revoked it"

    class Meta:
        ordering = ("station__code", "name")
        verbose_name = _("shared tablet")
        verbose_name_plural = _("shared tablets")

    def __str__(self) -> str:
        return self.name


class KioskSession(models.Model):
    """Somebody stands at a shared tablet: one at a time, for minutes, and good for nothing but the tablet's pages.

    `digest` is that of the cookie's secret; signing dialogs of the tablet belong to it.
    """

    kiosk = models.ForeignKey(Kiosk, on_delete=models.PROTECT, related_name="sessions")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    bookkeeping = "events tell who came in and went; what was done carries its own name"

    class Meta:
        ordering = ("-started_at",)
        verbose_name = _("session at a shared tablet")
        verbose_name_plural = _("sessions at shared tablets")
        constraints = [
            models.UniqueConstraint(fields=["kiosk"], condition=Q(ended_at__isnull=True), name="one_person_a_kiosk"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.started_at:%Y-%m-%d %H:%M}"
