"""The inputs of 9.3.2, gathered by query. Each answers with plain values, ready to be frozen and hashed."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from audits.models import Audit, Finding
from audits.selectors import score
from capa import selectors as capas
from capa.models import Capa, Nonconformity
from capa.states import CapaStatus, Source
from documents.models import Revision
from kaizen.models import Gain, Idea, KaizenEvent
from kaizen.selectors import locks_of_all
from metrics import selectors as metrics
from metrics.models import Metric, Objective, Signal, Watch
from metrics.states import Alarm, MetricStatus, ObjectiveStatus
from people.models import Site
from records.models import Action, Record
from reviews.models import Review
from reviews.states import Input
from training import selectors as training

MOST_ROWS = 60
Snapshot = dict[str, Any]


def gather(review: Review, *, on: date) -> dict[str, Snapshot]:
    """The snapshot of every letter, in the order of the standard."""
    sites = list(Site.objects.descendants(review.site, include_self=True).values_list("pk", flat=True))
    return {str(letter): GATHERERS[letter](review, sites, on) for letter in Input}


def _snapshot(facts: dict[str, Any], rows: Iterable[dict[str, Any]] = ()) -> Snapshot:
    listed = list(rows)
    found = {"facts": [[str(name), value] for name, value in facts.items()], "rows": listed[:MOST_ROWS]}
    return found | ({"more": len(listed) - MOST_ROWS} if len(listed) > MOST_ROWS else {})


def _row(record: Record, note: str = "") -> dict[str, Any]:
    return {
        "number": record.number,
        "title": record.title,
        "status": record.status_label,
        "tone": record.status_tone,
        "note": note,
        "url": record.get_absolute_url(),
    }


def _opened(records: QuerySet[Any], review: Review) -> QuerySet[Any]:
    return records.filter(opened_at__date__range=(review.period_from, review.period_to))


def _earlier_actions(review: Review, sites: list[int], on: date) -> Snapshot:
    actions = list(
        Action.objects.filter(review_output__isnull=False, record__site__in=sites)
        .exclude(record=review)
        .select_related("record", "who")
        .order_by("-due")
    )
    rows = [
        {
            "number": action.record.number,
            "title": action.what,
            "status": action.status_label,
            "tone": action.status_tone,
            "note": f"{action.who}, {action.due}",
            "url": f"/reviews/{action.record.number}/",
        }
        for action in actions
    ]
    unfinished = sum(action.status in ("open", "done") for action in actions)
    return _snapshot({_("Decisions followed"): len(actions), _("Not verified yet"): unfinished}, rows)


def _changes(review: Review, sites: list[int], on: date) -> Snapshot:
    changed = Revision.objects.filter(
        site__in=sites, effective_at__date__range=(review.period_from, review.period_to)
    ).order_by("-effective_at")
    return _snapshot(
        {_("Standards that came into effect"): changed.count()},
        [_row(row, row.change_summary[:160]) for row in changed],
    )


def _complaints(review: Review, sites: list[int], on: date) -> Snapshot:
    found = _opened(capas.complaints().filter(site__in=sites), review).order_by("-id")
    late = capas.reply_overdue(on).filter(site__in=sites).count()
    return _snapshot(
        {_("Complaints"): found.count(), _("Customers still waiting for an answer"): late},
        [_row(row, f"{row.customer}, {row.product}") for row in found],
    )


def _objectives(review: Review, sites: list[int], on: date) -> Snapshot:
    pursued = list(metrics.pursued(sites, review.period_from))
    targets = Metric.objects.filter(site__in=sites, status=MetricStatus.ACTIVE).exclude(target=None).order_by("number")
    rows = [
        _row(row, _("target %(target)s %(unit)s") % {"target": f"{row.target:.{row.decimals}f}", "unit": row.unit})
        for row in targets
    ]
    return _snapshot(
        {
            _("Objectives"): len(pursued),
            _("Reached"): sum(row.status == ObjectiveStatus.REACHED for row in pursued),
            _("Missed"): sum(row.status == ObjectiveStatus.MISSED for row in pursued),
            _("Past their day"): sum(row.due < on and row.is_open for row in pursued),
            _("Metrics with a target"): len(rows),
        },
        [*(_row(row, _progress_words(row)) for row in pursued), *rows],
    )


def _progress_words(objective: Objective) -> str:
    due = _("until %(due)s") % {"due": objective.due}
    percent = objective.progress_percent
    return due if percent is None else _("%(percent)d %% of the way, %(due)s") % {"percent": percent, "due": due}


def _gains(review: Review, sites: list[int], on: date) -> Snapshot:
    found = list(Gain.objects.filter(site__in=sites).select_related("metric").order_by("number"))
    locks = locks_of_all(found, on=on)
    rows = [_row(gain, _lock_words(locks[gain.pk])) for gain in found]
    broken = sum(any(lock.state == "broken" for lock in locks[gain.pk]) for gain in found)
    internal = _opened(Nonconformity.objects.filter(site__in=sites, source=Source.INTERNAL), review).count()
    return _snapshot(
        {_("Gains"): len(found), _("Gains with a broken lock"): broken, _("Nonconformities found inside"): internal},
        rows,
    )


def _lock_words(locks: Iterable[Any]) -> str:
    return " · ".join(f"{lock.label}: {lock.state_label}" for lock in locks if not lock.is_locked) or _(
        "all five locked"
    )


def _capas(review: Review, sites: list[int], on: date) -> Snapshot:
    still_open = capas.open_capas().filter(site__in=sites).order_by("due")
    effective = Capa.objects.filter(
        site__in=sites,
        status=CapaStatus.CLOSED_EFFECTIVE,
        closed_at__date__range=(review.period_from, review.period_to),
    )
    return _snapshot(
        {
            _("Open CAPAs"): still_open.count(),
            _("Overdue CAPAs"): still_open.filter(due__lt=on).count(),
            _("Closed as effective in the period"): effective.count(),
        },
        [_row(row, _("due %(due)s") % {"due": row.due}) for row in still_open],
    )


def _signals(review: Review, sites: list[int], on: date) -> Snapshot:
    found = _opened(Signal.objects.filter(site__in=sites), review).select_related("metric").order_by("-id")
    slipping = Watch.objects.filter(metric__site__in=sites, status__in=["backsliding", "lost"]).count()
    silent = Watch.objects.filter(metric__site__in=sites, silent_since__isnull=False).count()
    return _snapshot(
        {
            _("Backslides in the period"): found.filter(alarm=Alarm.RED).count(),
            _("Gains slipping now"): slipping,
            _("Watched metrics without values"): silent,
        },
        [_row(row, row.metric.title) for row in found],
    )


def _audits(review: Review, sites: list[int], on: date) -> Snapshot:
    found = list(
        Audit.objects.filter(site__in=sites, planned_on__range=(review.period_from, review.period_to)).order_by(
            "-planned_on"
        )
    )
    findings = _opened(Finding.objects.filter(site__in=sites), review)
    missed = sum(audit.status == "missed" for audit in found)
    return _snapshot(
        {_("Audits"): len(found), _("Missed"): missed, _("Findings"): findings.count()},
        [_row(audit, _score_words(audit)) for audit in found],
    )


def _score_words(audit: Audit) -> str:
    seen = score(audit)
    return (
        _("%(followed)d of %(asked)d followed") % {"followed": seen.followed, "asked": seen.asked} if seen.asked else ""
    )


def _suppliers(review: Review, sites: list[int], on: date) -> Snapshot:
    found = _opened(Nonconformity.objects.filter(site__in=sites, source=Source.SUPPLIER), review).order_by("-id")
    return _snapshot({_("Nonconformities of suppliers"): found.count()}, [_row(row) for row in found])


def _resources(review: Review, sites: list[int], on: date) -> Snapshot:
    late = training.overdue(on).filter(requirement__site__in=sites).order_by("due")
    rows = [
        {
            "number": row.signed_record.number,
            "title": str(row.person),
            "status": row.status_label,
            "tone": row.status_tone,
            "note": _("due %(due)s") % {"due": row.due},
            "url": row.signed_record.get_absolute_url(),
        }
        for row in late
    ]
    return _snapshot({_("Overdue training"): late.count()}, rows)


def _risks(review: Review, sites: list[int], on: date) -> Snapshot:
    touched = Capa.objects.filter(site__in=sites).filter(Q(risks_changed=True) | Q(qms_changed=True))
    touched = _opened(touched, review)
    return _snapshot(
        {_("CAPAs that changed risks or the system"): touched.count()},
        [_row(row, row.risks_note[:160]) for row in touched],
    )


def _opportunities(review: Review, sites: list[int], on: date) -> Snapshot:
    ideas = _opened(Idea.objects.filter(site__in=sites), review)
    events = _opened(KaizenEvent.objects.filter(site__in=sites), review).order_by("-id")
    return _snapshot(
        {
            _("Ideas raised"): ideas.count(),
            _("Ideas accepted"): ideas.filter(status="accepted").count(),
            _("Kaizen events"): events.count(),
        },
        [_row(row) for row in events],
    )


GATHERERS: dict[Input, Callable[[Review, list[int], date], Snapshot]] = {
    Input.A: _earlier_actions,
    Input.B: _changes,
    Input.C1: _complaints,
    Input.C2: _objectives,
    Input.C3: _gains,
    Input.C4: _capas,
    Input.C5: _signals,
    Input.C6: _audits,
    Input.C7: _suppliers,
    Input.D: _resources,
    Input.E: _risks,
    Input.F: _opportunities,
}
