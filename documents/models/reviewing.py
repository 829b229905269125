"""Who is asked for a revision, what they answered, and what they remarked."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents import states
from documents.models.revisions import Revision
from documents.models.types import DocumentType
from evidence.history import History
from people.models import JobRole
from people.states import Authority
from records.models import Line, LivingLine, Record

LONGEST_QUOTE, LONGEST_CONTEXT = 1000, 100


class RouteStep(Line):
    """One place on the route of a document type: at this stage, somebody or everybody of these is asked."""

    type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, related_name="route")
    stage = models.PositiveSmallIntegerField(_("stage"))
    task = models.CharField(_("task"), max_length=10, choices=states.Task.choices)
    whom = models.CharField(_("who is asked"), max_length=16, choices=states.Whom.choices)
    authority = models.CharField(_("authority"), max_length=20, choices=Authority.choices, blank=True)
    job_role = models.ForeignKey(JobRole, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    everybody = models.BooleanField(_("all of them"), default=False)

    history = History()

    class Meta:
        ordering = ("stage", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(whom="authority", job_role=None, person=None) & ~Q(authority="")
                | Q(whom="job-role", authority="", job_role__isnull=False, person=None)
                | Q(whom="person", authority="", job_role=None, person__isnull=False)
                | Q(whom="process-owner", authority="", job_role=None, person=None),
                name="route_step_names_whom_it_asks",
            ),
            models.CheckConstraint(condition=Q(stage__gte=1, stage__lte=9), name="route_has_nine_stages_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.stage}. {self.get_task_display()}: {self.whom_words}"

    def content(self) -> dict[str, Any]:
        """The step as a form and the API show it."""
        names = ("stage", "task", "whom", "authority", "everybody")
        role = f"{self.job_role.site.code}/{self.job_role.code}" if self.job_role else ""
        person = self.person.username if self.person else ""
        return {**{name: getattr(self, name) for name in names}, "job_role": role, "person": person}

    @property
    def whom_words(self) -> str:
        named = {
            states.Whom.AUTHORITY: self.get_authority_display,
            states.Whom.JOB_ROLE: lambda: str(self.job_role),
            states.Whom.PERSON: lambda: str(self.person),
        }
        return str(named.get(states.Whom(self.whom), self.get_whom_display)())


class Approval(LivingLine):
    """One question of a round of review: who is asked for what, and what was answered, by whom, for whom.

    It asks one person (`asked`), or anybody who has an authority at the site or holds a job role.
    """

    machine = states.APPROVAL

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="approvals")
    round = models.PositiveSmallIntegerField(_("round"))
    stage = models.PositiveSmallIntegerField(_("stage"))
    task = models.CharField(_("task"), max_length=10, choices=states.Task.choices)
    whom = models.CharField(_("who is asked"), max_length=200)
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="approvals_asked"
    )
    authority = models.CharField(_("authority"), max_length=20, choices=Authority.choices, blank=True)
    job_role = models.ForeignKey(JobRole, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=24, default=states.APPROVAL.initial, editable=False)
    opened_at = models.DateTimeField(_("asked"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="approvals_answered"
    )
    answered_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    signature = models.OneToOneField(
        "records.Signature", null=True, editable=False, on_delete=models.PROTECT, related_name="approval"
    )

    history = History()

    class Meta:
        ordering = ("round", "stage", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "round", "answered_by"],
                condition=Q(answered_by__isnull=False),
                name="one_answer_a_person_a_round",
            ),
            models.CheckConstraint(
                condition=Q(asked__isnull=False) | ~Q(authority="") | Q(job_role__isnull=False),
                name="approval_asks_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="answered_when_and_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["status"], condition=Q(status="open"), name="open_approvals")]

    def __str__(self) -> str:
        return f"{self.stage}. {self.get_task_display()}: {self.whom}"

    @property
    def signed_record(self) -> Record:
        return self.revision


class Remark(LivingLine):
    """What somebody remarked on a revision: on a place of its text, a step, a field, or the whole.

    A place in the text is kept as its words and what stands around them, so that it is found again in a text
    that changed (the text quote selector of the W3C's Web Annotation Data Model).
    """

    machine = states.REMARK

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="remarks")
    place = models.CharField(_("place"), max_length=8, choices=states.Place.choices, default=states.Place.WHOLE)
    exact = models.CharField(_("words"), max_length=LONGEST_QUOTE, blank=True)
    prefix = models.CharField(_("before them"), max_length=LONGEST_CONTEXT, blank=True)
    suffix = models.CharField(_("after them"), max_length=LONGEST_CONTEXT, blank=True)
    target = models.CharField(_("step or field"), max_length=40, blank=True)
    text = models.TextField(_("remark"), max_length=2000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("written"))
    status = models.CharField(_("status"), max_length=24, default=states.REMARK.initial, editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    history = History()

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(place="quote") | ~Q(exact=""), name="quote_has_words"),
            models.CheckConstraint(condition=~Q(place__in=["step", "field"]) | ~Q(target=""), name="remark_has_target"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def signed_record(self) -> Record:
        return self.revision

    def quote(self) -> dict[str, Any]:
        return {"exact": self.exact, "prefix": self.prefix, "suffix": self.suffix}
