"""A metric as a Vega-Lite specification: the same picture in the page and in the PDF."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from metrics.models import Metric
from metrics.selectors import ChartData, ChartPoint
from ui.charts import PALETTE, TONES
from ui.registry import Mark

Spec = dict[str, Any]

INK, LINE, LIMIT = TONES["info"], TONES["success"], TONES["warning"]
ALARM, EVENT, TARGET = TONES["danger"], TONES["neutral"], PALETTE[3]
X = {"field": "day", "type": "temporal", "title": None}
HEIGHT = 300
MOST_MARKS, LEVELS = 24, 3
CROSS = "M-1,-1L1,1M-1,1L1,-1"
RULES = {
    "WE1": gettext_lazy("beyond 3 σ"),
    "WE2": gettext_lazy("2 of 3 beyond 2 σ"),
    "WE3": gettext_lazy("4 of 5 beyond 1 σ"),
    "WE4": gettext_lazy("8 on one side"),
    "N3": gettext_lazy("6 rising or falling"),
    "N4": gettext_lazy("14 up and down in turn"),
    "N7": gettext_lazy("15 within 1 σ"),
    "N8": gettext_lazy("8 outside 1 σ"),
}


@dataclass(frozen=True)
class Numbered:
    """A mark with the number that the picture has for it."""

    no: int
    mark: Mark


def numbered(marks: Iterable[Mark]) -> list[Numbered]:
    """The newest marks, each said once, in the order of time. The list beside the chart has the same numbers."""
    distinct = list({(mark.at.date(), str(mark.label)): mark for mark in marks}.values())
    kept = sorted(distinct, key=lambda mark: mark.at)[-MOST_MARKS:]
    return [Numbered(no, mark) for no, mark in enumerate(kept, start=1)]


def chart(data: ChartData, marks: Iterable[Mark] = ()) -> Spec:
    """Points, frozen phases with centre and limits, what happened, and the time since which a gain slips."""
    layers = [
        *_slipping(data),
        *_phases(data),
        *_own_limits(data),
        *_target(data),
        *_marks(data, numbered(marks)),
        *_points(data),
        *_left_out(data),
    ]
    return {
        "height": HEIGHT,
        "data": {"values": _rows(data)},
        "layer": layers,
        "resolve": {"scale": {"color": "independent", "shape": "independent"}},
        "usermeta": {"columns": _columns(data)},
    }


def titled(data: ChartData) -> str:
    """What the chart is called."""
    unit = f" ({data.metric.unit})" if data.metric.unit else ""
    return f"{data.metric.title}{unit}"


def described(data: ChartData) -> str:
    """The picture in words, for those who do not see it."""
    metric = data.metric
    if data.is_empty:
        return _("%(metric)s: no values yet.") % {"metric": metric.title}
    parts = [
        _("%(metric)s, %(n)d values from %(first)s to %(last)s, the last %(value)s")
        % {
            "metric": metric.title,
            "n": len(data.points),
            "first": data.points[0].day,
            "last": data.points[-1].day,
            "value": shown(data.points[-1].value, data),
        }
    ]
    parts += [
        _("%(phase)s: mean %(mean)s") % {"phase": phase.name, "mean": shown(phase.centre, data)}
        for phase in data.phases
    ]
    if data.slipping_since:
        parts.append(_("slipping since about %(day)s") % {"day": data.slipping_since})
    if data.left_out:
        left_out = ngettext("%(n)d value is excluded", "%(n)d values are excluded", len(data.left_out))
        parts.append(left_out % {"n": len(data.left_out)})
    if data.is_thinned:
        parts.append(
            _("of %(n)d periods the lowest and highest of each stretch are drawn, without run rules")
            % {"n": data.shown_of}
        )
    return "; ".join(parts) + "."


def shown(value: float, data: ChartData) -> str:
    """A value with the metric's decimals and unit."""
    return shown_value(value, data.metric)


def shown_value(value: float, metric: Metric) -> str:
    """The same without a chart."""
    return f"{number_format(value, metric.decimals)} {metric.unit}".strip()


def _y(data: ChartData, field: str) -> Spec:
    title = data.metric.unit or data.metric.title
    return {"field": field, "type": "quantitative", "title": title, "scale": {"zero": False}}


def _columns(data: ChartData) -> dict[str, str]:
    """The columns of the table that says the same as the chart."""
    value = data.metric.unit or _("Value")
    return {"day": _("Day"), "value": value, "phase": _("Phase"), "note": _("Remarks")}


def _rows(data: ChartData) -> list[Spec]:
    return [
        {
            "day": point.day.isoformat(),
            "value": point.value,
            "phase": point.phase,
            "kind": "beyond" if point.beyond else "rule" if point.rules else "plain",
            "note": _note(point),
            **({"low": point.lower, "high": point.upper} if point.lower is not None else {}),
        }
        for point in data.points
    ]


def _note(point: ChartPoint) -> str:
    """What is odd about a point; being beyond 3 σ and beyond the limits is the same."""
    rules = [str(RULES[name]) for name in point.rules if not (point.beyond and name == "WE1")]
    return ", ".join([*([_("beyond the limits")] if point.beyond else []), *rules])


def _points(data: ChartData) -> list[Spec]:
    tooltip = [
        {"field": "day", "type": "temporal", "title": _("Day")},
        {"field": "value", "type": "quantitative", "title": data.metric.unit or _("Value")},
        {"field": "phase", "type": "nominal", "title": _("Phase")},
        {"field": "note", "type": "nominal", "title": _("Remarks")},
    ]
    colour = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["plain", "rule", "beyond"], "range": [INK, LIMIT, ALARM]},
    }
    shape = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["plain", "rule", "beyond"], "range": ["circle", "triangle-up", "diamond"]},
    }
    line = {"mark": {"type": "line", "color": INK, "strokeWidth": 1.2}}
    dots = {"mark": {"type": "point", "filled": True, "size": 42, "opacity": 1}}
    return [
        line | {"encoding": {"x": X, "y": _y(data, "value")}},
        dots | {"encoding": {"x": X, "y": _y(data, "value"), "color": colour, "shape": shape, "tooltip": tooltip}},
    ]


def _phases(data: ChartData) -> list[Spec]:
    rows = [
        {
            "day": phase.start.isoformat(),
            "end": phase.end.isoformat(),
            "centre": phase.centre,
            "lower": phase.lower,
            "upper": phase.upper,
            "name": f"{phase.name}: {number_format(phase.centre, data.metric.decimals)}",
        }
        for phase in data.phases
    ]
    if not rows:
        return []
    source = {"values": rows}
    until = {"field": "end", "type": "temporal"}
    centre = {"mark": {"type": "rule", "color": LINE, "strokeWidth": 2}, "data": source}
    label = {"mark": {"type": "text", "align": "left", "baseline": "top", "dx": 4}, "data": source}
    dashed = {"type": "rule", "color": LIMIT, "strokeDash": [5, 4]}
    sides = () if data.has_own_limits else ("lower", "upper")
    limits = [
        {
            "mark": dashed,
            "data": source,
            "transform": [{"filter": {"field": side, "valid": True}}],
            "encoding": {"x": X, "x2": until, "y": _y(data, side)},
        }
        for side in sides
    ]
    return [
        *limits,
        centre | {"encoding": {"x": X, "x2": until, "y": _y(data, "centre")}},
        label | {"encoding": {"x": X, "y": {"value": 4}, "text": {"field": "name"}}},
    ]


def _target(data: ChartData) -> list[Spec]:
    if data.target is None:
        return []
    return [
        {
            "mark": {"type": "rule", "color": TARGET, "strokeDash": [2, 3]},
            "data": {"values": [{"target": data.target}]},
            "encoding": {"y": _y(data, "target"), "tooltip": {"value": _("Target")}},
        }
    ]


def _slipping(data: ChartData) -> list[Spec]:
    """The time since the estimated onset, shaded."""
    if data.slipping_since is None or data.is_empty:
        return []
    span = {"day": data.slipping_since.isoformat(), "end": data.points[-1].day.isoformat()}
    return [
        {
            "mark": {"type": "rect", "fill": ALARM, "opacity": 0.12},
            "data": {"values": [span]},
            "encoding": {"x": X, "x2": {"field": "end", "type": "temporal"}},
        }
    ]


def _own_limits(data: ChartData) -> list[Spec]:
    """Limits that go up and down with what was checked, as steps."""
    if not data.has_own_limits:
        return []
    step = {"type": "line", "interpolate": "step-after", "color": LIMIT, "strokeDash": [5, 4], "strokeWidth": 1}
    return [
        {
            "mark": step,
            "transform": [{"filter": {"field": side, "valid": True}}],
            "encoding": {"x": X, "y": _y(data, side), "detail": {"field": "phase"}},
        }
        for side in ("low", "high")
    ]


def _left_out(data: ChartData) -> list[Spec]:
    """Excluded values, crossed out, where they would have been."""
    rows = [{"day": one.day.isoformat(), "value": one.value, "reason": one.reason} for one in data.left_out]
    if not rows:
        return []
    tooltip = [
        {"field": "day", "type": "temporal", "title": _("Day")},
        {"field": "value", "type": "quantitative", "title": _("Excluded value")},
        {"field": "reason", "type": "nominal", "title": _("Reason")},
    ]
    cross = {"type": "point", "shape": CROSS, "color": EVENT, "size": 60, "strokeWidth": 1.6}
    return [{"mark": cross, "data": {"values": rows}, "encoding": {"x": X, "y": _y(data, "value"), "tooltip": tooltip}}]


def _marks(data: ChartData, marks: list[Numbered]) -> list[Spec]:
    """Vertical lines with the numbers of the list; what happened before the first value is in the list only."""
    rows = _mark_rows(data, marks)
    if not rows:
        return []
    tooltip = [
        {"field": "day", "type": "temporal", "title": _("Day")},
        {"field": "label", "type": "nominal", "title": _("What happened")},
    ]
    tones = {"domain": [*TONES], "range": [*TONES.values()]}
    colour = {"field": "tone", "type": "nominal", "legend": None, "scale": tones}
    at = {"x": X, "color": colour, "tooltip": tooltip}
    source = {"values": rows}
    foot = {"value": {"expr": "height - 3 - 11 * datum.level"}}
    number = {"type": "text", "align": "left", "baseline": "bottom", "dx": 3, "fontSize": 10, "fontWeight": 600}
    return [
        {"mark": {"type": "rule", "strokeDash": [1, 2], "strokeWidth": 1.4}, "data": source, "encoding": at},
        {"mark": number, "data": source, "encoding": {"x": X, "y": foot, "text": {"field": "no"}, "tooltip": tooltip}},
    ]


def _mark_rows(data: ChartData, marks: list[Numbered]) -> list[Spec]:
    """One row a day, the numbers of neighbours at different heights."""
    begun = data.points[0].day if data.points else date.max
    by_day = {day: list(ones) for day, ones in groupby(marks, key=lambda one: one.mark.at.date()) if day >= begun}
    close = max((max(by_day) - begun).days // 30, 1) if by_day else 1
    rows: list[Spec] = []
    before, level = date.min, 0
    for day, ones in by_day.items():
        level = (level + 1) % LEVELS if (day - before).days < close else 0
        before = day
        rows.append(
            {
                "day": day.isoformat(),
                "label": "; ".join(str(one.mark.label) for one in ones),
                "no": str(ones[0].no) if len(ones) == 1 else f"{ones[0].no}–{ones[-1].no}",
                "tone": ones[-1].mark.tone if ones[-1].mark.tone in TONES else "neutral",
                "level": level,
            }
        )
    return rows
