from django.db import models
from django.utils.translation import gettext_lazy as _

from records.states import Machine, Meaning, Transition


class RequirementStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


ACTIVATE = Transition("activate", {RequirementStatus.DRAFT}, RequirementStatus.ACTIVE, label=_("Activate"))
RETIRE = Transition(
    "retire",
    {RequirementStatus.DRAFT, RequirementStatus.ACTIVE},
    RequirementStatus.RETIRED,
    label=_("Retire"),
    reason=True,
    primary=False,
    tone="danger",
)

REQUIREMENT = Machine(
    RequirementStatus,
    initial=RequirementStatus.DRAFT,
    transitions=(ACTIVATE, RETIRE),
    final={RequirementStatus.RETIRED},
    editable={RequirementStatus.DRAFT, RequirementStatus.ACTIVE},
    tones={RequirementStatus.ACTIVE: "success"},
)


class AssignmentStatus(models.TextChoices):
    ASSIGNED = "assigned", _("Assigned")
    OPENED = "opened", _("Opened")
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Failed")
    WAIVED = "waived", _("Waived")
    REPLACED = "replaced", _("Replaced by a newer revision")
    EXPIRED = "expired", _("No longer needed")


UNFINISHED = {AssignmentStatus.ASSIGNED, AssignmentStatus.OPENED, AssignmentStatus.FAILED}
QUALIFIED = (AssignmentStatus.PASSED, AssignmentStatus.WAIVED)

OPEN = Transition(
    "open", {AssignmentStatus.ASSIGNED, AssignmentStatus.FAILED}, AssignmentStatus.OPENED, label=_("Open")
)
ACKNOWLEDGE = Transition(
    "acknowledge",
    {AssignmentStatus.OPENED},
    AssignmentStatus.PASSED,
    label=_("I have read and understood this"),
    signed=True,
    meaning=Meaning.ACKNOWLEDGED,
)
ASSESS = Transition(
    "assess",
    {AssignmentStatus.ASSIGNED, AssignmentStatus.OPENED, AssignmentStatus.FAILED},
    AssignmentStatus.PASSED,
    label=_("Shown and practised: passed"),
    signed=True,
    meaning=Meaning.VERIFIED,
)
FAIL = Transition(
    "fail",
    {AssignmentStatus.ASSIGNED, AssignmentStatus.OPENED},
    AssignmentStatus.FAILED,
    label=_("Not yet"),
    reason=True,
    primary=False,
)
WAIVE = Transition(
    "waive",
    UNFINISHED,
    AssignmentStatus.WAIVED,
    label=_("Waive"),
    signed=True,
    meaning=Meaning.WAIVED,
    reason=True,
    primary=False,
)
REPLACE = Transition(
    "replace", UNFINISHED, AssignmentStatus.REPLACED, label=_("Replaced by a newer revision"), automatic=True
)
RELEASE = Transition("release", UNFINISHED, AssignmentStatus.EXPIRED, label=_("No longer needed"), automatic=True)
RENEW = Transition(
    "renew",
    {AssignmentStatus.EXPIRED, AssignmentStatus.REPLACED},
    AssignmentStatus.ASSIGNED,
    label=_("Needed again"),
    automatic=True,
)

ASSIGNMENT = Machine(
    AssignmentStatus,
    initial=AssignmentStatus.ASSIGNED,
    transitions=(OPEN, ACKNOWLEDGE, ASSESS, FAIL, WAIVE, REPLACE, RELEASE, RENEW),
    final={AssignmentStatus.PASSED, AssignmentStatus.WAIVED, AssignmentStatus.REPLACED, AssignmentStatus.EXPIRED},
    tones={
        AssignmentStatus.ASSIGNED: "info",
        AssignmentStatus.OPENED: "info",
        AssignmentStatus.PASSED: "success",
        AssignmentStatus.FAILED: "danger",
    },
)


class Method(models.TextChoices):
    READ = "read", _("Read and acknowledge")
    PRACTICAL = "practical", _("Shown and practised at the station")


class Reason(models.TextChoices):
    NEW_REVISION = "new-revision", _("New revision")
    NEW_ROLE = "new-role", _("New in the role")
    NEW_REQUIREMENT = "new-requirement", _("Newly required")
    CAPA = "capa", _("Corrective action")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One answer is right")
    MULTIPLE = "multiple", _("Several answers may be right")
    TRUE_FALSE = "true-false", _("True or false")


class AssessmentResult(models.TextChoices):
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not yet")
