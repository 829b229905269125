"""Questions about metrics. Call them as `metrics.progress(watch)`."""

from metrics.selectors.charting import ChartData, ChartPhase, ChartPoint, chart_data
from metrics.selectors.control_plans import plan_rows, previous_revision, rows_of, rows_settled_in
from metrics.selectors.lists import (
    find_metric,
    latest_values,
    metrics,
    open_signals,
    push_sources,
    signals,
    silent_watches,
    watches,
    watches_of,
    watches_protecting,
    work,
)
from metrics.selectors.series import Replay, newest_day, newest_period, now_due, periods, points, replay, zone_of
from metrics.selectors.watching import (
    Effect,
    Progress,
    Verdict,
    effect_since,
    progress,
    silence,
    watch_in_words,
)

__all__ = [
    "ChartData",
    "ChartPhase",
    "ChartPoint",
    "Effect",
    "Progress",
    "Replay",
    "Verdict",
    "chart_data",
    "effect_since",
    "find_metric",
    "latest_values",
    "metrics",
    "newest_day",
    "newest_period",
    "now_due",
    "open_signals",
    "periods",
    "plan_rows",
    "points",
    "previous_revision",
    "progress",
    "push_sources",
    "replay",
    "rows_of",
    "rows_settled_in",
    "signals",
    "silence",
    "silent_watches",
    "watch_in_words",
    "watches",
    "watches_of",
    "watches_protecting",
    "work",
    "zone_of",
]
