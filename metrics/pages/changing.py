"""What changed when a metric moved: what documents and people did, and whatever higher apps mark on its chart."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.models import Revision
from metrics import selectors
from metrics.cadence import Cadence
from metrics.models import Calibration, Formula, Metric, Signal
from metrics.selectors import zone_of
from people.models import Holding, User
from ui.registry import Mark, Panel, marks_of, register_marks, register_panel

PERIODS_BEFORE, PERIODS_AFTER = 8, 2
LEAST_BEFORE, LEAST_AFTER = timedelta(days=28), timedelta(days=7)
MOST = 20
NOON = time(12)


@dataclass(frozen=True)
class Near:
    """Something that happened near the time when a metric began to move. `days` below zero: before that."""

    mark: Mark
    days: int

    @property
    def distance(self) -> str:
        """How near, in words."""
        if self.days == 0:
            return _("on that day")
        n = abs(self.days)
        words = ngettext("%(n)d day before", "%(n)d days before", n)
        if self.days > 0:
            words = ngettext("%(n)d day after", "%(n)d days after", n)
        return words % {"n": n}


def near(signal: Signal, user: User) -> list[Near]:
    """What happened near the onset of a signal and before it was raised, the nearest first.

    The onset is an estimate: what came later may be the cause too, but counts as twice as far away.
    """
    metric, onset = signal.metric, signal.onset
    length = timedelta(days=math.ceil(selectors.DAYS[Cadence(metric.cadence)]))
    first = onset - max(LEAST_BEFORE, PERIODS_BEFORE * length)
    zone = zone_of(metric)
    last = max(onset + max(LEAST_AFTER, PERIODS_AFTER * length), signal.opened_at.astimezone(zone).date())
    marks = ((mark, mark.at.astimezone(zone).date()) for mark in marks_of(metric, user) if mark.at < signal.opened_at)
    found = [Near(mark, (day - onset).days) for mark, day in marks if first <= day <= last]
    return sorted(found, key=lambda one: one.days * 2 if one.days > 0 else -one.days)[:MOST]


def standards(record: Any) -> Iterator[Mark]:
    """When what the work goes by changed: documents of the metric's process, and those its control plan names."""
    if not isinstance(record, Metric):
        return
    own = Q(document__process=record.process_id) if record.process_id else Q()
    named = Q(document__in=record.control_plan_rows.exclude(standard=None).values("standard"))
    rows = Revision.objects.filter(own | named if own else named, effective_at__isnull=False).order_by("-effective_at")
    for revision in rows.select_related("document")[:50]:
        label = _("%(number)s takes effect: %(title)s") % {"number": revision.number, "title": revision.document.title}
        yield Mark(revision.effective_at or revision.opened_at, label, "info", revision.get_absolute_url(), revision)


def people(record: Any) -> Iterator[Mark]:
    """How many people began or ended a job role of the metric's process. No names: it is the change that counts."""
    if not isinstance(record, Metric) or not record.process_id:
        return
    zone = zone_of(record)
    rows = Holding.objects.filter(job_role__process=record.process_id).values_list("since", "until", "job_role__name")
    come = Counter((since, role) for since, _until, role in rows)
    gone = Counter((until, role) for _since, until, role in rows if until)
    for (day, role), n in come.items():
        words = ngettext("%(n)d person begins as %(role)s", "%(n)d people begin as %(role)s", n)
        yield Mark(datetime.combine(day, NOON, zone), words % {"n": n, "role": role})
    for (day, role), n in gone.items():
        words = ngettext("%(n)d person is no longer %(role)s", "%(n)d people are no longer %(role)s", n)
        yield Mark(datetime.combine(day, NOON, zone), words % {"n": n, "role": role})


def calibrations(record: Any) -> Iterator[Mark]:
    """When what the metric is measured with was calibrated."""
    if not isinstance(record, Metric) or not record.gauge_id:
        return
    for one in Calibration.objects.filter(gauge=record.gauge_id).select_related("gauge").order_by("-done_on")[:50]:
        words = _("%(gauge)s calibrated") if one.passed else _("%(gauge)s found not fit for use")
        at = datetime.combine(one.done_on, NOON, zone_of(record))
        tone = "neutral" if one.passed else "danger"
        yield Mark(at, words % {"gauge": one.gauge.number}, tone, one.gauge.get_absolute_url(), one.gauge)


def formulas(record: Any) -> Iterator[Mark]:
    """When a metric began to be worked out otherwise."""
    if not isinstance(record, Metric) or not record.is_derived:
        return
    for one in Formula.objects.filter(metric=record, reason__gt="").order_by("-pk")[:50]:
        yield Mark(one.declared_at, _("formula changed"), "neutral", record.get_absolute_url())


def changed(record: Metric | Signal, user: User) -> dict[str, Any]:
    """The panel: of a signal near its own onset, of a metric near the newest onset of a slip."""
    signal = record if isinstance(record, Signal) else selectors.newest_slip(record)
    if signal is None:
        return {"onset": None}
    return {"onset": signal.onset, "changes": near(signal, user), "of": signal}


for source in (standards, people, calibrations, formulas):
    register_marks(source)
for model in (Metric, Signal):
    register_panel(
        Panel(
            on=model,
            slug="changes",
            title=gettext_lazy("What changed when this moved?"),
            template="metrics/_changes.html",
            context=changed,
            order=5,
            wide=model is Signal,
        )
    )
