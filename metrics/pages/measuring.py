from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from evidence.context import clock
from metrics import charts, permissions, selectors, verbs
from metrics.models import Metric, Signal
from metrics.states import Alarm
from people.models import User
from records.selectors import sees_kind
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


def watch_states(metric: Metric) -> str:
    """What the watches of a metric say, for its list."""
    found = [watched.status_label for watched in metric.detectors.all()]
    silent = any(watched.silent_since for watched in metric.detectors.all())
    return ", ".join(dict.fromkeys([*found, *([str(_("silent"))] if silent else [])]))


def metric_overview(metric: Metric, user: User) -> dict[str, Any]:
    """The chart, each watch in words, and what it has said."""
    at, found = clock(), selectors.points(metric)
    signals = list(selectors.signals_of(metric))
    data = selectors.chart_data(metric, found=found, signals=signals)
    return {
        **picture(data, signals, user),
        "progresses": [
            selectors.progress(watched, at=at, found=found, signals=signals) for watched in metric.detectors.all()
        ],
        "signals": signals[:8],
        "phases": data.phases,
    }


def newest_values(metric: Metric, user: User) -> dict[str, Any]:
    return {"record": metric, "values": selectors.latest_values(metric)}


def picture(data: selectors.ChartData, signals: Iterable[Signal], user: User) -> dict[str, Any]:
    """The chart with what happened, and the same in words."""
    marks = [*marks_of(data.metric, user), *map(mark_of, signals)]
    return {
        "chart": charts.chart(data, marks),
        "chart_title": charts.titled(data),
        "chart_words": charts.described(data),
        "chart_is_empty": data.is_empty,
    }


def mark_of(signal: Signal) -> Mark:
    return Mark(signal.opened_at, signal.get_alarm_display(), signal.alarm_tone, signal.get_absolute_url())


def signal_overview(signal: Signal, user: User) -> dict[str, Any]:
    """The signal's evidence beside the chart of its metric."""
    metric, found = signal.metric, selectors.points(signal.metric)
    signals = list(selectors.signals_of(metric))
    watched = signal.watch
    words = selectors.progress(watched, at=clock(), found=found, signals=signals).words if watched else ""
    return {
        **picture(selectors.chart_data(metric, found=found, signals=signals), [signal], user),
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
            Column("unit"),
            Column("cadence", label=_("Reported")),
            Column(watch_states, label=_("Watch")),
            Column("status"),
            Column("process"),
            Column("owner"),
        ),
        filters=("status", "site", "process", "owner", "cadence"),
        overview="metrics/_metric.html",
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
