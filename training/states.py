from django.conf import settings
from django.db import models
from django.utils.functional import lazy
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


CURRICULUM = Machine(
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
ATTEND = Transition(
    "attend",
    UNFINISHED,
    AssignmentStatus.PASSED,
    label=_("Took part and passed"),
    signed=True,
    meaning=Meaning.VERIFIED,
)
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
    transitions=(OPEN, ACKNOWLEDGE, ASSESS, ATTEND, FAIL, WAIVE, REPLACE, RELEASE, RENEW),
    final={AssignmentStatus.PASSED, AssignmentStatus.WAIVED, AssignmentStatus.REPLACED, AssignmentStatus.EXPIRED},
    tones={
        AssignmentStatus.ASSIGNED: "info",
        AssignmentStatus.OPENED: "info",
        AssignmentStatus.PASSED: "success",
        AssignmentStatus.FAILED: "danger",
    },
)


class Method(models.TextChoices):
    """How somebody comes to know it, the least first."""

    READ = "read", _("Read and acknowledge")
    QUIZ = "quiz", _("Read and answer questions")
    CLASSROOM = "classroom", _("Taught in a lesson")
    PRACTICAL = "practical", _("Shown and practised at the station")


USUAL_WORDS = {
    "I": _("knows the theory"),
    "L": _("can do it under supervision"),
    "U": _("alone, to takt and quality"),
    "O": _("can train others"),
}


def level_words(letter: str) -> str:
    """What a level means here: in the company's own words where its settings give them."""
    return str(settings.LEVEL_WORDS.get(letter) or USUAL_WORDS[letter])


def _label(letter: str) -> str:
    return f"{letter}: {level_words(letter)}"


label_of = lazy(_label, str)


class Level(models.IntegerChoices):
    """How far somebody has come with a skill (ILUO). A number, so that levels compare; shown as its letter."""

    I = 1, label_of("I")  # noqa: E741 - it is the letter
    L = 2, label_of("L")
    U = 3, label_of("U")
    O = 4, label_of("O")  # noqa: E741

    @property
    def words(self) -> str:
        return level_words(self.name)


class Reason(models.TextChoices):
    NEW_REVISION = "new-revision", _("New revision")
    NEW_ROLE = "new-role", _("New in the role")
    NEW_REQUIREMENT = "new-requirement", _("Newly required")
    REFRESHER = "refresher", _("Runs out")
    CAPA = "capa", _("Corrective action")
    FAILED_CHECK = "failed-check", _("Failed the check at work")


class KeptStatus(models.TextChoices):
    """What is kept and looked up: skills and courses."""

    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


END = Transition(
    "end", {KeptStatus.ACTIVE}, KeptStatus.RETIRED, label=_("Retire"), reason=True, primary=False, tone="danger"
)
KEPT = Machine(
    KeptStatus,
    initial=KeptStatus.ACTIVE,
    transitions=(END,),
    final={KeptStatus.RETIRED},
    editable={KeptStatus.ACTIVE},
    tones={KeptStatus.ACTIVE: "success"},
)

# Signed on a skill for a person, and moves nothing: a competence is added.
ASSESS_SKILL = Transition(
    "assess", {KeptStatus.ACTIVE}, KeptStatus.ACTIVE, label=_("Assess a person"), signed=True, meaning=Meaning.VERIFIED
)


class LessonStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


HOLD = Transition(
    "hold",
    {LessonStatus.PLANNED},
    LessonStatus.HELD,
    label=_("Sign who took part"),
    signed=True,
    meaning=Meaning.VERIFIED,
)
CANCEL = Transition(
    "cancel",
    {LessonStatus.PLANNED},
    LessonStatus.CANCELLED,
    label=_("Cancel"),
    reason=True,
    primary=False,
    tone="danger",
)
LESSON = Machine(
    LessonStatus,
    initial=LessonStatus.PLANNED,
    transitions=(HOLD, CANCEL),
    final={LessonStatus.HELD, LessonStatus.CANCELLED},
    tones={LessonStatus.PLANNED: "info", LessonStatus.HELD: "success"},
)


class ObservationStatus(models.TextChoices):
    DUE = "due", _("Due")
    KEPT = "kept", _("Works as taught")
    NOT_KEPT = "not-kept", _("Does not work as taught")
    DROPPED = "dropped", _("No longer possible")


CONFIRM = Transition(
    "confirm",
    {ObservationStatus.DUE},
    ObservationStatus.KEPT,
    label=_("Works as taught"),
    signed=True,
    meaning=Meaning.VERIFIED,
)
DOUBT = Transition(
    "doubt",
    {ObservationStatus.DUE},
    ObservationStatus.NOT_KEPT,
    label=_("Does not work as taught"),
    signed=True,
    meaning=Meaning.VERIFIED,
    reason=True,
    primary=False,
)
DROP = Transition(
    "drop", {ObservationStatus.DUE}, ObservationStatus.DROPPED, label=_("No longer possible"), automatic=True
)
OBSERVATION = Machine(
    ObservationStatus,
    initial=ObservationStatus.DUE,
    transitions=(CONFIRM, DOUBT, DROP),
    final={ObservationStatus.KEPT, ObservationStatus.NOT_KEPT, ObservationStatus.DROPPED},
    tones={
        ObservationStatus.DUE: "info",
        ObservationStatus.KEPT: "success",
        ObservationStatus.NOT_KEPT: "danger",
    },
)


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One answer is right")
    MULTIPLE = "multiple", _("Several answers may be right")
    TRUE_FALSE = "true-false", _("True or false")


class AssessmentResult(models.TextChoices):
    PASSED = "passed", _("Passed")
    FAILED = "failed", _("Not yet")
