from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from metrics.selectors.paretos import Labelled
from metrics.spc.pareto import VITAL
from ui.charts import TONES

Spec = dict[str, Any]
VITAL_FEW, USEFUL_MANY, LINE = TONES["info"], "#9aa7af", TONES["warning"]


def pareto_chart(bars: Sequence[Labelled], amount: str) -> Spec:
    """Bars from the heaviest to the lightest, the cumulative share with its 80 % line, and what was before."""
    rows = [
        {
            "category": f"{place}. {one.label}" if one.bar.key is not None else one.label,
            "place": place,
            "amount": round(one.bar.amount, 2),
            "before": None if one.bar.before is None else round(one.bar.before, 2),
            "cumulative": round(100 * one.bar.cumulative, 1),
            "vital": "few" if one.bar.vital else "many",
        }
        for place, one in enumerate(bars, start=1)
    ]
    has_before = any(one.bar.before is not None for one in bars)
    columns = {"category": _("Category"), "amount": amount, "cumulative": _("Together, %")}
    return {
        "height": 300,
        "data": {"values": rows},
        "layer": [
            {"layer": [_now(amount), *([_before()] if has_before else [])]},
            {"layer": [_cumulative(), _eighty()]},
        ],
        "resolve": {"scale": {"y": "independent"}},
        "usermeta": {"columns": {**columns, **({"before": _("Before")} if has_before else {})}},
    }


def _x() -> Spec:
    axis = {"labelAngle": -35, "labelLimit": 150, "title": None}
    return {"field": "category", "type": "nominal", "sort": {"field": "place"}, "axis": axis}


def _now(amount: str) -> Spec:
    scale = {"domain": ["few", "many"], "range": [VITAL_FEW, USEFUL_MANY]}
    return {
        "mark": {"type": "bar", "width": {"band": 0.8}},
        "encoding": {
            "x": _x(),
            "y": {"field": "amount", "type": "quantitative", "title": amount, "axis": {"tickMinStep": 1}},
            "color": {"field": "vital", "type": "nominal", "legend": None, "scale": scale},
            "tooltip": [
                {"field": "category", "type": "nominal", "title": _("Category")},
                {"field": "amount", "type": "quantitative", "title": amount},
                {"field": "before", "type": "quantitative", "title": _("Before")},
                {"field": "cumulative", "type": "quantitative", "title": _("Together, %")},
            ],
        },
    }


def _before() -> Spec:
    tick = {"type": "tick", "color": TONES["danger"], "thickness": 3, "width": {"band": 0.9}}
    return {"mark": tick, "encoding": {"x": _x(), "y": {"field": "before", "type": "quantitative"}}}


def _cumulative() -> Spec:
    y = {"field": "cumulative", "type": "quantitative", "title": _("together, %"), "scale": {"domain": [0, 100]}}
    line = {"type": "line", "color": LINE, "point": {"color": LINE, "size": 26}, "strokeWidth": 1.4}
    return {"mark": line, "encoding": {"x": _x(), "y": y}}


def _eighty() -> Spec:
    rule = {"type": "rule", "color": LINE, "strokeDash": [4, 3]}
    y = {"field": "share", "type": "quantitative", "scale": {"domain": [0, 100]}, "title": _("together, %")}
    return {"mark": rule, "data": {"values": [{"share": 100 * VITAL}]}, "encoding": {"y": y}}
