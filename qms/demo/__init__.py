"""The demo plant: a year of a group with two works, made through the services with the clock set back.

Its people, its events and three of its five series of values are made up. The piston rings and the leaking cans
are real measurements; `qms.demo.values` says from where, and what was re-dated or re-ordered.
"""

from collections.abc import Iterator

PASSWORD = "holdfast-demo"  # noqa: S105 - printed on purpose

LOGINS = (
    ("axel", "quality manager in Munich"),
    ("olga", "engineer and process owner in Munich"),
    ("pedro", "operator in Munich: lands on the standards to read"),
    ("sven", "supervisor in Munich"),
    ("ines", "internal auditor in Munich"),
    ("mona", "manager of the group: sees both works"),
    ("aud", "external auditor: reads everything, writes nothing"),
    ("sam", "quality manager in Gdansk: sees nothing of Munich"),
    ("admin", "administrator"),
)


def logins() -> Iterator[str]:
    """The lines `manage.py up` prints: who may log in to the demo plant, and how."""
    yield f"Demo logins, all with the password {PASSWORD}:"
    for username, who in LOGINS:
        yield f"  {username:<6} {who}"
    yield "At a shared tablet (as sven: Shared tablets, enrol this browser): badge 1001 is pedro, 2001 sven; PIN 7305."
