"""Vega-Lite specs, drawn by the same engine in the page (interactive) and on paper (SVG). Data are always inline."""

import base64
import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import vl_convert

from ui.static_files import static_file

VERSION = "6.4"
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5c6770")
TONES = {"neutral": "#5c6770", "info": "#0072b2", "success": "#007a5a", "warning": "#b26a00", "danger": "#c0392b"}
MOST_ROWS = 400
Spec = dict[str, Any]


class UnsafeSpec(ValueError):  # noqa: N818 - read as a sentence
    """A spec that would fetch data from somewhere."""


def config(theme: str = "light") -> Spec:
    """Our look: Inter, calm grids, a palette that colour-blind people tell apart (Okabe and Ito)."""
    text, quiet, line = ("#17232b", "#54626b", "#d8dfe3") if theme == "light" else ("#e4eaed", "#a3b1b9", "#2c3941")
    axis = {"labelColor": quiet, "titleColor": quiet, "gridColor": line, "domainColor": line, "tickColor": line}
    return {
        "font": "Inter, Inter Ext, Inter Greek, Inter Cyrillic, sans-serif",
        "background": "transparent",
        "view": {"stroke": None},
        "axis": {**axis, "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": 500, "gridOpacity": 0.7},
        "legend": {"labelColor": text, "titleColor": quiet, "labelFontSize": 11, "orient": "top"},
        "title": {"color": text, "fontSize": 13, "anchor": "start"},
        "header": {"labelColor": text, "titleColor": quiet},
        "range": {"category": list(PALETTE)},
        "line": {"strokeWidth": 1.75},
        "point": {"size": 30, "filled": True},
        "mark": {"color": PALETTE[0]},
        "text": {"color": text},
        "rule": {"color": quiet},
    }


def checked(spec: Spec) -> Spec:
    """The spec itself. Raises UnsafeSpec when any part of it names an address."""
    stack: list[Any] = [spec]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            if isinstance(part.get("data"), dict) and "url" in part["data"]:
                raise UnsafeSpec("Charts carry their data; they fetch none.")
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
    return spec


def for_page(spec: Spec) -> Spec:
    """What the browser draws: as wide as its place."""
    sized = {"width": "container", "height": 260, "autosize": {"type": "fit", "contains": "padding"}}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", **sized, **checked(spec)}


def for_print(spec: Spec) -> Spec:
    """What paper shows: no interaction, a fixed width."""
    still = _without_params(copy.deepcopy(checked(spec)))
    width = still.get("width")
    return {**still, "width": width if isinstance(width, int) else 620, "height": still.get("height", 240)}


def _without_params(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without_params(value) for key, value in part.items() if key != "params"}
    return [_without_params(one) for one in part] if isinstance(part, list) else part


@lru_cache(maxsize=1)
def _fonts() -> None:
    """Give the engine our font; without built assets it takes another."""
    try:
        vl_convert.register_font_directory(str(static_file("build/fonts/inter-latin.ttf").parent))
    except ValueError:
        return


def svg(spec: Spec, theme: str = "light") -> str:
    """The chart as SVG. Never call it before a fork: the engine does not survive one."""
    _fonts()
    drawn: str = vl_convert.vegalite_to_svg(
        for_print(spec), vl_version=VERSION, config=config(theme), allowed_base_urls=[]
    )
    return drawn


def data_address(spec: Spec) -> str:
    """The chart as an address for `<img>`: two inlined SVGs would share ids."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(spec).encode()).decode()


@dataclass(frozen=True)
class Table:
    """The numbers of a chart, for those who do not see it."""

    columns: list[str]
    rows: list[list[Any]]
    left_out: int


def table(spec: Spec) -> Table:
    """The first inline data of the spec; `usermeta.columns` maps fields to headings and chooses them."""
    values = _values(spec)
    named: dict[str, str] = spec.get("usermeta", {}).get("columns") or {key: key for key in (values or [{}])[0]}
    rows = [[row.get(field, "") for field in named] for row in values[:MOST_ROWS]]
    return Table(list(named.values()), rows, max(0, len(values) - MOST_ROWS))


def _values(spec: Spec) -> list[dict[str, Any]]:
    own = spec.get("data", {}).get("values")
    if own is not None:
        return list(own)
    parts = [part for key in ("layer", "vconcat", "hconcat", "concat") for part in spec.get(key, [])]
    return next((found for part in parts if (found := _values(part))), [])
