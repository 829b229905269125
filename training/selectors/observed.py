"""Was the training worth it? Kirkpatrick: 2 passed, 3 seen at work, 4 the linked metric."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from people.models import User
from records.selectors import site_ids
from training.models import Observation, Requirement
from training.results import Result, results_of
from training.selectors.required import requirements
from training.states import ObservationStatus


def observations() -> QuerySet[Observation]:
    return Observation.objects.select_related(
        "observer",
        "assignment__person",
        "assignment__revision",
        "assignment__requirement__site",
        "assignment__requirement__document",
        "assignment__requirement__skill",
        "assignment__requirement__course",
    )


def observations_of(user: User) -> QuerySet[Observation]:
    """One's own to look at, and those of requirements that one sees."""
    seen = Requirement.objects.filter(site__in=site_ids(user, Requirement)).values("pk")
    return observations().filter(Q(observer=user) | Q(assignment__requirement__in=seen))


def due_observations() -> QuerySet[Observation]:
    """What leaders still have to look at, soonest first."""
    return observations().filter(status=ObservationStatus.DUE).order_by("due", "id")


@dataclass(frozen=True)
class Effectiveness:
    """Of one requirement: how many passed, and how many of them were seen to work as taught."""

    requirement: Requirement
    passed: int
    kept: int
    not_kept: int
    due: int
    results: list[Result]

    @property
    def judged(self) -> int:
        return self.kept + self.not_kept

    @property
    def share(self) -> int | None:
        """Of what was looked at, how much is done as taught, in whole per cent; None before anything was."""
        return 100 * self.kept // self.judged if self.judged else None

    @property
    def is_effective(self) -> bool:
        """Passed and seen at work, and nobody was seen to work otherwise."""
        return self.kept > 0 and self.not_kept == 0


def with_counts(rows: QuerySet[Requirement]) -> QuerySet[Requirement]:
    """Requirements with how their training went; who failed at work and was trained again counts by the last time."""
    seen = {"assignments__observations__status": ObservationStatus.KEPT}
    later = Observation.objects.filter(
        assignment__requirement=OuterRef("assignment__requirement"),
        assignment__person=OuterRef("assignment__person"),
        status__in=[ObservationStatus.KEPT, ObservationStatus.NOT_KEPT],
        pk__gt=OuterRef("pk"),
    )
    last = Observation.objects.filter(~Exists(later))
    return rows.annotate(
        n_passed=Count("assignments", filter=Q(assignments__status="passed"), distinct=True),
        n_kept=Count("assignments__observations", filter=Q(**seen, assignments__observations__in=last), distinct=True),
        n_not_kept=Count(
            "assignments__observations",
            filter=Q(assignments__observations__status=ObservationStatus.NOT_KEPT)
            & Q(assignments__observations__in=last),
            distinct=True,
        ),
        n_due=Count(
            "assignments__observations",
            filter=Q(assignments__observations__status=ObservationStatus.DUE),
            distinct=True,
        ),
    )


def effectiveness(rows: QuerySet[Requirement]) -> list[Effectiveness]:
    """How the training of each requirement went, those with something against them first."""
    counted = list(with_counts(rows))
    results = results_of(counted)
    found = [_effectiveness(row, results.get(row.pk, [])) for row in counted]
    return sorted(found, key=lambda one: (-one.not_kept, one.requirement.number))


def _effectiveness(row: Any, results: list[Result]) -> Effectiveness:
    return Effectiveness(row, row.n_passed, row.n_kept, row.n_not_kept, row.n_due, results)


def effectiveness_of(requirement: Requirement) -> Effectiveness:
    return effectiveness(requirements().filter(pk=requirement.pk))[0]


def effectiveness_panel(requirement: Requirement, user: User) -> dict[str, Any]:
    """How the training went, and where the work was not as taught."""
    return {"one": effectiveness_of(requirement), "failed": list(failed_trainings([requirement])[:10])}


def effectiveness_seen(user: User) -> list[Effectiveness]:
    """Of every requirement that the user sees and whose training is looked at afterwards."""
    watched = Q(observe_days__isnull=False) | Q(assignments__observations__isnull=False)
    rows = requirements().filter(watched, site__in=site_ids(user, Requirement), retired_at__isnull=True)
    return effectiveness(rows.distinct())


def failed_trainings(rows: Iterable[Requirement]) -> QuerySet[Observation]:
    """Where work was seen that is not done as taught."""
    failed = observations().filter(status=ObservationStatus.NOT_KEPT, assignment__requirement__in=rows)
    return failed.order_by(F("observed_at").desc())
