"""The one relational model: everything that matters is a Record, and the rest points at one."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.base import ModelBase
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from people.models import Process, Site
from records.states import ACTION, Machine, Meaning

KINDS: dict[str, type["Record"]] = {}


class RecordBase(ModelBase):
    """Gives each kind its link to the parent row without a way back.

    Django would add an accessor `record.document` for the child `Document`, and then no other kind could have
    a field called `document`. Which kind a row is, its `kind` says.
    """

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> type:
        if any(isinstance(base, RecordBase) for base in bases):
            link = models.OneToOneField(
                "records.Record", on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
            )
            attrs.setdefault("record_ptr", link)
        return super().__new__(mcs, name, bases, attrs, **kwargs)


class Record(models.Model, metaclass=RecordBase):
    """Every numbered, owned, signed thing. Children add their own fields by multi-table inheritance.

    A kind says what it is with class attributes: `kind_code` (in its numbers), `plural` (in its URLs),
    `machine` (its life), `numbered_by_year`, `seen_below` (child sites read it) and `open_to_operators`.
    Write through the child and through services, never through `Record.objects`.
    """

    kind_code: ClassVar[str] = ""
    plural: ClassVar[str] = ""
    machine: ClassVar[Machine]
    numbered_by_year: ClassVar[bool] = True
    seen_below: ClassVar[bool] = False
    open_to_operators: ClassVar[bool] = False
    unsigned_fields: ClassVar[frozenset[str]] = frozenset()
    unsigned_by: ClassVar[Mapping[str, frozenset[str]]] = {}  # meaning → fields that it says nothing of
    told: ClassVar[tuple[str, ...]] = ()  # what the API tells besides the columns
    signed_with: ClassVar[tuple[str, ...]] = ("site",)  # what signing reads besides, in the same statement
    controlled = True

    number = models.CharField(_("number"), max_length=60, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, editable=False)
    title = models.CharField(_("title"), max_length=200)
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(
        Process, verbose_name=_("process"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(_("status"), max_length=24, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    opened_at = models.DateTimeField(_("opened"), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    origin = models.ForeignKey(
        "self",
        verbose_name=_("came from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_to",
    )
    search_text = models.TextField(blank=True, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("number", "title", "search_text", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ("-id",)
        indexes = [
            GinIndex(fields=["search"], name="record_search"),
            models.Index(fields=["kind", "-id"], name="record_by_kind"),
            models.Index(fields=["kind", "site", "-id"], name="record_by_site"),
            models.Index(fields=["kind", "status", "-id"], name="record_by_status"),
            models.Index(fields=["kind", "owner", "-id"], name="record_by_owner"),
            models.Index(fields=["origin"], name="record_by_origin"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(origin=F("id")), name="record_not_its_own_origin"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="record_times_in_order",
            ),
        ]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.kind_code:
            KINDS[cls.kind_code] = cls

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/{self.model.plural}/{self.number}/"

    @property
    def model(self) -> type["Record"]:
        """The child model of this kind, also when read through the parent table."""
        return KINDS[self.kind]

    @property
    def status_label(self) -> str:
        return self.model.machine.label(self.status)

    @property
    def status_tone(self) -> str:
        return self.model.machine.tone(self.status)

    @property
    def is_open(self) -> bool:
        return self.status not in self.model.machine.final

    @property
    def signed_record(self) -> "Record":
        """What a signature of a verb of this seals; a line of a record names another."""
        return self

    def signed_content(self) -> dict[str, Any]:
        """What a signature covers beyond the record's own fields: steps, rows, causes."""
        return {}

    def searchable(self) -> str:
        """Text that search finds besides number and title."""
        return ""


class Line(models.Model):
    """A detail that points at a record: numerous, without a number of its own, known outside by its uuid."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Counter(models.Model):
    """The last number given for a site, kind and year. Locked until its transaction ends: no gaps."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField(default=0)
    value = models.PositiveIntegerField(default=0)

    bookkeeping = "the numbers that it gave stand on the records"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "kind", "year"], name="one_counter")]

    def __str__(self) -> str:
        return f"{self.site_id} {self.kind} {self.year}: {self.value}"


class Link(Line):
    """A reference that is not cause and effect."""

    class Kind(models.TextChoices):
        VERIFIES = "verifies", _("verifies")
        SUPERSEDES = "supersedes", _("supersedes")
        REVIEWED_IN = "reviewed-in", _("reviewed in")
        EVIDENCE = "evidence", _("is evidence for")
        SEE_ALSO = "see-also", _("see also")

    source = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="links")
    target = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.SEE_ALSO)

    history = History()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="one_link"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Challenge(models.Model):
    """A signing dialog: what was shown to whom, in which session, to be signed with which meaning.

    Good for one signature, within five minutes. It is used when a signature points at it, which happens once. The
    database sets both times and compares everything again when the signature comes (migration 0002). Bookkeeping:
    those that nobody used are swept away.
    """

    nonce_digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    session_digest = models.CharField(max_length=64)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    record_version = models.PositiveIntegerField()
    content_digest = models.CharField(max_length=64)
    meaning = models.CharField(max_length=20, choices=Meaning.choices)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_default=Now())

    bookkeeping = "what a dialog that was used showed stands on its signature"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(meaning__in=Meaning.values), name="known_meaning_of_challenge"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.meaning} {self.record_id}"


class SigningAttempt(models.Model):
    """A try to sign whose secret was wrong, or which is still going on: it counts before it is made.

    The fifth within the window carries `locked_until`. Bookkeeping: a try that was not wrong is taken back.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typed_name = models.CharField(max_length=150)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    session_digest = models.CharField(max_length=64)
    client_ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    bookkeeping = "a wrong secret is told by an event"

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="attempts_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%Y-%m-%d %H:%M}"


class Signature(Line):
    """Who signed what, with which meaning: bound to a digest of the content that was shown. Append-only.

    Name, role and time zone are kept as they were at signing (21 CFR 11.50). The states are those of what was
    moved: the record, or a line of a higher app that the record was signed for.
    """

    class Method(models.TextChoices):
        PASSWORD = "password", _("password")
        PIN = "pin", _("badge and PIN at a shared tablet")
        DEMONSTRATION = "demonstration", _("demonstration")

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="signatures")
    record_version = models.PositiveIntegerField()
    content_digest = models.CharField(max_length=64)
    meaning = models.CharField(_("meaning"), max_length=20, choices=Meaning.choices)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures")
    signer_name = models.CharField(_("name"), max_length=120)
    signer_username = models.CharField(_("user name"), max_length=150, blank=True, db_default="")
    signer_role = models.CharField(_("role"), max_length=200, blank=True)
    method = models.CharField(_("method"), max_length=20, choices=Method.choices)
    signed_at = models.DateTimeField(_("signed"))
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, db_default="")
    previous_state = models.CharField(_("state before"), max_length=24, blank=True, db_default="")
    new_state = models.CharField(_("state after"), max_length=24, blank=True, db_default="")
    client_ip = models.GenericIPAddressField(null=True)
    session_digest = models.CharField(max_length=64, blank=True, db_default="")
    challenge = models.OneToOneField(Challenge, null=True, on_delete=models.PROTECT, related_name="signature")
    note = models.TextField(_("note"), blank=True)

    append_only = True

    class Meta:
        ordering = ("signed_at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(meaning__in=Meaning.values), name="known_meaning"),
            models.UniqueConstraint(
                fields=["record", "record_version", "meaning", "signer"],
                condition=Q(meaning__in=["authored", "reviewed", "approved", "released", "rejected"]),
                name="signed_once_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signer_name}: {self.get_meaning_display()}"


def content_path(attachment: "Attachment", filename: str) -> str:
    """Files lie under their digest: the same bytes are kept once, and no name of a user is a path."""
    return f"files/{attachment.sha256[:2]}/{attachment.sha256}"


class Attachment(Line):
    """A file kept with a record, by its digest."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(upload_to=content_path)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    content_type = models.CharField(_("type"), max_length=100)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))

    history = History()

    class Meta:
        ordering = ("added_at", "id")
        indexes = [models.Index(fields=["sha256"], name="attachment_by_digest")]

    def __str__(self) -> str:
        return self.name


class Comment(Line):
    """A remark on a record. Append-only."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"), max_length=5000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("written"))

    append_only = True

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.text[:60]


class Action(Line):
    """The one to-do: what, who, due, done, verified. CAPA plans, kaizen lists and review outputs are these."""

    machine = ACTION

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="actions")
    topic = models.CharField(_("kind of action"), max_length=40, blank=True)
    what = models.CharField(_("what"), max_length=300)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="actions"
    )
    due = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=24, default=ACTION.initial, editable=False)
    opened_at = models.DateTimeField(_("opened"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    result = models.TextField(_("what was done"), blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    history = History()

    class Meta:
        ordering = ("due", "id")
        indexes = [
            models.Index(fields=["who", "due"], condition=Q(status="open"), name="open_actions_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="action_verified_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def status_label(self) -> str:
        return self.machine.label(self.status)

    @property
    def status_tone(self) -> str:
        return self.machine.tone(self.status)


class Notification(Line):
    """A reminder shown in the application, and mailed where there is an address. One per person, subject and day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications")
    text = models.CharField(_("text"), max_length=300)
    url = models.CharField(max_length=300)
    key = models.CharField(max_length=200)
    at = models.DateTimeField(_("sent"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)

    bookkeeping = "a reminder proves nothing"

    class Meta:
        ordering = ("-at", "-id")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_notification_a_key")]

    def __str__(self) -> str:
        return self.text


class IntegrityFault(models.Model):
    """Something that verifying the ledger found. Until somebody has handled it, the record is not signed."""

    check_name = models.CharField(_("check"), max_length=20)
    place = models.CharField(_("place"), max_length=200)
    what = models.CharField(_("what is wrong"), max_length=300)
    record = models.ForeignKey(
        Record, verbose_name=_("record"), null=True, on_delete=models.PROTECT, related_name="integrity_faults"
    )
    found_at = models.DateTimeField(_("found"))
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(_("what was done"), blank=True)

    controlled = True

    class Meta:
        ordering = ("-found_at", "-id")
        verbose_name = _("integrity fault")
        verbose_name_plural = _("integrity faults")
        constraints = [
            models.UniqueConstraint(
                fields=["check_name", "place"], condition=Q(handled_at__isnull=True), name="one_open_fault_a_place"
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="fault_handled_by_whom_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.place}"
