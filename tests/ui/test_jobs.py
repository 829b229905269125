"""Long work: asked for on a page, done by a worker, its result kept."""

import pytest

from jobs.delivery import deliver
from jobs.models import Job, OutboxMessage
from kaizen import services as kaizen
from tests.cast import client_for


@pytest.fixture
def idea(munich, olga, system):
    return kaizen.raise_idea(by=olga, site=munich, title="Light", description="Dark")


def test_a_chain_is_kept_with_the_record(idea, olga, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    browser = client_for(olga)
    answer = browser.post(f"/ideas/{idea.number}/chain/keep/")
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.uuid}/"
    assert "hx-get" in browser.get(answer.headers["Location"]).content.decode()
    assert all(deliver(key) for key in OutboxMessage.objects.filter(done_at=None).values_list("id", flat=True))
    job.refresh_from_db()
    assert (job.failed, job.percent) == (False, 100)
    kept = idea.attachments.get()
    assert job.result_url == f"/ideas/{idea.number}/files/{kept.uuid}/"
    assert b"".join(browser.get(job.result_url)).startswith(b"%PDF")


def test_nobody_else_sees_a_job(idea, olga, sam):
    client_for(olga).post(f"/ideas/{idea.number}/chain/keep/")
    assert client_for(sam).get(f"/jobs/{Job.objects.get().uuid}/").status_code == 404
    assert client_for(sam).post(f"/ideas/{idea.number}/chain/keep/").status_code == 404
