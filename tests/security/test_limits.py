"""What would take all of a machine is cut off, and told."""

import time
from contextlib import suppress

import pytest

from jobs.models import Job
from tests.cast import client_for
from tests.records.plant import Plant
from ui import pdf
from ui.tasks import keep_chain

CELL = "<table><tr><td>" + "word " * 200_000 + "</td></tr></table>"
HUGE = {
    "deep lists": "<ul><li>" * 100_000,
    "a cell of a megabyte": CELL,
    "sizes without measure": "<p style='font-size:1e9px;margin:1e9cm;width:1e12px'>x</p>" * 5000,
}


@pytest.fixture
def tight(settings):
    settings.PDF_AT_ONCE, settings.PDF_SECONDS, settings.PDF_MEGABYTES = 1000, 3, 512


def test_much_text_is_a_pdf_by_a_process_of_its_own(settings):
    settings.PDF_AT_ONCE = 1000
    assert pdf.from_html("<h1>x</h1>" + "<p>word</p>" * 500).startswith(b"%PDF")


@pytest.mark.parametrize("html", HUGE.values(), ids=HUGE)
def test_a_hostile_text_ends_at_the_limits(tight, html):
    """Time and memory are limited by the system; this process lives on."""
    begun = time.monotonic()
    with suppress(pdf.TooLarge):
        assert pdf.from_html(html).startswith(b"%PDF")
    assert time.monotonic() - begun < 30


def test_a_job_that_is_too_large_fails_with_a_sentence(munich, grinding, axel, tight, monkeypatch):
    capa = Plant(munich, grinding, axel).one("Capa")
    monkeypatch.setattr("ui.pdf.render", lambda *_: pdf.from_html(HUGE["deep lists"]))
    job = Job.objects.create(title="Chain", owner=axel, created_at=capa.opened_at)
    keep_chain(job.pk, "capas", capa.number)
    job.refresh_from_db()
    assert (job.failed, job.message) == (True, "This is too large for a PDF.")
    assert client_for(axel).get(f"/jobs/{job.uuid}/").status_code == 200
