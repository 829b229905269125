"""Tags of our templates: icons, status badges, charts."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString

from ui import charts

register = template.Library()

TONE_ICONS = {
    "neutral": "circle-dashed",
    "info": "progress",
    "success": "circle-check",
    "warning": "alert-triangle",
    "danger": "alert-octagon",
}  # icon of a status: a word and a shape, never colour alone


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: the words beside it speak."""
    url = static("build/icons.svg")
    return format_html(
        '<svg class="icon {}" width="20" height="20" aria-hidden="true" focusable="false">'
        '<use href="{}#tabler-{}"></use></svg>',
        css,
        url,
        name,
    )


@register.simple_tag
def badge(label: Any, tone: str = "neutral") -> SafeString:
    """A status as icon and word on a tint."""
    return _badge(str(label), tone if tone in TONE_ICONS else "neutral")


@lru_cache(maxsize=1024)
def _badge(label: str, tone: str) -> SafeString:
    return format_html('<span class="hf-status hf-tone-{}">{}{}</span>', tone, icon(TONE_ICONS[tone]), label)


@register.simple_tag
def status(record: Any) -> SafeString:
    """The badge of a record's (or a line's) own status, by its machine's tones."""
    return badge(record.status_label, record.status_tone)


@register.simple_tag(takes_context=True)
def tile(context: Any, tile: Any, own: dict[str, Any]) -> SafeString:
    """A tile of the home page, with its own context and nothing else but the request."""
    html: SafeString = render_to_string(tile.template, own, request=context["request"])
    return html


@register.inclusion_tag("ui/_chart.html", takes_context=True)
def chart(context: Any, spec: dict[str, Any], title: Any = "") -> dict[str, Any]:
    """A Vega-Lite spec: interactive in a page with its numbers as a table, an SVG on paper."""
    if context.get("for_print"):
        return {"for_print": True, "title": title, "address": charts.data_address(spec)}
    data = {"spec": charts.for_page(spec), "configs": {theme: charts.config(theme) for theme in ("light", "dark")}}
    return {"title": title, "json": json_script(data), "table": charts.table(spec)}


@register.filter
def initials(person: Any) -> str:
    """Two letters for the round badge of a person: first and last name."""
    words = str(person).split()
    return "".join(word[0].upper() for word in [*words[:1], *words[1:][-1:]])
