from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from capa.models import Capa, Cause, EffectivenessCheck, Nonconformity
from capa.states import CAPA, CapaStatus, NonconformityStatus, Source, Topic
from metrics.models import Metric, Signal, Watch
from metrics.selectors import signals
from metrics.states import Alarm
from people.models import User
from records.models import Action

OPEN_STATES = CAPA.open_states()
DEEPEST = 6
SLIPS = (Alarm.AMBER, Alarm.RED)


def nonconformities() -> QuerySet[Nonconformity]:
    return Nonconformity.objects.select_related("site", "process", "owner")


def complaints() -> QuerySet[Nonconformity]:
    return nonconformities().filter(source=Source.COMPLAINT)


def capas() -> QuerySet[Capa]:
    return Capa.objects.select_related("site", "process", "owner")


def open_capas() -> QuerySet[Capa]:
    return capas().filter(status__in=OPEN_STATES)


def overdue_capas(on: date) -> QuerySet[Capa]:
    return open_capas().filter(due__lt=on)


def open_capa_for(watch: Watch) -> Capa | None:
    """The one CAPA that answers a slipping gain, while it is open."""
    return Capa.objects.filter(watch=watch, concluded_at__isnull=True).first()


def roots(capa: Capa) -> QuerySet[Cause]:
    return Cause.objects.filter(capa=capa, is_root=True)


def cause_tree(capa: Capa) -> list[tuple[Cause, int]]:
    """Causes in reading order with their depth (6 at most): each followed by what lies behind it."""
    children: dict[int | None, list[Cause]] = {}
    for cause in capa.causes.all():
        children.setdefault(cause.parent_id, []).append(cause)
    ordered: list[tuple[Cause, int]] = []
    waiting = [(cause, 0) for cause in reversed(children.get(None, []))]
    while waiting:
        cause, depth = waiting.pop()
        ordered.append((cause, min(depth, DEEPEST)))
        waiting.extend((child, depth + 1) for child in reversed(children.get(cause.pk, [])))
    return ordered


def current_check(capa: Capa) -> EffectivenessCheck | None:
    return capa.checks.order_by("-id").first()


def checks_to_judge() -> QuerySet[EffectivenessCheck]:
    """Checks that data decide and no person has confirmed yet."""
    return EffectivenessCheck.objects.filter(
        capa__status=CapaStatus.AWAITING_EFFECTIVENESS, watch__isnull=False, confirmed_at__isnull=True
    ).select_related("capa", "watch")


def reply_overdue(on: date) -> QuerySet[Nonconformity]:
    """Complaints whose customer still waits."""
    return nonconformities().filter(reply_due__lt=on, replied_on__isnull=True).exclude(status="cancelled")


def led_to_capa(record: Nonconformity) -> QuerySet[Capa]:
    return Capa.objects.filter(origin=record)


def capas_of_signal(signal: Signal) -> QuerySet[Capa]:
    """The CAPA that a signal opened, or was attached to."""
    return capas().filter(Q(origin=signal) | Q(linked_from__source=signal)).distinct().order_by("-id")


def standing_signals(capa: Capa) -> QuerySet[Signal]:
    """The signals that a CAPA answers and that are not concluded yet."""
    slips = Q(watch=capa.watch_id, alarm__in=SLIPS) if capa.watch_id else Q(pk__in=())
    return signals().filter(slips | Q(pk=capa.origin_id) | Q(links__target=capa), concluded_at__isnull=True).distinct()


def capas_on(metric: Metric) -> QuerySet[Capa]:
    """CAPAs that answer a slip of this metric."""
    return capas().filter(Q(watch__metric=metric) | Q(origin__in=Signal.objects.filter(metric=metric))).order_by("-id")


def work(user: User) -> QuerySet[Capa]:
    """My open CAPAs, soonest due first."""
    return open_capas().filter(owner=user).order_by("due", "id")


def replies_due(user: User) -> QuerySet[Nonconformity]:
    """My complaints whose customer waits for an answer."""
    waiting = complaints().filter(owner=user, reply_due__isnull=False, replied_on__isnull=True)
    return waiting.exclude(status=NonconformityStatus.CANCELLED)


def by_status(seen: QuerySet[Capa]) -> dict[str, int]:
    """How many open CAPAs stand in each state."""
    rows = seen.filter(status__in=OPEN_STATES).order_by().values_list("status").annotate(Count("pk"))
    counted = dict(rows)
    return {status: counted[status] for status in OPEN_STATES if status in counted}


def actions_by_topic(capa: Capa) -> list[tuple[str, list[Action]]]:
    """The plan: its actions under the name of their kind, in the order of the kinds."""
    found: dict[str, list[Action]] = {}
    for action in Action.objects.filter(record=capa).select_related("who").order_by("due", "id"):
        found.setdefault(action.topic, []).append(action)
    names = {**dict(Topic.choices), "": _("Other actions")}
    order = [*names, *(topic for topic in found if topic not in names)]
    return [(str(names.get(topic, topic)), found[topic]) for topic in order if topic in found]


@dataclass(frozen=True)
class Slip:
    """What was known of a slip when its CAPA was opened, in words: short facts, and lists of what stood beside it."""

    verdict: str
    because: str
    facts: list[tuple[Any, str]]
    lists: list[tuple[Any, list[str]]]


def slip_in_words(capa: Capa) -> Slip | None:
    """The evidence that the CAPA was opened with, or None when there is none."""
    found = capa.evidence
    if not found:
        return None
    facts = [(label, _said(found.get(name), unit)) for name, label, unit in SLIP_FACTS if found.get(name) is not None]
    lists = [(label, found[name]) for name, label in SLIP_LISTS if found.get(name)]
    shown = [(label, words) for label, words in facts if words]
    return Slip(capa.get_diagnosis_display(), found.get("because", ""), shown, lists)


def _said(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, float):
        value = f"{value:.3g}"
    return f"{value} {unit}".strip()


SLIP_FACTS = (
    ("onset", _("Began about"), ""),
    ("lost_percent", _("Share of the gain lost"), "%"),
    ("cost", _("Cost so far"), ""),
    ("adopted", _("New standard in effect?"), ""),
    ("trained_percent", _("Trained on it"), "%"),
    ("followed_percent", _("Found followed in audits"), "%"),
    ("followed_lately_percent", _("Followed since the slip began"), "%"),
    ("s", _("Evidence S of the detector"), ""),
    ("h", _("Its threshold h"), ""),
    ("false_alarms_a_year", _("False alarms a year"), ""),
)
SLIP_LISTS = (
    ("standards", _("Standards of the gain")),
    ("untrained", _("Not trained")),
    ("newcomers", _("New in the role")),
    ("missed_audits", _("Missed audits")),
    ("changes", _("Changed near that time")),
    ("data_problems", _("Problems of the data")),
)
