from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits import states
from evidence.history import History
from people.models import Process, Site
from records.models import Line, Record


class Checklist(Line):
    """Questions for one sort of audit at a site."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey(
        Process, verbose_name=_("process"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    type = models.CharField(_("type"), max_length=12, choices=states.AuditType.choices)
    name = models.CharField(_("name"), max_length=160)
    is_active = models.BooleanField(_("in use"), default=True)

    history = History()

    class Meta:
        ordering = ("name",)
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="one_checklist_a_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/checklists/{self.uuid}/"


class CheckQuestion(Line):
    """One question. Those about a gain's standard are asked for a while only."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="questions")
    text = models.CharField(_("question"), max_length=300)
    clause = models.CharField(_("clause"), max_length=20, blank=True)
    aspect = models.CharField(
        _("asks for"), max_length=12, choices=states.Aspect.choices, default=states.Aspect.CONFORMITY
    )
    document = models.ForeignKey(
        "documents.Document",
        verbose_name=_("standard"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    protects = models.ForeignKey(
        Record, verbose_name=_("gain"), null=True, blank=True, on_delete=models.PROTECT, related_name="check_questions"
    )
    asked_from = models.DateField(_("asked from"))
    asked_until = models.DateField(_("asked until"), null=True, blank=True)

    history = History()

    class Meta:
        ordering = ("id",)
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_until__isnull=True) | Q(asked_until__gte=F("asked_from")), name="asked_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Audit(Record):
    """Somebody goes and sees whether the standard is followed and works (ISO 9001, 9.2). Its owner audits."""

    kind_code = "AUD"
    plural = "audits"
    machine = states.AUDIT
    unsigned_fields = frozenset({"started_at", "reported_at", "conclusion"})  # the signature's note is the conclusion

    type = models.CharField(_("type"), max_length=12, choices=states.AuditType.choices)
    checklist = models.ForeignKey(
        Checklist, verbose_name=_("checklist"), on_delete=models.PROTECT, related_name="audits"
    )
    scope = models.TextField(_("scope"), blank=True)
    criteria = models.TextField(_("criteria"), blank=True)
    planned_on = models.DateField(_("planned for"))
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    reported_at = models.DateTimeField(_("reported"), null=True, editable=False)
    conclusion = models.TextField(_("conclusion"), blank=True)

    history = History()

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        constraints = [
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | Q(reported_at__gte=F("started_at")),
                name="audit_reported_after_it_began",
            ),
        ]

    def signed_content(self) -> dict[str, Any]:
        return {
            "answers": [[answer.question_text, answer.result, answer.note] for answer in self.answers.order_by("id")]
        }

    def searchable(self) -> str:
        return f"{self.scope} {self.conclusion}"


class Answer(Line):
    """What was seen for one question, with the question as it was asked."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(CheckQuestion, on_delete=models.PROTECT, related_name="answers")
    question_text = models.CharField(_("question"), max_length=300)
    result = models.CharField(_("result"), max_length=16, choices=states.Result.choices)
    note = models.CharField(_("evidence seen"), max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered"))

    history = History()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["audit", "question"], name="one_answer")]

    def __str__(self) -> str:
        return f"{self.question_text}: {self.get_result_display()}"

    @property
    def tone(self) -> str:
        tones = {"conform": "success", "corrected": "warning", "nonconform": "danger", "opportunity": "info"}
        return tones.get(self.result, "neutral")


class Finding(Record):
    """Requirement, evidence and the gap between them."""

    kind_code = "FND"
    plural = "findings"
    machine = states.FINDING

    audit = models.ForeignKey(Audit, verbose_name=_("audit"), on_delete=models.PROTECT, related_name="findings")
    grade = models.CharField(_("grade"), max_length=12, choices=states.Grade.choices)
    clause = models.CharField(_("clause"), max_length=20, blank=True)
    requirement = models.TextField(_("requirement"))
    evidence = models.TextField(_("evidence"))
    gap = models.TextField(_("gap"))
    response_due = models.DateField(_("response due"))
    response = models.TextField(_("response"), blank=True)
    action_taken = models.TextField(_("action taken"), blank=True)
    verification = models.TextField(_("how it was verified"), blank=True)
    responded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    history = History()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")

    @property
    def grade_tone(self) -> str:
        tones = {states.Grade.MAJOR: "danger", states.Grade.MINOR: "warning", states.Grade.STRENGTH: "success"}
        return tones.get(states.Grade(self.grade), "info")

    def searchable(self) -> str:
        return f"{self.requirement} {self.evidence} {self.gap}"


class TrailReview(Record):
    """Somebody has read the trail of a site and a time (21 CFR 11.10 e; EU GMP Annex 11, 9).

    It covers the entries up to `last_entry`; what is written later, also about that time, is unreviewed.
    """

    kind_code = "TR"
    plural = "trail-reviews"
    machine = states.TRAIL_REVIEW

    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    entries = models.PositiveIntegerField(_("entries"))
    last_entry = models.BigIntegerField(_("last entry"))
    head = models.CharField(_("head of the ledger"), max_length=90, blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    signature = models.ForeignKey(
        "records.Signature", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    history = History()
    unsigned_fields = frozenset({"signature", "conclusion"})

    class Meta:
        verbose_name = _("review of the trail")
        verbose_name_plural = _("reviews of the trail")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="trail_review_in_order"),
        ]
