from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evidence.refusals import Refused
from jobs import services as jobs
from metrics import selectors
from metrics.formulas import Declared
from metrics.models import Gauge, Metric, Source, Watch
from metrics.services.deriving import declare, hold_formulas, stop_deriving
from metrics.states import ACTIVATE, BY_HAND, IN_FILES, RETIRE, Better, ChartKind, Every, Family, WatchStatus
from people.models import Process, Shift, Site, Station, User
from records import services as records
from records.models import Record

SUBGROUP_CHARTS = (ChartKind.XBAR_R, ChartKind.XBAR_S)


@transaction.atomic
def create_metric(
    *,
    by: User,
    site: Site,
    title: str,
    direction: str,
    unit: str = "",
    process: Process | None = None,
    owner: User | None = None,
    origin: Record | None = None,
    target: Decimal | None = None,
    cadence: str = Every.WEEK,
    decimals: int = 2,
    family: str = Family.NORMAL,
    subgroup_size: int = 1,
    chart: str = ChartKind.INDIVIDUALS,
    season: int = 0,
    unit_value: Decimal | None = None,
    currency: str = "EUR",
    gauge: Gauge | None = None,
    spec_lower: Decimal | None = None,
    spec_upper: Decimal | None = None,
    measure: str = "",
    station: Station | None = None,
    shift: str = "",
    formula: Declared | None = None,
    draft: bool = False,
) -> Metric:
    """Describe a metric and, unless it is a draft, start measuring (9.1.1). With a `formula` it is derived from others.

    Raises Refused: "target-missing", "subgroup-chart" when chart and subgroup size do not fit, "limits-in-disorder",
    "other-site" for a station or shift of another site, "derived" for subgroups of a derived one, and what `declare`
    refuses.
    """
    _check(direction=direction, target=target, chart=chart, subgroup_size=subgroup_size)
    _check_place(site, spec_lower=spec_lower, spec_upper=spec_upper, station=station, shift=shift)
    if formula is not None and subgroup_size > 1:
        raise Refused(_("A derived metric has one value a period, no subgroups."), code="derived")
    metric = records.open_record(
        Metric,
        by=by,
        site=site,
        title=title,
        process=process,
        owner=owner,
        origin=origin,
        unit=unit,
        direction=direction,
        target=target,
        cadence=cadence,
        decimals=decimals,
        family=family,
        subgroup_size=subgroup_size,
        chart=chart,
        season=season or 0,
        unit_value=unit_value or Decimal(0),
        currency=currency,
        gauge=gauge,
        spec_lower=spec_lower,
        spec_upper=spec_upper,
        measure=measure,
        station=station,
        shift=shift,
        is_derived=formula is not None,
    )
    if formula is not None:
        declare(metric, formula, by=by)
    return metric if draft else records.move(metric, ACTIVATE, by=by)


def _check(*, direction: str, target: Decimal | None, chart: str, subgroup_size: int) -> None:
    if direction == Better.TARGET and target is None:
        raise Refused(_("A metric that should be on target needs one."), code="target-missing")
    if (chart in SUBGROUP_CHARTS) != (subgroup_size > 1):
        raise Refused(
            _("A chart of subgroup means needs two or more values in a subgroup, the other charts one."),
            code="subgroup-chart",
        )


def _check_place(
    site: Site, *, spec_lower: Decimal | None, spec_upper: Decimal | None, station: Station | None, shift: str
) -> None:
    if spec_lower is not None and spec_upper is not None and spec_lower >= spec_upper:
        raise Refused(_("The lower specification limit is not below the upper one."), code="limits-in-disorder")
    if station is not None and station.site_id != site.pk:
        raise Refused(_("This station is at another site."), code="other-site")
    if shift and not Shift.objects.filter(site=site, name=shift).exists():
        raise Refused(_("%(site)s has no shift “%(shift)s”.") % {"site": site, "shift": shift}, code="other-site")


@transaction.atomic
def edit_metric(metric: Metric, *, by: User, reason: str = "", **changes: Any) -> Metric:
    """Change the description of a metric. What its values mean is fixed once a gain stands on it.

    Raises Refused("watched") for direction, cadence or kind of values of a watched metric, Refused("in-a-formula") of
    one that is derived or that another is derived from.
    """
    after = {name: changes.get(name, getattr(metric, name)) for name in ("direction", "target", "chart")}
    _check(subgroup_size=changes.get("subgroup_size", metric.subgroup_size), **after)
    place = {name: changes.get(name, getattr(metric, name)) for name in ("spec_lower", "spec_upper", "station")}
    _check_place(metric.site, shift=changes.get("shift", metric.shift), **place)
    fixed = [
        name
        for name in ("direction", "cadence", "family", "season")
        if changes.get(name, getattr(metric, name)) != getattr(metric, name)
    ]
    if fixed and (metric.is_derived or selectors.used_in(metric).exists()):
        raise Refused(
            _("A formula stands on what its values mean: open a new metric to measure something else."),
            code="in-a-formula",
        )
    if fixed and Watch.objects.filter(metric=metric).exists():
        raise Refused(
            _("A gain is watched on this metric: open a new metric to measure something else."), code="watched"
        )
    return records.amend(metric, by=by, reason=reason, **changes)


@transaction.atomic
def activate(metric: Metric, *, by: User) -> Metric:
    """Start measuring."""
    if metric.is_derived:
        jobs.enqueue("metrics.derive_afresh", metric_id=metric.pk, key=f"derive-afresh-{metric.pk}")
    return records.move(metric, ACTIVATE, by=by)


@transaction.atomic
def retire(metric: Metric, *, by: User, reason: str) -> Metric:
    """Stop measuring. Raises Refused("watched") while a gain is watched on it, "in-a-formula" while others are derived
    from it. The formula of a derived metric ends with it."""
    hold_formulas(metric.site_id)
    if using := list(selectors.used_in(metric).values_list("number", flat=True)[:5]):
        raise Refused(
            _("%(numbers)s is worked out from it: change that formula, or retire that metric first.")
            % {"numbers": ", ".join(using)},
            code="in-a-formula",
        )
    if Watch.objects.filter(metric=metric).exclude(status=WatchStatus.UNPROVEN).exists():
        raise Refused(_("A gain is watched on this metric; it cannot be retired."), code="watched")
    retired = records.move(metric, RETIRE, by=by, note=reason)
    stop_deriving(metric)
    return retired


@transaction.atomic
def create_source(*, by: User, site: Site, code: str, name: str, account: User | None = None) -> Source:
    """Name a system that pushes values. Raises Refused("source-exists") for a code in use at the site."""
    source, created = Source.objects.get_or_create(site=site, code=code, defaults={"name": name, "account": account})
    if not created:
        raise Refused(_("This site has a source “%(code)s” already.") % {"code": code}, code="source-exists")
    return source


@transaction.atomic
def hand_source(site: Site, *, by: User) -> Source:
    """The source of what people at a site enter by hand."""
    return Source.objects.get_or_create(site=site, code=BY_HAND, defaults={"name": _("By hand")})[0]


@transaction.atomic
def file_source(site: Site, *, by: User) -> Source:
    """The source of the files that people at a site bring: nobody who enters a value waits while one is taken in."""
    return Source.objects.get_or_create(site=site, code=IN_FILES, defaults={"name": _("In files")})[0]
