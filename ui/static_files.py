"""Our own static files on the disk, for PDFs and charts."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

_NAME = re.compile(r"[\w-]+(\.[\w-]+)*(/[\w-]+(\.[\w-]+)*)*")


class ForbiddenAddress(ValueError):  # noqa: N818 - read as a sentence
    """A document asked for something that is not ours."""


def static_file(name: str) -> Path:
    """The file behind a static name such as `build/fonts/inter-latin.ttf`. Raises ForbiddenAddress."""
    if not _NAME.fullmatch(name):
        raise ForbiddenAddress(name)
    found = finders.find(name)
    path = Path(str(found)) if found else Path(settings.STATIC_ROOT or "") / name
    if not path.is_file():
        raise ForbiddenAddress(name)
    return path
