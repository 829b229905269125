"""The gain as a picture: five locks, and the metric before, after and now."""

from typing import Any

from evidence.context import clock
from kaizen import selectors
from kaizen.models import Gain
from metrics import charts
from metrics import selectors as metrics
from metrics.models import Watch
from people.models import User
from ui.registry import marks_of


def locks_panel(gain: Gain, user: User) -> dict[str, Any]:
    """The five locks with what holds or opens each."""
    return {"locks": selectors.locks_of(gain, on=clock().date())}


def progress_panel(gain: Gain, user: User) -> dict[str, Any]:
    """Before, after, now and how we know, with the chart of the metric."""
    watch = Watch.objects.filter(protects=gain).select_related("metric__site").first()
    data = metrics.chart_data(gain.metric)
    marks = marks_of(gain.metric, user)
    return {
        "gain": gain,
        "watch": watch,
        "progress": metrics.progress(watch, at=clock()) if watch else None,
        "chart": charts.chart(data, marks),
        "chart_marks": charts.numbered(marks),
        "chart_title": charts.described(data),
        "chart_is_empty": data.is_empty,
    }


def gain_on_paper(gain: Gain, user: User) -> dict[str, Any]:
    """Everything that the page shows in panels, for the PDF."""
    return {**locks_panel(gain, user), **progress_panel(gain, user), **selectors.checks_panel(gain, user)}
