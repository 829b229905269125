from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from capa import states
from evidence.history import History
from records.models import Line, Record


class Nonconformity(Record):
    """Something that did not meet a requirement: found inside, at a supplier, by an audit, or by a customer."""

    kind_code = "NC"
    plural = "nonconformities"
    machine = states.NONCONFORMITY
    open_to_operators = True

    source = models.CharField(_("source"), max_length=12, choices=states.Source.choices, default=states.Source.INTERNAL)
    description = models.TextField(_("what happened"))
    detected_on = models.DateField(_("detected on"))
    severity = models.CharField(
        _("severity"), max_length=10, choices=states.Severity.choices, default=states.Severity.MINOR
    )
    requirement = models.CharField(_("requirement not met"), max_length=300, blank=True)
    product = models.CharField(_("product"), max_length=120, blank=True)
    lot = models.CharField(_("lot"), max_length=80, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    customer = models.CharField(_("customer"), max_length=120, blank=True)
    reply_due = models.DateField(_("reply due"), null=True, blank=True)
    replied_on = models.DateField(_("replied on"), null=True, blank=True)
    containment = models.TextField(_("containment"), blank=True)
    evaluation = models.TextField(_("evaluation"), blank=True)
    needs_capa = models.BooleanField(_("must the cause be removed?"), null=True)
    disposition = models.CharField(_("disposition"), max_length=12, choices=states.Disposition.choices, blank=True)
    disposition_note = models.TextField(_("disposition, by whose authority"), blank=True)
    cost = models.DecimalField(
        _("cost"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    history = History()

    class Meta:
        verbose_name = _("nonconformity")
        verbose_name_plural = _("nonconformities")
        constraints = [
            models.CheckConstraint(
                condition=~Q(source="complaint") | ~Q(customer=""), name="complaint_names_its_customer"
            ),
            models.CheckConstraint(
                condition=Q(reply_due__isnull=True) | Q(reply_due__gte=F("detected_on")), name="reply_after_detection"
            ),
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="cost_not_negative"),
        ]

    @property
    def severity_tone(self) -> str:
        tones = {states.Severity.CRITICAL: "danger", states.Severity.MAJOR: "warning"}
        return tones.get(states.Severity(self.severity), "neutral")

    def searchable(self) -> str:
        return f"{self.description} {self.product} {self.lot} {self.customer}"


class Capa(Record):
    """A corrective action (ISO 9001, 10.2): from the problem to the proof that its cause is gone."""

    kind_code = "CAPA"
    plural = "capas"
    machine = states.CAPA
    unsigned_fields = frozenset({"concluded_at"})

    trigger = models.CharField(
        _("opened because"), max_length=14, choices=states.Trigger.choices, default=states.Trigger.BY_HAND
    )
    problem = models.TextField(_("problem"))
    due = models.DateField(_("due"))
    watch = models.ForeignKey(
        "metrics.Watch", verbose_name=_("watch"), null=True, blank=True, on_delete=models.PROTECT, related_name="capas"
    )
    diagnosis = models.CharField(_("first verdict"), max_length=14, choices=states.Diagnosis.choices, blank=True)
    evidence = models.JSONField(_("evidence when it was opened"), default=dict, blank=True)
    correction = models.TextField(_("correction"), blank=True)
    containment = models.TextField(_("containment"), blank=True)
    consequences = models.TextField(_("consequences dealt with"), blank=True)
    read_across = models.TextField(_("where else could it happen?"), blank=True)
    risks_changed = models.BooleanField(_("have risks changed?"), null=True)
    risks_note = models.TextField(_("which risks"), blank=True)
    qms_changed = models.BooleanField(_("has the system changed?"), null=True)
    qms_note = models.TextField(_("which part of the system"), blank=True)
    concluded_at = models.DateTimeField(null=True, editable=False)

    history = History()

    class Meta:
        verbose_name = _("CAPA")
        verbose_name_plural = _("CAPAs")
        constraints = [
            models.UniqueConstraint(
                fields=["watch"],
                condition=Q(concluded_at__isnull=True, watch__isnull=False),
                name="one_open_capa_a_watch",
            ),
        ]

    def signed_content(self) -> dict[str, Any]:
        return {
            "causes": [[cause.statement, cause.verdict, cause.is_root] for cause in self.causes.order_by("id")],
            "actions": [[action.what, action.status] for action in self.actions.order_by("id")],
            "checks": [[check.criterion, check.verdict, check.said_by_data] for check in self.checks.order_by("id")],
        }

    def searchable(self) -> str:
        return f"{self.problem} {self.correction} {self.containment}"


class Cause(Line):
    """A node of the tree of causes: five whys and fishbone in one."""

    capa = models.ForeignKey(Capa, on_delete=models.PROTECT, related_name="causes")
    parent = models.ForeignKey(
        "self", verbose_name=_("because of"), null=True, blank=True, on_delete=models.PROTECT, related_name="deeper"
    )
    leg = models.CharField(_("question"), max_length=14, choices=states.Leg.choices, default=states.Leg.MADE)
    bone = models.CharField(_("bone"), max_length=14, choices=states.Bone.choices, blank=True)
    statement = models.CharField(_("because"), max_length=300)
    proof = models.CharField(_("evidence"), max_length=500, blank=True)
    verdict = models.CharField(
        _("verdict"), max_length=12, choices=states.CauseState.choices, default=states.CauseState.HYPOTHESIS
    )
    is_root = models.BooleanField(_("root cause"), default=False)

    history = History()

    class Meta:
        ordering = ("id",)
        verbose_name = _("cause")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_root=False) | (Q(verdict="confirmed") & ~Q(proof="")), name="root_cause_is_proven"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="cause_of_another"),
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def tone(self) -> str:
        tones = {states.CauseState.CONFIRMED: "info", states.CauseState.RULED_OUT: "neutral"}
        return "danger" if self.is_root else tones.get(states.CauseState(self.verdict), "warning")


class EffectivenessCheck(Line):
    """Did it work? Judged by the detector on new data where there is a watch, and confirmed by a person."""

    capa = models.ForeignKey(Capa, on_delete=models.PROTECT, related_name="checks")
    watch = models.ForeignKey("metrics.Watch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(_("criterion"), max_length=300)
    least_values = models.PositiveSmallIntegerField(_("values needed"), default=8)
    since = models.DateField(_("from"))
    due = models.DateField(_("due"))
    verdict = models.CharField(
        _("verdict of the data"), max_length=14, choices=states.Verdict.choices, default=states.Verdict.INCONCLUSIVE
    )
    finding = models.TextField(_("how we know"), blank=True)
    judged_at = models.DateTimeField(null=True)
    snapshot = models.JSONField(default=dict, blank=True)
    confirmed_verdict = models.CharField(_("confirmed"), max_length=14, choices=states.Verdict.choices, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)

    history = History()

    class Meta:
        ordering = ("id",)
        verbose_name = _("effectiveness check")
        constraints = [
            models.CheckConstraint(condition=Q(due__gte=F("since")), name="check_dates_in_order"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="check_confirmed_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_verdict="")
                | Q(confirmed_at__isnull=False) & ~Q(confirmed_verdict=""),
                name="confirmed_check_has_a_verdict",
            ),
        ]

    def __str__(self) -> str:
        return self.criterion

    @property
    def said_by_data(self) -> str:
        """The finding of the detector. Without a watch it is the conclusion of who closes, written after signing."""
        return self.finding if self.watch_id else ""

    @property
    def tone(self) -> str:
        tones = {states.Verdict.EFFECTIVE: "success", states.Verdict.INEFFECTIVE: "danger"}
        return tones.get(states.Verdict(self.confirmed_verdict or self.verdict), "neutral")
