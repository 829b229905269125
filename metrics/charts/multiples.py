from typing import Any

from metrics.selectors.comparing import Compared, Comparison
from ui.charts import TONES

Spec = dict[str, Any]


def multiple(one: Compared, of: Comparison) -> Spec:
    """One of several small charts: all have the same scales, so that they can be laid beside one another."""
    rows = [{"day": point.day.isoformat(), "value": point.value} for point in one.points]
    x = {
        "field": "day",
        "type": "temporal",
        "title": None,
        "scale": {"domain": [of.first.isoformat(), of.last.isoformat()]},
        "axis": {"tickCount": 4},
    }
    y = {"field": "value", "type": "quantitative", "title": None, "scale": {"domain": [of.low, of.high], "nice": False}}
    rule = {"type": "rule", "color": TONES["neutral"], "strokeDash": [4, 3]}
    mean = {"type": "rule", "color": TONES["success"], "strokeWidth": 1.6}
    return {
        "height": 130,
        "data": {"values": rows},
        "layer": [
            {"mark": {"type": "line", "color": TONES["info"], "point": {"size": 14}}, "encoding": {"x": x, "y": y}},
            {"mark": rule, "data": {"values": [{"value": of.mean}]}, "encoding": {"y": y}},
            {"mark": mean, "data": {"values": [{"value": one.mean}]}, "encoding": {"y": y}},
        ],
    }
