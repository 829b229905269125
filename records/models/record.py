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
from django.utils.translation import gettext_lazy as _

from evidence.history import History
from people.models import Process, Site
from records.states import Machine

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


class LivingLine(Line):
    """A line with a life of its own: a `machine` says where its `status` may go."""

    machine: ClassVar[Machine]
    status: Any

    class Meta:
        abstract = True

    @property
    def status_label(self) -> str:
        return self.machine.label(self.status)

    @property
    def status_tone(self) -> str:
        return self.machine.tone(self.status)


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
