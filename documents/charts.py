"""Combination table and balance chart as Vega-Lite specifications: the same pictures in the page and in the PDF."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.standard_work import Sheet, Work
from ui.charts import PALETTE, TONES

Spec = dict[str, Any]

COLOURS = {Work.MANUAL: PALETTE[0], Work.AUTOMATIC: PALETTE[5], Work.WALK: PALETTE[4], Work.WAIT: "#8a949b"}
TAKT = TONES["danger"]
ROW, ROOM = 26, 96  # of a step; of legend, axis and its title
LONGEST_LABEL = 34


def words() -> dict[Work, str]:
    """What the sorts of work are called."""
    return {
        Work.MANUAL: _("manual"),
        Work.AUTOMATIC: _("automatic"),
        Work.WALK: _("walk"),
        Work.WAIT: _("wait for the machine"),
    }


def combination_table(sheet: Sheet) -> Spec:
    """Who does what from when to when in a cycle, against the takt."""
    named = words()
    rows = [
        {
            "step": _label(bar.no, bar.what, bar.worker, several=len(sheet.loads) > 1),
            "worker": bar.worker,
            "work": named[bar.work],
            "start": float(bar.start),
            "end": float(bar.end),
            "seconds": float(bar.end - bar.start),
        }
        for bar in sheet.bars
    ]
    order = list(dict.fromkeys(row["step"] for row in rows))
    bars = {
        "encoding": {
            "y": {
                "field": "step", "type": "nominal", "sort": order, "title": None,
                "axis": {"ticks": False},
            },
            "x": {"field": "start", "type": "quantitative", "title": _("seconds")},
            "x2": {"field": "end"},
            "color": _colour(named),
            "tooltip": [{"field": name} for name in ("step", "work", "start", "end", "seconds")],
        },
    }  # fmt: skip
    return {
        "height": ROW * max(1, len(order)) + ROOM,
        "data": {"values": rows},
        "layer": [_only("!==", named, bars, 0.62), _only("===", named, bars, 0.3), *_takt(sheet, "x")],
        "usermeta": {
            "columns": {
                "worker": _("Worker"),
                "step": _("Step"),
                "work": _("Work"),
                "start": _("From, s"),
                "end": _("To, s"),
                "seconds": _("Seconds"),
            }
        },
    }


def balance(sheet: Sheet) -> Spec:
    """How much each worker carries, against the takt."""
    named = words()
    rows = [
        {"worker": _("Worker %(no)d") % {"no": load.worker}, "work": named[work], "seconds": float(seconds)}
        for load in sheet.loads
        for work, seconds in ((Work.MANUAL, load.manual), (Work.WALK, load.walk), (Work.WAIT, load.wait))
        if seconds
    ]
    bars = {
        "mark": {"type": "bar", "width": {"band": 0.55}},
        "encoding": {
            "x": {"field": "worker", "type": "nominal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "seconds", "type": "quantitative", "title": _("seconds"), "stack": "zero"},
            "color": _colour({work: name for work, name in named.items() if work != Work.AUTOMATIC}),
            "tooltip": [{"field": name} for name in ("worker", "work", "seconds")],
        },
    }
    totals = {
        "transform": [{"aggregate": [{"op": "sum", "field": "seconds", "as": "cycle"}], "groupby": ["worker"]}],
        "mark": {"type": "text", "dy": -8, "fontWeight": 600},
        "encoding": {
            "x": {"field": "worker", "type": "nominal"},
            "y": {"field": "cycle", "type": "quantitative"},
            "text": {"field": "cycle", "type": "quantitative"},
        },
    }
    return {
        "height": 240,
        "data": {"values": rows},
        "layer": [bars, totals, *_takt(sheet, "y")],
        "usermeta": {"columns": {"worker": _("Worker"), "work": _("Work"), "seconds": _("Seconds")}},
    }


def in_words(sheet: Sheet) -> str:
    """What the charts say."""
    said = [_("The station cycles in %(cycle)s s.") % {"cycle": sheet.cycle}]
    if sheet.takt is not None and sheet.operators is not None:
        needs = ngettext(
            "At a takt of %(takt)s s the work needs %(count)d person.",
            "At a takt of %(takt)s s the work needs %(count)d people.",
            sheet.operators,
        )
        said.append(needs % {"takt": sheet.takt, "count": sheet.operators})
    said += [
        _("Worker %(no)d is over the takt with %(cycle)s s.") % {"no": load.worker, "cycle": load.cycle}
        for load in sheet.loads
        if load.is_over(sheet.takt)
    ]
    return " ".join(said)


def _only(how: str, named: dict[Work, str], bars: Spec, band: float) -> Spec:
    """The machine's bars are thin and lie on those of people: who waits for it, waits as long as it runs."""
    kept = [{"filter": f"datum.work {how} {json.dumps(named[Work.AUTOMATIC])}"}]
    return {**bars, "transform": kept, "mark": {"type": "bar", "height": {"band": band}}}


def _label(no: int, what: str, worker: int, *, several: bool) -> str:
    short = what if len(what) <= LONGEST_LABEL else what[: LONGEST_LABEL - 1] + "…"
    return f"{worker} · {no}. {short}" if several else f"{no}. {short}"


def _colour(named: dict[Work, str]) -> Spec:
    scale = {"domain": list(named.values()), "range": [COLOURS[work] for work in named]}
    return {"field": "work", "type": "nominal", "title": None, "scale": scale}


def _takt(sheet: Sheet, axis: str) -> list[Spec]:
    if sheet.takt is None:
        return []
    data = {"values": [{"takt": float(sheet.takt), "words": _("takt %(takt)s s") % {"takt": sheet.takt}}]}
    place = {axis: {"field": "takt", "type": "quantitative"}}
    where = {"align": "right", "dx": 8, "dy": 8, "baseline": "top"} if axis == "x" else {"align": "left", "dy": -6}
    corner = {"y": {"value": -14}} if axis == "x" else {"x": {"value": 2}}
    return [
        {"data": data, "mark": {"type": "rule", "color": TAKT, "strokeWidth": 2}, "encoding": place},
        {
            "data": data,
            "mark": {"type": "text", "color": TAKT, "fontWeight": 600, **where},
            "encoding": {**place, **corner, "text": {"field": "words"}},
        },
    ]
