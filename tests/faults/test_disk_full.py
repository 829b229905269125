"""A disk without room: a sentence, no row, no half file. The kernel itself refuses, by a limit on file sizes."""

import io
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from capa import services as capas
from evidence.models import Event
from records import services as records
from records.models import Attachment
from tests.cast import api_for, client_for, refusal, today

ROOM = 64 * 1024


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process may grow beyond ROOM: like ENOSPC, EFBIG comes in the middle of a write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def found(munich, olga):
    return capas.raise_nonconformity(by=olga, site=munich, title="T", description="d", detected_on=today())


def files(media) -> list[str]:
    return [path.name for path in media.rglob("*") if path.is_file()]


def test_a_full_disk_is_told_and_leaves_nothing(found, olga, media):
    """No attachment, no event, no half file; with room again the same upload is kept."""
    events = Event.objects.count()
    with no_room(), refusal("no-room"):
        records.attach(found, file=io.BytesIO(b"x" * (4 * ROOM)), name="photo.jpg", by=olga)
    assert (Attachment.objects.count(), Event.objects.count(), files(media)) == (0, events, [])
    kept = records.attach(found, file=io.BytesIO(b"x" * (4 * ROOM)), name="photo.jpg", by=olga)
    assert files(media) == [kept.sha256]


def test_the_doors_answer_507_with_a_sentence(found, olga, media):
    body = {"file": ContentFile(b"y" * (4 * ROOM), name="photo.jpg")}
    api, page = f"/api/v1/nonconformities/{found.number}/files/", f"/nonconformities/{found.number}/files/add/"
    with no_room():
        problem = api_for(olga).client.post(api, body)
        body["file"].seek(0)
        shown = client_for(olga).post(page, body)
    assert (problem.status_code, problem.json()["code"]) == (507, "no-room")
    assert shown.status_code == 507
    assert "There is no room left for files" in shown.content.decode()
    assert (Attachment.objects.count(), files(media)) == (0, [])


def test_an_upload_too_large_for_the_disk_of_uploads_is_told_too(found, olga, media):
    """Beyond 2.5 MB an upload waits in a temporary file, written before any view is asked."""
    client = client_for(olga)
    client.raise_request_exception = False
    body = {"file": ContentFile(b"z" * 3_000_000, name="film.mp4")}
    with no_room():
        answer = client.post(f"/nonconformities/{found.number}/files/add/", body)
    assert answer.status_code == 507
    assert Attachment.objects.count() == 0


def test_a_file_is_there_whole_or_not_at_all(media):
    """Whoever looks while it is written sees nothing under its name."""
    seen = []

    class Slow(ContentFile):
        def chunks(self, chunk_size=None):
            for piece in (b"first ", b"second"):
                seen.append(default_storage.exists("files/ab/abc"))
                yield piece

    default_storage.save("files/ab/abc", Slow(b"first second"))
    assert seen == [False, False]
    assert (media / "files/ab/abc").read_bytes() == b"first second"
    assert files(media) == ["abc"]
