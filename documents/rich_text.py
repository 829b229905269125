"""The one allow-list of formatted text: sanitised when it is written and again when it is shown."""

import nh3
from django.utils.html import escape, linebreaks

TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "i",
    "img", "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto"}


def clean(text: str) -> str:
    """Formatted text without anything active. Plain text becomes paragraphs."""
    if not text.strip():
        return ""
    html = text if "<" in text and ">" in text else linebreaks(escape(text))
    return nh3.clean(html.strip(), tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)
