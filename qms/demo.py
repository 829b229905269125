"""What the first run says about the demo plant. The plant itself is made by `manage.py demo`."""

from collections.abc import Iterator


def logins() -> Iterator[str]:
    """The lines `manage.py up` prints: who may log in to the demo plant, and how."""
    yield from ()
