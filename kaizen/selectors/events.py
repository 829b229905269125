from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from documents.models import Document
from documents.states import DocumentStatus
from kaizen.models import Goal, Idea, KaizenEvent
from kaizen.plans import LAST_CHECK, CloseOutPlan, GainPlan, Gap
from kaizen.states import EventStatus, LockName, Part
from metrics import selectors as metrics
from metrics.cadence import period_of
from metrics.models import Metric
from people.models import User

LEAST_BASELINE = 12


def ideas() -> QuerySet[Idea]:
    return Idea.objects.select_related("site", "process", "owner")


def events() -> QuerySet[KaizenEvent]:
    return KaizenEvent.objects.select_related("site", "process", "owner", "sponsor", "line_manager")


def baseline_points(goal: Goal) -> int:
    """How many periods of the baseline have a value."""
    cadence = goal.metric.cadence
    first, last = period_of(cadence, goal.baseline_start), period_of(cadence, goal.baseline_end)
    return sum(first <= point.period <= last and point.value is not None for point in metrics.points(goal.metric))


def foreseen(event: KaizenEvent) -> list[tuple[Metric, str]]:
    """What a watch of each goal would notice, said while its metric and cadence can still be chosen."""
    if event.sustaining_since is not None:
        return []
    told = [
        (
            goal.metric,
            metrics.foreseen(goal.metric, baseline=(goal.baseline_start, goal.baseline_end), target=float(goal.target)),
        )
        for goal in event.goals.all()
    ]
    return [(metric, words) for metric, words in told if words]


def goals_on(metric: Metric) -> QuerySet[Goal]:
    """What events set out to do to a metric, those that were called off apart."""
    goals = Goal.objects.filter(metric=metric.pk).exclude(event__status=EventStatus.CANCELLED)
    return goals.select_related("event__site").order_by("event__starts_on")


def usual_standards(event: KaizenEvent) -> QuerySet[Document]:
    """Documents of the event's process that a gain could rest on."""
    return Document.objects.filter(
        process=event.process, type__is_control_plan=False, site=event.site, status=DocumentStatus.ACTIVE
    )


def charter_gaps(event: KaizenEvent) -> list[str]:
    """What the charter still lacks, in plain words."""
    parts = set(event.members.values_list("part", flat=True))
    goals = list(event.goals.select_related("metric__site"))
    checks = [
        (event.scope_in.strip() and event.scope_out.strip(), _("Say what is in scope and what is out.")),
        (event.safety_note.strip(), _("Say what guards safety and quality during the event.")),
        (Part.GEMBA in parts, _("Put somebody from the process into the team.")),
        (Part.OUTSIDER in parts, _("Put somebody from outside the process into the team.")),
        (goals, _("Name at least one metric with its baseline and target.")),
    ]
    return [words for ok, words in checks if not ok] + [words for goal in goals for words in _goal_gaps(goal)]


def _goal_gaps(goal: Goal) -> list[str]:
    found = baseline_points(goal)
    if found >= LEAST_BASELINE:
        return []
    return [
        _("%(metric)s has %(found)d values in its baseline; %(least)d are needed.")
        % {"metric": goal.metric.title, "found": found, "least": LEAST_BASELINE}
    ]


def close_out_gaps(event: KaizenEvent, plan: CloseOutPlan, *, on: date) -> list[Gap]:
    """What the plan lacks before the event can be closed out on that day. A waived lock asks for nothing."""
    planned = [gain.goal.pk for gain in plan.gains]
    twice = [gain for number, gain in enumerate(plan.gains) if gain.goal.pk in planned[:number]]
    missing = [
        Gap(
            goal,
            "goal-missing",
            _("%(metric)s is a goal of the event but not in the plan.") % {"metric": goal.metric.title},
        )
        for goal in event.goals.select_related("metric")
        if goal.pk not in planned
    ]
    repeated = [_gap(gain, "goal-twice", _("it is in the plan twice.")) for gain in twice]
    return missing + repeated + [gap for gain in plan.gains for gap in _gain_gaps(gain, on)]


def _gain_gaps(gain: GainPlan, on: date) -> list[Gap]:
    return [
        *_documented_gaps(gain),
        *_trained_gaps(gain),
        *_watched_gaps(gain),
        *_checked_gaps(gain),
        *_reviewed_gaps(gain, on),
    ]


def _gap(gain: GainPlan, code: str, words: str) -> Gap:
    return Gap(gain.goal, code, f"{gain.goal.metric.title}: {words}")


def _documented_gaps(gain: GainPlan) -> list[Gap]:
    if gain.waives(LockName.DOCUMENTED):
        return []
    if not gain.standards:
        return [_gap(gain, "no-standard", _("name the standard that carries the gain."))]
    unnamed = [plan for plan in gain.standards if not plan.is_named]
    unsaid = [plan for plan in gain.standards if not plan.change_summary.strip()]
    gaps = []
    if unnamed:
        gaps.append(_gap(gain, "no-standard", _("choose a document, or give a new one a title and a type.")))
    if unsaid:
        gaps.append(_gap(gain, "change-not-described", _("say what changes in the standard.")))
    return gaps


def _trained_gaps(gain: GainPlan) -> list[Gap]:
    if gain.waives(LockName.TRAINED) or gain.waives(LockName.DOCUMENTED):
        return []
    untaught = [plan for plan in gain.standards if plan.training != "none" and not _audience(plan)]
    if untaught:
        return [_gap(gain, "no-audience", _("say which job roles must be trained on the new standard."))]
    return []


def _audience(plan: object) -> bool:
    roles = getattr(plan, "job_roles", ())
    document = getattr(plan, "document", None)
    return bool(roles) or bool(document and document.requirements.filter(retired_at__isnull=True).exists())


def _watched_gaps(gain: GainPlan) -> list[Gap]:
    if gain.waives(LockName.WATCHED):
        return []
    gaps = []
    if not gain.is_watched:
        gaps.append(_gap(gain, "no-watch", _("a watch must protect the gain.")))
    after = gain.after_start or gain.goal.after_start
    if after is None or after <= gain.goal.baseline_end:
        gaps.append(_gap(gain, "no-after-phase", _("say since when the improved process runs.")))
    if gain.control_plan is None or not gain.control_row.get("reaction_plan", "").strip():
        gaps.append(_gap(gain, "no-control-plan", _("give it a row on a control plan, with its reaction plan.")))
    return gaps


def _checked_gaps(gain: GainPlan) -> list[Gap]:
    gaps = []
    if not gain.check_days or max(gain.check_days) < LAST_CHECK:
        gaps.append(_gap(gain, "no-checks", _("plan sustainment checks up to day 365.")))
    if not [text for text in gain.questions if text.strip()]:
        gaps.append(_gap(gain, "no-questions", _("write at least one question for the layered audits.")))
    return gaps


def _reviewed_gaps(gain: GainPlan, on: date) -> list[Gap]:
    if gain.waives(LockName.REVIEWED):
        return []
    if gain.review_due is None:
        return [_gap(gain, "no-review", _("say by when management reviews it."))]
    if gain.review_due < on:
        return [_gap(gain, "review-in-the-past", _("management reviews it on a day to come, not in the past."))]
    return []


def event_overview(event: KaizenEvent, user: User) -> dict[str, Any]:
    parts = (event.members.select_related("person"), event.goals.select_related("metric__site"))
    prefetch_related_objects([event], Prefetch("members", parts[0]), Prefetch("goals", parts[1]))
    return {
        "members": list(event.members.all()),
        "goals": list(event.goals.all()),
        "foreseen": foreseen(event),
        "gains": list(event.gains.select_related("metric")),
    }
