from datetime import date
from typing import Any

from django.db.models import QuerySet

from capa.models import Capa, Cause, EffectivenessCheck, Nonconformity
from capa.states import CAPA, CapaStatus, CauseState, Source, Verdict
from metrics.models import Watch
from people.models import User
from records.models import Action

OPEN_STATES = CAPA.open_states()


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


def capas_for(watch: Watch) -> QuerySet[Capa]:
    return capas().filter(watch=watch).order_by("-id")


def roots(capa: Capa) -> QuerySet[Cause]:
    return Cause.objects.filter(capa=capa, is_root=True)


def cause_tree(capa: Capa) -> list[tuple[Cause, int]]:
    """Causes in reading order with their depth: each followed by what lies behind it."""
    children: dict[int | None, list[Cause]] = {}
    for cause in capa.causes.all():
        children.setdefault(cause.parent_id, []).append(cause)
    ordered: list[tuple[Cause, int]] = []
    waiting = [(cause, 0) for cause in reversed(children.get(None, []))]
    while waiting:
        cause, depth = waiting.pop()
        ordered.append((cause, depth))
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


def nonconformity_overview(record: Nonconformity, user: User) -> dict[str, Any]:
    return {"capas": list(led_to_capa(record))}


def capa_overview(capa: Capa, user: User) -> dict[str, Any]:
    return {
        "tree": cause_tree(capa),
        "plan": list(Action.objects.filter(record=capa).select_related("who").order_by("due", "id")),
        "check": current_check(capa),
        "confirmed": CauseState.CONFIRMED,
        "inconclusive": Verdict.INCONCLUSIVE,
    }
