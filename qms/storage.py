"""Files on disk, whole or not at all: written beside their place, flushed to the disk, then renamed."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    """Names are digests of contents here, so that a file that is there already is the same file."""

    def _save(self, name: str, content: File) -> str:
        place = Path(self.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=".draft-", dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                _write_through(file, content)
            os.chmod(draft, 0o640)
            os.replace(draft, place)
        except BaseException:
            os.unlink(draft)
            raise
        _flush_folder(place.parent)
        return str(place.relative_to(self.location))


def _write_through(file: Any, content: File) -> None:
    for piece in content.chunks():
        file.write(piece)
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """A rename is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
