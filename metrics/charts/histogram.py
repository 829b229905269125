from typing import Any

from django.utils.translation import gettext as _

from metrics.models import Metric
from metrics.selectors.capable import Spread
from ui.charts import TONES

Spec = dict[str, Any]


def histogram(spread: Spread, metric: Metric) -> Spec:
    """How often values lie where, with their mean and the specification limits."""
    title = metric.unit or _("Value")
    rows = [
        {"from": round(one.low, metric.decimals + 2), "to": round(one.high, metric.decimals + 2), "n": one.n}
        for one in spread.bins
    ]
    bars = {
        "mark": {"type": "bar", "color": TONES["info"], "opacity": 0.8, "binSpacing": 1},
        "encoding": {
            "x": {"field": "from", "type": "quantitative", "bin": {"binned": True}, "title": title, "scale": _scale()},
            "x2": {"field": "to"},
            "y": {"field": "n", "type": "quantitative", "title": _("Values"), "axis": {"tickMinStep": 1}},
            "tooltip": [
                {"field": "from", "type": "quantitative", "title": _("From")},
                {"field": "to", "type": "quantitative", "title": _("To")},
                {"field": "n", "type": "quantitative", "title": _("Values")},
            ],
        },
    }
    return {
        "height": 180,
        "data": {"values": rows},
        "layer": [bars, *_lines(spread)],
        "usermeta": {"columns": {"from": _("From"), "to": _("To"), "n": _("Values")}},
    }


def _scale() -> Spec:
    return {"zero": False, "nice": True}


def _lines(spread: Spread) -> list[Spec]:
    lower, upper = spread.spec
    lines = [
        (spread.mean, _("mean"), "success", []),
        (lower, _("lower spec."), "danger", [4, 3]),
        (upper, _("upper spec."), "danger", [4, 3]),
    ]
    found: list[Spec] = []
    for at, name, tone, dash in lines:
        if at is None:
            continue
        source = {"values": [{"at": at, "name": name}]}
        x = {"field": "at", "type": "quantitative", "scale": _scale()}
        rule = {"type": "rule", "color": TONES[tone], "strokeDash": dash, "strokeWidth": 2}
        text = {"type": "text", "align": "left", "baseline": "top", "dx": 4}
        found.append({"data": source, "mark": rule, "encoding": {"x": x}})
        found.append({"data": source, "mark": text, "encoding": {"x": x, "y": {"value": 2}, "text": {"field": "name"}}})
    return found
