"""The table of access: how it is observed, written as a page that people read, and read again by the test."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from evidence.context import acting
from records.models import Action, Record
from tests.security.doors import Door
from tests.security.plant import PERSONAS, World

TARGET = Path(settings.BASE_DIR) / "docs" / "access.md"
IN, OUT, GONE, LOGIN, NONE = "✓", "–", "·", "⊘", " "
ALL = "all"

HEADING = f"""# Who may do what

Every address of the pages and of the REST API, as each kind of person. `tests/security/test_access_matrix.py` finds
the addresses in the URLconf, knocks at each as everybody, and compares with this page; an address that is missing here
fails. After a change that is meant: `python -m tests.security`, and read the difference before you commit it.

A cell has up to three signs: for a **record of one's own**, for one of **somebody else at one's own site**, and for one
of **another site**. One sign alone: the door has no record behind it, or owning makes no difference (then the last
sign is the other site).

| sign | means |
|---|---|
| `{IN}` | let in (what was entered may still be refused: not now, not valid, not signed) |
| `{OUT}` | refused: the authority does not cover it (403) |
| `{GONE}` | there is no such thing among those that one sees (404), the same as for what never was |
| `{LOGIN}` | must log in first (a page leads to the log-in, the API answers 401) |

Lists, searches, counts, exports, suggestions and charts let in whoever may read at all, and hold only what that person
sees: `tests/security/test_side_doors.py`. *Token* is an account of another system with the scope to send measurements.
The administration of Django is not part of the product: no address leads to it.
"""


def observe(doors: Iterable[Door], world: World) -> dict[tuple[str, str], dict[str, str]]:
    """(door, kind) → persona → signs. Doors that share a name must answer alike."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    listed = list(doors)
    columns = {persona: _signs(listed, persona, world) for persona in PERSONAS}
    for place, door in enumerate(listed):
        row = {persona: signs[place] for persona, signs in columns.items()}
        before = found.setdefault((door.name, door.kind), row)
        assert before == row, f"{door.name} of {door.here} answers unlike the others of its name: {before} {row}"
    return found


def _signs(doors: list[Door], persona: str, world: World) -> list[str]:
    """What each door answers to one persona."""
    own = _own(doors, persona, world)
    return [own.get(place, "") + _others(door, persona, world) for place, door in enumerate(doors)]


def _others(door: Door, persona: str, world: World) -> str:
    here, there = door.urls(list(PERSONAS).index(persona))
    elsewhere = knock(door.method, there, persona, world) if there else ""
    return knock(door.method, here, persona, world) + elsewhere


def _own(doors: list[Door], persona: str, world: World) -> dict[int, str]:
    """The same where the records, and the actions on them, are one's own; by place, of doors where it matters."""
    mine = {place: door for place, door in enumerate(doors) if door.as_owner}
    user = world.people[persona]
    if user is None:
        return dict.fromkeys(mine, LOGIN)
    found = {}
    for kind in {door.kind for door in mine.values()}:
        record = world.here.records[kind]
        with transaction.atomic(), acting(user):
            Record.objects.filter(pk=record.pk).update(owner=user)
            Action.objects.filter(record=record.pk).update(who=user)
            for place, door in mine.items():
                if door.kind == kind:
                    found[place] = knock(door.method, door.here, persona, world)
            transaction.set_rollback(True)
    return found


def knock(method: str, url: str, persona: str, world: World) -> str:
    """One request, whose writing is undone."""
    with transaction.atomic():
        answer = send(method, url, persona, world)
        sign = sign_of(answer, url)
        transaction.set_rollback(True)
    return sign


def send(method: str, url: str, persona: str, world: World) -> Any:
    call = getattr(world.clients[persona], method.lower())
    headers = world.headers[persona] | {"if-match": "*"}
    if not url.startswith("/api/"):
        return call(url, headers=headers)
    if method == "GET":
        return call(url, headers=headers)
    kind = "multipart/form-data; boundary=x" if url.endswith("/files/") else "application/json"
    return call(url, data="{}" if kind == "application/json" else "--x--\r\n", content_type=kind, headers=headers)


def sign_of(answer: Any, url: str) -> str:
    """Raises AssertionError for an answer that no door may give."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    if answer.status_code == 401 or answer.headers.get("Location", "").startswith(settings_login()):
        return LOGIN
    if answer.status_code in (403, 404):
        return OUT if answer.status_code == 403 else GONE
    assert answer.status_code < 500, f"{url}: {answer.status_code}"
    assert answer.status_code != 405, f"{url} does not take this method"
    return IN


def settings_login() -> str:
    return "/accounts/login/"


# The page

SHORT = {
    "anonymous": "nobody", "operator": "operator", "engineer": "engineer", "process owner": "process owner",
    "supervisor": "supervisor", "quality manager": "quality manager", "internal auditor": "internal auditor",
    "auditor": "auditor", "manager": "manager", "administrator": "administrator", "token": "token",
}  # fmt: skip
SECTIONS = (
    ("Coming in, and one’s own account", lambda name, kind: "/accounts/" in name or name.endswith("z")),
    ("Pages of records", lambda name, kind: kind and "/api/" not in name and "/do/" not in name),
    ("What is done to records: pages", lambda name, kind: kind and "/do/" in name),
    ("Records over the API", lambda name, kind: kind and "/api/" in name),
    ("Other pages", lambda name, kind: not kind and "/api/" not in name),
    ("The rest of the API", lambda name, kind: True),
)
ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<kinds>[^|]*) \|(?P<cells>.*)\|$")


def page(found: dict[tuple[str, str], dict[str, str]]) -> str:
    """The whole page; kinds that answer alike share a row."""
    parts, left = [HEADING], dict(found)
    for title, belongs in SECTIONS:
        rows = {key: left.pop(key) for key in list(left) if belongs(*key)}
        parts.append(f"## {title}\n\n" + "\n".join(_table(rows)) + "\n")
    return "\n".join(parts)


def _table(rows: dict[tuple[str, str], dict[str, str]]) -> Iterator[str]:
    yield "| door | records | " + " | ".join(SHORT[persona] for persona in PERSONAS) + " |"
    yield "|---" * (len(PERSONAS) + 2) + "|"
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (name, kind), row in rows.items():
        alike[name, tuple(row[persona] for persona in PERSONAS)].append(kind)
    for (name, cells), kinds in alike.items():
        yield f"| `{name}` | {', '.join(kind for kind in kinds if kind)} | {' | '.join(cells)} |"


def read(text: str) -> dict[tuple[str, str], dict[str, str]]:
    """What the page says, row by row and kind by kind."""
    said = {}
    for line in text.splitlines():
        if found := ROW.match(line):
            cells = dict(zip(PERSONAS, (cell.strip() for cell in found["cells"].split("|")), strict=True))
            for kind in found["kinds"].strip().split(", "):
                said[found["name"], kind] = cells
    return said
