"""The PDF engine itself. Only `ui.pdf` imports this, when a PDF is wanted: it needs system libraries.

As a program, `python -m ui.pdf_engine SECONDS MEGABYTES`, it writes HTML from its input as a PDF to its output, and
ends when it would take more than that.
"""

import re
import resource
import sys
from mimetypes import guess_type
from typing import Any

import django
import filetype
import weasyprint
from django.core.files.storage import default_storage
from weasyprint.urls import URLFetcher, URLFetcherResponse

from ui.static_files import ForbiddenAddress, static_file

STATIC = "static:"
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PICTURE = re.compile(r"(?:static:)?/+pictures/([0-9a-f]{64})/")


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Gives `static:` and `data:` addresses, and pictures kept under their digest: no network, no file system.

    Which pictures a text may show is checked when it is written: only those among the files of its own record.
    """

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if found := PICTURE.fullmatch(url):
            return picture(url, found[1])
        if not url.startswith(STATIC):
            raise ForbiddenAddress(url)
        file = static_file(url.removeprefix(STATIC).lstrip("/"))
        # Without its type the engine takes a style sheet for plain text and leaves it out.
        kind = guess_type(file.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, body=file.read_bytes(), headers={"Content-Type": kind})


def picture(url: str, sha256: str) -> Any:
    """A kept file that is a picture. Raises ForbiddenAddress for anything else."""
    place = f"files/{sha256[:2]}/{sha256}"
    if not default_storage.exists(place):
        raise ForbiddenAddress(url)
    with default_storage.open(place) as file:
        data = file.read()
    kind = filetype.guess(data)
    if kind is None or kind.mime not in PICTURES:
        raise ForbiddenAddress(url)
    return URLFetcherResponse(url, body=data, headers={"Content-Type": kind.mime})


def write(html: str) -> bytes:
    """HTML as PDF bytes."""
    fetcher = OwnFiles(allowed_protocols=["data"])
    written: bytes = weasyprint.HTML(string=html, base_url=f"{STATIC}/", url_fetcher=fetcher).write_pdf()
    return written


def main(seconds: int, megabytes: int) -> None:
    """Within the limits, which the system enforces."""
    django.setup()
    for what, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, megabytes * 2**20)):
        resource.setrlimit(what, (most, most))
    sys.stdout.buffer.write(write(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
