from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from evidence.context import clock
from metrics import charts, permissions, selectors, verbs
from metrics.cadence import period_of
from metrics.models import Metric, PeriodSum, Signal
from metrics.states import Alarm, WatchStatus
from people.models import User
from records.selectors import sees_kind, visible
from ui.filters import SeveralFilter
from ui.registry import (
    Column,
    Mark,
    NavItem,
    Panel,
    RecordPage,
    Tile,
    WorkItem,
    marks_of,
    register_navigation,
    register_page,
    register_panel,
    register_tile,
    register_work,
)
from ui.templatetags.ui import badge

MOST_SIGNALS = 50


def watch_states(metric: Metric) -> str:
    """What the watches of a metric say, for its list."""
    found = [watched.status_label for watched in metric.detectors.all()]
    silent = any(watched.silent_since for watched in metric.detectors.all())
    return ", ".join(dict.fromkeys([*found, *([str(_("silent"))] if silent else [])]))


def watch_badges(metric: Metric) -> SafeString:
    """The same as badges."""
    found = {watched.status: badge(watched.status_label, watched.status_tone) for watched in metric.detectors.all()}
    silent = any(watched.silent_since for watched in metric.detectors.all())
    badges = [*found.values(), *([badge(_("silent"), "warning")] if silent else [])]
    return format_html_join(" ", "{}", ((one,) for one in badges))


def trend(metric: Metric) -> SafeString:
    """The newest periods as a line, and the value of the last one."""
    rows = list(reversed(metric.newest_sums))  # type: ignore[attr-defined]
    values = [row.total / row.weight for row in rows]
    if not values:
        return SafeString("")
    words = _("%(n)d periods, the last %(value)s") % {"n": len(values), "value": charts.shown_value(values[-1], metric)}
    line = charts.sparkline(values, words, after=_improved_at(metric, rows))
    return format_html('<span class="hf-trend">{}<span>{}</span></span>', line, newest(metric))


def _improved_at(metric: Metric, rows: list[PeriodSum]) -> int | None:
    """Where in the line the time after the newest improvement begins."""
    starts = [period_of(metric.cadence, watched.after_start) for watched in metric.detectors.all()]
    return next((at for at, row in enumerate(rows) if starts and row.period >= max(starts)), None)


def newest(metric: Metric) -> str:
    """The value of the newest period."""
    rows = metric.newest_sums  # type: ignore[attr-defined]
    return charts.shown_value(rows[0].total / rows[0].weight, metric) if rows else ""


def metric_overview(metric: Metric, user: User) -> dict[str, Any]:
    """The chart, each watch in words, how the values lie, and what the metric has said."""
    at = clock()
    signals = list(selectors.signals_of(metric)[:MOST_SIGNALS])
    data = selectors.chart_data(metric, signals=signals)
    watches = list(selectors.watches_of(metric))
    spread = selectors.spread(metric, data)
    return {
        **picture(data, signals, user),
        "progresses": [selectors.remembered(watched, at=at) for watched in watches],
        "derived": derivation(metric, user, at=at),
        "foresight": None if watches else selectors.foresight(metric),
        "spread": spread,
        "histogram": charts.histogram(spread, metric) if spread else None,
        "signals": signals[:8],
        "phases": data.phases,
        "left_out": data.left_out,
    }


def derivation(metric: Metric, user: User, *, at: datetime) -> dict[str, Any]:
    """The formula in force, the ones before it, the periods without a value; and what is derived from the metric."""
    found = list(selectors.formulas_of(metric)) if metric.is_derived else []
    standing, before = (found[0], found[1:]) if found else (None, [])
    using = selectors.used_in(metric).filter(pk__in=visible(Metric, user).values("pk"))
    may_go_in = getattr(metric, "goes_in", True)  # the register tells; a sheet of a chain does not
    return {
        "formula": standing,
        "words": selectors.told_formula(standing) if standing else [],
        "before": [(one, selectors.told_formula(one)) for one in before],
        "frozen_before": list(metric.phases.filter(frozen_at__lt=standing.declared_at)) if standing and before else [],
        "gaps": selectors.gaps(standing, at=at) if standing and standing.ended_at is None else [],
        "used_in": list(using) if may_go_in else [],
    }


def newest_values(metric: Metric, user: User) -> dict[str, Any]:
    return {"record": metric, "values": selectors.latest_values(metric, most=12)}


def picture(data: selectors.ChartData, signals: Iterable[Signal], user: User) -> dict[str, Any]:
    """The chart with what happened, and the same in words."""
    marks = [*marks_of(data.metric, user), *map(mark_of, signals)]
    return {
        "chart": charts.chart(data, marks),
        "chart_title": charts.titled(data),
        "chart_words": charts.described(data),
        "chart_is_empty": data.is_empty,
        "chart_marks": charts.numbered(marks),
    }


def mark_of(signal: Signal) -> Mark:
    label = f"{signal.number}: {signal.get_alarm_display()}"
    return Mark(signal.opened_at, label, signal.alarm_tone, signal.get_absolute_url())


def signal_overview(signal: Signal, user: User) -> dict[str, Any]:
    """The signal's evidence beside the chart of its metric."""
    metric = signal.metric
    signals = list(selectors.signals_of(metric)[:MOST_SIGNALS])
    watched = signal.watch
    words = selectors.remembered(watched, at=clock()).words if watched else ""
    return {
        **picture(selectors.chart_data(metric, signals=signals), [signal], user),
        "metric": metric,
        "words": words,
        "facts": selectors.facts_of(signal),
    }


def signals_to_answer(user: User, on: date) -> Iterator[WorkItem]:
    for signal in selectors.work(user, on):
        yield WorkItem(signal.title, signal.get_absolute_url(), None, _("Signal"), overdue=signal.alarm == Alarm.RED)


def slipping(user: User, on: date) -> dict[str, Any] | None:
    """What slips, may slip, or has gone silent, of what the user sees."""
    found = selectors.standing_signals(user)
    return {"signals": found} if found else None


WATCH_FILTER = SeveralFilter(
    field_name="standing",
    label=_("Watch"),
    choices=[
        ("0", WatchStatus.LOST.label),
        ("1", WatchStatus.BACKSLIDING.label),
        ("2", _("Silent")),
        ("3", WatchStatus.AMBER.label),
        ("4", WatchStatus.RECOVERING.label),
        ("5", WatchStatus.UNPROVEN.label),
        ("6", WatchStatus.HOLDING.label),
        ("7", _("Not watched")),
    ],
)

register_page(
    RecordPage(
        model=Metric,
        icon="chart-line",
        section="measure",
        noun=_("metric"),
        nouns=_("metrics"),
        order=10,
        queryset=selectors.register,
        columns=(
            Column("number"),
            Column("title", label=_("What is measured")),
            Column(newest, label=_("Newest"), phone=True, picture=trend),
            Column(watch_states, label=_("Watch"), sort="standing", phone=True, picture=watch_badges),
            Column("status"),
            Column("process"),
            Column("owner"),
        ),
        filters=("status", ("watch", WATCH_FILTER), "site", "process", "owner", "cadence", "family", "direction"),
        sort="watch_states",
        overview="metrics/_metric.html",
        pdf="metrics/metric_pdf.html",
        context=metric_overview,
        create=verbs.OPEN_METRIC,
        verbs=verbs.METRIC,
        about=_("Numbers that processes are judged by (ISO 9001, 9.1)."),
    )
)
register_page(
    RecordPage(
        model=Signal,
        icon="bell-ringing",
        section="measure",
        noun=_("signal"),
        nouns=_("signals"),
        order=20,
        queryset=selectors.signals,
        columns=(
            Column("number"),
            Column("title"),
            Column("alarm", label=_("Signal")),
            Column("status"),
            Column("onset", label=_("Began about")),
            Column("owner"),
            Column("site__code", label=_("Site")),
        ),
        filters=("status", "site", "process", "owner", "alarm"),
        overview="metrics/_signal.html",
        pdf="metrics/signal_pdf.html",
        context=signal_overview,
        verbs=verbs.SIGNAL,
        about=_("What the metrics say: a gain slips, values are missing or cannot be true."),
    )
)
register_panel(
    Panel(
        on=Metric,
        slug="values",
        title=_("Newest values"),
        template="metrics/_values.html",
        context=newest_values,
        order=10,
    )
)
register_work(signals_to_answer)
register_tile(Tile("slipping", _("What slips"), "metrics/_tile.html", slipping, order=20))

register_navigation(
    NavItem(
        _("Signals to answer"),
        "metrics:inbox",
        icon="inbox",
        section="measure",
        order=15,
        shown=lambda user: sees_kind(user, Signal),
    )
)
register_navigation(
    NavItem(
        _("Sources"), "metrics:sources", icon="plug", section="measure", order=90, shown=permissions.may_see_sources
    )
)
