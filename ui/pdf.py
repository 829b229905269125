"""HTML templates to PDF. The engine reaches our own static files (`static:css/print.css`) and `data:`, nothing else."""

import logging
import subprocess
import sys
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from evidence.ledger.anchors import head
from evidence.refusals import Refused

log = logging.getLogger(__name__)


class TooLarge(Refused):
    """A PDF that was not done within its limits of time and memory."""

    def __init__(self) -> None:
        super().__init__(_("This is too large for a PDF."), code="too-large")


class PdfUnavailable(Exception):  # noqa: N818 - read as a sentence
    """A system library of the PDF engine is missing; the message names the packages and the command."""


def render(template: str, context: dict[str, Any]) -> bytes:
    """A template as PDF bytes; it sees `for_print` and the ledger's head. Raises PdfUnavailable and TooLarge."""
    return from_html(render_to_string(template, {**context, "for_print": True, "ledger_head": head(connection)}))


def from_html(html: str) -> bytes:
    """HTML as PDF bytes; much of it by a process of its own. Raises PdfUnavailable and TooLarge."""
    engine = _engine()
    if len(html) > settings.PDF_AT_ONCE:
        return _bounded(html)
    written: bytes = engine.write(html)
    return written


def _bounded(html: str) -> bytes:
    """By a process that may use so much time and memory and no more: whatever is in the text, it ends. Raises TooLarge.

    The process ends itself at its limits; the wall clock is for one that waits for nothing.
    """
    limits = [str(settings.PDF_SECONDS), str(settings.PDF_MEGABYTES)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "ui.pdf_engine", *limits],
            cwd=settings.BASE_DIR, input=html.encode(), capture_output=True, timeout=2 * settings.PDF_SECONDS + 30,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise TooLarge from late
    if done.returncode:
        log.error("A PDF was given up (%s): %s", done.returncode, done.stderr.decode("utf-8", "replace")[-2000:])
        raise TooLarge
    return done.stdout


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
