"""HTML templates to PDF. The engine reaches our own static files (`static:css/print.css`) and `data:`, nothing else."""

from importlib import import_module
from typing import Any

from django.db import connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from evidence.ledger.anchors import head


class PdfUnavailable(Exception):  # noqa: N818 - read as a sentence
    """A system library of the PDF engine is missing; the message names the packages and the command."""


def render(template: str, context: dict[str, Any]) -> bytes:
    """A template as PDF bytes; it sees `for_print` and the ledger's head. Raises PdfUnavailable."""
    return from_html(render_to_string(template, {**context, "for_print": True, "ledger_head": head(connection)}))


def from_html(html: str) -> bytes:
    """HTML as PDF bytes. Raises PdfUnavailable."""
    written: bytes = _engine().write(html)
    return written


def _engine() -> Any:
    """Loaded when first needed: without its system libraries the rest still serves."""
    try:
        return import_module("ui.pdf_engine")
    except OSError as missing:
        raise PdfUnavailable(
            _(
                "PDFs need system libraries that are not installed. On Debian run: "
                "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
            )
        ) from missing
