"""Metrics that are worked out from others by a declared formula.

Their values are measurements like all others: of a source of their own, one a period that is over, each corrected by a
further row when an input comes late, is corrected or excluded. Working out twice changes nothing.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Min
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused, says_why
from jobs import services as jobs
from metrics import selectors
from metrics.cadence import PER_YEAR, Cadence, start_of
from metrics.formulas import Declared, tidied
from metrics.models import Batch, Formula, FormulaInput, Measurement, Metric, Source, Underived, Watch
from metrics.selectors import Outcome
from metrics.selectors.sums import Range, as_ranges
from metrics.states import Family, FormulaKind, MetricStatus, WatchStatus
from people.models import Site, User
from records import services as records

MOST_LEVELS = 5
MANY = 100  # changes that wait
SLIPPED = (WatchStatus.AMBER, WatchStatus.BACKSLIDING, WatchStatus.LOST, WatchStatus.RECOVERING)
WORKED_OUT = "derived"


def declare(metric: Metric, formula: Declared, *, by: User, reason: str = "") -> Formula:
    """Write the formula of a metric down, in the place of the one before, and ask for its values.

    Raises Refused: "bad-formula", "other-site", "retired", "circle", "too-many-levels", "reported-less-often".
    """
    tidy = tidied(formula)
    hold_formulas(metric.site_id)
    _check_inputs(metric, [one.metric for one in tidy.inputs])
    _check_kind(metric, tidy)
    at = clock()
    _end_formula(metric, at)
    made = Formula.objects.create(
        metric=metric, kind=tidy.kind, factor=tidy.factor, over=tidy.over, expression=tidy.expression,
        declared_at=at, declared_by=by, reason=reason.strip()[:300],
    )  # fmt: skip
    for one in tidy.inputs:
        FormulaInput.objects.create(formula=made, metric=one.metric, name=one.name, take=one.take, weight=one.weight)
    jobs.enqueue("metrics.derive_afresh", metric_id=metric.pk, key=f"derive-afresh-{metric.pk}")
    return made


def _end_formula(metric: Metric, at: datetime) -> None:
    for old in Formula.objects.filter(metric=metric, ended_at__isnull=True):
        old.ended_at = at
        old.save(update_fields=["ended_at"])


def stop_deriving(metric: Metric) -> None:
    """A metric is retired: its formula ends with it, and nothing is to be worked out any more."""
    _end_formula(metric, clock())
    Underived.objects.filter(metric_id=metric.pk).delete()


def hold_formulas(site: int) -> None:
    """Two who declare or retire at a site: one waits, lest both together make a circle, or stand a formula on what is
    measured no longer. Taken before the lock of any metric."""
    Site.objects.select_for_update(no_key=True).get(pk=site)


def _check_inputs(metric: Metric, inputs: Sequence[Metric]) -> None:
    if any(one.site_id != metric.site_id for one in inputs):
        raise Refused(_("The inputs of a formula are metrics of the same site."), code="other-site")
    retired = Metric.objects.filter(pk__in=[one.pk for one in inputs], status=MetricStatus.RETIRED)
    if numbers := ", ".join(retired.values_list("number", flat=True)):
        raise Refused(
            _("Nothing is measured any more by %(numbers)s: it is retired.") % {"numbers": numbers}, "retired"
        )
    for one in inputs:
        if PER_YEAR[Cadence(one.cadence)] < PER_YEAR[Cadence(metric.cadence)]:
            raise Refused(
                _("%(number)s is reported less often than this metric would be.") % {"number": one.number},
                code="reported-less-often",
            )
    levels = selectors.below({one.pk for one in inputs})
    if metric.pk in set().union(*levels):
        raise Refused(_("A metric cannot be worked out from itself, not even by way of others."), code="circle")
    if len(levels) + selectors.reach(metric) > MOST_LEVELS:
        raise Refused(
            _("Formulas stand on formulas on at most %(most)d levels.") % {"most": MOST_LEVELS}, code="too-many-levels"
        )


def _check_kind(metric: Metric, formula: Declared) -> None:
    if metric.family == Family.BINOMIAL and (formula.kind != FormulaKind.RATIO or formula.factor != 1):
        raise Refused(
            _("Defectives out of parts checked are a ratio without a factor: the first input out of the second."),
            code="bad-formula",
        )
    if formula.factor < 0 and metric.family == Family.POISSON:
        raise Refused(_("An exposure is not negative: give a factor above zero."), code="bad-formula")


@transaction.atomic
def change_formula(metric: Metric, *, by: User, formula: Declared, reason: str) -> Metric:
    """Work a derived metric out otherwise from now on, for all its periods: values that change are corrected.

    Raises Refused: "not-derived", "reason-missing", "alarm-open" while a slip is open, and what `declare` refuses.
    """
    if not metric.is_derived:
        raise Refused(
            _("The values of %(number)s are measured. Add a derived metric beside it.") % {"number": metric.number},
            code="not-derived",
        )
    if not says_why(reason):
        raise Refused(_("Say why, in a few words."), code="reason-missing")
    hold_formulas(metric.site_id)
    records.lock(metric)
    watches = Watch.objects.filter(metric=metric).select_for_update(of=("self",))
    if any(watched.status in SLIPPED for watched in watches):
        raise Refused(
            _("The formula is not changed while a slip is open. Answer what was signalled first."), code="alarm-open"
        )
    declare(metric, formula, by=by, reason=reason)
    return records.amend(metric, by=by, reason=reason, parts=["formula"])


def computing_source(site: Site) -> Source:
    """The source of what is worked out at a site."""
    found = Source.objects.filter(site=site, computes=True).first()
    if found is not None:
        return found
    taken = Source.objects.filter(site=site, code=WORKED_OUT).exists()  # by another system, before there were formulas
    code = f"{WORKED_OUT}-metrics" if taken else WORKED_OUT
    return Source.objects.get_or_create(site=site, computes=True, defaults={"code": code, "name": _("Worked out")})[0]


@transaction.atomic
def derive_new(*, at: datetime, by: User) -> int:
    """Ask for the values of derived metrics whose inputs have changed in a period that is over, one by one; also where
    very many changes of a period that runs wait, which become one. Returns of how many."""
    found = Underived.objects.values_list("metric_id").annotate(begin=Min("first"), n=Count("pk"))
    waiting = {key: (begin, n) for key, begin, n in found}
    due = [
        metric.pk
        for metric in selectors.derived_metrics().filter(pk__in=waiting)
        if waiting[metric.pk][1] > MANY or _is_over(metric, waiting[metric.pk][0], at)
    ]
    jobs.enqueue_keyed("metrics.derive", {f"derive-{key}": {"metric_id": key} for key in due})
    return len(due)


def _is_over(metric: Metric, begin: datetime, at: datetime) -> bool:
    """Whether the period of the first change is over."""
    [(first, _last)] = as_ranges(metric, [(begin, begin)])
    return first <= selectors.last_over(metric, at)


@transaction.atomic
def derive_all(*, at: datetime, by: User) -> int:
    """Ask for all values of all derived metrics again: whatever was missed is put right."""
    keys = list(selectors.derived_metrics().values_list("pk", flat=True))
    jobs.enqueue_keyed("metrics.derive_afresh", {f"derive-afresh-{key}": {"metric_id": key} for key in keys})
    return len(keys)


@transaction.atomic
def derive(metric: Metric, *, at: datetime, by: User, afresh: bool = False) -> int:
    """Work out the periods whose inputs have changed, or all. Idempotent by metric and period: returns how many rows
    were written, new values and corrections."""
    Metric.objects.select_for_update(of=("self",), no_key=True).get(pk=metric.pk)  # two at once: one waits
    metric.refresh_from_db()
    formula = selectors.formula_in_force(metric)
    last = selectors.last_over(metric, at)
    ranges = _taken(metric, last)
    if formula is None or metric.status != MetricStatus.ACTIVE:
        return 0
    if afresh:
        ranges = selectors.whole(formula)
    reaching = [(first, min(end + formula.over - 1, last)) for first, end in ranges if first <= last]
    found = selectors.outcomes(formula, reaching, up_to=last)
    known = selectors.derived_rows(metric, reaching)
    return _write(formula, found, known, at=at, by=by)


def _taken(metric: Metric, last: int) -> list[Range]:
    """The stretches of periods that changed; what reaches beyond the last that is over goes on waiting."""
    rows = list(Underived.objects.select_for_update().filter(metric_id=metric.pk))
    waiting = []
    for row in rows:
        [(_first, end)] = as_ranges(metric, [(row.first, row.last)])
        if end > last:
            waiting.append(row)
    Underived.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if waiting:
        begin = max(min(row.first for row in waiting), _moment(metric, last + 1))
        Underived.objects.create(metric_id=metric.pk, first=begin, last=max(row.last for row in waiting))
    return as_ranges(metric, [(row.first, row.last) for row in rows])


def _moment(metric: Metric, period: int) -> datetime:
    """When a period begins."""
    zone = selectors.zone_of(metric)
    return datetime.combine(start_of(metric.cadence, period), datetime.min.time(), zone)


def _why(formula: Formula, row: Measurement) -> str:
    return _("formula changed") if row.recorded_at < formula.declared_at else _("input changed")


def _write(
    formula: Formula, found: dict[int, Outcome], known: dict[int, Measurement], *, at: datetime, by: User
) -> int:
    metric = formula.metric
    newest = max((period for period, row in known.items() if row.value is not None), default=None)
    rows = []
    for period in sorted({*found, *known}):
        outcome, row = found.get(period, Outcome(None)), known.get(period)
        if row is None and outcome.value is not None:
            late = newest is not None and period < newest
            rows.append(_new(metric, period, outcome, late=late))
        elif row is not None and not _same(row, outcome):
            rows.append(_correction(row, outcome, note=_noted(_why(formula, row), outcome)))
    if rows:
        _store(metric, rows, at=at, by=by)
    return len(rows)


def _same(row: Measurement, outcome: Outcome) -> bool:
    if row.value is None or outcome.value is None:
        return row.value is None and outcome.value is None
    return (row.value, row.n) == (outcome.value, outcome.n)


def _new(metric: Metric, period: int, outcome: Outcome, *, late: bool) -> Measurement:
    """Observed at noon of the last day of its period."""
    observed = _moment(metric, period + 1).replace(hour=12) - timedelta(days=1)
    return Measurement(
        metric=metric, value=outcome.value, n=outcome.n, observed_at=observed, late=late,
        source_event_id=f"{metric.pk}:{period}",
    )  # fmt: skip


def _correction(row: Measurement, outcome: Outcome, *, note: str) -> Measurement:
    n = row.n if outcome.value is None else outcome.n
    return Measurement(
        metric_id=row.metric_id, value=outcome.value, n=n, observed_at=row.observed_at, late=True,
        corrects=row, note=note[:300],
    )  # fmt: skip


def _noted(why: str, outcome: Outcome) -> str:
    return why if outcome.value is not None else _("no value: %(why)s") % {"why": outcome.why or _("missing inputs")}


def _store(metric: Metric, rows: Sequence[Measurement], *, at: datetime, by: User) -> None:
    source = computing_source(metric.site)
    batch = Batch.objects.create(
        source=source, received_at=at, received_from=by, digest=_digest(rows), stored=len(rows), duplicates=0,
        refused=0,
    )  # fmt: skip
    for row in rows:
        row.source, row.batch, row.recorded_at = source, batch, at
    Measurement.objects.bulk_create(rows, batch_size=1000)
    if notes := [row.note for row in rows if row.corrects_id]:
        evidence.record_event("derived values corrected", metric, by=by, note=notes[0], data={"corrected": len(notes)})
    ask_to_evaluate([metric])


def _digest(rows: Iterable[Measurement]) -> str:
    said: list[Any] = [(row.metric_id, str(row.observed_at), str(row.value), str(row.n)) for row in rows]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def ask_to_evaluate(metrics: Iterable[Metric]) -> None:
    """After rows were written: ask for the watches of their metrics, and for what is derived from them."""
    if any(True for _metric in metrics):
        jobs.enqueue("metrics.evaluate_new", key="metrics-evaluate-new")
    if Underived.objects.exists():
        jobs.enqueue("metrics.derive_new", key="metrics-derive-new")


def note_change(measurement: Measurement) -> None:
    """A value counts, or no longer counts: what is derived from it is to be worked out again."""
    using = selectors.used_in(measurement.metric).filter(status=MetricStatus.ACTIVE).values_list("pk", flat=True)
    at: Any = {"first": measurement.observed_at, "last": measurement.observed_at}
    if Underived.objects.bulk_create([Underived(metric_id=key, **at) for key in using]):
        jobs.enqueue("metrics.derive_new", key="metrics-derive-new")
