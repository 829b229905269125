"""A metric as a Vega-Lite specification: the same picture in the page and in the PDF."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from metrics.selectors import ChartData
from ui.charts import PALETTE, TONES
from ui.registry import Mark

Spec = dict[str, Any]

INK, LINE, LIMIT = TONES["info"], TONES["success"], TONES["warning"]
ALARM, EVENT, TARGET = TONES["danger"], TONES["neutral"], PALETTE[3]
X = {"field": "day", "type": "temporal", "title": None}


def chart(data: ChartData, marks: Iterable[Mark] = ()) -> Spec:
    """Points, frozen phases with centre and limits, what happened, and the time since which a gain slips."""
    layers = [
        *_slipping(data),
        *_phases(data),
        *_target(data),
        *_marks(marks),
        *_points(data),
    ]
    return {
        "height": 280,
        "data": {"values": _rows(data)},
        "layer": layers,
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
    if data.shown_of > len(data.points):
        parts.append(_("earlier values are not drawn"))
    return "; ".join(parts) + "."


def shown(value: float, data: ChartData) -> str:
    """A value with the metric's decimals and unit."""
    return f"{number_format(value, data.metric.decimals)} {data.metric.unit}".strip()


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
            "note": ", ".join([*([_("beyond the limits")] if point.beyond else []), *point.rules]),
        }
        for point in data.points
    ]


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
            "name": phase.name,
        }
        for phase in data.phases
    ]
    if not rows:
        return []
    source = {"values": rows}
    until = {"field": "end", "type": "temporal"}
    centre = {"mark": {"type": "rule", "color": LINE, "strokeWidth": 2}, "data": source}
    label = {"mark": {"type": "text", "align": "left", "baseline": "top", "dx": 4, "color": LINE}, "data": source}
    dashed = {"type": "rule", "color": LIMIT, "strokeDash": [5, 4]}
    limits = [
        {
            "mark": dashed,
            "data": source,
            "transform": [{"filter": {"field": side, "valid": True}}],
            "encoding": {"x": X, "x2": until, "y": _y(data, side)},
        }
        for side in ("lower", "upper")
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


def _marks(marks: Iterable[Mark]) -> list[Spec]:
    rows = [{"day": mark.at.isoformat(), "label": str(mark.label)} for mark in marks]
    if not rows:
        return []
    tooltip = [
        {"field": "day", "type": "temporal", "title": _("Day")},
        {"field": "label", "type": "nominal", "title": _("What happened")},
    ]
    return [
        {
            "mark": {"type": "rule", "color": EVENT, "strokeDash": [1, 2]},
            "data": {"values": rows},
            "encoding": {"x": X, "tooltip": tooltip},
        }
    ]
