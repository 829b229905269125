"""Metrics and the sources of their values (9.1.1): what is measured, and where its values come from."""

from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from evidence.refusals import Refused
from jobs import services as jobs
from metrics import selectors
from metrics.formulas import Declared
from metrics.models import Gauge, Metric, Source, Watch
from metrics.services.deriving import declare, hold_formulas, stop_deriving
from metrics.states import ACTIVATE, BY_HAND, IN_FILES, RETIRE, Better, ChartKind, WatchStatus
from people.models import Process, Shift, Site, Station, User
from records import services as records
from records.models import Record

SUBGROUP_CHARTS = (ChartKind.XBAR_R, ChartKind.XBAR_S)
CHECKED = ("direction", "target", "chart", "subgroup_size", "spec_lower", "spec_upper", "station", "shift")
UNSAID = {"measure": "", "shift": ""}  # their defaults are the database's, and are checked before it is asked
MEANING = ("direction", "cadence", "family", "season")  # of its values: another one would be another metric


class Description(TypedDict, total=False):
    """What is said of a metric besides its site, title and direction. What is left out is as the model has it."""

    unit: str
    process: Process | None
    owner: User | None
    origin: Record | None
    target: Decimal | None
    cadence: str
    decimals: int
    family: str
    subgroup_size: int
    chart: str
    season: int | None
    unit_value: Decimal | None
    currency: str
    gauge: Gauge | None
    spec_lower: Decimal | None
    spec_upper: Decimal | None
    measure: str
    station: Station | None
    shift: str


@transaction.atomic
def create_metric(
    *,
    by: User,
    site: Site,
    title: str,
    direction: str,
    formula: Declared | None = None,
    draft: bool = False,
    **described: Unpack[Description],
) -> Metric:
    """Describe a metric and, unless it is a draft, start measuring (9.1.1). With a `formula` it is derived from others.

    Raises Refused: "target-missing", "subgroup-chart" when chart and subgroup size do not fit, "limits-in-disorder",
    "other-site" for a station or shift of another site, "derived" for subgroups of a derived one, and what `declare`
    refuses.
    """
    facts: dict[str, Any] = UNSAID | {name: value for name, value in described.items() if value is not None}
    metric = Metric(site=site, direction=direction, is_derived=formula is not None, **facts)
    _check(metric)
    if metric.is_derived and metric.subgroup_size > 1:
        raise Refused(_("A derived metric has one value a period, no subgroups."), code="derived")
    metric = records.open_record(
        Metric, by=by, site=site, title=title, direction=direction, is_derived=metric.is_derived, **facts
    )
    if formula is not None:
        declare(metric, formula, by=by)
    return metric if draft else records.move(metric, ACTIVATE, by=by)


def _check(metric: Metric) -> None:
    """Whether a metric can be as it is described, before it is written."""
    if metric.direction == Better.TARGET and metric.target is None:
        raise Refused(_("A metric that should be on target needs one."), code="target-missing")
    if (metric.chart in SUBGROUP_CHARTS) != (metric.subgroup_size > 1):
        raise Refused(
            _("A chart of subgroup means needs two or more values in a subgroup, the other charts one."),
            code="subgroup-chart",
        )
    if metric.spec_lower is not None and metric.spec_upper is not None and metric.spec_lower >= metric.spec_upper:
        raise Refused(_("The lower specification limit is not below the upper one."), code="limits-in-disorder")
    _check_place(metric)


def _check_place(metric: Metric) -> None:
    site, station, shift = metric.site, metric.station, metric.shift
    if station is not None and station.site_id != site.pk:
        raise Refused(_("This station is at another site."), code="other-site")
    if shift and not Shift.objects.filter(site=site, name=shift).exists():
        raise Refused(_("%(site)s has no shift “%(shift)s”.") % {"site": site, "shift": shift}, code="other-site")


@transaction.atomic
def edit_metric(metric: Metric, *, by: User, reason: str = "", **changes: Any) -> Metric:
    """Change the description of a metric. What its values mean is fixed once a gain stands on it.

    Raises Refused: what is raised for a new one ("target-missing", "subgroup-chart", "limits-in-disorder",
    "other-site"); "watched" for direction, cadence or kind of values of a watched metric, "in-a-formula" of
    one that is derived or that another is derived from.
    """
    _check(Metric(site=metric.site, **{name: changes.get(name, getattr(metric, name)) for name in CHECKED}))
    fixed = [name for name in MEANING if changes.get(name, getattr(metric, name)) != getattr(metric, name)]
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
    """Name a system that pushes values.

    Raises Refused: "source-reserved" for the codes of what people bring, "source-exists" for one in use at the site.
    """
    if code in (BY_HAND, IN_FILES):
        raise Refused(
            _("“%(code)s” stands for what people bring. Choose another code.") % {"code": code}, code="source-reserved"
        )
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
