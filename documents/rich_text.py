"""The one allow-list of formatted text: sanitised when it is written and again when it is shown."""

import re

import nh3
from django.utils.html import escape, linebreaks

TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "i",
    "img", "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto"}
DEEPEST = 30
VOID = {"br", "hr", "img"}
TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
PICTURE = re.compile(r"/pictures/([0-9a-f]{64})/")
UNSHOWN = re.compile(r"<img(?![^>]* src=)[^>]*>")
EMPTY_FIGURE = re.compile(r"<figure>\s*</figure>")


def picture_url(sha256: str) -> str:
    """Where a picture is shown: its address says which bytes it has, in this revision and in all that follow."""
    return f"/pictures/{sha256}/"


def _only_own_pictures(tag: str, name: str, value: str) -> str | None:
    """No text makes a reader's browser fetch something from elsewhere."""
    if tag != "img" or name != "src":
        return value
    return value if PICTURE.fullmatch(value) else None


def clean(text: str) -> str:
    """Formatted text without anything active, and without pictures from elsewhere. Plain text becomes paragraphs."""
    if not text.strip():
        return ""
    html = text if "<" in text and ">" in text else linebreaks(escape(text))
    made = nh3.clean(
        html.strip(), tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, attribute_filter=_only_own_pictures
    )
    made = EMPTY_FIGURE.sub("", UNSHOWN.sub("", made))
    return made if "<" in made or not made.strip() else f"<p>{made}</p>"  # cleaned again, it is no plain text


def pictures_in(text: str) -> set[str]:
    """The digests of the pictures that a formatted text shows."""
    return set(PICTURE.findall(text))


def is_too_deep(text: str) -> bool:
    """Whether formatted text is nested as no person writes it: the engine of the PDFs would go under in it."""
    depth = 0
    for end, tag in TAG.findall(clean(text)):
        depth += 0 if tag in VOID else -1 if end else 1
        if depth > DEEPEST:
            return True
    return False
