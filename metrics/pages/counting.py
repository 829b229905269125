"""What metrics offers to Pareto charts, and the ways to the pages that look closer."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from metrics import permissions
from metrics.counted import Countable, register_countable
from metrics.models import Measurement, Metric, Signal
from metrics.selectors import counted_of
from people.models import User
from records.selectors import sees_kind, visible
from ui.registry import NavItem, register_navigation


def signals(user: User) -> QuerySet[Signal]:
    return visible(Signal, user)


def counts(user: User) -> QuerySet[Measurement]:
    """The values of metrics that count something; what is worked out from them is not counted twice."""
    return counted_of(visible(Metric, user).filter(is_derived=False)).select_related("metric")


def sees_metrics(user: User) -> bool:
    return sees_kind(user, Metric)


register_countable(
    Countable(
        slug="counts",
        title=_("Counted defects and events"),
        model=Measurement,
        rows=counts,
        day="observed_at",
        by={
            "metric": (_("Metric"), "metric__title"),
            "process": (_("Process"), "metric__process__name"),
            "station": (_("Line or station"), "metric__station__name"),
            "shift": (_("Shift"), "metric__shift"),
            "site": (_("Site"), "metric__site__name"),
        },
        amounts={"value": (_("Counted"), "value")},
        is_counted=False,
        site="metric__site",
        label=lambda row: f"{row.metric.number}: {row.value.normalize():f} / {row.n.normalize():f}",
        url=lambda row: f"/metrics/{row.metric.number}/values/",
    )
)
register_countable(
    Countable(
        slug="signals",
        title=_("Signals"),
        model=Signal,
        rows=signals,
        day="opened_at",
        by={
            "alarm": (_("Signal"), "alarm"),
            "metric": (_("Metric"), "metric__title"),
            "process": (_("Process"), "process__name"),
            "site": (_("Site"), "site__name"),
        },
        label=str,
        url=lambda row: row.get_absolute_url(),
    )
)
register_navigation(
    NavItem(
        _("Values of a shift"),
        "metrics:sheet",
        icon="edit",
        section="measure",
        order=28,
        shown=permissions.may_record_values,
    )
)
register_navigation(
    NavItem(
        _("Import values"),
        "metrics:value-imports",
        icon="upload",
        section="measure",
        order=29,
        shown=permissions.may_record_values,
    )
)
register_navigation(
    NavItem(_("Comparison"), "metrics:comparison", icon="chart-dots", section="measure", order=30, shown=sees_metrics)
)
register_navigation(
    NavItem(_("Pareto"), "metrics:pareto", icon="chart-bar", section="measure", order=32, shown=sees_metrics)
)
